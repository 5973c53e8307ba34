using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>The <c>vit-pytorch</c> package: patches by a linear map with the channel last.</summary>
internal static class VitPyTorch
{
    public static readonly Layout Layout = new("transformer")
    {
        { Roles.ClassToken, "{parent}.cls_token", "" },
        { Roles.Positions, "{parent}.pos_embedding", "" },
        { Roles.Patches, "{parent}.to_patch_embedding.1", ".weight", TensorForm.ChannelsLast },
        { Roles.SelfQueryKeyValue, "{prefix}.layers.{layer}.0", ".fn.to_qkv.weight" },
        { Roles.SelfOutput, "{prefix}.layers.{layer}.0", ".fn.to_out.0.weight" },
        { Roles.SelfNorm, "{prefix}.layers.{layer}.0.norm" },
        { Roles.Hidden, "{prefix}.layers.{layer}.1", ".fn.net.0.weight" },
        { Roles.Contract, "{prefix}.layers.{layer}.1", ".fn.net.3.weight" },
        { Roles.FeedForwardNorm, "{prefix}.layers.{layer}.1.norm" },
        { Roles.FinalNorm, "{prefix}.norm" },
        { Roles.OutputNorm, "{parent}.mlp_head.0" },
        { Roles.Head, "{parent}.mlp_head.1" },
        { HeadKind.Any, "{parent}.mlp_head.*" },
    };
}
