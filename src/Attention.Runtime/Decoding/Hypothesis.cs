namespace Attention.Dsl;

/// <summary>A sequence that <see cref="Hypotheses.Search"/> found.</summary>
public sealed class Hypothesis
{
    internal Hypothesis(int[] tokens, double logProbability, double score, bool isComplete)
    {
        Tokens = tokens;
        LogProbability = logProbability;
        Score = score;
        IsComplete = isComplete;
    }

    /// <summary>What was generated, without the prompt, the token it begins with and the token that ended it.</summary>
    public IReadOnlyList<int> Tokens { get; }

    /// <summary>
    /// The natural logarithm of its probability, at most 0: the sum over all tokens, the one that ended it included, of
    /// log-softmax of the logits after <see cref="DecodingOptions"/> changed them, or as <see cref="BeamSearch.Renormalize"/> says.
    /// </summary>
    public double LogProbability { get; }

    /// <summary>
    /// <see cref="LogProbability"/> divided by the length to the power of <see cref="BeamSearch.LengthPenalty"/>. The token that
    /// ended it counts for the length.
    /// </summary>
    public double Score { get; }

    /// <summary>Whether a token ended it; otherwise there was no more room.</summary>
    public bool IsComplete { get; }
}
