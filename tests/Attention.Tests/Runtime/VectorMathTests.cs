using System.Runtime.Intrinsics;
using Attention.Runtime;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Runtime;

public class VectorMathTests(ITestOutputHelper output)
{
    private const double Ulp = 1.0 / (1 << 23);

    /// <summary>The distance of the smallest floats, which no rounding of a result among them can undercut.</summary>
    private const double Smallest = 1.4012984643248171e-45;

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
        Assert.Equal(0f, Apply(VectorMath.Exp, float.NegativeInfinity));
        Assert.Equal(0f, Apply(VectorMath.Exp, -1e30f));
        Assert.Equal(0f, Apply(VectorMath.Exp, -87.34f));
        Assert.Equal(float.PositiveInfinity, Apply(VectorMath.Exp, float.PositiveInfinity));
        Assert.Equal(float.PositiveInfinity, Apply(VectorMath.Exp, 88.73f));
        Assert.Equal(float.PositiveInfinity, Apply(VectorMath.Exp, 1e30f));
        Assert.True(float.IsNaN(Apply(VectorMath.Exp, float.NaN)));
        Assert.True(float.IsNaN(Apply(VectorMath.ExpOfNonPositive, float.NaN)));
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
        Assert.True(float.IsNaN(Apply(VectorMath.Gelu, float.NaN)));
    }

    [Fact]
    public void GeluTanh_and_silu_are_within_their_bounds()
    {
        foreach (float x in Floats(-40, 40).Concat([1e10f, -1e10f, float.MaxValue, float.MinValue, 0]))
        {
            double wide = x, u = Math.Sqrt(2 / Math.PI) * (wide + (0.044715 * wide * wide * wide));
            Check("geluTanh", x, Apply(VectorMath.GeluTanh, x), wide / (1 + Math.Exp(-2 * u)));
            Check("silu", x, Apply(VectorMath.Silu, x), wide / (1 + Math.Exp(-wide)));
        }

        Assert.True(float.IsNaN(Apply(VectorMath.GeluTanh, float.NaN)));
        Assert.True(float.IsNaN(Apply(VectorMath.Silu, float.NaN)));

        static void Check(string name, float x, float actual, double expected) => Assert.True(
            Math.Abs(actual - expected) <= Math.Max(2 * Ulp * Math.Abs((double)x), Smallest), $"{name}({x:R}) is {actual:R}, expected {expected:R}");
    }

    [Fact]
    public void Relu_keeps_what_is_positive()
    {
        Assert.Equal([0f, 0f, 0f, 1.5f, float.PositiveInfinity], new[] { float.NegativeInfinity, -1, 0, 1.5f, float.PositiveInfinity }.Select(x => Apply(VectorMath.Relu, x)));
        Assert.True(float.IsNaN(Apply(VectorMath.Relu, float.NaN)));
    }

    [Fact]
    public void All_vector_widths_give_the_same_bits()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported, "This machine has no fused multiply-add.");
        float[] values = [.. Floats(-100, 100, 7919), float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -0f, 0f];
        (Func<Vector128<float>, Vector128<float>>, Func<Vector256<float>, Vector256<float>>, Func<Vector512<float>, Vector512<float>>)[] functions =
        [
            (VectorMath.Exp, VectorMath.Exp, VectorMath.Exp),
            (VectorMath.ExpOfNonPositive, VectorMath.ExpOfNonPositive, VectorMath.ExpOfNonPositive),
            (VectorMath.Relu, VectorMath.Relu, VectorMath.Relu),
            (VectorMath.Gelu, VectorMath.Gelu, VectorMath.Gelu),
            (VectorMath.GeluTanh, VectorMath.GeluTanh, VectorMath.GeluTanh),
            (VectorMath.Silu, VectorMath.Silu, VectorMath.Silu),
        ];
        foreach (var (by128, by256, by512) in functions)
        {
            foreach (float x in values)
            {
                int bits = Bits(by128(Vector128.Create(x)).ToScalar());
                Assert.Equal(bits, Bits(by256(Vector256.Create(x)).GetElement(7)));
                Assert.Equal(bits, Bits(by512(Vector512.Create(x)).GetElement(15)));
            }
        }
    }

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
