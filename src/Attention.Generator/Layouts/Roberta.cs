using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face RoBERTa: the names of <see cref="Bert"/> but for the head.</summary>
internal static class Roberta
{
    public static readonly Layout Layout = new("roberta", Bert.Layout)
    {
        { Roles.Pooler, "classifier.dense" },
        { Roles.Head, "classifier.out_proj" },
        { HeadKind.Any, "{prefix}.pooler.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Logits, "lm_head.*" },
    };
}
