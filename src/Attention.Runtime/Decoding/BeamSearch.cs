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

    /// <summary>When the search ends although there is room; <see cref="EarlyStopping.Never"/> unless set.</summary>
    public EarlyStopping EarlyStop { get; init; }

    /// <summary>
    /// The penalty, the vetoes, what is forced and the hook of these options change the log-probabilities of the decoder's own logits (<c>renormalize_logits</c> of Hugging Face's library). true, the
    /// default, makes what they leave a distribution again; false leaves it, so that a sequence is as likely as the decoder has it, whatever was forbidden beside it.
    /// </summary>
    public bool Renormalize { get; init; } = true;

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

/// <summary>When a <see cref="BeamSearch"/> ends although there is room.</summary>
public enum EarlyStopping
{
    /// <summary>When nothing can come to a better score at any length (Huang et al. 2017).</summary>
    Never,

    /// <summary>
    /// When <see cref="BeamSearch.Width"/> sequences have ended and the likeliest beam, were it to end as it is, would be no better than the worst of them. A longer
    /// sequence that would be better may be missed where length is rewarded.
    /// </summary>
    Heuristic,

    /// <summary>When <see cref="BeamSearch.Width"/> sequences have ended.</summary>
    Always,
}
