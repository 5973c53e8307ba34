using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Runtime;

/// <summary>Weights of the keys near a place: Luong et al. 2015, section 3.2. References are trusted, not checked.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LocalWeights
{
    /// <summary>The first key not further from a place than a width.</summary>
    public static int First(float place, int width, int keys) => (int)Math.Clamp(Math.Ceiling((double)place - width), 0, keys);

    /// <summary>The key behind the last of them.</summary>
    public static int End(float place, int width, int keys) => (int)Math.Clamp(Math.Floor((double)place + width) + 1, 0, keys);

    /// <summary>The keys near the places of some rows, from the first that is near to any to the last; none from 0 to 0.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">The largest distance from a place.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="places">The first row's place.</param>
    /// <param name="stride">The distance of two rows.</param>
    /// <param name="first">The first key.</param>
    /// <param name="end">The key behind the last.</param>
    public static void Bounds(int rows, int width, int keys, ref float places, int stride, out int first, out int end)
    {
        (first, end) = (keys, 0);
        for (int row = 0; row < rows; row++)
        {
            float place = Unsafe.Add(ref places, (nint)row * stride);
            first = Math.Min(first, First(place, width, keys));
            end = Math.Max(end, End(place, width, keys));
        }

        first = Math.Min(first, end);
    }

    /// <summary>For each row the place that has its position, or else the last key's.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="position">The position of the first.</param>
    /// <param name="step">From one row's position to the next one's.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="places">The first row's place.</param>
    /// <param name="stride">The distance of two rows.</param>
    public static void Follow(int rows, int position, int step, int keys, ref float places, int stride)
    {
        for (int row = 0; row < rows; row++)
            Unsafe.Add(ref places, (nint)row * stride) = Math.Min(position + (row * step), keys - 1);
    }

    /// <summary>For each row the place at a part of the keys.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="parts">The first row's part, 0 to 1.</param>
    /// <param name="partStride">The distance of two of them.</param>
    /// <param name="places">The first row's place.</param>
    /// <param name="stride">The distance of two rows.</param>
    public static void Predict(int rows, int keys, ref float parts, int partStride, ref float places, int stride)
    {
        for (int row = 0; row < rows; row++)
            Unsafe.Add(ref places, (nint)row * stride) = keys * Unsafe.Add(ref parts, (nint)row * partStride);
    }

    /// <summary>Makes a row's scores its weights: the softmax of those near the place, times <c>exp(−(key − place)² / (2σ²))</c> with σ half the width where there is a curve; zero elsewhere.</summary>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="start">From which key on the row is read.</param>
    /// <param name="end">How far.</param>
    /// <param name="width">The largest distance from the place.</param>
    /// <param name="hasCurve">Whether there is a curve.</param>
    /// <param name="scale">What scores are multiplied by.</param>
    /// <param name="scores">The first score.</param>
    /// <param name="place">The place.</param>
    public static void Make(int keys, int start, int end, int width, bool hasCurve, float scale, ref float scores, float place)
    {
        Span<float> row = MemoryMarshal.CreateSpan(ref scores, end);
        int first = First(place, width, keys), last = Math.Max(first, End(place, width, keys));
        Span<float> near = row[first..last];
        row[start..first].Clear();
        row[last..].Clear();
        float largest = float.NegativeInfinity;
        foreach (float score in near)
            largest = MathF.Max(largest, score);
        double whole = 0, variance = width * width / 4.0;
        foreach (ref float weight in near)
        {
            double part = Math.Exp((double)scale * (weight - largest));
            weight = (float)part;
            whole += part;
        }

        for (int i = 0; i < near.Length; i++)
        {
            double distance = first + i - (double)place;
            near[i] = (float)(near[i] / whole * (hasCurve ? Math.Exp(-distance * distance / (2 * variance)) : 1));
        }
    }
}
