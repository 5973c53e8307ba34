using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face GPT-J, whose sub-layers stand side by side behind one norm.</summary>
internal static class GptJ
{
    public static readonly Layout Layout = new("transformer")
    {
        { Roles.Embedding, "{prefix}.wte" },
        { Roles.SelfQuery, "{prefix}.h.{layer}.attn", ".q_proj.weight" },
        { Roles.SelfKey, "{prefix}.h.{layer}.attn", ".k_proj.weight" },
        { Roles.SelfValue, "{prefix}.h.{layer}.attn", ".v_proj.weight" },
        { Roles.SelfOutput, "{prefix}.h.{layer}.attn", ".out_proj.weight" },
        { Roles.SelfNorm, "{prefix}.h.{layer}.ln_1" },
        { Roles.Hidden, "{prefix}.h.{layer}.mlp", ".fc_in.weight" },
        { Roles.Contract, "{prefix}.h.{layer}.mlp", ".fc_out.weight" },
        { Roles.FinalNorm, "{prefix}.ln_f" },
        { Roles.Logits, "lm_head" },
        { HeadKind.Any, "score.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Logits, "lm_head.*" },
    };
}
