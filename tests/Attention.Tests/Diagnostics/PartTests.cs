using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Parts that are missing, doubled or misplaced.</summary>
public sealed class PartTests
{
    [Fact]
    public Task MissingSource() =>
        Analysis.Expect("[Encoder(layers: 2, width: 32)]\n    [Embedding(vocabulary: 20, length: 8)]", "[{|ATTN005:Encoder|}(layers: 2, width: 32)]", ["'Spelling' has no source", "[Embedding(vocabulary, length)]", "below [Encoder]"]);

    [Fact]
    public Task MissingBody() => Analysis.Expect(
        "[Encoder(layers: 2, width: 32)]\n    [Embedding(vocabulary: 20, length: 8)]\n    [Positions(PositionKind.Learned)]\n    [SelfAttention(heads: 4)]\n    [FeedForward(64, Activation.Gelu)]",
        "[Encoder({|ATTN005:layers: 2|}, width: 32), Embedding(20, 8)]", ["'Spelling' has 2 layers but no body", "[SelfAttention(heads)]", "layers: 0"]);

    [Fact]
    public Task MissingKind() =>
        Analysis.Expect("[Encoder(layers: 2, width: 32)]\n    [Embedding(vocabulary: 20, length: 8)]\n    [Positions(PositionKind.Learned)]\n    [SelfAttention(heads: 4)]\n    [FeedForward(64, Activation.Gelu)]\n    public sealed partial class Spelling;",
            "[Embedding(20, 8)]\n    public sealed partial class {|ATTN005:Spelling|};", ["'Spelling' has parts but is neither encoder nor decoder", "[Encoder(layers, width)]"]);

    [Fact]
    public Task MissingHeads() =>
        Analysis.Expect("    [SelfAttention(heads: 2)]\n    [CrossAttention(from", "    [{|ATTN005:CrossAttention|}(from", ["[CrossAttention] takes its heads from", "'Phonemes'", "heads: n"]);

    [Fact]
    public Task MissingStages() => Analysis.ExpectSource(
        "[Attention.Dsl.AttentionModel] public sealed partial class {|ATTN005:Empty|};",
        "internal static class Usage { public static void Run() { using Empty model = Empty.Load(\"\"); using Empty.Session session = model.CreateSession(); } }",
        ["'Empty' has no stage", "[Encoder(layers, width)] or [Decoder(layers, width)]"]);

    [Theory]
    [InlineData("[Decoder(layers: 1, width: 32)]", "[Encoder(layers: 1, width: 32)]\n    [{|ATTN006:Decoder|}(layers: 1, width: 32)]", "[Encoder] and [Decoder]", "'Phonemes'", "remove one")]
    [InlineData("[Decoder(layers: 1, width: 32)]", "[Decoder(layers: 1, width: 32), {|ATTN006:Encoder|}(layers: 1, width: 32)]", "[Decoder] and [Encoder]", "remove one")]
    public Task DoubledKind(string sound, string broken, params string[] facts) => Analysis.ExpectSource(
        Analysis.Model.Replace(sound, broken, StringComparison.Ordinal), Analysis.Usage, facts);

    [Theory]
    [InlineData("[Embedding(vocabulary: 20, length: 8)]", "[Embedding(20, 8)]\n    [{|ATTN006:Embedding|}(20, 8)]", "[Embedding] and [Embedding]")]
    [InlineData("[Logits]", "[Logits, {|ATTN006:Logits|}]", "[Logits] and [Logits]")]
    [InlineData("[Logits]", "[L2Normalize, {|ATTN006:L2Normalize|}, Logits]", "[L2Normalize] and [L2Normalize]")]
    [InlineData("[Logits]", "[DivideMax, {|ATTN006:DivideMax|}, Logits]", "[DivideMax] and [DivideMax]")]
    public Task DoubledParts_WhichTheCompilerRejectsToo(string sound, string broken, params string[] facts) =>
        Analysis.Expect(sound, broken, [.. facts, "there can be only one", "remove one"], "CS0579");

