using Attention.Generator;
using Attention.Generator.Operations;
using Attention.Generator.Planning;
using Xunit;

namespace Attention.Tests.Generator;

/// <summary>A tied table is packed once, where the products by it can have its rows as they are.</summary>
public sealed class TieTests
{
    private static ModelPlan Plan(string model, string declaration) => GeneratorRun.PlanOf($"[AttentionModel({model})] {declaration}", "M");

    private static ModelPlan Decoder(string logits, string model = "") => Plan(model, $"[Decoder(0, 32), Embedding(100, 8), Logits({logits})] public sealed partial class M;");

    private static Embed.Call[] Embeds(ModelPlan plan) => [.. plan.Stages.SelectMany(stage => stage.Steps).OfType<Embed.Call>()];

    [Theory]
    [InlineData("Tied = true", "Float32", 112 * 33)]
    [InlineData("Tied = true, Bias = true", "Float32", 112 * 33)]
    [InlineData("Bias = false", "Float32", (112 * 33) + (100 * 48))]
    [InlineData("Tied = true", "BFloat16", 112 * 17)]
    [InlineData("Bias = false", "BFloat16", (112 * 17) + (100 * 48))]
    public void Tables_are_packed_once(string logits, string format, long floats)
    {
        ModelPlan plan = Decoder(logits, $"Weights = WeightFormat.{format}");
        Assert.Equal(floats, plan.WeightFloats);
        Assert.Equal(logits.StartsWith("Tied", StringComparison.Ordinal) ? new TablePanels(100, Enum.Parse<WeightFormat>(format)) : null, Assert.Single(Embeds(plan)).Panels);
    }

    /// <summary>Whole numbers of products are not the table's.</summary>
    [Theory]
    [InlineData("Tied = true", "Weights = WeightFormat.Int8")]
    [InlineData("Tied = true, Products = ProductFormat.W7A7", "")]
    public void Panels_of_whole_numbers_are_not_read(string logits, string model)
    {
        ModelPlan plan = Decoder(logits, model);
        Assert.Null(Assert.Single(Embeds(plan)).Panels);
        Assert.True(plan.WeightFloats > 100 * 48);
    }

    /// <summary>Both halves of a translator read the panels of the decoder's scores, though these come last.</summary>
    [Fact]
    public void Stages_share_panels()
    {
        ModelPlan plan = Plan("", """
            public sealed partial class M
            {
                [Encoder(0, 32), Embedding(100, 8)] public sealed partial class Source;
                [Decoder(1, 32), Embedding(100, 8, Shares = nameof(Source), Scaled = true), CrossAttention(from: nameof(Source), heads: 4), Logits(Tied = true)] public sealed partial class Target;
            }
            """);
        Embed.Call[] embeds = Embeds(plan);
        Assert.Equal(2, embeds.Length);
        Assert.All(embeds, embed => Assert.Equal((100, embeds[0].Table), (embed.Panels?.Outputs, embed.Table)));
    }
}
