using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Names of stages that are wrong, and stages that wait for each other.</summary>
public sealed class ReferenceTests
{
    [Theory]
    [InlineData("{|ATTN002:from: \"speling\"|}", "'Pronouncer' has no stage 'speling'", "did you mean 'Spelling'?")]
    [InlineData("{|ATTN002:\"SPELLINGS\"|}", "no stage 'SPELLINGS'", "did you mean 'Spelling'?")]
    [InlineData("{|ATTN002:from: \"encoder\"|}", "no stage 'encoder'", "the others are 'Spelling'")]
    [InlineData("{|ATTN002:\"\"|}", "no stage ''", "the others are 'Spelling'")]
    [InlineData("{|ATTN002:nameof(Pronouncer)|}", "no stage 'Pronouncer'", "the others are 'Spelling'")]
    [InlineData("{|ATTN002:from: null!|}, heads: 4", "from is null in [CrossAttention] of stage 'Phonemes'", "name a stage of 'Pronouncer'")]
    public Task FromThatNamesNoStage(string argument, params string[] facts) => Analysis.Expect("from: \"spelling\"", argument, facts);

    [Fact]
    public Task FromThatTheCompilerDoesNotKnowEither() =>
        Analysis.Expect("from: \"spelling\"", "{|ATTN002:nameof(Speling)|}", ["no stage 'Speling'", "did you mean 'Spelling'?"], "CS0103");

    [Theory]
    [InlineData("Shares = \"speling\"", "no stage 'speling'", "did you mean 'Spelling'?")]
    [InlineData("Shares = null", "Shares is null in [Embedding] of stage 'Phonemes'")]
    public Task SharesThatNamesNoStage(string argument, params string[] facts) =>
        Analysis.Expect("length: 6", $"length: 6, {{|ATTN002:{argument}|}}", facts);

    [Fact]
    public Task FromOfTheOnlyStage() => Analysis.ExpectSource("""
        using Attention.Dsl;

        [AttentionModel]
        public sealed partial class Lone
        {
            [Decoder(layers: 1, width: 16)]
            [Embedding(vocabulary: 12, length: 8)]
            [CrossAttention({|ATTN002:"encoder"|}, heads: 4)]
            public sealed partial class Text;
        }
        """, "internal static class Usage { public static void Run(Lone.Session session) => session.Text.Step([1]); }",
        ["'Lone' has no stage 'encoder'", "no other stage, so add one"]);

    [Fact]
    public Task FromItself() =>
        Analysis.Expect("from: \"spelling\"", "{|ATTN011:from: \"phonemes\"|}", ["'Phonemes' refers to itself", "use [SelfAttention]"]);

    [Fact]
    public Task SharesItself() =>
        Analysis.Expect("length: 6", "length: 6, {|ATTN011:Shares = nameof(Phonemes)|}", ["'Phonemes' refers to itself", "name another stage"]);

    [Fact]
    public Task StagesThatAttendToEachOther() => Analysis.ExpectSource(
        Analysis.Model.Replace("from: \"spelling\"", "{|ATTN011:from: \"spelling\"|}", StringComparison.Ordinal)
            .Replace("[SelfAttention(heads: 4)]", "[SelfAttention(heads: 4)]\n    [CrossAttention({|ATTN011:from: nameof(Phonemes)|})]", StringComparison.Ordinal),
        Analysis.Usage, ["'Phonemes' and 'Spelling' depend on each other", "'Spelling' and 'Phonemes' depend on each other", "must come first"]);

    [Fact]
    public Task StagesThatShareEachOthersTables() => Analysis.ExpectSource(
        Analysis.Model.Replace("length: 6", "length: 6, {|ATTN011:Shares = \"spelling\"|}", StringComparison.Ordinal)
            .Replace("length: 8", "length: 8, {|ATTN011:Shares = \"phonemes\"|}", StringComparison.Ordinal),
        Analysis.Usage, ["'Phonemes' and 'Spelling' depend on each other"]);
}
