using Attention.Runtime;

namespace Attention.Dsl;

/// <summary>Searches for whole sequences.</summary>
public static class Hypotheses
{
    /// <summary>
    /// Beam search. At each step every continuation of every beam by one token is a candidate. Of the best
    /// <see cref="BeamSearch.Width"/> candidates those that end become hypotheses; the best <see cref="BeamSearch.Width"/> of those
    /// that do not end are the next beams. Candidates are compared by log-probability; of equal ones the lower beam, then the
    /// lower token, comes first. Vetoed tokens are no candidates, so a beam whose tokens are all vetoed comes to nothing.
    /// <para>
    /// The search ends when no beam is left, when no beam can come to a better score than the worst of
    /// <see cref="BeamSearch.Count"/> hypotheses or as <see cref="BeamSearch.EarlyStop"/> says, or when there is no more room;
    /// then the beams become hypotheses that are not complete, and compete by their score like all others.
    /// </para>
    /// </summary>
    /// <param name="decoder">What computes the logits; it is reset first.</param>
    /// <param name="options">What to search for.</param>
    /// <param name="cancellation">Is asked before each step.</param>
    /// <returns>
    /// The hypotheses with the best scores, the best first, of equal ones the one found first: <see cref="BeamSearch.Count"/> of
    /// them, or all if there are fewer.
    /// </returns>
    /// <exception cref="ArgumentNullException">The decoder or the options are missing.</exception>
    /// <exception cref="ArgumentException">
    /// The decoder runs fewer beams than <see cref="BeamSearch.Width"/>, has no logits, or no place for the prompt; or memory does
    /// not hold so many sequences of such a length.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The options name a token that is not in the vocabulary, or contradict each other.</exception>
    /// <exception cref="InvalidOperationException">
    /// A logit is NaN or positive infinity, vetoes leave no sequence at all, or the hook uses the decoder.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was asked for.</exception>
    public static IReadOnlyList<Hypothesis> Search(this IBeamDecoder decoder, BeamSearch options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(options);
        options.Check(decoder);
        if (options.Width > decoder.Beams)
            throw new ArgumentException($"The search is {options.Width} beams wide, but the session runs at most {decoder.Beams}; create it for {options.Width} beams.", nameof(options));

        decoder.Reset();
        int width = options.Width, vocabulary = decoder.Width, prompt = options.Prompt.Length, most = options.MostTokens(decoder);
        var found = new BestHypotheses(options);
        if (most == 0)
        {
            found.Add([], 0, isComplete: false);
            return found.Sort();
        }

        // So many candidates are enough: of each beam at most Endings end, so Width that do not end are among them if there are any.
        long enough = Math.Min(width * (1L + options.Endings), (long)width * vocabulary);
        int stride = 1 + prompt + most; // of a beam's tokens: Begin, the prompt and what was generated
        if (Math.Max(enough, 2L * width * stride) > Array.MaxLength)
            throw new ArgumentException($"A search of {width} beams over {stride} tokens of {vocabulary} is more than memory holds; expected fewer beams, or a smaller {nameof(BeamSearch.MaximumLength)}.", nameof(options));
        using var candidates = new Rented<Candidate>((int)enough);
        using var adjusted = new Rented<float>(options.Adjusts ? vocabulary : 0);
        using var normalized = new Rented<float>(options.Adjusts ? vocabulary : 0);
        using var exponentials = new Rented<double>(vocabulary);
        using var histories = new Rented<int>(2 * width * stride);
        using var choices = new Rented<int>(2 * width);
        using var sums = new Rented<double>(width);
        Span<int> before = histories.Span[..(width * stride)], after = histories.Span.Slice(width * stride, width * stride);
        Span<int> parents = choices.Span[..width], tokens = choices.Span.Slice(width, width);
        Span<double> logProbabilities = sums.Span;
        logProbabilities[0] = 0;
        options.CopyStart(before);

        int beams = 1;
        for (int length = 1; ; length++)
        {
            cancellation.ThrowIfCancellationRequested();
            Rows rows = length == 1
                ? new Rows(decoder.Step(before[..(1 + prompt)]), 1, vocabulary, vocabulary)
                : decoder.StepBeams(parents[..beams], tokens[..beams]);
            var best = new BestCandidates(candidates.Span[..(int)enough]);
            for (int beam = 0; beam < beams; beam++)
            {
                ReadOnlySpan<float> logits = rows[beam];
                if (options.Adjusts)
                {
                    Span<float> own = normalized.Span[..vocabulary];
                    Logits.LogSoftmax(logits, prompt + length, exponentials.Span, own);
                    options.AdjustTo(own, before.Slice(beam * stride, prompt + length), most, adjusted.Span[..vocabulary]);
                    logits = adjusted.Span[..vocabulary];
                    if (decoder.Position != prompt + length)
                        throw new InvalidOperationException($"The decoder is at position {decoder.Position}, but the search left it at {prompt + length}: the hook must not use it.");
                }

                Expand(logits, prompt + length, beam, logProbabilities[beam], isNormalized: options.Adjusts && !options.Renormalize, exponentials.Span, ref best);
            }

            ReadOnlySpan<Candidate> ranked = best.Sort();
            int next = 0;
            for (int rank = 0; rank < ranked.Length && next < width; rank++)
            {
                Candidate candidate = ranked[rank];
                ReadOnlySpan<int> history = before.Slice(candidate.Beam * stride, prompt + length);
                if (options.Ends(candidate.Token))
                {
                    if (rank < width)
                        found.Add(history[(1 + prompt)..], candidate.LogProbability, isComplete: true);
                    continue;
                }

                history.CopyTo(after[(next * stride)..]);
                after[(next * stride) + prompt + length] = candidate.Token;
                (parents[next], tokens[next], logProbabilities[next]) = (candidate.Beam, candidate.Token, candidate.LogProbability);
                next++;
            }

            beams = next;
            if (length == most)
            {
                for (int beam = 0; beam < beams; beam++)
                    found.Add(after.Slice((beam * stride) + 1 + prompt, length), logProbabilities[beam], isComplete: false);
            }

            if (beams == 0 || length == most || (options.EarlyStop == EarlyStopping.Always && found.Completed >= width))
                break;

            // The beams are ranked, so none can do better than the first; its log-probability can only fall.
            int end = options.EarlyStop == EarlyStopping.Heuristic ? length : options.LengthPenalty > 0 ? most : length + 1;
            if (found.CannotBeBeatenBy(options.Score(logProbabilities[0], end)))
                break;
            Span<int> swapped = before;
            before = after;
            after = swapped;
        }

        return found.Sort();
    }

    /// <summary>
    /// Offers every continuation of a beam by a token that is not vetoed. What a token adds to the log-probability is at most 0
    /// even as rounded, and as exact for large logits as for small ones; where the scores are normalized they are log-probabilities.
    /// </summary>
    private static void Expand(ReadOnlySpan<float> logits, int position, int beam, double logProbability, bool isNormalized, Span<double> exponentials, ref BestCandidates best)
    {
        int largest = Logits.Largest(logits, position);
        if (largest < 0)
            return;
        double shift = isNormalized ? 0 : logits[largest], logSum = isNormalized ? 0 : Math.Log(Logits.Exponentials(logits, logits[largest], 1, exponentials));
        for (int token = 0; token < logits.Length; token++)
        {
            if (!Logits.IsVetoed(logits[token]))
                best.Add(new Candidate(logProbability + (logits[token] - shift - logSum), beam, logits[token], token));
        }
    }
}
