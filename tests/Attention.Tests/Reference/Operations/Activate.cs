using Attention.Generator;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Activate activate, Inputs inputs) => [.. inputs[activate.Input].Select(row => Each(row.Length, i => Value(row[i], activate.Activation, activate.Cap)))];

    private T[][] Of(Glu unit, Inputs inputs) => [.. inputs[unit.Gate.Value].Zip(inputs[unit.Up.Value], (gates, ups) => Each(unit.Width, i => Value(gates[unit.Gate.Column + i], unit.Activation) * ups[unit.Up.Column + i]))];

    private static T Value(T x, Activation activation, float? cap) => cap is float most ? T.CreateChecked(most) * Value(x / T.CreateChecked(most), activation) : Value(x, activation);

    private static T Value(T x, Activation activation)
    {
        double wide = double.CreateChecked(x);
        return activation switch
        {
            Activation.Identity => x,
            Activation.Relu => T.Max(x, T.Zero),
            Activation.Gelu => T.CreateChecked(wide * NormalDistribution.Upper(-wide)),
            Activation.GeluTanh => T.CreateChecked(wide / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (wide + (0.044715 * wide * wide * wide))))),
            Activation.QuickGelu => T.CreateChecked(wide / (1 + Math.Exp(-1.702 * wide))),
            Activation.Silu => T.CreateChecked(wide / (1 + Math.Exp(-wide))),
            Activation.Sigmoid => T.CreateChecked(1 / (1 + Math.Exp(-wide))),
            Activation.Tanh => T.CreateChecked(Math.Tanh(wide)),
            _ => throw new NotSupportedException(activation.ToString()),
        };
    }
}
