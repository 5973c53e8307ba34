using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face CLIP, an image's and a text's encoder.</summary>
internal static class Clip
{
    public static readonly Layout Layout = new("vision_model", "text_model")
    {
        { Roles.Embedding, "{prefix}.embeddings.token_embedding" },
        { Roles.Positions, "{prefix}.embeddings.position_embedding" },
        { Roles.ClassToken, "{prefix}.embeddings.class_embedding", "" },
        { Roles.Patches, "{prefix}.embeddings.patch_embedding" },
        { Roles.StemNorm, "{prefix}.pre_layrnorm" },
        { Roles.SelfQuery, "{prefix}.encoder.layers.{layer}.self_attn", ".q_proj.weight" },
        { Roles.SelfKey, "{prefix}.encoder.layers.{layer}.self_attn", ".k_proj.weight" },
        { Roles.SelfValue, "{prefix}.encoder.layers.{layer}.self_attn", ".v_proj.weight" },
        { Roles.SelfOutput, "{prefix}.encoder.layers.{layer}.self_attn", ".out_proj.weight" },
        { Roles.SelfNorm, "{prefix}.encoder.layers.{layer}.layer_norm{n}" },
        { Roles.Hidden, "{prefix}.encoder.layers.{layer}.mlp", ".fc1.weight" },
        { Roles.Contract, "{prefix}.encoder.layers.{layer}.mlp", ".fc2.weight" },
        { Roles.FeedForwardNorm, "{prefix}.encoder.layers.{layer}.layer_norm{n}" },
        { Roles.FinalNorm, "{prefix}.final_layer_norm" },
        { Roles.OutputNorm, "{prefix}.post_layernorm" },
    };
}
