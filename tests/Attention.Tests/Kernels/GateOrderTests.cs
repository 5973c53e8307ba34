using Attention.Bench;
using Attention.Dsl;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>In which order a checkpoint has its gates changes no bit.</summary>
public sealed class GateOrderTests
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile(
        [.. new[] { "Gru", "Lstm" }.SelectMany(cell => new[] { "PyTorch", "Onnx", "Keras" }.Select(order => (cell + order, $"[Encoder(1, 32, Prefix = \"\")] [Features(12)] [Recurrent(CellKind.{cell}, Gates = GateOrder.{order})] public sealed partial class S;")))]));

    /// <summary>The gates of PyTorch's order, r, z, n and i, f, g, o, in the order of others.</summary>
    [Theory]
    [InlineData("Gru", "gru", "Onnx", "zrn")]
    [InlineData("Gru", "gru", "Keras", "zrn")]
    [InlineData("Lstm", "lstm", "Onnx", "iofg")]
    [InlineData("Lstm", "lstm", "Keras", "ifgo")]
    public void Gates_in_another_order_give_the_same_bits(string cell, string file, string order, string gates)
    {
        var golden = new GoldenFile("catalogue/" + file);
        var input = new StageInput([], [], golden.Floats("golden.input.rows"));
        string usual = cell == "Gru" ? "rzn" : "ifgo";
        foreach (InstructionSet instructionSet in Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported))
        {
            float[] expected = s_models.Value[cell + "PyTorch"].CreateSession(instructionSet, checkpoint: Checkpoint(usual)).Forward("S", input);
            golden.AssertRows("golden.output.rows", expected);
            float[] actual = s_models.Value[cell + order].CreateSession(instructionSet, checkpoint: Checkpoint(gates)).Forward("S", input);
            Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), actual.Select(BitConverter.SingleToInt32Bits));
        }

        MemoryStream Checkpoint(string kept)
        {
            string[] names = ["rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0"];
            return TensorFile.Of(names.ToDictionary(name => name, name =>
            {
                float[] values = golden.Floats(name);
                float[][] parts = [.. values.Chunk(values.Length / usual.Length)];
                return (golden.Shape(name), kept.SelectMany(gate => parts[usual.IndexOf(gate)]).ToArray());
            }));
        }
    }
}
