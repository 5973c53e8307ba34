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
    /// <summary>a · b + c, rounded once where the machine has fused multiply-add.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Simd512.MultiplyAdd(new(a), new(b), new(c)).Value;

    /// <inheritdoc cref="MultiplyAdd(Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Simd256.MultiplyAdd(new(a), new(b), new(c)).Value;

    /// <inheritdoc cref="MultiplyAdd(Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        Simd128.MultiplyAdd(new(a), new(b), new(c)).Value;

    /// <summary>
    /// eˣ within 1 ulp (1.2 without fused multiply-add); exactly 0 below 2⁻¹²⁶, +∞ above the largest float, NaN for NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x) => Exp(new Simd512(x)).Value;

    /// <inheritdoc cref="Exp(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x) => Exp(new Simd256(x)).Value;

    /// <inheritdoc cref="Exp(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Exp(Vector128<float> x) => Exp(new Simd128(x)).Value;

    /// <summary>The bits of <see cref="Exp(Vector512{float})"/> for x ≤ 0 and NaN, in fewer instructions.</summary>
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

    /// <summary>x · Φ(x), the exact GELU (Hendrycks and Gimpel 2016), within 2⁻²³ · |x|; 0 for −∞, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x) => Gelu(new Simd512(x)).Value;

    /// <inheritdoc cref="Gelu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Gelu(Vector256<float> x) => Gelu(new Simd256(x)).Value;

    /// <inheritdoc cref="Gelu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gelu(Vector128<float> x) => Gelu(new Simd128(x)).Value;

    /// <summary>GELU's tanh form within 2⁻²² · |x|; −0 for −∞, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluTanh(Vector512<float> x) => GeluTanh(new Simd512(x)).Value;

    /// <inheritdoc cref="GeluTanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> GeluTanh(Vector256<float> x) => GeluTanh(new Simd256(x)).Value;

    /// <inheritdoc cref="GeluTanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> GeluTanh(Vector128<float> x) => GeluTanh(new Simd128(x)).Value;

    /// <summary>x / (1 + e⁻ˣ) within 2⁻²² · |x|; −0 for −∞, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x) => Silu(new Simd512(x)).Value;

    /// <inheritdoc cref="Silu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Silu(Vector256<float> x) => Silu(new Simd256(x)).Value;

    /// <inheritdoc cref="Silu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Silu(Vector128<float> x) => Silu(new Simd128(x)).Value;

    /// <summary>The hyperbolic tangent within 4 ulp; NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x) => Tanh(new Simd512(x)).Value;

    /// <inheritdoc cref="Tanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x) => Tanh(new Simd256(x)).Value;

    /// <inheritdoc cref="Tanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Tanh(Vector128<float> x) => Tanh(new Simd128(x)).Value;

    /// <summary>
    /// x = n·ln 2 + r with |r| ≤ ln 2 / 2, ln 2 in two parts (Cody and Waite 1980), so that eˣ = 2ⁿ·eʳ; eʳ = 1 + r + r²q(r),
    /// q the minimax polynomial of degree 4 for the relative error (3e-9). n comes out of the low bits of a sum with
    /// 1.5·2²³ and goes into the exponent as it is. At and below the last float under ln 2⁻¹²⁶ max(x, 0) = 0 stands instead,
    /// and for NaN too: an addition to its bits could make a number of it.
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
        return T.ReplaceAbove(T.Max(T.Create(0), x), T.AddToExponent(p, shifted), x, T.Create(-87.3365479f));
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
    /// max(x, 0) − |x|·Q(|x|) with Q(t) = erfc(t/√2)/2 = ½·2^P(t), P the polynomial of degree 8 that is minimax for the
    /// error of Q on [0, 6] (7.5e-9). Beyond 6 P falls faster than log₂ 2Q and passes −126 before 10; held there, it leaves
    /// ½·2^P an exponent field of 0, so that Q is exactly 0. 2^f on [−½, ½] is minimax of degree 5 for the relative error
    /// (9.1e-8), negated so that −Q comes out.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Gelu<T>(T x)
        where T : struct, ISimd<T>
    {
        T t = T.Min(T.Create(12), T.Abs(x));
        T p = T.Create(-2.7719957e-6f);
        p = T.MultiplyAdd(p, t, T.Create(3.86202e-5f));
        p = T.MultiplyAdd(p, t, T.Create(-0.00018254542f));
        p = T.MultiplyAdd(p, t, T.Create(-0.00014587452f));
        p = T.MultiplyAdd(p, t, T.Create(0.0070754765f));
        p = T.MultiplyAdd(p, t, T.Create(-0.05250503f));
        p = T.MultiplyAdd(p, t, T.Create(-0.4592049f));
        p = T.MultiplyAdd(p, t, T.Create(-1.1511058f));
        p = T.MultiplyAdd(p, t, T.Create(2.171857e-8f));
        p = T.Max(T.Create(-126), p);
        T shift = T.Create(12582912f);
        T shifted = p + shift;
        T f = p - (shifted - shift);
        T q = T.Create(-0.00066323637f);
        q = T.MultiplyAdd(q, f, T.Create(-0.0048357565f));
        q = T.MultiplyAdd(q, f, T.Create(-0.027753668f));
        q = T.MultiplyAdd(q, f, T.Create(-0.12011121f));
        q = T.MultiplyAdd(q, f, T.Create(-0.3465735f));
        q = T.MultiplyAdd(q, f, T.Create(-0.5f));
        return T.MultiplyAdd(t, T.AddToExponent(q, shifted), T.Max(T.Create(0), x));
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

    /// <summary>x·sigmoid(z) for x and z of one sign: a negative x, kept finite, over the ∞ of a large e⁻ᶻ is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Sigmoid<T>(T x, T z)
        where T : struct, ISimd<T> =>
        T.Max(T.Create(float.MinValue), x) / (T.Create(1) + Exp(T.Create(0) - z));

    /// <summary>
    /// 1 − 2 / (e²ˣ + 1), which cancels near 0: up to |x| = 0.625 x + x·z·P(z) with z = x² and P of degree 4 (0.8 ulp).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Tanh<T>(T x)
        where T : struct, ISimd<T>
    {
        T z = x * x;
        T p = T.Create(-0.0061049457f);
        p = T.MultiplyAdd(p, z, T.Create(0.02100364f));
        p = T.MultiplyAdd(p, z, T.Create(-0.0538525f));
        p = T.MultiplyAdd(p, z, T.Create(0.13332783f));
        p = T.MultiplyAdd(p, z, T.Create(-0.33333328f));
        T near = T.MultiplyAdd(p * z, x, x);
        T far = T.Create(1) - (T.Create(2) / (Exp(x + x) + T.Create(1)));
        return T.ReplaceAbove(near, far, T.Abs(x), T.Create(0.625f));
    }
}
