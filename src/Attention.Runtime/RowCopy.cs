using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>Moves rows between places whose rows are not equally far apart. References are trusted, not checked.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RowCopy
{
    /// <summary>Copies rows × width floats to where they are kept as floats, or as bfloat16: rounded to nearest even, two in the place of a float. Distances are in floats.</summary>
    public static void Copy(int rows, int width, ref float source, int sourceStride, ref float destination, int destinationStride, WeightFormat format)
    {
        if (format != WeightFormat.BFloat16)
        {
            Copy(rows, width, ref source, sourceStride, ref destination, destinationStride);
            return;
        }

        for (int row = 0; row < rows; row++)
        {
            Narrowing.ToBFloat16(
                MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref source, (nint)row * sourceStride), width), width,
                MemoryMarshal.CreateSpan(ref Unsafe.As<float, ushort>(ref Unsafe.Add(ref destination, (nint)row * destinationStride)), width), width);
        }
    }

    /// <summary>Copies rows × width floats.</summary>
    public static void Copy(int rows, int width, ref float source, int sourceStride, ref float destination, int destinationStride)
    {
        for (int row = 0; row < rows; row++)
        {
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref source, (nint)row * sourceStride), width)
                .CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, (nint)row * destinationStride), width));
        }
    }

    /// <summary>Copies rows × columns floats, rows as columns: a row may begin within the one before.</summary>
    public static void Transpose(int rows, int columns, ref float source, int sourceStride, ref float destination, int destinationStride) =>
        Transposition.Transpose(rows, columns, ref source, sourceStride, ref destination, destinationStride);

    /// <summary>Copies the rows that are named, in their order; where none is, the first ones.</summary>
    public static void Pick(ReadOnlySpan<int> picked, int rows, int width, ref float source, int sourceStride, ref float destination, int destinationStride)
    {
        if (picked.IsEmpty)
            Copy(rows, width, ref source, sourceStride, ref destination, destinationStride);
        for (int row = 0; row < picked.Length; row++)
            Copy(1, width, ref Unsafe.Add(ref source, picked[row] * (nint)sourceStride), sourceStride, ref Unsafe.Add(ref destination, row * (nint)destinationStride), destinationStride);
    }

    /// <summary>Asks for rows × width floats that will be needed soon. Nothing happens where there is no memory or no such instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Prefetch(int rows, int width, ref float source, int stride)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < width; column += Measures.Group)
                Widening.Prefetch(ref source, ((nint)row * stride) + column);
        }
    }

    /// <summary>Copies dense rows of a caller, with zeros from <paramref name="width"/> to <paramref name="padded"/> behind each.</summary>
    public static void CopyPadded(int rows, int width, int padded, ReadOnlySpan<float> source, ref float destination, int destinationStride)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<float> to = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, (nint)row * destinationStride), padded);
            source.Slice(row * width, width).CopyTo(to);
            to[width..].Clear();
        }
    }

    /// <summary>Copies rows to where they stand in blocks, the first of which begins with row <paramref name="first"/>, and the next <paramref name="apart"/> rows further on.</summary>
    public static void CopyBlocks(int first, int block, int apart, int rows, int width, ref float source, int sourceStride, ref float destination, int destinationStride, WeightFormat format = WeightFormat.Float32)
    {
        for (int row = 0; row < rows; row += block)
        {
            int place = first + (row / block * apart);
            Copy(Math.Min(block, rows - row), width, ref Unsafe.Add(ref source, row * (nint)sourceStride), sourceStride, ref Unsafe.Add(ref destination, place * (nint)destinationStride), destinationStride, format);
        }
    }

    /// <summary>Copies rows to where they go round: row r to place (<paramref name="first"/> + r) modulo <paramref name="ring"/>, and once more a ring further on.</summary>
    public static void CopyRing(int ring, int first, int rows, int width, ref float source, int sourceStride, ref float destination, int destinationStride, WeightFormat format = WeightFormat.Float32)
    {
        for (int row = 0; row < rows;)
        {
            int place = (first + row) % ring, count = Math.Min(ring - place, rows - row);
            ref float from = ref Unsafe.Add(ref source, row * (nint)sourceStride), to = ref Unsafe.Add(ref destination, place * (nint)destinationStride);
            Copy(count, width, ref from, sourceStride, ref to, destinationStride, format);
            Copy(count, width, ref from, sourceStride, ref Unsafe.Add(ref to, ring * (nint)destinationStride), destinationStride, format);
            row += count;
        }
    }

    /// <summary>Copies one row of each beam to the track of its page, <paramref name="destination"/> being the place in track 0.</summary>
    public static void CopyBeams(int beams, ReadOnlySpan<int> tracks, int trackFloats, int width, ref float source, int sourceStride, ref float destination, WeightFormat format = WeightFormat.Float32)
    {
        for (int beam = 0; beam < beams; beam++)
            Copy(1, width, ref Unsafe.Add(ref source, (nint)beam * sourceStride), 0, ref Unsafe.Add(ref destination, tracks[beam] * (nint)trackFloats), 0, format);
    }

    /// <summary>Makes rows × width floats zero.</summary>
    public static void Clear(int rows, int width, ref float destination, int stride)
    {
        for (int row = 0; row < rows; row++)
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, (nint)row * stride), width).Clear();
    }

    /// <summary>Copies one row of the track of each beam's page, <paramref name="source"/> being the place in track 0.</summary>
    public static void CopyOfBeams(int beams, ReadOnlySpan<int> tracks, int trackFloats, int width, ref float source, ref float destination, int destinationStride)
    {
        for (int beam = 0; beam < beams; beam++)
            Copy(1, width, ref Unsafe.Add(ref source, tracks[beam] * (nint)trackFloats), 0, ref Unsafe.Add(ref destination, (nint)beam * destinationStride), 0);
    }

    /// <summary>Copies the rows of the page that <paramref name="position"/> lies in, up to it, from one track to another.</summary>
    public static void CopyPage(int position, int from, int to, int trackFloats, ref float rows, int stride)
    {
        int first = position & ~(Measures.KeyPanel - 1);
        ref float page = ref Unsafe.Add(ref rows, first * (nint)stride);
        Copy(1, (position - first) * stride, ref Unsafe.Add(ref page, from * (nint)trackFloats), 0, ref Unsafe.Add(ref page, to * (nint)trackFloats), 0);
    }
}
