using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Sizes that are not positive, too large, or no member of their enum.</summary>
public sealed class SizeTests
{
    [Theory]
    [InlineData("[Encoder(layers: 2,", "[Encoder({|ATTN004:layers: -1|},", "layers is -1 in [Encoder] of stage 'Spelling'", "0 to 256")]
    [InlineData("[Encoder(layers: 2,", "[Encoder({|ATTN004:1000|},", "layers is 1000", "0 to 256")]
    [InlineData("2, width: 32", "2, {|ATTN004:width: 0|}", "width is 0 in [Encoder]", "1 to 16777216")]
    [InlineData("1, width: 32", "1, {|ATTN004:width: -32|}", "width is -32 in [Decoder] of stage 'Phonemes'", "1 to")]
    [InlineData("vocabulary: 20", "{|ATTN004:vocabulary: 0|}", "vocabulary is 0 in [Embedding]", "1 to")]
    [InlineData("length: 8", "{|ATTN004:length: 0|}", "length is 0 in [Embedding]", "1 to")]
    [InlineData("heads: 4", "{|ATTN004:heads: 0|}", "heads is 0 in [SelfAttention]", "1 to")]
    [InlineData("heads: 4", "{|ATTN004:-4|}", "heads is -4", "1 to")]
    [InlineData("heads: 4", "heads: 4, {|ATTN004:HeadWidth = 0|}", "HeadWidth is 0 in [SelfAttention]", "1 to")]
    [InlineData("\"spelling\"", "\"spelling\", {|ATTN004:heads: 0|}", "heads is 0 in [CrossAttention]", "1 to")]
    [InlineData("\"spelling\"", "\"spelling\", {|ATTN004:HeadWidth = -1|}", "HeadWidth is -1 in [CrossAttention]", "1 to")]
    [InlineData("\"spelling\"", "\"spelling\", {|ATTN004:SourceWidth = 0|}", "SourceWidth is 0 in [CrossAttention]", "1 to")]
    [InlineData("64, Activation.Gelu", "{|ATTN004:0|}, Activation.Gelu", "hidden is 0 in [FeedForward]", "1 to")]
    [InlineData("64, Activation.Gelu", "activation: Activation.Gelu, {|ATTN004:hidden: -64|}", "hidden is -64", "1 to")]
    [InlineData("heads: 4", "heads: 4, {|ATTN004:Scale = 0|}", "Scale is 0 in [SelfAttention]", "1e-6 to 1e6")]
    [InlineData("heads: 4", "heads: 4, {|ATTN004:SoftCap = double.NaN|}", "SoftCap is NaN", "1e-6 to 1e6")]
    [InlineData("heads: 4", "heads: 4, {|ATTN004:QueryKeyNorm = (QueryKeyNorm)4|}", "QueryKeyNorm is 4 in [SelfAttention]", "None, PerHead, PerHeadBehindRotary or Whole")]
    [InlineData("\"spelling\"", "\"spelling\", QueryKeyNorm = QueryKeyNorm.Whole, {|ATTN004:QueryKeyNormKind = (NormKind)7|}", "QueryKeyNormKind is 7 in [CrossAttention]", "Layer, Rms or RmsPlusOne")]
    [InlineData("heads: 4", "heads: 4, {|ATTN004:TopK = 0|}", "TopK is 0 in [SelfAttention]", "1 to")]
    [InlineData("\"spelling\"", "\"spelling\", {|ATTN004:TopK = -2|}", "TopK is -2 in [CrossAttention]", "1 to")]
    [InlineData("[SelfAttention(heads: 4)]", "[LocalAttention(4, {|ATTN004:block: 0|})]", "block is 0 in [LocalAttention]", "1 to")]
    [InlineData("[SelfAttention(heads: 4)]", "[LocalAttention(4, 2, {|ATTN004:Backward = -1|})]", "Backward is -1", "0 to")]
    [InlineData("[SelfAttention(heads: 4)]", "[ImageAttention(4, {|ATTN004:5000|}, ImagePattern.Row)]", "side is 5000 in [ImageAttention]", "1 to 4096")]
    [InlineData("[SelfAttention(heads: 4)]", "[ImageAttention(4, 5, {|ATTN004:(ImagePattern)3|})]", "pattern is 3 in [ImageAttention]", "Row, Column or Convolution")]
    [InlineData("[SelfAttention(heads: 4)]", "[SparseAttention(4, {|ATTN004:0|})]", "stride is 0 in [SparseAttention]", "1 to")]
    [InlineData("[SelfAttention(heads: 4)]", "[SparseAttention(4, 8, Pattern = SparsePattern.Fixed, {|ATTN004:Summary = 9|})]", "Summary 9 × Groups 1 in [SparseAttention] of stage 'Spelling'", "8 rows")]
    [InlineData("[SelfAttention(heads: 4)]", "[SparseAttention(4, 8, Pattern = SparsePattern.Fixed, Summary = 3, {|ATTN004:Groups = 0|})]", "Groups is 0")]
    [InlineData("[SelfAttention(heads: 4)]", "[SparseAttention({|ATTN001:5|}, 8)]", "5 heads do not divide width 32")]
    [InlineData("[FeedForward(64, Activation.Gelu)]\n    public", "[FeedForward(64, Activation.Gelu), ExternalAttention({|ATTN004:0|})]\n    public", "memory is 0 in [ExternalAttention]", "1 to")]
    [InlineData("[SelfAttention(heads: 4)]", "[BigBirdAttention(4, {|ATTN004:0|})]", "block is 0 in [BigBirdAttention]", "1 to")]
    [InlineData("[SelfAttention(heads: 4)]", "[BigBirdAttention(4, 2, {|ATTN004:Random = -1|})]", "Random is -1 in [BigBirdAttention]", "0 to 128")]
    [InlineData("[SelfAttention(heads: 4)]", "[BigBirdAttention(4, 2, {|ATTN004:Seed = -1|})]", "Seed is -1", "0 to")]
    [InlineData("[SelfAttention(heads: 4)]", "[LinformerAttention(4, {|ATTN004:0|})]", "rank is 0 in [LinformerAttention]", "1 to")]
    [InlineData("[SelfAttention(heads: 4)]", "[LinformerAttention(4, 8, {|ATTN004:Sharing = (ProjectionSharing)4|})]", "Sharing is 4 in [LinformerAttention]", "Headwise, None, KeyValue or Layerwise")]
    [InlineData("heads: 4", "heads: 4, {|ATTN004:KeyValueHeads = 0|}", "KeyValueHeads is 0 in [SelfAttention]", "1 to")]
    [InlineData("heads: 4", "heads: 4, {|ATTN004:KeyValueHeads = 3|}", "KeyValueHeads is 3 in [SelfAttention] of stage 'Spelling', which does not divide its 4 heads", "such as 1")]
    [InlineData("heads: 4", "heads: 4, {|ATTN004:KeyValueHeads = 8|}", "KeyValueHeads is 8 in [SelfAttention] of stage 'Spelling', which does not divide its 4 heads")]
    [InlineData("\"spelling\"", "\"spelling\", {|ATTN004:KeyValueHeads = 3|}", "KeyValueHeads is 3 in [CrossAttention] of stage 'Phonemes', which does not divide its 2 heads")]
    [InlineData("[SelfAttention(heads: 4)]", "[LinformerAttention(4, 8, {|ATTN004:KeyValueHeads = 3|})]", "KeyValueHeads is 3 in [LinformerAttention] of stage 'Spelling', which does not divide its 4 heads")]
    [InlineData("[SelfAttention(heads: 4)]", "[LinformerAttention(4, 8, {|ATTN004:Rows = 7|})]", "Rows is 7 in [LinformerAttention] of stage 'Spelling', whose sequences have up to 8 rows")]
    [InlineData("[SelfAttention(heads: 4)]", "[LinformerAttention({|ATTN001:5|}, 8)]", "5 heads do not divide width 32", "or set HeadWidth")]
    [InlineData("[FeedForward(64, Activation.Gelu)]\n    public", "[FeedForward(64, Activation.Gelu), ExternalAttention(16, {|ATTN004:Heads = 0|})]\n    public", "Heads is 0 in [ExternalAttention]", "1 to")]
    [InlineData("[FeedForward(64, Activation.Gelu)]\n    public", "[FeedForward(64, Activation.Gelu), ExternalAttention(16, {|ATTN001:Heads = 5|})]\n    public", "5 heads do not divide width 32 of stage 'Spelling'; use 4 or 8 heads, or a width of 35")]
    [InlineData("[FeedForward(64, Activation.Gelu)]\n    public", "[FeedForward(64, Activation.Gelu), ExternalAttention(16, Heads = 4, {|ATTN004:Expansion = 1000000|})]\n    public", "Expansion 1000000 × width 32 in [ExternalAttention]", "16777216")]
    [InlineData("64, Activation.Gelu", "64, Activation.Gelu, {|ATTN004:After = (Activation)9|}", "After is 9 in [FeedForward]", "or Sigmoid")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary({|ATTN004:Width = 3|})]\n    [SelfAttention(heads: 4)]", "Width is 3 in [Rotary] of stage 'Spelling', but channels turn in pairs", "such as 2")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary({|ATTN004:Width = 0|})]\n    [SelfAttention(heads: 4)]", "Width is 0 in [Rotary]", "2 to")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary({|ATTN004:Width = 10|})]\n    [SelfAttention(heads: 4)]", "Width is 10 in [Rotary], but the heads of [SelfAttention] in stage 'Spelling' are 8 wide")]
    [InlineData("[SelfAttention(heads: 4)]", "[{|ATTN004:Rotary|}]\n    [SelfAttention(heads: 4, HeadWidth = 5)]", "the heads of [SelfAttention] in stage 'Spelling' are 5 wide", "say Width = 4, or set HeadWidth")]
    [InlineData("[SelfAttention(heads: 4)]", "[{|ATTN004:Rotary|}]\n    [SelfAttention(heads: 32)]", "are 1 wide; set HeadWidth to an even number")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary]\n    [SelfAttention({|ATTN001:6|})]", "6 heads do not divide width 32")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary({|ATTN004:Base = 0.5|})]\n    [SelfAttention(heads: 4)]", "Base is 0.5 in [Rotary]", "1 to 1000000000000")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary({|ATTN004:Factor = double.NaN|})]\n    [SelfAttention(heads: 4)]", "Factor is NaN in [Rotary]", "0.001 to 1000000")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary({|ATTN004:Scaling = (RotaryScaling)9|})]\n    [SelfAttention(heads: 4)]", "Scaling is 9 in [Rotary]", "or LongRope")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary(Scaling = RotaryScaling.Llama3, OriginalLength = 20, {|ATTN004:Factor = 1|})]\n    [SelfAttention(heads: 4)]", "Factor is 1 in [Rotary]", "Scaling is Llama3; expected more than 1")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary(Scaling = RotaryScaling.Llama3, OriginalLength = 20, Factor = 2, {|ATTN004:LowFrequency = 4|})]\n    [SelfAttention(heads: 4)]", "LowFrequency is 4 and HighFrequency is 4 in [Rotary]", "expected a LowFrequency below HighFrequency")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary(Scaling = RotaryScaling.Yarn, OriginalLength = 20, Factor = 2, {|ATTN004:BetaFast = 0.5|})]\n    [SelfAttention(heads: 4)]", "BetaSlow is 1 and BetaFast is 0.5 in [Rotary]")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary(Scaling = RotaryScaling.Yarn, OriginalLength = 20, Factor = 2, {|ATTN004:Base = 1|})]\n    [SelfAttention(heads: 4)]", "Base is 1 in [Rotary]", "none is slow")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary(Scaling = RotaryScaling.Yarn, OriginalLength = 20, Factor = 2, {|ATTN004:AttentionFactor = 0|})]\n    [SelfAttention(heads: 4)]", "AttentionFactor is 0 in [Rotary]", "0.001 to 1000")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary(Scaling = RotaryScaling.LongRope, {|ATTN004:Factors = new[] { 1.0, 2 }|})]\n    [SelfAttention(heads: 4)]", "Factors has 2 numbers in [Rotary], but the heads of [SelfAttention] in stage 'Spelling' are 8 wide", "one for each pair, 4")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary(Scaling = RotaryScaling.LongRope, {|ATTN004:Factors = new[] { 1.0, 0, 1, 1 }|})]\n    [SelfAttention(heads: 4)]", "Factors has 0 in [Rotary]", "1e-3 to 1e9")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary({|ATTN004:Scaling = RotaryScaling.LongRope|})]\n    [SelfAttention(heads: 4)]", "Factors is not given in [Rotary]", "a number for each pair")]
    [InlineData("[SelfAttention(heads: 4)]", "[Rotary({|ATTN004:Scaling = RotaryScaling.DynamicNtk|}, Width = 2, OriginalLength = 2, Factor = 2)]\n    [SelfAttention(heads: 4)]", "where one pair turns", "turn more channels")]
    [InlineData("64, Activation.Gelu", "64, Activation.Gelu, {|ATTN004:Kind = (NormKind)7|}", "Kind is 7 in [FeedForward]", "Layer, Rms or RmsPlusOne")]
    [InlineData("64, Activation.Gelu", "64, Activation.Gelu, {|ATTN004:Epsilon = 0|}", "Epsilon is 0 in [FeedForward]", "1e-30 to 1")]
    [InlineData("[Logits]", "[Logits({|ATTN004:SoftCap = 0|})]", "SoftCap is 0 in [Logits] of stage 'Phonemes'", "1e-6 to 1e6")]
    [InlineData("[Logits]", "[Logits({|ATTN004:Scale = -1|})]", "Scale is -1 in [Logits] of stage 'Phonemes'", "1e-6 to 1e6")]
    [InlineData("[Logits]", "[Linear({|ATTN004:0|})]\n    [Logits]", "width is 0 in [Linear]", "1 to")]
    public Task SizesOutOfRange(string sound, string broken, params string[] facts) => Analysis.Expect(sound, broken, facts);

    [Theory]
    [InlineData("heads: 4", "heads: 1048576, {|ATTN004:HeadWidth = 32|}", "1048576 heads × HeadWidth 32 in [SelfAttention]", "16777216")]
    [InlineData("heads: 2)]\n    [CrossAttention(from: \"spelling\"", "heads: 16, HeadWidth = 2)]\n    [CrossAttention(from: \"spelling\", {|ATTN004:HeadWidth = 2097152|}", "16 heads × HeadWidth 2097152 in [CrossAttention]")]
    public Task HeadsTooWideTogether(string sound, string broken, params string[] facts) => Analysis.Expect(sound, broken, facts);

    [Theory]
    [InlineData("2, width: 32", "2, width: 32, {|ATTN004:Epsilon = 0|}", "Epsilon is 0 in [Encoder]", "1e-30 to 1")]
    [InlineData("2, width: 32", "2, width: 32, {|ATTN004:Epsilon = double.NaN|}", "Epsilon is NaN", "1e-30 to 1")]
    [InlineData("2, width: 32", "2, width: 32, {|ATTN004:Epsilon = -1e-5|}", "Epsilon is -1E-05", "1e-30 to 1")]
    [InlineData("[Logits]", "[LayerNorm({|ATTN004:Epsilon = 2|})]\n    [Logits]", "Epsilon is 2 in [LayerNorm] of stage 'Phonemes'", "1e-30 to 1")]
    public Task EpsilonOutOfRange(string sound, string broken, params string[] facts) => Analysis.Expect(sound, broken, facts);

    [Theory]
    [InlineData("[AttentionModel]", "[AttentionModel({|ATTN004:Weights = (WeightFormat)7|})]", "Weights is 7 in [AttentionModel] of 'Pronouncer'", "expected Float32, BFloat16 or Int8")]
    [InlineData("[AttentionModel]", "[AttentionModel({|ATTN004:KeyValues = (WeightFormat)7|})]", "KeyValues is 7 in [AttentionModel] of 'Pronouncer'", "expected Float32 or BFloat16")]
    [InlineData("[AttentionModel]", "[AttentionModel({|ATTN004:Products = (ProductFormat)9|})]", "Products is 9 in [AttentionModel] of 'Pronouncer'", "which the enum does not define; expected Float32, Int8, W8A8, W7A8, W7A7, W6A7, W4A8 or W4A8Affine")]
    [InlineData("[AttentionModel]", "[AttentionModel({|ATTN004:KeyValues = WeightFormat.Int8|})]", "KeyValues is Int8 in [AttentionModel] of 'Pronouncer'", "expected Float32 or BFloat16")]
    [InlineData("2, width: 32", "2, width: 32, {|ATTN004:Norm = (NormPlacement)9|}", "Norm is 9 in [Encoder]", "Post, Pre, None, Sandwich or ResidualPost")]
    [InlineData("PositionKind.Learned", "{|ATTN004:(PositionKind)7|}", "kind is 7 in [Positions]", "Sinusoidal, Learned, SinusoidalHalves, SinusoidalTimescales or Axial")]
    [InlineData("Activation.Gelu", "{|ATTN004:(Activation)(-1)|}", "activation is -1 in [FeedForward]", "Identity, Relu, Gelu, GeluTanh, Silu, Tanh, QuickGelu or Sigmoid")]
    [InlineData("[Logits]", "[Linear(32, {|ATTN004:Activation = (Activation)8|})]\n    [Logits]", "Activation is 8 in [Linear]", "or Sigmoid")]
    [InlineData("[AttentionModel]", "[AttentionModel({|ATTN004:Layout = (WeightLayout)99|})]", "Layout is 99 in [AttentionModel] of 'Pronouncer'", "expected PyTorch, Bart, Bert, Roberta, DistilBert, Vit, VitPyTorch, Gpt2, Clip, Longformer, Llama, CrossVit, GptJ, GptNeoX, Bloom, T5, Gemma2, Phi, Phi3, Albert, Deit, ModernBert, Electra, DebertaV2 or Deberta")]
    public Task ValuesThatNoEnumDefines(string sound, string broken, params string[] facts) => Analysis.Expect(sound, broken, facts);

    [Fact]
    public Task PoolingThatNoEnumDefines() => Analysis.ExpectSource("""
        using Attention.Dsl;

        [AttentionModel]
        public sealed partial class Sentences
        {
            [Encoder(layers: 1, width: 16)]
            [Embedding(vocabulary: 12, length: 8)]
            [SelfAttention(heads: 4)]
            [Pooling({|ATTN004:(PoolingKind)7|})]
            public sealed partial class Text;
        }
        """, """
        internal static class Usage
        {
            public static float Run(Sentences.Session session)
            {
                System.ReadOnlySpan<float> vector = session.Text.Forward([1, 2]);
                Attention.Dsl.IVectorEncoder encoder = session.Text;
                return vector[0] + encoder.Width;
            }
        }
        """, ["kind is 7 in [Pooling]", "Mean, First, Max, LargestToken, AtToken, Last or AtRow"]);

    [Theory]
    [InlineData("[Patches({|ATTN004:image: 10|}, patch: 4)]", "image is 10 in [Patches]", "no multiple of patch 4; expected 8 or 12")]
    [InlineData("[Patches({|ATTN004:image: 4096|}, patch: 4, Channels = 3)]", "4096 × 4096 × 3 values", "at most 16777216")]
    [InlineData("[Patches({|ATTN004:image: -5|}, patch: 2)]", "image is -5 in [Patches]", "expected 1 to 4096")]
    [InlineData("[Patches({|ATTN004:image: int.MaxValue|}, patch: 1000)]", "image is 2147483647 in [Patches]", "expected 1 to 4096")]
    [InlineData("[Patches(8, {|ATTN004:patch: 0|})]", "patch is 0 in [Patches]")]
    [InlineData("[Patches(8, 4, {|ATTN004:Channels = 0|})]", "Channels is 0 in [Patches]")]
    [InlineData("[Patches(8, 4, {|ATTN004:Order = (PatchOrder)2|})]", "Order is 2", "ChannelsFirst or ChannelsLast")]
    [InlineData("[Features({|ATTN004:length: 0|})]", "length is 0 in [Features]")]
    [InlineData("[Features(5, {|ATTN004:Width = -1|})]", "Width is -1 in [Features]")]
    [InlineData("[Embedding(9, 5)] [TokenTypes({|ATTN004:0|})]", "count is 0 in [TokenTypes]")]
    [InlineData("[Embedding(9, 5)] [Positions(PositionKind.Learned, {|ATTN004:Offset = -1|})]", "Offset is -1 in [Positions]")]
    [InlineData("[Embedding(9, 5)] [Positions(PositionKind.Sinusoidal, {|ATTN004:Rows = 9|})]", "whose positions are computed", "PositionKind.Learned")]
    [InlineData("[Embedding(9, 5, {|ATTN004:Scaled = true|}, Scale = 3)]", "Scaled and Scale are both given in [Embedding]", "expected one of them")]
    [InlineData("[Embedding(9, 5, {|ATTN004:Scale = 0|})]", "Scale is 0 in [Embedding]")]
    [InlineData("[Embedding(9, 5)] [Positions(PositionKind.Learned, Offset = 2, {|ATTN004:Rows = 6|})]", "its 5 rows need 7 with Offset 2")]
    [InlineData("[Embedding(9, 5, {|ATTN004:Padding = 9|})]", "Padding is 9 in [Embedding]", "vocabulary has 9 tokens", "0 to 8")]
    [InlineData("[Embedding(9, 5)] [Segment({|ATTN004:0|}, 4)]", "vocabulary is 0 in [Segment]", "1 to")]
    [InlineData("[Embedding(9, 5)] [Segment(4, {|ATTN004:length: -1|})]", "length is -1 in [Segment]", "1 to")]
    [InlineData("[Embedding(9, 16777216)] [Segment(4, {|ATTN004:1|})]", "a length of 16777217 in all", "at most 16777216")]
    [InlineData("[Embedding(16777216, 9)] [Segment({|ATTN004:vocabulary: 2|}, 1)]", "a vocabulary of 16777218 in all", "at most 16777216")]
    [InlineData("[Embedding(9, 5)] [Positions({|ATTN004:PositionKind.Axial|})]", "kind is Axial in [Positions]", "say Columns = n")]
    [InlineData("[Embedding(9, 5)] [Positions(PositionKind.Axial, {|ATTN004:Columns = 0|})]", "Columns is 0 in [Positions]", "1 to")]
    [InlineData("[Embedding(9, 5)] [Positions(PositionKind.Axial, Columns = 2, {|ATTN004:Rows = 2|})]", "Rows is 2 in [Positions]", "its 3 lines need 3")]
    [InlineData("[Embedding(9, 5)] [Positions(PositionKind.Axial, Columns = 2, {|ATTN004:Offset = 1|})]", "Offset is given in [Positions]", "counted from the first")]
    [InlineData("[Embedding(9, 5)] [Segment(4, 8)] [Positions(PositionKind.Learned, {|ATTN004:Rows = 7|})]", "its 8 rows need 8")]
    [InlineData("[Embedding(9, 5)] [Positions(PositionKind.Learned, {|ATTN004:Rows = 4|})] [Segment(4, 8)]", "its 5 rows need 5")]
    [InlineData("[Embedding(9, 5)] [Segment(4, 8)] [Labels({|ATTN004:Token = 13|})] [SelfAttention(2, Labels = LabelRule.Equal)]", "Token is 13 in [Labels]", "0 to 12")]
    [InlineData("[Embedding(9, 5)] [Segment(4, 8)] [Positions(PositionKind.Axial, Columns = 4)] [ImageAttention(2, {|ATTN004:3|}, ImagePattern.Row, Text = 5)] [SelfAttention(2, Name = \"more.{layer}\")]", "side is 3 in [ImageAttention] of stage 'Lone'", "lines of 4")]
    [InlineData("[Embedding(9, 5)] [Segment(4, 8)] [Positions(PositionKind.Axial, Columns = 4)] [ImageAttention(2, 4, ImagePattern.Row, {|ATTN004:Text = 6|})] [SelfAttention(2, Name = \"more.{layer}\")]", "Text is 6 in [ImageAttention]", "5 rows stand before those of its [Segment]", "say Text = 5")]
    [InlineData("[Embedding(9, 5)] [Segment(4, 8)] [Positions(PositionKind.Axial, Columns = 4)] [TokenShift(Text = 5, {|ATTN004:Side = 2|})] [SelfAttention(2)]", "Side is 2 in [TokenShift]", "lines of 4")]
    [InlineData("[Embedding(9, 5)] [Segment(4, 8)] [Positions(PositionKind.Axial, Columns = 4)] [Rotary(Text = 5, {|ATTN004:Side = 2|})] [SelfAttention(2, HeadWidth = 6)]", "Side is 2 in [Rotary]", "lines of 4")]
    [InlineData("[Embedding(9, 5)] [Segment(4, 8)] [Rotary({|ATTN004:Text = 6|}, Side = 3)] [SelfAttention(2, HeadWidth = 6)]", "Text is 6 in [Rotary]", "5 rows stand before those of its [Segment]; say Text = 5")]
    [InlineData("[Embedding(9, 5)] [Segment(4, 8)] [Rotary(Text = 5, {|ATTN004:Side = 2|})] [SelfAttention(2, HeadWidth = 6)]", "Side is 2 in [Rotary]", "its [Segment] has 8 rows, which are more than 2 lines of 2; expected 3")]
    [InlineData("[Embedding(9, 25)] [Rotary(Text = 8, {|ATTN004:Side = 3|})] [SelfAttention(2, HeadWidth = 6)]", "Side is 3 in [Rotary] of stage 'Lone', whose sequences have up to 17 rows behind the text, but such an image has 9 places; expected at least 5")]
    [InlineData("[Embedding(9, 25)] [TokenShift(Text = 8, {|ATTN004:Side = 3|})] [SelfAttention(2)]", "Side is 3 in [TokenShift] of stage 'Lone', whose sequences have up to 17 rows behind the text", "expected at least 5")]
    [InlineData("[Embedding(9, 25)] [TokenShift({|ATTN004:Text = 25|}, Side = 3)] [SelfAttention(2)]", "Text is 25 in [TokenShift] of stage 'Lone'", "no image is behind it; expected at most 24")]
    [InlineData("[Embedding(9, 5)] [Rotary({|ATTN004:Side = 0|})] [SelfAttention(2, HeadWidth = 6)]", "Side is 0 in [Rotary]", "1 to 4096")]
    [InlineData("[Embedding(9, 5)] [Rotary({|ATTN004:Text = -1|}, Side = 2)] [SelfAttention(2, HeadWidth = 6)]", "Text is -1 in [Rotary]", "0 to")]
    [InlineData("[Embedding(9, 5)] [Rotary({|ATTN004:Side = 3|})] [SelfAttention(2, HeadWidth = 5)]", "the heads of [SelfAttention] in stage", "are 5 wide; set HeadWidth to 6 or more")]
    [InlineData("[Embedding(9, 25)] [ImageAttention(2, {|ATTN004:side: 3|}, ImagePattern.Row, Text = 8)] [SelfAttention(2, Name = \"more.{layer}\")]", "side is 3 in [ImageAttention] of stage 'Lone', whose sequences have up to 17 rows behind the text, but such an image has 9 places; expected at least 5")]
    [InlineData("[Embedding(9, 24)] [ImageAttention(2, 4, ImagePattern.Row, Text = 8)] [SelfAttention(2, Name = \"more.{layer}\")]")]
    [InlineData("[Embedding(9, 8)] [ImageAttention(2, 4, ImagePattern.Row, {|ATTN004:Text = 8|})] [SelfAttention(2, Name = \"more.{layer}\")]", "Text is 8 in [ImageAttention] of stage 'Lone', whose sequences have up to 8 rows, so that no image is behind it; expected at most 7")]
    [InlineData("[Embedding(9, 24)] [ImageAttention(2, 4, ImagePattern.Convolution, Text = 8, {|ATTN004:Kernel = 3|}, Dilation = 2)] [SelfAttention(2, Name = \"more.{layer}\")]", "Kernel 3 with Dilation 2 in [ImageAttention] of stage 'Lone' reaches 4 places back, but a line has 4; expected less")]
    [InlineData("[Embedding(9, 24)] [ImageAttention(2, 4, ImagePattern.Convolution, Text = 8, {|ATTN004:Kernel = 16777216|}, Dilation = 16777216)] [SelfAttention(2, Name = \"more.{layer}\")]", "reaches 281474959933440 places back, but a line has 4")]
    [InlineData("[Embedding(9, 24)] [ImageAttention(2, 4, ImagePattern.Convolution, Text = 8, {|ATTN004:Dilation = 2|})] [SelfAttention(2, Name = \"more.{layer}\")]", "Kernel 3 with Dilation 2")]
    [InlineData("[Patches(8, 2)] [ClassToken] [ImageAttention(2, {|ATTN004:3|}, ImagePattern.Row, Text = 1)] [SelfAttention(2, Name = \"more.{layer}\")]", "side is 3 in [ImageAttention] of stage 'Lone', but [Patches] cuts an image into 4 × 4; say side: 4")]
    [InlineData("[Patches(8, 2)] [ClassToken] [TokenShift({|ATTN004:Text = 2|}, Side = 4)] [SelfAttention(2)]", "Text is 2 in [TokenShift]", "1 rows stand before those of its [Patches]", "say Text = 1")]
    [InlineData("[Patches(8, 2)] [ClassToken] [TokenShift(Text = 1, Side = 4)] [SelfAttention(2)]")]
    [InlineData("[Embedding(9, 5)] [TokenShift({|ATTN004:Side = 0|})] [SelfAttention(2)]", "Side is 0 in [TokenShift]", "1 to 4096")]
    [InlineData("[Embedding(9, 5)] [TokenShift({|ATTN004:Text = -1|}, Side = 2)] [SelfAttention(2)]", "Text is -1 in [TokenShift]", "0 to")]
    [InlineData("[Embedding(9, 5)] [StepSignal({|ATTN004:PositionKind.Axial|})] [SelfAttention(2)]", "kind is Axial in [StepSignal]", "[Positions(PositionKind.Axial)]")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, {|ATTN004:Every = 0|})]", "Every is 0 in [SelfAttention]")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, {|ATTN004:At = new[] { 0, 2 }|})]", "At has layer 2", "expected 0 to 1")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, {|ATTN004:At = new int[0]|})]", "At is empty")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, {|ATTN004:At = null|})]", "At is empty")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, {|ATTN004:At = new[] { 1, 1 }|})]", "a layer twice")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, At = new[] { 1 }, {|ATTN004:Every = 2|})]", "At and Every are both given")]
    [InlineData("[Embedding(9, 5)] [Halting({|ATTN004:(HaltingRule)3|})] [SelfAttention(2)]", "rule is 3 in [Halting]", "Paper, Accumulated or Tensor2Tensor")]
    [InlineData("[Embedding(9, 5)] [Halting(HaltingRule.Paper, {|ATTN004:Epsilon = 2|})] [SelfAttention(2)]", "Epsilon is 2 in [Halting]", "1e-30 to 1")]
    [InlineData("[Embedding(9, 5)] [StepSignal({|ATTN004:PositionKind.Learned|})] [SelfAttention(2)]", "kind is Learned in [StepSignal]", "another PositionKind")]
    [InlineData("[Embedding(9, 5)] [StepSignal(PositionKind.Sinusoidal, {|ATTN004:First = -1|})] [SelfAttention(2)]", "First is -1 in [StepSignal]", "0 to")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, {|ATTN004:RelativeBuckets = 0|})]", "RelativeBuckets is 0 in [SelfAttention]", "1 to")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, {|ATTN004:RelativeBuckets = 7|})]", "RelativeBuckets is 7 in [SelfAttention]", "whose rows see both sides; expected an even number from 4 on")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, {|ATTN004:RelativeBuckets = 2|})]", "RelativeBuckets is 2 in [SelfAttention]")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, Causal = true, {|ATTN004:RelativeBuckets = 1|})]", "whose rows see those before them; expected at least 2")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, RelativeBuckets = 32, {|ATTN004:RelativeDistance = 8|})]", "RelativeDistance is 8 in [SelfAttention]", "whose 32 buckets hold the first 8 distances one by one; expected at least 9")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, RelativeBuckets = 32, {|ATTN004:RelativeDistance = 0|})]", "RelativeDistance is 0 in [SelfAttention]", "1 to")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, {|ATTN004:RelativeBuckets = 512|})]", "RelativeDistance is 128 in [SelfAttention]", "or fewer buckets")]
    [InlineData("[Embedding(9, 5)] [DisentangledPositions({|ATTN004:1|})] [SelfAttention(2)]", "buckets is 1 in [DisentangledPositions]", "2 to")]
    [InlineData("[Embedding(9, 5)] [DisentangledPositions(32, {|ATTN004:MaxDistance = 17|})] [SelfAttention(2)]", "MaxDistance is 17 in [DisentangledPositions]", "whose 32 buckets hold the first 16 distances one by one; expected at least 18")]
    [InlineData("[Embedding(9, 5)] [DisentangledPositions(32, {|ATTN004:MaxDistance = 0|})] [SelfAttention(2)]", "MaxDistance is 0 in [DisentangledPositions]", "1 to")]
    [InlineData("[Embedding(9, 5)] [DisentangledPositions(32, {|ATTN004:Terms = (DisentangledTerms)3|})] [SelfAttention(2)]", "Terms is 3 in [DisentangledPositions]", "Both, ContentToPosition or PositionToContent")]
    [InlineData("[Embedding(9, 5)] [Labels({|ATTN004:Token = 9|})] [SelfAttention(2, Labels = LabelRule.Equal)]", "Token is 9 in [Labels]", "vocabulary has 9 tokens", "0 to 8")]
    [InlineData("[Embedding(9, 5)] [Labels({|ATTN004:Token = -1|})] [SelfAttention(2, Labels = LabelRule.Equal)]", "Token is -1 in [Labels]", "0 to")]
    [InlineData("[Embedding(9, 5)] [Labels({|ATTN004:Rows = 0|})] [SelfAttention(2, Labels = LabelRule.Equal)]", "Rows is 0 in [Labels]", "1 to")]
    [InlineData("[Embedding(9, 5)] [Labels] [SelfAttention(2, {|ATTN004:Labels = (LabelRule)3|})]", "Labels is 3 in [SelfAttention]", "None, Equal or UpTo")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, Window = 1, {|ATTN004:Global = 0|})]", "Global is 0 in [SelfAttention]", "1 to")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, Window = 1, {|ATTN004:Global = 5|})]", "Global is 5 in [SelfAttention] of stage 'Lone', whose sequences have up to 5 rows", "expected fewer")]
    [InlineData("[Embedding(9, 5)] [ClassToken] [SelfAttention(2, Window = 1, Global = 5)]")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2, {|ATTN004:Gate = (Gate)3|})]", "Gate is 3 in [SelfAttention]", "None, Tanh or LayerScale")]
    [InlineData("[Embedding(9, 1000)] [BigBirdAttention(2, {|ATTN004:7|})] [SelfAttention(2, Name = \"more.{layer}\")]", "The 1000 rows of stage 'Lone' are 143 blocks of 7", "at most 128, so make block at least 8")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Head({|ATTN004:0|})]", "classes is 0 in [Head]")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Head(3, {|ATTN004:Pooler = (Activation)9|})]", "Pooler is 9", "or Sigmoid")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Pooling({|ATTN004:PoolingKind.AtToken|})]", "kind is AtToken in [Pooling]", "say Token = id")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Pooling(PoolingKind.AtToken, {|ATTN004:Token = 9|})]", "Token is 9 in [Pooling]", "vocabulary has 9 tokens", "0 to 8")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Pooling(PoolingKind.AtToken, {|ATTN004:Token = -1|})]", "Token is -1 in [Pooling]", "0 to")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Head(3, {|ATTN004:Pooling = PoolingKind.AtToken|})]", "Pooling is AtToken in [Head]", "[Pooling(PoolingKind.AtToken, Token = id)]")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Head(3, {|ATTN004:Pooling = (PoolingKind)9|})]", "Pooling is 9", "Mean, First, Max, LargestToken, AtToken, Last or AtRow")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Pooling({|ATTN004:PoolingKind.AtRow|})]", "kind is AtRow in [Pooling]", "say Row = n")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Pooling(PoolingKind.AtRow, {|ATTN004:Row = 5|})]", "Row is 5 in [Pooling]", "have up to 5 rows; expected 0 to 4")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Pooling(PoolingKind.AtRow, {|ATTN004:Row = -1|})]", "Row is -1 in [Pooling]", "0 to")]
    [InlineData("[Embedding(9, 5)] [SelfAttention(2)] [Head(3, {|ATTN004:Pooling = PoolingKind.AtRow|})]", "Pooling is AtRow in [Head]", "[Pooling(PoolingKind.AtRow, Row = n)]")]
    public Task SizesOfAModelThatIsAStage(string parts, params string[] facts) => Analysis.ExpectSource(
        $"using Attention.Dsl;\n[AttentionModel] [Encoder(2, 16)] {parts} {(parts.Contains("[SelfAttention", StringComparison.Ordinal) ? "" : "[SelfAttention(2)]")} public sealed partial class Lone;",
        "internal static class Usage { public static int Run(Lone.Session session) => session.Width + session.Length; }", facts);

    [Fact]
    public Task SeveralSizes_AreAllReported() => Analysis.Expect(
        "[Embedding(vocabulary: 20, length: 8)]", "[Embedding({|ATTN004:vocabulary: 0|}, {|ATTN004:length: -8|})]", ["vocabulary is 0", "length is -8"]);

    [Fact]
    public Task MoreThanOffsetsCanAddress()
    {
        string source = Analysis.Model.Replace("width: 32", "width: 256", StringComparison.Ordinal).Replace("length: 8", "length: 16777216", StringComparison.Ordinal)
            .Replace("class Pronouncer", "class {|ATTN014:Pronouncer|}", StringComparison.Ordinal);
        return Analysis.ExpectSource(source, Analysis.Usage, ["'Pronouncer'", "2147483647 floats", "make it smaller"]);
    }

    /// <summary>Of weights that is a limit for one linear map, not for all of them, nor for a table.</summary>
    [Theory]
    [InlineData("[Encoder(40, 8192)] [Embedding(9, 5)] [SelfAttention(64)] [FeedForward(32768, Activation.Relu)]")]
    [InlineData("[Encoder(2, 65536)] [Embedding(9, 5)] [FeedForward(32000, Activation.Relu)]")]
    [InlineData("[Encoder(1, 256)] [Embedding(16777216, 5)] [Rotary] [SelfAttention(2)] [L2Normalize]")]
    public Task MoreWeightsThanThatAreFine(string stage) => Analysis.ExpectSource(
        $"using Attention.Dsl;\n[AttentionModel] {stage} public sealed partial class Wide;", "internal static class Usage { public static int Run(Wide.Session session) => session.Width; }", []);

    /// <summary>What is asked of all pairs is counted with 32 bits: bits of 32 keys, and numbers of a bias.</summary>
    [Theory]
    [InlineData("300000", "SparseAttention(1, 500)", "mask of 300000 × 300000 pairs", "make the source shorter")]
    [InlineData("300000", "SelfAttention(1, Mask = \"Sees\")", "mask of 300000 × 300000 pairs")]
    [InlineData("300000", "SelfAttention(1, Window = 500, Global = 2)")]
    [InlineData("300000", "SelfAttention(1, ScoreBias = \"Slope\")")]
    [InlineData("50000", "SelfAttention(1, ScoreBias = \"Pairs\")", "bias of 50000 × 50000 pairs", "let its method take (int head, int distance)")]
    [InlineData("40000", "SelfAttention(1, ScoreBias = \"Pairs\", Mask = \"Sees\")")]
    public Task MorePairsThanAreCounted(string length, string attention, params string[] facts) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel]
        [Encoder(1, 4)] [Embedding(9, {{length}})] [{{(facts.Length == 0 ? attention : attention.Insert(attention.IndexOf('(', System.StringComparison.Ordinal), "|}").Insert(0, "{|ATTN014:"))}}]
        public sealed partial class Long
        {
            private static bool Sees(int query, int key) => query == key;
            private static float Slope(int head, int distance) => distance;
            private static float Pairs(int head, int query, int key) => query - key;
        }
        """,
        "", facts);

    /// <summary>Four weights to a float are few enough floats, but one by one they are counted with 32 bits too.</summary>
    [Theory]
    [InlineData("Float32", 128, 16777216, true)]
    [InlineData("Int8", 32768, 65536, true)]
    [InlineData("Int8", 32768, 65535, true)]
    [InlineData("Int8", 32768, 65520, false)]
    [InlineData("BFloat16", 65536, 32768, true)]
    [InlineData("Float32", 65536, 32768, true)]
    public Task MoreWeightsThanAreCounted(string format, int width, int hidden, bool isTooLarge) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel(Weights = WeightFormat.{{format}})]
        [Encoder(1, {{width}})] [Features(1)] [{{(isTooLarge ? "{|ATTN014:FeedForward|}" : "FeedForward")}}({{hidden}}, Activation.Relu)]
        public sealed partial class Wide;
        """,
        "", isTooLarge ? [$"A linear map of stage 'Wide' has {width} × {hidden} weights", "2147483647", "make it smaller"] : []);
}
