using System.Globalization;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Consumers.Tests;

/// <summary>What only a whole build of a user's project shows.</summary>
public sealed class ConsumerTests
{
    /// <summary>From the declaration to numbers that PyTorch has computed.</summary>
    [Fact]
    public void AProgramBuildsWithoutAWarningAndPrintsTheRightEmbedding()
    {
        var golden = new GoldenFile("families/minilm");
        using var consumer = new Consumer();
        consumer.Add("Embedder", """
            using Attention.Dsl;

            using MiniLm model = MiniLm.Load(args[0]);
            using MiniLm.Session session = model.CreateSession();
            int[] tokens = [.. args.Skip(1).Select(int.Parse)];
            Console.WriteLine(string.Join(' ', session.Forward(tokens).ToArray()));

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
            """);
        consumer.Build("Embedder");
        string embedding = consumer.Run("Embedder", [golden.Path, .. golden.Ids("0.token_ids").Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        golden.AssertRows("0.embedding", [.. embedding.Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture))]);
    }

    /// <summary>A friend sees the other's kernels too; both have a model of the same name.</summary>
    [Fact]
    public void FriendsHaveModelsOfOneName()
    {
        const string model = "internal partial class Program { [Attention.Dsl.AttentionModel, Attention.Dsl.Encoder(0, 4), Attention.Dsl.Embedding(5, 3)] internal sealed partial class Tiny; }";
        const string program = "Console.WriteLine(typeof(Tiny).Assembly.GetName().Name);\n" + model;
        using var consumer = new Consumer();
        consumer.Add("Shop", program, items: """<InternalsVisibleTo Include="Shop.Tests" />""");
        consumer.Add("Shop.Tests", program, items: """<ProjectReference Include="../Shop/Shop.csproj" />""");
        consumer.Build("Shop.Tests");
        Assert.Equal("Shop.Tests", consumer.Run("Shop.Tests").Trim());
    }

    /// <summary>The files that the README says to read, of a model whose full name is longer than the name of a file may be.</summary>
    [Fact]
    public void FilesOfALongNameAreWritten()
    {
        using var consumer = new Consumer();
        consumer.Add("Long", """
            Console.WriteLine("Built.");

            namespace Contoso.Enterprise.NaturalLanguageProcessing.CustomerSupportTicketClassificationService.Infrastructure.MachineLearning.TransformerModels
            {
                public static partial class MultilingualSentenceEmbeddingModelRegistryForProduction
                {
                    [Attention.Dsl.AttentionModel, Attention.Dsl.Encoder(0, 4), Attention.Dsl.Embedding(5, 3)]
                    public sealed partial class ParaphraseMultilingualMiniLanguageModelL12Version2;
                }
            }
            """, "<EmitCompilerGeneratedFiles>true</EmitCompilerGeneratedFiles>");
        consumer.Build("Long");
        string[] files = [.. consumer.Files("Long", "Contoso.*.g.cs").Select(path => Path.GetFileName(path))];
        foreach (string kernels in new[] { "Avx512", "Avx2", "Vectors128" })
            Assert.Single(files, file => file.EndsWith($"-{kernels}.g.cs", StringComparison.Ordinal));
        Assert.All(files, file => Assert.InRange(file.Length, 1, 100));
    }
}
