using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face T5, whose layers number their sub-layers.</summary>
internal static class T5
{
    public static readonly Layout Layout = new("encoder", "decoder")
    {
        { Roles.Embedding, "{parent}.shared|{prefix}.embed_tokens" },
        { Roles.RelativeBias, "{prefix}.block.0.layer.0.SelfAttention", ".relative_attention_bias.weight" },
        { Roles.SelfQuery, "{prefix}.block.{layer}.layer.{part}.SelfAttention", ".q.weight" },
        { Roles.SelfKey, "{prefix}.block.{layer}.layer.{part}.SelfAttention", ".k.weight" },
        { Roles.SelfValue, "{prefix}.block.{layer}.layer.{part}.SelfAttention", ".v.weight" },
        { Roles.SelfOutput, "{prefix}.block.{layer}.layer.{part}.SelfAttention", ".o.weight" },
        { Roles.SelfNorm, "{prefix}.block.{layer}.layer.{part}.layer_norm" },
        { Roles.CrossQuery, "{prefix}.block.{layer}.layer.{part}.EncDecAttention", ".q.weight" },
        { Roles.CrossKey, "{prefix}.block.{layer}.layer.{part}.EncDecAttention", ".k.weight" },
        { Roles.CrossValue, "{prefix}.block.{layer}.layer.{part}.EncDecAttention", ".v.weight" },
        { Roles.CrossOutput, "{prefix}.block.{layer}.layer.{part}.EncDecAttention", ".o.weight" },
        { Roles.CrossNorm, "{prefix}.block.{layer}.layer.{part}.layer_norm" },
        { Roles.HiddenGate, "{prefix}.block.{layer}.layer.{part}.DenseReluDense", ".wi_0.weight" },
        { Roles.Hidden, "{prefix}.block.{layer}.layer.{part}.DenseReluDense", ".wi.weight", Roles.HiddenGate, ".wi_1.weight" },
        { Roles.Contract, "{prefix}.block.{layer}.layer.{part}.DenseReluDense", ".wo.weight" },
        { Roles.FeedForwardNorm, "{prefix}.block.{layer}.layer.{part}.layer_norm" },
        { Roles.FinalNorm, "{prefix}.final_layer_norm" },
        { Roles.Logits, "{parent}.lm_head" },
        { HeadKind.Any, "{prefix}.embed_tokens.weight" },
        { HeadKind.Any, "{prefix}.block.0.layer.1.EncDecAttention.relative_attention_bias.weight" },
        { HeadKind.Logits, "{parent}.lm_head.*" },
    };
}
