using Attention.Generator;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Halt halt, Inputs inputs)
    {
        T threshold = T.CreateChecked(halt.Threshold);
        return [.. inputs[halt.Wishes].Select((wish, row) =>
        {
            T sum = halt.Before is int before ? inputs[before][row][0] : T.Zero, probability = T.One / (T.One + T.Exp(-wish[0]));
            if (sum >= T.One)
                return [sum, T.Zero, T.Zero];
            Decide(sum + probability, threshold);
            return sum + probability > threshold ? new[] { T.One, T.One - sum, T.One } : [sum + probability, probability, T.One];
        })];
    }

    private T[][] Of(JoinHalting join, Inputs inputs) => [.. inputs[join.Input].Select((made, row) =>
    {
        T share = inputs[join.Halting][row][1];
        return Each(made.Length, i =>
        {
            T before = join.Before is int result ? inputs[result][row][i] : T.Zero;
            return join.Rule switch
            {
                HaltingRule.Paper => (share * made[i]) + ((T.One - share) * before),
                HaltingRule.Accumulated => before + (share * made[i]),
                HaltingRule.Tensor2Tensor => (share * made[i]) + before - share,
                _ => throw new NotSupportedException(join.Rule.ToString()),
            };
        });
    })];

    private T[][] Of(Hold hold, Inputs inputs) => inputs[hold.Input];

    private T[][] Of(HoldHalted hold, Inputs inputs) => [.. inputs[hold.Input].Select((made, row) => inputs[hold.Halting][row][2] == T.One ? made : inputs[hold.Held][row])];
}
