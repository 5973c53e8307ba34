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
                int key = first + row;
                ref float from = ref Unsafe.Add(ref source, ((nint)row * stride) + (head * width));
                ref float to = ref Unsafe.Add(ref panels, ((nint)head * headFloats) + ((nint)(key / Keys) * (width * Keys)) + (key % Keys));
                bool four = rows - row >= 4 && key % Keys <= Keys - 4 && (Sse.IsSupported || AdvSimd.Arm64.IsSupported);
                int done = four ? PackFour(ref from, stride, ref to, width) : 0;
                for (int other = 0; other < (four ? 4 : 1); other++)
                {
                    for (int channel = done; channel < width; channel++)
                        Unsafe.Add(ref to, (channel * Keys) + other) = Unsafe.Add(ref from, ((nint)other * stride) + channel);
                }

                row += four ? 4 : 1;
            }
        }
    }

    /// <summary>Transposes squares of four keys by four channels, as many as are whole.</summary>
    /// <returns>How many channels that was.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PackFour(ref float from, int stride, ref float to, int width)
    {
        int channel = 0;
        for (; channel <= width - 4; channel += 4)
        {
            ref float square = ref Unsafe.Add(ref from, channel);
            Vector128<float> a = Vector128.LoadUnsafe(ref square), b = Vector128.LoadUnsafe(ref Unsafe.Add(ref square, (nint)stride));
            Vector128<float> c = Vector128.LoadUnsafe(ref Unsafe.Add(ref square, (nint)stride * 2)), d = Vector128.LoadUnsafe(ref Unsafe.Add(ref square, (nint)stride * 3));
            Vector128<float> ab = ZipLow(a, b), cd = ZipLow(c, d), ab2 = ZipHigh(a, b), cd2 = ZipHigh(c, d);
            ref float columns = ref Unsafe.Add(ref to, channel * Keys);
            LowHalves(ab, cd).StoreUnsafe(ref columns);
            HighHalves(ab, cd).StoreUnsafe(ref Unsafe.Add(ref columns, Keys));
            LowHalves(ab2, cd2).StoreUnsafe(ref Unsafe.Add(ref columns, 2 * Keys));
            HighHalves(ab2, cd2).StoreUnsafe(ref Unsafe.Add(ref columns, 3 * Keys));
        }

        return channel;
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
