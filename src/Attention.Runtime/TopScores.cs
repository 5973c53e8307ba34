using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>
/// Keeps the largest scores of a row: Gupta et al. 2021, "Memory-efficient Transformers via Top-k Attention". The others become −∞, whose
/// weight is zero. Of equal ones those that come first are kept. References are trusted, not checked.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TopScores
{
    private const int Digits = 256;

    /// <summary>Keeps the largest of scores that stand one behind the other; all of them where they are no more.</summary>
    /// <param name="keep">How many to keep.</param>
    /// <param name="count">How many scores there are.</param>
    /// <param name="scores">The first of them.</param>
    public static void Keep(int keep, int count, ref float scores)
    {
        if (count <= keep)
            return;

        // The score that is the keep-th, digit by digit from the highest on, and how many that are equal to it are kept.
        Span<int> counts = stackalloc int[Digits];
        uint least = 0, known = 0;
        int left = keep;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            counts.Clear();
            for (int i = 0; i < count; i++)
            {
                uint order = Order(Unsafe.Add(ref scores, i));
                if ((order & known) == least)
                    counts[(int)(order >> shift) & (Digits - 1)]++;
            }

            int digit = Digits - 1;
            for (; counts[digit] < left; digit--)
                left -= counts[digit];
            least |= (uint)digit << shift;
            known |= (uint)(Digits - 1) << shift;
        }

        for (int i = 0; i < count; i++)
        {
            ref float score = ref Unsafe.Add(ref scores, i);
            uint order = Order(score);
            if (order < least || (order == least && --left < 0))
                score = float.NegativeInfinity;
        }
    }

    /// <summary>Keeps the largest of those scores that a row sees, which stand panel by panel, as a mask lists them.</summary>
    /// <param name="keep">How many to keep.</param>
    /// <param name="query">The row's number.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="begin">The first entry of the mask.</param>
    /// <param name="count">How many entries.</param>
    /// <param name="mask">What the row sees.</param>
    /// <param name="scores">The first score.</param>
    /// <param name="first">The first key that the row may see.</param>
    public static void KeepPanels(int keep, int query, int keys, int begin, int count, PackedMask mask, ref float scores, int first = 0)
    {
        for (int slot = 0; slot < count; slot++)
        {
            uint seen = mask.Seen(begin + slot, query, keys, first);
            for (int key = 0; key < Measures.KeyPanel; key++)
            {
                if ((seen >> key & 1) == 0)
                    Unsafe.Add(ref scores, (slot * Measures.KeyPanel) + key) = float.NegativeInfinity;
            }
        }

        Keep(keep, count * Measures.KeyPanel, ref scores);
    }

    /// <summary>A number that orders as the score does; −0 is 0, and NaN, which must not get lost, is above all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Order(float score)
    {
        int bits = BitConverter.SingleToInt32Bits(score + 0f);
        return float.IsNaN(score) ? uint.MaxValue : bits < 0 ? ~(uint)bits : (uint)bits | 0x80000000;
    }
}
