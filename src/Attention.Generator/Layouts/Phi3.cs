using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face Phi-3 and 4: a llama whose maps of the same rows are one tensor.</summary>
internal static class Phi3
{
    public static readonly Layout Layout = new("model", Llama.Layout)
    {
        { Roles.SelfQueryKeyValue, "{prefix}.layers.{layer}.self_attn", ".qkv_proj.weight" },
        { Roles.GateUp, "{prefix}.layers.{layer}.mlp", ".gate_up_proj.weight" },
        { HeadKind.Any, "score.*" },
        { HeadKind.Any, "{prefix}.layers.*.self_attn.rotary_emb.inv_freq" },
        { HeadKind.Logits, "lm_head.*" },
    };
}
