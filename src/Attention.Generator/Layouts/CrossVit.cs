using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>CrossViT as its authors have it: the prefix is a branch's number.</summary>
internal static class CrossVit
{
    public static readonly Layout Layout = new("0")
    {
        { Roles.ClassToken, "cls_token.{prefix}", "" },
        { Roles.Positions, "pos_embed.{prefix}", "" },
        { Roles.Patches, "patch_embed.{prefix}.proj" },
        { Roles.SelfQueryKeyValue, "blocks.{group}.blocks.{prefix}.{layer}.attn", ".qkv.weight" },
        { Roles.SelfOutput, "blocks.{group}.blocks.{prefix}.{layer}.attn", ".proj.weight" },
        { Roles.SelfNorm, "blocks.{group}.blocks.{prefix}.{layer}.norm1" },
        { Roles.Hidden, "blocks.{group}.blocks.{prefix}.{layer}.mlp", ".fc1.weight" },
        { Roles.Contract, "blocks.{group}.blocks.{prefix}.{layer}.mlp", ".fc2.weight" },
        { Roles.FeedForwardNorm, "blocks.{group}.blocks.{prefix}.{layer}.norm2" },
        { Roles.ExchangeMapNorm, "blocks.{group}.projs.{prefix}.0" },
        { Roles.ExchangeMap, "blocks.{group}.projs.{prefix}.2" },
        { Roles.ExchangeNorm, "blocks.{group}.fusion.{prefix}.norm1" },
        { Roles.ExchangeQuery, "blocks.{group}.fusion.{prefix}.attn", ".wq.weight" },
        { Roles.ExchangeKey, "blocks.{group}.fusion.{prefix}.attn", ".wk.weight" },
        { Roles.ExchangeValue, "blocks.{group}.fusion.{prefix}.attn", ".wv.weight" },
        { Roles.ExchangeOutput, "blocks.{group}.fusion.{prefix}.attn", ".proj.weight" },
        { Roles.ExchangeReturnNorm, "blocks.{group}.revert_projs.{prefix}.0" },
        { Roles.ExchangeReturn, "blocks.{group}.revert_projs.{prefix}.2" },
        { Roles.FinalNorm, "norm.{prefix}" },
        { Roles.Head, "head.{prefix}" },
        { HeadKind.Any, "head.*" },
    };
}
