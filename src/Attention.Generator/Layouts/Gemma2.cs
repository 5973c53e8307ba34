using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face Gemma 2 and 3 and OLMo 2: a llama with norms behind its sub-layers.</summary>
internal static class Gemma2
{
    public static readonly Layout Layout = new("model", Llama.Layout)
    {
        { Roles.SelfPostNorm, "{prefix}.layers.{layer}.post_attention_layernorm" },
        { Roles.FeedForwardNorm, "{prefix}.layers.{layer}.pre_feedforward_layernorm" },
        { Roles.FeedForwardPostNorm, "{prefix}.layers.{layer}.post_feedforward_layernorm" },
        { HeadKind.Any, "score.*" },
        { HeadKind.Any, "{prefix}.layers.*.self_attn.rotary_emb.inv_freq" },
        { HeadKind.Logits, "lm_head.*" },
    };
}
