using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Text;

/// <summary>
/// Remembers how short pieces were written: words come again. Of fixed size: a place holds the last piece that fell into it. Pieces of up to eight units are told apart by the place alone, and a piece that is one token has its id there.
/// </summary>
/// <param name="inner">What writes a piece that is not remembered.</param>
/// <param name="places">How many are remembered, a power of 2: the more, the dearer it is to write one anew.</param>
internal sealed class CachedEncoder(IPieceEncoder inner, int places = 1 << 14) : IPieceEncoder
{
    private const int MaxPiece = 64, MaxTokens = 64, Chars = 1 << 18, Tokens = 1 << 17, Units = 0x400;

    /// <summary>First and last four units, the length, and the id of the only token or where tokens and units stand.</summary>
    private struct Place
    {
        public ulong First, Last;
        public int Token, Chars;
        public byte Length, Count;
    }

    private readonly record struct Token(int Id, byte Start, byte End);

    private readonly Place[] _places = new Place[places];

    /// <summary>Of a piece of one unit the id of its only token; -1 is not known.</summary>
    private readonly int[] _units = [.. Enumerable.Repeat(-1, Units)];
    private char[] _chars = new char[1 << 10];
    private Token[] _tokens = new Token[1 << 10];
    private int _charsUsed, _tokensUsed;

    public void Encode(ReadOnlySpan<char> piece, int offset, TokenList tokens)
    {
        if (piece.Length == 1 && piece[0] < Units && _units[piece[0]] >= 0)
        {
            tokens.Add(_units[piece[0]], offset, offset + 1);
            return;
        }
        if (piece.Length is 0 or > MaxPiece)
        {
            inner.Encode(piece, offset, tokens);
            return;
        }
        (ulong first, ulong last) = Ends(piece);
        ref Place place = ref _places[(int)PlaceOf(first, last, piece) & (_places.Length - 1)];
        if (place.First != first || place.Last != last || place.Length != piece.Length
            || (piece.Length > 8 && !piece.SequenceEqual(_chars.AsSpan(place.Chars, place.Length))))
        {
            Remember(ref place, piece, offset, tokens);
            return;
        }
        if (place.Count == 1)
        {
            tokens.Add(place.Token, offset, offset + piece.Length);
            return;
        }
        foreach (Token token in _tokens.AsSpan(place.Token, place.Count)) tokens.Add(token.Id, offset + token.Start, offset + token.End);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong First, ulong Last) Ends(ReadOnlySpan<char> piece)
    {
        int length = piece.Length;
        if (length >= 4)
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(piece);
            return (MemoryMarshal.Read<ulong>(bytes), MemoryMarshal.Read<ulong>(bytes[(2 * length - 8)..]));
        }
        return (piece[0] | ((ulong)piece[length >> 1] << 16) | ((ulong)piece[length - 1] << 32), 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint PlaceOf(ulong first, ulong last, ReadOnlySpan<char> piece)
    {
        if (piece.Length > 8) return TokenTable.Hash(piece);
        ulong high = Math.BigMul(first ^ 0x9E3779B97F4A7C15, (last + (ulong)piece.Length) ^ 0xD6E8FEB86659FD93, out ulong low);
        return (uint)(high ^ low);
    }

    private void Remember(ref Place place, ReadOnlySpan<char> piece, int offset, TokenList tokens)
    {
        int before = tokens.Count;
        inner.Encode(piece, offset, tokens);
        int count = tokens.Count - before;
        if (count > MaxTokens) return;
        bool whole = count == 1 && tokens.Starts[before] == offset && tokens.Ends[before] == offset + piece.Length;
        if (whole && piece.Length == 1 && piece[0] < Units)
        {
            _units[piece[0]] = tokens.Ids[before];
            return;
        }
        // A piece whose only token does not span it is not remembered.
        if (count == 1 && !whole) return;
        Reserve(piece.Length, count);
        (place.First, place.Last) = Ends(piece);
        (place.Length, place.Count) = ((byte)piece.Length, (byte)count);
        place.Token = whole ? tokens.Ids[before] : _tokensUsed;
        if (piece.Length > 8)
        {
            place.Chars = _charsUsed;
            piece.CopyTo(_chars.AsSpan(_charsUsed));
            _charsUsed += piece.Length;
        }
        for (int i = before; !whole && i < tokens.Count; i++)
            _tokens[_tokensUsed++] = new(tokens.Ids[i], (byte)(tokens.Starts[i] - offset), (byte)(tokens.Ends[i] - offset));
    }

    /// <summary>Makes room; where none is left all is forgotten.</summary>
    private void Reserve(int chars, int tokens)
    {
        if (_charsUsed + chars > Chars || _tokensUsed + tokens > Tokens)
        {
            Array.Clear(_places);
            (_charsUsed, _tokensUsed) = (0, 0);
        }
        if (_charsUsed + chars > _chars.Length) Array.Resize(ref _chars, 2 * _chars.Length);
        if (_tokensUsed + tokens > _tokens.Length) Array.Resize(ref _tokens, 2 * _tokens.Length);
    }
}
