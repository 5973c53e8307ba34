using System.Buffers.Binary;
using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>What is written is what is read.</summary>
public sealed class SafeTensorsWriterTests
{
    [Fact]
    public void Everything_that_is_written_is_read_again()
    {
        var writer = new SafeTensorsWriter();
        writer.Metadata["format"] = "pt";
        writer.Metadata["wörter \"{}\""] = "1 \n 2";
        writer.Add("a \"b\" 中", [2, 3], new float[] { 1, -2, float.NaN, float.PositiveInfinity, float.Epsilon, 0 });
        writer.Add("number", [], new float[] { 7 });
        writer.Add("nothing", [0, 4], Array.Empty<float>());
        writer.Add("ids", "I64", [2], 16, stream =>
        {
            stream.Write(new byte[9], 0, 9);
            stream.Write([1, 2, 3, 4, 5, 6, 7]);
        });
        writer.Add("byte", "U8", [1], 1, stream => stream.WriteByte(42));
        using var memory = new MemoryStream();
        writer.Write(memory);

        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(memory.ToArray()) % 8);
        memory.Position = 0;
        using SafeTensors read = SafeTensors.Read(memory);
        Assert.Equal(writer.Metadata, read.Metadata.ToDictionary());
        Assert.Equal(["a \"b\" 中", "byte", "ids", "nothing", "number"], read.Names);
        Assert.Equal([1, -2, float.NaN, float.PositiveInfinity, float.Epsilon, 0], read.ReadFloats("a \"b\" 中"));
        Assert.Equal([7f], read.ReadFloats("number"));
        Assert.Empty(read.ReadFloats("nothing"));
        Assert.True(read.TryGetTensor("ids", out TensorInfo? ids));
        Assert.Equal(("ids", "I64", 2L, 16L), (ids.Name, ids.DataType, ids.Elements, ids.Bytes));
        Assert.Equal([2L], ids.Shape);
        byte[] end = new byte[8];
        read.ReadBytes("ids", 8, end);
        Assert.Equal(new byte[] { 0, 1, 2, 3, 4, 5, 6, 7 }, end);
        Assert.Throws<ArgumentOutOfRangeException>(() => read.ReadBytes("ids", 9, end));
        Assert.Throws<ArgumentOutOfRangeException>(() => read.ReadBytes("ids", -1, end));
        Assert.False(read.TryGetTensor("none", out _));
        Assert.Equal(new byte[] { 42 }, read.ReadBytes("byte"));
    }

    /// <summary>Wider types stand first, and all begin where their elements are aligned.</summary>
    [Fact]
    public void Elements_are_aligned_whatever_the_order()
    {
        var writer = new SafeTensorsWriter();
        writer.Add("byte", "U8", [3], 3, stream => stream.Write([1, 2, 3]));
        writer.Add("half", "F16", [1], 2, stream => stream.Write([1, 2]));
        writer.Add("long", "I64", [1], 8, stream => stream.Write(new byte[8]));
        writer.Add("float", [1], new float[] { 5 });
        using var memory = new MemoryStream();
        writer.Write(memory);
        memory.Position = 0;
        using SafeTensors read = SafeTensors.Read(memory);
        StoredTensor[] tensors = [.. read.Tensors.OrderBy(tensor => tensor.Begin)];
        Assert.Equal(["long", "float", "half", "byte"], tensors.Select(tensor => tensor.Name));
        Assert.Equal([0, 0, 0, 0], tensors.Zip([8, 4, 2, 1], (tensor, size) => (int)(tensor.Begin % size)));
    }

    [Fact]
    public void What_no_reader_could_read_is_not_taken()
    {
        var writer = new SafeTensorsWriter();
        writer.Add("a", [1], new float[1]);
        Assert.Contains("found it again", Assert.Throws<ArgumentException>(() => writer.Add("a", [1], new float[1])).Message);
        Assert.Contains("that of the metadata", Assert.Throws<ArgumentException>(() => writer.Add("__metadata__", [1], new float[1])).Message);
        Assert.Contains("expected 16 bytes for F32 of shape [2, 2], found 12", Assert.Throws<ArgumentException>(() => writer.Add("b", [2, 2], new float[3])).Message);
        Assert.Contains("expected dimensions from 0 on, found [-1]", Assert.Throws<ArgumentException>(() => writer.Add("b", [-1], new float[1])).Message);
        writer.Add("c", "U8", [2], 2, stream => stream.WriteByte(1));
        Assert.Contains("'c': expected 2 bytes to be written, found 1", Assert.Throws<InvalidOperationException>(() => writer.Write(Stream.Null)).Message);
    }

    [Fact]
    public void A_file_stays_as_it_was_until_all_is_written()
    {
        string folder = Directory.CreateTempSubdirectory("attention-writer-").FullName, path = Path.Combine(folder, "a.safetensors");
        try
        {
            var writer = new SafeTensorsWriter();
            writer.Add("a", [1], new float[] { 1 });
            writer.Save(path);
            writer.Add("b", "U8", [1], 1, _ => throw new IOException("no room"));
            Assert.Throws<IOException>(() => writer.Save(path));
            Assert.Equal([path], Directory.GetFiles(folder));
            using SafeTensors read = SafeTensors.Open(path);
            Assert.Equal(["a"], read.Names);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
