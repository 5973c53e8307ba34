using Attention.Generator.Graph;
using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Generator.Layouts;

/// <summary>Hugging Face ALBERT, whose layers are groups.</summary>
internal static class Albert
{
    public static readonly Layout Layout = new("albert")
    {
        { Roles.Embedding, "{prefix}.embeddings.word_embeddings" },
        { Roles.Positions, "{prefix}.embeddings.position_embeddings" },
        { Roles.TokenTypes, "{prefix}.embeddings.token_type_embeddings" },
        { Roles.StemNorm, "{prefix}.embeddings.LayerNorm", ".weight|.gamma" },
        { Roles.Source, "{prefix}.encoder.embedding_hidden_mapping_in" },
        { Roles.SelfQuery, "{prefix}.encoder.albert_layer_groups.{layer}.albert_layers.0.attention", ".query.weight" },
        { Roles.SelfKey, "{prefix}.encoder.albert_layer_groups.{layer}.albert_layers.0.attention", ".key.weight" },
        { Roles.SelfValue, "{prefix}.encoder.albert_layer_groups.{layer}.albert_layers.0.attention", ".value.weight" },
        { Roles.SelfOutput, "{prefix}.encoder.albert_layer_groups.{layer}.albert_layers.0.attention", ".dense.weight" },
        { Roles.SelfNorm, "{prefix}.encoder.albert_layer_groups.{layer}.albert_layers.0.attention.LayerNorm", ".weight|.gamma" },
        { Roles.Hidden, "{prefix}.encoder.albert_layer_groups.{layer}.albert_layers.0", ".ffn.weight" },
        { Roles.Contract, "{prefix}.encoder.albert_layer_groups.{layer}.albert_layers.0", ".ffn_output.weight" },
        { Roles.FeedForwardNorm, "{prefix}.encoder.albert_layer_groups.{layer}.albert_layers.0.full_layer_layer_norm", ".weight|.gamma" },
        { Roles.Pooler, "{prefix}.pooler" },
        { Roles.Head, "classifier" },
        { HeadKind.Logits, Roles.Linear, "predictions.dense" },
        { HeadKind.Logits, Roles.OutputNorm, "predictions.LayerNorm", ".weight|.gamma" },
        { Roles.Logits, "predictions.decoder" },
        { new Tensor(Roles.Logits, IsBias: true), "predictions", ".bias|.decoder.bias" },
        { HeadKind.Any, "{prefix}.pooler.*" },
        { HeadKind.Any, "classifier.*" },
        { HeadKind.Any, "qa_outputs.*" },
        { HeadKind.Any, "predictions.*" },
        { HeadKind.Any, "sop_classifier.*" },
    };
}
