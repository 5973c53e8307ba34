using Attention.Tests.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Code as it stands while someone types it: what the compiler reports is not said twice, and nothing ever throws.</summary>
public sealed class HalfTypedTests
{
    [Theory]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention]", "CS7036")]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention()]", "CS7036")]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention(heads: )]", "CS1525")]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention(heads: \"4\")]", "CS1503")]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention(1, 2, 3)]", "CS1729")]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention(head: 4)]", "CS1739")]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention(heads: Unknown)]", "CS0103")]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention(heads: System.Environment.ProcessorCount)]", "CS0182")]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention(heads: 4, HeadWidth = \"8\")]", "CS0029")]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention(heads: 4, HeadsWidth = 8)]", "CS0246")]
    [InlineData("[SelfAttention(heads: 4)]", "[SelfAttention(heads: null)]", "CS1503")]
    [InlineData("[Encoder(layers: 2, width: 32)]", "[Encoder]", "CS7036")]
    [InlineData("[Encoder(layers: 2, width: 32)]", "[Encoder(layers: 2)]", "CS7036")]
    [InlineData("[Encoder(layers: 2, width: 32)]", "[Encoder(width: \"\", layers: 2)]", "CS1503")]
    [InlineData("[Encoder(layers: 2, width: 32)]", "[Encoder(2, 32, Norm = NormPlacement.Middle)]", "CS0117")]
    [InlineData("[Embedding(vocabulary: 20, length: 8)]", "[Embedding(20)]", "CS7036")]
    [InlineData("[Embedding(vocabulary: 20, length: 8)]", "[Embedding(length: \"\", 20)]", "CS8323")]
    [InlineData("[Positions(PositionKind.Learned)]", "[Positions(PositionKind.Lerned)]", "CS0117")]
    [InlineData("[Positions(PositionKind.Learned)]", "[Positions(1)]", "CS1503")]
    [InlineData("[FeedForward(64, Activation.Gelu)]", "[FeedForward(64)]", "CS7036")]
    [InlineData("[CrossAttention(from: \"spelling\")]", "[CrossAttention]", "CS1729")]
    [InlineData("[CrossAttention(from: \"spelling\")]", "[CrossAttention(from: 3)]", "CS1503")]
    [InlineData("[Encoder(layers: 2, width: 32)]", "[Encodr(layers: 2, width: 32)]", "CS0246", "CS0246")]
    [InlineData("[SelfAttention(heads: 2)]\n    [Cross", "[SelfAttenton(heads: 2)]\n    [Cross", "CS0246", "CS0246")]
    [InlineData("[Embedding(vocabulary: 12, length: 6)]", "[Embeddings(vocabulary: 12, length: 6)]", "CS0246", "CS0246")]
    [InlineData("[AttentionModel]", "[AttentionModel(3)]", "CS1729")]
    [InlineData("[AttentionModel]", "[AttentionModel]\npublic sealed partial class Pronouncer;\n[AttentionModel]", "CS0579")]
    public Task WhatTheCompilerReports_IsNotSaidTwice(string sound, string broken, params string[] compilerErrors) =>
        Analysis.Expect(sound, broken, [], compilerErrors);

    [Fact]
    public Task OneMistakeOfTheCompilers_HidesNoOtherOfOurs() =>
        Analysis.Expect("[SelfAttention(heads: 4)]\n    [FeedForward(64, Activation.Gelu)]", "[SelfAttention]\n    [FeedForward({|ATTN004:0|}, Activation.Gelu)]", ["hidden is 0"], "CS7036");

    [Theory]
    [InlineData("[assembly: Attention.Dsl.AttentionModel]")]
    [InlineData("[Attention.Dsl.AttentionModel] struct S { [Attention.Dsl.Encoder(1, 2)] partial struct T; }")]
    [InlineData("[Attention.Dsl.AttentionModel] enum S { A }")]
    [InlineData("[Attention.Dsl.AttentionModel] interface I { [Attention.Dsl.Encoder(1, 2)] partial class T; }")]
    [InlineData("[Attention.Dsl.AttentionModel] delegate void D();")]
    [InlineData("class C { [Attention.Dsl.AttentionModel] int F() => 1; }")]
    [InlineData("class C { [Attention.Dsl.AttentionModel] int field; [Attention.Dsl.Encoder(1, 2)] int G { get; } }")]
    [InlineData("[Attention.Dsl.AttentionModel] partial class")]
    [InlineData("[Attention.Dsl.AttentionModel] partial class M { [Attention.Dsl.Encoder(1, 2)] partial class")]
    [InlineData("[Attention.Dsl.AttentionModel] partial class M { [Attention.Dsl.Encoder(1, 2), Attention.Dsl.")]
    [InlineData("[Attention.Dsl.AttentionModel] partial class M { partial class M { [Attention.Dsl.Encoder(1, 2)] partial class M; } }")]
    [InlineData("[Attention.Dsl.AttentionModel] partial class M : M { [Attention.Dsl.Encoder(1, 2)] partial class S : S; }")]
    [InlineData("[Attention.Dsl.AttentionModel] partial class M { [Attention.Dsl.Encoder(1, 2)] enum E; [Attention.Dsl.Encoder(1, 2)] delegate void D(); }")]
    [InlineData("[Attention.Dsl.AttentionModel] class M { } [Attention.Dsl.AttentionModel] class M { }")]
    [InlineData("namespace Attention.Dsl { class EncoderAttribute : System.Attribute; [AttentionModel] partial class M { [Encoder] partial class S; } }")]
    [InlineData("namespace Attention { class Dsl { public class AttentionModelAttribute : System.Attribute; public class EncoderAttribute : System.Attribute; } [Dsl.AttentionModel] partial class M { [Dsl.Encoder] partial class S; } }")]
    public Task OddPlaces_DoNotThrow(string source) => Analysis.Of(source);

    /// <summary>Of what has no name yet nothing is generated, and the compiler says what is missing.</summary>
    [Theory]
    [InlineData("[AttentionModel] public sealed partial class Model { [Encoder(1, 8)] [Embedding(5, 4)] [FeedForward(8, Activation.Relu)] public sealed partial class }")]
    [InlineData("[AttentionModel] public sealed partial class Model { [Encoder(1, 8)] [Embedding(5, 4)] [FeedForward(8, Activation.Relu)] public sealed partial class ; [Encoder(0, 8)] [Embedding(5, 4)] public sealed partial class Text; }")]
    [InlineData("[AttentionModel] [Encoder(1, 8)] [Embedding(5, 4)] [FeedForward(8, Activation.Relu)] public sealed partial class")]
    [InlineData("[AttentionModel] [Encoder(1, 8)] [Embedding(5, 4)] public sealed partial class { }")]
    [InlineData("[Encoder(1, 8)] [Embedding(5, 4)] public sealed partial class { }")]
    [InlineData("public partial class { [AttentionModel] [Encoder(0, 8)] [Embedding(5, 4)] public sealed partial class Model; }")]
    [InlineData("public partial class Box<> { [AttentionModel] [Encoder(0, 8)] [Embedding(5, 4)] public sealed partial class Model; }")]
    [InlineData("public partial class Box<T, > { [AttentionModel] [Encoder(0, 8)] [Embedding(5, 4)] public sealed partial class Model; }")]
    [InlineData("public partial class Box<T> { partial class { [AttentionModel] [Encoder(0, 8)] [Embedding(5, 4)] public sealed partial class Model; } }")]
    [InlineData("namespace { [AttentionModel] [Encoder(0, 8)] [Embedding(5, 4)] public sealed partial class Model; }")]
    [InlineData("namespace Toys. { [AttentionModel] [Encoder(0, 8)] [Embedding(5, 4)] public sealed partial class Model; }")]
    [InlineData("namespace Toys { namespace { [AttentionModel] [Encoder(0, 8)] [Embedding(5, 4)] public sealed partial class Model; } }")]
    [InlineData("namespace ; [AttentionModel] [Encoder(0, 8)] [Embedding(5, 4)] public sealed partial class Model;")]
    [InlineData("namespace Toys.; [AttentionModel] [Encoder(0, 8)] [Embedding(5, 4)] public sealed partial class Model;")]
    public async Task Nameless_IsLeftToTheCompiler(string source)
    {
        Analysis analysis = await Analysis.Of("using Attention.Dsl;\n" + source);
        Assert.Empty(analysis.Run.Files);
        Assert.Empty(analysis.Findings);
        Assert.Contains(analysis.Errors, error => error.Id is "CS1001" or "CS1514");
        Assert.Empty(analysis.InGenerated);
    }

    /// <summary>Models of every form, which someone types from left to right.</summary>
    [Theory]
    [InlineData("using Attention.Dsl;\nnamespace Toys.Inner;\n[AttentionModel(Weights = WeightFormat.Int8)]\n[Encoder(layers: 1, width: 8, Norm = NormPlacement.Pre)]\n[Embedding(vocabulary: 5, length: 4)]\n[SelfAttention(2)]\n[Head(3)]\npublic sealed partial class Model { public int Own => 1; public Rows Forward(string text) => default; }\n")]
    [InlineData("using Attention.Dsl;\nnamespace Toys { namespace Inner { public partial class Box<TKey, TValue> where TKey : class { internal partial record struct Case(int X) { [AttentionModel] internal sealed partial class Model { [Encoder(0, 8), Embedding(5, 4)] internal sealed partial class Text; [Decoder(0, 8, Prefix = \"x\"), Embedding(5, 4)] internal sealed partial class Words { } } } } } }\n")]
    [InlineData(Analysis.Model)]
    public async Task AnyBeginning_HasNoErrorsInGeneratedFiles(string source) =>
        await Parallel.ForEachAsync(Tokens(source), TestContext.Current.CancellationToken, async (token, _) =>
            Assert.Empty((await Analysis.Of(source[..token.SpanStart])).InGenerated));

    public static TheoryData<string> Edits => ["remove", "replace"];

    [Theory, MemberData(nameof(Edits))]
    public async Task AnyEditOfAToken_DoesNotThrow(string edit)
    {
        string[] hostile =
        [
            "\"x\"", "-1", "0", "null", "null!", "nameof(Spelling)", "(Activation)99", "int.MaxValue", "2147483648", "default", "typeof(int)", "new int[] { 1 }",
            "1.5", "double.NaN", "class", ")", "]", "}", "heads:", "Bias =", "@", "'", "\"", "partial", "static", "file", "record",
        ];
        SyntaxToken[] tokens = Tokens(Analysis.Model);
        await Parallel.ForAsync(0, tokens.Length, TestContext.Current.CancellationToken, async (i, _) =>
        {
            string before = Analysis.Model[..tokens[i].SpanStart], after = Analysis.Model[tokens[i].Span.End..];
            Assert.Empty((await Analysis.Of(edit == "remove" ? before + after : before + hostile[i % hostile.Length] + after)).InGenerated);
        });
    }

    private static SyntaxToken[] Tokens(string source) =>
        [.. CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Where(token => !token.IsKind(SyntaxKind.EndOfFileToken))];
}
