using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>
/// Rows that decide after how many layers they halt. Of a row three numbers are kept: the sum of its wishes, its share in the layer, and 1 where it ran in
/// it. References are trusted, not checked.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RowHalting
{
    /// <summary>The first layer.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="threshold">What the sum of wishes passes where a row halts.</param>
    /// <param name="wishes">A number for each row, of which the sigmoid is its wish.</param>
    /// <param name="stride">The distance of two of them.</param>
    /// <param name="halting">Takes the three numbers of each row.</param>
    /// <param name="haltingStride">The distance of two rows of them.</param>
    public static void Begin(int rows, float threshold, ref float wishes, int stride, ref float halting, int haltingStride)
    {
        for (int row = 0; row < rows; row++)
            Next(threshold, 0, Unsafe.Add(ref wishes, row * (nint)stride), ref Unsafe.Add(ref halting, row * (nint)haltingStride));
    }

    /// <summary>A later layer.</summary>
    /// <inheritdoc cref="Begin"/>
    public static void Continue(int rows, float threshold, ref float wishes, int stride, ref float before, ref float halting, int haltingStride)
    {
        for (int row = 0; row < rows; row++)
            Next(threshold, Unsafe.Add(ref before, row * (nint)haltingStride), Unsafe.Add(ref wishes, row * (nint)stride), ref Unsafe.Add(ref halting, row * (nint)haltingStride));
    }

    private static void Next(float threshold, float sum, float wish, ref float halting)
    {
        float probability = 1 / (1 + MathF.Exp(-wish));
        bool runs = sum < 1, halts = sum + probability > threshold;
        halting = !runs || halts ? 1 : sum + probability;
        Unsafe.Add(ref halting, 1) = !runs ? 0 : halts ? 1 - sum : probability;
        Unsafe.Add(ref halting, 2) = runs ? 1 : 0;
    }

    /// <summary>Joins the rows of a layer to the result so far.</summary>
    /// <param name="rule">How.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">Channels of a row; padding is left zero.</param>
    /// <param name="x">The rows of the layer.</param>
    /// <param name="stride">The distance of two of them.</param>
    /// <param name="halting">The three numbers of each row.</param>
    /// <param name="haltingStride">The distance of two rows of them.</param>
    /// <param name="isFirst">Whether there is no result yet.</param>
    /// <param name="before">The result so far.</param>
    /// <param name="y">The result.</param>
    /// <param name="resultStride">The distance of two rows of a result.</param>
    public static void Join(HaltingRule rule, int rows, int width, ref float x, int stride, ref float halting, int haltingStride, bool isFirst, ref float before, ref float y, int resultStride)
    {
        int padded = Measures.Whole(width);
        for (int row = 0; row < rows; row++)
        {
            float share = Unsafe.Add(ref halting, (row * (nint)haltingStride) + 1);
            ReadOnlySpan<float> from = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref x, row * (nint)stride), width), old = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref before, row * (nint)resultStride), width);
            Span<float> to = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref y, row * (nint)resultStride), padded);
            (float keep, float less) = (rule == HaltingRule.Paper ? 1 - share : 1, rule == HaltingRule.Tensor2Tensor ? share : 0);
            for (int i = 0; i < width; i++)
                to[i] = (share * from[i]) + ((isFirst ? 0 : keep * old[i]) - less);
            to[width..].Clear();
        }
    }

    /// <summary>Takes rows of a layer, but of those that had halted before what the layer was given.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">Floats of a row.</param>
    /// <param name="x">The rows of the layer.</param>
    /// <param name="held">What the layer was given.</param>
    /// <param name="halting">The three numbers of each row.</param>
    /// <param name="haltingStride">The distance of two rows of them.</param>
    /// <param name="y">Takes the rows.</param>
    /// <param name="stride">The distance of two rows of all three.</param>
    public static void Hold(int rows, int width, ref float x, ref float held, ref float halting, int haltingStride, ref float y, int stride)
    {
        for (int row = 0; row < rows; row++)
        {
            nint at = row * (nint)stride;
            bool runs = Unsafe.Add(ref halting, (row * (nint)haltingStride) + 2) != 0;
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref runs ? ref x : ref held, at), width).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref y, at), width));
        }
    }
}
