using Attention.Generator;
using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(AddBias add, Inputs inputs) => [.. inputs[add.Input].Select(row => Each(row.Length, i => row[i] + Parameter(add.Bias)[i]))];

    private T[][] Of(Add add, Inputs inputs) => Sum(inputs[add.Residual], inputs[add.Input]);

    private static T[][] Sum(T[][] a, T[][] b) => [.. a.Zip(b, (x, y) => Each(x.Length, i => x[i] + y[i]))];

    private T[][] Of(Gated gated, Inputs inputs) => Gated(inputs[gated.Input], gated.Gate);

    private T[][] Gated(T[][] rows, Gating gate)
    {
        T[] factors = Parameter(gate.Parameter);
        return [.. rows.Select(row => Each(row.Length, i => row[i] * (gate.Kind == Gate.LayerScale ? factors[i] : T.Tanh(factors[0]))))];
    }
}
