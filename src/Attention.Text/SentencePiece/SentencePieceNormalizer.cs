namespace Attention.Text;

/// <summary>
/// Normalisation as a SentencePiece model's file states it: longest strings of the rules first, user-defined pieces left as they are,
/// runs of spaces to one, a space before the text (or after it, where white space is a suffix), and spaces as U+2581. Immutable.
/// </summary>
internal sealed class SentencePieceNormalizer : INormalizer
{
    public const char Sign = '\u2581';

    private readonly NormalizerSpec _spec;
    private readonly UserDefinedPieces _userDefined;
    private readonly bool _suffix;
    private readonly bool[] _plain = new bool[128];
    private readonly char _space;

    public SentencePieceNormalizer(NormalizerSpec spec, UserDefinedPieces userDefined, bool suffix)
    {
        (_spec, _userDefined, _suffix) = (spec, userDefined, suffix);
        _space = spec.EscapeWhitespaces ? Sign : ' ';
        for (int i = 1; i < _plain.Length; i++)
            _plain[i] = i != ' ' && (spec.Charsmap?.IsPlain((char)i) ?? true) && !userDefined.AnyBeginsWith(i);
    }

    public void Normalize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        text.Begin();
        int at = _spec.RemoveExtraWhitespaces ? EndOfSpaces(chars) : 0;
        if (at < chars.Length)
        {
            if (_spec.AddDummyPrefix && !_suffix) text.Append(_space, at, at);
            int end = Rewrite(chars, at, text);
            if (_spec.RemoveExtraWhitespaces) text.TruncateNext(text.Next.TrimEnd(_space).Length);
            else end = chars.Length;
            if (_spec.AddDummyPrefix && _suffix) text.Append(_space, end, end);
        }
        text.Commit();
    }

    /// <summary>Writes the text from a place on; gives the place behind what the last unit that is no space came from.</summary>
    private int Rewrite(ReadOnlySpan<char> chars, int at, NormalizedText text)
    {
        int contentEnd = at;
        bool afterSpace = _spec.RemoveExtraWhitespaces;
        while (at < chars.Length)
        {
            int end = EndOfPlain(chars, at);
            if (end > at)
            {
                text.Copy(at, end);
                afterSpace = false;
                contentEnd = at = end;
                continue;
            }
            ReadOnlySpan<char> result = Match(chars[at..], out int length, out bool rewritten);
            int dropped = afterSpace ? result.Length - result.TrimStart(' ').Length : 0;
            for (int i = dropped; i < result.Length; i++)
            {
                (int from, int to) = rewritten ? (at, at + length) : (at + i, at + i + 1);
                text.Append(result[i] == ' ' ? _space : result[i], from, to);
                if (result[i] != ' ' && result[i] != _space) contentEnd = to;
            }
            if (dropped < result.Length) afterSpace = _spec.RemoveExtraWhitespaces && result[^1] == ' ';
            at += length;
        }
        return contentEnd;
    }

    /// <summary>What the units that a text begins with become: those of a user-defined piece, of a string of the rules, or one character's.</summary>
    private ReadOnlySpan<char> Match(ReadOnlySpan<char> text, out int length, out bool rewritten)
    {
        rewritten = false;
        if (_userDefined.TryMatch(text, out int unchanged) || _spec.Charsmap is not { } rules
            || !rules.TryMatch(text, longest: true, out length, out ReadOnlySpan<char> replacement))
        {
            length = unchanged;
            return text[..length];
        }
        rewritten = true;
        return replacement;
    }

    private int EndOfSpaces(ReadOnlySpan<char> chars)
    {
        int at = 0;
        while (at < chars.Length && Match(chars[at..], out int length, out _) is " ") at += length;
        return at;
    }

    /// <summary>The end of ASCII characters that nothing rewrites.</summary>
    private int EndOfPlain(ReadOnlySpan<char> chars, int at)
    {
        while (at < chars.Length && chars[at] < 0x80 && _plain[chars[at]] && (at + 1 == chars.Length || chars[at + 1] < 0x80)) at++;
        return at;
    }
}
