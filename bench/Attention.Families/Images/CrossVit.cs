using Attention.Dsl;
using static Attention.Families.PublishedTensor;

namespace Attention.Families;

[AttentionModel(Layout = WeightLayout.CrossVit)]
internal sealed partial class CrossVit
{
    private const int Few = 197, Many = 401;

    public static Family Family { get; } = new("crossvit", "crossvit_tiny_224", "F32", 15,
    [
        .. For(Many, Branch("0", 96, 12, Many)),
        .. Branch("1", 192, 16, Few),
        .. Enumerable.Range(0, 3).SelectMany(group => (PublishedTensor[])
        [
            .. For(Many, Block($"blocks.{group}.blocks.0.0.", 96)),
            .. Enumerable.Range(0, 4).SelectMany(layer => Block($"blocks.{group}.blocks.1.{layer}.", 192)),
            .. Exchange($"blocks.{group}.", "0", 96, 192),
            .. For(Many, Exchange($"blocks.{group}.", "1", 192, 96)),
        ]),
    ], (path, threads) => Running.Of(Load(path, threads: threads), model => model.CreateSession(), session =>
    {
        float[] small = Running.Pixels(3 * 240 * 240), large = Running.Pixels(3 * 224 * 224);
        return (() =>
        {
            session.Small.Forward(small);
            session.Large.Forward(large);
            session.SmallScores.Forward();
            return Running.Row(session.Scores.Forward());
        }, null);
    }))
    {
        Rows = Few,
        Attention = Family.Attending(Few, Few, 12 * 192) + Family.Attending(Many, Many, 3 * 96),
    };

    [Encoder(layers: 1, width: 96, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6)]
    [Patches(image: 240, patch: 12, Channels = 3)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3)]
    [FeedForward(384, Activation.Gelu)]
    [ClassExchange("large", heads: 3, SourceWidth = 192, Groups = 3)]
    public sealed partial class Small;

    [Encoder(layers: 4, width: 192, Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6, Prefix = "1")]
    [Patches(image: 224, patch: 16, Channels = 3)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3)]
    [FeedForward(768, Activation.Gelu)]
    [ClassExchange("small", heads: 3, SourceWidth = 96, Groups = 3)]
    public sealed partial class Large;

    [Encoder(layers: 0, width: 96)]
    [Input("small")]
    [Head(1000)]
    public sealed partial class SmallScores;

    [Encoder(layers: 0, width: 192, Prefix = "1")]
    [Input("large")]
    [Head(1000)]
    [MeanWith("smallScores")]
    public sealed partial class Scores;

    private static IEnumerable<PublishedTensor> Branch(string branch, int width, int patch, int rows) =>
    [
        Vector("cls_token." + branch, 1, 1, width),
        Vector("pos_embed." + branch, 1, rows, width),
        new($"patch_embed.{branch}.proj.weight", [width, 3, patch, patch], 0, 1 / MathF.Sqrt(patch * patch), Use.Rows),
        Vector($"patch_embed.{branch}.proj.bias", width),
        .. Norm("norm." + branch, width),
        .. Linear("head." + branch, 1000, width, Use.Last),
    ];

    private static IEnumerable<PublishedTensor> Block(string block, int width) =>
    [
        .. Norm(block + "norm1", width),
        .. Linear(block + "attn.qkv", 3 * width, width),
        .. Linear(block + "attn.proj", width, width),
        .. Norm(block + "norm2", width),
        .. Linear(block + "mlp.fc1", 4 * width, width),
        .. Linear(block + "mlp.fc2", width, 4 * width),
    ];

    /// <summary>The exchange of a branch of <paramref name="width"/> with one of <paramref name="other"/>; keys and values are of every row, all else of the class row.</summary>
    private static IEnumerable<PublishedTensor> Exchange(string group, string branch, int width, int other) =>
    [
        .. Norm($"{group}projs.{branch}.0", width),
        .. Linear($"{group}projs.{branch}.2", other, width, Use.Last),
        .. Norm($"{group}fusion.{branch}.norm1", other),
        .. Linear($"{group}fusion.{branch}.attn.wq", other, other, Use.Last),
        .. Linear($"{group}fusion.{branch}.attn.wk", other, other),
        .. Linear($"{group}fusion.{branch}.attn.wv", other, other),
        .. Linear($"{group}fusion.{branch}.attn.proj", other, other, Use.Last),
        .. Norm($"{group}revert_projs.{branch}.0", other),
        .. Linear($"{group}revert_projs.{branch}.2", width, other, Use.Last),
    ];
}
