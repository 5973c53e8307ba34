using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Attention.Dsl;

namespace EmbeddingCluster;

/// <summary>
/// The vectors of a piece: a safetensors file with <c>vectors</c>, passages × dimensions, and <c>offsets</c>, where the passages' lines begin in the corpus. What is in it
/// depends on the piece alone, so that whoever writes it again writes the same bytes.
/// </summary>
internal sealed record Shard(long[] Offsets, float[] Vectors, int Dimensions, IReadOnlyList<Failure> Failures)
{
    private const string VectorsName = "vectors", OffsetsName = "offsets", FailuresName = "failures";

    /// <summary>The file of a piece.</summary>
    public static string PathOf(string folder, int piece) => Path.Combine(folder, $"{piece:D7}.safetensors");

    /// <summary>Writes the file. It is there as a whole or not at all, and on the disk when the method returns.</summary>
    public void Write(string path)
    {
        var writer = new SafeTensorsWriter();
        writer.Metadata[FailuresName] = JsonSerializer.Serialize(Failures);
        writer.Add(OffsetsName, "I64", [Offsets.Length], sizeof(long) * (long)Offsets.Length, stream => Put(stream, Offsets));
        writer.Add(VectorsName, [Offsets.Length, Dimensions], Vectors);
        Publish(writer, path);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="WeightsException">It is damaged.</exception>
    public static Shard Read(string path)
    {
        using SafeTensors file = SafeTensors.Open(path);
        byte[] bytes = file.ReadBytes(OffsetsName);
        var offsets = new long[bytes.Length / sizeof(long)];
        for (int i = 0; i < offsets.Length; i++) offsets[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * sizeof(long)));
        return file.TryGetShape(VectorsName, out IReadOnlyList<long>? shape) && shape.Count == 2 && shape[0] == offsets.Length
            ? new(offsets, file.ReadFloats(VectorsName), (int)shape[1], JsonSerializer.Deserialize<Failure[]>(file.Metadata[FailuresName])!)
            : throw new InvalidDataException($"{path}: expected as many vectors as there are offsets, {offsets.Length}.");
    }

    /// <summary>Joins the files of a job's pieces into one, in the corpus's order, by one piece in memory at a time.</summary>
    /// <returns>How many passages there are.</returns>
    /// <exception cref="FileNotFoundException">A piece has no file.</exception>
    public static long Merge(string folder, int pieces, string path)
    {
        long count = 0, dimensions = 0;
        for (int piece = 0; piece < pieces; piece++)
        {
            string part = PathOf(folder, piece);
            if (!File.Exists(part)) throw new FileNotFoundException($"{folder}: expected {pieces} pieces, found none of number {piece}; is the job done?");
            using SafeTensors file = SafeTensors.Open(part);
            if (!file.TryGetShape(VectorsName, out IReadOnlyList<long>? shape) || shape.Count != 2) throw new InvalidDataException($"{part}: expected vectors.");
            (count, dimensions) = (count + shape[0], shape[1]);
        }
        var writer = new SafeTensorsWriter();
        writer.Add(OffsetsName, "I64", [count], sizeof(long) * count, stream => Each(shard => Put(stream, shard.Offsets)));
        writer.Add(VectorsName, "F32", [count, dimensions], sizeof(float) * count * dimensions, stream => Each(shard => Put(stream, shard.Vectors)));
        Publish(writer, path);
        return count;

        void Each(Action<Shard> put)
        {
            for (int piece = 0; piece < pieces; piece++) put(Read(PathOf(folder, piece)));
        }
    }

    /// <summary>Numbers as the format has them, little-endian.</summary>
    private static void Put<T>(Stream stream, T[] numbers)
        where T : unmanaged
    {
        byte[] bytes = MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
        if (!BitConverter.IsLittleEndian)
        {
            int size = bytes.Length / Math.Max(1, numbers.Length);
            for (int i = 0; i < bytes.Length; i += size) bytes.AsSpan(i, size).Reverse();
        }
        stream.Write(bytes);
    }

    private static void Publish(SafeTensorsWriter writer, string path)
    {
        string unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream file = new(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20))
            {
                writer.Write(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }
}
