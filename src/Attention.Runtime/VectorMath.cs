using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Attention.Runtime;

/// <summary>
/// The functions that all kernels share, lane by lane, with the same operations and so the same bits at every vector
/// width where multiply-add is fused. Those of 128 bits also come without: see <see cref="IArithmetic"/>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class VectorMath
{
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
    public static Vector128<float> Exp<TArithmetic>(Vector128<float> x)
        where TArithmetic : struct, IArithmetic =>
        Exp(new Simd128<TArithmetic>(x)).Value;

    /// <summary>The bits of <see cref="Exp(Vector512{float})"/> for x ≤ 0 and NaN, in fewer instructions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpOfNonPositive(Vector512<float> x) => ExpOfNonPositive(new Simd512(x)).Value;

    /// <inheritdoc cref="ExpOfNonPositive(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ExpOfNonPositive(Vector256<float> x) => ExpOfNonPositive(new Simd256(x)).Value;

    /// <inheritdoc cref="ExpOfNonPositive(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ExpOfNonPositive<TArithmetic>(Vector128<float> x)
        where TArithmetic : struct, IArithmetic =>
        ExpOfNonPositive(new Simd128<TArithmetic>(x)).Value;

    /// <summary>max(x, 0), NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Relu(Vector512<float> x) => Relu(new Simd512(x)).Value;

    /// <inheritdoc cref="Relu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Relu(Vector256<float> x) => Relu(new Simd256(x)).Value;

    /// <inheritdoc cref="Relu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Relu<TArithmetic>(Vector128<float> x)
        where TArithmetic : struct, IArithmetic =>
        Relu(new Simd128<TArithmetic>(x)).Value;

    /// <summary>x · Φ(x), the exact GELU (Hendrycks and Gimpel 2016), within 2⁻²³ · |x|; 0 for −∞, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gelu(Vector512<float> x) => Gelu(new Simd512(x)).Value;

    /// <inheritdoc cref="Gelu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Gelu(Vector256<float> x) => Gelu(new Simd256(x)).Value;

    /// <inheritdoc cref="Gelu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gelu<TArithmetic>(Vector128<float> x)
        where TArithmetic : struct, IArithmetic =>
        Gelu(new Simd128<TArithmetic>(x)).Value;

    /// <summary>GELU's tanh form within 2⁻²² · |x|; −0 for −∞, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> GeluTanh(Vector512<float> x) => GeluTanh(new Simd512(x)).Value;

    /// <inheritdoc cref="GeluTanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> GeluTanh(Vector256<float> x) => GeluTanh(new Simd256(x)).Value;

    /// <inheritdoc cref="GeluTanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> GeluTanh<TArithmetic>(Vector128<float> x)
        where TArithmetic : struct, IArithmetic =>
        GeluTanh(new Simd128<TArithmetic>(x)).Value;

    /// <summary>x / (1 + e⁻ˣ) within 2⁻²² · |x|; −0 for −∞, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Silu(Vector512<float> x) => Silu(new Simd512(x)).Value;

    /// <inheritdoc cref="Silu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Silu(Vector256<float> x) => Silu(new Simd256(x)).Value;

    /// <inheritdoc cref="Silu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Silu<TArithmetic>(Vector128<float> x)
        where TArithmetic : struct, IArithmetic =>
        Silu(new Simd128<TArithmetic>(x)).Value;

    /// <summary>The hyperbolic tangent within 4 ulp; NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x) => Tanh(new Simd512(x)).Value;

    /// <inheritdoc cref="Tanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x) => Tanh(new Simd256(x)).Value;

    /// <inheritdoc cref="Tanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Tanh<TArithmetic>(Vector128<float> x)
        where TArithmetic : struct, IArithmetic =>
        Tanh(new Simd128<TArithmetic>(x)).Value;

    /// <summary>The logistic function, 1 / (1 + e⁻ˣ), within 4 ulp; NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Sigmoid(new Simd512(x)).Value;

    /// <inheritdoc cref="Sigmoid(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x) => Sigmoid(new Simd256(x)).Value;

    /// <inheritdoc cref="Sigmoid(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sigmoid<TArithmetic>(Vector128<float> x)
        where TArithmetic : struct, IArithmetic =>
        Sigmoid(new Simd128<TArithmetic>(x)).Value;

    /// <summary>x · σ(1.702x), an approximation of the GELU (Hendrycks and Gimpel 2016); 0 for −∞, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> QuickGelu(Vector512<float> x) => QuickGelu(new Simd512(x)).Value;

    /// <inheritdoc cref="QuickGelu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> QuickGelu(Vector256<float> x) => QuickGelu(new Simd256(x)).Value;

    /// <inheritdoc cref="QuickGelu(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> QuickGelu<TArithmetic>(Vector128<float> x)
        where TArithmetic : struct, IArithmetic =>
        QuickGelu(new Simd128<TArithmetic>(x)).Value;

    /// <summary>A term that the JIT does not know as a constant, and so keeps in a register where it is loaded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Simd512 Kept(ref float terms, nint place) => new(Vector512.Create(Volatile.Read(ref Unsafe.Add(ref terms, place))));

    /// <summary>Added to a small number and taken away, rounds it to a whole one: 1.5·2²³.</summary>
    private const float Shift = 12582912f;

    private const float Log2E = 1.44269504f, Ln2High = -0.693145752f, Ln2Low = -1.42860677e-6f;

    private const float Exp4 = 0.00138146f, Exp3 = 0.00836872f, Exp2 = 0.04166839f, Exp1 = 0.16666521f, Exp0 = 0.49999993f;

    /// <summary>The last float under ln 2⁻¹²⁶.</summary>
    private const float ExpBound = -87.3365479f;

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
        T shift = T.Create(Shift), one = T.Create(1);
        T shifted = T.MultiplyAdd(x, T.Create(Log2E), shift);
        T n = shifted - shift;
        T r = T.MultiplyAdd(n, T.Create(Ln2High), x);
        r = T.MultiplyAdd(n, T.Create(Ln2Low), r);
        T p = T.MultiplyAdd(T.Create(Exp4), r, T.Create(Exp3));
        p = T.MultiplyAdd(p, r, T.Create(Exp2));
        p = T.MultiplyAdd(p, r, T.Create(Exp1));
        p = T.MultiplyAdd(p, r, T.Create(Exp0));
        p = T.MultiplyAdd(p, r, one);
        p = T.MultiplyAdd(p, r, one);
        return T.ReplaceAbove(T.Max(T.Create(0), x), T.AddToExponent(p, shifted), x, T.Create(ExpBound));
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
    /// GELU of rows of a strip of columns in place, with the bits of <see cref="Gelu(Vector512{float})"/>. Its terms stay in
    /// registers, as those of <see cref="SoftmaxWeights(ref float, nuint, Vector512{float}, Vector512{float})"/>.
    /// </summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns, a multiple of 16.</param>
    /// <param name="stride">The distance of two rows.</param>
    /// <param name="y">The first element.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void GeluRows(int rows, int columns, nint stride, ref float y)
    {
        ref float terms = ref MemoryMarshal.GetReference(GeluTerms);
        Simd512 most = Kept(ref terms, 0), least = Kept(ref terms, 1), shift = Kept(ref terms, 2);
        Simd512 p8 = Kept(ref terms, 3), p7 = Kept(ref terms, 4), p6 = Kept(ref terms, 5), p5 = Kept(ref terms, 6), p4 = Kept(ref terms, 7);
        Simd512 p3 = Kept(ref terms, 8), p2 = Kept(ref terms, 9), p1 = Kept(ref terms, 10), p0 = Kept(ref terms, 11);
        Simd512 q5 = Kept(ref terms, 12), q4 = Kept(ref terms, 13), q3 = Kept(ref terms, 14), q2 = Kept(ref terms, 15), q1 = Kept(ref terms, 16), q0 = Kept(ref terms, 17);
        for (int row = 0; row < rows; row++)
        {
            ref float d = ref Unsafe.Add(ref y, row * stride);
            for (nuint i = 0; i < (nuint)columns; i += 16)
                Gelu(Simd512.Load(ref d, i), most, least, shift, p8, p7, p6, p5, p4, p3, p2, p1, p0, q5, q4, q3, q2, q1, q0).Store(ref d, i);
        }
    }

    private static ReadOnlySpan<float> GeluTerms =>
    [
        12, -126, 12582912f,
        -2.7719957e-6f, 3.86202e-5f, -0.00018254542f, -0.00014587452f, 0.0070754765f, -0.05250503f, -0.4592049f, -1.1511058f, 2.171857e-8f,
        -0.00066323637f, -0.0048357565f, -0.027753668f, -0.12011121f, -0.3465735f, -0.5f,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Gelu<T>(T x)
        where T : struct, ISimd<T> =>
        Gelu(
            x, T.Create(GeluTerms[0]), T.Create(GeluTerms[1]), T.Create(GeluTerms[2]),
            T.Create(GeluTerms[3]), T.Create(GeluTerms[4]), T.Create(GeluTerms[5]), T.Create(GeluTerms[6]), T.Create(GeluTerms[7]), T.Create(GeluTerms[8]), T.Create(GeluTerms[9]), T.Create(GeluTerms[10]), T.Create(GeluTerms[11]),
            T.Create(GeluTerms[12]), T.Create(GeluTerms[13]), T.Create(GeluTerms[14]), T.Create(GeluTerms[15]), T.Create(GeluTerms[16]), T.Create(GeluTerms[17]));

    /// <summary>
    /// max(x, 0) − |x|·Q(|x|) with Q(t) = erfc(t/√2)/2 = ½·2^P(t), P the polynomial of degree 8 that is minimax for the
    /// error of Q on [0, 6] (7.5e-9). Beyond 6 P falls faster than log₂ 2Q and passes −126 before 10; held there, it leaves
    /// ½·2^P an exponent field of 0, so that Q is exactly 0. 2^f on [−½, ½] is minimax of degree 5 for the relative error
    /// (9.1e-8), negated so that −Q comes out.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Gelu<T>(T x, T most, T least, T shift, T p8, T p7, T p6, T p5, T p4, T p3, T p2, T p1, T p0, T q5, T q4, T q3, T q2, T q1, T q0)
        where T : struct, ISimd<T>
    {
        T t = T.Min(most, T.Abs(x));
        T p = T.MultiplyAdd(p8, t, p7);
        p = T.MultiplyAdd(p, t, p6);
        p = T.MultiplyAdd(p, t, p5);
        p = T.MultiplyAdd(p, t, p4);
        p = T.MultiplyAdd(p, t, p3);
        p = T.MultiplyAdd(p, t, p2);
        p = T.MultiplyAdd(p, t, p1);
        p = T.MultiplyAdd(p, t, p0);
        p = T.Max(least, p);
        T shifted = p + shift;
        T f = p - (shifted - shift);
        T q = T.MultiplyAdd(q5, f, q4);
        q = T.MultiplyAdd(q, f, q3);
        q = T.MultiplyAdd(q, f, q2);
        q = T.MultiplyAdd(q, f, q1);
        q = T.MultiplyAdd(q, f, q0);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T QuickGelu<T>(T x)
        where T : struct, ISimd<T> =>
        Sigmoid(x, x * T.Create(1.702f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Sigmoid<T>(T x)
        where T : struct, ISimd<T> =>
        T.Create(1) / (T.Create(1) + Exp(T.Create(0) - x));

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
