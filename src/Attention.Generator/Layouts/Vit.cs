using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face ViT, patches by a convolution's weights.</summary>
internal static class Vit
{
    public static readonly Layout Layout = new("vit")
    {
        { Roles.ClassToken, "{prefix}.embeddings.cls_token", "" },
        { Roles.Positions, "{prefix}.embeddings.position_embeddings", "" },
        { Roles.Patches, "{prefix}.embeddings.patch_embeddings.projection" },
        { Roles.SelfQuery, "{prefix}.encoder.layer.{layer}.attention", ".attention.query.weight" },
        { Roles.SelfKey, "{prefix}.encoder.layer.{layer}.attention", ".attention.key.weight" },
        { Roles.SelfValue, "{prefix}.encoder.layer.{layer}.attention", ".attention.value.weight" },
        { Roles.SelfOutput, "{prefix}.encoder.layer.{layer}.attention", ".output.dense.weight" },
        { Roles.SelfNorm, "{prefix}.encoder.layer.{layer}.layernorm_before" },
        { Roles.Hidden, "{prefix}.encoder.layer.{layer}", ".intermediate.dense.weight" },
        { Roles.Contract, "{prefix}.encoder.layer.{layer}", ".output.dense.weight" },
        { Roles.FeedForwardNorm, "{prefix}.encoder.layer.{layer}.layernorm_after" },
        { Roles.FinalNorm, "{prefix}.layernorm" },
        { Roles.Pooler, "{prefix}.pooler.dense" },
        { Roles.Head, "classifier" },
        { HeadKind.Any, "{prefix}.pooler.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "cls_classifier.*" },
        { HeadKind.Any, "distillation_classifier.*" },
        { HeadKind.Any, "decoder.*" },
    };
}
