namespace Attention.Text;

/// <summary>The pieces of a SentencePiece model that are taken out of a text before anything else, the longest first. Immutable.</summary>
internal sealed class UserDefinedPieces(IReadOnlyList<string> pieces)
{
    private readonly Trie? _trie = pieces.Count == 0 ? null : new(pieces, new int[pieces.Count]);

    /// <summary>Whether a text begins with one. Its length is then the longest one's, else the first character's.</summary>
    public bool TryMatch(ReadOnlySpan<char> text, out int length)
    {
        if (_trie is not null && _trie.LongestPrefix(text, out length) != Trie.None) return true;
        Surrogates.CodePointAt(text, 0, out length);
        return false;
    }

    /// <summary>Whether one begins with a character.</summary>
    public bool AnyBeginsWith(int codePoint) => _trie is not null && _trie.Step(Trie.Root, codePoint) >= 0;
}
