using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>
/// How the N columns of a product's weights, K × N, are cut into panels: <paramref name="FirstCount"/> panels of
/// <paramref name="First"/> columns, then panels of <paramref name="Rest"/> columns to the end. In packed form the panel
/// that starts at column c lies K · c elements after the first one and is stored [k][column of the panel], always at its
/// full width.
/// </summary>
/// <param name="First">Columns of each leading panel.</param>
/// <param name="FirstCount">How many leading panels there are.</param>
/// <param name="Rest">Columns of each later panel; 0 when the leading ones are all.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct PanelWidths(int First, int FirstCount, int Rest)
{
    /// <summary>The panel that a column lies in: its first column and its width.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No panel has this column.</exception>
    internal (int Start, int Width) PanelOf(int column)
    {
        long leading = (long)First * FirstCount;
        (int start, int width) = column < leading ? (0, First) : ((int)leading, Rest);
        return column >= 0 && leading >= 0 && width > 0
            ? (column - ((column - start) % width), width)
            : throw new ArgumentOutOfRangeException(nameof(column), column, $"Expected a column of the panels {this}.");
    }
}
