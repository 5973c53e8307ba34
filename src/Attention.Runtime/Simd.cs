using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    /// <summary><c>a · b + c</c>, fused where the machine has that.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    static abstract T Abs(T a);

    /// <summary>The lesser; where one is NaN, <paramref name="b"/> on x86, NaN on Arm.</summary>
    static abstract T Min(T a, T b);

    /// <summary>The greater; where one is NaN, <paramref name="b"/> on x86, NaN on Arm.</summary>
    static abstract T Max(T a, T b);

    /// <summary>The bits of <paramref name="a"/> plus those of <paramref name="n"/> shifted to the exponent.</summary>
    static abstract T AddToExponent(T a, T n);

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 HighestByte(Simd256 a, int shift) =>
        new(Vector256.ConvertToSingle((a.Value.AsInt32() << shift) & Vector256.Create(Widening.HighestByte)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd256 ReplaceAbove(Simd256 value, Simd256 other, Simd256 x, Simd256 bound) =>
        new(Vector256.ConditionalSelect(Vector256.GreaterThan(x.Value, bound.Value), other.Value, value.Value));
}

internal readonly struct Simd128(Vector128<float> value) : ISimd<Simd128>
{
    public readonly Vector128<float> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Load(ref float source, nuint offset) => new(Vector128.LoadUnsafe(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float destination, nuint offset) => Value.StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator +(Simd128 a, Simd128 b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator -(Simd128 a, Simd128 b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator *(Simd128 a, Simd128 b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 operator /(Simd128 a, Simd128 b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 MultiplyAdd(Simd128 a, Simd128 b, Simd128 c) => new(Vector128.MultiplyAddEstimate(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Abs(Simd128 a) => new(Vector128.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Min(Simd128 a, Simd128 b) => new(Vector128.MinNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 Max(Simd128 a, Simd128 b) => new(Vector128.MaxNative(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 AddToExponent(Simd128 a, Simd128 n) => new((a.Value.AsInt32() + (n.Value.AsInt32() << 23)).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 HighestByte(Simd128 a, int shift) =>
        new(Vector128.ConvertToSingle((a.Value.AsInt32() << shift) & Vector128.Create(Widening.HighestByte)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Simd128 ReplaceAbove(Simd128 value, Simd128 other, Simd128 x, Simd128 bound) =>
        new(Vector128.ConditionalSelect(Vector128.GreaterThan(x.Value, bound.Value), other.Value, value.Value));
}
