using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attention.Runtime;

/// <summary>
/// Reductions over 16 virtual lanes in one fixed tree (lanes i and i + 8, then i + 4, i + 2, i + 1), whatever the vector
/// width, and what ends within a vector.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Lanes
{
    /// <summary>The sum of 16 lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> a) => Sum(a.GetLower() + a.GetUpper());

    /// <inheritdoc cref="Sum(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<float> a0, Vector256<float> a1) => Sum(a0 + a1);

    /// <inheritdoc cref="Sum(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<float> a0, Vector128<float> a1, Vector128<float> a2, Vector128<float> a3) => Sum((a0 + a2) + (a1 + a3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(Vector256<float> eight) => Sum(eight.GetLower() + eight.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(Vector128<float> four)
    {
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3));
        return two.ToScalar() + two.GetElement(1);
    }

    /// <summary>The largest of 16 lanes, NaN if any lane is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector512<float> a) => Max(Greater(a.GetLower(), a.GetUpper()));

    /// <inheritdoc cref="Max(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector256<float> a0, Vector256<float> a1) => Max(Greater(a0, a1));

    /// <inheritdoc cref="Max(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(Vector128<float> a0, Vector128<float> a1, Vector128<float> a2, Vector128<float> a3) =>
        Max(Greater(Greater(a0, a2), Greater(a1, a3)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Max(Vector256<float> eight) => Max(Greater(eight.GetLower(), eight.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Max(Vector128<float> four)
    {
        Vector128<float> two = Greater(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3)));
        return Greater(two, Vector128.Shuffle(two, Vector128.Create(1, 1, 1, 1))).ToScalar();
    }

    /// <summary>
    /// The greater, or NaN. <c>MaxNative</c> gives the second operand where either is NaN on x86, so that only a NaN in the
    /// first needs care: three instructions, where <c>Max</c>, which also orders −0 before +0, compiles to four to nine.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Greater(Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.Equals(a, a), Vector256.MaxNative(a, b), a);

    /// <inheritdoc cref="Greater(Vector256{float}, Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Greater(Vector128<float> a, Vector128<float> b) =>
        Vector128.ConditionalSelect(Vector128.Equals(a, a), Vector128.MaxNative(a, b), a);

    /// <summary>All bits set in the lanes below a count, which may be negative or larger than there are lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Below512(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    /// <inheritdoc cref="Below512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Below256(int count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    /// <inheritdoc cref="Below512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Below128(int count) => Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();

    /// <summary>All bits set in the lanes whose bits are set in a number, the first lane's in the lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Bits512(uint bits)
    {
        Vector512<uint> own = Vector512.Create(1u, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        return Vector512.Equals(Vector512.Create(bits) & own, own).AsSingle();
    }

    /// <inheritdoc cref="Bits512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Bits256(uint bits)
    {
        Vector256<uint> own = Vector256.Create(1u, 2, 4, 8, 16, 32, 64, 128);
        return Vector256.Equals(Vector256.Create(bits) & own, own).AsSingle();
    }

    /// <inheritdoc cref="Bits512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Bits128(uint bits)
    {
        Vector128<uint> own = Vector128.Create(1u, 2, 4, 8);
        return Vector128.Equals(Vector128.Create(bits) & own, own).AsSingle();
    }

    /// <summary>Stores the first lanes and touches nothing behind them.</summary>
    /// <param name="value">The lanes.</param>
    /// <param name="destination">Where the first one goes.</param>
    /// <param name="count">How many, from 1 to one less than there are.</param>
    /// <remarks>AVX-512 masks a store in 4 cycles, AVX in 14 (Zen 4); .NET 9 exposes only the latter.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StorePartial(Vector512<float> value, ref float destination, int count)
    {
#if NET10_0_OR_GREATER
        if (Avx512F.IsSupported)
        {
            fixed (float* pointer = &destination)
                Avx512F.MaskStore(pointer, Below512(count), value);
        }
        else
#endif
        if (Avx.IsSupported)
        {
            fixed (float* pointer = &destination)
            {
                Avx.MaskStore(pointer, Below256(count), value.GetLower());
                Avx.MaskStore(pointer + 8, Below256(count - 8), value.GetUpper());
            }
        }
        else
        {
            StoreLanes(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Vector512<float>, float>(ref value), count), ref destination);
        }
    }

    /// <inheritdoc cref="StorePartial(Vector512{float}, ref float, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StorePartial(Vector256<float> value, ref float destination, int count)
    {
#if NET10_0_OR_GREATER
        if (Avx512F.VL.IsSupported)
        {
            fixed (float* pointer = &destination)
                Avx512F.VL.MaskStore(pointer, Below256(count), value);
        }
        else
#endif
        if (Avx.IsSupported)
        {
            fixed (float* pointer = &destination)
                Avx.MaskStore(pointer, Below256(count), value);
        }
        else
        {
            StoreLanes(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Vector256<float>, float>(ref value), count), ref destination);
        }
    }

    /// <inheritdoc cref="StorePartial(Vector512{float}, ref float, int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void StorePartial(Vector128<float> value, ref float destination, int count)
    {
#if NET10_0_OR_GREATER
        if (Avx512F.VL.IsSupported)
        {
            fixed (float* pointer = &destination)
                Avx512F.VL.MaskStore(pointer, Below128(count), value);
        }
        else
#endif
        if (Avx.IsSupported)
        {
            fixed (float* pointer = &destination)
                Avx.MaskStore(pointer, Below128(count), value);
        }
        else
        {
            StoreLanes(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<Vector128<float>, float>(ref value), count), ref destination);
        }
    }

    private static void StoreLanes(ReadOnlySpan<float> lanes, ref float destination) =>
        lanes.CopyTo(MemoryMarshal.CreateSpan(ref destination, lanes.Length));
}
