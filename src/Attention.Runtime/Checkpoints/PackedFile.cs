using System.Buffers.Binary;
using System.ComponentModel;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Attention.Dsl;
using Microsoft.Win32.SafeHandles;

namespace Attention.Runtime;

/// <summary>
/// Packed weights in a file beside their checkpoint, which is mapped into memory where it holds what packing would give: a header of
/// one page, then the floats as the kernels read them.
/// </summary>
/// <remarks>
/// The header names everything that the floats come from: the declaration's plan, the instruction set, this assembly's version, and of the
/// checkpoint its length, its time of writing, its header and some of its data. The file is written under another name and then moved, so
/// that nobody ever finds half of it, and whoever has mapped the one before keeps that.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PackedFile
{
    private const int Page = 4096;
    private const int Samples = 64;
    private const int KeyAt = 8, FloatsAt = 16;

    private static ReadOnlySpan<byte> Magic => "AttnPck1"u8;

    /// <summary>Maps the packed weights of a checkpoint, or packs them and writes the file for the next time.</summary>
    /// <param name="file">The checkpoint; one that is no file is packed, and nothing is written.</param>
    /// <param name="model">The model's name, which is part of the file's.</param>
    /// <param name="instructionSet">What the weights are packed for.</param>
    /// <param name="plan">The plan that they are packed by.</param>
    /// <param name="floats">How many floats the packed weights are.</param>
    /// <param name="pack">Reads, checks and packs every tensor.</param>
    /// <returns>The packed weights. Where the folder or the disk takes no file, they are packed as if none were asked for.</returns>
    /// <exception cref="WeightsException">The checkpoint does not fit.</exception>
    public static PinnedMemory Weights(SafeTensors file, string model, InstructionSet instructionSet, ulong plan, long floats, Func<SafeTensors, InstructionSet, PinnedMemory> pack)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(pack);
        if (file.FilePath is null || !BitConverter.IsLittleEndian)
            return pack(file, instructionSet);

        string path = NameOf(file.FilePath, model, instructionSet);
        byte[] header = new byte[Page];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(KeyAt), KeyOf(file, instructionSet, plan));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(FloatsAt), floats);
        if (Map(path, header, floats) is PinnedMemory kept)
            return kept;
        PinnedMemory packed = pack(file, instructionSet);
        Write(path, header, packed);
        return packed;
    }

    /// <summary>Where the packed weights of a checkpoint are.</summary>
    internal static string NameOf(string checkpoint, string model, InstructionSet instructionSet) =>
        $"{checkpoint}.{model}-{instructionSet}.packed";

    private static ulong KeyOf(SafeTensors file, InstructionSet instructionSet, ulong plan)
    {
        var key = new Fingerprint();
        key.Add(plan);
        key.Add((ulong)instructionSet);
        key.Add(MemoryMarshal.AsBytes(ProductVersion.Full.AsSpan()));
        file.AddTo(ref key, Samples, Page);
        return key.Value;
    }

    private static PinnedMemory? Map(string path, byte[] header, long floats)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            byte[] found = new byte[Page];
            if (stream.Length != Page + (floats * sizeof(float)) || floats == 0 || stream.ReadAtLeast(found, Page, throwOnEndOfStream: false) < Page || !found.AsSpan().SequenceEqual(header))
                return null;
            // The view outlives the file and the mapping it came from.
            using MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new PinnedMemory(mapping.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read).SafeMemoryMappedViewHandle, Page, floats);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Write(string path, byte[] header, PinnedMemory packed)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using (SafeFileHandle handle = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, Page + (packed.Length * sizeof(float))))
            {
                RandomAccess.Write(handle, header, 0);
                const int Piece = 1 << 24;
                for (long first = 0; first < packed.Length; first += Piece)
                    RandomAccess.Write(handle, MemoryMarshal.AsBytes(packed.Slice(first, (int)Math.Min(Piece, packed.Length - first))), Page + (first * sizeof(float)));
                // What is moved into place is on the disk, so that no loss of power leaves a file that only looks whole.
                RandomAccess.FlushToDisk(handle);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(temporary);
        }
    }

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was never there, or is somebody else's to remove.
        }
    }
}

/// <summary>A hash of 64 bits that is the same in every process, against accidents, not against attackers.</summary>
internal struct Fingerprint()
{
    private const ulong Prime = 1099511628211; // that of FNV-1a: Fowler, Noll and Vo 1991

    public ulong Value { get; private set; } = 14695981039346656037;

    public void Add(ulong word) => Value = ulong.RotateLeft((Value ^ word) * Prime, 29);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte rest in bytes)
            Add((ulong)rest);
    }
}
