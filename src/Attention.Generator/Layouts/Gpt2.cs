using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face GPT-2: linear weights input × output.</summary>
internal static class Gpt2
{
    public static readonly Layout Layout = new("transformer")
    {
        { Roles.Embedding, "{prefix}.wte" },
        { Roles.Positions, "{prefix}.wpe" },
        { Roles.SelfQueryKeyValue, "{prefix}.h.{layer}.attn", ".c_attn.weight", TensorForm.InputsByOutputs },
        { Roles.SelfOutput, "{prefix}.h.{layer}.attn", ".c_proj.weight", TensorForm.InputsByOutputs },
        { Roles.SelfNorm, "{prefix}.h.{layer}.ln_1" },
        { Roles.Hidden, "{prefix}.h.{layer}.mlp", ".c_fc.weight", TensorForm.InputsByOutputs },
        { Roles.Contract, "{prefix}.h.{layer}.mlp", ".c_proj.weight", TensorForm.InputsByOutputs },
        { Roles.FeedForwardNorm, "{prefix}.h.{layer}.ln_2" },
        { Roles.FinalNorm, "{prefix}.ln_f" },
        { Roles.Logits, "lm_head" },
        { HeadKind.Any, "score.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Any, "multiple_choice_head.*" },
        { HeadKind.Logits, "lm_head.*" },
    };
}
