using Attention.Dsl;

namespace Attention.Text;

/// <summary>Tokens that a model's files say are never to be written, such as Marian's padding, alone or behind others.</summary>
internal static class BannedSequences
{
    /// <summary>What vetoes them; null where there are none. The one that ends a text is none of them.</summary>
    /// <exception cref="InvalidDataException">A token is not in the vocabulary.</exception>
    public static LogitsHook? Of(ModelFolder files, TokenEnds ends, int vocabulary)
    {
        int[][] sequences = [.. files.Sequences("bad_words_ids").Where(sequence => sequence is not [int token] || (token != ends.End && !ends.More.Contains(token)))];
        foreach (int token in sequences.SelectMany(sequence => sequence))
        {
            if (token >= vocabulary) throw new InvalidDataException($"$.bad_words_ids: expected tokens of 0 to {vocabulary - 1}, found {token}.");
        }
        return sequences.Length == 0 ? null : Veto;

        void Veto(ReadOnlySpan<int> tokens, Span<float> logits)
        {
            foreach (int[] sequence in sequences)
            {
                if (tokens.EndsWith(sequence.AsSpan(0, sequence.Length - 1))) logits[sequence[^1]] = float.NegativeInfinity;
            }
        }
    }
}
