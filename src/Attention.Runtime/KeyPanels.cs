using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Attention.Runtime;

/// <summary>
/// Keys as attention reads them: per head, panels <c>[key / 32][channel][32 keys]</c>, so that the scores of one query
/// with 32 keys are a product whose vectors run over keys. References are trusted, not checked.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class KeyPanels
{
    private const int Keys = 32;

    /// <summary>Adds keys to the panels.</summary>
    /// <param name="first">The place of the first key.</param>
    /// <param name="rows">How many keys.</param>
    /// <param name="source">The keys, rows × (heads · width).</param>
    /// <param name="stride">The distance of two keys.</param>
    /// <param name="panels">The panels of all heads.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="width">Channels of a head.</param>
    /// <param name="headFloats">The distance of two heads' panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(int first, int rows, ref float source, int stride, ref float panels, int heads, int width, int headFloats)
    {
        for (int head = 0; head < heads; head++)
        {
            for (int row = 0; row < rows;)
            {
                int key = first + row, place = key % Keys, count = Math.Min(Keys - place, rows - row);
                Fill(
                    count, ref Unsafe.Add(ref source, ((nint)row * stride) + (head * width)), stride,
                    ref Unsafe.Add(ref panels, ((nint)head * headFloats) + ((nint)(key / Keys) * (width * Keys)) + place), width);
                row += count;
            }
        }
    }

    /// <summary>Keys of one panel: squares of sixteen keys and channels, then of four, then one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(int count, ref float from, int stride, ref float to, int width)
    {
        int key = 0;
        for (; Avx512F.IsSupported && key <= count - 16; key += 16)
        {
            int channel = 0;
            for (; channel <= width - 16; channel += 16)
                Square16(ref Unsafe.Add(ref from, ((nint)key * stride) + channel), stride, ref Unsafe.Add(ref to, (channel * Keys) + key));
            OneByOne(key, key + 16, channel, ref from, stride, ref to, width);
        }

        for (; (Sse.IsSupported || AdvSimd.Arm64.IsSupported) && key <= count - 4; key += 4)
        {
            int channel = 0;
            for (; channel <= width - 4; channel += 4)
                Square4(ref Unsafe.Add(ref from, ((nint)key * stride) + channel), stride, ref Unsafe.Add(ref to, (channel * Keys) + key));
            OneByOne(key, key + 4, channel, ref from, stride, ref to, width);
        }

        OneByOne(key, count, 0, ref from, stride, ref to, width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneByOne(int key, int end, int first, ref float from, int stride, ref float to, int width)
    {
        for (; key < end; key++)
        {
            for (int channel = first; channel < width; channel++)
                Unsafe.Add(ref to, (channel * Keys) + key) = Unsafe.Add(ref from, ((nint)key * stride) + channel);
        }
    }

    /// <summary>
    /// Transposes sixteen keys by sixteen channels: four by four within each quarter of the vectors, then the quarters.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square16(ref float square, int stride, ref float columns)
    {
        Quarters(ref square, stride, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        Quarters(ref Unsafe.Add(ref square, (nint)stride * 4), stride, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
        Quarters(ref Unsafe.Add(ref square, (nint)stride * 8), stride, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3);
        Quarters(ref Unsafe.Add(ref square, (nint)stride * 12), stride, out Vector512<float> d0, out Vector512<float> d1, out Vector512<float> d2, out Vector512<float> d3);
        Columns(a0, b0, c0, d0, ref columns);
        Columns(a1, b1, c1, d1, ref Unsafe.Add(ref columns, Keys));
        Columns(a2, b2, c2, d2, ref Unsafe.Add(ref columns, 2 * Keys));
        Columns(a3, b3, c3, d3, ref Unsafe.Add(ref columns, 3 * Keys));
    }

    /// <summary>Of four keys, channel 4q + i of each in quarter q of vector i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(ref float keys, int stride, out Vector512<float> q0, out Vector512<float> q1, out Vector512<float> q2, out Vector512<float> q3)
    {
        Vector512<float> a = Vector512.LoadUnsafe(ref keys), b = Vector512.LoadUnsafe(ref Unsafe.Add(ref keys, (nint)stride));
        Vector512<float> c = Vector512.LoadUnsafe(ref Unsafe.Add(ref keys, (nint)stride * 2)), d = Vector512.LoadUnsafe(ref Unsafe.Add(ref keys, (nint)stride * 3));
        Vector512<double> ab = Avx512F.UnpackLow(a, b).AsDouble(), cd = Avx512F.UnpackLow(c, d).AsDouble();
        Vector512<double> ab2 = Avx512F.UnpackHigh(a, b).AsDouble(), cd2 = Avx512F.UnpackHigh(c, d).AsDouble();
        q0 = Avx512F.UnpackLow(ab, cd).AsSingle();
        q1 = Avx512F.UnpackHigh(ab, cd).AsSingle();
        q2 = Avx512F.UnpackLow(ab2, cd2).AsSingle();
        q3 = Avx512F.UnpackHigh(ab2, cd2).AsSingle();
    }

    /// <summary>Quarter q of each vector, one behind the other, is channel 4q of sixteen keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, ref float columns)
    {
        Vector512<float> ab = Avx512F.Shuffle4x128(a, b, 0x44), cd = Avx512F.Shuffle4x128(c, d, 0x44); // quarters 0, 1 of each
        Vector512<float> ab2 = Avx512F.Shuffle4x128(a, b, 0xEE), cd2 = Avx512F.Shuffle4x128(c, d, 0xEE); // quarters 2, 3
        Avx512F.Shuffle4x128(ab, cd, 0x88).StoreUnsafe(ref columns);
        Avx512F.Shuffle4x128(ab, cd, 0xDD).StoreUnsafe(ref Unsafe.Add(ref columns, 4 * Keys));
        Avx512F.Shuffle4x128(ab2, cd2, 0x88).StoreUnsafe(ref Unsafe.Add(ref columns, 8 * Keys));
        Avx512F.Shuffle4x128(ab2, cd2, 0xDD).StoreUnsafe(ref Unsafe.Add(ref columns, 12 * Keys));
    }

    /// <summary>Transposes four keys by four channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square4(ref float square, int stride, ref float columns)
    {
        Vector128<float> a = Vector128.LoadUnsafe(ref square), b = Vector128.LoadUnsafe(ref Unsafe.Add(ref square, (nint)stride));
        Vector128<float> c = Vector128.LoadUnsafe(ref Unsafe.Add(ref square, (nint)stride * 2)), d = Vector128.LoadUnsafe(ref Unsafe.Add(ref square, (nint)stride * 3));
        Vector128<float> ab = ZipLow(a, b), cd = ZipLow(c, d), ab2 = ZipHigh(a, b), cd2 = ZipHigh(c, d);
        LowHalves(ab, cd).StoreUnsafe(ref columns);
        HighHalves(ab, cd).StoreUnsafe(ref Unsafe.Add(ref columns, Keys));
        LowHalves(ab2, cd2).StoreUnsafe(ref Unsafe.Add(ref columns, 2 * Keys));
        HighHalves(ab2, cd2).StoreUnsafe(ref Unsafe.Add(ref columns, 3 * Keys));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    // GetLower and GetUpper would go through memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LowHalves(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveLowToHigh(a, b) : AdvSimd.Arm64.ZipLow(a.AsDouble(), b.AsDouble()).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> HighHalves(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.MoveHighToLow(b, a) : AdvSimd.Arm64.ZipHigh(a.AsDouble(), b.AsDouble()).AsSingle();

    /// <summary>Adds one key of each beam, all at one place, each in the lane of its page.</summary>
    /// <param name="position">The place of the keys.</param>
    /// <param name="beams">How many beams.</param>
    /// <param name="lanes">The lane of each beam.</param>
    /// <param name="laneFloats">The distance of two lanes.</param>
    /// <param name="source">The keys, beams × (heads · width).</param>
    /// <param name="stride">The distance of two keys.</param>
    /// <param name="panels">The panels of all heads in lane 0.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="width">Channels of a head.</param>
    /// <param name="headFloats">The distance of two heads' panels.</param>
    public static void PackBeams(int position, int beams, ReadOnlySpan<int> lanes, int laneFloats, ref float source, int stride, ref float panels, int heads, int width, int headFloats)
    {
        for (int beam = 0; beam < beams; beam++)
            Pack(position, 1, ref Unsafe.Add(ref source, (nint)beam * stride), stride, ref Unsafe.Add(ref panels, lanes[beam] * (nint)laneFloats), heads, width, headFloats);
    }

    /// <summary>Copies the last panel of each head from one lane to another.</summary>
    /// <param name="position">How many keys there are.</param>
    /// <param name="from">The lane to copy from.</param>
    /// <param name="to">The lane to copy to.</param>
    /// <param name="laneFloats">The distance of two lanes.</param>
    /// <param name="panels">The panels of all heads in lane 0.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="width">Channels of a head.</param>
    /// <param name="headFloats">The distance of two heads' panels.</param>
    public static void CopyPage(int position, int from, int to, int laneFloats, ref float panels, int heads, int width, int headFloats)
    {
        for (int head = 0; head < heads; head++)
        {
            ref float panel = ref Unsafe.Add(ref panels, (head * (nint)headFloats) + (position / Keys * (nint)(Keys * width)));
            RowCopy.Copy(1, Keys * width, ref Unsafe.Add(ref panel, from * (nint)laneFloats), 0, ref Unsafe.Add(ref panel, to * (nint)laneFloats), 0);
        }
    }
}
