using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Stages that exchange class rows, and means of two stages' vectors: what must meet does, or it is a finding.</summary>
public sealed class ExchangeTests
{
    private const string Model = """
        using Attention.Dsl;
        [AttentionModel(Layout = WeightLayout.CrossVit)] public sealed partial class Two
        {
            [Encoder(1, 8)] [Patches(8, 2)] [ClassToken] [SelfAttention(2)] [ClassExchange("large", 3, SourceWidth = 12, Groups = 2)] public sealed partial class Small;
            [Encoder(1, 12, Prefix = "1")] [Patches(9, 3)] [ClassToken] [SelfAttention(2)] [ClassExchange("small", 2, SourceWidth = 8, Groups = 2)] public sealed partial class Large;
            [Encoder(0, 8)] [Input("small")] [Head(3)] public sealed partial class SmallScores;
            [Encoder(0, 12, Prefix = "1")] [Input("large")] [Head(3)] [MeanWith("smallScores")] public sealed partial class Scores;
        }
        """;

    private const string Usage = "internal static class Usage { public static void Run(Two.Session session, float[] image) { session.Small.Forward(image); session.Large.Forward(image); session.SmallScores.Forward(); session.Scores.Forward(); } }";

    [Theory]
    [InlineData("3, SourceWidth = 12", "3, SourceWidth = 12")]
    [InlineData("3, SourceWidth = 12", "{|ATTN001:5|}, SourceWidth = 12", "5 heads do not divide width 12 of stage 'Large'", "4 or 6 heads")]
    [InlineData("3, SourceWidth = 12", "{|ATTN004:0|}, SourceWidth = 12", "heads is 0 in [ClassExchange] of stage 'Small'")]
    [InlineData("\"large\", 3, SourceWidth = 12", "{|ATTN003:\"large\"|}, 3", "Stage 'Small' is 8 wide, but rows of stage 'Large' are 12 wide", "write SourceWidth = 12")]
    [InlineData("SourceWidth = 12", "{|ATTN003:SourceWidth = 8|}", "SourceWidth is 8, but rows of stage 'Large' are 12 wide")]
    [InlineData("\"large\", 3", "{|ATTN002:\"larg\"|}, 3", "no stage 'larg'", "did you mean 'Large'?")]
    [InlineData("\"large\", 3", "{|ATTN011:\"small\"|}, 3", "'Small' refers to itself")]
    [InlineData("SourceWidth = 12, Groups = 2", "SourceWidth = 12, {|ATTN004:Groups = 0|}", "Groups is 0 in [ClassExchange] of stage 'Small'; expected 1 to 64")]
    [InlineData("SourceWidth = 12, Groups = 2", "SourceWidth = 12, Groups = 2, {|ATTN004:FirstGroup = -1|}", "FirstGroup is -1")]
    [InlineData("SourceWidth = 12, Groups = 2", "SourceWidth = 12, Groups = 2, {|ATTN004:Activation = (Activation)99|}", "Activation is 99")]
    [InlineData("[Patches(8, 2)] [ClassToken] [SelfAttention(2)] [ClassExchange(\"large\", 3, ", "[Patches(8, 2)] [SelfAttention(2)] [{|ATTN005:ClassExchange|}(\"large\", 3, ", "exchanges the class row of stage 'Small', which has none", "add [ClassToken]")]
    [InlineData("[SelfAttention(2)] [ClassExchange(\"large\"", "[ClassExchange(\"large\"", "Stage 'Small' has 1 layers but no body")]
    [InlineData("Groups = 2)] public sealed partial class Small", "Groups = 2)] [{|ATTN007:Head|}(3)] public sealed partial class Small", "[Head] stands behind [ClassExchange] of stage 'Small'", "[Input(\"Small\")]")]
    [InlineData("[Patches(8, 2)] [ClassToken] [SelfAttention(2)]", "[Features(5)] [{|ATTN007,ATTN007:Labels|}(Rows = 2)] [ClassToken] [SelfAttention(2, Labels = LabelRule.Equal)]")]
    [InlineData("[SelfAttention(2)] [ClassExchange(\"large\", 3, SourceWidth = 12, Groups = 2)] public", "[ClassExchange(\"large\", 3, SourceWidth = 12, Groups = 2)] [{|ATTN007:SelfAttention|}(2)] public", "the right order is")]
    [InlineData("[Patches(8, 2)] [ClassToken] [SelfAttention(2)]", "[Features(5)] [ClassToken] [Recurrent(CellKind.Gru)]", "stands behind [Recurrent] in stage 'Small'")]
    [InlineData("[MeanWith(\"smallScores\")]", "[MeanWith({|ATTN002:\"small scores\"|})]", "did you mean 'SmallScores'?")]
    [InlineData("[MeanWith(\"smallScores\")]", "[MeanWith({|ATTN011:\"scores\"|})]", "'Scores' refers to itself")]
    [InlineData("[MeanWith(\"smallScores\")]", "[MeanWith({|ATTN007:\"small\"|})]", "stage 'Small' gives rows", "add [Head(classes)]")]
    [InlineData("[Head(3)] [MeanWith(\"smallScores\")]", "[{|ATTN007:MeanWith|}(\"smallScores\")]", "'Scores' has rows there")]
    [InlineData("[Head(3)] [MeanWith(\"smallScores\")]", "[Head(4)] [MeanWith({|ATTN003:\"smallScores\"|})]", "is 4 wide, but stage 'SmallScores' gives one of 3")]
    [InlineData("[Head(3)] [MeanWith(\"smallScores\")]", "[Head(4)] [Linear(3, Name = \"x\")] [MeanWith(\"smallScores\")]")]
    public Task Arguments(string sound, string changed, params string[] facts) => Analysis.ExpectSource(Marked(sound, changed), Usage, facts);

