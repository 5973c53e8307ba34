using Attention.Generator;
using Attention.Generator.Graph;
using Attention.Generator.Operations;

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

    private T[][] Of(GruCell cell, Inputs inputs) => Rows(cell, inputs, (row, i) =>
    {
        T[] x = inputs[cell.Inputs][row], u = inputs[cell.States][row], h = inputs[cell.Previous][row];
        T z = Value(x[cell.Width + i] + u[cell.Width + i], Activation.Sigmoid);
        T candidate = cell.Candidate is int reset ? inputs[reset][row][i] : Value(x[i] + u[i], Activation.Sigmoid) * u[(2 * cell.Width) + i];
        return ((T.One - z) * Value(x[(2 * cell.Width) + i] + candidate, Activation.Tanh)) + (z * h[i]);
    });

    private T[][] Of(ResetState cell, Inputs inputs) => Rows(cell, inputs, (row, i) =>
        Value(inputs[cell.Inputs][row][i] + inputs[cell.States][row][i], Activation.Sigmoid) * inputs[cell.Previous][row][i]);

    private T[][] Of(LstmCell cell, Inputs inputs) => Rows(cell, inputs, (row, i) =>
    {
        T[] gates = inputs[cell.Gates][row];
        return (Value(gates[cell.Width + i], Activation.Sigmoid) * inputs[cell.Previous][row][i]) + (Value(gates[i], Activation.Sigmoid) * Value(gates[(2 * cell.Width) + i], Activation.Tanh));
    });

    private T[][] Of(LstmState cell, Inputs inputs) => Rows(cell, inputs, (row, i) =>
        Value(inputs[cell.Gates][row][(3 * cell.Width) + i], Activation.Sigmoid) * Value(inputs[cell.Cells][row][i], Activation.Tanh));

    private T[][] Of(Maxout maxout, Inputs inputs) => Rows(maxout, inputs, (row, i) => T.Max(inputs[maxout.Input][row][2 * i], inputs[maxout.Input][row][(2 * i) + 1]));

    private static T[][] Rows(Cell cell, Inputs inputs, Func<int, int, T> channel) => [.. inputs[cell.Values[0]].Select((_, row) => Each(cell.Width, i => channel(row, i)))];
}
