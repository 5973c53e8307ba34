using Attention.Generator;
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
                double angle = turn.Rotations.Frequencies.Image is RotaryImage image ? OfImage(image, pair) : OfText(position, pair, width);
                (T cosine, T sine) = (T.CreateChecked(Math.Cos(angle)), T.CreateChecked(Math.Sin(angle)));
                (turned[a], turned[b]) = ((row[a] * cosine) - (row[b] * sine), (row[b] * cosine) + (row[a] * sine));
            }
        }

        double OfText(int place, int pair, int among) => place / Math.Pow(turn.Rotations.Frequencies.Base, 2 * pair / (double)among) / turn.Rotations.Frequencies.Factor;

        double OfImage(RotaryImage image, int pair)
        {
            int pairs = width / 6, i = pair % pairs, place = position - image.Text;
            if (pair < pairs)
                return OfText(place < 0 ? position : 8192, i, image.Part);
            double step = image.Side == 1 ? 0 : 2.0 / (image.Side - 1), at = place < 0 ? -10 : -1 + (step * (pair < 2 * pairs ? place / image.Side : place % image.Side));
            return at * Math.PI * (pairs == 1 ? 1 : 1 + (4.0 * i / (pairs - 1)));
        }

        return turned;
    })];
}
