using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face Longformer: the names of <see cref="Roberta"/>, and projections of the global rows.</summary>
internal static class Longformer
{
    public static readonly Layout Layout = new("longformer", Roberta.Layout)
    {
        { Roles.GlobalQuery, "{prefix}.encoder.layer.{layer}.attention", ".self.query_global.weight" },
        { Roles.GlobalKey, "{prefix}.encoder.layer.{layer}.attention", ".self.key_global.weight" },
        { Roles.GlobalValue, "{prefix}.encoder.layer.{layer}.attention", ".self.value_global.weight" },
        { HeadKind.Any, "{prefix}.pooler.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Logits, "lm_head.*" },
    };
}