    [Fact]
    public Task ExternalAttention_InADecoder() => Analysis.Expect(
        "    [CrossAttention(from", "    [{|ATTN007:ExternalAttention|}(memory: 16)]\n    [CrossAttention(from", ["[ExternalAttention] stands in decoder 'Phonemes'", "depends on all of them", "[SelfAttention]"]);

    [Fact]
    public Task BigBirdAttention_InADecoder() => Analysis.Expect(
        "    [CrossAttention(from", "    [{|ATTN007:BigBirdAttention|}(heads: 2, block: 4, Name = \"bigbird\")]\n    [CrossAttention(from", ["[BigBirdAttention] stands in decoder 'Phonemes'", "blocks behind them", "[SelfAttention]"]);

    [Fact]
    public Task LinformerAttention_InADecoder() => Analysis.Expect(
        "    [CrossAttention(from", "    [{|ATTN007:LinformerAttention|}(heads: 2, rank: 4, Name = \"linformer\")]\n    [CrossAttention(from", ["[LinformerAttention] stands in decoder 'Phonemes'", "mixtures of all rows", "[SelfAttention]"]);

    [Fact]
    public Task RepeatedBody_IsSound() =>
        Analysis.Expect("[FeedForward(64, Activation.Gelu)]", "[FeedForward(64, Activation.Gelu), SelfAttention(2, Name = \"again.{layer}\"), FeedForward(16, Activation.Silu, Name = \"more.{layer}\")]", []);

    [Theory]
    [InlineData(
        "[SelfAttention(heads: 4)]\n    [FeedForward(64, Activation.Gelu)]\n    public", "[SelfAttention(heads: 4)]\n    [FeedForward(64, Activation.Gelu)]\n    [{|ATTN007:Positions|}(PositionKind.Learned)]\n    public",
        "[Positions] stands behind [FeedForward] in stage 'Spelling'", "[Encoder], [Embedding], [Positions], [SelfAttention], [FeedForward]")]
    [InlineData(
        "[SelfAttention(heads: 4)]\n    [FeedForward(64, Activation.Gelu)]\n    public", "[SelfAttention(4), FeedForward(64, Activation.Gelu), {|ATTN007:Positions|}(PositionKind.Learned)]\n    public",
        "[Positions] stands behind [FeedForward] in stage 'Spelling'", "[Encoder], [Embedding], [Positions], [SelfAttention], [FeedForward]")]
    [InlineData(
        "[SelfAttention(heads: 4)]\n    [FeedForward(64, Activation.Gelu)]\n    public", "[SelfAttention(4), LayerNorm, {|ATTN007:FeedForward|}(64, Activation.Gelu)]\n    public",
        "[FeedForward] stands behind [LayerNorm]", "[SelfAttention], [FeedForward], [LayerNorm]")]
    public Task MisplacedPart(string sound, string broken, params string[] facts) => Analysis.ExpectSource(
        Analysis.Model.Replace("    [Positions(PositionKind.Learned)]\n", "", StringComparison.Ordinal).Replace(sound, broken, StringComparison.Ordinal), Analysis.Usage, [.. facts, "source, stem, body, outputs"]);

    [Theory]
    [InlineData("[Decoder(layers: 1, width: 32)]\n    [Embedding(vocabulary: 12, length: 6)]", "[Embedding(vocabulary: 12, length: 6)]\n    [{|ATTN007:Decoder|}(layers: 1, width: 32)]", "[Decoder] stands behind [Embedding]", "the right order is [Decoder], [Embedding], [Positions]")]
    [InlineData("[Decoder(layers: 1, width: 32)]", "[Decoder(layers: 0, width: 32)]", "'Phonemes' has 0 layers", "layers: n")]
    [InlineData("[Logits]", "[Logits]\n    [{|ATTN007:L2Normalize|}]", "[L2Normalize] stands behind [Logits]", "last part of stage 'Phonemes'", "put it before [Logits]")]
    [InlineData("[Logits]", "[Pooling(PoolingKind.Mean)]\n    [{|ATTN007:Logits|}]", "[Logits] needs a row for every token", "[Pooling]", "use [Linear(width)]")]
    public Task MisplacedPartOfADecoder(string sound, string broken, params string[] facts) => Analysis.ExpectSource(
        Analysis.Model.Replace(sound, broken, StringComparison.Ordinal).Replace("0, width: 32)]\n    [Embedding(vocabulary: 12, length: 6)]\n    [Positions(PositionKind.Sinusoidal)]\n    [SelfAttention(", "0, width: 32)]\n    [Embedding(vocabulary: 12, length: 6)]\n    [Positions(PositionKind.Sinusoidal)]\n    [{|ATTN007:SelfAttention|}(", StringComparison.Ordinal),
        Analysis.Usage, facts);

