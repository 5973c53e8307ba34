using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Tokens of several kinds, their positions and padding, and channels of rows before.</summary>
public sealed class TokenKindTests(ITestOutputHelper output) : OperationTests(output)
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. Stages()]));

    internal override Dictionary<string, CompiledModel> Models => s_models.Value;

    protected override int[] Lengths => [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 27, 28, 33, 40];

    private static IEnumerable<(string Name, string Body)> Stages()
    {
        string[] kinds =
        [
            "[Decoder(1, 20)] [Embedding(5, 7, Padding = 3)] [Positions(PositionKind.Learned)] [Segment(9, 20)] [Positions(PositionKind.Axial, Columns = 6)] [Segment(3, 13)] [SelfAttention(4)] [Logits]",
            "[Encoder(1, 31, Norm = NormPlacement.Pre)] [Embedding(5, 7, Scaled = true)] [Segment(30, 33)] [TokenTypes(2)] [LayerNorm] [SelfAttention(1)]",
            "[Decoder(0, 33)] [Embedding(1, 1)] [Segment(50, 39)] [Positions(PositionKind.SinusoidalHalves)] [Logits(Bias = false)]",
            "[Encoder(1, 20)] [Patches(12, 3)] [Positions(PositionKind.Axial, Columns = 4)] [ClassToken] [SelfAttention(1)]",
            "[Encoder(1, 16)] [Embedding(17, 40, Padding = 0, Width = 7)] [Positions(PositionKind.Axial, Columns = 7, Rows = 9)] [LayerNorm] [SelfAttention(1)]",
            "[Decoder(1, 48)] [Embedding(17, 40, Padding = 16)] [SelfAttention(1)] [Logits(Tied = true)]",
            "[Decoder(1, 48)] [Embedding(16, 9, Scaled = true, Padding = 2)] [Positions(PositionKind.Learned, Offset = 3)] [Segment(48, 31)] [Positions(PositionKind.Learned, Rows = 50)] [SelfAttention(1)] [Linear(20)] [Logits]",
        ];
        for (int i = 0; i < kinds.Length; i++)
            yield return ($"Kinds{i}", kinds[i] + " public sealed partial class S;");
        (int Width, string Stage, string Shift)[] shifts =
        [
            (24, "Decoder", "Text = 7, Side = 6"), (31, "Decoder", ""), (20, "Encoder", "Text = 4, Side = 6"), (1, "Encoder", "Side = 7"), (5, "Decoder", "Text = 39, Side = 1"), (33, "Encoder", ""),
        ];
        foreach ((int width, string stage, string shift) in shifts)
            yield return ($"Shifted{width}", $"[{stage}(3, {width}, Norm = NormPlacement.{(width % 2 == 0 ? "Pre" : "Post")})] [Embedding(17, 40)] [SelfAttention(1, HeadWidth = 9, Name = \"first.{{layer}}\")] [TokenShift{(shift.Length == 0 ? "" : $"({shift})")}] [SelfAttention(1, HeadWidth = 9, Every = 2)] [FeedForward(9, Activation.Silu)] public sealed partial class S;");
    }
}
