using static Attention.Families.PublishedTensor;

namespace Attention.Families;

/// <summary>The tensors of BART and its kin.</summary>
/// <param name="Layers">Layers of each stage.</param>
/// <param name="Width">Channels of a row.</param>
/// <param name="Hidden">Channels of the feed-forward.</param>
/// <param name="Vocabulary">Rows of the table that both stages have.</param>
internal sealed record BartTensors(int Layers, int Width, int Hidden, int Vocabulary)
{
    public string Prefix { get; init; } = "model.";

    /// <summary>Rows of the tables of positions; 0 for none.</summary>
    public int Positions { get; init; }

    /// <summary>The values of these tables, where they are computed.</summary>
    public Func<int, int, float>? Position { get; init; }

    public bool HasStemNorm { get; init; }

    public bool HasFinalNorm { get; init; }

    public PublishedTensor Shared => Table(Prefix + "shared.weight", Vocabulary, Width, Use.Last);

    public double Attention => Family.Attending(128, 128, (double)Layers * Width);

    public IEnumerable<PublishedTensor> All() => [Shared, .. Stage(Prefix + "encoder.", false), .. Stage(Prefix + "decoder.", true)];

    private IEnumerable<PublishedTensor> Stage(string stage, bool isTarget) =>
    [
        .. Positions == 0 ? Array.Empty<PublishedTensor>() : [Table(stage + "embed_positions.weight", Positions, Width) with { Value = Position }],
        .. HasStemNorm ? Norm(stage + "layernorm_embedding", Width) : [],
        .. Enumerable.Range(0, Layers).SelectMany(layer => Layer($"{stage}layers.{layer}.", isTarget)),
        .. HasFinalNorm ? Norm(stage + "layer_norm", Width) : [],
    ];

    private IEnumerable<PublishedTensor> Layer(string layer, bool isTarget) =>
    [
        .. Attend(layer + "self_attn", Use.Rows),
        .. isTarget ? Attend(layer + "encoder_attn", Use.Source) : [],
        .. Linear(layer + "fc1", Hidden, Width),
        .. Linear(layer + "fc2", Width, Hidden),
        .. Norm(layer + "final_layer_norm", Width),
    ];

    private IEnumerable<PublishedTensor> Attend(string attention, Use keys) =>
    [
        .. Linear(attention + ".q_proj", Width, Width),
        .. Linear(attention + ".k_proj", Width, Width, keys),
        .. Linear(attention + ".v_proj", Width, Width, keys),
        .. Linear(attention + ".out_proj", Width, Width),
        .. Norm(attention + "_layer_norm", Width),
    ];
}
