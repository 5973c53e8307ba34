using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Recurrent stages whose parts, sizes or options do not go together.</summary>
public sealed class RecurrentPartTests
{
    [Theory]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Gru, {|ATTN007:Bidirectional = true|})]", "Bidirectional is given in [Recurrent] of stage 'Lone', a decoder", "remove Bidirectional")]
    [InlineData("[Encoder(1, 7)] [Embedding(9, 5)] [Recurrent(CellKind.Gru, {|ATTN004:Bidirectional = true|})]", "Width 7 of stage 'Lone' is odd", "use 6 or 8")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Lstm, {|ATTN016:ResetBefore = true|})]", "ResetBefore is given in [Recurrent]", "cells are Lstm", "remove it")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Lstm, {|ATTN004:Gates = (GateOrder)3|})]", "Gates is 3 in [Recurrent]", "PyTorch, Onnx or Keras")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Lstm, Gates = GateOrder.Keras, StateBias = false)]")]
    [InlineData("[Encoder(2, 8, {|ATTN007:Shared = true|})] [Embedding(9, 5)] [Recurrent(CellKind.Gru)]", "Shared is given in [Encoder] of stage 'Lone'", "remove Shared")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Recurrent({|ATTN004:(CellKind)2|})]", "cell is 2 in [Recurrent]", "Gru or Lstm")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Gru)] [{|ATTN007:SelfAttention|}(2)]", "[SelfAttention] stands beside [Recurrent] in stage 'Lone'", "[Input(from: \"Lone\")]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, {|ATTN004:Width = 0|})] [Recurrent(CellKind.Gru)]", "Width is 0 in [Embedding]", "1 to")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, {|ATTN016:Bias = false|})] [Recurrent(CellKind.Gru)]", "Bias is given in [Embedding] of stage 'Lone', where no map is", "say Width")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Gru)] [{|ATTN007:DeepOutput|}]", "[DeepOutput] stands in stage 'Lone', whose states attend to nothing")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [IntraAttention({|ATTN004:0|})] [Recurrent(CellKind.Lstm)]", "width is 0 in [IntraAttention]", "1 to")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [{|ATTN005:IntraAttention|}(4)] [SelfAttention(2)]", "[IntraAttention] attends to the states of recurrent cells, which 'Lone' does not have")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [{|ATTN007:IntraAttention|}(4)] [Recurrent(CellKind.Lstm)]", "[IntraAttention] stands in encoder 'Lone'", "make the stage a decoder")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Lstm)] [{|ATTN007:IntraAttention|}(4)]", "[IntraAttention] stands behind [Recurrent]", "in front of [Recurrent]")]
    [InlineData("[Decoder(2, 8)] [Embedding(9, 5)] [{|ATTN004:IntraAttention|}(4)] [Recurrent(CellKind.Lstm)]", "which has 2 layers; expected 1")]
    [InlineData("[Decoder(1, 8)] [Embedding(9, 5, Width = 3)] [Recurrent(CellKind.Gru)] [Logits({|ATTN012:Tied = true|})]", "rows that reach [Logits] are 8 wide", "3 wide")]
    [InlineData("[Decoder(2, 8)] [Embedding(9, 5, Width = 3)] [Recurrent(CellKind.Gru)] [Linear(3)] [Logits(Tied = true)]")]
    public Task ALoneStage(string attributes, params string[] facts) =>
        Analysis.ExpectSource($"using Attention.Dsl;\n[AttentionModel] {attributes} public sealed partial class Lone;", "internal static class Usage { public static int Run(Lone.Session session) => session.Width; }", facts);

    [Theory]
    [InlineData("[AdditiveAttention(\"a\", {|ATTN004:0|})] [Recurrent(CellKind.Gru)]", "width is 0 in [AdditiveAttention] of stage 'B'", "1 to")]
    [InlineData("[{|ATTN005:AdditiveAttention|}(\"a\", 5)] [SelfAttention(2)]", "[AdditiveAttention] attends with the states of recurrent cells, which 'B' does not have", "[CrossAttention(from)]")]
    [InlineData("[Recurrent(CellKind.Gru)] [{|ATTN007:AdditiveAttention|}(\"a\", 5)]", "[AdditiveAttention] stands behind [Recurrent]", "put it in front of [Recurrent]")]
    [InlineData("[{|ATTN007:LuongAttention|}(\"a\", ScoreKind.General)] [Recurrent(CellKind.Gru)]", "[LuongAttention] stands in front of [Recurrent]", "put it behind [Recurrent]")]
    [InlineData("[AdditiveAttention(\"a\", 5)] [Recurrent(CellKind.Gru)] [{|ATTN006:LuongAttention|}(\"a\", ScoreKind.General)]", "[AdditiveAttention] and [LuongAttention]", "there can be only one")]
    [InlineData("[AdditiveAttention(\"a\", 5)] [{|ATTN007:DeepOutput|}] [Recurrent(CellKind.Gru)]", "[DeepOutput] stands in front of other parts", "put it last in the body")]
    [InlineData("[AdditiveAttention(\"a\", 5)] [Recurrent(CellKind.Gru)] [DeepOutput({|ATTN016:Maxout = true|})]", "Maxout is given in [DeepOutput]", "say Width")]
    [InlineData("[AdditiveAttention(\"a\", 5)] [Recurrent(CellKind.Gru)] [DeepOutput(Context = false, {|ATTN016:Input = false|})]", "Context and Input are both false in [DeepOutput] of stage 'B'", "say PreviousState = true or Width")]
    [InlineData("[AdditiveAttention(\"a\", 5)] [Recurrent(CellKind.Gru)] [DeepOutput(Context = false, Input = false, PreviousState = true)]")]
    [InlineData("[AdditiveAttention({|ATTN002:\"c\"|}, 5)] [Recurrent(CellKind.Gru)]", "no stage 'c'")]
    [InlineData("[Recurrent(CellKind.Gru)] [LuongAttention(\"a\", {|ATTN003:ScoreKind.Dot|})]", "Stage 'B' is 8 wide", "rows of stage 'A' are 6 wide", "ScoreKind.General")]
    [InlineData("[Recurrent(CellKind.Gru)] [LuongAttention(\"a\", ScoreKind.General, {|ATTN016:ScoreWidth = 5|})]", "ScoreWidth is given in [LuongAttention] of stage 'B', whose score is General", "remove it")]
    [InlineData("[Recurrent(CellKind.Gru)] [LuongAttention(\"a\", ScoreKind.Additive, {|ATTN016:MapKeys = true|})]", "MapKeys is given", "ScoreKind.General")]
    [InlineData("[Recurrent(CellKind.Gru)] [LuongAttention(\"a\", ScoreKind.General, MapKeys = true, {|ATTN016:QueryBias = true|})]", "QueryBias is given", "scores that map the state")]
    [InlineData("[Recurrent(CellKind.Gru)] [LuongAttention(\"a\", {|ATTN004:(ScoreKind)9|})]", "score is 9 in [LuongAttention]", "Dot, General, Concat or Additive")]
    [InlineData("[AdditiveAttention(\"a\", 5, {|ATTN016:Seed = 3|})] [Recurrent(CellKind.Gru)]", "Seed is given in [AdditiveAttention] of stage 'B', where nothing is drawn", "WeightingKind.Sampled")]
    [InlineData("[AdditiveAttention(\"a\", 5, Weighting = WeightingKind.Sampled, {|ATTN004:Seed = -3|})] [Recurrent(CellKind.Gru)]", "Seed is -3 in [AdditiveAttention]", "0 to")]
    [InlineData("[AdditiveAttention(\"a\", 5, {|ATTN004:Weighting = (WeightingKind)3|})] [Recurrent(CellKind.Gru)]", "Weighting is 3", "Softmax, Argmax or Sampled")]
    [InlineData("[Recurrent(CellKind.Gru)] [LuongAttention(\"a\", ScoreKind.General, Window = 2, {|ATTN016:Weighting = WeightingKind.Argmax|})]", "Weighting is Argmax in [LuongAttention]", "remove one of the two")]
    [InlineData("[Recurrent(CellKind.Gru)] [LuongAttention(\"a\", ScoreKind.General, {|ATTN016:Centre = CentreKind.Predicted|})]", "Centre is given in [LuongAttention] of stage 'B', which sees all rows", "say Window")]
    [InlineData("[Recurrent(CellKind.Gru)] [LuongAttention(\"a\", ScoreKind.General, {|ATTN004:Window = 0|})]", "Window is 0 in [LuongAttention]", "1 to")]
    [InlineData("[{|ATTN007:Bridge|}(\"a\")] [SelfAttention(2)]", "[Bridge] stands in stage 'B', which is no recurrent decoder")]
    [InlineData("[Bridge({|ATTN003:\"a\"|})] [Recurrent(CellKind.Gru)]", "States of stage 'B' are 8 wide", "takes of stage 'A' is 6 wide", "Map = true")]
    [InlineData("[Bridge(\"a\", Map = true, {|ATTN007:Take = BridgeSource.Backward|})] [Recurrent(CellKind.Gru)]", "takes the states of stage 'A' that run backward, but none do", "Bidirectional = true")]
    [InlineData("[Bridge(\"a\", {|ATTN016:Activation = Activation.Tanh|})] [Recurrent(CellKind.Gru)]", "Activation is given in [Bridge] of stage 'B', which has no map", "Map = true")]
    [InlineData("[Bridge(\"a\", Map = true)] [Recurrent(CellKind.Lstm)]")]
    public Task ASecondStage(string body, params string[] facts) => Check("[Encoder(1, 6)] [Embedding(9, 5)] [Recurrent(CellKind.Gru)]", "1, 8", body, facts);

    [Theory]
    [InlineData("[Encoder(2, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Gru)]", "1, 8", "[Bridge({|ATTN004:\"a\"|})] [Recurrent(CellKind.Gru)]", "stage 'A' has 2 layers and stage 'B' 1")]
    [InlineData("[Encoder(2, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Gru)]", "2, 8", "[Bridge({|ATTN004:\"a\"|})] [Recurrent(CellKind.Lstm)]", "the cells of stage 'A' are Gru and those of stage 'B' Lstm")]
    [InlineData("[Encoder(2, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Gru)]", "2, 8", "[Bridge(\"a\", {|ATTN004:Map = true|})] [Recurrent(CellKind.Gru)]", "Map is given in [Bridge] of stage 'B', which has 2 layers", "expected 1")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "1, 8", "[Bridge({|ATTN007:\"a\"|})] [Recurrent(CellKind.Gru)]", "takes the states in which stage 'A' ends, but that has no [Recurrent]", "BridgeSource.Mean")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "1, 8", "[Bridge(\"a\", Take = BridgeSource.Mean)] [Recurrent(CellKind.Gru)]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "1, 8", "[Bridge(\"a\", {|ATTN004:Take = BridgeSource.Mean|})] [Recurrent(CellKind.Lstm)]", "its LSTM begins with two", "Map = true")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)]", "2, 8", "[Bridge(\"a\", {|ATTN004:Take = BridgeSource.Mean|})] [Recurrent(CellKind.Gru)]", "takes one vector of stage 'A', but stage 'B' has 2 layers")]
    [InlineData("[Encoder(2, 8)] [Embedding(9, 5)] [Recurrent(CellKind.Lstm, Bidirectional = true)]", "2, 8", "[Bridge(\"a\")] [AdditiveAttention(\"a\", 7)] [Recurrent(CellKind.Lstm)] [DeepOutput]")]
    public Task StatesThatAreHandedOn(string source, string header, string body, params string[] facts) => Check(source, header, body, facts);

    private static Task Check(string source, string header, string body, string[] facts) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel] public sealed partial class Two
        {
            {{source}} public sealed partial class A;
            [Decoder({{header}}, Prefix = "b")] [Embedding(9, 5)] {{body}} public sealed partial class B;
        }
        """,
        "", facts);
}
