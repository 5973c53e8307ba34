using static Attention.Families.PublishedTensor;

namespace Attention.Families;

/// <summary>Sizes of a llama or of one of its kin, and the tensors of its checkpoint.</summary>
/// <param name="Layers">Its layers.</param>
/// <param name="Width">Channels of a row.</param>
/// <param name="Heads">Heads of queries.</param>
/// <param name="KeyValueHeads">Heads of keys and values.</param>
/// <param name="Hidden">Channels of the feed-forward.</param>
/// <param name="Vocabulary">Rows of the table.</param>
internal sealed record LlamaTensors(int Layers, int Width, int Heads, int KeyValueHeads, int Hidden, int Vocabulary)
{
    public string Prefix { get; init; } = "model.";

    public int HeadWidth { get; init; } = Width / Heads;

    public Use Table { get; init; } = Use.Last;

    public bool HasBias { get; init; }

    /// <summary>Channels of the norms of queries and of keys; 0 for none.</summary>
    public (int Query, int Key) HeadNorms { get; init; }

    /// <summary>The norms of a layer.</summary>
    public string[] Norms { get; init; } = ["input_layernorm", "post_attention_layernorm"];

    /// <summary>What the factors of norms lie around.</summary>
    public float Centre { get; init; } = 1;

    public double Attention => Family.Attending(128, 64.5, (double)Layers * Heads * HeadWidth);

    public IEnumerable<PublishedTensor> All() =>
    [
        Table(Prefix + "embed_tokens.weight", Vocabulary, Width, Table),
        .. Enumerable.Range(0, Layers).SelectMany(layer => Layer($"{Prefix}layers.{layer}.")),
        Factors(Prefix + "norm.weight", Width, Centre),
        .. Table == Use.None && Prefix.Length > 0 ? [Map("lm_head.weight", Vocabulary, Width, Use.Last)] : Array.Empty<PublishedTensor>(),
    ];

    private IEnumerable<PublishedTensor> Layer(string layer) =>
    [
        .. Norms.Select(norm => Factors($"{layer}{norm}.weight", Width, Centre)),
        .. Projection(layer + "self_attn.q_proj", Heads * HeadWidth),
        .. Projection(layer + "self_attn.k_proj", KeyValueHeads * HeadWidth),
        .. Projection(layer + "self_attn.v_proj", KeyValueHeads * HeadWidth),
        Map(layer + "self_attn.o_proj.weight", Width, Heads * HeadWidth),
        .. HeadNorms.Query == 0 ? Array.Empty<PublishedTensor>() : [Factors(layer + "self_attn.q_norm.weight", HeadNorms.Query, Centre), Factors(layer + "self_attn.k_norm.weight", HeadNorms.Key, Centre)],
        Map(layer + "mlp.gate_proj.weight", Hidden, Width),
        Map(layer + "mlp.up_proj.weight", Hidden, Width),
        Map(layer + "mlp.down_proj.weight", Width, Hidden),
    ];

    private IEnumerable<PublishedTensor> Projection(string name, int outputs) => HasBias ? Linear(name, outputs, Width) : [Map(name + ".weight", outputs, Width)];
}
