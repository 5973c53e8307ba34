using System.Runtime.CompilerServices;

namespace Attention.Text;

/// <summary>Tokens as a model gives them: ids, and the stretch of units that each stands for. Scratch that grows and is used again.</summary>
internal sealed class TokenList
{
    private int[] _ids = new int[64], _starts = new int[64], _ends = new int[64], _words = new int[64];

    public int Count { get; private set; }

    public Span<int> Ids => _ids.AsSpan(0, Count);

    public Span<int> Starts => _starts.AsSpan(0, Count);

    public Span<int> Ends => _ends.AsSpan(0, Count);

    /// <summary>The word of each token: the pre-tokenizer's pieces and the added tokens, counted through the text.</summary>
    public Span<int> Words => _words.AsSpan(0, Count);

    /// <summary>The word of what is added.</summary>
    public int Word { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int id, int start, int end)
    {
        int at = Count;
        if (at == _ids.Length) Reserve(1);
        (_ids[at], _starts[at], _ends[at], _words[at]) = (id, start, end, Word);
        Count = at + 1;
    }

    /// <summary>Adds a token that is a word of its own.</summary>
    public void AddWord(int id, int start, int end)
    {
        Add(id, start, end);
        Word++;
    }

    public void Clear() => Count = Word = 0;

    /// <summary>Keeps the first tokens.</summary>
    public void Truncate(int count) => Count = Math.Min(Count, count);

    /// <summary>Drops the first tokens.</summary>
    public void RemoveFirst(int count)
    {
        foreach (int[] part in (ReadOnlySpan<int[]>)[_ids, _starts, _ends, _words]) part.AsSpan(count, Count - count).CopyTo(part);
        Count -= count;
    }

    private void Reserve(int more)
    {
        int size = Math.Max(Count + more, 2 * _ids.Length);
        Array.Resize(ref _ids, size);
        Array.Resize(ref _starts, size);
        Array.Resize(ref _ends, size);
        Array.Resize(ref _words, size);
    }
}
