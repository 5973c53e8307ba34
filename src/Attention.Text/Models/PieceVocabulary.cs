using System.Globalization;
using System.Text;

namespace Attention.Text;

/// <summary>
/// The pieces of a unigram or SentencePiece model, and what stands for a text that none of them writes: the unknown piece, or the
/// pieces of its bytes. Immutable.
/// </summary>
internal sealed class PieceVocabulary
{
    private readonly string[] _pieces;
    private readonly Trie _trie;
    private readonly int[]? _bytes;
    private readonly int _unknown;

    /// <param name="pieces">The pieces by their ids.</param>
    /// <param name="unknown">The unknown piece's id; -1 if there is none.</param>
    /// <param name="byteFallback">Whether bytes stand for what is unknown, if all that are needed are pieces.</param>
    /// <param name="hidden">Pieces that no text is written with; null if there are none.</param>
    public PieceVocabulary(string[] pieces, int unknown, bool byteFallback, bool[]? hidden = null)
    {
        (_pieces, _unknown) = (pieces, unknown);
        int[] values = new int[pieces.Length];
        for (int i = 0; i < values.Length; i++) values[i] = hidden is not null && hidden[i] ? -2 - i : i;
        _trie = new(pieces, values);
        if (byteFallback) _bytes = [.. Enumerable.Range(0, 256).Select(value => TokenToId(ByteToken(value)))];
    }

    public int Count => _pieces.Length;

    public int Unknown => _unknown;

    public string? Piece(int id) => (uint)id < (uint)_pieces.Length ? _pieces[id] : null;

    public int TokenToId(ReadOnlySpan<char> token)
    {
        int value = _trie.Find(token);
        return value < Trie.None ? -2 - value : value;
    }

    /// <summary>Walks the pieces: the value of a node is a piece's id, or negative where none ends that texts are written with.</summary>
    public Trie Trie => _trie;

    /// <summary>The text of a byte's piece.</summary>
    public static string ByteToken(int value) => string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");

    /// <summary>The byte that a piece's text stands for; -1 if it is none of <see cref="ByteToken"/>.</summary>
    public static int ByteOf(ReadOnlySpan<char> piece) =>
        piece.Length == 6 && piece.StartsWith("<0x") && piece[5] == '>' && char.IsAsciiHexDigitUpper(piece[3]) && char.IsAsciiHexDigitUpper(piece[4])
            ? byte.Parse(piece[3..5], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : -1;

    /// <summary>Adds a stretch of a text that no piece writes: once the unknown piece, or each character's bytes.</summary>
    public void AddUnknown(ReadOnlySpan<char> text, int start, int end, int offset, TokenList tokens)
    {
        if (_bytes is not null && HasBytes(text[start..end]))
        {
            Span<byte> utf8 = stackalloc byte[4];
            while (start < end)
            {
                Rune.DecodeFromUtf16(text[start..end], out Rune rune, out int units);
                foreach (byte value in utf8[..rune.EncodeToUtf8(utf8)]) tokens.Add(_bytes[value], offset + start, offset + start + units);
                start += units;
            }
        }
        else tokens.Add(_unknown, offset + start, offset + end);
    }

    /// <summary>Whether all bytes of a text are pieces.</summary>
    private bool HasBytes(ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            foreach (byte value in utf8[..rune.EncodeToUtf8(utf8)])
            {
                if (_bytes![value] < 0) return false;
            }
        }
        return true;
    }
}
