using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face Phi-1, 1.5 and 2, whose sub-layers share a norm.</summary>
internal static class Phi
{
    public static readonly Layout Layout = new("model")
    {
        { Roles.Embedding, "{prefix}.embed_tokens" },
        { Roles.SelfQuery, "{prefix}.layers.{layer}.self_attn", ".q_proj.weight" },
        { Roles.SelfKey, "{prefix}.layers.{layer}.self_attn", ".k_proj.weight" },
        { Roles.SelfValue, "{prefix}.layers.{layer}.self_attn", ".v_proj.weight" },
        { Roles.SelfOutput, "{prefix}.layers.{layer}.self_attn", ".dense.weight" },
        { Roles.SelfQueryNorm, "{prefix}.layers.{layer}.self_attn", ".q_layernorm.weight" },
        { Roles.SelfKeyNorm, "{prefix}.layers.{layer}.self_attn", ".k_layernorm.weight" },
        { Roles.SelfNorm, "{prefix}.layers.{layer}.input_layernorm" },
        { Roles.Hidden, "{prefix}.layers.{layer}.mlp", ".fc1.weight" },
        { Roles.Contract, "{prefix}.layers.{layer}.mlp", ".fc2.weight" },
        { Roles.FinalNorm, "{prefix}.final_layernorm" },
        { Roles.Logits, "lm_head" },
        { HeadKind.Any, "{prefix}.layers.*.self_attn.rotary_emb.inv_freq" },
        { HeadKind.Logits, "lm_head.*" },
    };
}
