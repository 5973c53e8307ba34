using System.ComponentModel;
using System.Runtime.CompilerServices;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>
/// Keys as attention reads them: per head, panels <c>[key / 32][channel][32 keys]</c>, so that the scores of one query
/// with 32 keys are a product whose vectors run over keys. They are floats, or bfloat16 rounded to nearest even, two in the place of a float; distances are
/// in floats, and sources are always floats. References are trusted, not checked.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class KeyPanels
{
    private const int Keys = Measures.KeyPanel;

    /// <summary>Adds keys to the panels.</summary>
    /// <param name="first">The place of the first key.</param>
    /// <param name="rows">How many keys.</param>
    /// <param name="source">The keys, rows × (heads · width).</param>
    /// <param name="stride">The distance of two keys.</param>
    /// <param name="panels">The panels of all heads.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="width">Channels of a head.</param>
    /// <param name="headFloats">The distance of two heads' panels.</param>
    /// <param name="format">What keys are kept as: floats or bfloat16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(int first, int rows, ref float source, int stride, ref float panels, int heads, int width, int headFloats, WeightFormat format = WeightFormat.Float32)
    {
        for (int head = 0; head < heads; head++)
        {
            for (int row = 0; row < rows;)
            {
                int key = first + row, place = key % Keys, count = Math.Min(Keys - place, rows - row);
                ref float from = ref Unsafe.Add(ref source, ((nint)row * stride) + (head * width)), own = ref Unsafe.Add(ref panels, (nint)head * headFloats);
                nint panel = (nint)(key / Keys) * (width * Keys);
                if (format == WeightFormat.BFloat16)
                    Narrow(count, width, ref from, stride, ref Unsafe.Add(ref Unsafe.As<float, ushort>(ref own), panel + place));
                else
                    Transposition.Transpose(count, width, ref from, stride, ref Unsafe.Add(ref own, panel + place), Keys);
                row += count;
            }
        }
    }

    /// <summary>Asks for the places of a key, each channel's on a line of its own, before it is added.</summary>
    /// <param name="key">The place of the key.</param>
    /// <param name="panels">The panels of all heads.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="width">Channels of a head.</param>
    /// <param name="headFloats">The distance of two heads' panels.</param>
    /// <param name="format">What keys are kept as: floats or bfloat16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Ask(int key, ref float panels, int heads, int width, int headFloats, WeightFormat format = WeightFormat.Float32)
    {
        int perFloat = format == WeightFormat.BFloat16 ? 2 : 1, channelFloats = Keys / perFloat;
        nint place = ((nint)(key / Keys) * width * channelFloats) + (key % Keys / perFloat);
        for (int head = 0; head < heads; head++)
        {
            for (int channel = 0; channel < width; channel++)
                Widening.PrefetchFar(ref panels, place + ((nint)head * headFloats) + (channel * channelFloats));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(int rows, int width, ref float source, int stride, ref ushort place)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int channel = 0; channel < width; channel++)
                Unsafe.Add(ref place, (channel * (nint)Keys) + row) = Narrowing.BFloat16(Unsafe.Add(ref source, (row * (nint)stride) + channel));
        }
    }

    /// <summary>Fills those panels of one head of which any of some rows sees any key.</summary>
    /// <param name="mask">What rows see.</param>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="source">The keys of the head.</param>
    /// <param name="stride">The distance of two keys.</param>
    /// <param name="panels">The panels of the head.</param>
    /// <param name="width">Channels of the head.</param>
    public static void PackSeen(PackedMask mask, int row, int rows, int keys, ref float source, int stride, ref float panels, int width)
    {
        Span<bool> seen = stackalloc bool[(keys + Keys - 1) / Keys];
        mask.Mark(row, rows, seen);
        for (int panel = 0, end; panel < seen.Length; panel = end)
        {
            for (end = panel + 1; end < seen.Length && seen[end] == seen[panel]; end++)
            {
            }

            if (seen[panel])
                Pack(panel * Keys, Math.Min(keys, end * Keys) - (panel * Keys), ref Unsafe.Add(ref source, panel * Keys * (nint)stride), stride, ref panels, 1, width, 0);
        }
    }

    /// <summary>Adds keys to the panels that stand in blocks there.</summary>
    /// <param name="first">The place of the first key.</param>
    /// <param name="block">How many keys stand one behind the other.</param>
    /// <param name="apart">From where one block begins to where the next does.</param>
    /// <param name="rows">How many keys.</param>
    /// <param name="source">The keys, rows × (heads · width).</param>
    /// <param name="stride">The distance of two keys.</param>
    /// <param name="panels">The panels of all heads.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="width">Channels of a head.</param>
    /// <param name="headFloats">The distance of two heads' panels.</param>
    /// <param name="format">What keys are kept as: floats or bfloat16.</param>
    public static void PackBlocks(int first, int block, int apart, int rows, ref float source, int stride, ref float panels, int heads, int width, int headFloats, WeightFormat format = WeightFormat.Float32)
    {
        for (int row = 0; row < rows; row += block)
            Pack(first + (row / block * apart), Math.Min(block, rows - row), ref Unsafe.Add(ref source, row * (nint)stride), stride, ref panels, heads, width, headFloats, format);
    }

    /// <summary>Adds keys to panels that go round, at their places modulo a ring's and once more a ring further on.</summary>
    /// <param name="ring">How many keys the ring has room for, whole panels.</param>
    /// <param name="first">The place of the first key.</param>
    /// <param name="rows">How many keys, at most as many as the ring has room for.</param>
    /// <param name="source">The keys, rows × (heads · width).</param>
    /// <param name="stride">The distance of two keys.</param>
    /// <param name="panels">The panels of all heads, of each twice as many as of the ring.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="width">Channels of a head.</param>
    /// <param name="headFloats">The distance of two heads' panels.</param>
    /// <param name="format">What keys are kept as: floats or bfloat16.</param>
    public static void PackRing(int ring, int first, int rows, ref float source, int stride, ref float panels, int heads, int width, int headFloats, WeightFormat format = WeightFormat.Float32)
    {
        for (int row = 0; row < rows;)
        {
            int place = (first + row) % ring, count = Math.Min(ring - place, rows - row);
            Pack(place, count, ref Unsafe.Add(ref source, row * (nint)stride), stride, ref panels, heads, width, headFloats, format);
            Pack(place + ring, count, ref Unsafe.Add(ref source, row * (nint)stride), stride, ref panels, heads, width, headFloats, format);
            row += count;
        }
    }

    /// <summary>Adds one key of each beam, all at one place, each in the track of its page.</summary>
    /// <param name="position">The place of the keys.</param>
    /// <param name="beams">How many beams.</param>
    /// <param name="tracks">The track of each beam.</param>
    /// <param name="trackFloats">The distance of two tracks.</param>
    /// <param name="source">The keys, beams × (heads · width).</param>
    /// <param name="stride">The distance of two keys.</param>
    /// <param name="panels">The panels of all heads in track 0.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="width">Channels of a head.</param>
    /// <param name="headFloats">The distance of two heads' panels.</param>
    /// <param name="format">What keys are kept as: floats or bfloat16.</param>
    public static void PackBeams(int position, int beams, ReadOnlySpan<int> tracks, int trackFloats, ref float source, int stride, ref float panels, int heads, int width, int headFloats, WeightFormat format = WeightFormat.Float32)
    {
        for (int beam = 0; beam < beams; beam++)
            Pack(position, 1, ref Unsafe.Add(ref source, (nint)beam * stride), stride, ref Unsafe.Add(ref panels, tracks[beam] * (nint)trackFloats), heads, width, headFloats, format);
    }

    /// <summary>Copies the last panel of each head from one track to another.</summary>
    /// <param name="position">How many keys there are.</param>
    /// <param name="from">The track to copy from.</param>
    /// <param name="to">The track to copy to.</param>
    /// <param name="trackFloats">The distance of two tracks.</param>
    /// <param name="panels">The panels of all heads in track 0.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="width">The floats in whose place a key of a head stands.</param>
    /// <param name="headFloats">The distance of two heads' panels.</param>
    public static void CopyPage(int position, int from, int to, int trackFloats, ref float panels, int heads, int width, int headFloats)
    {
        for (int head = 0; head < heads; head++)
        {
            ref float panel = ref Unsafe.Add(ref panels, (head * (nint)headFloats) + (position / Keys * (nint)(Keys * width)));
            RowCopy.Copy(1, Keys * width, ref Unsafe.Add(ref panel, from * (nint)trackFloats), 0, ref Unsafe.Add(ref panel, to * (nint)trackFloats), 0);
        }
    }
}
