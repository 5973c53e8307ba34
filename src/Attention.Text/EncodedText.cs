namespace Attention.Text;

/// <summary>A text, or a pair of texts, as a model reads it: all arrays have one element a token.</summary>
public sealed class EncodedText
{
    internal EncodedText(int[] ids, int[] typeIds, int[] sequences, int[] words, Range[] offsets, bool[] specialTokensMask, bool truncated) =>
        (Ids, TypeIds, Sequences, Words, Offsets, SpecialTokensMask, Truncated) = (ids, typeIds, sequences, words, offsets, specialTokensMask, truncated);

    /// <summary>Ids of the vocabulary.</summary>
    public int[] Ids { get; }

    /// <summary>Token types (segments), as the tokenizer's template gives them.</summary>
    public int[] TypeIds { get; }

    /// <summary>Which text each token is of: 0 the first, 1 the second, -1 a special token of the template.</summary>
    public int[] Sequences { get; }

    /// <summary>Which word of its text each token is of, as the tokenizer splits it, from 0; -1 for a special token of the template.</summary>
    public int[] Words { get; }

    /// <summary>Where each token stands in its text, in UTF-16 units; a special token of the template stands nowhere: 0..0.</summary>
    public Range[] Offsets { get; }

    /// <summary>Which tokens the template has added.</summary>
    public bool[] SpecialTokensMask { get; }

    /// <summary>Whether tokens were cut off.</summary>
    public bool Truncated { get; }
}
