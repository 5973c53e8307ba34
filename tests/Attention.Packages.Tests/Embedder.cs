using System.Globalization;
using Attention.Tests.Models;

namespace Attention.Packages.Tests;

/// <summary>A program that prints an embedding, which PyTorch has computed too.</summary>
internal static class Embedder
{
    public const string Model = """
        [AttentionModel(Layout = WeightLayout.Bert, Unread = new[] { "*.token_ids", "*.sequence", "*.embedding" })]
        [Encoder(layers: 2, width: 16, Epsilon = 1e-12, Prefix = "")]
        [Embedding(vocabulary: 50, length: 16)]
        [TokenTypes(2)]
        [Positions(PositionKind.Learned)]
        [LayerNorm]
        [SelfAttention(heads: 2)]
        [FeedForward(28, Activation.Gelu)]
        [Pooling(PoolingKind.Mean)]
        [L2Normalize]
        public sealed partial class MiniLm;
        """;

    public const string Program = $$"""
        using Attention.Dsl;

        using MiniLm model = MiniLm.Load(args[0]);
        using MiniLm.Session session = model.CreateSession();
        int[] tokens = [.. args.Skip(2).Select(int.Parse)];
        Console.WriteLine($".NET {Environment.Version.Major}, {model.InstructionSet}");
        if (args[1] == "print")
            Console.WriteLine(string.Join(' ', session.Forward(tokens).ToArray()));

        {{Model}}
        """;

    private static readonly Lazy<GoldenFile> s_golden = new(() => new GoldenFile("families/minilm"));

    /// <summary>The checkpoint, with what PyTorch makes of three rows of ids.</summary>
    public static GoldenFile Golden => s_golden.Value;

    public static string[] Arguments => [Golden.Path, "print", .. Golden.Ids("0.token_ids").Select(id => id.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Asserts that the last line that the program has written is the embedding, and gives the first.</summary>
    public static string AssertPrinted(Ended ended)
    {
        string[] lines = ended.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Golden.AssertRows("0.embedding", [.. lines[^1].Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture))]);
        return lines[^2];
    }
}
