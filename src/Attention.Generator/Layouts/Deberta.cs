using Attention.Generator.Graph;
using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face DeBERTa, the first: the names of <see cref="DebertaV2"/>, but queries, keys and values in one tensor, head by head.</summary>
internal static class Deberta
{
    public static readonly Layout Layout = new("deberta", DebertaV2.Layout)
    {
        { Roles.SelfQueryKeyValue, "{prefix}.encoder.layer.{layer}.attention", ".self.in_proj.weight", TensorForm.ByHead },
        { new Tensor(Roles.SelfQuery, IsBias: true), "{prefix}.encoder.layer.{layer}.attention", ".self.q_bias" },
        { new Tensor(Roles.SelfValue, IsBias: true), "{prefix}.encoder.layer.{layer}.attention", ".self.v_bias" },
        { Roles.PositionKey, "{prefix}.encoder.layer.{layer}.attention", ".self.pos_proj.weight" },
        { Roles.PositionQuery, "{prefix}.encoder.layer.{layer}.attention", ".self.pos_q_proj.weight" },
        { HeadKind.Any, "pooler.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Any, "cls.predictions.*" },
        { HeadKind.Any, "lm_predictions.*" },
    };
}
