using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face llama, a decoder with rotary positions and gated feed-forwards.</summary>
internal static class Llama
{
    public static readonly Layout Layout = new("model")
    {
        { Roles.Embedding, "{prefix}.embed_tokens" },
        { Roles.SelfQuery, "{prefix}.layers.{layer}.self_attn", ".q_proj.weight" },
        { Roles.SelfKey, "{prefix}.layers.{layer}.self_attn", ".k_proj.weight" },
        { Roles.SelfValue, "{prefix}.layers.{layer}.self_attn", ".v_proj.weight" },
        { Roles.SelfOutput, "{prefix}.layers.{layer}.self_attn", ".o_proj.weight" },
        { Roles.SelfQueryNorm, "{prefix}.layers.{layer}.self_attn", ".q_norm.weight" },
        { Roles.SelfKeyNorm, "{prefix}.layers.{layer}.self_attn", ".k_norm.weight" },
        { Roles.SelfSinks, "{prefix}.layers.{layer}.self_attn", ".sinks" },
        { Roles.SelfNorm, "{prefix}.layers.{layer}.input_layernorm" },
        { Roles.HiddenGate, "{prefix}.layers.{layer}.mlp", ".gate_proj.weight" },
        { Roles.Hidden, "{prefix}.layers.{layer}.mlp", ".up_proj.weight" },
        { Roles.Contract, "{prefix}.layers.{layer}.mlp", ".down_proj.weight" },
        { Roles.FeedForwardNorm, "{prefix}.layers.{layer}.post_attention_layernorm" },
        { Roles.FinalNorm, "{prefix}.norm" },
        { Roles.Logits, "lm_head" },
        { HeadKind.Any, "score.*" },
        { HeadKind.Any, "{prefix}.layers.*.self_attn.rotary_emb.inv_freq" },
        { HeadKind.Logits, "lm_head.*" },
    };
}
