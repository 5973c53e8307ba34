using System.Buffers;

namespace Attention.Text;

/// <summary>Finds added tokens in a text: from the left the longest, without overlap.</summary>
internal sealed class AddedTokenFinder
{
    private readonly TokenTable _table;
    private readonly AddedToken[] _tokens;
    private readonly SearchValues<char> _first;
    private readonly Dictionary<char, int[]> _lengths;

    /// <param name="tokens">The tokens, those that count first where two are written alike first.</param>
    /// <param name="written">How each is written in the text that is searched.</param>
    public AddedTokenFinder(IEnumerable<AddedToken> tokens, Func<AddedToken, string> written)
    {
        var byText = new Dictionary<string, AddedToken>();
        foreach (AddedToken token in tokens)
        {
            string text = written(token);
            if (text.Length > 0) byText.TryAdd(text, token);
        }
        _tokens = [.. byText.Values];
        _table = new(byText.Keys.Select((text, index) => KeyValuePair.Create(text, index)));
        _lengths = byText.Keys.GroupBy(text => text[0]).ToDictionary(group => group.Key, group => group.Select(text => text.Length).Distinct().OrderDescending().ToArray());
        _first = SearchValues.Create([.. _lengths.Keys]);
    }

    /// <summary>A stretch of the text: a token's, white space that it takes included, or, with none, what stands between.</summary>
    public readonly record struct Section(int Start, int End, AddedToken? Token);

    /// <summary>Whether no token can stand in the text.</summary>
    public bool FindsNothingIn(ReadOnlySpan<char> text) => !text.ContainsAny(_first);

    /// <summary>Cuts the text into sections that are not empty.</summary>
    public void Find(ReadOnlySpan<char> text, bool specialTokens, List<Section> sections)
    {
        int done = 0, whiteSpace = 0;
        for (int at = 0; at < text.Length;)
        {
            int found = text[at..].IndexOfAny(_first);
            if (found < 0) break;
            at += found;
            AddedToken? token = Longest(text[at..], out int length);
            if (token is null)
            {
                at++;
                continue;
            }
            int start = at, end = at + length;
            at = end;
            if (token.Special && !specialTokens) continue;
            if (token.SingleWord && (IsWordBefore(text, start) || IsWordAt(text, end))) continue;
            while (token.LeftStrip && start > done && CodePoints.IsWhiteSpace(text[start - 1])) start--;
            if (token.LeftStrip) start = Math.Max(start, done);
            for (end = token.RightStrip ? Math.Max(end, whiteSpace) : end; token.RightStrip && end < text.Length && CodePoints.IsWhiteSpace(text[end]);) end++;
            if (token.RightStrip) whiteSpace = end;
            if (done < start) sections.Add(new(done, start, null));
            // A token of white space that the one before has taken is none, unless it takes none itself: then both have it.
            if (start < end) sections.Add(new(start, end, token));
            done = end;
        }
        if (done < text.Length) sections.Add(new(done, text.Length, null));
    }

    private AddedToken? Longest(ReadOnlySpan<char> text, out int length)
    {
        foreach (int candidate in _lengths[text[0]])
        {
            int index = candidate <= text.Length ? _table.Find(text[..candidate]) : -1;
            if (index < 0) continue;
            length = candidate;
            return _tokens[index];
        }
        length = 0;
        return null;
    }

    private static bool IsWordBefore(ReadOnlySpan<char> text, int at) => at > 0 && CodePoints.Has(Surrogates.CodePointBefore(text, at, out _), Traits.Word);

    private static bool IsWordAt(ReadOnlySpan<char> text, int at) => at < text.Length && CodePoints.Has(Surrogates.CodePointAt(text, at, out _), Traits.Word);
}
