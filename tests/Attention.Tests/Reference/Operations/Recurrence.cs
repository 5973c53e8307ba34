using Attention.Generator;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Columns = Attention.Generator.Operations.Columns;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Recall recall, Inputs inputs)
    {
        int before = inputs.Row!.Value + (recall.Loop!.IsBackward ? 1 : -1);
        T[][] made = inputs.All(recall.Made);
        return [before >= 0 && before < made.Length ? made[before] : recall.Initial is int initial ? inputs.All(initial)[0] : new T[recall.Width]];
    }

    private T[][] Of(KeepStart keep, Inputs inputs) => inputs[keep.Input];

    private T[][] Of(EndRows ends, Inputs inputs) => [[.. ends.Rows.SelectMany(row => inputs[row.Value][row.IsFirst ? 0 : ^1])]];

    private T[][] Of(Concatenate join, Inputs inputs) => [.. inputs[join.Values[0]].Select((_, row) => join.Values.SelectMany(value => inputs[value][row]).ToArray())];

    private T[][] Of(Columns columns, Inputs inputs) => Columns(inputs[columns.Input.Value], columns.Input.Column, columns.Width);

    /// <summary>The gates of a GRU and of an LSTM, as those who store them write them.</summary>
    private static string GatesOf(GateOrder order, bool isGru) => order switch
    {
        GateOrder.PyTorch => isGru ? "rzn" : "ifgo",
        GateOrder.Onnx => isGru ? "zrn" : "iofg",
        GateOrder.Keras => isGru ? "zrn" : "ifgo",
        _ => throw new NotSupportedException(order.ToString()),
    };

    private T[][] Of(GruCell cell, Inputs inputs) => Rows(cell, inputs, (row, i) =>
    {
        T[] x = inputs[cell.Inputs][row], u = inputs[cell.States][row], h = inputs[cell.Previous][row];
        int At(char gate) => (GatesOf(cell.Order, isGru: true).IndexOf(gate, StringComparison.Ordinal) * cell.Width) + i;
        T z = Value(x[At('z')] + u[At('z')], Activation.Sigmoid);
        T candidate = cell.Candidate is int reset ? inputs[reset][row][i] : Value(x[At('r')] + u[At('r')], Activation.Sigmoid) * u[At('n')];
        return ((T.One - z) * Value(x[At('n')] + candidate, Activation.Tanh)) + (z * h[i]);
    });

    private T[][] Of(ResetState cell, Inputs inputs) => Rows(cell, inputs, (row, i) =>
    {
        int at = (GatesOf(cell.Order, isGru: true).IndexOf('r', StringComparison.Ordinal) * cell.Width) + i;
        return Value(inputs[cell.Inputs][row][at] + inputs[cell.States][row][at], Activation.Sigmoid) * inputs[cell.Previous][row][i];
    });

    private T[][] Of(LstmCell cell, Inputs inputs) => Rows(cell, inputs, (row, i) =>
    {
        T Gate(char gate) => inputs[cell.Gates][row][(GatesOf(cell.Order, isGru: false).IndexOf(gate, StringComparison.Ordinal) * cell.Width) + i];
        return (Value(Gate('f'), Activation.Sigmoid) * inputs[cell.Previous][row][i]) + (Value(Gate('i'), Activation.Sigmoid) * Value(Gate('g'), Activation.Tanh));
    });

    private T[][] Of(LstmState cell, Inputs inputs) => Rows(cell, inputs, (row, i) =>
        Value(inputs[cell.Gates][row][(GatesOf(cell.Order, isGru: false).IndexOf('o', StringComparison.Ordinal) * cell.Width) + i], Activation.Sigmoid) * Value(inputs[cell.Cells][row][i], Activation.Tanh));

    private T[][] Of(Multiply multiply, Inputs inputs) => Rows(multiply, inputs, (row, i) => inputs[multiply.Rows][row][i] * inputs[multiply.Factors][row][i]);

    /// <summary>SplitMix64, 53 bits: Steele, Lea and Flood 2014. The second number is none.</summary>
    private T[][] Of(Uniforms uniforms, Inputs inputs) => [.. inputs[uniforms.Along].Select((_, row) =>
    {
        ulong z = unchecked((ulong)uniforms.Seed + ((ulong)((inputs.Row ?? 0) + row + 1) * 0x9E3779B97F4A7C15));
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return new[] { T.CreateChecked(((z ^ (z >> 31)) >> 11) / (double)(1L << 53)), T.Zero };
    })];

    private T[][] Of(Centres centres, Inputs inputs)
    {
        int keys = inputs.RowsOf(centres.Other);
        return [.. inputs[centres.Along].Select((part, row) => new[] { centres.IsPredicted ? part[0] * T.CreateChecked(keys) : T.CreateChecked(Math.Min((inputs.Row ?? 0) + row, keys - 1)) })];
    }

    private T[][] Of(Maxout maxout, Inputs inputs) => Rows(maxout, inputs, (row, i) => T.Max(inputs[maxout.Input][row][2 * i], inputs[maxout.Input][row][(2 * i) + 1]));

    private static T[][] Rows(Cell cell, Inputs inputs, Func<int, int, T> channel) => [.. inputs[cell.Values[0]].Select((_, row) => Each(cell.Width, i => channel(row, i)))];
}
