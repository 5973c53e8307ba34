namespace Attention.Dsl;

/// <summary>
/// The search for the likeliest whole sequences: at each step the likeliest continuations of all that were kept at the last
/// one are kept, see <see cref="Hypotheses.Search"/>.
/// </summary>
public sealed class BeamSearch : DecodingOptions
{
    /// <summary>How many continuations are kept at each step, at least 1 and at most <see cref="IBeamDecoder.Beams"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public required int Width
    {
        get;
        init => field = Checked(value, value >= 1, "at least 1");
    }

    /// <summary>
    /// A sequence's score is its log-probability divided by its length to this power (Murray and Chiang 2018): 0 compares
    /// log-probabilities and so favours short sequences, 1, the default, compares means over the tokens, more favours long ones.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a finite number.</exception>
    public double LengthPenalty
    {
        get;
        init => field = Checked(value, double.IsFinite(value), "a finite number");
    } = 1;

    /// <summary>
    /// Whether to stop when <see cref="Width"/> sequences have ended, even if what goes on could still come to a better score;
    /// false, the default, goes on until nothing can (Huang et al. 2017).
    /// </summary>
    public bool EarlyStop { get; init; }

    /// <summary>How many of the best sequences to give, at least 1, the default, and at most <see cref="Width"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1, or, when used, more than <see cref="Width"/>.</exception>
    public int Count
    {
        get;
        init => field = Checked(value, value >= 1, "at least 1");
    } = 1;

    /// <summary>The score of a log-probability at a length, that of nothing for nothing.</summary>
    internal double Score(double logProbability, int length) => logProbability / Math.Pow(Math.Max(length, 1), LengthPenalty);

    internal override void Check(IDecoder decoder)
    {
        base.Check(decoder);
        if (Count > Width)
            Checked(Count, false, $"at most {nameof(Width)}, {Width}", nameof(Count));
    }
}
