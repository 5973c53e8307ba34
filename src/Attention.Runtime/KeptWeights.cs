using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>Keeps attention weights for those who want to see them. References are trusted, not checked.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class KeptWeights
{
    /// <summary>Copies a strip of rows behind the softmax, each times the inverse of its sum, with zeros behind.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="keys">How many keys were scored.</param>
    /// <param name="scores">The strip; the inverse of a row's sum stands 16 floats before its end.</param>
    /// <param name="scoreStride">The distance of two rows of the strip.</param>
    /// <param name="kept">Where the first row goes.</param>
    /// <param name="stride">The distance of two rows there.</param>
    public static void Keep(int rows, int keys, ref float scores, int scoreStride, ref float kept, int stride)
    {
        for (int row = 0; row < rows; row++)
        {
            ref float from = ref Unsafe.Add(ref scores, (nint)row * scoreStride);
            ref float to = ref Unsafe.Add(ref kept, (nint)row * stride);
            float inverse = Unsafe.Add(ref from, scoreStride - Measures.InverseSum);
            for (int key = 0; key < stride; key++)
                Unsafe.Add(ref to, key) = key < keys ? Unsafe.Add(ref from, key) * inverse : 0;
        }
    }

    /// <summary>The same of scores that stand panel by panel, as a mask lists them.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="begin">The first entry of the mask.</param>
    /// <param name="count">How many entries.</param>
    /// <param name="mask">What the rows see.</param>
    /// <param name="scores">The strip; the inverse of a row's sum stands 16 floats before its end.</param>
    /// <param name="scoreStride">The distance of two rows of the strip.</param>
    /// <param name="kept">Where the first row goes.</param>
    /// <param name="stride">The distance of two rows there.</param>
    public static void KeepPanels(int rows, int begin, int count, PackedMask mask, ref float scores, int scoreStride, ref float kept, int stride)
    {
        for (int row = 0; row < rows; row++)
        {
            ref float from = ref Unsafe.Add(ref scores, (nint)row * scoreStride);
            ref float to = ref Unsafe.Add(ref kept, (nint)row * stride);
            float inverse = Unsafe.Add(ref from, scoreStride - Measures.InverseSum);
            for (int key = 0; key < stride; key++)
                Unsafe.Add(ref to, key) = 0;
            for (int slot = 0; slot < count; slot++)
            {
                int first = mask.Panel(begin + slot) * Measures.KeyPanel;
                for (int key = 0; key < Math.Min(Measures.KeyPanel, stride - first); key++)
                    Unsafe.Add(ref to, first + key) = Unsafe.Add(ref from, (slot * Measures.KeyPanel) + key) * inverse;
            }
        }
    }
}
