using Attention.Generator.Graph;
using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face ModernBERT.</summary>
internal static class ModernBert
{
    public static readonly Layout Layout = new("model")
    {
        { Roles.Embedding, "{prefix}.embeddings.tok_embeddings" },
        { Roles.StemNorm, "{prefix}.embeddings.norm" },
        { Roles.SelfQueryKeyValue, "{prefix}.layers.{layer}.attn", ".Wqkv.weight" },
        { Roles.SelfOutput, "{prefix}.layers.{layer}.attn", ".Wo.weight" },
        { Roles.SelfNorm, "{prefix}.layers.{layer}.attn_norm" },
        { Roles.GateUp, "{prefix}.layers.{layer}.mlp", ".Wi.weight" },
        { Roles.Contract, "{prefix}.layers.{layer}.mlp", ".Wo.weight" },
        { Roles.FeedForwardNorm, "{prefix}.layers.{layer}.mlp_norm" },
        { Roles.FinalNorm, "{prefix}.final_norm" },
        { Roles.Linear, "head.dense" },
        { Roles.OutputNorm, "head.norm" },
        { Roles.Head, "classifier" },
        { Roles.Logits, "decoder" },
        { HeadKind.Any, "head.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Logits, "decoder.*" },
    };
}
