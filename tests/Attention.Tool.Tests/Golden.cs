using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Attention.Dsl;
using Xunit;

namespace Attention.Tool.Tests;

/// <summary>A checkpoint with what it gives, of <c>Goldens/</c>: tensors whose names begin with a number or <c>golden</c>, or call them inputs, outputs, sources or rows, are no weights.</summary>
internal sealed class Golden(string path) : IDisposable
{
    private readonly SafeTensors _file = SafeTensors.Open(path);

    public string Path => path;

    public static Golden Of(string name) => new(System.IO.Path.Combine(AppContext.BaseDirectory, "Goldens", name + ".safetensors"));

    /// <summary>Writes the weights alone, and a config.json beside them, as a folder of Hugging Face is.</summary>
    public void WriteFolder(TemporaryFolder folder, string config)
    {
        var writer = new SafeTensorsWriter();
        foreach (string name in _file.Names.Where(name => !char.IsAsciiDigit(name[0]) && !name.StartsWith("golden.", StringComparison.Ordinal) && name.Split('.') is not ["input" or "output" or "source" or "rows", ['0' or '1' or '2']]))
        {
            Assert.True(_file.TryGetTensor(name, out TensorInfo? tensor));
            writer.Add(name, tensor.DataType, [.. tensor.Shape], tensor.Bytes, stream => stream.Write(_file.ReadBytes(name)));
        }

        writer.Save(folder["model.safetensors"]);
        folder.Write("config.json", config);
    }

    /// <summary>A tensor of ids as a command line has them.</summary>
    public string Ids(string name) => string.Join(',', Tokens(name).Select(id => id.ToString(CultureInfo.InvariantCulture)));

    public int[] Tokens(string name) => _file.TryGetTensor(name, out TensorInfo? tensor) && tensor.DataType == "F32" ? [.. _file.ReadFloats(name).Select(id => (int)id)] : MemoryMarshal.Cast<byte, int>(_file.ReadBytes(name)).ToArray();

    public float[] Floats(string name) => _file.ReadFloats(name);

    public string Metadata(string key) => _file.Metadata[key];

    /// <summary>The rows of a stage in an answer of <c>run --json</c>, one behind the other.</summary>
    public static float[] Values(JsonElement answer, int stage = 0, int run = 0) => [.. answer.GetProperty("runs")[run].GetProperty("stages")[stage].GetProperty("rows").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(value => value.GetSingle())];

    /// <summary>Holds a row against another: the distance is at most 1e-5 of its length.</summary>
    public static double AssertNear(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double distance = 0, length = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            distance += Math.Pow((double)expected[i] - actual[i], 2);
            length += Math.Pow(expected[i], 2);
        }

        Assert.True(length > 0 && Math.Sqrt(distance) <= 1e-5 * Math.Sqrt(length), $"{Math.Sqrt(distance / length):G3} of the row's length");
        return Math.Sqrt(distance / length);
    }

    public static float[] Unit(float[] row)
    {
        double length = 0;
        foreach (float value in row)
            length += (double)value * value;
        var unit = new float[row.Length];
        for (int i = 0; i < row.Length; i++)
            unit[i] = (float)(row[i] / Math.Sqrt(length));
        return unit;
    }

    public void Dispose() => _file.Dispose();
}