    /// <summary>The whole line is reported where the part itself is.</summary>
    private static string Marked(string sound, string changed)
    {
        string source = Model.Replace(sound, changed, StringComparison.Ordinal);
        if (changed == "[ClassExchange(\"large\"")
            source = source.Replace("[Encoder(1, 8)] [Patches", "[Encoder({|ATTN005:1|}, 8)] [Patches", StringComparison.Ordinal);
        return changed.Contains("Recurrent", StringComparison.Ordinal) ? source.Replace("[ClassExchange(\"large\"", "[{|ATTN007:ClassExchange|}(\"large\"", StringComparison.Ordinal) : source;
    }

    [Fact]
    public Task GroupsThatDiffer() => Analysis.ExpectSource(
        Model.Replace("SourceWidth = 8, Groups = 2", "SourceWidth = 8, {|ATTN004:Groups = 3|}", StringComparison.Ordinal).Replace("SourceWidth = 12, Groups = 2", "SourceWidth = 12, {|ATTN004:Groups = 2|}", StringComparison.Ordinal), Usage,
        ["Groups is 2 in [ClassExchange] of stage 'Small', but the rows of stage 'Large' pass 3", "Groups is 3 in [ClassExchange] of stage 'Large', but the rows of stage 'Small' pass 2"]);

    [Fact]
    public Task GroupsOfWhichTheOtherStageHasNone() => Analysis.ExpectSource(
        Model.Replace(" [ClassExchange(\"small\", 2, SourceWidth = 8, Groups = 2)]", "", StringComparison.Ordinal).Replace("SourceWidth = 12, Groups = 2", "SourceWidth = 12, {|ATTN004:Groups = 2|}", StringComparison.Ordinal), Usage,
        ["the rows of stage 'Large' pass 1"]);

    [Fact]
    public Task ExchangeOfOneSideOnly() => Analysis.ExpectSource(
        Model.Replace(" [ClassExchange(\"small\", 2, SourceWidth = 8, Groups = 2)]", "", StringComparison.Ordinal).Replace("SourceWidth = 12, Groups = 2", "SourceWidth = 12", StringComparison.Ordinal), Usage, []);

    [Fact]
    public Task WithoutAClassRowOfTheOtherStage() => Analysis.ExpectSource(
        Model.Replace("[Patches(9, 3)] [ClassToken] [SelfAttention(2)] [ClassExchange(\"small\", 2, SourceWidth = 8, Groups = 2)]", "[Patches(9, 3)] [SelfAttention(2)]", StringComparison.Ordinal)
            .Replace("[ClassExchange(\"large\", 3, SourceWidth = 12, Groups = 2)]", "[ClassExchange({|ATTN005:\"large\"|}, 3, SourceWidth = 12)]", StringComparison.Ordinal), Usage,
        ["takes the place of the class row of stage 'Large', which has none", "add [ClassToken] to it"]);

    [Fact]
    public Task InADecoder() => Analysis.ExpectSource(
        Model.Replace("[Encoder(1, 8)] [Patches(8, 2)] [ClassToken] [SelfAttention(2)] [ClassExchange(", "[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [{|ATTN007:ClassExchange|}(", StringComparison.Ordinal).Replace("[ClassExchange(\"small\"", "[ClassExchange({|ATTN007:\"small\"|}", StringComparison.Ordinal),
        "", ["stands in decoder 'Small'", "make the stage an encoder", "asks the rows of decoder 'Small'"]);

