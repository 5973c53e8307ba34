using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>What sub-layers that stand side by side cannot have.</summary>
public sealed class ParallelTests
{
    private const string Own = "Norm = NormPlacement.Pre, Parallel = ParallelKind.OwnNorms", One = "Norm = NormPlacement.Pre, Parallel = ParallelKind.OneNorm";

    [Theory]
    [InlineData("Norm = NormPlacement.Pre, {|ATTN016:Parallel = ParallelKind.OneNorm|}", "[SelfAttention(2)]", "Parallel is OneNorm in [Encoder] of stage 'Lone', where no layer has two sub-layers", "remove Parallel")]
    [InlineData("Norm = NormPlacement.Pre, {|ATTN016:Parallel = ParallelKind.OwnNorms|}", "[SelfAttention(2, At = new[] { 0 })] [FeedForward(9, Activation.Relu, At = new[] { 1 })]", "no layer has two sub-layers")]
    [InlineData("{|ATTN007:Parallel = ParallelKind.OwnNorms|}", "[SelfAttention(2)] [FeedForward(9, Activation.Relu)]", "where Norm is Post", "say Norm = NormPlacement.Pre")]
    [InlineData(Own, "[SelfAttention(2)] [FeedForward(9, Activation.Relu, {|ATTN007:Norm = NormPlacement.None|})]", "Norm is None in [FeedForward] of stage 'Lone', where Parallel is OwnNorms", "remove Norm, or Parallel")]
    [InlineData("Norm = NormPlacement.None, {|ATTN007:Parallel = ParallelKind.OneNorm|}", "[SelfAttention(2)] [FeedForward(9, Activation.Relu)]", "where Norm is None", "say Norm = NormPlacement.Pre")]
    [InlineData(Own, "[SelfAttention(2)] [FeedForward(9, Activation.Relu, {|ATTN007:Residual = false|})]", "Residual is false in [FeedForward] of stage 'Lone', where Parallel is OwnNorms", "remove Residual, or Parallel")]
    [InlineData(One, "[SelfAttention(2, {|ATTN007:After = Activation.Silu|})] [FeedForward(9, Activation.Relu)]", "After is Silu in [SelfAttention] of stage 'Lone', where Parallel is OneNorm", "remove After, or Parallel")]
    [InlineData(One, "[SelfAttention(2, Kind = NormKind.Rms)] [FeedForward(9, Activation.Relu, {|ATTN016:Kind = NormKind.Rms|})]", "Kind is given in [FeedForward] of stage 'Lone', where Parallel is OneNorm", "say ParallelKind.OwnNorms")]
    [InlineData(One, "[SelfAttention(2)] [FeedForward(9, Activation.Relu, {|ATTN016:Epsilon = 1e-3|})]", "Epsilon is given in [FeedForward] of stage 'Lone'", "remove Epsilon")]
    [InlineData(One, "[SelfAttention(2, At = new[] { 1 })] [FeedForward(9, Activation.Relu, Epsilon = 1e-3)]")]
    [InlineData(Own, "[SelfAttention(2)] [FeedForward(9, Activation.Relu, Kind = NormKind.Rms, Epsilon = 1e-3)]")]
    [InlineData(Own, "[{|ATTN007:TokenShift|}] [SelfAttention(2)] [FeedForward(9, Activation.Relu)]", "[TokenShift] moves channels of what each sub-layer of stage 'Lone' reads", "remove one of the two")]
    [InlineData(Own, "[SelfAttention(2)] [{|ATTN007:StepSignal|}(PositionKind.Sinusoidal)] [FeedForward(9, Activation.Relu)]", "[StepSignal] stands behind [SelfAttention] in stage 'Lone'", "put it before [SelfAttention]")]
    [InlineData(Own, "[StepSignal(PositionKind.Sinusoidal)] [Halting(HaltingRule.Paper)] [SelfAttention(2)] [FeedForward(9, Activation.Relu)]")]
    public Task Arguments(string header, string body, params string[] facts) => Analysis.ExpectSource(
        $$"""
        using Attention.Dsl;
        [AttentionModel]
        [Encoder(2, 8, {{header}})]
        [Embedding(9, 5)]
        {{body}}
        public sealed partial class Lone;
        """,
        "", facts);
}
