using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face DistilBERT.</summary>
internal static class DistilBert
{
    public static readonly Layout Layout = new("distilbert")
    {
        { Roles.Embedding, "{prefix}.embeddings.word_embeddings" },
        { Roles.Positions, "{prefix}.embeddings.position_embeddings" },
        { Roles.StemNorm, "{prefix}.embeddings.LayerNorm" },
        { Roles.SelfQuery, "{prefix}.transformer.layer.{layer}.attention", ".q_lin.weight" },
        { Roles.SelfKey, "{prefix}.transformer.layer.{layer}.attention", ".k_lin.weight" },
        { Roles.SelfValue, "{prefix}.transformer.layer.{layer}.attention", ".v_lin.weight" },
        { Roles.SelfOutput, "{prefix}.transformer.layer.{layer}.attention", ".out_lin.weight" },
        { Roles.SelfNorm, "{prefix}.transformer.layer.{layer}.sa_layer_norm" },
        { Roles.Hidden, "{prefix}.transformer.layer.{layer}.ffn", ".lin1.weight" },
        { Roles.Contract, "{prefix}.transformer.layer.{layer}.ffn", ".lin2.weight" },
        { Roles.FeedForwardNorm, "{prefix}.transformer.layer.{layer}.output_layer_norm" },
        { Roles.Pooler, "pre_classifier" },
        { Roles.Head, "classifier" },
        { HeadKind.Logits, Roles.Linear, "vocab_transform" },
        { HeadKind.Logits, Roles.OutputNorm, "vocab_layer_norm" },
        { Roles.Logits, "vocab_projector" },
        { HeadKind.Any, "pre_classifier.*", "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Any, "vocab_transform.*", "vocab_layer_norm.*", "vocab_projector.*" },
    };
}
