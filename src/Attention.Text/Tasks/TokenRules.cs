namespace Attention.Text;

/// <summary>
/// What becomes of scores before a token is chosen, in the order of Hugging Face's library: penalties for what was there, then what is never written, then what is forced. A text is the
/// token it begins with, the prompt, and what was generated.
/// </summary>
internal sealed record TokenRules
{
    /// <summary>Whether scores are made log-probabilities first, which the penalty then multiplies.</summary>
    public bool Normalize { get; init; }

    public double RepetitionPenalty { get; init; } = 1;

    public int NoRepeat { get; init; }

    /// <summary>Tokens that are not written behind others, or never where they stand alone.</summary>
    public int[][] Banned { get; init; } = [];

    /// <summary>The token that a text begins with.</summary>
    public int Begin { get; init; }

    /// <summary>How many tokens stand between it and what is generated.</summary>
    public int Prompt { get; init; }

    /// <summary>The most tokens that are generated.</summary>
    public int Most { get; init; }

    /// <summary>The token that is generated first, where there is no prompt.</summary>
    public int? First { get; init; }

    /// <summary>Tokens of which one is the last where there is no room for more.</summary>
    public int[] Last { get; init; } = [];

    /// <summary>Tokens that are never written.</summary>
    public int[] Suppressed { get; init; } = [];

    /// <summary>Tokens that are not the first of those that are free.</summary>
    public int[] SuppressedFirst { get; init; } = [];

    /// <summary>Whether there is anything to do.</summary>
    public bool IsEmpty => RepetitionPenalty == 1 && NoRepeat == 0 && Banned.Length == 0 && First is null && Last.Length == 0 && Suppressed.Length == 0 && SuppressedFirst.Length == 0;

    /// <summary>Changes the scores of the next token.</summary>
    /// <param name="tokens">The prompt and what was generated.</param>
    /// <param name="scores">One for each token.</param>
    public void Apply(ReadOnlySpan<int> tokens, Span<float> scores)
    {
        int generated = tokens.Length - Prompt;
        bool isFirst = First is not null && Prompt == 0;
        if (RepetitionPenalty != 1) Penalize(tokens, scores);
        if (NoRepeat > 0) VetoRepeats(tokens, scores);
        foreach (int[] sequence in Banned)
        {
            if (tokens.EndsWith(sequence.AsSpan(0, sequence.Length - 1))) scores[sequence[^1]] = float.NegativeInfinity;
        }
        if (isFirst && generated == 0) Force(scores, [First!.Value]);
        if (Last.Length > 0 && generated == Most - 1) Force(scores, Last);
        foreach (int token in Suppressed) scores[token] = float.NegativeInfinity;
        if (generated != (isFirst ? 1 : 0)) return;
        foreach (int token in SuppressedFirst) scores[token] = float.NegativeInfinity;
    }

    private static void Force(Span<float> scores, ReadOnlySpan<int> tokens)
    {
        scores.Fill(float.NegativeInfinity);
        foreach (int token in tokens) scores[token] = 0;
    }

    private void Penalize(ReadOnlySpan<int> tokens, Span<float> scores)
    {
        if (Normalize) Probabilities.LogSoftmax(scores);
        var known = new HashSet<int> { Begin };
        foreach (int token in tokens) known.Add(token);
        foreach (int token in known) scores[token] = (float)(scores[token] > 0 ? scores[token] / RepetitionPenalty : scores[token] * RepetitionPenalty);
    }

    private void VetoRepeats(ReadOnlySpan<int> tokens, Span<float> scores)
    {
        int before = NoRepeat - 1, length = tokens.Length + 1;
        if (before > tokens.Length) return;
        ReadOnlySpan<int> text = [Begin, .. tokens], last = text[(length - before)..];
        for (int i = 0; i + before < length; i++)
        {
            if (text.Slice(i, before).SequenceEqual(last)) scores[text[i + before]] = float.NegativeInfinity;
        }
    }
}
