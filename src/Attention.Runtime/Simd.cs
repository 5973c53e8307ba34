using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Attention.Runtime;

/// <summary>
/// The few operations that <see cref="VectorMath"/> is written in, so that each function stands there once for all vector
/// widths. A struct of one vector: the JIT keeps it in a register.
/// </summary>
internal interface ISimd<T>
    where T : struct, ISimd<T>
{
    static abstract T Create(float value);

    static abstract T Load(ref float source, nuint offset);

    void Store(ref float destination, nuint offset);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    /// <summary><c>a · b + c</c>, fused but for <see cref="SeparateArithmetic"/>.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    static abstract T Abs(T a);

    /// <summary>a where a &lt; b, else b: as x86 has it, also where one is NaN or both are 0.</summary>
    static abstract T Min(T a, T b);

    /// <summary>a where a &gt; b, else b.</summary>
    static abstract T Max(T a, T b);

    /// <summary>The bits of <paramref name="a"/> plus those of <paramref name="n"/> shifted to the exponent.</summary>
    static abstract T AddToExponent(T a, T n);

    /// <summary>What <see cref="PowerOfTwo"/> looks up, for whoever keeps it in a register.</summary>
    static abstract T Powers { get; }

    /// <summary>2ⁿ for a multiple n of ⅛ within −126 and 127, given as the sum of n and <see cref="VectorMath.ShiftOfEighths"/>.</summary>
    static abstract T PowerOfTwo(T shifted, T powers);

    /// <summary>
    /// The whole number in the highest byte of <paramref name="a"/>'s bits, shifted left first, times 2²⁴: a byte of each lane.
    /// </summary>
    static abstract T HighestByte(T a, int shift);

    /// <summary><paramref name="value"/>, but <paramref name="other"/> where <paramref name="x"/> is above <paramref name="bound"/>.</summary>
    static abstract T ReplaceAbove(T value, T other, T x, T bound);
}

