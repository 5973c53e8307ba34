using Attention.Runtime;

namespace Attention.Dsl;

/// <content>What becomes of logits before a token is chosen, in the order of Hugging Face's library: the penalty, what is vetoed, what is forced, what is suppressed, the hook.</content>
public abstract partial class DecodingOptions
{
    /// <summary>Whether <see cref="AdjustTo"/> may change logits.</summary>
    internal bool Adjusts => RepetitionPenalty != 1 || NoRepeatNgram > 0 || _banned.Length > 0 || (MinimumLength > 0 && Endings > 0) || ForcedFirst is not null || _forcedLast.Length > 0
        || _suppressed.Length > 0 || _suppressedFirst.Length > 0 || Adjust is not null;

    /// <summary>Copies a row of logits and changes the copy as these options say.</summary>
    /// <param name="row">What the decoder gave, or its log-probabilities.</param>
    /// <param name="text">Begin, the prompt and what was generated.</param>
    /// <param name="most">The most tokens to generate.</param>
    /// <param name="adjusted">As long as the row.</param>
    internal void AdjustTo(ReadOnlySpan<float> row, ReadOnlySpan<int> text, int most, Span<float> adjusted)
    {
        row.CopyTo(adjusted);
        int generated = text.Length - 1 - Prompt.Length;
        if (RepetitionPenalty != 1)
            Penalize(row, text, adjusted);
        if (NoRepeatNgram > 0)
            VetoRepeats(text, adjusted);
        foreach (int[] sequence in _banned)
        {
            if (text[1..].EndsWith(sequence.AsSpan(0, sequence.Length - 1)))
                adjusted[sequence[^1]] = float.NegativeInfinity;
        }

        if (generated < MinimumLength)
        {
            if (End is { } end)
                adjusted[end] = float.NegativeInfinity;
            Veto(_stop, adjusted);
        }

        if (ForcedFirst is { } first && generated == 0)
            Force([first], adjusted);
        if (_forcedLast.Length > 0 && generated == most - 1)
            Force(_forcedLast, adjusted);
        Veto(_suppressed, adjusted);
        if (generated == (ForcedFirst is null ? 0 : 1))
            Veto(_suppressedFirst, adjusted);
        Adjust?.Invoke(text[1..], adjusted);
    }

    private static void Veto(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        foreach (int token in tokens)
            logits[token] = float.NegativeInfinity;
    }

    private static void Force(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        logits.Fill(float.NegativeInfinity);
        foreach (int token in tokens)
            logits[token] = 0;
    }

    /// <summary>From the row, so that a token that occurs twice is penalized once.</summary>
    private void Penalize(ReadOnlySpan<float> row, ReadOnlySpan<int> text, Span<float> adjusted)
    {
        foreach (int token in text)
        {
            if (!Logits.IsVetoed(row[token]))
                adjusted[token] = (float)(row[token] > 0 ? row[token] / RepetitionPenalty : row[token] * RepetitionPenalty);
        }
    }

    private void VetoRepeats(ReadOnlySpan<int> text, Span<float> logits)
    {
        int before = NoRepeatNgram - 1;
        if (before > text.Length)
            return;
        ReadOnlySpan<int> last = text[^before..];
        for (int next = before; next < text.Length; next++)
        {
            if (text.Slice(next - before, before).SequenceEqual(last))
                logits[text[next]] = float.NegativeInfinity;
        }
    }
}
