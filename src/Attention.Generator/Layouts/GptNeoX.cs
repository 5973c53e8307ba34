using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face GPT-NeoX and Pythia: queries, keys and values in one tensor, head by head.</summary>
internal static class GptNeoX
{
    public static readonly Layout Layout = new("gpt_neox")
    {
        { Roles.Embedding, "{prefix}.embed_in" },
        { Roles.SelfQueryKeyValue, "{prefix}.layers.{layer}.attention", ".query_key_value.weight", TensorForm.ByHead },
        { Roles.SelfOutput, "{prefix}.layers.{layer}.attention", ".dense.weight" },
        { Roles.SelfNorm, "{prefix}.layers.{layer}.input_layernorm" },
        { Roles.Hidden, "{prefix}.layers.{layer}.mlp", ".dense_h_to_4h.weight" },
        { Roles.Contract, "{prefix}.layers.{layer}.mlp", ".dense_4h_to_h.weight" },
        { Roles.FeedForwardNorm, "{prefix}.layers.{layer}.post_attention_layernorm" },
        { Roles.FinalNorm, "{prefix}.final_layer_norm" },
        { Roles.Logits, "embed_out" },
        { HeadKind.Any, "score.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Any, "{prefix}.layers.*.attention.rotary_emb.inv_freq" },
        { HeadKind.Logits, "embed_out.*" },
    };
}
