#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Runtime;
#endif

/// <summary>How fast the pairs of rotary positions turn: pair i by <c>base^(−2i/width) / factor</c> from one position to the next. Su et al. 2021, "RoFormer".</summary>
/// <param name="Base">What the rates fall towards the inverse of.</param>
/// <param name="Factor">By how much positions are drawn together.</param>
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public readonly record struct RotaryFrequencies(double Base, double Factor)
{
    /// <summary>The image that rows are places of, and the text before it; null where all rows are a text.</summary>
    public RotaryImage? Image { get; init; }

    /// <summary>Between which pairs it is that rates begin to be divided by <see cref="Factor"/>; all are where it is null.</summary>
    public RotaryRamp? Ramp { get; init; }

    /// <summary>What cosines and sines are multiplied by.</summary>
    public double Amplitude { get; init; } = 1;

    /// <summary>The angle of a pair at a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="pair">Which pair, from 0.</param>
    /// <param name="width">Channels that turn, two a pair.</param>
    public double Angle(int position, int pair, int width)
    {
        if (Image is not RotaryImage image)
            return AngleOfText(position, pair, width);
        int pairs = width / 6;
        return pair < pairs ? AngleOfText(image.PositionOf(position), pair, image.Part) : image.AngleOf(position, (pair / pairs) - 1, pair % pairs, pairs);
    }

    private double AngleOfText(int position, int pair, int width)
    {
        double angle = position * Math.Pow(Base, -2 * pair / (double)width);
        if (Ramp is not RotaryRamp ramp)
            return angle / Factor;
        double stays = ramp.Stays(Base, pair, width);
        return (angle * stays) + (angle / Factor * (1 - stays));
    }
}

/// <summary>Which share of a pair's rate stays as it is: all of it of pairs that turn often in the sequences that were trained first, nothing of those that hardly turn.</summary>
/// <param name="Length">The rows of those sequences.</param>
/// <param name="Slow">In how many turns nothing stays.</param>
/// <param name="Fast">In how many all.</param>
/// <param name="IsOfTurns">Whether the share between grows with the turns, as in llama 3, rather than with the pair's number, as in YaRN.</param>
/// <param name="IsWhole">Whether the pairs at which it begins and ends are whole numbers.</param>
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public readonly record struct RotaryRamp(int Length, double Slow, double Fast, bool IsOfTurns, bool IsWhole)
{
    /// <summary>The share of a pair, from 0 to 1.</summary>
    /// <param name="rotaryBase">What the rates fall towards the inverse of.</param>
    /// <param name="pair">Which pair, from 0.</param>
    /// <param name="width">Channels that turn, two a pair.</param>
    public double Stays(double rotaryBase, int pair, int width)
    {
        if (IsOfTurns)
            return Part(((Length * Math.Pow(rotaryBase, -2 * pair / (double)width) / (2 * Math.PI)) - Slow) / (Fast - Slow));
        double first = PairOf(Fast, rotaryBase, width), last = PairOf(Slow, rotaryBase, width);
        if (IsWhole)
            (first, last) = (Math.Floor(first), Math.Ceiling(last));
        (first, last) = (Math.Max(first, 0), Math.Min(last, width - 1));
        return 1 - Part((pair - first) / (last == first ? 0.001 : last - first));

        static double Part(double share) => Math.Min(1, Math.Max(0, share));
    }

    /// <summary>The pair, or the place between two, that turns so often.</summary>
    private double PairOf(double turns, double rotaryBase, int width) => width * Math.Log(Length / (turns * 2 * Math.PI)) / (2 * Math.Log(rotaryBase));
}

/// <summary>Rotary positions of a text and the places of the square image behind it: a third of the pairs turns by the position in the text, one by the line, one by the column, as in DALLE-pytorch.</summary>
/// <param name="Text">Rows before the image.</param>
/// <param name="Side">Rows, and columns, of the image.</param>
/// <param name="Part">Channels of a third of a head, of which those turn that are pairs.</param>
[System.ComponentModel.EditorBrowsable(System.ComponentModel.EditorBrowsableState.Never)]
public readonly record struct RotaryImage(int Text, int Side, int Part)
{
    /// <summary>Where a row stands in the text: one of the image far behind it.</summary>
    public int PositionOf(int row) => row < Text ? row : 8192;

    /// <summary>The angle of a pair by a line, axis 0, or a column, axis 1, which stand from −1 to 1, and all of the text at −10.</summary>
    public double AngleOf(int row, int axis, int pair, int pairs)
    {
        int place = row - Text, at = axis == 0 ? place / Side : place % Side;
        return (place < 0 ? -10 : -1 + (2 * at / (double)Math.Max(1, Side - 1))) * Math.PI * (1 + (4 * pair / (double)Math.Max(1, pairs - 1)));
    }
}
