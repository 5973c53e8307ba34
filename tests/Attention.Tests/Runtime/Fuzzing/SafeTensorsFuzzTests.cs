using System.Buffers.Binary;
using System.Text;
using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Runtime.Fuzzing;

/// <summary>Checkpoints from anywhere: read whole or refused by <see cref="WeightsException"/>, in memory as small as they are.</summary>
public sealed class SafeTensorsFuzzTests
{
    private static readonly string[] s_types = ["F32", "F16", "BF16", "F64", "I64", "U8", "BOOL", "F4", "F6_E2M3", "Q", ""];

    private static byte[][] Seeds() =>
    [
        SafeTensorsTests.FileOf(
            """{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[3,11]},"__metadata__":{"k":"v","tied":"a"},"b":{"dtype":"F16","shape":[],"data_offsets":[0,2]},"c":{"dtype":"BF16","shape":[0,9],"data_offsets":[2,2]}}""",
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
        SafeTensorsTests.FileOf("""{"odd":{"dtype":"Q","shape":[5,7],"data_offsets":[0,6],"more":[{"x":[1,2]}]},"even":{"shape":[3],"data_offsets":[8,20],"dtype":"F32"}}   """, new byte[20]),
        SafeTensorsTests.FileOf("{}"),
        SafeTensorsTests.FileOf(("layers.0.weight", [3, 4], new float[12]), ("layers.0.bias", [4], new float[4]), ("layers.10.weight", [1], [1f])),
    ];

    [Fact]
    public void Damaged_files_are_read_whole_or_refused()
    {
        string path = Path.GetTempFileName();
        try
        {
            Fuzz.Outcome outcome = Fuzz.Run(Seeds(), Mutate, (random, file) => Read(random, file, path), e => e is WeightsException);
            Assert.True(outcome.Read > 1_000 && outcome.Refused > 1_000, outcome.ToString());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        if (random.Next(4) == 0)
            return Mutations.Bytes(random, seed);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(seed);
        byte[] data = seed[(8 + length)..];
        byte[] header = random.Next(3) == 0 ? Encoding.UTF8.GetBytes(AnyHeader(random, data.Length)) : Mutations.Json(random, seed[8..(8 + length)]);
        ulong claimed = random.Next(8) switch
        {
            0 => (ulong)(header.Length + random.Next(-3, 4)),
            1 => random.Next(4) switch { 0 => 0, 1 => 100_000_000, 2 => 1UL << 63, _ => ulong.MaxValue },
            _ => (ulong)header.Length,
        };
        byte[] file = [.. new byte[8], .. header, .. random.Next(4) == 0 ? Mutations.Bytes(random, data) : data];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimed);
        return file;
    }

    /// <summary>A header in good order of tensors that fit, or overlap, run backwards or lie elsewhere.</summary>
    private static string AnyHeader(Random random, int dataLength)
    {
        StringBuilder header = new("{");
        for (int i = random.Next(6); i > 0; i--)
        {
            string type = s_types[random.Next(s_types.Length)];
            long[] shape = [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(12) == 0 ? 1L << random.Next(63) : random.Next(4))];
            int begin = random.Next(dataLength + 1), bytes = random.Next(3) == 0 ? random.Next(-8, 16) : Size(type, shape);
            header.Append(header.Length > 1 ? "," : "").Append($$"""
                "{{(char)('a' + random.Next(8))}}":{"dtype":"{{type}}","shape":[{{string.Join(',', shape)}}],"data_offsets":[{{begin}},{{begin + (long)bytes}}]}
                """.Trim());
        }

        return header.Append('}').ToString();
    }

    private static int Size(string type, long[] shape)
    {
        long bits = type switch { "F32" => 32, "F16" or "BF16" => 16, "F64" or "I64" => 64, "F4" => 4, "F6_E2M3" => 6, _ => 8 };
        foreach (long size in shape)
            bits = unchecked(bits * size);
        return (int)(Math.Abs(bits % 1024) / 8);
    }

    /// <summary>Reads all that there is, through one of the doors.</summary>
    private static void Read(Random random, byte[] file, string path)
    {
        using SafeTensors tensors = Open(random, file, path);
        Assert.All(tensors.Metadata, pair => Assert.NotNull(pair.Value));
        foreach (string name in tensors.Names)
        {
            Assert.True(tensors.TryGetShape(name, out IReadOnlyList<long>? shape));
            Assert.InRange(tensors.ReadBytes(name).Length, 0, file.Length);
            try
            {
                float[] all = tensors.ReadFloats(name), part = new float[random.Next(4)];
                Assert.Equal(all.LongLength, shape.Aggregate(1L, (product, size) => product * size));
                long first = random.Next(-1, all.Length + 2);
                if (first >= 0 && first + part.Length <= all.Length)
                {
                    tensors.ReadFloats(name, first, part);
                    Assert.Equal(all[(int)first..((int)first + part.Length)], part);
                }
                else
                {
                    Assert.Throws<ArgumentOutOfRangeException>(() => tensors.ReadFloats(name, first, part));
                }
            }
            catch (WeightsException e)
            {
                Assert.Contains("expected dtype", e.Message, StringComparison.Ordinal);
            }
        }

        Assert.Throws<WeightsException>(() => tensors.ReadFloats("layer.0.weight"));
    }

