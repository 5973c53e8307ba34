using Attention.Generator.Graph;
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
        { HeadKind.Logits, Roles.Linear, "lm_head.dense" },
        { HeadKind.Logits, Roles.OutputNorm, "lm_head.layer_norm" },
        { Roles.Logits, "lm_head", ".decoder.weight|.weight" },
        { new Tensor(Roles.Logits, IsBias: true), "lm_head", ".bias|.decoder.bias" },
        { HeadKind.Any, "{prefix}.pooler.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Logits, "lm_head.*" },
    };
}
