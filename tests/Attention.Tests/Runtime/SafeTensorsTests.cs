using System.Text;
using Attention.Dsl;
using Attention.Tests.Runtime.Fuzzing;
using Xunit;

namespace Attention.Tests.Runtime;

public sealed class SafeTensorsTests
{
    private const string TwoTensors =
        """{"b":{"dtype":"F32","shape":[2,2],"data_offsets":[3,19]},"__metadata__":{"k":"v","ä":"\u00e4\n"},"B":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""";

    private static readonly float[] s_values = [1.5f, -0f, float.NaN, float.Epsilon];

    /// <summary>A file's bytes: the header's length, the header, the data.</summary>
    internal static byte[] FileOf(string header, params ReadOnlySpan<byte> data) =>
        FileOf(Encoding.UTF8.GetBytes(header), data);

    private static byte[] FileOf(byte[] header, ReadOnlySpan<byte> data)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write((ulong)header.Length);
        writer.Write(header);
        writer.Write(data);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>A file with F32 tensors, one after the other.</summary>
    internal static byte[] FileOf(params IEnumerable<(string Name, int[] Shape, float[] Values)> tensors)
    {
        using MemoryStream data = new();
        using BinaryWriter writer = new(data);
        List<string> entries = [];
        foreach ((string name, int[] shape, float[] values) in tensors)
        {
            long begin = data.Position;
            foreach (float value in values)
                writer.Write(value);
            entries.Add(
                $$"""  "{{name}}":{"dtype":"F32","shape":[{{string.Join(',', shape)}}],"data_offsets":[{{begin}},{{data.Position}}]}""");
        }

        return FileOf($"{{{string.Join(',', entries)}}}", data.ToArray());
    }

    private static byte[] TwoTensorsFile()
    {
        using MemoryStream data = new();
        using BinaryWriter writer = new(data);
        writer.Write([(byte)7, (byte)8, (byte)9]);
        foreach (float value in s_values)
            writer.Write(value);
        return FileOf(TwoTensors, data.ToArray());
    }

    /// <summary>Opens the bytes in each of the ways there are: as a file, and as streams of three kinds.</summary>
    private static SafeTensors Open(byte[] bytes, string way)
    {
        switch (way)
        {
            case "file":
                string path = Path.GetTempFileName();
                try
                {
                    File.WriteAllBytes(path, bytes);
                    return SafeTensors.Open(path);
                }
                finally
                {
                    if (!OperatingSystem.IsWindows())
                        File.Delete(path);
                }

            case "stream":
                return SafeTensors.Read(new MemoryStream(bytes));
            case "stream from its middle":
                return SafeTensors.Read(new MemoryStream([1, 2, 3, .. bytes]) { Position = 3 });
            default:
                return SafeTensors.Read(new OddStream(bytes, length: null));
        }
    }