internal readonly struct Simd512(Vector512<float> value) : ISimd<Simd512>
{
    public readonly Vector512<float> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Load(ref float source, nuint offset) => new(Vector512.LoadUnsafe(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nuint offset) => Value.StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator +(Simd512 a, Simd512 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator -(Simd512 a, Simd512 b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator *(Simd512 a, Simd512 b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 operator /(Simd512 a, Simd512 b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 MultiplyAdd(Simd512 a, Simd512 b, Simd512 c) => new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Abs(Simd512 a) => new(Vector512.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Min(Simd512 a, Simd512 b) => new(Vector512.MinNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 Max(Simd512 a, Simd512 b) => new(Vector512.MaxNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 AddToExponent(Simd512 a, Simd512 n) => new((a.Value.AsInt32() + (n.Value.AsInt32() << 23)).AsSingle());

    public static Simd512 Powers
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(Eighths.Powers)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 PowerOfTwo(Simd512 shifted, Simd512 powers) =>
        new((Avx512F.PermuteVar16x32(powers.Value.AsInt32(), shifted.Value.AsInt32()) + (shifted.Value.AsInt32() << Eighths.ToExponent)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 HighestByte(Simd512 a, int shift) =>
        new(Vector512.ConvertToSingle((a.Value.AsInt32() << shift) & Vector512.Create(Widening.HighestByte)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd512 ReplaceAbove(Simd512 value, Simd512 other, Simd512 x, Simd512 bound) =>
        new(Vector512.ConditionalSelect(Vector512.GreaterThan(x.Value, bound.Value), other.Value, value.Value));
}

internal readonly struct Simd256(Vector256<float> value) : ISimd<Simd256>
{
    public readonly Vector256<float> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Load(ref float source, nuint offset) => new(Vector256.LoadUnsafe(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nuint offset) => Value.StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator +(Simd256 a, Simd256 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator -(Simd256 a, Simd256 b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator *(Simd256 a, Simd256 b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 operator /(Simd256 a, Simd256 b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 MultiplyAdd(Simd256 a, Simd256 b, Simd256 c) => new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Abs(Simd256 a) => new(Vector256.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Min(Simd256 a, Simd256 b) => new(Vector256.MinNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 Max(Simd256 a, Simd256 b) => new(Vector256.MaxNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 AddToExponent(Simd256 a, Simd256 n) => new((a.Value.AsInt32() + (n.Value.AsInt32() << 23)).AsSingle());

    public static Simd256 Powers
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(Eighths.Powers)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 PowerOfTwo(Simd256 shifted, Simd256 powers) =>
        new((Avx2.PermuteVar8x32(powers.Value.AsInt32(), shifted.Value.AsInt32()) + (shifted.Value.AsInt32() << Eighths.ToExponent)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 HighestByte(Simd256 a, int shift) =>
        new(Vector256.ConvertToSingle((a.Value.AsInt32() << shift) & Vector256.Create(Widening.HighestByte)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 ReplaceAbove(Simd256 value, Simd256 other, Simd256 x, Simd256 bound) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(x.Value, bound.Value), other.Value, value.Value));
}

internal readonly struct Simd128<TArithmetic>(Vector128<float> value) : ISimd<Simd128<TArithmetic>>
    where TArithmetic : struct, IArithmetic
{
    public readonly Vector128<float> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> Load(ref float source, nuint offset) => new(Vector128.LoadUnsafe(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nuint offset) => Value.StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> operator +(Simd128<TArithmetic> a, Simd128<TArithmetic> b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> operator -(Simd128<TArithmetic> a, Simd128<TArithmetic> b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> operator *(Simd128<TArithmetic> a, Simd128<TArithmetic> b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> operator /(Simd128<TArithmetic> a, Simd128<TArithmetic> b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> MultiplyAdd(Simd128<TArithmetic> a, Simd128<TArithmetic> b, Simd128<TArithmetic> c) => new(TArithmetic.MultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> Abs(Simd128<TArithmetic> a) => new(Vector128.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> Min(Simd128<TArithmetic> a, Simd128<TArithmetic> b) => new(Sse.IsSupported
        ? Vector128.MinNative(a.Value, b.Value)
        : Vector128.ConditionalSelect(Vector128.LessThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> Max(Simd128<TArithmetic> a, Simd128<TArithmetic> b) => new(Sse.IsSupported
        ? Vector128.MaxNative(a.Value, b.Value)
        : Vector128.ConditionalSelect(Vector128.GreaterThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> AddToExponent(Simd128<TArithmetic> a, Simd128<TArithmetic> n) => new((a.Value.AsInt32() + (n.Value.AsInt32() << 23)).AsSingle());

    /// <summary>None: a vector of four lanes looks them up in memory.</summary>
    public static Simd128<TArithmetic> Powers => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> PowerOfTwo(Simd128<TArithmetic> shifted, Simd128<TArithmetic> powers) =>
        new((Eighths.Look(shifted.Value.AsInt32()) + (shifted.Value.AsInt32() << Eighths.ToExponent)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> HighestByte(Simd128<TArithmetic> a, int shift) =>
        new(Vector128.ConvertToSingle((a.Value.AsInt32() << shift) & Vector128.Create(Widening.HighestByte)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128<TArithmetic> ReplaceAbove(Simd128<TArithmetic> value, Simd128<TArithmetic> other, Simd128<TArithmetic> x, Simd128<TArithmetic> bound) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(x.Value, bound.Value), other.Value, value.Value));
}

/// <summary>The eight powers of two from 1 on whose exponents are multiples of ⅛.</summary>
internal static class Eighths
{
    /// <summary>How far a number of eighths is shifted for its whole part to reach a float's exponent.</summary>
    public const int ToExponent = 20;

    /// <summary>The bits of 2^(j/8), less j·2²⁰: what an exponent gets of j besides the whole part. Twice, for vectors that look up sixteen.</summary>
    public static ReadOnlySpan<int> Powers =>
    [
        0x3F800000, 0x3F7B95C2, 0x3F7837F0, 0x3F75FED7, 0x3F7504F3, 0x3F75672A, 0x3F7744FD, 0x3F7AC0C7,
        0x3F800000, 0x3F7B95C2, 0x3F7837F0, 0x3F75FED7, 0x3F7504F3, 0x3F75672A, 0x3F7744FD, 0x3F7AC0C7,
    ];

    /// <summary>The powers by the three low bits of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Look(Vector128<int> eighths)
    {
        ref int powers = ref MemoryMarshal.GetReference(Powers);
        if (Avx2.IsSupported)
            return Avx2.PermuteVar8x32(Vector256.LoadUnsafe(ref powers), eighths.ToVector256Unsafe()).GetLower();
        if (AdvSimd.Arm64.IsSupported)
        {
            // Of each lane's four bytes the places in the table.
            Vector128<byte> places = (((eighths & Vector128.Create(7)) * 0x04040404) + Vector128.Create(0x03020100)).AsByte();
            return AdvSimd.Arm64.VectorTableLookup((Vector128.LoadUnsafe(ref powers).AsByte(), Vector128.LoadUnsafe(ref powers, 4).AsByte()), places).AsInt32();
        }

        Vector128<int> at = eighths & Vector128.Create(7);
        return Vector128.Create(
            Unsafe.Add(ref powers, at.ToScalar()), Unsafe.Add(ref powers, at.GetElement(1)), Unsafe.Add(ref powers, at.GetElement(2)), Unsafe.Add(ref powers, at.GetElement(3)));
    }
}
