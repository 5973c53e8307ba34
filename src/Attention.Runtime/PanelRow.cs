using System.ComponentModel;
using System.Runtime.CompilerServices;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>Rows of a table that lies in the panels of a product, whose outputs they are. References are trusted, not checked.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class PanelRow
{
    /// <summary>Copies a row, and clears what is padding behind it.</summary>
    /// <param name="panels">The first panel.</param>
    /// <param name="row">The row: a column of the product.</param>
    /// <param name="widths">How the product's columns are cut into panels.</param>
    /// <param name="inputs">Floats of a row: K of the product.</param>
    /// <param name="format">How the panels' elements are stored: as floats, or as bfloat16, two in the place of a float.</param>
    /// <param name="destination">Where the row goes, which has room for whole groups of 16 floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">No panel has this column.</exception>
    public static void Copy(ref float panels, int row, PanelWidths widths, int inputs, WeightFormat format, ref float destination)
    {
        (int start, int width) = widths.PanelOf(row);
        nint first = ((nint)start * inputs) + (row - start);
        int k = 0;
        for (; k < inputs; k++)
            Unsafe.Add(ref destination, k) = Widening.Element(ref panels, first + ((nint)k * width), format);
        for (; k % Measures.Group != 0; k++)
            Unsafe.Add(ref destination, k) = 0;
    }
}
