using static Attention.Families.PublishedTensor;

namespace Attention.Families;

/// <summary>Names that BERT's kin have in common.</summary>
internal static class BertTensors
{
    /// <summary>Tables and the norm behind them; <paramref name="positions"/> are rows of the table, with those of an offset.</summary>
    public static IEnumerable<PublishedTensor> Stem(string prefix, int vocabulary, int positions, int types, int width, bool isTied = false) =>
    [
        Table($"{prefix}embeddings.word_embeddings.weight", vocabulary, width, isTied ? Use.Rows : Use.None),
        Table($"{prefix}embeddings.position_embeddings.weight", positions, width),
        .. types == 0 ? Array.Empty<PublishedTensor>() : [Table($"{prefix}embeddings.token_type_embeddings.weight", types, width)],
        .. Norm($"{prefix}embeddings.LayerNorm", width),
    ];

    /// <summary>Layers as <c>{prefix}encoder.layer.{i}</c>.</summary>
    public static IEnumerable<PublishedTensor> Layers(string prefix, int layers, int width, int hidden) =>
        Enumerable.Range(0, layers).SelectMany(layer => Layer($"{prefix}encoder.layer.{layer}.", width, hidden));

    private static IEnumerable<PublishedTensor> Layer(string layer, int width, int hidden) =>
    [
        .. Linear(layer + "attention.self.query", width, width),
        .. Linear(layer + "attention.self.key", width, width),
        .. Linear(layer + "attention.self.value", width, width),
        .. Linear(layer + "attention.output.dense", width, width),
        .. Norm(layer + "attention.output.LayerNorm", width),
        .. Linear(layer + "intermediate.dense", hidden, width),
        .. Linear(layer + "output.dense", width, hidden),
        .. Norm(layer + "output.LayerNorm", width),
    ];
}
