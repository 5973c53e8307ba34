namespace Attention.Bench;

/// <summary>How a graph multiplies by a weight matrix.</summary>
internal enum OnnxProduct
{
    /// <summary><c>MatMul</c> in float32.</summary>
    Float,

    /// <summary><c>DynamicQuantizeMatMul</c>: eight-bit weights, a scale per column; rows rounded to eight bits when it runs.</summary>
    DynamicQuantize,

    /// <summary><c>MatMulNBits</c> with the same weights, rows rounded to eight bits; with rows in float32 it takes a hundred times as long.</summary>
    EightBits,
}

/// <summary>PyTorch's weights as constants of a graph.</summary>
/// <param name="graph">The graph.</param>
/// <param name="weights">The tensors by name.</param>
/// <param name="prefix">What their names start with, without the dot.</param>
internal sealed class OnnxWeights(OnnxGraph graph, IReadOnlyDictionary<string, (int[] Shape, float[] Values)> weights, string prefix)
{
    public bool Has(string name) => weights.ContainsKey(Full(name));

    public float[] Values(string name) => weights[Full(name)].Values;

    /// <summary>A tensor as it is.</summary>
    public string Tensor(string name) => graph.Constant<float>(name, weights[Full(name)].Shape, Values(name));

    /// <summary>A matrix [in, out] of PyTorch's [out, in].</summary>
    public string Transposed(string name)
    {
        int[] shape = weights[Full(name)].Shape;
        return graph.Constant<float>($"{name}.0", [shape[1], shape[0]], Transposed<float>(Values(name), shape[1]));
    }

    /// <summary>Some elements of a vector.</summary>
    public string Slice(string name, int first, int count) => graph.Constant<float>($"{name}.{first}", [count], Values(name).AsSpan(first, count));

    /// <summary>Rows times the transposed matrix [out, in], or times <paramref name="count"/> of its rows; without its bias.</summary>
    public string Product(string rows, string name, int first = 0, int count = 0, OnnxProduct product = OnnxProduct.Float)
    {
        int[] shape = weights[Full(name)].Shape;
        int k = shape[1], n = count == 0 ? shape[0] : count;
        ReadOnlySpan<float> matrix = Values(name).AsSpan(first * k, n * k);
        name = $"{name}.{first}";
        if (product == OnnxProduct.Float)
            return graph.Node("MatMul", [rows, graph.Constant<float>(name, [k, n], Transposed(matrix, k))]);

        (sbyte[] rounded, float[] scales) = Rounded(matrix, k);
        if (product == OnnxProduct.DynamicQuantize)
            return graph.Fused("DynamicQuantizeMatMul", [rows, graph.Constant<sbyte>(name, [k, n], Transposed<sbyte>(rounded, k)), graph.Constant<float>($"{name}.scale", [n], scales)]);

        // Unsigned, 128 for 0, with the column's scale for each of its blocks.
        const int block = 128;
        int blocks = k / block;
        byte[] unsigned = [.. rounded.Select(weight => (byte)(weight + 128))];
        float[] repeated = [.. scales.SelectMany(scale => Enumerable.Repeat(scale, blocks))];
        const int eightBitRows = 4;
        return graph.Fused(
            "MatMulNBits",
            [rows, graph.Constant<byte>(name, [n, blocks, block], unsigned), graph.Constant<float>($"{name}.scale", [n * blocks], repeated)],
            ("K", k),
            ("N", n),
            ("bits", 8),
            ("block_size", block),
            ("accuracy_level", eightBitRows));
    }

    private static T[] Transposed<T>(ReadOnlySpan<T> matrix, int columns)
    {
        int rows = matrix.Length / columns;
        var transposed = new T[matrix.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
                transposed[(column * rows) + row] = matrix[(row * columns) + column];
        }

        return transposed;
    }

    /// <summary>Each row rounded to −127 … 127, and what 1 stands for in it.</summary>
    private static (sbyte[] Rounded, float[] Scales) Rounded(ReadOnlySpan<float> matrix, int columns)
    {
        var rounded = new sbyte[matrix.Length];
        var scales = new float[matrix.Length / columns];
        for (int row = 0; row < scales.Length; row++)
        {
            float largest = 0;
            foreach (float weight in matrix.Slice(row * columns, columns))
                largest = MathF.Max(largest, MathF.Abs(weight));
            scales[row] = largest / 127;
            for (int at = row * columns; at < (row + 1) * columns; at++)
                rounded[at] = (sbyte)MathF.Round(matrix[at] / scales[row]);
        }

        return (rounded, scales);
    }

    private string Full(string name) => $"{prefix}.{name}";
}
