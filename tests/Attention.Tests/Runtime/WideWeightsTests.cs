using System.Reflection;
using Attention.Dsl;
using Attention.Runtime;
using Attention.Tests.Generator;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>A stage whose weights are few.</summary>
[AttentionModel]
internal sealed partial class NearWeights
{
    [Encoder(layers: 3, width: 16, Prefix = "transformer.text")]
    [Embedding(vocabulary: 9, length: 5)]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 2)]
    [FeedForward(24, Activation.Gelu)]
    public sealed partial class Text;
}

/// <summary>The same stage, whose weights lie behind two tables of a billion floats each.</summary>
[AttentionModel]
internal sealed partial class FarWeights
{
    [Encoder(layers: 0, width: 1024, Prefix = "one")]
    [Embedding(vocabulary: 1 << 20, length: 4)]
    public sealed partial class One;

    [Encoder(layers: 0, width: 1024, Prefix = "other")]
    [Embedding(vocabulary: 1 << 20, length: 4)]
    public sealed partial class Other;

    [Encoder(layers: 3, width: 16, Prefix = "transformer.text")]
    [Embedding(vocabulary: 9, length: 5)]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 2)]
    [FeedForward(24, Activation.Gelu)]
    public sealed partial class Text;
}

/// <summary>Weights of more floats than 32 bits count. Memory is touched where something is written, so that the machine needs a few megabytes of it.</summary>
public sealed class WideWeightsTests
{
    private const long Tables = 2L * (1 << 20) * 1040;

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Weights_beyond_32_bits_give_the_bits_of_those_within(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        string path = Path.GetTempFileName();
        try
        {
            Save(path);
            using NearWeights near = NearWeights.Load(path, instructionSet);
            PinnedMemory weights = (PinnedMemory)typeof(NearWeights).GetField("_attentionWeights", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(near)!;
            PinnedMemory wide = Allocate(Tables + weights.Length);
            weights.Span.CopyTo(wide.Slice(Tables, (int)weights.Length));
            wide.Slice(Tables - 1040, 1024).Fill(3); // the last token of the other table
            using FarWeights far = (FarWeights)Activator.CreateInstance(typeof(FarWeights), BindingFlags.NonPublic | BindingFlags.Instance, null, [wide, instructionSet, 1], null)!;
            using FarWeights.Session there = far.CreateSession(new SessionSettings { BatchTokens = 8 });
            using NearWeights.Session here = near.CreateSession(new SessionSettings { BatchTokens = 8 });
            int[] tokens = [3, 8, 0, 5];
            Assert.Equal(here.Text.Forward(tokens).ToArray(), there.Text.Forward(tokens).ToArray());
            Assert.Equal(here.Text.ForwardBatch([.. tokens, 1, 2], [4, 2]).ToArray(), there.Text.ForwardBatch([.. tokens, 1, 2], [4, 2]).ToArray());
            float[] rows = there.Other.Forward([0, (1 << 20) - 1]).ToArray();
            Assert.All(rows[..1024], value => Assert.Equal(0, value));
            Assert.All(rows[1024..], value => Assert.Equal(3, value));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Tensors_are_packed_beyond_32_bits()
    {
        string path = Path.GetTempFileName();
        try
        {
            Save(path);
            using SafeTensors file = SafeTensors.Open(path);
            Allocate(Tables); // or the test is skipped
            var near = new WeightPacker(file, 10_000);
            var far = new WeightPacker(file, Tables + 10_000);
            Pack(near, 0);
            Pack(far, Tables);
            Assert.Equal(near.Memory.Span, far.Memory.Slice(Tables, 10_000));
            Assert.False(far.Memory.Slice(Tables - 10_000, 10_000).ContainsAnyExcept(0f));
            Assert.Throws<OverflowException>(() => far.Memory.Span.Length);
            Assert.Throws<ArgumentOutOfRangeException>(() => far.Memory.Slice(Tables, 10_001).Length);
            Assert.Throws<ArgumentOutOfRangeException>(() => far.Memory.Slice(-1, 1).Length);
        }
        finally
        {
            File.Delete(path);
        }

        static void Pack(WeightPacker packer, long at)
        {
            var panels = new PanelWidths(16, 1, 8);
            packer.Table("transformer.text.embedding.weight", 9, 16, 2, 5, at, 48);
            packer.Vector("transformer.text.layers.0.norm1.bias", 16, 1, 9, at + 300);
            packer.Product("transformer.text.layers.1.linear1.weight", 24, 16, 0, 24, at + 320, 0, panels);
            packer.Product("transformer.text.layers.1.linear1.weight", 24, 16, 0, 24, at + 1000, 0, panels, WeightFormat.BFloat16);
            packer.Product("transformer.text.layers.1.linear1.weight", 24, 16, 0, 24, at + 2000, 0, panels, WeightFormat.Int8, at + 3000);
            packer.Interleave(at + 2000, 16, 24, 8, at + 3000);
            packer.Sinusoidal(7, 16, at + 4000, 48, 3);
            packer.Gate("one", at + 5000, 16, hasScales: false);
            packer.Scalar("one", at + 6000);
        }
    }

    /// <summary>A layer whose weights alone are more than that, in a loop over layers.</summary>
    [Fact]
    public void Offsets_beyond_32_bits_are_native()
    {
        GeneratorRun run = GeneratorRun.Of("using Attention.Dsl; [AttentionModel, Encoder(3, 65536), Embedding(9, 5), FeedForward(32000, Activation.Relu), LayerNorm] public sealed partial class S;");
        string text = string.Concat(run.Files.Select(file => file.SourceText.ToString()));
        Assert.Contains("layer * unchecked((nint)", text, StringComparison.Ordinal);
        Assert.Contains("ref Unsafe.Add(ref weights, unchecked((nint)", text, StringComparison.Ordinal);
        Assert.Contains("long offset = ", text, StringComparison.Ordinal);
        Assert.Empty(run.Diagnostics);
    }

    private static PinnedMemory Allocate(long floats)
    {
        try
        {
            return new PinnedMemory(floats);
        }
        catch (OutOfMemoryException)
        {
            Assert.Skip($"The machine promises no {floats} floats.");
            throw;
        }
    }

    private static void Save(string path)
    {
        var random = new Random(5);
        var writer = new SafeTensorsWriter();
        writer.Add("one", [1], Values(1));
        Add("embedding.weight", 9, 16);
        Add("positions.weight", 5, 16);
        Add("embedding_norm.weight", 16);
        Add("embedding_norm.bias", 16);
        for (int layer = 0; layer < 3; layer++)
        {
            string at = $"layers.{layer}.";
            Add(at + "self_attn.in_proj_weight", 48, 16);
            Add(at + "self_attn.in_proj_bias", 48);
            Add(at + "self_attn.out_proj.weight", 16, 16);
            Add(at + "self_attn.out_proj.bias", 16);
            Add(at + "linear1.weight", 24, 16);
            Add(at + "linear1.bias", 24);
            Add(at + "linear2.weight", 16, 24);
            Add(at + "linear2.bias", 16);
            foreach (string norm in new[] { "norm1", "norm2" })
            {
                Add(at + norm + ".weight", 16);
                Add(at + norm + ".bias", 16);
            }
        }

        writer.Save(path);

        void Add(string name, params long[] shape) => writer.Add("transformer.text." + name, shape, Values((int)shape.Aggregate((product, size) => product * size)));

        float[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
