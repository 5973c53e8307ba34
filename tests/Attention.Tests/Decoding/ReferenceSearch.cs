using Attention.Dsl;

namespace Attention.Tests.Decoding;

/// <summary>A sequence and what it is worth.</summary>
internal sealed record Found(int[] Tokens, double LogProbability, double Score, bool IsComplete);

/// <summary>Searches by their definitions: every prefix scored from its beginning, nothing cached, nothing cut short.</summary>
internal static class ReferenceSearch
{
    /// <summary>All sequences that there are, the best first.</summary>
    /// <param name="decoder">What computes the logits.</param>
    /// <param name="options">What to search for.</param>
    /// <param name="chances">What changes the logits, where it is not the search.</param>
    public static Found[] Exhaustive(TableDecoder decoder, BeamSearch options, DecodingOptions? chances = null)
    {
        var found = new List<Found>();
        Extend([], 0);
        return [.. found.OrderByDescending(sequence => sequence.Score)];

        void Extend(int[] generated, double logProbability)
        {
            double[] next = LogProbabilities(decoder, chances ?? options, generated);
            for (int token = 0; token < next.Length; token++)
            {
                double sum = logProbability + next[token];
                if (double.IsNegativeInfinity(sum))
                    continue;
                if (Ends(options, token))
                    found.Add(Scored(options, generated, sum, true));
                else if (generated.Length + 1 == Most(decoder, options))
                    found.Add(Scored(options, [.. generated, token], sum, false));
                else
                    Extend([.. generated, token], sum);
            }
        }
    }

    /// <summary>Beam search that always goes on to the end, or to the early stop.</summary>
    /// <param name="decoder">What computes the logits.</param>
    /// <param name="options">What to search for.</param>
    /// <param name="steps">How many steps are needed: none once no beam can come to a better score at any length.</param>
    public static Found[] Beams(TableDecoder decoder, BeamSearch options, out int steps)
    {
        int most = Most(decoder, options);
        bool settled = false;
        steps = 0;
        var found = new List<Found>();
        (int[] Tokens, double LogProbability)[] live = [([], 0)];
        for (int length = 1; live.Length > 0; length++)
        {
            (int[] Tokens, double LogProbability, int Beam, int Token)[] candidates = [.. live
                .SelectMany((beam, b) => LogProbabilities(decoder, options, beam.Tokens).Select((next, token) => (beam.Tokens, LogProbability: beam.LogProbability + next, Beam: b, Token: token)))
                .Where(candidate => !double.IsNegativeInfinity(candidate.LogProbability))
                .OrderByDescending(candidate => candidate.LogProbability).ThenBy(candidate => candidate.Beam).ThenBy(candidate => candidate.Token)];
            found.AddRange(candidates.Take(options.Width).Where(candidate => Ends(options, candidate.Token)).Select(candidate => Scored(options, candidate.Tokens, candidate.LogProbability, true)));
            live = [.. candidates.Where(candidate => !Ends(options, candidate.Token)).Take(options.Width).Select(candidate => ((int[])[.. candidate.Tokens, candidate.Token], candidate.LogProbability))];
            steps += settled ? 0 : 1;
            if (length == most)
            {
                found.AddRange(live.Select(beam => Scored(options, beam.Tokens, beam.LogProbability, false)));
                break;
            }

            if (options.EarlyStop == EarlyStopping.Always && found.Count >= options.Width)
                break;
            if (options.EarlyStop == EarlyStopping.Heuristic && live.Length > 0 && found.Count >= options.Width
                && live[0].LogProbability / Math.Pow(length, options.LengthPenalty) <= found.Select(sequence => sequence.Score).OrderDescending().ElementAt(options.Width - 1))
                break;
            double worst = found.Count < options.Count ? double.NegativeInfinity : found.Select(sequence => sequence.Score).OrderDescending().ElementAt(options.Count - 1);
            settled |= options.EarlyStop != EarlyStopping.Heuristic && live.All(beam => Enumerable.Range(length + 1, most - length).All(end => beam.LogProbability / Math.Pow(end, options.LengthPenalty) <= worst));
        }

        return [.. found.OrderByDescending(sequence => sequence.Score).Take(options.Count)];
    }

    public static int Most(TableDecoder decoder, DecodingOptions options) => Math.Min(options.MaximumLength, decoder.Length - 1 - options.Prompt.Length);

    /// <summary>Log-softmax of the logits as the options change them, or in a search what they make of log-softmax.</summary>
    public static double[] LogProbabilities(TableDecoder decoder, DecodingOptions options, int[] generated)
    {
        int[] known = [.. options.Prompt.ToArray(), .. generated], text = [options.Begin, .. known];
        float[] logits = decoder.Logits(text);
        if (options is BeamSearch && options.Adjusts)
            logits = [.. LogSoftmax(logits).Select(value => (float)value)];
        foreach (int token in text.Distinct())
            logits[token] = (float)(logits[token] > 0 ? logits[token] / options.RepetitionPenalty : logits[token] * options.RepetitionPenalty);
        for (int token = 0; token < logits.Length; token++)
        {
            if (options.NoRepeatNgram > 0 && Repeats([.. text, token], options.NoRepeatNgram)
                || options.Banned.Any(sequence => Enumerable.SequenceEqual(known.Append(token).TakeLast(sequence.Count), sequence))
                || (generated.Length < options.MinimumLength && Ends(options, token)))
                logits[token] = float.NegativeInfinity;
        }

        int[]? forced = options.ForcedLast.Count > 0 && generated.Length + 1 == Most(decoder, options) ? [.. options.ForcedLast] : options.ForcedFirst is int first && generated.Length == 0 ? [first] : null;
        if (forced is not null)
            logits = [.. logits.Select((_, token) => forced.Contains(token) ? 0 : float.NegativeInfinity)];
        foreach (int token in options.Suppressed.Concat(generated.Length == (options.ForcedFirst is null ? 0 : 1) ? options.SuppressedFirst : []))
            logits[token] = float.NegativeInfinity;
        options.Adjust?.Invoke(known, logits);
        return options is BeamSearch { Renormalize: false } && options.Adjusts ? [.. logits.Select(logit => (double)logit)] : LogSoftmax(logits);
    }

    /// <summary>Whether the last so many tokens of a text stand before in it too.</summary>
    private static bool Repeats(int[] text, int count) =>
        Enumerable.Range(0, Math.Max(0, text.Length - count)).Any(i => text.Skip(i).Take(count).SequenceEqual(text.TakeLast(count)));

    private static double[] LogSoftmax(float[] logits)
    {
        double largest = logits.Max(), sum = logits.Sum(logit => Math.Exp(logit - largest));
        return [.. logits.Select(logit => double.IsNegativeInfinity(largest) ? largest : logit - largest - Math.Log(sum))];
    }

    private static bool Ends(DecodingOptions options, int token) => token == options.End || options.Stop.Contains(token);

    private static Found Scored(BeamSearch options, int[] tokens, double logProbability, bool isComplete) =>
        new(tokens, logProbability, logProbability / Math.Pow(tokens.Length + (isComplete ? 1 : 0), options.LengthPenalty), isComplete);
}
