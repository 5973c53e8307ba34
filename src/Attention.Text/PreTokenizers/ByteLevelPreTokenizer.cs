namespace Attention.Text;

/// <summary>Writes each byte of a piece's UTF-8 as a sign (Radford et al., 2019), after a split by <paramref name="expression"/> where there is one.</summary>
internal sealed class ByteLevelPreTokenizer(bool addPrefixSpace, IPreTokenizer? expression) : IPreTokenizer
{
    public void PreTokenize(NormalizedText text)
    {
        if (addPrefixSpace) AddSpaces(text);
        expression?.PreTokenize(text);
        if (!text.Chars.ContainsAnyExcept(UnitRanges.Ascii))
        {
            foreach (ref char unit in text.Writable) unit = ByteLevel.SignOf((byte)unit);
            return;
        }
        text.Begin();
        foreach (Piece piece in text.Pieces)
        {
            int start = text.NextLength;
            if (text.Tracks) WriteTracked(text, piece);
            else text.Advance(Write(text.Chars[piece.Start..piece.End], text.Room(3 * (piece.End - piece.Start))));
            text.AddPiece(start, text.NextLength);
        }
        text.Commit();
        text.CommitPieces();
    }

    /// <summary>Writes signs; how many.</summary>
    private static int Write(ReadOnlySpan<char> units, Span<char> signs)
    {
        int count = 0;
        for (int at = 0, length; at < units.Length; at += length)
        {
            int codePoint = Surrogates.CodePointAt(units, at, out length);
            if (codePoint < 0x80)
            {
                signs[count++] = ByteLevel.SignOf((byte)codePoint);
                continue;
            }
            int more = codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
            signs[count++] = ByteLevel.SignOf((byte)((0xFF80 >> more) | (codePoint >> 6 * more)));
            while (--more >= 0) signs[count++] = ByteLevel.SignOf((byte)(0x80 | (codePoint >> 6 * more & 0x3F)));
        }
        return count;
    }

    private static void WriteTracked(NormalizedText text, Piece piece)
    {
        Span<char> signs = stackalloc char[4];
        for (int at = piece.Start, units; at < piece.End; at += units)
        {
            Surrogates.CodePointAt(text.Chars, at, out units);
            text.Append(signs[..Write(text.Chars.Slice(at, units), signs)], at, at + units);
        }
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
