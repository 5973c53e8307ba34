using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Widths that do not meet: heads, cross-attention, shared tables.</summary>
public sealed class WidthTests
{
    [Fact]
    public Task SoundModel_HasNoFinding() => Analysis.ExpectSource(Analysis.Model, Analysis.Usage, []);

    [Theory]
    [InlineData("heads: 7", "7 heads do not divide width 32 of stage 'Spelling'", "4 or 8 heads", "a width of 35", "HeadWidth")]
    [InlineData("5", "5 heads", "width 32", "4 or 8 heads", "a width of 35")]
    [InlineData("heads: 300", "300 heads", "32 heads", "a width of 300")]
    [InlineData("heads: 31", "31 heads", "16 or 32 heads", "a width of 62")]
    public Task HeadsThatDoNotDivide(string argument, params string[] facts) =>
        Analysis.Expect("heads: 4", $"{{|ATTN001:{argument}|}}", facts);

    [Fact]
    public Task HeadsThatDoNotDivide_OfEachSelfAttention_NotOfTheCrossAttentionThatTakesThem() =>
        Analysis.Expect("[SelfAttention(heads: 2)]", "[SelfAttention({|ATTN001:heads: 3|}), SelfAttention({|ATTN001:5|})]", ["3 heads", "2 or 4 heads", "5 heads", "'Phonemes'"]);

    [Fact]
    public Task HeadsThatDoNotDivide_OfCrossAttention() =>
        Analysis.Expect("[CrossAttention(from: \"spelling\")]", "[CrossAttention(\"spelling\", {|ATTN001:3|})]", ["3 heads", "width 32", "'Phonemes'"]);

    [Fact]
    public Task HeadsTakenFromSelfAttentionWithHeadWidth_AreCrossAttentionsOwnMistake() =>
        Analysis.Expect(
            "[SelfAttention(heads: 2)]\n    [CrossAttention(", "[SelfAttention(heads: 3, HeadWidth = 8)]\n    [{|ATTN001:CrossAttention|}(", ["3 heads", "width 32"]);

    [Fact]
    public Task HeadsWithHeadWidth_NeedNotDivide() => Analysis.Expect("heads: 4", "heads: 7, HeadWidth = 5", []);

    [Fact]
    public Task ConstantsAreMarkedWhereTheyAreUsed() => Analysis.ExpectSource(
        Analysis.Model.Replace("heads: 4", "{|ATTN001:Heads|}", StringComparison.Ordinal).Replace("[AttentionModel]\npublic sealed partial class Pronouncer\n{", "[AttentionModel]\npublic sealed partial class Pronouncer\n{\n    private const int Heads = 3 * 2;", StringComparison.Ordinal),
        Analysis.Usage, ["6 heads"]);

    [Theory]
    [InlineData("[CrossAttention({|ATTN003:from: \"spelling\"|})]")]
    [InlineData("[CrossAttention({|ATTN003:nameof(Spelling)|})]")]
    [InlineData("[CrossAttention({|ATTN003:\"Spelling\"|}, heads: 4, HeadWidth = 4)]")]
    public Task SourceOfAnotherWidth(string attention) => Analysis.ExpectSource(
        WiderSource.Replace("[CrossAttention(from: \"spelling\")]", attention, StringComparison.Ordinal), Analysis.Usage,
        ["Stage 'Phonemes' is 32 wide", "rows of stage 'Spelling' are 64 wide", "write SourceWidth = 64"]);

    [Theory]
    [InlineData("32")]
    [InlineData("65")]
    public Task WrongSourceWidth(string said) => Analysis.ExpectSource(
        WiderSource.Replace("from: \"spelling\"", $"from: \"spelling\", {{|ATTN003:SourceWidth = {said}|}}", StringComparison.Ordinal), Analysis.Usage,
        [$"SourceWidth is {said}", "'Spelling' are 64 wide", "write SourceWidth = 64"]);

    [Fact]
    public Task RightSourceWidth() => Analysis.ExpectSource(
        WiderSource.Replace("from: \"spelling\"", "from: \"spelling\", SourceWidth = 64", StringComparison.Ordinal), Analysis.Usage, []);

    [Fact]
    public Task SourceWidthOfEqualWidths() => Analysis.Expect("from: \"spelling\"", "from: \"spelling\", SourceWidth = 32", []);

