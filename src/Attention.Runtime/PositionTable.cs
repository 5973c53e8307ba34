using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>Some rows of a tensor, or elements of a vector, in equal pieces.</summary>
/// <param name="name">The tensor.</param>
/// <param name="total">All its rows.</param>
/// <param name="first">The first row of the first piece.</param>
/// <param name="pieces">How many pieces there are.</param>
/// <param name="step">From the first row of one to that of the next.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class TensorRows(string name, int total, int first, int pieces, int step)
{
    internal string Name => name;

    internal int Total => total;

    /// <summary>The rows that are meant, piece by piece: where each begins in the tensor, where among them, and how many it has.</summary>
    internal IEnumerable<(int From, int To, int Count)> Pieces(int rows) => Enumerable.Range(0, pieces).Select(piece => (first + (piece * step), piece * (rows / pieces), rows / pieces));
}

/// <summary>A trained table with a row for each bucket of distances.</summary>
/// <param name="name">The tensor, of shape [rows, width].</param>
/// <param name="rows">How many rows, the first half of keys behind the query.</param>
/// <param name="width">Channels of a row.</param>
/// <param name="norm">The weight of the layer normalisation that the rows go through, of shape [width]; null without one.</param>
/// <param name="normBias">Its bias; null without one.</param>
/// <param name="epsilon">What it adds to the variance.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PositionTable(string name, int rows, int width, string? norm, string? normBias, float epsilon)
{
    internal string Name => name;

    internal int Rows => rows;

    internal int Width => width;

    internal string? Norm => norm;

    internal string? NormBias => normBias;

    internal float Epsilon => epsilon;
}

/// <summary>A linear map of the rows of such a table.</summary>
/// <param name="weight">The outputs in the tensor, of shape [total, inputs], or [inputs, total] where it is transposed.</param>
/// <param name="outputs">How many outputs.</param>
/// <param name="isTransposed">Whether it is.</param>
/// <param name="bias">The biases in theirs; null without any.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PositionMap(TensorRows weight, int outputs, bool isTransposed, TensorRows? bias)
{
    internal TensorRows Weight => weight;

    internal int Outputs => outputs;

    internal bool IsTransposed => isTransposed;

    internal TensorRows? Bias => bias;
}
