using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>
/// Reads weights that <see cref="WeightPacker"/> stored in a narrower format, as floats. Every value is exact, so that
/// all widths give the same bits. References are trusted, not checked; elements are counted from the reference, in their
/// own size, and nothing behind those that are read is touched.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Widening
{
    /// <summary>A lane's highest byte.</summary>
    public const int HighestByte = unchecked((int)0xFF000000);

    /// <summary>What a whole number is multiplied by when it stands in the highest byte.</summary>
    internal const float Shifted = 1 << 24;

    /// <summary>An element that is stored as a float, or as bfloat16.</summary>
    /// <param name="start">The first element.</param>
    /// <param name="element">Which.</param>
    /// <param name="format">The format; what is not bfloat16 is a float.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float Element(ref float start, nint element, WeightFormat format) => format == WeightFormat.BFloat16
        ? BitConverter.UInt32BitsToSingle((uint)Unsafe.Add(ref Unsafe.As<float, ushort>(ref start), element) << 16)
        : Unsafe.Add(ref start, element);

    /// <summary>Asks for the line that lies some floats ahead; nothing happens where there is no memory or no such instruction.</summary>
    /// <param name="panel">Memory.</param>
    /// <param name="floats">How far ahead.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Prefetch(ref float panel, nint floats)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref panel, floats)));
    }

    /// <summary>The same into the second-level cache, for what is needed later than the first could hold it.</summary>
    /// <param name="panel">Memory.</param>
    /// <param name="floats">How far ahead.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void PrefetchFar(ref float panel, nint floats)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(Unsafe.AsPointer(ref Unsafe.Add(ref panel, floats)));
    }

    /// <summary>Sixteen consecutive bfloat16.</summary>
    /// <param name="panel">Memory that holds them.</param>
    /// <param name="element">The first one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> BFloat16To512(ref float panel, nint element) => Avx512F.IsSupported
        ? (Avx512F.ConvertToVector512Int32(Vector256.LoadUnsafe(ref Element<ushort>(ref panel, element))) << 16).AsSingle()
        : Vector512.Create(BFloat16To256(ref panel, element), BFloat16To256(ref panel, element + 8));

    /// <summary>Eight consecutive bfloat16.</summary>
    /// <inheritdoc cref="BFloat16To512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> BFloat16To256(ref float panel, nint element) => Avx2.IsSupported
        ? (Avx2.ConvertToVector256Int32(Vector128.LoadUnsafe(ref Element<ushort>(ref panel, element))) << 16).AsSingle()
        : Vector256.Create(BFloat16To128(ref panel, element), BFloat16To128(ref panel, element + 4));

    /// <summary>Four consecutive bfloat16.</summary>
    /// <inheritdoc cref="BFloat16To512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> BFloat16To128(ref float panel, nint element)
    {
        Vector128<ushort> four = Vector128.CreateScalarUnsafe(Read<ushort, ulong>(ref panel, element)).AsUInt16();
        return (Vector128.WidenLower(four) << 16).AsSingle();
    }

    /// <summary>Sixteen consecutive int8.</summary>
    /// <inheritdoc cref="BFloat16To512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Int8To512(ref float panel, nint element) => Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(ref Element<sbyte>(ref panel, element))))
        : Vector512.Create(Int8To256(ref panel, element), Int8To256(ref panel, element + 8));

    /// <summary>Eight consecutive int8.</summary>
    /// <inheritdoc cref="BFloat16To512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Int8To256(ref float panel, nint element) => Avx2.IsSupported
        ? Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(Read<sbyte, ulong>(ref panel, element)).AsSByte()))
        : Vector256.Create(Int8To128(ref panel, element), Int8To128(ref panel, element + 4));

    /// <summary>Four consecutive int8.</summary>
    /// <inheritdoc cref="BFloat16To512"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Int8To128(ref float panel, nint element)
    {
        Vector128<sbyte> four = Vector128.CreateScalarUnsafe(Read<sbyte, uint>(ref panel, element)).AsSByte();
        return Vector128.ConvertToSingle(Sse41.IsSupported ? Sse41.ConvertToVector128Int32(four) : Vector128.WidenLower(Vector128.WidenLower(four)));
    }

    /// <summary>Widens consecutive elements of a packed product, for kernels that read float32.</summary>
    /// <param name="format">How they are stored: not as float32.</param>
    /// <param name="panel">Memory that holds them.</param>
    /// <param name="element">The first one.</param>
    /// <param name="destination">Where its float goes.</param>
    /// <param name="count">How many, a multiple of 16.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panel(WeightFormat format, ref float panel, nint element, ref float destination, int count)
    {
        if (format == WeightFormat.BFloat16)
        {
            for (nint i = 0; i < count; i += 16)
                StoreBFloat16(ref panel, element + i, ref Unsafe.Add(ref destination, i));
        }
        else
        {
            for (nint i = 0; i < count; i += 16)
                StoreInt8(ref panel, element + i, ref Unsafe.Add(ref destination, i));
        }
    }

    /// <summary>
    /// Widens int8 weights that <see cref="WeightPacker.Interleave"/> has interleaved for vectors of 512 bits, to 2²⁴ times
    /// their whole numbers.
    /// </summary>
    /// <param name="panel">Memory that holds them.</param>
    /// <param name="destination">Where the first one's float goes.</param>
    /// <param name="count">How many, in whole groups of four vectors.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Int8Groups512(ref float panel, ref float destination, int count) => Int8Groups<Simd512>(ref panel, ref destination, count);

    /// <summary>The same for vectors of 256 bits.</summary>
    /// <inheritdoc cref="Int8Groups512"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Int8Groups256(ref float panel, ref float destination, int count) => Int8Groups<Simd256>(ref panel, ref destination, count);

    /// <summary>The same for vectors of 128 bits.</summary>
    /// <inheritdoc cref="Int8Groups512"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Int8Groups128(ref float panel, ref float destination, int count) => Int8Groups<Simd128<SeparateArithmetic>>(ref panel, ref destination, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Int8Groups<T>(ref float panel, ref float destination, int count)
        where T : struct, ISimd<T>
    {
        nuint lanes = (nuint)Unsafe.SizeOf<T>() / sizeof(float), end = (nuint)count / 4;
        for (nuint i = 0; i < end; i += lanes)
        {
            T group = T.Load(ref panel, i);
            T.HighestByte(group, 24).Store(ref destination, 4 * i);
            T.HighestByte(group, 16).Store(ref destination, (4 * i) + lanes);
            T.HighestByte(group, 8).Store(ref destination, (4 * i) + (2 * lanes));
            T.HighestByte(group, 0).Store(ref destination, (4 * i) + (3 * lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreBFloat16(ref float panel, nint element, ref float destination)
    {
        if (Avx512F.IsSupported)
        {
            BFloat16To512(ref panel, element).StoreUnsafe(ref destination);
        }
        else if (Avx2.IsSupported)
        {
            BFloat16To256(ref panel, element).StoreUnsafe(ref destination);
            BFloat16To256(ref panel, element + 8).StoreUnsafe(ref destination, 8);
        }
        else
        {
            BFloat16To128(ref panel, element).StoreUnsafe(ref destination);
            BFloat16To128(ref panel, element + 4).StoreUnsafe(ref destination, 4);
            BFloat16To128(ref panel, element + 8).StoreUnsafe(ref destination, 8);
            BFloat16To128(ref panel, element + 12).StoreUnsafe(ref destination, 12);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreInt8(ref float panel, nint element, ref float destination)
    {
        if (Avx512F.IsSupported)
        {
            Int8To512(ref panel, element).StoreUnsafe(ref destination);
        }
        else if (Avx2.IsSupported)
        {
            Int8To256(ref panel, element).StoreUnsafe(ref destination);
            Int8To256(ref panel, element + 8).StoreUnsafe(ref destination, 8);
        }
        else
        {
            Int8To128(ref panel, element).StoreUnsafe(ref destination);
            Int8To128(ref panel, element + 4).StoreUnsafe(ref destination, 4);
            Int8To128(ref panel, element + 8).StoreUnsafe(ref destination, 8);
            Int8To128(ref panel, element + 12).StoreUnsafe(ref destination, 12);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T Element<T>(ref float panel, nint element) => ref Unsafe.Add(ref Unsafe.As<float, T>(ref panel), element);

    /// <summary>As many elements as one integer holds: a vector's load would reach behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TInteger Read<T, TInteger>(ref float panel, nint element)
        where T : unmanaged
        where TInteger : unmanaged =>
        Unsafe.ReadUnaligned<TInteger>(ref Unsafe.As<T, byte>(ref Element<T>(ref panel, element)));
}
