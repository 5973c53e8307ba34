using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Windows and rows that see all and that all see, by the same projections and by their own.</summary>
public sealed class GlobalRowTests(ITestOutputHelper output) : OperationTests(output)
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. GlobalRows()]));

    internal override Dictionary<string, CompiledModel> Models => s_models.Value;

    protected override int[] Lengths => [.. Enumerable.Range(1, 13), 31, 32, 33, 40, 63, 64, 65, 97];

    private static IEnumerable<(string Name, string Body)> GlobalRows()
    {
        string[] global =
        [
            "2, Window = 3, Global = 1", "3, Window = 9, Global = 5", "2, Window = 1, Global = 33", "1, Window = 20, Global = 2, TopK = 4", "3, Window = 40, Global = 3, Causal = true", "2, Window = 5, Causal = true, Prefix = 9",
            "2, Window = 2, Global = 1, GlobalProjections = true", "3, Window = 7, Global = 4, GlobalProjections = true, SoftCap = 1.5, KeyBias = false", "1, Window = 30, Global = 40, GlobalProjections = true, Scale = 0.4, Capture = true", "2, Window = 1, Global = 9, GlobalProjections = true, TopK = 5, Bias = false",
            "2, Window = 6, Global = 2, ScoreBias = nameof(Slope)", "2, Window = 6, Global = 3, GlobalProjections = true, ScoreBias = nameof(Slope)",
        ];
        for (int i = 0; i < global.Length; i++)
            yield return ($"Global{i}", $"[Encoder(2, 20{(i % 2 == 0 ? ", Norm = NormPlacement.Pre" : "")})] [Embedding(13, 97)] {(i % 3 == 0 ? "[ClassToken]" : "")} [SelfAttention({global[i]}, HeadWidth = {new[] { 5, 16, 33 }[i % 3]})] [FeedForward(9, Activation.Relu)] public sealed partial class S {{ private static float Slope(int head, int distance) => -0.1f * (head + 1) * distance; }}");
        yield return ("GlobalCross", """
            [Encoder(1, 20)] [Embedding(9, 70)] [SelfAttention(4)] public sealed partial class Source;
            [Encoder(2, 20, Prefix = "a")] [Embedding(7, 97)] [ClassToken] [SelfAttention(2, Window = 4, Global = 3, GlobalProjections = true)] [CrossAttention("source", heads: 4)] public sealed partial class Reader;
            """);
        yield return ("Sinks", "[Decoder(2, 20)] [Embedding(13, 97)] [SelfAttention(4, Window = 8, Global = 3)] [SelfAttention(1, Window = 30, Global = 1, TopK = 4, HeadWidth = 17, Name = \"second.{layer}\")] [Logits] public sealed partial class S;");
    }
}