    private static SafeTensors Open(Random random, byte[] file, string path)
    {
        switch (random.Next(8))
        {
            case 0:
                File.WriteAllBytes(path, file);
                return SafeTensors.Open(path);
            case 1 or 2:
                return SafeTensors.Read(new OddStream(file, length: null));
            case 3:
                return SafeTensors.Read(new OddStream(file, random.Next(4) switch { 0 => long.MaxValue, 1 => int.MaxValue, 2 => -1, _ => random.Next(2 * file.Length) }));
            default:
                return SafeTensors.Read(new MemoryStream(file));
        }
    }

    /// <summary>What a header says as densely as it can costs memory in proportion.</summary>
    [Theory]
    [InlineData("""{"x":{"dtype":"F32","data_offsets":[0,0],"shape":[""", "0,", """0]}}""")]
    [InlineData("""{"x":{"dtype":"F32","data_offsets":[0,0],"shape":[1],"data_offsets":[""", "0,", """0]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[""", "0,", """0]}}""")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[""", "9", """]}}""")]
    [InlineData("""{"NAME":{"dtype":"F32","shape":[0],"data_offsets":[0,0]""", ""","":0""", "}}")]
    [InlineData("{", "", """ "x":{"dtype":"F32","shape":[],"data_offsets":[0,0]}}""")]
    [InlineData("""{"__metadata__":{""", "", """ "x":"y"}}""")]
    [InlineData("{", " ", "}")]
    [InlineData("{", "\0", "}")]
    [InlineData("{}", "\0", "")]
    [InlineData("{", "[", "}")]
    [InlineData("""{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"x":""", "[", "}")]
    [InlineData("{\"", "x", "\":{}}")]
    [InlineData("""{"x":{"dtype":"Q","shape":[1],"data_offsets":[0,0]},"x""", "y", """ ":{"dtype":"Q","shape":[0],"data_offsets":[0,0]}}""")]
    public void A_dense_header_costs_a_small_multiple_of_its_size(string before, string repeated, string behind)
    {
        StringBuilder text = new(before.Replace("NAME", new string('n', 200), StringComparison.Ordinal));
        for (int i = 0; text.Length < 1 << 20; i++)
        {
            text.Append(repeated.Length > 0 ? repeated
                : before.Length > 1 ? $"\"{i:x}\":\"\"," : $$"""
                "{{i:x}}":{"dtype":"Q","shape":[],"data_offsets":[0,0]},
                """.Trim());
        }

        byte[] file = SafeTensorsTests.FileOf(text.Append(behind).ToString());
        SafeTensors.Read(new MemoryStream(SafeTensorsTests.FileOf("{}"))).Dispose();
        long start = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            using SafeTensors tensors = SafeTensors.Read(new MemoryStream(file));
            foreach (string name in tensors.Names)
                tensors.ReadBytes(name);
            tensors.ReadFloats("missing");
        }
        catch (WeightsException)
        {
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - start, 0, 24L * file.Length);
    }

    /// <summary>What a type unknown here has for a shape is no reason to allocate.</summary>
    [Fact]
    public void A_shape_that_nothing_holds_costs_nothing()
    {
        using SafeTensors tensors = SafeTensors.Read(new MemoryStream(SafeTensorsTests.FileOf("""{"a":{"dtype":"Q","shape":[2147483591],"data_offsets":[0,0]}}""")));
        long start = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<WeightsException>(() => tensors.ReadFloats("a"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - start, 0, 1 << 16);
    }

    [Theory]
    [InlineData(1_999_999_999)]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_length_that_a_stream_only_claims_costs_nothing(long claimed)
    {
        byte[] file = SafeTensorsTests.FileOf(("x", [2], [1, 2]));
        long start = GC.GetAllocatedBytesForCurrentThread();
        using SafeTensors tensors = SafeTensors.Read(new OddStream(file, claimed));
        Assert.Equal([1, 2], tensors.ReadFloats("x"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - start, 0, 1 << 16);
    }
}
