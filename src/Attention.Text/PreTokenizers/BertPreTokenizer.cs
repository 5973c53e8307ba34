using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Attention.Text;

/// <summary>Words and signs: white space dropped, each punctuation sign apart (Devlin et al., 2018).</summary>
internal sealed class BertPreTokenizer : IPreTokenizer
{
    public static readonly BertPreTokenizer Instance = new();

    /// <summary>Of ASCII: white space is 1, punctuation 2.</summary>
    private static readonly byte[] Kinds = [.. Enumerable.Range(0, 128).Select(c => (byte)KindOf(c))];

    public void PreTokenize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        foreach (Piece piece in text.Pieces)
        {
            int start = piece.Start, at = piece.Start;
            for (; at + Vector256<ushort>.Count <= piece.End; at += Vector256<ushort>.Count)
            {
                for (uint stops = Stops(chars.Slice(at, Vector256<ushort>.Count)); stops != 0; stops &= stops - 1)
                    Split(text, chars, at + BitOperations.TrailingZeroCount(stops), ref start);
            }
            for (; at < piece.End; at++) Split(text, chars, at, ref start);
            text.AddPiece(start, piece.End);
        }
        text.CommitPieces();
    }

    /// <summary>A bit for each unit that is no letter or digit of ASCII.</summary>
    private static uint Stops(ReadOnlySpan<char> units)
    {
        Vector256<ushort> block = Vector256.Create(MemoryMarshal.Cast<char, ushort>(units));
        Vector256<ushort> letters = (block | Vector256.Create<ushort>(0x20)) - Vector256.Create<ushort>('a');
        Vector256<ushort> digits = block - Vector256.Create<ushort>('0');
        return ~(Vector256.LessThan(letters, Vector256.Create<ushort>(26)) | Vector256.LessThan(digits, Vector256.Create<ushort>(10))).ExtractMostSignificantBits() & 0xFFFF;
    }

    /// <summary>Ends the word that began at <paramref name="start"/> if the code point that begins here ends one.</summary>
    private static void Split(NormalizedText text, ReadOnlySpan<char> chars, int at, ref int start)
    {
        int units = 1, kind = chars[at] < 128 ? Kinds[chars[at]] : char.IsLowSurrogate(chars[at]) ? 0 : KindOf(Surrogates.CodePointAt(chars, at, out units));
        if (kind == 0) return;
        text.AddPiece(start, at);
        start = at + units;
        if (kind == 2) text.AddPiece(at, start);
    }

    private static int KindOf(int codePoint)
    {
        Traits traits = CodePoints.TraitsOf(codePoint);
        return (traits & Traits.Punctuation) != 0 ? 2 : (traits & Traits.WhiteSpace) != 0 ? 1 : 0;
    }
}
