namespace Attention.Text;

/// <summary>Cuts encoded texts to a length, as Hugging Face's library does.</summary>
internal static class Truncation
{
    /// <summary>Cuts so that tokens and special tokens are <paramref name="length"/> at most; whether any was cut.</summary>
    public static bool Cut(TokenList first, TokenList? second, int length, int specials, EncodeOptions options)
    {
        int room = length - specials, total = first.Count + (second?.Count ?? 0);
        if (length < 0 || room < 0)
            throw new ArgumentException($"{nameof(EncodeOptions.MaxLength)} is {length}, and the special tokens alone are {specials}.", nameof(options));
        if (total <= room) return false;
        if (second is null && options.Truncation == TruncationStrategy.OnlySecond)
            throw new ArgumentException($"The text has {total} tokens, {total - room} too many, and {nameof(TruncationStrategy.OnlySecond)} cuts the second of a pair.", nameof(options));
        (int keptFirst, int keptSecond) = second is null || room == 0 ? (room, 0) : options.Truncation switch
        {
            TruncationStrategy.LongestFirst => LongestFirst(first.Count, second.Count, room),
            TruncationStrategy.OnlyFirst => (first.Count - (total - room), second.Count),
            TruncationStrategy.OnlySecond => (first.Count, second.Count - (total - room)),
            _ => throw new ArgumentException($"{nameof(EncodeOptions.Truncation)} is {options.Truncation}, which is no strategy.", nameof(options)),
        };
        bool emptied = second is not null && (keptFirst <= 0 && first.Count > 0 || keptSecond <= 0 && second.Count > 0);
        if (emptied && room > 0 && options.Truncation != TruncationStrategy.LongestFirst)
            throw new ArgumentException($"{options.Truncation}: the pair has {total} tokens, {total - room} too many, and the text that is to be cut has no more.", nameof(options));
        Keep(first, keptFirst, options.TruncationSide);
        if (second is not null) Keep(second, keptSecond, options.TruncationSide);
        return true;
    }

    /// <summary>The shorter stays whole while the longer can give way; else both have half, the longer one more if the room is odd.</summary>
    private static (int First, int Second) LongestFirst(int first, int second, int room)
    {
        int shorter = Math.Min(first, second);
        int longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if (shorter + longer > room)
        {
            shorter = room / 2;
            longer = shorter + room % 2;
        }
        return first <= second ? (shorter, longer) : (longer, shorter);
    }

    private static void Keep(TokenList tokens, int count, TruncationSide side)
    {
        if (side == TruncationSide.Left) tokens.RemoveFirst(Math.Max(0, tokens.Count - count));
        else tokens.Truncate(count);
    }
}
