using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Attention.Dsl;

namespace Attention.Runtime;

/// <content>Relative positions, of which a map makes keys or queries.</content>
public sealed partial class WeightPacker
{
    private readonly Dictionary<string, double[]> _positions = new(StringComparer.Ordinal);

    /// <summary>
    /// Writes what a map makes of the rows of a table of relative positions, as keys of each head are written: panels <c>[column / 32][channel][32 columns]</c>, a column for each
    /// distance, others zero. Products are summed in double and rounded once.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="map">The map.</param>
    /// <param name="heads">How many heads the outputs are of.</param>
    /// <param name="length">The most queries, and keys.</param>
    /// <param name="largest">The distance from which on all are in the last bucket of a side; null where each bucket holds a distance.</param>
    /// <param name="isAscending">Whether distances, query − key, ascend rather than descend.</param>
    /// <param name="offset">Where the first head's panels go.</param>
    /// <param name="columns">How many columns those of a head have.</param>
    public void Positions(PositionTable table, PositionMap map, int heads, int length, int? largest, bool isAscending, long offset, int columns)
    {
        int width = table.Width, channels = map.Outputs / heads, distances = (2 * length) - 1;
        bool isThere = _fit.TryFind(map.Weight.Name, map.IsTransposed ? [width, map.Weight.Total] : [map.Weight.Total, width], out StoredTensor weight);
        var biases = new float[map.Outputs];
        if (map.Bias is not null)
            Vector(map.Bias, biases);
        if (TableOf(table) is not double[] rows || !isThere)
            return;
        var buckets = new PositionBuckets(table.Rows / 2, largest);
        int lowest = buckets.Of(1 - length), count = buckets.Of(length - 1) - lowest + 1;
        int[] rowOf = [.. Enumerable.Range(0, distances).Select(column => buckets.Of(isAscending ? column - (length - 1) : length - 1 - column) - lowest)];
        var held = new float[checked(width * Block)]; // [inputs][outputs of a block]
        var products = new double[checked(count * Block)];
        foreach ((int from, int to, int outputs) in map.Weight.Pieces(map.Outputs))
        {
            for (int done = 0, taken; done < outputs; done += taken)
            {
                taken = Math.Min(Block, outputs - done);
                Read(weight, 0, map.IsTransposed, map.Weight.Total, new(width, 0, width), from + done, taken, held, Block);
                Multiply(count, width, ref rows[lowest * width], ref held[0], ref products[0]);
                for (int i = 0; i < taken; i++)
                {
                    (int head, int channel) = Math.DivRem(to + done + i, channels);
                    Span<float> panels = Memory.Slice(offset + ((long)head * channels * columns), checked(channels * columns));
                    for (int column = 0; column < distances; column++)
                        panels[((column / Measures.KeyPanel * channels) + channel) * Measures.KeyPanel + (column % Measures.KeyPanel)] = (float)(products[(rowOf[column] * Block) + i] + biases[to + done + i]);
                }
            }
        }
    }

    /// <summary>The table's rows behind their norm, in single precision, read once for all layers; null where the checkpoint lacks them, which <see cref="Complete"/> tells.</summary>
    private double[]? TableOf(PositionTable table)
    {
        if (_positions.TryGetValue(table.Name, out double[]? held))
            return held;
        float[]? weight = Of(table.Norm), bias = Of(table.NormBias);
        if (!_fit.TryFind(table.Name, [table.Rows, table.Width], out StoredTensor tensor))
            return null;
        _fit.AddTable(tensor);
        var values = new float[checked(table.Rows * table.Width)];
        Read(tensor, 0, values);
        var rows = new double[values.Length];
        for (int row = 0; row < table.Rows; row++)
        {
            ReadOnlySpan<float> from = values.AsSpan(row * table.Width, table.Width);
            Span<double> to = rows.AsSpan(row * table.Width, table.Width);
            double mean = 0, variance = 0;
            foreach (float value in from)
                mean += value;
            mean /= table.Width;
            foreach (float value in from)
                variance += (value - mean) * (value - mean);
            double inverse = 1 / Math.Sqrt((variance / table.Width) + table.Epsilon);
            for (int i = 0; i < to.Length; i++)
                to[i] = weight is null ? from[i] : (float)(((from[i] - mean) * inverse * weight[i]) + (bias is null ? 0 : bias[i]));
        }

        _positions.Add(table.Name, rows);
        return rows;

        float[]? Of(string? name)
        {
            if (name is null)
                return null;
            var vector = new float[table.Width];
            Vector(new TensorRows(name, table.Width, 0, 1, 0), vector);
            return vector;
        }
    }

    private void Vector(TensorRows rows, float[] elements)
    {
        if (!_fit.TryFind(rows.Name, [rows.Total], out StoredTensor tensor))
            return;
        foreach ((int from, int to, int count) in rows.Pieces(elements.Length))
        {
            _fit.AddVector(tensor, from, count);
            Read(tensor, from, elements.AsSpan(to, count));
        }
    }

    /// <summary>
    /// Multiplies rows × inputs by inputs × 16, inputs ascending, four rows at a time. A product of two numbers of single precision is exact in double, so that it
    /// makes no difference whether it is rounded before it is added.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(int count, int inputs, ref double rows, ref float weights, ref double products)
    {
        for (int row = 0; row < count; row += 4)
        {
            ref double a = ref Unsafe.Add(ref rows, row * (nint)inputs), b = ref Behind(ref rows, 1), c = ref Behind(ref rows, 2), d = ref Behind(ref rows, 3);
            Vector512<double> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            ref float weight = ref weights;
            for (int i = 0; i < inputs; i++)
            {
                (Vector512<double> first, Vector512<double> second) = Vector512.Widen(Vector512.LoadUnsafe(ref weight));
                Add(ref a, i, first, second, ref a0, ref a1);
                Add(ref b, i, first, second, ref b0, ref b1);
                Add(ref c, i, first, second, ref c0, ref c1);
                Add(ref d, i, first, second, ref d0, ref d1);
                weight = ref Unsafe.Add(ref weight, Block);
            }

            Store(row, a0, a1, ref products);
            Store(Math.Min(row + 1, count - 1), b0, b1, ref products);
            Store(Math.Min(row + 2, count - 1), c0, c1, ref products);
            Store(Math.Min(row + 3, count - 1), d0, d1, ref products);

            // Behind the last row stands the last once more.
            ref double Behind(ref double all, int by) => ref Unsafe.Add(ref all, Math.Min(row + by, count - 1) * (nint)inputs);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref double row, int i, Vector512<double> first, Vector512<double> second, ref Vector512<double> sum0, ref Vector512<double> sum1)
    {
        Vector512<double> one = Vector512.Create(Unsafe.Add(ref row, i));
        sum0 = Vector512.MultiplyAddEstimate(one, first, sum0);
        sum1 = Vector512.MultiplyAddEstimate(one, second, sum1);
    }

    private static void Store(int row, Vector512<double> first, Vector512<double> second, ref double products)
    {
        first.StoreUnsafe(ref Unsafe.Add(ref products, row * (nint)Block));
        second.StoreUnsafe(ref Unsafe.Add(ref products, (row * (nint)Block) + 8));
    }
}
