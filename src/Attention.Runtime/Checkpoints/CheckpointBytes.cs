using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Attention.Dsl;
using Microsoft.Win32.SafeHandles;

namespace Attention.Runtime;

/// <summary>The bytes of a file, mapped into memory or read into it. Any number of threads may read at once.</summary>
internal sealed class CheckpointBytes : IDisposable
{
    private readonly SafeMemoryMappedViewHandle? _view;
    private readonly byte[] _bytes; // the whole file where there is no view

    private CheckpointBytes(SafeMemoryMappedViewHandle? view, byte[] bytes, long length) => (_view, _bytes, Length) = (view, bytes, length);

    public long Length { get; }

    /// <summary>Where the file is; null of what was read from a stream.</summary>
    public string? Path { get; private init; }

    /// <summary>When it was written, where it is mapped.</summary>
    public DateTime? Written { get; private init; }

    /// <summary>Opens a file: maps it, or reads it to its end where that cannot be, as of a pipe.</summary>
    /// <exception cref="WeightsException">It is read, and longer than an array can be.</exception>
    public static CheckpointBytes Open(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return file.CanSeek ? Map(file, path) : Read(file, path);
    }

    private static CheckpointBytes Map(FileStream file, string path)
    {
        long length = file.Length;
        DateTime written = File.GetLastWriteTimeUtc(file.SafeFileHandle);
        if (length == 0) // which cannot be mapped
            return new CheckpointBytes(view: null, [], length) { Path = path, Written = written };

        // The view outlives the file and the mapping it came from.
        using MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(
            file, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        return new CheckpointBytes(mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle, [], length) { Path = path, Written = written };
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="WeightsException">It is longer than an array can be.</exception>
    public static CheckpointBytes Read(Stream stream, string origin)
    {
        // Memory and files are as long as they say. Others may say anything: for them there is memory as bytes come.
        long length = stream is MemoryStream or UnmanagedMemoryStream or FileStream { CanSeek: true } ? stream.Length - stream.Position : 0;
        byte[] bytes = length <= Array.MaxLength ? GC.AllocateUninitializedArray<byte>((int)Math.Max(length, 1 << 12)) : throw TooLong();
        int count = 0;
        while (true)
        {
            if (count < bytes.Length)
            {
                int read = stream.Read(bytes, count, bytes.Length - count);
                if (read == 0)
                    return new CheckpointBytes(view: null, bytes, count);
                count += read;
                continue;
            }

            // A full array is the end only if the stream has no further byte.
            int next = stream.ReadByte();
            if (next < 0)
                return new CheckpointBytes(view: null, bytes, count);
            if (count == Array.MaxLength)
                throw TooLong();
            Array.Resize(ref bytes, (int)Math.Min(2L * bytes.Length, Array.MaxLength));
            bytes[count++] = (byte)next;
        }

        WeightsException TooLong() => new($"{origin}: expected at most {Array.MaxLength} bytes, found more; open the file by its path.");
    }

    /// <summary>Copies bytes: the only access to a mapped file, which stays mapped meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The file is not mapped any more.</exception>
    public unsafe void Copy(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - destination.Length);
        if (_view is null)
        {
            _bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
            return;
        }

        byte* start = null;
        _view.AcquirePointer(ref start);
        try
        {
            new ReadOnlySpan<byte>(start + offset, destination.Length).CopyTo(destination);
        }
        finally
        {
            _view.ReleasePointer();
        }
    }

    /// <summary>Reads floats, little-endian.</summary>
    public void ReadSingles(long offset, Span<float> destination)
    {
        const int Longest = 1 << 28; // a span of more floats has no span of bytes
        while (!destination.IsEmpty)
        {
            Span<float> piece = destination[..Math.Min(destination.Length, Longest)];
            Copy(offset, MemoryMarshal.AsBytes(piece));
            if (!BitConverter.IsLittleEndian)
            {
                Span<int> bits = MemoryMarshal.Cast<float, int>(piece);
                BinaryPrimitives.ReverseEndianness(bits, bits);
            }

            destination = destination[piece.Length..];
            offset += (long)piece.Length * sizeof(float);
        }
    }

    /// <summary>Reads floats of 16 bits, little-endian.</summary>
    /// <param name="offset">Where the first begins.</param>
    /// <param name="destination">Takes them.</param>
    /// <param name="brain">Whether they are bfloat16 rather than half precision.</param>
    public void ReadHalves(long offset, Span<float> destination, bool brain)
    {
        Span<byte> buffer = stackalloc byte[2048];
        while (!destination.IsEmpty)
        {
            Span<float> piece = destination[..Math.Min(destination.Length, buffer.Length / sizeof(ushort))];
            Copy(offset, buffer[..(piece.Length * sizeof(ushort))]);
            for (int i = 0; i < piece.Length; i++)
            {
                ushort bits = BinaryPrimitives.ReadUInt16LittleEndian(buffer[(i * sizeof(ushort))..]);
                piece[i] = brain
                    ? BitConverter.UInt32BitsToSingle((uint)bits << 16)
                    : (float)BitConverter.UInt16BitsToHalf(bits);
            }

            destination = destination[piece.Length..];
            offset += piece.Length * sizeof(ushort);
        }
    }

    /// <summary>Reads floats of 64 bits, little-endian, each rounded to the nearest of 32.</summary>
    public void ReadDoubles(long offset, Span<float> destination)
    {
        Span<byte> buffer = stackalloc byte[2048];
        while (!destination.IsEmpty)
        {
            Span<float> piece = destination[..Math.Min(destination.Length, buffer.Length / sizeof(double))];
            Copy(offset, buffer[..(piece.Length * sizeof(double))]);
            for (int i = 0; i < piece.Length; i++)
                piece[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(buffer[(i * sizeof(double))..]);
            destination = destination[piece.Length..];
            offset += piece.Length * sizeof(double);
        }
    }

    /// <summary>Whether a stretch holds the same bytes as another of the same length, of this file or another.</summary>
    public bool AreSame(long one, CheckpointBytes otherFile, long other, long length)
    {
        byte[] ones = new byte[1 << 16], others = new byte[1 << 16];
        for (long done = 0, left; (left = length - done) > 0; done += ones.Length)
        {
            int count = (int)Math.Min(left, ones.Length);
            Copy(one + done, ones.AsSpan(0, count));
            otherFile.Copy(other + done, others.AsSpan(0, count));
            if (!ones.AsSpan(0, count).SequenceEqual(others.AsSpan(0, count)))
                return false;
        }

        return true;
    }

    /// <summary>Whether a stretch is all zeros.</summary>
    public bool IsZero(long offset, long length)
    {
        byte[] bytes = new byte[1 << 12];
        for (long done = 0, left; (left = length - done) > 0; done += bytes.Length)
        {
            Span<byte> some = bytes.AsSpan(0, (int)Math.Min(left, bytes.Length));
            Copy(offset + done, some);
            if (some.ContainsAnyExcept((byte)0))
                return false;
        }

        return true;
    }

    /// <summary>Unmaps the file, once no other thread is reading from it.</summary>
    public void Dispose() => _view?.Dispose();
}
