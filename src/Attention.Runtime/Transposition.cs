using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Attention.Runtime;

/// <summary>Transposes row-major matrices in registers. References are trusted, not checked.</summary>
internal static class Transposition
{
    /// <summary>
    /// Writes rows as columns, element (row, column) to place row + column · to's stride: squares of sixteen, then of four, then one
    /// by one.
    /// </summary>
    /// <remarks>Compiled once, for all who load and run: its many small parts take the JIT longer than a call ever does.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(int rows, int columns, ref float from, int stride, ref float to, int toStride)
    {
        int row = 0;
        for (; Avx512F.IsSupported && row <= rows - 16; row += 16)
        {
            int column = 0;
            for (; column <= columns - 16; column += 16)
                Square16(ref Unsafe.Add(ref from, ((nint)row * stride) + column), stride, ref Unsafe.Add(ref to, ((nint)column * toStride) + row), toStride);
            OneByOne(row, row + 16, column, columns, ref from, stride, ref to, toStride);
        }

        for (; (Sse.IsSupported || AdvSimd.Arm64.IsSupported) && row <= rows - 4; row += 4)
        {
            int column = 0;
            for (; column <= columns - 4; column += 4)
                Square4(ref Unsafe.Add(ref from, ((nint)row * stride) + column), stride, ref Unsafe.Add(ref to, ((nint)column * toStride) + row), toStride);
            OneByOne(row, row + 4, column, columns, ref from, stride, ref to, toStride);
        }

        OneByOne(row, rows, 0, columns, ref from, stride, ref to, toStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneByOne(int row, int rows, int first, int columns, ref float from, int stride, ref float to, int toStride)
    {
        for (; row < rows; row++)
        {
            for (int column = first; column < columns; column++)
                Unsafe.Add(ref to, ((nint)column * toStride) + row) = Unsafe.Add(ref from, ((nint)row * stride) + column);
        }
    }

    /// <summary>Sixteen rows by sixteen columns: four by four within each quarter of the vectors, then the quarters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square16(ref float from, int stride, ref float to, int toStride)
    {
        Quarters(ref from, stride, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        Quarters(ref Unsafe.Add(ref from, (nint)stride * 4), stride, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
        Quarters(ref Unsafe.Add(ref from, (nint)stride * 8), stride, out Vector512<float> c0, out Vector512<float> c1, out Vector512<float> c2, out Vector512<float> c3);
        Quarters(ref Unsafe.Add(ref from, (nint)stride * 12), stride, out Vector512<float> d0, out Vector512<float> d1, out Vector512<float> d2, out Vector512<float> d3);
        Columns(a0, b0, c0, d0, ref to, toStride);
        Columns(a1, b1, c1, d1, ref Unsafe.Add(ref to, toStride), toStride);
        Columns(a2, b2, c2, d2, ref Unsafe.Add(ref to, (nint)toStride * 2), toStride);
        Columns(a3, b3, c3, d3, ref Unsafe.Add(ref to, (nint)toStride * 3), toStride);
    }

    /// <summary>Of four rows, column 4q + i of each in quarter q of vector i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarters(ref float rows, int stride, out Vector512<float> q0, out Vector512<float> q1, out Vector512<float> q2, out Vector512<float> q3)
    {
        Vector512<float> a = Vector512.LoadUnsafe(ref rows), b = Vector512.LoadUnsafe(ref Unsafe.Add(ref rows, (nint)stride));
        Vector512<float> c = Vector512.LoadUnsafe(ref Unsafe.Add(ref rows, (nint)stride * 2)), d = Vector512.LoadUnsafe(ref Unsafe.Add(ref rows, (nint)stride * 3));
        Vector512<double> ab = Avx512F.UnpackLow(a, b).AsDouble(), cd = Avx512F.UnpackLow(c, d).AsDouble();
        Vector512<double> ab2 = Avx512F.UnpackHigh(a, b).AsDouble(), cd2 = Avx512F.UnpackHigh(c, d).AsDouble();
        q0 = Avx512F.UnpackLow(ab, cd).AsSingle();
        q1 = Avx512F.UnpackHigh(ab, cd).AsSingle();
        q2 = Avx512F.UnpackLow(ab2, cd2).AsSingle();
        q3 = Avx512F.UnpackHigh(ab2, cd2).AsSingle();
    }

    /// <summary>Quarter q of each vector, one behind the other, is column 4q of sixteen rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Columns(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, ref float to, int toStride)
    {
        Vector512<float> ab = Avx512F.Shuffle4x128(a, b, 0x44), cd = Avx512F.Shuffle4x128(c, d, 0x44); // quarters 0, 1 of each
        Vector512<float> ab2 = Avx512F.Shuffle4x128(a, b, 0xEE), cd2 = Avx512F.Shuffle4x128(c, d, 0xEE); // quarters 2, 3
        Avx512F.Shuffle4x128(ab, cd, 0x88).StoreUnsafe(ref to);
        Avx512F.Shuffle4x128(ab, cd, 0xDD).StoreUnsafe(ref Unsafe.Add(ref to, (nint)toStride * 4));
        Avx512F.Shuffle4x128(ab2, cd2, 0x88).StoreUnsafe(ref Unsafe.Add(ref to, (nint)toStride * 8));
        Avx512F.Shuffle4x128(ab2, cd2, 0xDD).StoreUnsafe(ref Unsafe.Add(ref to, (nint)toStride * 12));
    }

    /// <summary>Four rows by four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Square4(ref float from, int stride, ref float to, int toStride)
    {
        Vector128<float> a = Vector128.LoadUnsafe(ref from), b = Vector128.LoadUnsafe(ref Unsafe.Add(ref from, (nint)stride));
        Vector128<float> c = Vector128.LoadUnsafe(ref Unsafe.Add(ref from, (nint)stride * 2)), d = Vector128.LoadUnsafe(ref Unsafe.Add(ref from, (nint)stride * 3));
        Vector128<float> ab = ZipLow(a, b), cd = ZipLow(c, d), ab2 = ZipHigh(a, b), cd2 = ZipHigh(c, d);
        LowHalves(ab, cd).StoreUnsafe(ref to);
        HighHalves(ab, cd).StoreUnsafe(ref Unsafe.Add(ref to, toStride));
        LowHalves(ab2, cd2).StoreUnsafe(ref Unsafe.Add(ref to, (nint)toStride * 2));
        HighHalves(ab2, cd2).StoreUnsafe(ref Unsafe.Add(ref to, (nint)toStride * 3));
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
}
