using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Stages that exchange class rows, once or in groups, on one side or on both, and what reads them.</summary>
public sealed class ExchangeTests(ITestOutputHelper output) : OperationTests(output)
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. Declarations()]));

    internal override Dictionary<string, CompiledModel> Models => s_models.Value;

    protected override int[] Lengths => [1, 2, 9, 17];

    private static IEnumerable<(string Name, string Body)> Declarations()
    {
        (int Groups, int Layers, int Width, string Norm, string More)[] cases = [(1, 1, 20, "Pre", ""), (2, 2, 33, "Post", ", Bias = false"), (3, 0, 16, "Pre", ", Activation = Activation.Sigmoid"), (2, 1, 31, "None", ", Activation = Activation.Identity")];
        foreach ((int groups, int layers, int width, string norm, string more) in cases)
        {
            yield return ($"Both{width}", $$"""
                [Encoder({{layers}}, {{width}}{{(layers > 0 ? $", Norm = NormPlacement.{norm}" : "")}}, FinalNorm = true, Prefix = "a.{group}")] [Patches(8, 2)] [ClassToken] [Positions(PositionKind.Learned)] {{(layers > 0 ? "[SelfAttention(1)] [FeedForward(9, Activation.Gelu)]" : "")}} [ClassExchange("b", heads: 4, SourceWidth = 36, Groups = {{groups}}{{more}})] public sealed partial class A;
                [Encoder(1, 36, Norm = NormPlacement.{{norm}}, Prefix = "b.{group}", Bias = {{(layers > 0 ? "true" : "false")}})] [Features(40)] [ClassToken] [SelfAttention(6, Mask = nameof(Sees))] [ClassExchange("A", heads: 1, SourceWidth = {{width}}, Groups = {{groups}}, FirstGroup = 3)] public sealed partial class B { private static bool Sees(int query, int key) => query < 7 || key % 3 == 0; }
                [Encoder(0, {{width}}, Prefix = "c")] [Input("a")] [Head(5)] public sealed partial class C;
                [Encoder(0, 36, Prefix = "d", FinalNorm = true)] [Input("b")] [Head(5, Pooling = PoolingKind.Mean)] [MeanWith("c")] public sealed partial class D;
                [Decoder(1, 24, Prefix = "e")] [Embedding(9, 17)] [CrossAttention("b", heads: 3, SourceWidth = 36)] [Logits] public sealed partial class E;
                """);
        }

        yield return ("OneSide", """
            [Encoder(1, 20)] [Embedding(11, 17, Width = 6)] [ClassToken] [SelfAttention(4)] [ClassExchange("b", heads: 2)] public sealed partial class A;
            [Encoder(1, 20, Prefix = "b")] [Embedding(9, 30)] [ClassToken] [SelfAttention(2)] public sealed partial class B;
            [Encoder(1, 20, Prefix = "c")] [Input("a")] [SelfAttention(2)] [ClassExchange("d", heads: 5)] public sealed partial class C;
            [Encoder(1, 20, Prefix = "d")] [Input("b")] [CrossAttention("a", heads: 2)] [ClassExchange("c", heads: 1, Bias = false)] public sealed partial class D;
            [Encoder(0, 20, Prefix = "e")] [Input("c")] [Pooling(PoolingKind.First)] public sealed partial class E;
            [Encoder(0, 20, Prefix = "f")] [Input("d")] [Pooling(PoolingKind.Max)] [L2Normalize] [MeanWith("e")] [Linear(3)] public sealed partial class F;
            """);
        yield return ("Ring", """
            [Encoder(1, 20, Prefix = "a.{group}")] [Embedding(11, 17)] [ClassToken] [SelfAttention(4)] [ClassExchange("b", heads: 2, Groups = 2)] public sealed partial class A;
            [Encoder(1, 20, Prefix = "b.{group}")] [Embedding(9, 30)] [ClassToken] [SelfAttention(2)] [ClassExchange("c", heads: 2, Groups = 2)] public sealed partial class B;
            [Encoder(1, 20, Prefix = "c.{group}")] [Embedding(9, 25)] [ClassToken] [FeedForward(7, Activation.Relu)] [ClassExchange("a", heads: 2, Groups = 2)] public sealed partial class C;
            [Encoder(0, 20, Prefix = "d")] [Input("a")] [Pooling(PoolingKind.Mean)] public sealed partial class D;
            """);
        yield return ("Blocks", """
            [Encoder(2, 20, Prefix = "a.{group}")] [Embedding(11, 40)] [ClassToken] [BigBirdAttention(heads: 2, block: 2, Random = 1, Seed = 5)] [ClassExchange("b", heads: 2, Groups = 2)] public sealed partial class A;
            [Encoder(1, 20, Prefix = "b.{group}")] [Embedding(9, 40)] [ClassToken] [BigBirdAttention(heads: 2, block: 3, Random = 1, Blocks = nameof(Blocks))] [ClassExchange("a", heads: 2, Groups = 2)] public sealed partial class B { private static int Blocks(int layer, int blocks, int head, int row, int place) => ((3 * layer) + head + row + place) % blocks; }
            [Encoder(0, 20, Prefix = "c")] [Input("a")] [Pooling(PoolingKind.Mean)] public sealed partial class C;
            [Encoder(0, 20, Prefix = "d")] [Input("b")] [Pooling(PoolingKind.Mean)] public sealed partial class D;
            """);
    }

    /// <summary>Layers of all groups are counted through: each draws by a seed of its own, as the layers of the authors' code do, and a method is asked for each.</summary>
    [Theory]
    [InlineData("A", 4)]
    [InlineData("B", 2)]
    public void Blocks_differ_from_group_to_group(string stage, int layers)
    {
        StageGraph[] passes = [.. Models["Blocks"].Graph.Stages.Where(pass => pass.Name == stage || pass.Name == StageDeclaration.NameBehind(stage, 1))];
        Attend[] attends = [.. passes.SelectMany(pass => pass.Operations.OfType<Attend>()).Where(attend => attend.Mask is BigBird)];
        Assert.Equal(Enumerable.Range(0, layers), attends.Select(attend => attend.LayerOfAll));
        BigBird bird = Assert.IsType<BigBird>(Assert.Single(attends.Select(attend => attend.Mask).Distinct()));
        Assert.Equal(layers, bird.Layers);
        string[] seen = [.. Enumerable.Range(0, layers).Select(layer =>
        {
            Func<int, int, int, int> times = bird.Times(layer, 41, (of, blocks, head, row, place) => ((3 * of) + head + row + place) % blocks);
            return string.Concat(Enumerable.Range(0, 41 * 41).Select(pair => times(0, pair / 41, pair % 41)));
        })];
        Assert.Equal(layers, seen.Distinct().Count());
    }
}
