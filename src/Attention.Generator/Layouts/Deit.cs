using Attention.Generator.Graph;
using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face DeiT: the names of <see cref="Vit"/> but for the heads, and a second token.</summary>
internal static class Deit
{
    public static readonly Layout Layout = new("deit", Vit.Layout)
    {
        { Roles.DistillationToken, "{prefix}.embeddings.distillation_token", "" },
        { Roles.Head, "cls_classifier|classifier" },
        { HeadKind.Any, "{prefix}.pooler.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "cls_classifier.*" },
        { HeadKind.Any, "distillation_classifier.*" },
    };
}
