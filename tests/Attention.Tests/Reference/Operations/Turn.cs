using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(Turn turn, Inputs inputs) => [.. inputs[turn.Input.Value].Select((row, index) =>
    {
        T[] turned = [.. row];
        int width = turn.Rotations.Width, position = (inputs.Row ?? 0) + index;
        for (int head = 0; head < turn.Heads; head++)
        {
            int start = turn.Input.Column + (head * turn.HeadWidth);
            for (int pair = 0; pair < width / 2; pair++)
            {
                (int a, int b) = turn.Rotations.IsInterleaved ? (start + (2 * pair), start + (2 * pair) + 1) : (start + pair, start + pair + (width / 2));
                double angle = position / Math.Pow(turn.Rotations.Frequencies.Base, 2 * pair / (double)width) / turn.Rotations.Frequencies.Factor;
                (T cosine, T sine) = (T.CreateChecked(Math.Cos(angle)), T.CreateChecked(Math.Sin(angle)));
                (turned[a], turned[b]) = ((row[a] * cosine) - (row[b] * sine), (row[b] * cosine) + (row[a] * sine));
            }
        }

        return turned;
    })];
}
