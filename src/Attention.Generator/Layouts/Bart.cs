using Attention.Generator.Graph;
using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face BART and Marian.</summary>
internal static class Bart
{
    public static readonly Layout Layout = new("model.encoder", "model.decoder")
    {
        { Roles.Embedding, "{parent}.shared|{prefix}.embed_tokens" },
        { Roles.Positions, "{prefix}.embed_positions" },
        { Roles.StemNorm, "{prefix}.layernorm_embedding" },
        { Roles.SelfQuery, "{prefix}.layers.{layer}.self_attn", ".q_proj.weight" },
        { Roles.SelfKey, "{prefix}.layers.{layer}.self_attn", ".k_proj.weight" },
        { Roles.SelfValue, "{prefix}.layers.{layer}.self_attn", ".v_proj.weight" },
        { Roles.SelfOutput, "{prefix}.layers.{layer}.self_attn", ".out_proj.weight" },
        { Roles.SelfNorm, "{prefix}.layers.{layer}.self_attn_layer_norm" },
        { Roles.CrossQuery, "{prefix}.layers.{layer}.encoder_attn", ".q_proj.weight" },
        { Roles.CrossKey, "{prefix}.layers.{layer}.encoder_attn", ".k_proj.weight" },
        { Roles.CrossValue, "{prefix}.layers.{layer}.encoder_attn", ".v_proj.weight" },
        { Roles.CrossOutput, "{prefix}.layers.{layer}.encoder_attn", ".out_proj.weight" },
        { Roles.CrossNorm, "{prefix}.layers.{layer}.encoder_attn_layer_norm" },
        { Roles.Hidden, "{prefix}.layers.{layer}", ".fc1.weight" },
        { Roles.Contract, "{prefix}.layers.{layer}", ".fc2.weight" },
        { Roles.FeedForwardNorm, "{prefix}.layers.{layer}.final_layer_norm" },
        { Roles.FinalNorm, "{prefix}.layer_norm" },
        { Roles.Pooler, "classification_head.dense" },
        { Roles.Head, "classification_head.out_proj" },
        { Roles.Logits, "lm_head" },
        { new Tensor(Roles.Logits, IsBias: true), "final_logits_bias", "" },
        { HeadKind.Any, "{prefix}.embed_tokens.weight" },
        { HeadKind.Any, "classification_head.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Logits, "lm_head.*", "final_logits_bias" },
    };
}
