using Attention.Dsl;

namespace Attention.Runtime;

/// <content>Positions by lines and columns.</content>
public sealed partial class WeightPacker
{
    /// <summary>Writes rows that are the sum of a line's row and a column's, line after line.</summary>
    /// <param name="lines">The table of the lines, of shape [lineCount, width].</param>
    /// <param name="lineCount">How many lines it has, at least as many as the rows make.</param>
    /// <param name="columns">The table of the columns, of shape [columnCount, width].</param>
    /// <param name="columnCount">How many columns a line has.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">Channels of a row.</param>
    /// <param name="offset">Where the first row goes.</param>
    /// <param name="stride">From one packed row to the next, at least <paramref name="width"/>.</param>
    public void Axial(string lines, int lineCount, string columns, int columnCount, int rows, int width, long offset, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, width);
        var added = new float[width];
        bool hasLines = _fit.TryFind(lines, [lineCount, width], out StoredTensor line), hasColumns = _fit.TryFind(columns, [columnCount, width], out StoredTensor column);
        if (!hasLines || !hasColumns)
            return;
        _fit.AddTable(line);
        _fit.AddTable(column);
        for (int row = 0; row < rows; row++)
        {
            Span<float> sum = Row(row, width, offset, stride);
            Read(line, (long)(row / columnCount) * width, sum);
            Read(column, (long)(row % columnCount) * width, added);
            for (int i = 0; i < width; i++)
                sum[i] += added[i];
        }
    }
}
