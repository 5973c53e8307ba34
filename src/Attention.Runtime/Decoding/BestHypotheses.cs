using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>Collects the hypotheses with the best scores: as many as a search asks for, or as are needed to know when it ends.</summary>
internal sealed class BestHypotheses(BeamSearch options)
{
    private readonly List<Hypothesis> _best = [];
    private readonly int _kept = options.EarlyStop == EarlyStopping.Heuristic ? options.Width : options.Count;

    /// <summary>How many complete ones were added, kept or not.</summary>
    public int Completed { get; private set; }

    /// <summary>Whether a score, added from now on, would not be kept.</summary>
    public bool CannotBeBeatenBy(double score) => _best.Count == _kept && score <= _best[^1].Score;

    /// <summary>Adds a hypothesis: of equal scores the one added first is the better.</summary>
    public void Add(ReadOnlySpan<int> tokens, double logProbability, bool isComplete)
    {
        if (isComplete)
            Completed++;
        double score = options.Score(logProbability, tokens.Length + (isComplete ? 1 : 0));
        if (CannotBeBeatenBy(score))
            return;
        int place = _best.Count;
        while (place > 0 && _best[place - 1].Score < score)
            place--;
        _best.Insert(place, new Hypothesis(tokens.ToArray(), logProbability, score, isComplete));
        if (_best.Count > _kept)
            _best.RemoveAt(_kept);
    }

    /// <summary>The best first.</summary>
    /// <exception cref="InvalidOperationException">There is none: every token of every beam was vetoed.</exception>
    public IReadOnlyList<Hypothesis> Sort() => _best.Count > 0 ? _best[..Math.Min(options.Count, _best.Count)]
        : throw new InvalidOperationException("Vetoes leave no sequence: every token of every beam is vetoed before any sequence has ended.");
}
