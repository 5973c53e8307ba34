using Attention.Generator.Graph;
using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face ELECTRA: the names of <see cref="Bert"/> but for the heads, and a map of the embedding.</summary>
internal static class Electra
{
    public static readonly Layout Layout = new("electra", Bert.Layout)
    {
        { Roles.Source, "{prefix}.embeddings_project" },
        { Roles.Pooler, "classifier.dense" },
        { Roles.Head, "classifier.out_proj" },
        { HeadKind.Logits, Roles.Linear, "generator_predictions.dense" },
        { HeadKind.Logits, Roles.OutputNorm, "generator_predictions.LayerNorm", ".weight|.gamma" },
        { Roles.Logits, "generator_lm_head" },
        { new Tensor(Roles.Logits, IsBias: true), "generator_lm_head", ".bias" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Any, "discriminator_predictions.*" },
        { HeadKind.Any, "generator_predictions.*", "generator_lm_head.*" },
    };
}
