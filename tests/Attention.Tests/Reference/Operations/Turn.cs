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
                double amplitude = turn.Rotations.Frequencies.Amplitude;
                (T cosine, T sine) = (T.CreateChecked(amplitude * Math.Cos(angle)), T.CreateChecked(amplitude * Math.Sin(angle)));
                (turned[a], turned[b]) = ((row[a] * cosine) - (row[b] * sine), (row[b] * cosine) + (row[a] * sine));
            }
        }

        double OfText(int place, int pair, int among)
        {
            RotaryFrequencies rates = turn.Rotations.Frequencies;
            double rate = 1 / Math.Pow(rates.Base, 2 * pair / (double)among), divided = rate / (turn.Rotations.Factors.Count > 0 ? turn.Rotations.Factors[pair] : rates.Factor);
            return place * (rates.Ramp is RotaryRamp ramp ? divided + ((rate - divided) * Staying(ramp, rate, rates.Base, pair, among)) : divided);
        }

        // Of llama 3 by the pair's turns, of YaRN by its number among those that turn so often.
        static double Staying(RotaryRamp ramp, double rate, double ofBase, int pair, int among)
        {
            if (ramp.IsOfTurns)
                return Math.Clamp(((ramp.Length / (2 * Math.PI / rate)) - ramp.Slow) / (ramp.Fast - ramp.Slow), 0, 1);
            double fast = Number(ramp.Fast), slow = Number(ramp.Slow);
            if (ramp.IsWhole)
                (fast, slow) = (Math.Floor(fast), Math.Ceiling(slow));
            (fast, slow) = (Math.Max(0, fast), Math.Min(among - 1, slow));
            return Math.Clamp(fast == slow ? (fast + 0.001 - pair) / 0.001 : (slow - pair) / (slow - fast), 0, 1);

            double Number(double turns) => among / 2.0 * Math.Log(ramp.Length / (2 * Math.PI * turns), ofBase);
        }

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
