using Attention.Generator.Graph;
using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face DeBERTa-v2 and v3: BERT's names but those of projections, and a table of relative positions with its norm.</summary>
internal static class DebertaV2
{
    public static readonly Layout Layout = new("deberta")
    {
        { Roles.Embedding, "{prefix}.embeddings.word_embeddings" },
        { Roles.Positions, "{prefix}.embeddings.position_embeddings" },
        { Roles.TokenTypes, "{prefix}.embeddings.token_type_embeddings" },
        { Roles.StemNorm, "{prefix}.embeddings.LayerNorm" },
        { Roles.RelativePositions, "{prefix}.encoder.rel_embeddings" },
        { Roles.RelativePositionsNorm, "{prefix}.encoder.LayerNorm" },
        { Roles.SelfQuery, "{prefix}.encoder.layer.{layer}.attention", ".self.query_proj.weight" },
        { Roles.SelfKey, "{prefix}.encoder.layer.{layer}.attention", ".self.key_proj.weight" },
        { Roles.SelfValue, "{prefix}.encoder.layer.{layer}.attention", ".self.value_proj.weight" },
        { Roles.PositionKey, "{prefix}.encoder.layer.{layer}.attention", ".self.pos_key_proj.weight" },
        { Roles.PositionQuery, "{prefix}.encoder.layer.{layer}.attention", ".self.pos_query_proj.weight" },
        { Roles.SelfOutput, "{prefix}.encoder.layer.{layer}.attention", ".output.dense.weight" },
        { Roles.SelfNorm, "{prefix}.encoder.layer.{layer}.attention.output.LayerNorm" },
        { Roles.Hidden, "{prefix}.encoder.layer.{layer}", ".intermediate.dense.weight" },
        { Roles.Contract, "{prefix}.encoder.layer.{layer}", ".output.dense.weight" },
        { Roles.FeedForwardNorm, "{prefix}.encoder.layer.{layer}.output.LayerNorm" },
        { Roles.Pooler, "pooler.dense" },
        { Roles.Head, "classifier" },
        { HeadKind.Logits, Roles.Linear, "cls.predictions.transform.dense|lm_predictions.lm_head.dense" },
        { HeadKind.Logits, Roles.OutputNorm, "cls.predictions.transform.LayerNorm|lm_predictions.lm_head.LayerNorm" },
        { Roles.Logits, "cls.predictions.decoder" },
        { new Tensor(Roles.Logits, IsBias: true), "cls.predictions|lm_predictions.lm_head", ".bias|.decoder.bias" },
        { HeadKind.Any, "pooler.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Any, "cls.predictions.*" },
        { HeadKind.Any, "lm_predictions.*" },
        { HeadKind.Any, "mask_predictions.*" },
    };
}
