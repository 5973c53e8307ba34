using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attention.Runtime;

/// <summary>Sums of products of bytes and signed bytes, in vectors of every width. All are exact, where the bytes are small enough for what is said.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class WholeNumbers
{
    /// <summary>Where a float has the bits of a float16 that is shifted there, its sign spread over the exponent's highest bits.</summary>
    private const int HalfBits = unchecked((int)0x8FFFE000);

    /// <summary>2¹¹²: by how much the exponents of both mean something else.</summary>
    private const float HalfUnit = 5.192296858534828e33f;

    /// <summary>Sums of two neighbouring products, which fit into 16 bits.</summary>
    /// <param name="x">Activations, or weights where those are the signed ones.</param>
    /// <param name="w">Weights, or activations.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Pairs(Vector512<byte> x, Vector512<sbyte> w) => Avx512BW.IsSupported
        ? Avx512BW.MultiplyAddAdjacent(x, w)
        : Vector512.Create(Pairs(x.GetLower(), w.GetLower()), Pairs(x.GetUpper(), w.GetUpper()));

    /// <inheritdoc cref="Pairs(Vector512{byte}, Vector512{sbyte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Pairs(Vector256<byte> x, Vector256<sbyte> w) => Avx2.IsSupported
        ? Avx2.MultiplyAddAdjacent(x, w)
        : Vector256.Create(Pairs(x.GetLower(), w.GetLower()), Pairs(x.GetUpper(), w.GetUpper()));

    /// <inheritdoc cref="Pairs(Vector512{byte}, Vector512{sbyte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Pairs(Vector128<byte> x, Vector128<sbyte> w) => Ssse3.IsSupported
        ? Ssse3.MultiplyAddAdjacent(x, w)
        : ((x.AsInt16() & Vector128.Create((short)0xFF)) * ((w.AsInt16() << 8) >> 8)) + ((x.AsInt16() >>> 8) * (w.AsInt16() >> 8));

    /// <summary>Sums of two neighbours.</summary>
    /// <param name="sums">Of 16 bits.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Widen(Vector512<short> sums) => Dot(sums, Vector512<short>.One);

    /// <inheritdoc cref="Widen(Vector512{short})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Widen(Vector256<short> sums) => Dot(sums, Vector256<short>.One);

    /// <inheritdoc cref="Widen(Vector512{short})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Widen(Vector128<short> sums) => Dot(sums, Vector128<short>.One);

    /// <summary>Sums of two neighbouring products, of 32 bits.</summary>
    /// <param name="x">Activations, from 0 to 255.</param>
    /// <param name="w">Weights, from −127 to 127.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Dot(Vector512<short> x, Vector512<short> w) => Avx512BW.IsSupported
        ? Avx512BW.MultiplyAddAdjacent(x, w)
        : Vector512.Create(Dot(x.GetLower(), w.GetLower()), Dot(x.GetUpper(), w.GetUpper()));

    /// <inheritdoc cref="Dot(Vector512{short}, Vector512{short})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Dot(Vector256<short> x, Vector256<short> w) => Avx2.IsSupported
        ? Avx2.MultiplyAddAdjacent(x, w)
        : Vector256.Create(Dot(x.GetLower(), w.GetLower()), Dot(x.GetUpper(), w.GetUpper()));

    /// <inheritdoc cref="Dot(Vector512{short}, Vector512{short})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Dot(Vector128<short> x, Vector128<short> w)
    {
        if (Sse2.IsSupported)
            return Sse2.MultiplyAddAdjacent(x, w);
        Vector128<int> products = (x * w).AsInt32(); // each fits into 16 bits
        return ((products << 16) >> 16) + (products >> 16);
    }

    /// <summary>Sums of two neighbouring products, of 32 bits.</summary>
    /// <param name="x">Of 16 bits each.</param>
    /// <param name="y">The same.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> WideDot(Vector512<short> x, Vector512<short> y) => Avx512BW.IsSupported
        ? Avx512BW.MultiplyAddAdjacent(x, y)
        : Vector512.Create(WideDot(x.GetLower(), y.GetLower()), WideDot(x.GetUpper(), y.GetUpper()));

    /// <inheritdoc cref="WideDot(Vector512{short}, Vector512{short})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> WideDot(Vector256<short> x, Vector256<short> y) => Avx2.IsSupported
        ? Avx2.MultiplyAddAdjacent(x, y)
        : Vector256.Create(WideDot(x.GetLower(), y.GetLower()), WideDot(x.GetUpper(), y.GetUpper()));

    /// <inheritdoc cref="WideDot(Vector512{short}, Vector512{short})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> WideDot(Vector128<short> x, Vector128<short> y) => Sse2.IsSupported ? Sse2.MultiplyAddAdjacent(x, y) : WideDotOfHalves(x, y);

    /// <summary>The same where no instruction does it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> WideDotOfHalves(Vector128<short> x, Vector128<short> y) =>
        (((x.AsInt32() << 16) >> 16) * ((y.AsInt32() << 16) >> 16)) + ((x.AsInt32() >> 16) * (y.AsInt32() >> 16));

    /// <summary>The first byte of each two.</summary>
    /// <param name="x">Activations.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Even(Vector512<byte> x) => x.AsInt16() & Vector512.Create((short)0xFF);

    /// <inheritdoc cref="Even(Vector512{byte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Even(Vector256<byte> x) => x.AsInt16() & Vector256.Create((short)0xFF);

    /// <inheritdoc cref="Even(Vector512{byte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Even(Vector128<byte> x) => x.AsInt16() & Vector128.Create((short)0xFF);

    /// <summary>The second byte of each two.</summary>
    /// <param name="x">Activations.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Odd(Vector512<byte> x) => x.AsInt16() >>> 8;

    /// <inheritdoc cref="Odd(Vector512{byte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Odd(Vector256<byte> x) => x.AsInt16() >>> 8;

    /// <inheritdoc cref="Odd(Vector512{byte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Odd(Vector128<byte> x) => x.AsInt16() >>> 8;

    /// <summary>The first signed byte of each two.</summary>
    /// <param name="w">Weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Even(Vector512<sbyte> w) => (w.AsInt16() << 8) >> 8;

    /// <inheritdoc cref="Even(Vector512{sbyte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Even(Vector256<sbyte> w) => (w.AsInt16() << 8) >> 8;

    /// <inheritdoc cref="Even(Vector512{sbyte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Even(Vector128<sbyte> w) => (w.AsInt16() << 8) >> 8;

    /// <summary>The second signed byte of each two.</summary>
    /// <param name="w">Weights.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Odd(Vector512<sbyte> w) => w.AsInt16() >> 8;

    /// <inheritdoc cref="Odd(Vector512{sbyte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Odd(Vector256<sbyte> w) => w.AsInt16() >> 8;

    /// <inheritdoc cref="Odd(Vector512{sbyte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Odd(Vector128<sbyte> w) => w.AsInt16() >> 8;

    /// <summary>The float16 in the lower half of each lane, none of which is infinite or NaN.</summary>
    /// <param name="scales">Two a lane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Half(Vector512<int> scales) => (((scales << 16) >> 3) & Vector512.Create(HalfBits)).AsSingle() * Vector512.Create(HalfUnit);

    /// <inheritdoc cref="Half(Vector512{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Half(Vector256<int> scales) => (((scales << 16) >> 3) & Vector256.Create(HalfBits)).AsSingle() * Vector256.Create(HalfUnit);

    /// <inheritdoc cref="Half(Vector512{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Half(Vector128<int> scales) => (((scales << 16) >> 3) & Vector128.Create(HalfBits)).AsSingle() * Vector128.Create(HalfUnit);

    /// <summary>The sum of all signed bytes.</summary>
    /// <param name="words">Four a lane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector256<int> words) => Vector256.Sum(Widen(Pairs(Vector256<byte>.One, words.AsSByte())));

    /// <inheritdoc cref="Sum(Vector256{int})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector128<int> words) => Vector128.Sum(Widen(Pairs(Vector128<byte>.One, words.AsSByte())));
}
