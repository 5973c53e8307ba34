using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attention.Runtime;

/// <summary>
/// The functions that all kernels share, lane by lane, with the same operations and so the same bits at every vector
/// width on a machine with fused multiply-add.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class VectorMath
{
    /// <summary>eˣ within 1 ulp; exactly 0 below 2⁻¹²⁶, +∞ above the largest float, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => Exp(new Simd512(x)).Value;

    /// <inheritdoc cref="Exp(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x) => Exp(new Simd256(x)).Value;

    /// <inheritdoc cref="Exp(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> x) => Exp(new Simd128(x)).Value;

    /// <summary>The bits of <see cref="Exp(Vector512{float})"/> for x ≤ 0, in fewer instructions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpOfNonPositive(Vector512<float> x) => ExpOfNonPositive(new Simd512(x)).Value;

    /// <inheritdoc cref="ExpOfNonPositive(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ExpOfNonPositive(Vector256<float> x) => ExpOfNonPositive(new Simd256(x)).Value;

    /// <inheritdoc cref="ExpOfNonPositive(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ExpOfNonPositive(Vector128<float> x) => ExpOfNonPositive(new Simd128(x)).Value;

    /// <summary>max(x, 0), NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Relu(Vector512<float> x) => Relu(new Simd512(x)).Value;

    /// <inheritdoc cref="Relu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Relu(Vector256<float> x) => Relu(new Simd256(x)).Value;

    /// <inheritdoc cref="Relu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Relu(Vector128<float> x) => Relu(new Simd128(x)).Value;

    /// <summary>x · Φ(x), the exact GELU, within 2⁻²³ · |x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x) => Gelu(new Simd512(x)).Value;

    /// <inheritdoc cref="Gelu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Gelu(Vector256<float> x) => Gelu(new Simd256(x)).Value;

    /// <inheritdoc cref="Gelu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gelu(Vector128<float> x) => Gelu(new Simd128(x)).Value;

    /// <summary>GELU's tanh form within 2⁻²² · |x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluTanh(Vector512<float> x) => GeluTanh(new Simd512(x)).Value;

    /// <inheritdoc cref="GeluTanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> GeluTanh(Vector256<float> x) => GeluTanh(new Simd256(x)).Value;

    /// <inheritdoc cref="GeluTanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> GeluTanh(Vector128<float> x) => GeluTanh(new Simd128(x)).Value;

    /// <summary>x / (1 + e⁻ˣ) within 2⁻²² · |x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x) => Silu(new Simd512(x)).Value;

    /// <inheritdoc cref="Silu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Silu(Vector256<float> x) => Silu(new Simd256(x)).Value;

    /// <inheritdoc cref="Silu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Silu(Vector128<float> x) => Silu(new Simd128(x)).Value;

    /// <summary>
    /// x = n·ln 2 + r with |r| ≤ ln 2 / 2, ln 2 in two parts (Cody and Waite 1980), so that eˣ = 2ⁿ·eʳ; eʳ = 1 + r + r²q(r),
    /// q the minimax polynomial of degree 4 for the relative error (3e-9). n comes out of the low bits of a sum with
    /// 1.5·2²³ and goes into the exponent as it is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpOfNonPositive<T>(T x)
        where T : struct, ISimd<T>
    {
        T shift = T.Create(12582912f);
        T shifted = T.MultiplyAdd(x, T.Create(1.44269504f), shift);
        T n = shifted - shift;
        T r = T.MultiplyAdd(n, T.Create(-0.693145752f), x);
        r = T.MultiplyAdd(n, T.Create(-1.42860677e-6f), r);
        T p = T.Create(0.00138146f);
        p = T.MultiplyAdd(p, r, T.Create(0.00836872f));
        p = T.MultiplyAdd(p, r, T.Create(0.04166839f));
        p = T.MultiplyAdd(p, r, T.Create(0.16666521f));
        p = T.MultiplyAdd(p, r, T.Create(0.49999993f));
        p = T.MultiplyAdd(p, r, T.Create(1));
        p = T.MultiplyAdd(p, r, T.Create(1));
        return T.ZeroBelow(T.AddToExponent(p, shifted), x, T.Create(-87.3365402f)); // ln 2⁻¹²⁶
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Exp<T>(T x)
        where T : struct, ISimd<T> =>
        T.ReplaceAbove(ExpOfNonPositive(x), T.Create(float.PositiveInfinity), x, T.Create(88.7228317f)); // ln of the largest float

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Relu<T>(T x)
        where T : struct, ISimd<T> =>
        T.Max(T.Create(0), x);

    /// <summary>
    /// max(x, 0) − |x|·Q(|x|), Q(t) = erfc(t/√2)/2 = e^(−t²/2)·G(t), G the minimax polynomial of degree 12 on [0, 5.5] for
    /// the error of Q (4.4e-9; 5.3e-8 with its roundings). Beyond 5.5 Q is below 2e-8, and soon 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Gelu<T>(T x)
        where T : struct, ISimd<T>
    {
        T t = T.Min(T.Create(5.5f), T.Abs(x));
        T g = T.Create(5.85329758e-8f);
        g = T.MultiplyAdd(g, t, T.Create(-1.60365983e-6f));
        g = T.MultiplyAdd(g, t, T.Create(1.98930102e-5f));
        g = T.MultiplyAdd(g, t, T.Create(-0.000149791158f));
        g = T.MultiplyAdd(g, t, T.Create(0.00077967433f));
        g = T.MultiplyAdd(g, t, T.Create(-0.00305535039f));
        g = T.MultiplyAdd(g, t, T.Create(0.00965979788f));
        g = T.MultiplyAdd(g, t, T.Create(-0.0260691717f));
        g = T.MultiplyAdd(g, t, T.Create(0.0622623861f));
        g = T.MultiplyAdd(g, t, T.Create(-0.132916898f));
        g = T.MultiplyAdd(g, t, T.Create(0.249991104f));
        g = T.MultiplyAdd(g, t, T.Create(-0.398941785f));
        g = T.MultiplyAdd(g, t, T.Create(0.5f));
        T q = g * ExpOfNonPositive(x * (x * T.Create(-0.5f)));
        return T.MultiplyAdd(T.Create(0) - t, q, T.Max(T.Create(0), x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T GeluTanh<T>(T x)
        where T : struct, ISimd<T>
    {
        // tanh(u) = 2·sigmoid(2u) − 1, so that the whole is x·sigmoid(2u).
        T cubic = T.MultiplyAdd(x * x, T.Create(0.044715f), T.Create(1));
        return Sigmoid(x, x * cubic * T.Create(1.59576912f)); // 2·√(2/π)
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Silu<T>(T x)
        where T : struct, ISimd<T> =>
        Sigmoid(x, x);

    /// <summary>x·sigmoid(z); where e⁻ᶻ overflows the quotient is the zero that it should be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Sigmoid<T>(T x, T z)
        where T : struct, ISimd<T> =>
        x / (T.Create(1) + Exp(T.Create(0) - z));
}
