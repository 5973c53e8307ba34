using System.Text;

namespace Attention.Text;

/// <summary>Writes each byte of a piece's UTF-8 as a sign (Radford et al., 2019), after a split by <paramref name="expression"/> where there is one.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, IPreTokenizer? expression) : IPreTokenizer
{
    public void PreTokenize(NormalizedText text)
    {
        if (addPrefixSpace) AddSpaces(text);
        expression?.PreTokenize(text);
        ReadOnlySpan<char> chars = text.Chars;
        Span<byte> bytes = stackalloc byte[4];
        text.Begin();
        foreach (Piece piece in text.Pieces)
        {
            int start = text.NextLength;
            for (int at = piece.Start, units; at < piece.End; at += units)
            {
                units = 1;
                if (chars[at] < 0x80)
                {
                    text.Append(ByteLevel.SignOf((byte)chars[at]), at, at + 1);
                    continue;
                }
                Surrogates.CodePointAt(chars, at, out units);
                foreach (byte value in bytes[..Encoding.UTF8.GetBytes(chars.Slice(at, units), bytes)]) text.Append(ByteLevel.SignOf(value), at, at + units);
            }
            text.AddPiece(start, text.NextLength);
        }
        text.Commit();
        text.CommitPieces();
    }

    /// <summary>Puts a space before each piece that begins with none.</summary>
    private static void AddSpaces(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        text.Begin();
        foreach (Piece piece in text.Pieces)
        {
            int start = text.NextLength;
            if (chars[piece.Start] != ' ')
            {
                Surrogates.CodePointAt(chars, piece.Start, out int units);
                text.Append(' ', piece.Start, piece.Start + units);
            }
            text.Copy(piece.Start, piece.End);
            text.AddPiece(start, text.NextLength);
        }
        text.Commit();
        text.CommitPieces();
    }
}
