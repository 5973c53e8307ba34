using Attention.Dsl;
using Attention.Generator.Reading;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;
using ReadFormat = Attention.Generator.WeightFormat;
using WeightFormat = Attention.Dsl.WeightFormat;

namespace Attention.Tests.Generator;

/// <summary>The format of weights, as the reader takes it from the attribute.</summary>
public sealed class WeightFormatReadingTests
{
    [Fact]
    public void BothEnumsAreTheSame() => Assert.Equal(
        Enum.GetValues<WeightFormat>().Select(format => (format.ToString(), (int)format)),
        Enum.GetValues<ReadFormat>().Select(format => (format.ToString(), (int)format)));

    [Fact]
    public void UnlessSet_ItIsFloat32()
    {
        Assert.Equal(WeightFormat.Float32, new AttentionModelAttribute().Weights);
        Assert.Equal(ReadFormat.Float32, Read("[AttentionModel]").Weights);
        Assert.Equal(ReadFormat.Float32, Read("[AttentionModel(Layout = WeightLayout.Bert)]").Weights);
    }

    [Theory]
    [InlineData("WeightFormat.Float32", 0)]
    [InlineData("WeightFormat.BFloat16", 1)]
    [InlineData("WeightFormat.Int8", 2)]
    [InlineData("(WeightFormat)7", 7)]
    [InlineData("(WeightFormat)(-1)", -1)]
    public void ItIsWhatTheUserWrote(string written, int value) =>
        Assert.Equal((ReadFormat)value, Read($"[AttentionModel(Weights = {written})]").Weights);

    [Fact]
    public void TwoFormatsAreTwoDeclarations()
    {
        Assert.Equal(Read("[AttentionModel(Weights = WeightFormat.Int8)]"), Read("[AttentionModel(Weights = WeightFormat.Int8)]"));
        Assert.NotEqual(Read("[AttentionModel(Weights = WeightFormat.Int8)]"), Read("[AttentionModel(Weights = WeightFormat.BFloat16)]"));
    }

    private static ModelDeclaration Read(string attribute)
    {
        CSharpCompilation compilation = GeneratorRun.Compile($$"""
            using Attention.Dsl;

            {{attribute}}
            public sealed partial class Lone
            {
                [Encoder(layers: 1, width: 16)]
                [Embedding(vocabulary: 9, length: 5)]
                [SelfAttention(heads: 2)]
                public sealed partial class Text;
            }
            """);
        return DeclarationReader.Read(compilation.GetTypeByMetadataName("Lone")!, TestContext.Current.CancellationToken);
    }
}
