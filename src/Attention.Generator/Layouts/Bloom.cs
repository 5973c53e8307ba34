using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face BLOOM: a norm behind the embedding, queries, keys and values in one tensor, head by head.</summary>
internal static class Bloom
{
    public static readonly Layout Layout = new("transformer")
    {
        { Roles.Embedding, "{prefix}.word_embeddings" },
        { Roles.StemNorm, "{prefix}.word_embeddings_layernorm" },
        { Roles.SelfQueryKeyValue, "{prefix}.h.{layer}.self_attention", ".query_key_value.weight", TensorForm.ByHead },
        { Roles.SelfOutput, "{prefix}.h.{layer}.self_attention", ".dense.weight" },
        { Roles.SelfNorm, "{prefix}.h.{layer}.input_layernorm" },
        { Roles.Hidden, "{prefix}.h.{layer}.mlp", ".dense_h_to_4h.weight" },
        { Roles.Contract, "{prefix}.h.{layer}.mlp", ".dense_4h_to_h.weight" },
        { Roles.FeedForwardNorm, "{prefix}.h.{layer}.post_attention_layernorm" },
        { Roles.FinalNorm, "{prefix}.ln_f" },
        { Roles.Logits, "lm_head" },
        { HeadKind.Any, "score.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Logits, "lm_head.*" },
    };
}
