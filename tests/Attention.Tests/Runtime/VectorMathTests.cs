using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Attention.Runtime;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Runtime;

public class VectorMathTests(ITestOutputHelper output)
{
    private const double Ulp = 1.0 / (1 << 23);

    /// <summary>The distance of the smallest floats, which no rounding of a result among them can undercut.</summary>
    private const double Smallest = 1.4012984643248171e-45;

    private static readonly (string Name, Func<Vector128<float>, Vector128<float>> By128, Func<Vector128<float>, Vector128<float>> Separate, Func<Vector256<float>, Vector256<float>> By256, Func<Vector512<float>, Vector512<float>> By512)[] Functions =
    [
        ("Exp", VectorMath.Exp<FusedArithmetic>, VectorMath.Exp<SeparateArithmetic>, VectorMath.Exp, VectorMath.Exp),
        ("ExpOfNonPositive", VectorMath.ExpOfNonPositive<FusedArithmetic>, VectorMath.ExpOfNonPositive<SeparateArithmetic>, VectorMath.ExpOfNonPositive, VectorMath.ExpOfNonPositive),
        ("Relu", VectorMath.Relu<FusedArithmetic>, VectorMath.Relu<SeparateArithmetic>, VectorMath.Relu, VectorMath.Relu),
        ("Gelu", VectorMath.Gelu<FusedArithmetic>, VectorMath.Gelu<SeparateArithmetic>, VectorMath.Gelu, VectorMath.Gelu),
        ("GeluTanh", VectorMath.GeluTanh<FusedArithmetic>, VectorMath.GeluTanh<SeparateArithmetic>, VectorMath.GeluTanh, VectorMath.GeluTanh),
        ("QuickGelu", VectorMath.QuickGelu<FusedArithmetic>, VectorMath.QuickGelu<SeparateArithmetic>, VectorMath.QuickGelu, VectorMath.QuickGelu),
        ("Silu", VectorMath.Silu<FusedArithmetic>, VectorMath.Silu<SeparateArithmetic>, VectorMath.Silu, VectorMath.Silu),
        ("Tanh", VectorMath.Tanh<FusedArithmetic>, VectorMath.Tanh<SeparateArithmetic>, VectorMath.Tanh, VectorMath.Tanh),
        ("Sigmoid", VectorMath.Sigmoid<FusedArithmetic>, VectorMath.Sigmoid<SeparateArithmetic>, VectorMath.Sigmoid, VectorMath.Sigmoid),
    ];

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.15865525393145707)]
    [InlineData(2, 0.022750131948179195)]
    [InlineData(2.5, 0.006209665325776132)]
    [InlineData(3, 0.0013498980316300933)]
    [InlineData(5, 2.866515718791933e-07)]
    public void The_reference_distribution_is_right(double t, double expected) =>
        Assert.Equal(expected, NormalDistribution.Upper(t), expected * 1e-12);

    [Fact]
    public void Exp_is_within_one_ulp()
    {
        double worst = 0;
        foreach (float x in Floats(-87.3365f, 88.7228f))
        {
            double expected = Math.Exp(x), ulp = Math.ScaleB(1, Math.ILogB(expected) - 23);
            double error = Math.Abs(Apply(VectorMath.Exp, x) - expected) / ulp;
            Assert.True(error <= 1, $"exp({x:R}) is {error:F3} ulp off");
            worst = Math.Max(worst, error);
        }

        output.WriteLine($"largest error of exp: {worst:F3} ulp");
    }

    [Fact]
    public void Exp_is_exact_at_the_ends()
    {
        Assert.Equal(1f, Apply(VectorMath.Exp, 0));
        Assert.Equal(1f, Apply(VectorMath.Exp, -0f));
        Assert.Equal(1f, Apply(VectorMath.Exp, float.Epsilon));
        Assert.Equal(1f, Apply(VectorMath.Exp, -float.Epsilon));
        Assert.Equal(0f, Apply(VectorMath.Exp, float.NegativeInfinity));
        Assert.Equal(0f, Apply(VectorMath.Exp, float.MinValue));
        Assert.Equal(0f, Apply(VectorMath.Exp, -1e30f));
        Assert.Equal(float.PositiveInfinity, Apply(VectorMath.Exp, float.PositiveInfinity));
        Assert.Equal(float.PositiveInfinity, Apply(VectorMath.Exp, float.MaxValue));
        Assert.Equal(float.PositiveInfinity, Apply(VectorMath.Exp, 1e30f));
    }

    [Theory]
    [InlineData(-87.33654f)] // ln 2⁻¹²⁶
    [InlineData(88.72284f)] // the logarithm of the largest float
    [InlineData(-103.97208f)] // where rounding to the smallest denormal ends
    public void Exp_is_right_for_every_float_around_the_ends_of_its_range(float end)
    {
        for (int step = -3000; step <= 3000; step++)
        {
            float x = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(end) + step), actual = Apply(VectorMath.Exp, x);
            double expected = Math.Exp(x);
            if (expected < Math.ScaleB(1, -126))
                Assert.Equal(0, Bits(actual));
            else if (expected > float.MaxValue)
                Assert.Equal(float.PositiveInfinity, actual);
            else
                Assert.True(Math.Abs(actual - expected) <= Math.ScaleB(1, Math.ILogB(expected) - 23), $"exp({x:R}) is {actual:R}, expected {expected:R}");
        }
    }

    /// <summary>The default NaN of x86 and of Arm, that of CUDA, and others with payloads that reach an exponent shifted to.</summary>
    [Theory]
    [InlineData(0xFFC00000)]
    [InlineData(0x7FC00000)]
    [InlineData(0x7FFFFFFF)]
    [InlineData(0xFFFFFFFF)]
    [InlineData(0x7FC00001)]
    [InlineData(0x7FC000FF)]
    [InlineData(0x7F800001)]
    public void Every_function_keeps_every_NaN(uint bits)
    {
        float nan = BitConverter.UInt32BitsToSingle(bits);
        foreach (var (name, by128, separate, by256, by512) in Functions)
        {
            float[] results = [separate(Vector128.Create(nan)).ToScalar(), by128(Vector128.Create(nan)).ToScalar(), by256(Vector256.Create(nan)).ToScalar(), by512(Vector512.Create(nan)).ToScalar()];
            Assert.True(Array.TrueForAll(results, float.IsNaN), $"{name} of the NaN {bits:X8} is {string.Join(", ", results)}");
        }
    }

    [Fact]
    public void Exp_of_non_positive_has_the_bits_of_exp()
    {
        foreach (float x in Floats(-110, 0))
            Assert.Equal(Bits(Apply(VectorMath.Exp, x)), Bits(Apply(VectorMath.ExpOfNonPositive, x)));
    }

    [Fact]
    public void Gelu_is_within_its_bound()
    {
        double worst = 0;
        foreach (float x in Floats(-40, 40).Concat([1e10f, -1e10f, float.MaxValue, float.MinValue, 1e-38f, -1e-38f, 0]))
        {
            double expected = x * NormalDistribution.Upper(-(double)x), error = Math.Abs(Apply(VectorMath.Gelu, x) - expected);
            Assert.True(error <= Math.Max(Ulp * Math.Abs((double)x), Smallest), $"gelu({x:R}) is off by {error / Math.Abs(x):E2} · |x|");
            worst = Math.Max(worst, Math.Abs(x) < 1e-37 ? 0 : error / Math.Abs(x));
        }

        output.WriteLine($"largest error of gelu: {worst:E3} · |x|, allowed {Ulp:E3}");
        Assert.Equal(float.PositiveInfinity, Apply(VectorMath.Gelu, float.PositiveInfinity));
        Assert.Equal(0f, Apply(VectorMath.Gelu, float.NegativeInfinity));
    }

    [Fact]
    public void GeluTanh_and_silu_are_within_their_bounds()
    {
        foreach (float x in Floats(-40, 40).Concat([1e10f, -1e10f, float.MaxValue, float.MinValue, 0]))
        {
            double wide = x, u = Math.Sqrt(2 / Math.PI) * (wide + (0.044715 * wide * wide * wide));
            Check("geluTanh", x, Apply(VectorMath.GeluTanh, x), wide / (1 + Math.Exp(-2 * u)));
            Check("quick gelu", x, Apply(VectorMath.QuickGelu, x), wide / (1 + Math.Exp(-1.702f * wide)));
            Check("silu", x, Apply(VectorMath.Silu, x), wide / (1 + Math.Exp(-wide)));
        }

        Assert.Equal(float.PositiveInfinity, Apply(VectorMath.GeluTanh, float.PositiveInfinity));
        Assert.Equal(float.PositiveInfinity, Apply(VectorMath.QuickGelu, float.PositiveInfinity));
        Assert.Equal(0f, Apply(VectorMath.QuickGelu, float.NegativeInfinity));
        Assert.Equal(float.PositiveInfinity, Apply(VectorMath.Silu, float.PositiveInfinity));
        Assert.Equal(0f, Apply(VectorMath.GeluTanh, float.NegativeInfinity));
        Assert.Equal(0f, Apply(VectorMath.Silu, float.NegativeInfinity));

        static void Check(string name, float x, float actual, double expected) => Assert.True(
            Math.Abs(actual - expected) <= Math.Max(2 * Ulp * Math.Abs((double)x), Smallest), $"{name}({x:R}) is {actual:R}, expected {expected:R}");
    }

    [Fact]
    public void Tanh_is_within_four_ulp()
    {
        double worst = 0;
        foreach (float x in Floats(-100, 100).Concat([1e30f, -1e30f, float.MaxValue, float.MinValue, 0.625f, -0.625f]))
        {
            double expected = Math.Tanh(x), error = Math.Abs(Apply(VectorMath.Tanh, x) - expected);
            double ulp = Math.Max(Math.ScaleB(1, Math.ILogB(expected) - 23), Smallest);
            Assert.True(error <= 4 * ulp, $"tanh({x:R}) is {error / ulp:F3} ulp off");
            worst = Math.Max(worst, error / ulp);
        }

        output.WriteLine($"largest error of tanh: {worst:F3} ulp");
        Assert.Equal([1f, -1f, 0f], new[] { float.PositiveInfinity, float.NegativeInfinity, 0 }.Select(x => Apply(VectorMath.Tanh, x)));
    }

    [Fact]
    public void Sigmoid_is_within_four_ulp()
    {
        foreach (float x in Floats(-87, 100).Concat([1e30f, float.MaxValue]))
        {
            double expected = 1 / (1 + Math.Exp(-(double)x)), ulp = Math.Max(Math.ScaleB(1, Math.ILogB(expected) - 23), Smallest);
            double error = Math.Abs(Apply(VectorMath.Sigmoid, x) - expected), separate = Math.Abs(VectorMath.Sigmoid<SeparateArithmetic>(Vector128.Create(x))[0] - expected);
            Assert.True(error <= 4 * ulp && separate <= 4 * ulp, $"sigmoid({x:R}) is {error / ulp:F3} ulp off, {separate / ulp:F3} without fused multiply-add");
        }

        Assert.Equal([1f, 0f, 0.5f, 0f], new[] { float.PositiveInfinity, float.NegativeInfinity, 0, -1000 }.Select(x => Apply(VectorMath.Sigmoid, x)));
    }

    [Fact]
    public void Relu_keeps_what_is_positive() =>
        Assert.Equal([0f, 0f, 0f, 0f, 1.5f, float.PositiveInfinity], new[] { float.NegativeInfinity, -1, -0f, 0, 1.5f, float.PositiveInfinity }.Select(x => Apply(VectorMath.Relu, x)));

    [Fact]
    public void Arithmetic_rounds_once_or_twice()
    {
        // (1 + 2⁻¹²)² − (1 + 2⁻¹¹) is 2⁻²⁴, which a rounded product loses.
        Vector128<float> a = Vector128.Create(1 + MathF.ScaleB(1, -12)), c = Vector128.Create(-1 - MathF.ScaleB(1, -11));
        Assert.Equal(Vector128.Create(MathF.ScaleB(1, -24)), FusedArithmetic.MultiplyAdd(a, a, c));
        Assert.Equal(Vector128<float>.Zero, SeparateArithmetic.MultiplyAdd(a, a, c));
    }

    /// <summary>The bounds of functions that multiply and add in two operations.</summary>
    [Fact]
    public void Functions_without_fused_multiply_add_are_within_their_bounds()
    {
        double exp = 0, gelu = 0, tanh = 0, gated = 0;
        foreach (float x in Floats(-87.3365f, 88.7228f))
        {
            double wide = x, expected = Math.Exp(wide), u = Math.Sqrt(2 / Math.PI) * (wide + (0.044715 * wide * wide * wide));
            exp = Math.Max(exp, Math.Abs(Of(VectorMath.Exp<SeparateArithmetic>, x) - expected) / Math.ScaleB(1, Math.ILogB(expected) - 23));
            tanh = Math.Max(tanh, Math.Abs(Of(VectorMath.Tanh<SeparateArithmetic>, x) - Math.Tanh(wide)) / Math.Max(Math.ScaleB(1, Math.ILogB(Math.Tanh(wide)) - 23), Smallest));
            if (Math.Abs(x) < 1e-37)
                continue;
            gelu = Math.Max(gelu, Math.Abs(Of(VectorMath.Gelu<SeparateArithmetic>, x) - (wide * NormalDistribution.Upper(-wide))) / Math.Abs(wide));
            gated = Math.Max(gated, Math.Abs(Of(VectorMath.GeluTanh<SeparateArithmetic>, x) - (wide / (1 + Math.Exp(-2 * u)))) / Math.Abs(wide));
            gated = Math.Max(gated, Math.Abs(Of(VectorMath.Silu<SeparateArithmetic>, x) - (wide / (1 + Math.Exp(-wide)))) / Math.Abs(wide));
        }

        output.WriteLine($"exp {exp:F3} ulp, gelu {gelu / Ulp:F3} · 2⁻²³, gated {gated / Ulp:F3} · 2⁻²³, tanh {tanh:F3} ulp");
        Assert.True(exp <= 1.2 && gelu <= Ulp && gated <= 2 * Ulp && tanh <= 4, $"exp {exp:F3} ulp, gelu {gelu / Ulp:F3} · 2⁻²³, gated {gated / Ulp:F3} · 2⁻²³, tanh {tanh:F3} ulp");

        static float Of(Func<Vector128<float>, Vector128<float>> function, float x) => function(Vector128.Create(x)).GetElement(3);
    }

    [Fact]
    public void All_vector_widths_give_the_same_bits()
    {
        SkipWithoutFusedMultiplyAdd();
        float[] values = [.. Floats(-100, 100, 1999), float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, -0f, 0f];
        foreach (var (name, by128, _, by256, by512) in Functions)
        {
            foreach (float[] lanes in values.Chunk(16).Where(chunk => chunk.Length == 16).Append(values[^16..]))
            {
                int[] widest = BitsOf(by512(Vector512.Create<float>(lanes)), (v, i) => v[i], 16);
                int[] halves = [.. lanes.Chunk(8).SelectMany(part => BitsOf(by256(Vector256.Create<float>(part)), (v, i) => v[i], 8))];
                int[] quarters = [.. lanes.Chunk(4).SelectMany(part => BitsOf(by128(Vector128.Create<float>(part)), (v, i) => v[i], 4))];
                Assert.True(widest.SequenceEqual(halves) && widest.SequenceEqual(quarters), $"the vector widths differ in {name} of {string.Join(", ", lanes)}");
            }
        }

        static int[] BitsOf<T>(T vector, Func<T, int, float> lane, int count) => [.. Enumerable.Range(0, count).Select(i => Bits(lane(vector, i)))];
    }

    [Fact]
    public void Loops_that_keep_their_terms_have_the_bits_of_the_functions()
    {
        const int rows = 5, columns = 48, stride = 64;
        float[] values = [.. Floats(-100, 100, 1_999_993).Take(rows * stride - 4), float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f];
        Assert.Equal(rows * stride, values.Length);
        float[] strip = [.. values];
        VectorMath.GeluRows(rows, columns, stride, ref strip[0]);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(Bits(i % stride < columns ? VectorMath.Gelu(Vector512.Create(values[i]))[0] : values[i]), Bits(strip[i]));
    }

    [Fact]
    public void A_softmax_weight_is_a_power_of_two()
    {
        double fused = 0, separate = 0;
        foreach (float scale in new[] { 1f, 0.25503486f, 1.442695f, 0.1f })
        {
            foreach (float x in Floats(-130, 0, 397).Where(x => x <= 0))
            {
                // The product of two floats is exact in double precision. Without fused multiply-adds it is rounded as a float.
                fused = Math.Max(fused, Error(Weight<FusedArithmetic>(x, scale), (double)x * scale));
                separate = Math.Max(separate, Error(Weight<SeparateArithmetic>(x, scale), x * scale));
            }
        }

        Assert.InRange(fused, 0.5, 1.3);
        Assert.InRange(separate, 0.5, 1.4);
        foreach (float x in new[] { -126f, -127f, -1e4f, -1e30f, float.MinValue, float.NegativeInfinity })
            Assert.Equal(0, Bits(Weight<SeparateArithmetic>(x, 1)));
        foreach (float x in new[] { 0f, -0f, -float.Epsilon })
            Assert.Equal(1f, Weight<SeparateArithmetic>(x, 0.3f));
        Assert.True(float.IsNaN(Weight<SeparateArithmetic>(float.NaN, 1)));
        for (int whole = 0; whole > -126; whole--)
            Assert.Equal(MathF.ScaleB(1, whole), Weight<SeparateArithmetic>(whole, 1));

        // In units in the last place; near the least normal number 0 is as good.
        static double Error(float actual, double power)
        {
            double expected = Math.Pow(2, power), ulp = Math.ScaleB(1, Math.ILogB(expected) - 23);
            if (power > -125.9)
                return Math.Abs(actual - expected) / ulp;
            Assert.True(actual == 0 || (float.IsNormal(actual) && Math.Abs(actual - expected) <= 2 * ulp), $"2^{power} is {actual}");
            return 0;
        }

        static float Weight<TArithmetic>(float x, float scale)
            where TArithmetic : struct, IArithmetic =>
            VectorMath.SoftmaxWeight<TArithmetic>(Vector128.Create(x), Vector128.Create(scale))[2];
    }

    [Fact]
    public void Softmax_weights_are_the_same_in_every_width()
    {
        Assert.SkipUnless(Avx512F.IsSupported, "This machine has no vectors of 512 bits.");
        float[] values = [.. Floats(-130, 1, 9973), float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f];
        foreach (float[] lanes in values.Chunk(16).Where(chunk => chunk.Length == 16).Append(values[^16..]))
        {
            Vector512<float> wide = VectorMath.SoftmaxWeight(Vector512.Create<float>(lanes), Vector512.Create(0.3f));
            Vector256<float> half = VectorMath.SoftmaxWeight(Vector256.Create<float>(lanes[8..]), Vector256.Create(0.3f));
            Vector128<float> quarter = VectorMath.SoftmaxWeight<FusedArithmetic>(Vector128.Create<float>(lanes[12..]), Vector128.Create(0.3f));
            for (int i = 0; i < 8; i++)
                Assert.Equal(Bits(wide[8 + i]), Bits(half[i]));
            for (int i = 0; i < 4; i++)
                Assert.Equal(Bits(wide[12 + i]), Bits(quarter[i]));
        }
    }

    [Fact]
    public void A_row_of_softmax_weights_has_the_bits_of_single_ones()
    {
        Assert.SkipUnless(Avx512F.IsSupported, "This machine has no vectors of 512 bits.");
        const int count = 320;
        float[] values = [.. Floats(-100, 100, 1_999_993).Take(count - 4), float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f];
        Assert.Equal(count, values.Length);
        float[] scores = [.. values], expected = new float[16];
        Vector512<float> largest = Vector512.Create(100f), scale = Vector512.Create(0.3f), sums = VectorMath.SoftmaxWeights(ref scores[0], count, largest, scale);
        for (int i = 0; i < count; i++)
        {
            float weight = VectorMath.SoftmaxWeight(Vector512.Create(values[i]) - largest, scale)[0];
            Assert.Equal(Bits(weight), Bits(scores[i]));
            expected[i % 16] += weight;
        }

        for (int lane = 0; lane < 16; lane++)
            Assert.Equal(Bits(expected[lane]), Bits(sums[lane]));
    }

    private static void SkipWithoutFusedMultiplyAdd() =>
        Assert.SkipUnless(Fma.IsSupported || AdvSimd.IsSupported, "This machine has no fused multiply-add.");

    /// <summary>A float's bits, the same for every NaN.</summary>
    private static int Bits(float value) => float.IsNaN(value) ? -1 : BitConverter.SingleToInt32Bits(value);

    private static float Apply(Func<Vector256<float>, Vector256<float>> function, float x) => function(Vector256.Create(x)).GetElement(3);

    /// <summary>Floats of a range, evenly over their bit patterns, so that every binade has its share.</summary>
    private static IEnumerable<float> Floats(float least, float most, int step = 997)
    {
        for (int bits = 1; BitConverter.Int32BitsToSingle(bits) <= Math.Max(most, -least); bits += step)
        {
            float x = BitConverter.Int32BitsToSingle(bits);
            if (x <= most)
                yield return x;
            if (-x >= least)
                yield return -x;
        }
    }
}
