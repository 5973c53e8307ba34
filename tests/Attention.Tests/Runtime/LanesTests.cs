using System.Runtime.Intrinsics;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

public class LanesTests
{
    [Fact]
    public void Sums_follow_one_tree_at_every_width()
    {
        var random = new Random(3);
        for (int round = 0; round < 1000; round++)
        {
            float[] lanes = [.. Enumerable.Range(0, 16).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(10, random.Next(-3, 4)))];
            float[] tree = [.. lanes];
            for (int half = 8; half > 0; half /= 2)
            {
                for (int i = 0; i < half; i++)
                    tree[i] += tree[i + half];
            }

            Assert.Equal(tree[0], Lanes.Sum(Vector512.Create<float>(lanes)));
            Assert.Equal(tree[0], Lanes.Sum(Vector256.Create<float>(lanes), Vector256.Create<float>(lanes.AsSpan(8))));
            Assert.Equal(tree[0], Lanes.Sum(Of(lanes, 0), Of(lanes, 4), Of(lanes, 8), Of(lanes, 12)));
            Assert.Equal(lanes.Max(), Lanes.Max(Vector512.Create<float>(lanes)));
            Assert.Equal(lanes.Max(), Lanes.Max(Vector256.Create<float>(lanes), Vector256.Create<float>(lanes.AsSpan(8))));
            Assert.Equal(lanes.Max(), Lanes.Max(Of(lanes, 0), Of(lanes, 4), Of(lanes, 8), Of(lanes, 12)));
        }
    }

    [Fact]
    public void Every_lane_can_hold_the_largest()
    {
        for (int lane = 0; lane < 16; lane++)
        {
            var lanes = new float[16];
            Array.Fill(lanes, -5);
            lanes[lane] = -1;
            Assert.Equal(-1, Lanes.Max(Vector512.Create<float>(lanes)));
            Assert.Equal(-1, Lanes.Max(Vector256.Create<float>(lanes), Vector256.Create<float>(lanes.AsSpan(8))));
            Assert.Equal(-1, Lanes.Max(Of(lanes, 0), Of(lanes, 4), Of(lanes, 8), Of(lanes, 12)));
        }
    }

    [Fact]
    public void A_NaN_in_any_lane_is_the_largest()
    {
        for (int lane = 0; lane < 16; lane++)
        {
            float[] lanes = [.. Enumerable.Range(0, 16).Select(i => (float)(i * 7 % 16))];
            lanes[lane] = float.NaN;
            Assert.Equal(float.NaN, Lanes.Max(Vector512.Create<float>(lanes)));
            Assert.Equal(float.NaN, Lanes.Max(Vector256.Create<float>(lanes), Vector256.Create<float>(lanes.AsSpan(8))));
            Assert.Equal(float.NaN, Lanes.Max(Of(lanes, 0), Of(lanes, 4), Of(lanes, 8), Of(lanes, 12)));
        }
    }

    [Fact]
    public void Masks_cover_the_lanes_below_a_count()
    {
        for (int count = -3; count <= 20; count++)
        {
            for (int lane = 0; lane < 16; lane++)
            {
                int expected = lane < count ? -1 : 0;
                Assert.Equal(expected, Lanes.Below512(count).AsInt32().GetElement(lane));
                if (lane < 8)
                    Assert.Equal(expected, Lanes.Below256(count).AsInt32().GetElement(lane));
                if (lane < 4)
                    Assert.Equal(expected, Lanes.Below128(count).AsInt32().GetElement(lane));
            }
        }
    }

    [Fact]
    public void Partial_stores_touch_nothing_else()
    {
        float[] lanes = [.. Enumerable.Range(1, 16).Select(i => (float)i)];
        for (int count = 1; count < 16; count++)
        {
            float[] memory = Guarded();
            Lanes.StorePartial(Vector512.Create<float>(lanes), ref memory[1], count);
            AssertStored(memory, count);
            if (count < 8)
            {
                memory = Guarded();
                Lanes.StorePartial(Vector256.Create<float>(lanes), ref memory[1], count);
                AssertStored(memory, count);
            }

            if (count < 4)
            {
                memory = Guarded();
                Lanes.StorePartial(Vector128.Create<float>(lanes), ref memory[1], count);
                AssertStored(memory, count);
            }
        }

        static float[] Guarded()
        {
            var memory = new float[18];
            Array.Fill(memory, -7);
            return memory;
        }

        static void AssertStored(float[] memory, int count)
        {
            for (int i = 0; i < memory.Length; i++)
                Assert.Equal(i >= 1 && i <= count ? i : -7, memory[i]);
        }
    }

    private static Vector128<float> Of(float[] lanes, int start) => Vector128.Create<float>(lanes.AsSpan(start));
}
