using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using VerifyXunit;
using Xunit;

namespace Attention.Tests.Generator.Snapshots;

/// <summary>What is written for toy shapes, word for word: a change of it shows in the diff of a <c>.verified.cs</c> beside this file.</summary>
public sealed class SnapshotTests
{
    private const string Encoder = """
        using Attention.Dsl;

        [AttentionModel]
        public sealed partial class Toy
        {
            [Encoder(layers: 1, width: 4)]
            [Embedding(vocabulary: 5, length: 3)]
            [SelfAttention(heads: 1)]
            [FeedForward(4, Activation.Relu)]
            public sealed partial class Text;
        }
        """;

    private const string EncoderAndDecoder = """
        using Attention.Dsl;

        namespace Toys;

        internal static partial class Box<T>
        {
            [AttentionModel]
            internal sealed partial class Toy
            {
                [Encoder(layers: 2, width: 4)]
                [Embedding(vocabulary: 5, length: 3, Scaled = true)]
                [Positions(PositionKind.Sinusoidal)]
                [SelfAttention(heads: 2)]
                [FeedForward(6, Activation.Relu)]
                public sealed partial class Source;

                [Decoder(layers: 2, width: 4, Norm = NormPlacement.Pre, FinalNorm = true)]
                [Embedding(vocabulary: 7, length: 3, Scaled = true)]
                [Positions(PositionKind.Learned)]
                [SelfAttention(heads: 2)]
                [CrossAttention(from: "source")]
                [FeedForward(6, Activation.Relu)]
                [Logits]
                public sealed partial class Target;
            }
        }
        """;

    private const string Wrong = """
        using Attention.Dsl;

        [AttentionModel]
        public sealed partial class Toy
        {
            [Encoder(layers: 1, width: 4)]
            [Embedding(vocabulary: 5, length: 3)]
            [SelfAttention(heads: 3)]
            [FeedForward(4, Activation.Relu)]
            public sealed partial class Text;
        }
        """;

    [Fact]
    public Task ToyEncoder() => Verifier.Verify(FileOf(Encoder, "Toy.g.cs"), extension: "cs");

    [Fact]
    public Task ToyEncoderOnVectors128() => Verifier.Verify(FileOf(Encoder, "Toy-Vectors128.g.cs"), extension: "cs");

    [Fact]
    public Task ToyEncoderOnAvx2() => Verifier.Verify(Outline(FileOf(Encoder, "Toy-Avx2.g.cs")), extension: "cs");

    [Fact]
    public Task ToyEncoderOnAvx512() => Verifier.Verify(Outline(FileOf(Encoder, "Toy-Avx512.g.cs")), extension: "cs");

    [Fact]
    public Task ToyEncoderAndDecoder() => Verifier.Verify(FileOf(EncoderAndDecoder, "Toys.Box(1).Toy.g.cs"), extension: "cs");

    [Fact]
    public Task ToyWithAnError() => Verifier.Verify(GeneratorRun.Of(Wrong).Driver);

    private static string FileOf(string source, string name)
    {
        string text = GeneratorRun.Of(source).Files.Single(file => file.HintName == name).SourceText.ToString();
        Assert.DoesNotContain('\r', text);
        return text.Replace($"\"{Attention.Generator.ProductVersion.Text}\"", "\"{version}\"", StringComparison.Ordinal);
    }

    /// <summary>A file without the bodies of its methods: what there is for which shapes, not how it is done.</summary>
    private static string Outline(string text)
    {
        var outline = new StringBuilder();
        foreach (BaseMethodDeclarationSyntax method in CSharpSyntaxTree.ParseText(text).GetCompilationUnitRoot().DescendantNodes().OfType<BaseMethodDeclarationSyntax>())
            outline.Append(method.WithBody(null).WithoutTrivia().NormalizeWhitespace(eol: "\n")).Append(";\n");
        return outline.ToString();
    }
}