    [Theory]
    [InlineData("file")]
    [InlineData("stream")]
    [InlineData("stream from its middle")]
    [InlineData("drip")]
    public void Names_shapes_metadata_and_unaligned_data_are_read(string way)
    {
        using SafeTensors tensors = Open(TwoTensorsFile(), way);

        Assert.Equal(["B", "b"], tensors.Names);
        Assert.True(tensors.TryGetShape("b", out IReadOnlyList<long>? shape));
        Assert.Equal([2L, 2L], shape);
        Assert.False(tensors.TryGetShape("c", out _));
        Assert.Equal(new Dictionary<string, string> { ["k"] = "v", ["ä"] = "ä\n" }, tensors.Metadata);
        Assert.Equal(s_values.Select(BitConverter.SingleToInt32Bits), tensors.ReadFloats("b").Select(BitConverter.SingleToInt32Bits));
        Assert.Equal([7, 8, 9], tensors.ReadBytes("B"));

        float[] part = [5, 5, 5];
        tensors.ReadFloats("b", 1, part.AsSpan(1, 1));
        Assert.Equal([5, -0f, 5], part);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensors.ReadFloats("b", 2, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensors.ReadFloats("b", -1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensors.ReadFloats("b", long.MaxValue, new float[1]));
    }

    [Fact]
    public void A_stream_longer_than_the_first_buffers_is_read_to_its_end()
    {
        float[] values = [.. Enumerable.Range(0, 30_000).Select(i => (float)i)];
        using SafeTensors tensors = Open(FileOf(("x", [values.Length], values)), "drip");
        Assert.Equal(values, tensors.ReadFloats("x"));
    }

    [Fact]
    public void Every_F16_value_is_exact()
    {
        float[] read = ReadAll65536("F16");
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
        {
            // IEEE 754-2019, 3.4: sign, five bits of exponent with bias 15, ten of significand.
            int exponent = (bits >> 10) & 31;
            int fraction = bits & 1023;
            double magnitude = exponent switch
            {
                0 => Math.ScaleB(fraction, -24),
                31 => fraction == 0 ? double.PositiveInfinity : double.NaN,
                _ => Math.ScaleB(1024 + fraction, exponent - 25),
            };
            float expected = (float)(bits < 0x8000 ? magnitude : -magnitude);
            if (float.IsNaN(expected))
                Assert.True(float.IsNaN(read[bits]), $"0x{bits:x4}");
            else
                Assert.True(BitConverter.SingleToInt32Bits(expected) == BitConverter.SingleToInt32Bits(read[bits]), $"0x{bits:x4}");
        }
    }

    [Fact]
    public void Every_BF16_value_is_the_upper_half_of_a_float()
    {
        float[] read = ReadAll65536("BF16");
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
            Assert.Equal((uint)bits << 16, BitConverter.SingleToUInt32Bits(read[bits]));
    }

    private static float[] ReadAll65536(string dataType)
    {
        using MemoryStream data = new();
        using BinaryWriter writer = new(data);
        for (int bits = 0; bits <= ushort.MaxValue; bits++)
            writer.Write((ushort)bits);
        byte[] file = FileOf(
            """{"x":{"dtype":"?","shape":[65536],"data_offsets":[0,131072]}}""".Replace("?", dataType, StringComparison.Ordinal),
            data.ToArray());
        using SafeTensors tensors = Open(file, "stream");
        return tensors.ReadFloats("x");
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"dtype":"F32","shape":[],"data_offsets":[0,4]}""")]
    [InlineData("""{"dtype":"F32","shape":[3,0],"data_offsets":[4,4]}""")]
    [InlineData("""{"dtype":"F32","shape":[1],"data_offsets":[0,4],"later":[{"x":1}]}""")]
    [InlineData("""{"dtype":"F4","shape":[8],"data_offsets":[0,4]}""")]
    [InlineData("""{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]}""")]
    [InlineData("""{"dtype":"","shape":[],"data_offsets":[0,0]}""")]
    [InlineData("""{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"odd":{"dtype":"","shape":[9],"data_offsets":[0,0]}""")]
    [InlineData("NUL")]
    public void What_the_format_allows_is_accepted(string entry)
    {
        string header = entry switch { "" => "{}", "NUL" => "{}  \0\0\0", _ => $$"""{"x":{{entry}} } """ };
        foreach (string way in (string[])["file", "stream"])
        {
            using SafeTensors tensors = Open(FileOf(header, 1, 2, 3, 4), way);
            Assert.Equal(entry.Split("dtype").Length - 1, tensors.Names.Count);
        }
    }

    [Theory]
    [InlineData("[]", "header: expected StartObject, found StartArray")]
    [InlineData("", "expected a header of JSON")]
    [InlineData("{", "expected a header of JSON")]
    [InlineData("{}{}", "expected a header of JSON")]
    [InlineData("""{"\ud800":{}}""", "expected a header of JSON")]
    [InlineData("""{"x":3}""", "tensor 'x': expected StartObject, found Number")]
    [InlineData("""{"x":{}}""", "found no dtype")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1]}}""", "found no data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","data_offsets":[0,4]}}""", "found no shape")]
    [InlineData("""{"x":{"dtype":7}}""", "tensor 'x', 'dtype': expected String, found Number")]
    [InlineData("""{"x":{"dtype":"F32","dtype":"F32"}}""", "tensor 'x', 'dtype': expected once, found again")]
    [InlineData("""{"x":{"shape":7}}""", "'shape': expected StartArray, found Number")]
    [InlineData("""{"x":{"shape":["1"]}}""", "'shape': expected Number, found String")]
    [InlineData("""{"x":{"shape":[-1]}}""", "from 0 to 2⁶³ − 1, found '-1'")]
    [InlineData("""{"x":{"shape":[1.5]}}""", "found '1.5'")]
    [InlineData("""{"x":{"shape":[9223372036854775808]}}""", "found '9223372036854775808'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387905,4],"data_offsets":[0,4]}}""", "found [4611686018427387905, 4]")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2305843009213693953],"data_offsets":[0,4]}}""", "found [2305843009213693953]")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4]}}""", "in 4 bytes of data, found [4]")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "in 4 bytes of data, found [4, 0]")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}""", "in 4 bytes of data, found [1, 5]")]
    [InlineData("""{"x":{"dtype":"NEW","shape":[1],"data_offsets":[1,5]}}""", "in 4 bytes of data, found [1, 5]")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "expected 8 bytes for F32 of shape [2], found 4")]
    [InlineData("""{"x":{"dtype":"I64","shape":[1],"data_offsets":[0,4]}}""", "expected 8 bytes for I64 of shape [1], found 4")]
    [InlineData("""{"x":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", "bytes for F4 of shape [3], found 1")]
    [InlineData("""{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"x":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "tensor 'x': expected the name once")]
    [InlineData("""{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"y":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", "tensor 'y': expected data of its own, found the end of 'x' in it")]
    [InlineData("""{"__metadata__":{"a":1}}""", "__metadata__ 'a': expected String, found Number")]
    [InlineData("""{"__metadata__":[]}""", "__metadata__: expected StartObject, found StartArray")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", "__metadata__ 'a': expected the key once")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "expected __metadata__ once")]
    public void A_wrong_header_is_refused(string header, string message)
    {
        byte[] bytes = FileOf(header, 1, 2, 3, 4);
        Assert.Contains(message, Assert.Throws<WeightsException>(() => Open(bytes, "stream")).Message, StringComparison.Ordinal);
        Assert.Contains(message, Assert.Throws<WeightsException>(() => Open(bytes, "file")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[0], "expected a safetensors file, found an empty file; fetch it again")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0 }, "expected at least 8 bytes, found 7")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 123, 125 }, "at most 2 bytes in a file of 10, found a header length of 3")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 0, 0, 128, 123, 125 }, "found a header length of 9223372036854775810")]
    [InlineData(new byte[] { 7, 0, 0, 0, 0, 0, 0, 0, 123, 34, 0xff, 34, 58, 49, 125 }, "expected a header of JSON")]
    public void A_wrong_beginning_is_refused(byte[] bytes, string message)
    {
        foreach (string way in (string[])["file", "stream", "drip"])
            Assert.Contains(message, Assert.Throws<WeightsException>(() => Open(bytes, way)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_absurd_header_is_refused_even_where_the_file_is_long_enough()
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream file = File.OpenWrite(path))
            {
                file.Write(BitConverter.GetBytes(100_000_001L));
                file.SetLength(8 + 100_000_001); // sparse
            }

            WeightsException refusal = Assert.Throws<WeightsException>(() => SafeTensors.Open(path));
            Assert.Contains("at most 100000000 bytes", refusal.Message, StringComparison.Ordinal);
            Assert.StartsWith(path + ": ", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_type_that_is_not_float_is_refused_only_when_it_is_read()
    {
        using SafeTensors tensors = Open(
            FileOf(
                """{"i":{"dtype":"I32","shape":[1],"data_offsets":[0,4]},"n":{"dtype":"F99","shape":[7],"data_offsets":[4,5]}}""",
                42, 0, 0, 0, 1),
            "stream");
        Assert.Equal(42, BitConverter.ToInt32(tensors.ReadBytes("i")));
        Assert.Equal([1], tensors.ReadBytes("n"));
        foreach ((string name, string type) in (ReadOnlySpan<(string, string)>)[("i", "I32"), ("n", "F99")])
        {
            string message = Assert.Throws<WeightsException>(() => tensors.ReadFloats(name)).Message;
            Assert.Contains($"tensor '{name}': expected dtype F64, F32, F16 or BF16, found '{type}'", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_missing_name_is_answered_with_the_nearest()
    {
        using SafeTensors tensors = Open(
            FileOf(("layers.0.weight", [1], [1]), ("layers.0.bias", [1, 1], [1]), ("layers.11.bias", [1], [1])), "stream");
        string message = Assert.Throws<WeightsException>(() => tensors.ReadFloats("layer.0.bias")).Message;
        Assert.Contains(
            "expected a tensor 'layer.0.bias', found none; the nearest of its 3 tensors is 'layers.0.bias' of shape [1, 1]",
            message,
            StringComparison.Ordinal);

        using SafeTensors none = Open(FileOf("{}"), "stream");
        Assert.Contains("no tensors at all", Assert.Throws<WeightsException>(() => none.ReadFloats("x")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("stream")]
    public void After_Dispose_everything_throws(string way)
    {
        SafeTensors tensors = Open(TwoTensorsFile(), way);
        tensors.Dispose();
        tensors.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensors.Names);
        Assert.Throws<ObjectDisposedException>(() => tensors.Metadata);
        Assert.Throws<ObjectDisposedException>(() => tensors.TryGetShape("b", out _));
        Assert.Throws<ObjectDisposedException>(() => tensors.ReadFloats("b"));
        Assert.Throws<ObjectDisposedException>(() => tensors.ReadFloats("b", 0, new float[1]));
        Assert.Throws<ObjectDisposedException>(() => tensors.ReadBytes("b"));
    }

    [Fact]
    public void A_real_checkpoint_has_its_parameters_and_metadata()
    {
        string? path = SharedModels.Find("pronounce/model.safetensors");
        Assert.SkipWhen(path is null, "shared/models/pronounce is not on this machine.");

        using SafeTensors mapped = SafeTensors.Open(path);
        using FileStream file = File.OpenRead(path);
        using SafeTensors streamed = SafeTensors.Read(file);
        Assert.Equal(1_414_999, mapped.Names.Sum(name => mapped.ReadFloats(name).LongLength));
        Assert.Equal(mapped.Names, streamed.Names);
        Assert.All(mapped.Names, name => Assert.Equal(mapped.ReadBytes(name), streamed.ReadBytes(name)));
        Assert.All(mapped.Names, name => Assert.All(mapped.ReadFloats(name), value => Assert.True(float.IsFinite(value))));
        Assert.StartsWith("[\"<pad>\", \"<bos>\"", mapped.Metadata["letters"], StringComparison.Ordinal);
        Assert.StartsWith("[\"<pad>\", \"<bos>\"", mapped.Metadata["phonemes"], StringComparison.Ordinal);
        Assert.True(mapped.TryGetShape("transformer.encoder.layers.0.self_attn.in_proj_weight", out IReadOnlyList<long>? shape));
        Assert.Equal([384L, 128L], shape);
    }
}
