using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Planning;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    /// <summary>What is left of each row: whole numbers of its scale, counted from its zero point.</summary>
    private T[][] Of(Quantize quantize, Inputs inputs) => [.. inputs[quantize.Input].Select(row =>
    {
        T least = T.Min(T.Zero, row.Min()!), scale = (T.Max(T.Zero, row.Max()!) - least) / T.CreateChecked(quantize.Largest);
        if (scale == T.Zero)
            return row;
        T zero = T.Round(-least / scale);
        return Each(row.Length, i => (T.Min(T.CreateChecked(quantize.Largest), T.Round(row[i] / scale) + zero) - zero) * scale);
    })];

    /// <summary>What is left of an output's weights: whole numbers of its scale.</summary>
    private static T[] Whole(T[] w, int columns, IntegerLevel level)
    {
        var whole = new T[w.Length];
        for (int first = 0; first < w.Length; first += columns)
        {
            T scale = w.Skip(first).Take(columns).Select(T.Abs).Max()! / T.CreateChecked(level.Weights);
            for (int i = first; i < first + columns && scale != T.Zero; i++)
                whole[i] = T.Round(w[i] / scale) * scale;
        }

        return whole;
    }
}
