using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Attention.Dsl;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>Every instruction set there is; a test that this machine cannot run skips itself.</summary>
public sealed class EveryInstructionSet : TheoryData<InstructionSet>
{
    public EveryInstructionSet()
    {
        foreach (InstructionSet instructionSet in Enum.GetValues<InstructionSet>())
            Add(instructionSet);
    }

    public static void SkipUnlessSupported(InstructionSet instructionSet) =>
        Assert.SkipUnless(InstructionSets.IsSupported(instructionSet), $"This machine does not have {instructionSet}.");
}

/// <summary>
/// What a model's outputs should be: a safetensors file, read here without the runtime's reader, so that the two are
/// not wrong together.
/// </summary>
internal sealed class GoldenFile
{
    /// <summary>The part of a row's norm by which it may be off: the contract for models as shallow as these.</summary>
    private const double Bound = 1e-5;

    private readonly byte[] _file;
    private readonly int _data;
    private readonly Dictionary<string, (string Type, int[] Shape, int Start, int End)> _tensors = [];
    private readonly Dictionary<string, string> _told = [];

    /// <summary>Opens <c>Goldens/{name}.safetensors</c>, or a full path without its ending.</summary>
    public GoldenFile(string name)
    {
        Path = System.IO.Path.Combine(AppContext.BaseDirectory, "Goldens", name + ".safetensors");
        _file = File.ReadAllBytes(Path);
        _data = 8 + checked((int)BinaryPrimitives.ReadInt64LittleEndian(_file));
        using JsonDocument header = JsonDocument.Parse(_file.AsMemory(8, _data - 8));
        foreach (JsonProperty tensor in header.RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__"))
        {
            JsonElement offsets = tensor.Value.GetProperty("data_offsets");
            int[] shape = [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            _tensors.Add(tensor.Name, (tensor.Value.GetProperty("dtype").GetString()!, shape, offsets[0].GetInt32(), offsets[1].GetInt32()));
        }

        if (header.RootElement.TryGetProperty("__metadata__", out JsonElement told))
            _told = told.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!);
    }

    /// <summary>The same for an instruction set, without which the test skips itself.</summary>
    public static GoldenFile Open(string name, InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        return new GoldenFile(name);
    }

    /// <summary>Is told all rows that are compared, where somebody wants more of them than that they are near.</summary>
    public static Action<ReadOnlySpan<float>>? Compared { get; set; }

    public string Path { get; }

    /// <summary>The largest error of a row so far, as a part of its norm.</summary>
    public double Worst { get; private set; }

    /// <summary>How many tensors have names that end like this.</summary>
    public int CountNames(string end) => _tensors.Keys.Count(name => name.EndsWith(end, StringComparison.Ordinal));

    /// <summary>A tensor of token ids, stored as integers or as floats that are integers.</summary>
    public int[] Ids(string name) => _tensors[name].Type == "I32"
        ? MemoryMarshal.Cast<byte, int>(Bytes(name)).ToArray()
        : [.. Floats(name).Select(value => checked((int)value))];

    /// <summary>Compares a stage's rows, pooled vector or logits, all rows one after another, with a tensor of that shape.</summary>
    public void AssertRows(string name, ReadOnlySpan<float> actual) => AssertRows(name, Floats(name), _tensors[name].Shape[^1], actual);

    /// <summary>Compares rows with what a tensor says of them.</summary>
    public void AssertRows(string name, float[] expected, int width, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Compared?.Invoke(actual);
        for (int start = 0; start < expected.Length; start += width)
        {
            double error = RowError.Of<float>(expected.AsSpan(start, width), actual.Slice(start, width)).Relative;
            Worst = Math.Max(Worst, error);
            if (!(error <= Bound))
            {
                Assert.Fail(string.Create(CultureInfo.InvariantCulture,
                    $"{name}, row {start / width}: expected an error of at most {Bound} of the row's norm, found {error:g3}."));
            }
        }
    }

    /// <summary>Compares the rows that an encoder returns with a tensor of that shape.</summary>
    public void AssertRows(string name, Rows rows)
    {
        Assert.Equal(_tensors[name].Shape, new[] { rows.Count, rows.Width });
        var values = new float[rows.Count * rows.Width];
        for (int i = 0; i < rows.Count; i++)
            rows[i].CopyTo(values.AsSpan(i * rows.Width, rows.Width));
        AssertRows(name, values);
    }

    /// <summary>Compares the rows of every call that the file has, <c>input.0</c> with <c>output.0</c> and so on.</summary>
    public void AssertCalls(Func<float[], Rows> forward)
    {
        for (int call = 0; Has($"input.{call}"); call++)
            AssertRows($"output.{call}", forward(Floats($"input.{call}")));
    }

    /// <summary>What the file tells beside its tensors.</summary>
    public string Told(string key) => _told[key];

    /// <summary>A tensor's shape.</summary>
    public int[] Shape(string name) => _tensors[name].Shape;

    /// <summary>Whether there is a tensor of this name.</summary>
    public bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>A tensor of floats.</summary>
    public float[] Floats(string name) => _tensors[name].Type == "F32"
        ? MemoryMarshal.Cast<byte, float>(Bytes(name)).ToArray()
        : throw new InvalidDataException($"{Path}: expected '{name}' to be F32, found {_tensors[name].Type}.");

    /// <summary>A tensor as the file has it.</summary>
    public ReadOnlySpan<byte> Bytes(string name) => _file.AsSpan(_data + _tensors[name].Start, _tensors[name].End - _tensors[name].Start);
}

/// <summary>That a decoder gives the same bits step by step as all at once.</summary>
internal static class Stepping
{
    public delegate ReadOnlySpan<float> Step(int[] ids);

    /// <summary>Steps through <paramref name="ids"/> one by one, by threes and in one step; <paramref name="logits"/> are all rows of <c>Forward</c>.</summary>
    public static void AssertSameBits(int[] ids, float[] logits, Action reset, Step step)
    {
        int vocabulary = logits.Length / ids.Length;
        foreach (int stride in (int[])[1, 3, ids.Length])
        {
            reset();
            for (int start = 0; start < ids.Length; start += stride)
            {
                int end = Math.Min(start + stride, ids.Length);
                ReadOnlySpan<float> found = step(ids[start..end]);
                ReadOnlySpan<float> expected = logits.AsSpan((end - 1) * vocabulary, vocabulary);
                Assert.True(MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(found)),
                    $"Step over tokens {start}..{end} of {ids.Length} differs from row {end - 1} of Forward.");
            }
        }
    }
}
