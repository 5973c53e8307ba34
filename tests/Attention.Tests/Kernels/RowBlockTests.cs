using Attention.Dsl;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Rows that take the steps between two attentions block by block are the same whatever the blocks. (All other tests of compiled models have small ones.)</summary>
public class RowBlockTests
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([
        ("Text", "[Encoder(2, 24, Norm = NormPlacement.Post)] [Embedding(11, 600)] [Positions(PositionKind.Learned)] [LayerNorm] [SelfAttention(3)] [FeedForward(50, Activation.Gelu)]"),
        ("Rows", "[AttentionModel(Products = ProductFormat.W4A8)] [Encoder(2, 24, Norm = NormPlacement.Pre, Kind = NormKind.Rms)] [Features(length: 600)] [SelfAttention(3, Window = 20)] [FeedForward(44, Activation.Silu, Gated = true)] public sealed partial class Rows;"),
        ("Told", "[Decoder(2, 24, Norm = NormPlacement.Pre)] [Embedding(11, 600)] [Rotary] [SelfAttention(4, KeyValueHeads = 2)] [FeedForward(44, Activation.Silu, Gated = true)] [Logits]"),
    ]));

    public static TheoryData<InstructionSet> Sets() => [.. Enum.GetValues<InstructionSet>()];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Blocks_change_no_bit(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach ((string name, CompiledModel model) in s_models.Value)
        {
            CompiledSession session = model.CreateSession(instructionSet, new SessionSettings { BatchTokens = name == "Told" ? 0 : 700 }, threads: 2);
            StageInput input = StageInput.Random(model.Stages[0], 600, new Random(1));
            StageInput[] batch = [.. new[] { 300, 1, 256, 143 }.Select(length => StageInput.Random(model.Stages[0], length, new Random(length)))];
            (float[] Rows, float[]? Batch)[] found = [.. new[] { 256, 100, 1 }.Select(rows =>
            {
                session.Core.Work.RowBlock = rows;
                session.Poison();
                return (session.Forward(name, input), name == "Told" ? null : session.ForwardBatch(name, batch));
            })];
            foreach ((float[] rows, float[]? together) in found)
            {
                Assert.Equal(found[0].Rows, rows);
                Assert.Equal(found[0].Batch, together);
            }

            Assert.True(found[0].Rows.All(float.IsFinite));
        }
    }

    [Fact]
    public void Blocks_are_as_equal_as_can_be()
    {
        CompiledSession session = s_models.Value["Text"].CreateSession(InstructionSet.Portable);
        session.Core.Work.RowBlock = 256;
        Assert.Equal([0, 1, 255, 256, 129, 150, 256, 171], new[] { 0, 1, 255, 256, 257, 300, 512, 513 }.Select(session.Core.Work.BlockOf));
    }
}