    [Fact]
    public Task SourceWidthThatOnlyLooksRight_OfEqualWidths() =>
        Analysis.Expect("from: \"spelling\"", "from: \"spelling\", {|ATTN003:SourceWidth = 64|}", ["SourceWidth is 64", "'Spelling' are 32 wide", "SourceWidth = 32"]);

    [Theory]
    [InlineData("length: 6, {|ATTN012:Shares = \"Spelling\"|}", "12 × 32", "20 × 32")]
    [InlineData("length: 6, Scaled = true, {|ATTN012:Shares = nameof(Spelling)|}", "12 × 32", "'Spelling'", "remove Shares")]
    public Task SharedTableOfAnotherShape(string arguments, params string[] facts) => Analysis.Expect("length: 6", arguments, facts);

    [Theory]
    [InlineData("[Encoder(2, 8)] [Embedding(9, 5, Width = 6)] [SelfAttention(3, InputWidth = 6, At = new[] { 0 })] [SelfAttention(2, At = new[] { 1 })] [FeedForward(4, Activation.Relu)]")]
    [InlineData("[Encoder(1, 8)] [Features(5, Width = 6)] [Positions(PositionKind.Learned)] [Rotary] [SelfAttention(3, InputWidth = 6, Residual = false)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, Width = 6)] [SelfAttention(2, {|ATTN003:InputWidth = 7|}, HeadWidth = 4)]", "InputWidth is 7 in [SelfAttention] of stage 'Lone', but rows of [Embedding] are 6 wide", "by Width = 7 in [Embedding]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN003:InputWidth = 6|})]", "but rows of [Embedding] are 8 wide")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, Width = 6)] [SelfAttention({|ATTN001:4|}, InputWidth = 6)]", "4 heads do not divide width 6 of stage 'Lone'")]
    [InlineData("[Encoder(2, 8)] [Embedding(9, 5, Width = 6)] [SelfAttention(2, {|ATTN007:InputWidth = 6|})]", "it makes all rows as wide as the stage", "say At = new[] { 0 }")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, Width = 6)] [FeedForward(4, Activation.Relu)] [SelfAttention(2, {|ATTN007:InputWidth = 6|})]", "put it before the others")]
    [InlineData("[Encoder(1, 8, Norm = NormPlacement.Pre, Parallel = ParallelKind.OneNorm)] [Embedding(9, 5, Width = 6)] [SelfAttention(2, {|ATTN007:InputWidth = 6|})] [FeedForward(4, Activation.Relu)]", "where Parallel is OneNorm", "remove InputWidth, or Parallel")]
    [InlineData("[Encoder(2, 8, Shared = true)] [Embedding(9, 5, Width = 6)] [SelfAttention(2, {|ATTN007:InputWidth = 6|}, At = new[] { 0 })] [FeedForward(4, Activation.Relu)]", "where layers share their weights", "or Shared")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, Width = 6)] [StepSignal(PositionKind.Sinusoidal)] [SelfAttention(2, {|ATTN007:InputWidth = 6|})]", "but [StepSignal] of stage 'Lone' needs rows of one width")]
    [InlineData("[Encoder(1, 8)] [Patches(4, 2)] [SelfAttention(2, {|ATTN007:InputWidth = 6|})]", "reads [Patches], which has no width of its own", "use [Embedding] or [Features] with Width = 6")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, Width = 6, {|ATTN016:Bias = false|})] [SelfAttention(2, InputWidth = 6)]", "Bias is given in [Embedding] of stage 'Lone', whose rows [SelfAttention] maps")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, Width = 6)] [SelfAttention(2, {|ATTN004:InputWidth = 0|})]", "InputWidth is 0 in [SelfAttention]")]
    public Task PartThatMakesRowsAsWideAsTheStage(string attributes, params string[] facts) => Analysis.ExpectSource(
        $"using Attention.Dsl;\n[AttentionModel] {attributes} public sealed partial class Lone;", "", facts);

    [Fact]
    public Task TiedLogitsOfAnotherWidth() =>
        Analysis.Expect("[Logits]", "[Linear(24), Logits({|ATTN012:Tied = true|})]", ["24 wide", "'Phonemes'", "32 wide", "remove Tied"]);

    private static string WiderSource => Analysis.Model.Replace("layers: 2, width: 32", "layers: 2, width: 64", StringComparison.Ordinal);
}
