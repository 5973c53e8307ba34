using System.Runtime.Intrinsics;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Decoding;

public class LogitsTests
{
    [Fact]
    public void Exp_is_within_one_ulp_and_zero_where_it_is_too_small()
    {
        var random = new Random(3);
        for (int i = 0; i < 200_000; i++)
        {
            double x = i % 2 == 0 ? -708 * random.NextDouble() : -Math.ScaleB(random.NextDouble(), -random.Next(40)), expected = Math.Exp(x);
            long distance = BitConverter.DoubleToInt64Bits(Exp(x)) - BitConverter.DoubleToInt64Bits(expected);
            Assert.True(Math.Abs(distance) <= 1, $"exp({x:R}) is {distance} floats off");
        }

        Assert.Equal(1, Exp(0));
        Assert.Equal(1, Exp(-0.0));
        Assert.All([-708.0001, -1e300, double.MinValue, double.NegativeInfinity], x => Assert.Equal(0, Exp(x)));
    }

    [Fact]
    public void Exponentials_are_right_for_every_length()
    {
        var random = new Random(4);
        for (int count = 1; count < 40; count++)
        {
            float[] logits = [.. Enumerable.Range(0, count).Select(i => i % 7 == 3 ? float.NegativeInfinity : (random.NextSingle() * 20) - 10)];
            var result = new double[count];
            double sum = Logits.Exponentials(logits, logits.Max(), 0.7, result);
            double[] expected = [.. logits.Select(logit => Math.Exp(((double)logit - logits.Max()) / 0.7))];
            Assert.Equal(expected.Sum(), sum, 1e-13 * sum);
            Assert.All(expected.Zip(result), pair => Assert.Equal(pair.First, pair.Second, 1e-15));
        }
    }

    private static double Exp(double x) => Logits.Exp(Vector256.Create(x))[0];
}
