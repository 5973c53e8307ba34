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
        if (level.IsGrouped)
            return [.. w.Chunk(columns).SelectMany(row => row.Chunk(32)).SelectMany(group => InGroups(group, level.HasMinimum))];
        var whole = new T[w.Length];
        for (int first = 0; first < w.Length; first += columns)
        {
            T scale = w.Skip(first).Take(columns).Select(T.Abs).Max()! / T.CreateChecked(level.Weights);
            for (int i = first; i < first + columns && scale != T.Zero; i++)
                whole[i] = T.Round(w[i] / scale) * scale;
        }

        return whole;
    }

    /// <summary>What is left of the weights of a group: whole numbers from −8 to 7 of its scale, or from 0 to 15 above its minimum.</summary>
    private static T[] InGroups(T[] group, bool hasMinimum)
    {
        T least = group.Min()!, zero = hasMinimum ? T.Zero : T.CreateChecked(8), most = T.CreateChecked(15);
        T scale = InHalf(hasMinimum ? (group.Max()! - least) / most : group.MaxBy(T.Abs)! / -zero), minimum = hasMinimum ? InHalf(least) : T.Zero;
        return [.. group.Select(weight => scale == T.Zero ? minimum : ((T.Clamp(T.Round((weight - minimum) / scale) + zero, T.Zero, most) - zero) * scale) + minimum)];
    }

    /// <summary>A number of eleven bits, whatever its exponent.</summary>
    private static T InHalf(T value)
    {
        double exact = double.CreateChecked(value), unit = exact == 0 ? 1 : Math.ScaleB(1, Math.ILogB(exact) - 10);
        return T.CreateChecked(Math.Round(exact / unit) * unit);
    }
}