    /// <summary>Each reads what the other was before; what reads both is behind them, and none of them may wait for that.</summary>
    [Fact]
    public Task CirclesThroughAnExchange() => Analysis.ExpectSource(
        Model.Replace("[Patches(8, 2)]", "[Input({|ATTN011:\"between\"|})]", StringComparison.Ordinal).Replace("[Encoder(0, 8)]", "[Encoder(1, 8, Prefix = \"2\")] [Input({|ATTN011:\"large\"|}, SourceWidth = 12, Name = \"x\")] [SelfAttention(1)] public sealed partial class Between;\n    [Encoder(0, 8)]", StringComparison.Ordinal), "",
        ["Stages 'Small' and 'Between' depend on each other", "Stages 'Between' and 'Large' depend on each other"]);

    [Theory]
    [InlineData("a", "{|ATTN016:FirstGroup = 1|}", "FirstGroup is given in [ClassExchange] of stage 'A', but none of its names has {group}")]
    [InlineData("a.{group}", "FirstGroup = 1")]
    public Task FirstGroups(string prefix, string argument, params string[] facts) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel] public sealed partial class Pair
        {
            [Encoder(0, 8, Prefix = "{{prefix}}")] [Features(5)] [ClassToken] [ClassExchange("b", 2, {{argument}})] public sealed partial class A;
            [Encoder(0, 8, Prefix = "b")] [Features(5)] [ClassToken] public sealed partial class B;
        }
        """,
        "", facts);

    /// <summary>Without an exchange there are no groups that a name could tell apart, but in a layout's own names.</summary>
    [Theory]
    [InlineData("[Encoder(1, 8, {|ATTN015:Prefix = \"a.{group}\"|})] [Embedding(9, 5)] [SelfAttention(2)]", "PyTorch", "'a.{group}.embedding.weight' names the Embedding of stage 'Lone', which has no groups; expected a name without {group}, or [ClassExchange] in the stage")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN015:Name = \"a.{group}.{layer}\"|})]", "PyTorch", "names the SelfQuery of stage 'Lone', which has no groups")]
    [InlineData("[Tensor(TensorRole.Embedding, {|ATTN015:\"words.{group}.weight\"|})] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "PyTorch", "'words.{group}.weight' names the Embedding of stage 'Lone', which has no groups")]
    [InlineData("[Tensor(TensorRole.SelfOutput, \"out.{layer}.weight\", {|ATTN015:Bias = \"out.{layer}.{group}\"|})] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "PyTorch", "names the SelfOutput of stage 'Lone', which has no groups")]
    [InlineData("[Encoder(1, 8)] [Patches(8, 2)] [ClassToken] [SelfAttention(2)]", "CrossVit")]
    public Task GroupsThatThereAreNot(string stage, string layout, params string[] facts) =>
        Analysis.ExpectSource($"using Attention.Dsl; [AttentionModel(Layout = WeightLayout.{layout})] {stage} public sealed partial class Lone;", "", facts);

    [Theory]
    [InlineData("[Tensor(TensorRole.ExchangeQuery, \"a.{prefix}.{group}.weight\")]", "ClassExchange")]
    [InlineData("[Tensor(TensorRole.ExchangeQuery, \"a.{prefix}.weight\")]", "{|ATTN013:ClassExchange|}", "would read tensor 'a.0.weight' in groups 0 and 1", "put {group} into its name")]
    public Task NamesOfGroups(string tensor, string part, params string[] facts) => Analysis.ExpectSource(
        Model.Replace("ClassExchange", part, StringComparison.Ordinal).Replace("[AttentionModel(", $"{tensor} [AttentionModel(", StringComparison.Ordinal), Usage,
        facts.Length == 0 ? [] : [.. facts, "would read tensor 'a.1.weight' in groups 0 and 1"]);

    [Theory]
    [InlineData("AttentionSmall_1")]
    [InlineData("AttentionPack5")]
    public Task NamesThatTheGeneratorNeeds(string name) => Analysis.ExpectSource(
        Model.Replace("public sealed partial class Scores;\n", $"public sealed partial class Scores;\n    private int {{|ATTN010:{name}|}} => 1;\n", StringComparison.Ordinal), Usage, [$"'Two' has a member '{name}', which the generator writes"]);
}
