using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Whatever an argument says is done, or it is a finding.</summary>
public sealed class EffectTests
{
    [Theory]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Pooling(PoolingKind.Mean)] [Head(3, {|ATTN016:Pooling = PoolingKind.Max|})]", "Pooling is given in [Head] of stage 'Lone', but [Pooling] has pooled")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Head(3, Pooling = PoolingKind.Max)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Pooling(PoolingKind.Last, {|ATTN016:Row = 3|})]", "Row is given in [Pooling] of stage 'Lone'", "say PoolingKind.AtRow")]
    [InlineData("[Encoder(2, 8, {|ATTN016:SharedGroups = 2|})] [Embedding(9, 5)] [SelfAttention(2)]", "SharedGroups is given in [Encoder] of stage 'Lone', where each layer has weights of its own", "say Shared = true")]
    [InlineData("[Encoder(3, 8, Shared = true, SharedGroups = 2)] [Embedding(9, 5)] [SelfAttention(2)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Norm = NormPlacement.None, {|ATTN016:Epsilon = 1e-4|})] [FeedForward(4, Activation.Relu)]", "Epsilon is given in [SelfAttention] of stage 'Lone', which has no norm; remove Epsilon")]
    [InlineData("[Encoder(1, 8, {|ATTN016:Norm = NormPlacement.Pre|})] [Embedding(9, 5)] [SelfAttention(2, Norm = NormPlacement.Post)]", "Norm is given in [Encoder] of stage 'Lone'")]
    [InlineData("[Encoder(1, 8, {|ATTN016:Epsilon = 1e-4|})] [Embedding(9, 5)] [SelfAttention(2, Norm = NormPlacement.None)]", "Epsilon is given in [Encoder] of stage 'Lone'")]
    [InlineData("[Encoder(1, 8, Norm = NormPlacement.None)] [Embedding(9, 5)] [SelfAttention(2)] [FeedForward(4, Activation.Relu, Norm = NormPlacement.Pre, Epsilon = 1e-4)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Pooling(PoolingKind.First, {|ATTN016:Token = 3|})]", "Token is given in [Pooling] of stage 'Lone'", "say PoolingKind.AtToken")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:Prefix = 2|})]", "Prefix is given in [SelfAttention] of stage 'Lone', whose rows see all there are", "Causal = true")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:Prefix = 2|})]", "a decoder, whose rows never see those behind them")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Causal = true, Window = 3, Prefix = 2)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels] [SelfAttention(2, Causal = true, Labels = LabelRule.Equal, Window = 3, {|ATTN016:Prefix = 2|})]", "Prefix and Window are both given in [SelfAttention] of stage 'Lone', which has Labels besides")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:Global = 2|})]", "Global is given in [SelfAttention] of stage 'Lone', whose rows see the first ones without it", "or say Window")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Window = 1, Global = 2)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Window = 1, Global = 2, GlobalProjections = true)]")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Window = 1, Global = 2)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Window = 1, {|ATTN016:GlobalProjections = true|})]", "GlobalProjections is given in [SelfAttention] of stage 'Lone', which has no global rows", "or say Global = n")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Causal = true, Window = 1, Global = 2, {|ATTN016:GlobalProjections = true|})]", "whose rows never see those behind them", "remove GlobalProjections or Causal")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Window = 1, Global = 2, {|ATTN016:GlobalProjections = true|})]", "whose rows never see those behind them", "make the stage an encoder")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Causal = true, Window = 1, Prefix = 2, {|ATTN016:Global = 2|})]", "Global and Prefix are both given in [SelfAttention] of stage 'Lone'")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels] [SelfAttention(2, Labels = LabelRule.Equal, Window = 1, {|ATTN016:Global = 2|})]", "Global and Labels are both given")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [LocalAttention(2, 3, {|ATTN016:Causal = false|})]", "Causal is false in [LocalAttention] of stage 'Lone', a decoder")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Rotary] [SelfAttention(2, Window = 1, Global = 2, {|ATTN007:GlobalProjections = true|})]", "GlobalProjections is given in [SelfAttention] of stage 'Lone', behind [Rotary], which does not turn what they project")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels] [{|ATTN007:TokenShift|}] [SelfAttention(2, Labels = LabelRule.Equal)]", "[TokenShift] stands in stage 'Lone', whose rows of other labels [SelfAttention] keeps apart", "remove one of the two")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 49)] [Positions(PositionKind.Axial, Columns = 7)] [TokenShift({|ATTN004:Side = 6|})] [SelfAttention(2)]", "Side is 6 in [TokenShift]", "lines of 7", "make them equal")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [LocalAttention(2, 3, Causal = true, {|ATTN016:Forward = 2|})]", "Forward is 2 in [LocalAttention]", "remove Forward")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [ImageAttention(2, 2, ImagePattern.Row, {|ATTN016:Kernel = 5|})]", "Kernel is given in [ImageAttention]", "ImagePattern.Convolution")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SparseAttention(2, 4, {|ATTN016:Summary = 2|})]", "Summary is given in [SparseAttention] of stage 'Lone'", "Pattern = SparsePattern.Fixed")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SparseAttention(2, 4, Pattern = SparsePattern.Fixed, {|ATTN016:Groups = 3|})]", "Groups is 3 in [SparseAttention]", "2 heads cannot take so many")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [BigBirdAttention(2, 1, Random = 0, {|ATTN016:RandomIsFirst = true|})]", "RandomIsFirst is given in [BigBirdAttention] of stage 'Lone', which has no random blocks")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [BigBirdAttention(2, 1, {|ATTN016:CountOnce = true|})]", "CountOnce is given in [BigBirdAttention]", "whose blocks no method says and none of which is drawn twice")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [BigBirdAttention(2, 1, RandomIsFirst = true, {|ATTN016:CountOnce = true|})]", "with RandomIsFirst the first is to count several times")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [BigBirdAttention(2, 1, RandomIsFirst = true, {|ATTN016:Seed = 3|})]", "Seed is given in [BigBirdAttention]", "draws no blocks")]
    [InlineData("[Encoder(1, 8, Bias = false)] [Embedding(9, 5)] [LinformerAttention(2, 3, {|ATTN016:ProjectFirst = true|})]", "ProjectFirst is given in [LinformerAttention] of stage 'Lone', whose keys and values have no biases")]
    [InlineData("[Encoder(1, 8, Bias = false)] [Embedding(9, 5)] [LinformerAttention(2, 3, ProjectFirst = true, ValueBias = true)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [LinformerAttention(2, 3, {|ATTN016:ProjectFirst = true|}, QueryKeyNorm = QueryKeyNorm.PerHead)]", "ProjectFirst is given in [LinformerAttention] of stage 'Lone', whose keys are normed")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [LinformerAttention(2, 3, QueryKeyNorm = QueryKeyNorm.PerHead)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:QueryKeyNorm = QueryKeyNorm.PerHeadBehindRotary|})]", "QueryKeyNorm is PerHeadBehindRotary in [SelfAttention] of stage 'Lone', whose queries and keys no [Rotary] turns; say PerHead")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Rotary] [SelfAttention(2, QueryKeyNorm = QueryKeyNorm.PerHeadBehindRotary)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:QueryKeyNormKind = NormKind.Rms|})]", "QueryKeyNormKind is given in [SelfAttention] of stage 'Lone', whose queries and keys have no norms", "or say QueryKeyNorm")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Window = 1, Global = 2, GlobalProjections = true, {|ATTN016:QueryKeyNorm = QueryKeyNorm.Whole|})]", "QueryKeyNorm is Whole in [SelfAttention] of stage 'Lone', where GlobalProjections make queries and keys that it does not norm")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [LinformerAttention(2, 3, ValuesAreKeys = true, {|ATTN016:ValueBias = false|})]", "ValueBias is given in [LinformerAttention]", "or say KeyBias")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [ExternalAttention(2, {|ATTN016:Expansion = 4|}, {|ATTN016:OutputBias = false|})]", "Expansion is given in [ExternalAttention] of stage 'Lone', which has no heads", "or say Heads")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:Causal = false|})]", "Causal is false in [SelfAttention] of stage 'Lone', a decoder", "make the stage an encoder")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Causal = true)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:RelativeDistance = 64|})]", "RelativeDistance is given in [SelfAttention] of stage 'Lone', which has no buckets of distances", "say RelativeBuckets")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, RelativeBuckets = 8, {|ATTN016:Alibi = true|})]", "Alibi and RelativeBuckets are both given in [SelfAttention] of stage 'Lone'; expected one of them")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:Alibi = true|}, {|ATTN017:ScoreBias = \"No\"|})]", "Alibi and ScoreBias are both given")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:RelativeBuckets = 8|}, {|ATTN017:ScoreBias = \"No\"|})]", "RelativeBuckets and ScoreBias are both given")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, RelativeBuckets = 3, RelativeDistance = 2)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Causal = false)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [DisentangledPositions(4, MaxDistance = 4, Norm = true)] [SelfAttention(2)] [LocalAttention(2, 3, Name = \"b\")]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [{|ATTN016:DisentangledPositions|}(4)]", "[DisentangledPositions] of stage 'Lone' changes nothing, since no self-attention stands behind it", "or remove it")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [{|ATTN007:DisentangledPositions|}(4)] [SelfAttention(2)]", "[DisentangledPositions] stands in decoder 'Lone'", "make the stage an encoder, or use [Rotary] or RelativeBuckets")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [DisentangledPositions(4)] [{|ATTN007:LinformerAttention|}(2, 3)] [SelfAttention(2)]", "[LinformerAttention] stands behind [DisentangledPositions] in stage 'Lone', but its keys are mixtures of rows")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [DisentangledPositions(4)] [Rotary] [{|ATTN007:SelfAttention|}(2)]", "[SelfAttention] of stage 'Lone' stands behind both [DisentangledPositions] and [Rotary], which does not turn relative positions")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [DisentangledPositions(4)] [SelfAttention(2, {|ATTN016:QueryKeyNorm = QueryKeyNorm.Whole|})]", "QueryKeyNorm is Whole in [SelfAttention] of stage 'Lone'", "which it does not norm")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [DisentangledPositions(4)] [SelfAttention(4, {|ATTN016:KeyValueHeads = 2|})]", "KeyValueHeads is 2 in [SelfAttention] of stage 'Lone', but each head has keys and queries of relative positions of its own")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [DisentangledPositions(4)] [SelfAttention(4, KeyValueHeads = 4)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [DisentangledPositions(4)] [SelfAttention(2, {|ATTN016:Alibi = true|})]", "Alibi is given in [SelfAttention] of stage 'Lone', behind [DisentangledPositions]; expected one of them")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [DisentangledPositions(4)] [SelfAttention(2, {|ATTN016:RelativeBuckets = 8|})]", "RelativeBuckets is given in [SelfAttention] of stage 'Lone', behind [DisentangledPositions]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [DisentangledPositions(4)] [BigBirdAttention(2, 1, {|ATTN016:RandomIsFirst = true|})]", "RandomIsFirst is given in [BigBirdAttention] of stage 'Lone', behind [DisentangledPositions]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [DisentangledPositions(4)] [SelfAttention(2, Window = 1, Global = 2, {|ATTN016:GlobalProjections = true|})]", "GlobalProjections is given in [SelfAttention] of stage 'Lone', behind [DisentangledPositions], whose queries and keys of relative positions are not theirs")]
    [InlineData("[Encoder(1, 8)] [Features(5, Width = 6)] [DisentangledPositions(4)] [SelfAttention(2, {|ATTN016:InputWidth = 6|})]", "InputWidth is given in [SelfAttention] of stage 'Lone', behind [DisentangledPositions], whose table is as wide as the stage")]
    [InlineData("[Encoder(1, 8, Norm = NormPlacement.None, Epsilon = 1e-4)] [Embedding(9, 5)] [DisentangledPositions(4, Norm = true)] [SelfAttention(2)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels(Token = 3, {|ATTN016:Rows = 2|})] [SelfAttention(2, Labels = LabelRule.Equal)]", "Token and Rows are both given in [Labels]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [{|ATTN016:Labels|}(Token = 3)] [SelfAttention(2)]", "[Labels] of stage 'Lone' are those that no attention goes by", "LabelRule.Equal")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels(Token = 3)] [SelfAttention(2, Labels = LabelRule.UpTo)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels] [SelfAttention(2, Causal = true, {|ATTN016:Labels = LabelRule.UpTo|})]", "Labels is UpTo in [SelfAttention] of stage 'Lone'", "say LabelRule.Equal")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [Labels(Token = 3)] [SelfAttention(2, {|ATTN016:Labels = LabelRule.UpTo|})]", "Labels is UpTo in [SelfAttention] of stage 'Lone'")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [Labels(Token = 3)] [SelfAttention(2, Labels = LabelRule.Equal, Window = 3)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels] [SparseAttention(2, 2, {|ATTN016:Labels = LabelRule.UpTo|})]", "Labels is UpTo in [SparseAttention] of stage 'Lone'", "say LabelRule.Equal")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels] [LocalAttention(2, 2, Causal = true, {|ATTN016:Labels = LabelRule.UpTo|})]", "Labels is UpTo in [LocalAttention] of stage 'Lone'")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels] [LocalAttention(2, 2, Labels = LabelRule.UpTo)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels] [BigBirdAttention(2, 2, Labels = LabelRule.UpTo)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels] [{|ATTN007:TokenShift|}] [ImageAttention(2, 3, ImagePattern.Row, Labels = LabelRule.Equal)]", "whose rows of other labels [ImageAttention] keeps apart")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 1, {|ATTN016:Padding = 0|})] [SelfAttention(2)]", "Padding is given in [Embedding] of stage 'Lone', which has no place behind the first")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Positions(PositionKind.Learned, {|ATTN016:Columns = 3|})] [SelfAttention(2)]", "Columns is given in [Positions]", "say PositionKind.Axial")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Positions(PositionKind.Axial, Columns = 3, {|ATTN016:Repeat = 2|})] [SelfAttention(2)]", "Repeat is given in [Positions]", "a line and a column of its own")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Positions(PositionKind.Learned, {|ATTN016:Repeat = 2|})] [Segment(4, 8)] [SelfAttention(2)]", "Repeat is given in [Positions]", "tokens of several kinds")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [TokenShift({|ATTN016:Text = 3|})] [SelfAttention(2)]", "Text is given in [TokenShift] of stage 'Lone'", "say Side")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [{|ATTN016:TokenShift|}]", "[TokenShift] has no sub-layer behind it in stage 'Lone'")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, Padding = 8)] [Positions(PositionKind.Learned)] [Segment(4, 8)] [Positions(PositionKind.Axial, Columns = 4, Rows = 9)] [Segment(2, 2)] [TokenShift(Text = 5, Side = 4)] [SelfAttention(2)]")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [Segment(4, 8)] [SelfAttention(2)] [Logits({|ATTN012:Tied = true|})]", "Tied is true in [Logits] of stage 'Lone'", "2 tables", "remove Tied")]
    [InlineData("[Encoder(1, 8)] [Features(5, {|ATTN016:Bias = false|})] [SelfAttention(2)]", "Bias is given in [Features] of stage 'Lone', where no map is", "say Width")]
    [InlineData("[Encoder(1, 8)] [Features(5, Width = 8, Bias = false)] [SelfAttention(2)]")]
    [InlineData("[Encoder(1, 8)] [Features(5, {|ATTN016:Name = \"x\"|})] [SelfAttention(2)]", "Name is given in [Features] of stage 'Lone', which reads no tensor of its own")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Positions(PositionKind.Sinusoidal, {|ATTN016:Name = \"x\"|})] [SelfAttention(2)]", "Name is given in [Positions]")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Logits(Tied = true, {|ATTN016:Name = \"x\"|})]", "Name is given in [Logits]")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Logits(Tied = true, Bias = true, Name = \"x\")]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:Bias = false|}, QueryBias = true, KeyBias = true, ValueBias = true, OutputBias = true)]", "QueryBias, KeyBias, ValueBias and OutputBias leave nothing to it")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Bias = false, QueryBias = true, KeyBias = true, ValueBias = true)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [FeedForward(4, Activation.Relu, HiddenBias = true, {|ATTN016:Bias = false|}, OutputBias = true)]", "HiddenBias and OutputBias leave nothing to it")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Rotary({|ATTN016:Text = 3|})] [SelfAttention(2)]", "Text is given in [Rotary] of stage 'Lone'", "say Side")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Rotary({|ATTN016:Width = 6|}, Side = 2)] [SelfAttention(2, HeadWidth = 6)]", "Width and Side are both given in [Rotary] of stage 'Lone'", "remove Width")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Rotary({|ATTN016:OriginalLength = 3|})] [SelfAttention(2)]", "OriginalLength is given in [Rotary] of stage 'Lone', whose Scaling is Linear", "remove it, or say one of Scaling = RotaryScaling.Llama3")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Rotary(Scaling = RotaryScaling.Llama3, Factor = 2, OriginalLength = 3, {|ATTN016:BetaFast = 3|})] [SelfAttention(2)]", "BetaFast is given in [Rotary] of stage 'Lone', whose Scaling is Llama3", "or say Scaling = RotaryScaling.Yarn")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Rotary(Scaling = RotaryScaling.Yarn, Factor = 2, OriginalLength = 3, AttentionFactor = 2, {|ATTN016:MScale = 3|})] [SelfAttention(2)]", "MScale is given in [Rotary] of stage 'Lone' beside AttentionFactor")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Rotary({|ATTN016:Scaling = RotaryScaling.DynamicNtk|}, Factor = 2, OriginalLength = 5)] [SelfAttention(2)]", "Scaling is DynamicNtk in [Rotary] of stage 'Lone', whose sequences have up to 5 rows, which OriginalLength, 5, holds")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Rotary({|ATTN007:Scaling = RotaryScaling.Llama3|}, Factor = 2, OriginalLength = 3, Side = 3)] [SelfAttention(2, HeadWidth = 6)]", "Scaling is Llama3 in [Rotary] of stage 'Lone', but Side says")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [{|ATTN016:Rotary|}]", "[Rotary] of stage 'Lone' turns nothing", "put it before a [SelfAttention]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [{|ATTN016:Rotary|}] [Rotary(Base = 9)] [SelfAttention(2)]", "[Rotary] of stage 'Lone' turns nothing")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [LinformerAttention(2, 3)] [Rotary] [LocalAttention(2, 3, Name = \"local.{layer}\")] [Rotary(Base = 9)] [SelfAttention(2, Name = \"second.{layer}\")]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Rotary] [SelfAttention(2)] [{|ATTN007:LinformerAttention|}(2, 3, Name = \"second.{layer}\")]", "[LinformerAttention] stands behind [Rotary] in stage 'Lone'", "put it before [Rotary]")]
    [InlineData("[Encoder(1, 8, Norm = NormPlacement.None)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:Kind = NormKind.Rms|}, {|ATTN016:Epsilon = 0.1|})]", "Kind is given in [SelfAttention] of stage 'Lone', which has no norms")]
    [InlineData("[Encoder(2, 8, {|ATTN016:Norm = NormPlacement.Pre|}, {|ATTN016:Kind = NormKind.Rms|}, {|ATTN016:Epsilon = 0.1|})] [Embedding(9, 5)] [Recurrent(CellKind.Gru)]", "Norm is given in [Encoder] of stage 'Lone', which has no sub-layers that norms could stand around; remove Norm", "Kind is given in [Encoder] of stage 'Lone', which has no norms that go by it", "say FinalNorm = true")]
    [InlineData("[Encoder(0, 8, {|ATTN016:Norm = NormPlacement.Pre|}, Kind = NormKind.Rms, FinalNorm = true)] [Embedding(9, 5)]", "Norm is given in [Encoder] of stage 'Lone'")]
    [InlineData("[Encoder(0, 8, {|ATTN016:Kind = NormKind.Rms|}, Epsilon = 0.1)] [Embedding(9, 5)] [LayerNorm]", "Kind is given in [Encoder]")]
    [InlineData("[Encoder(1, 8, Norm = NormPlacement.None, {|ATTN016:Kind = NormKind.Rms|}, Epsilon = 0.1)] [Embedding(9, 5)] [SelfAttention(2, BatchNorm = true)]", "Kind is given in [Encoder]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [{|ATTN016:Halting|}(HaltingRule.Paper)]", "[Halting] of stage 'Lone' has no sub-layer behind it", "add [SelfAttention(heads)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SparseAttention(2, 4, Pattern = SparsePattern.Fixed, Part = SparsePart.Near, {|ATTN016:Summary = 2|}, {|ATTN016:Groups = 2|})]", "Summary is given in [SparseAttention] of stage 'Lone', whose rows see their own blocks alone", "or say another Part")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SparseAttention(1, 4, {|ATTN016:Part = SparsePart.PerHead|})]", "Part is PerHead in [SparseAttention] of stage 'Lone', whose 1 head sees the near rows", "at least 2 heads")]
    [InlineData("[{|ATTN016:Tensor|}(TensorRole.Hidden, \"{layer}.weight\", N = 2)] [Encoder(1, 8)] [Embedding(9, 5)] [FeedForward(4, Activation.Relu)]", "names the Hidden, which no part has")]
    [InlineData("[Tensor(TensorRole.Hidden, \"{layer}.weight\", N = 1), Tensor(TensorRole.Hidden, \"{layer}.{n}.weight\"), Tensor(TensorRole.Contract, \"{layer}.out{n}.weight\")] [Encoder(1, 8)] [Embedding(9, 5)] [FeedForward(4, Activation.Relu)] [FeedForward(4, Activation.Relu, Name = \"second.{layer}\")] [FeedForward(4, Activation.Relu)]")]
    [InlineData("[{|ATTN016:Tensor|}(TensorRole.HiddenGate, \"{layer}.weight\")] [Encoder(1, 8)] [Embedding(9, 5)] [FeedForward(4, Activation.Relu)]", "[Tensor] of 'Lone' names the HiddenGate, which no part has")]
    [InlineData("[Tensor(TensorRole.UpGate, \"{layer}.weight\")] [Encoder(1, 8)] [Embedding(9, 5)] [FeedForward(4, Activation.Relu, Gated = true)]")]
    [InlineData("[Tensor(TensorRole.GateUp, \"{layer}.weight\")] [{|ATTN016:Tensor|}(TensorRole.UpGate, \"{layer}.w.weight\")] [Encoder(1, 8)] [Embedding(9, 5)] [FeedForward(4, Activation.Relu, Gated = true)]", "names the UpGate, which no part has, or none that has no nearer name")]
    [InlineData("[{|ATTN016:Tensor|}(TensorRole.Pooler, \"pool.weight\")] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Head(3)]", "[Tensor] of 'Lone' names the Pooler, which no part has")]
    [InlineData("[Tensor(TensorRole.Pooler, \"pool.weight\")] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Head(3, Pooler = Activation.Tanh)]")]
    [InlineData("[{|ATTN016:Tensor|}(TensorRole.CrossQueryKeyValue, \"a.{layer}.weight\")] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "names the CrossQueryKeyValue")]
    [InlineData("[{|ATTN016:Tensor|}(TensorRole.Embedding, \"words.weight\")] [Encoder(1, 8)] [Embedding(9, 5, Name = \"tokens\")] [SelfAttention(2)]", "or none that has no nearer name")]
    [InlineData("[Tensor(TensorRole.Embedding, \"words\", {|ATTN016:Bias = \"b\"|})] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "names a bias of the Embedding, which has none")]
    [InlineData("[Tensor(TensorRole.Hidden, \"{layer}.weight\", {|ATTN016:Bias = \"{layer}.bias\"|})] [Encoder(1, 8)] [Embedding(9, 5)] [FeedForward(4, Activation.Relu, HiddenBias = false)]", "names a bias of the Hidden, which has none")]
    [InlineData("[Tensor(TensorRole.SelfQueryKeyValue, \"{layer}.weight\", ByHead = true)] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]")]
    [InlineData("[Tensor(TensorRole.SelfQuery, \"{layer}.weight\", {|ATTN016:ByHead = true|})] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "in the SelfQuery, which is no one tensor", "remove ByHead")]
    [InlineData("[Encoder(1, 8, Norm = NormPlacement.Sandwich)] [Embedding(9, 5)] [FeedForward(9, Activation.Silu, {|ATTN007:Gate = Gate.LayerScale|})]", "Gate is LayerScale in [FeedForward] of stage 'Lone', where Norm is Sandwich", "remove Gate, or say another Norm")]
    [InlineData("[Encoder(1, 8, Norm = NormPlacement.ResidualPost)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN007:Gate = Gate.Tanh|})]", "where Norm is ResidualPost")]
    [InlineData("[Tensor(TensorRole.GateUp, \"{layer}.weight\", {|ATTN016:ByHead = true|})] [Encoder(1, 8)] [Embedding(9, 5)] [FeedForward(9, Activation.Silu, Gated = true)]", "in the GateUp, which is no one tensor", "remove ByHead")]
    [InlineData("[Tensor(TensorRole.Embedding, \"words\", {|ATTN016:Transposed = true|})] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "the Embedding is transposed, which is no linear map")]
    [InlineData("[Tensor(TensorRole.SelfNorm, \"{layer}.weight\", {|ATTN016:Transposed = false|})] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "the SelfNorm is transposed")]
    public Task ArgumentsOfALoneStage(string attributes, params string[] facts) =>
        Analysis.ExpectSource($"using Attention.Dsl;\n[AttentionModel] {attributes} public sealed partial class Lone;", "internal static class Usage { public static int Run(Lone.Session session) => session.Width; }", facts);

    [Theory]
    [InlineData("[Embedding(9, 5, Shares = \"a\", {|ATTN016:Name = \"x\"|})]", "Name is given in [Embedding] of stage 'B', which reads no tensor of its own")]
    [InlineData("[Embedding(9, 5, Shares = \"a\")]")]
    [InlineData("[Input(\"a\", {|ATTN016:Bias = true|})]", "Bias is given in [Input] of stage 'B'", "say SourceWidth")]
    [InlineData("[Input(\"a\", SourceWidth = 8, Bias = true)]")]
    public Task ArgumentsOfASecondStage(string source, params string[] facts) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel] public sealed partial class Two
        {
            [Encoder(0, 8)] [Embedding(9, 5)] public sealed partial class A;
            [Encoder(1, 8, Prefix = "b")] {{source}} [SelfAttention(2)] public sealed partial class B;
        }
        """,
        "", facts);

    /// <summary>What no session keeps has no format, and two numbers of a head stand in the place of a float.</summary>
    [Theory]
    [InlineData("{|ATTN016:KeyValues = WeightFormat.BFloat16|}", "[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "KeyValues is BFloat16 in [AttentionModel] of 'Lone', of which no session keeps keys and values", "remove KeyValues")]
    [InlineData("{|ATTN016:KeyValues = WeightFormat.BFloat16|}", "[Decoder(1, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Gru)]", "KeyValues is BFloat16 in [AttentionModel] of 'Lone', of which no session keeps keys and values", "neither a decoder with an attention nor a cross-attention")]
    [InlineData("{|ATTN004:KeyValues = WeightFormat.BFloat16|}", "[Decoder(1, 9)] [Embedding(9, 5)] [SelfAttention(3)]", "an attention of stage 'Lone' has heads of 3 channels", "make the heads' width even, or remove KeyValues")]
    [InlineData("KeyValues = WeightFormat.BFloat16", "[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]")]
    [InlineData("KeyValues = WeightFormat.Float32", "[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]")]
    public Task FormatOfKeysAndValues(string model, string stage, params string[] facts) => Analysis.ExpectSource($"using Attention.Dsl;\n[AttentionModel({model})] {stage} public sealed partial class Lone;", "", facts);

    /// <summary>Whole numbers are of maps in layers whose rows are there all at once.</summary>
    [Theory]
    [InlineData("{|ATTN016:Products = ProductFormat.W7A7|}", "[Decoder(1, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Gru)] [Logits]", "Products is W7A7 in [AttentionModel] of 'Lone', but no linear map in its layers", "remove Products")]
    [InlineData("{|ATTN016:Products = ProductFormat.Int8|}", "[Encoder(0, 8)] [Embedding(9, 5)] [Linear(4)]", "Products is Int8 in [AttentionModel] of 'Lone'", "remove Products")]
    [InlineData("Products = ProductFormat.W8A8", "[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]")]
    [InlineData("Products = ProductFormat.Float32", "[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Logits(Products = ProductFormat.W7A7)]")]
    public Task NumbersOfProducts(string model, string stage, params string[] facts) => Analysis.ExpectSource($"using Attention.Dsl;\n[AttentionModel({model})] {stage} public sealed partial class Lone;", "", facts);

    /// <summary>What a model says for all stages need not concern each of them.</summary>
    [Theory]
    [InlineData("TensorRole.Linear, \"{prefix}.out.weight\"", "Tensor")]
    [InlineData("TensorRole.Logits, \"{prefix}.out.weight\"", "{|ATTN016:Tensor|}")]
    public Task NamesThatAModelGives(string tensor, string attribute) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel] [{{attribute}}({{tensor}})] public sealed partial class Two
        {
            [Encoder(0, 8)] [Embedding(9, 5)] public sealed partial class A;
            [Encoder(1, 8, Prefix = "b")] [Input("a")] [SelfAttention(2)] [Linear(3)] public sealed partial class B;
        }
        """,
        "", attribute == "Tensor" ? [] : ["[Tensor] of 'Two' names the Logits"]);
}
