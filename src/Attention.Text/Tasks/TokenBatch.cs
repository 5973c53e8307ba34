using System.Runtime.InteropServices;

namespace Attention.Text;

/// <summary>Texts as a stage takes them: ids and types of their tokens end to end, and how many each text has.</summary>
internal sealed class TokenBatch
{
    private readonly List<int> _tokens = [], _types = [], _lengths = [], _texts = [];

    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    public ReadOnlySpan<int> Types => CollectionsMarshal.AsSpan(_types);

    /// <summary>How many tokens each text has.</summary>
    public ReadOnlySpan<int> Lengths => CollectionsMarshal.AsSpan(_lengths);

    /// <summary>The number of each text in the caller's list.</summary>
    public ReadOnlySpan<int> Texts => CollectionsMarshal.AsSpan(_texts);

    public void Clear()
    {
        _tokens.Clear();
        _types.Clear();
        _lengths.Clear();
        _texts.Clear();
    }

    /// <summary>Room for the tokens of one more text and for their types, until the next call.</summary>
    public void Add(int text, int count, out Span<int> tokens, out Span<int> types)
    {
        int first = _tokens.Count;
        CollectionsMarshal.SetCount(_tokens, first + count);
        CollectionsMarshal.SetCount(_types, first + count);
        _lengths.Add(count);
        _texts.Add(text);
        tokens = CollectionsMarshal.AsSpan(_tokens)[first..];
        types = CollectionsMarshal.AsSpan(_types)[first..];
    }

    /// <summary>Takes the last text out, into another batch.</summary>
    public void MoveLastTo(TokenBatch other)
    {
        int count = _lengths[^1], first = _tokens.Count - count;
        other.Add(_texts[^1], count, out Span<int> tokens, out Span<int> types);
        Tokens[first..].CopyTo(tokens);
        Types[first..].CopyTo(types);
        CollectionsMarshal.SetCount(_tokens, first);
        CollectionsMarshal.SetCount(_types, first);
        CollectionsMarshal.SetCount(_lengths, _lengths.Count - 1);
        CollectionsMarshal.SetCount(_texts, _texts.Count - 1);
    }
}
