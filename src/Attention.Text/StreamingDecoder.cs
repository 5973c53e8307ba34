namespace Attention.Text;

/// <summary>
/// Text of a model that writes token by token: each call gives what has become final, never half a code point. All parts together are
/// what <see cref="Tokenizer.Decode"/> makes of all ids. For one caller at a time.
/// </summary>
public sealed class StreamingDecoder
{
    /// <summary>After so many tokens without a whole code point at their end, only the last of them are looked back at.</summary>
    private const int MaxWindow = 64, LookBack = 8;

    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;

    /// <summary>The last tokens that were shown, and those since: what follows reads as it does after them.</summary>
    private readonly List<int> _ids = [];

    /// <summary>How many of the ids stood before the last whole text, and how many units of the ids' text have been shown.</summary>
    private int _old, _shown;

    /// <summary>Begins a text.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="skipSpecialTokens">Whether special tokens are left out.</param>
    public StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens = true)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        (_tokenizer, _skipSpecialTokens) = (tokenizer, skipSpecialTokens);
    }

    /// <summary>Takes a token.</summary>
    /// <returns>The text that has become final; empty while a code point is not whole.</returns>
    public string Append(int id)
    {
        if ((_skipSpecialTokens && _tokenizer.IsSpecial(id)) || _tokenizer.IdToToken(id) is null) return "";
        _ids.Add(id);
        string text = Decode();
        // Bytes that are not a whole code point read as U+FFFD.
        int whole = text.AsSpan().TrimEnd('\uFFFD').Length;
        if (whole == text.Length) return ShowAll(text);
        if (_ids.Count <= MaxWindow) return Show(text, whole);
        string found = Show(text, text.Length - 1);
        _ids.RemoveRange(0, _ids.Count - LookBack);
        (_old, _shown) = (0, Decode().Length - 1);
        return found;
    }

    /// <summary>Takes tokens that stand before the text, which are not shown: a first word keeps its space behind them.</summary>
    internal void Skip(ReadOnlySpan<int> before)
    {
        foreach (int id in before) Append(id);
        _shown = Decode().Length;
    }

    /// <summary>Ends the text.</summary>
    /// <returns>What has not been shown.</returns>
    public string Finish()
    {
        string text = Decode(), rest = Show(text, text.Length);
        _ids.Clear();
        (_old, _shown) = (0, 0);
        return rest;
    }

    private string Decode() => _tokenizer.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ids), false);

    private string Show(string text, int end)
    {
        if (end <= _shown) return "";
        string found = text[_shown..end];
        _shown = end;
        return found;
    }

    private string ShowAll(string text)
    {
        string found = Show(text, text.Length);
        string alone = _tokenizer.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_ids)[_old..], false);
        if (alone.Length > 0)
        {
            _ids.RemoveRange(0, _old);
            (_old, _shown) = (_ids.Count, alone.Length);
        }
        else if (_ids.Count > MaxWindow)
        {
            // Spaces and control pieces may read as nothing where a text begins, so what stood before them stays.
            _ids.RemoveRange(_old, _ids.Count - _old - LookBack);
            _shown = Decode().Length;
        }
        return found;
    }
}
