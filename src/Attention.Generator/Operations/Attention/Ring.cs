using Attention.Generator.Kernels;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Where a decoder keeps keys and values of which its rows see a window only: at their place modulo so many, and once more that far behind, so that
/// those in a row's sight lie one behind the other wherever the ring begins. Rows are taken a piece at a time, so that none overwrites what another of the piece sees.
/// </summary>
/// <param name="Keys">How many there are room for, whole panels.</param>
internal sealed record Ring(int Keys)
{
    /// <summary>The most rows of a piece.</summary>
    public const int Piece = 256;

    /// <summary>Panels of the ring.</summary>
    public int Panels => Keys / Measures.KeyPanel;

    /// <summary>The ring of a mask, null where it keeps no less than all.</summary>
    public static Ring? Of(Mask mask, int length)
    {
        if (mask is not Window { After: 0 } window)
            return null;
        long keys = (((window.Before + (long)Piece + Measures.KeyPanel - 2) / Measures.KeyPanel) + 1) * Measures.KeyPanel;
        return 2 * keys < length ? new Ring((int)keys) : null;
    }

    /// <summary>The place of a key, as C#.</summary>
    public string Place(string key) => $"({key} % {Number(Keys)})";
}
