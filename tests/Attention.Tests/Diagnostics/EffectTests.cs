using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Whatever an argument says is done, or it is a finding.</summary>
public sealed class EffectTests
{
    [Theory]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Pooling(PoolingKind.Mean)] [Head(3, {|ATTN016:Pooling = PoolingKind.Max|})]", "Pooling is given in [Head] of stage 'Lone', but [Pooling] has pooled")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Head(3, Pooling = PoolingKind.Max)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Pooling(PoolingKind.First, {|ATTN016:Token = 3|})]", "Token is given in [Pooling] of stage 'Lone'", "say PoolingKind.AtToken")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:Prefix = 2|})]", "Prefix is given in [SelfAttention] of stage 'Lone', whose rows see all there are", "Causal = true")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:Prefix = 2|})]", "a decoder, whose rows never see those behind them")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Causal = true, Window = 3, {|ATTN016:Prefix = 2|})]", "Prefix and Window are both given")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [LocalAttention(2, 3, {|ATTN016:Causal = false|})]", "Causal is false in [LocalAttention] of stage 'Lone', a decoder")]
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
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels(Token = 3, {|ATTN016:Rows = 2|})] [SelfAttention(2, Labels = LabelRule.Equal)]", "Token and Rows are both given in [Labels]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [{|ATTN016:Labels|}(Token = 3)] [SelfAttention(2)]", "[Labels] of stage 'Lone' are those that no attention goes by", "LabelRule.Equal")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels(Token = 3)] [SelfAttention(2, Labels = LabelRule.UpTo)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Labels] [SelfAttention(2, Causal = true, {|ATTN016:Labels = LabelRule.UpTo|})]", "Labels is UpTo in [SelfAttention] of stage 'Lone'", "say LabelRule.Equal")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [Labels(Token = 3)] [SelfAttention(2, {|ATTN016:Labels = LabelRule.UpTo|})]", "Labels is UpTo in [SelfAttention] of stage 'Lone'")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [Labels(Token = 3)] [SelfAttention(2, Labels = LabelRule.Equal, Window = 3)]")]
    [InlineData("[Encoder(1, 8)] [Features(5, {|ATTN016:Bias = false|})] [SelfAttention(2)]", "Bias is given in [Features] of stage 'Lone', where no map is", "say Width")]
    [InlineData("[Encoder(1, 8)] [Features(5, Width = 8, Bias = false)] [SelfAttention(2)]")]
    [InlineData("[Encoder(1, 8)] [Features(5, {|ATTN016:Name = \"x\"|})] [SelfAttention(2)]", "Name is given in [Features] of stage 'Lone', which reads no tensor of its own")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Positions(PositionKind.Sinusoidal, {|ATTN016:Name = \"x\"|})] [SelfAttention(2)]", "Name is given in [Positions]")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Logits(Tied = true, {|ATTN016:Name = \"x\"|})]", "Name is given in [Logits]")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Logits(Tied = true, Bias = true, Name = \"x\")]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN016:Bias = false|}, QueryBias = true, KeyBias = true, ValueBias = true, OutputBias = true)]", "QueryBias, KeyBias, ValueBias and OutputBias leave nothing to it")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Bias = false, QueryBias = true, KeyBias = true, ValueBias = true)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [FeedForward(4, Activation.Relu, HiddenBias = true, {|ATTN016:Bias = false|}, OutputBias = true)]", "HiddenBias and OutputBias leave nothing to it")]
    [InlineData("[{|ATTN016:Tensor|}(TensorRole.Pooler, \"pool.weight\")] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Head(3)]", "[Tensor] of 'Lone' names the Pooler, which no part has")]
    [InlineData("[Tensor(TensorRole.Pooler, \"pool.weight\")] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Head(3, Pooler = Activation.Tanh)]")]
    [InlineData("[{|ATTN016:Tensor|}(TensorRole.CrossQueryKeyValue, \"a.{layer}.weight\")] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "names the CrossQueryKeyValue")]
    [InlineData("[{|ATTN016:Tensor|}(TensorRole.Embedding, \"words.weight\")] [Encoder(1, 8)] [Embedding(9, 5, Name = \"tokens\")] [SelfAttention(2)]", "or none that has no nearer name")]
    [InlineData("[Tensor(TensorRole.Embedding, \"words\", {|ATTN016:Bias = \"b\"|})] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "names a bias of the Embedding, which has none")]
    [InlineData("[Tensor(TensorRole.Hidden, \"{layer}.weight\", {|ATTN016:Bias = \"{layer}.bias\"|})] [Encoder(1, 8)] [Embedding(9, 5)] [FeedForward(4, Activation.Relu, HiddenBias = false)]", "names a bias of the Hidden, which has none")]
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
