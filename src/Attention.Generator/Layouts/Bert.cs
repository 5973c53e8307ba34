using Attention.Generator.Graph;
using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face BERT and what shares its names, MiniLM among them.</summary>
internal static class Bert
{
    public static readonly Layout Layout = new("bert")
    {
        { Roles.Embedding, "{prefix}.embeddings.word_embeddings" },
        { Roles.Positions, "{prefix}.embeddings.position_embeddings" },
        { Roles.TokenTypes, "{prefix}.embeddings.token_type_embeddings" },
        { Roles.StemNorm, "{prefix}.embeddings.LayerNorm", ".weight|.gamma" },
        { Roles.SelfQuery, "{prefix}.encoder.layer.{layer}.attention", ".self.query.weight" },
        { Roles.SelfKey, "{prefix}.encoder.layer.{layer}.attention", ".self.key.weight" },
        { Roles.SelfValue, "{prefix}.encoder.layer.{layer}.attention", ".self.value.weight" },
        { Roles.SelfOutput, "{prefix}.encoder.layer.{layer}.attention", ".output.dense.weight" },
        { Roles.SelfNorm, "{prefix}.encoder.layer.{layer}.attention.output.LayerNorm", ".weight|.gamma" },
        { Roles.CrossQuery, "{prefix}.encoder.layer.{layer}.crossattention", ".self.query.weight" },
        { Roles.CrossKey, "{prefix}.encoder.layer.{layer}.crossattention", ".self.key.weight" },
        { Roles.CrossValue, "{prefix}.encoder.layer.{layer}.crossattention", ".self.value.weight" },
        { Roles.CrossOutput, "{prefix}.encoder.layer.{layer}.crossattention", ".output.dense.weight" },
        { Roles.CrossNorm, "{prefix}.encoder.layer.{layer}.crossattention.output.LayerNorm", ".weight|.gamma" },
        { Roles.Hidden, "{prefix}.encoder.layer.{layer}", ".intermediate.dense.weight" },
        { Roles.Contract, "{prefix}.encoder.layer.{layer}", ".output.dense.weight" },
        { Roles.FeedForwardNorm, "{prefix}.encoder.layer.{layer}.output.LayerNorm", ".weight|.gamma" },
        { Roles.Pooler, "{prefix}.pooler.dense" },
        { Roles.Head, "classifier" },
        { HeadKind.Logits, Roles.Linear, "cls.predictions.transform.dense" },
        { HeadKind.Logits, Roles.OutputNorm, "cls.predictions.transform.LayerNorm", ".weight|.gamma" },
        { Roles.Logits, "cls.predictions.decoder" },
        { new Tensor(Roles.Logits, IsBias: true), "cls.predictions", ".bias|.decoder.bias" },
        { HeadKind.Any, "{prefix}.pooler.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Any, "cls.predictions.*" },
        { HeadKind.Any, "cls.seq_relationship.*" },
    };
}