    [Theory]
    [InlineData("[Embedding(9, 5)] [TokenTypes(2)] [SelfAttention(2)] [Linear(8)] [Logits(Tied = true, Bias = true)]")]
    [InlineData("[Features(5)] [SelfAttention(2)] [{|ATTN007:Logits|}]", "[Logits] scores the tokens of a vocabulary", "stage 'Lone' reads [Features]", "use [Linear(width)]")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Pooling(PoolingKind.Mean)] [{|ATTN007:Logits|}]", "[Logits] needs a row for every token", "[Pooling]", "use [Linear(width)]")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Head(3)] [{|ATTN007:Logits|}]", "[Logits] needs a row for every token", "[Head]", "remove one of the two")]
    [InlineData("[Embedding(9, 5)] [ClassToken] [SelfAttention(2)] [{|ATTN007:Logits|}]", "[Logits] needs a row for every token and no other", "[ClassToken]", "stage 'Lone'")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Logits] [{|ATTN007:Linear|}(4)]", "[Linear] stands behind [Logits]", "last part of stage 'Lone'")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Linear(7)] [Logits({|ATTN012:Tied = true|})]", "rows that reach [Logits] are 7 wide", "8 wide", "remove Tied")]
    public Task LogitsOfAnEncoder(string parts, params string[] facts) => Analysis.ExpectSource(
        $"using Attention.Dsl;\n[AttentionModel] public sealed partial class Model {{ [Encoder(1, 8)] {parts} public sealed partial class Lone; }}",
        "internal static class Use { public static void Run(Model.Session session, float[] logits) => session.Lone.Forward([1, 2], [1], logits); }", facts);

    [Theory]
    [InlineData("Decoder", "[{|ATTN007:Patches|}(8, 4)]", "[Patches] cannot be the source of decoder 'Lone'", "[Embedding(vocabulary, length)]")]
    [InlineData("Decoder", "[{|ATTN007:Features|}(8)]", "[Features] cannot be the source of decoder 'Lone'")]
    [InlineData("Decoder", "[Embedding(9, 5)] [{|ATTN007:DistillationToken|}]", "[DistillationToken] is for encoders", "remove it")]
    [InlineData("Encoder", "[Patches(8, 4)] [{|ATTN007:DistillationToken|}] [SelfAttention(2)]", "[DistillationToken] puts a row behind that of the class token", "put [ClassToken] there")]
    [InlineData("Encoder", "[Patches(8, 4)] [ClassToken] [Positions(PositionKind.Learned)] [{|ATTN007:DistillationToken|}] [SelfAttention(2)]", "which does not stand right before it", "put [ClassToken] there")]
    [InlineData("Decoder", "[Embedding(9, 5)] [{|ATTN007:ClassToken|}]", "[ClassToken] is for encoders", "remove it")]
    [InlineData("Decoder", "[Embedding(9, 5)] [{|ATTN007:TokenTypes|}(2)]", "[TokenTypes] is for encoders")]
    [InlineData("Encoder", "[Patches(8, 4)] [{|ATTN007:TokenTypes|}(2)]", "[TokenTypes] needs tokens, but stage 'Lone' reads [Patches]")]
    [InlineData("Encoder", "[Embedding(9, 5)] [ClassToken] [{|ATTN007:TokenTypes|}(2)]", "[TokenTypes] stands behind [ClassToken]", "put it before")]
    [InlineData("Encoder", "[Patches(8, 4)] [{|ATTN006:Embedding|}(9, 5)]", "[Patches] and [Embedding]", "only one")]
    [InlineData("Encoder", "[Embedding(9, 5)] [Positions(PositionKind.Learned)] [{|ATTN006:Positions|}(PositionKind.Sinusoidal)]", "[Positions] and [Positions], but there can be only one")]
    [InlineData("Encoder", "[Embedding(9, 5)] [Segment(4, 4)] [Positions(PositionKind.Learned)] [{|ATTN006:Positions|}(PositionKind.Sinusoidal)]", "[Positions] and [Positions] of one kind of tokens")]
    [InlineData("Encoder", "[Features(5)] [{|ATTN007:Segment|}(4, 4)]", "[Segment] goes on with other tokens, but stage 'Lone' reads [Features]", "use [Embedding]")]
    [InlineData("Encoder", "[Embedding(9, 5)] [LayerNorm] [{|ATTN007:Segment|}(4, 4)]", "[Segment] stands behind [LayerNorm] in stage 'Lone'", "put it before [LayerNorm]")]
    [InlineData("Encoder", "[Embedding(9, 5)] [Segment(4, 4)] [{|ATTN007:ClassToken|}]", "[ClassToken] stands in front of tokens of several kinds", "remove it")]
    [InlineData("Encoder", "[Patches(8, 4)] [ClassToken] [{|ATTN007:Positions|}(PositionKind.Axial, Columns = 2)] [SelfAttention(2)]", "[Positions] by lines and columns stand behind [ClassToken]", "put them before [ClassToken]")]
    [InlineData("Encoder", "[ClassToken] [{|ATTN007:Patches|}(8, 4)]", "[Patches] stands behind [ClassToken]", "[Encoder], [Patches], [ClassToken]")]
    [InlineData("Encoder", "[{|ATTN002:Input(from: \"elsewhere\")|}]", "'Lone' has no stage 'elsewhere'")]
    [InlineData("Encoder", "[Embedding(9, 5)] [Head(4)] [{|ATTN007:SelfAttention|}(1)]", "[SelfAttention] stands behind [Head]")]
    [InlineData("Encoder", "[Embedding(9, 5)] [SelfAttention(2)] [Head(4)] [{|ATTN007:Pooling|}(PoolingKind.Mean)]", "[Pooling] stands behind [Head]", "put it before [Head]")]
    [InlineData("Encoder", "[Embedding(9, 5)] [{|ATTN007:Labels|}] [ClassToken] [SelfAttention(2, Labels = LabelRule.Equal)]", "[Labels] are those of the rows of a source", "[ClassToken] in front")]
    [InlineData("Decoder", "[Embedding(9, 5)] [{|ATTN007:Labels|}] [SelfAttention(2, Labels = LabelRule.Equal)]", "decoder 'Lone' takes tokens alone", "say Token = id")]
    [InlineData("Encoder", "[Patches(8, 4)] [{|ATTN007:Labels|}] [SelfAttention(2, Labels = LabelRule.Equal)]", "stage 'Lone' reads [Patches]", "say Rows = n")]
    [InlineData("Encoder", "[Features(5)] [Labels({|ATTN007:Token = 3|})] [SelfAttention(2, Labels = LabelRule.Equal)]", "Token is given in [Labels] of stage 'Lone', which reads [Features]", "say Rows = n")]
    [InlineData("Encoder", "[Embedding(9, 5)] [SparseAttention(2, 2, {|ATTN005:Labels = LabelRule.Equal|})] [SelfAttention(2, Name = \"more.{layer}\")]", "Labels is Equal in [SparseAttention] of stage 'Lone'", "add [Labels] to it")]
    [InlineData("Encoder", "[Embedding(9, 5)] [SelfAttention(2, {|ATTN005:Labels = LabelRule.Equal|})]", "Labels is Equal in [SelfAttention] of stage 'Lone'", "add [Labels] to it")]
    [InlineData("Encoder", "[Embedding(9, 5)] [SelfAttention(2)] [{|ATTN007:Halting|}(HaltingRule.Paper)]", "[Halting] stands behind [SelfAttention]", "put it before [SelfAttention]")]
    [InlineData("Encoder", "[Features(5)] [SelfAttention(2)] [Pooling({|ATTN007:PoolingKind.LargestToken|})]", "kind is LargestToken in [Pooling] of stage 'Lone', which reads [Features]", "or [Embedding]")]
    [InlineData("Encoder", "[Features(5)] [SelfAttention(2)] [Head(3, {|ATTN007:Pooling = PoolingKind.LargestToken|})]", "Pooling is LargestToken in [Head]", "has no tokens")]
    public Task PartsOfAModelThatIsAStage(string kind, string parts, params string[] facts) => Analysis.ExpectSource(
        $"using Attention.Dsl;\n[AttentionModel] [{kind}(1, 16)] {parts.Replace("{|ATTN002:Input(from: \"elsewhere\")|}", "Input({|ATTN002:from: \"elsewhere\"|})", StringComparison.Ordinal)} {(parts.Contains("SelfAttention", StringComparison.Ordinal) ? "" : "[SelfAttention(2)]")} public sealed partial class Lone;",
        "internal static class Usage { public static int Run(Lone.Session session) => session.Width + session.Length; }", facts);

    [Theory]
    [InlineData("", "[Labels(Token = 3)]", "{|ATTN005:Labels = LabelRule.Equal|}", "but stage 'A' has no labels")]
    [InlineData("[Labels(Rows = 2)]", "", "{|ATTN005:Labels = LabelRule.UpTo|}", "but stage 'B' has no labels")]
    [InlineData("[Labels(Rows = 2)]", "[Labels(Token = 3)]", "Labels = LabelRule.UpTo")]
    [InlineData("[Labels(Rows = 2)]", "[Labels(Token = 3)]", "Labels = LabelRule.UpTo, ScoreBias = \"Slope\"")]
    [InlineData("[Labels(Rows = 2)]", "[Labels(Token = 3)]", "Labels = LabelRule.Equal, Mask = \"Sees\"")]
    [InlineData("", "", "Mask = \"Sees\", ScoreBias = \"Slope\"")]
    [InlineData("", "", "{|ATTN017:Mask = \"Slope\"|}", "Mask in [CrossAttention] of stage 'B' names 'Slope', which is 'static float Slope(int, int)'; expected 'static bool Slope(int query, int key)'")]
    [InlineData("", "", "{|ATTN017:ScoreBias = \"Slop\"|}", "ScoreBias in [CrossAttention] of stage 'B' names 'Slop', but class 'B' has no such method")]
    public Task LabelsOfTwoStages(string other, string own, string rule, params string[] facts) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel] public sealed partial class Two
        {
            [Encoder(0, 16)] [Patches(8, 4)] {{other}} public sealed partial class A;
            [Decoder(1, 16, Prefix = "b")] [Embedding(9, 4)] {{own}} [CrossAttention("a", 2, {{rule}})] public sealed partial class B
            {
                private static bool Sees(int query, int key) => query == key;

                private static float Slope(int head, int distance) => distance;
            }
        }
        """,
        "", facts);

    [Theory]
    [InlineData("", "[Queries(3)] [CrossAttention(\"a\", 2, IncludeQueries = true, SourceNorm = true)]")]
    [InlineData("[Labels(Rows = 2)]", "[Queries(3, PerLabel = true)] [Labels(Rows = 3)] [CrossAttention(\"a\", 2, IncludeQueries = true, Labels = LabelRule.Equal)]")]
    [InlineData("", "[{|ATTN005:Queries|}(3)] [SelfAttention(2)]", "[Queries] ask the rows of another stage, but 'B' attends to none", "add [CrossAttention(from)]")]
    [InlineData("", "[Queries({|ATTN004:0|})] [CrossAttention(\"a\", 2)]", "count is 0 in [Queries]", "1 to")]
    [InlineData("", "[Queries(3, {|ATTN005:PerLabel = true|})] [CrossAttention(\"a\", 2)]", "the rows of stage 'a' have no labels of so many rows each", "add [Labels(Rows = n)]")]
    [InlineData("[Labels(Rows = 2)]", "[Queries(3, PerLabel = true)] [Labels({|ATTN004:Rows = 4|})] [CrossAttention(\"a\", 2, Labels = LabelRule.Equal)]", "Rows is 4 in [Labels]", "say Rows = 3")]
    [InlineData("", "[Embedding(9, 4)] [CrossAttention(\"a\", 2, {|ATTN007:IncludeQueries = true|})]", "the rows of 'B' are no [Queries]", "use [SelfAttention]")]
    [InlineData("[Labels(Rows = 2)]", "[Queries(3, PerLabel = true)] [CrossAttention(\"a\", 2, {|ATTN007:IncludeQueries = true|})]", "where PerLabel is true and Labels is None", "or neither")]
    [InlineData("", "[Queries(3)] [CrossAttention(\"a\", 2, IncludeQueries = true, {|ATTN016:Capture = true|})]", "Capture is true in [CrossAttention]", "whose keys are of two stages")]
    [InlineData("", "[Queries(3)] [CrossAttention(\"a\", 2, IncludeQueries = true, {|ATTN016:Mask = \"Sees\"|})]", "Mask is given in [CrossAttention] of stage 'B', whose keys are of two stages", "remove it or IncludeQueries")]
    [InlineData("", "[Embedding(9, 4)] [Positions(PositionKind.Learned, {|ATTN004:Repeat = 0|})] [CrossAttention(\"a\", 2)]", "Repeat is 0 in [Positions]", "1 to")]
    [InlineData("", "[Embedding(9, 4)] [Positions(PositionKind.Learned, Repeat = 2, {|ATTN004:Rows = 1|})] [CrossAttention(\"a\", 2)]", "Rows is 1 in [Positions]", "its 2 positions need 2")]
    public Task QueriesOfAStage(string other, string parts, params string[] facts) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel] public sealed partial class Two
        {
            [Encoder(0, 16)] [Patches(8, 4)] {{other}} public sealed partial class A;
            [Encoder(1, 16, Prefix = "b")] {{parts}} public sealed partial class B { private static bool Sees(int query, int key) => true; }
        }
        """,
        "", facts);

    [Theory]
    [InlineData("[CrossAttention(\"a\", 2, SourceWidth = 24, {|ATTN003:IncludeQueries = true|})]", "16 wide", "24 wide; make them equal")]
    [InlineData("[CrossAttention(\"a\", 2, SourceWidth = 24)]")]
    public Task QueriesOfAnotherWidth(string part, params string[] facts) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel] public sealed partial class Two
        {
            [Encoder(0, 24)] [Patches(8, 4)] public sealed partial class A;
            [Encoder(1, 16, Prefix = "b")] [Queries(3)] {{part}} public sealed partial class B;
        }
        """,
        "", facts);

    [Theory]
    [InlineData("[Input({|ATTN003:from: \"a\"|})]", "'B' is 16 wide, but rows of stage 'A' are 24 wide", "write SourceWidth = 24")]
    [InlineData("[Input(from: \"a\", {|ATTN003:SourceWidth = 20|})]", "SourceWidth is 20, but rows of stage 'A' are 24 wide")]
    [InlineData("[Input({|ATTN011:from: \"B\"|})]", "'B' refers to itself")]
    [InlineData("[Input(from: \"a\", SourceWidth = 24)]")]
    [InlineData("[Embedding(7, 4, {|ATTN002:Shares = \"a\"|})]", "'A' has no table of tokens to share")]
    public Task InputOfAnotherStage(string source, params string[] facts) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel] public sealed partial class Two
        {
            [Encoder(0, 24)] [Patches(8, 4)] public sealed partial class A;
            [Encoder(1, 16, Prefix = "b")] {{source}} [SelfAttention(2)] public sealed partial class B;
        }
        """,
        "", facts);
}
