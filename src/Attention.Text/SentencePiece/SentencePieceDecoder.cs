using System.Text;

namespace Attention.Text;

/// <summary>
/// Text of a SentencePiece model's pieces: control pieces are silent, the unknown piece is its surface, bytes are joined to UTF-8 with
/// U+FFFD for each that begins no character, and the space before the text goes again. Immutable.
/// </summary>
internal sealed class SentencePieceDecoder(SentencePieceFile file, PieceVocabulary vocabulary) : IDecoder
{
    private readonly bool _dropsFirst = file.Normalizer.AddDummyPrefix || file.Normalizer.RemoveExtraWhitespaces;
    private readonly SentencePieceNormalizer? _denormalizer = file.Denormalizer.Charsmap is null ? null : new(file.Denormalizer, new([]), suffix: false);

    public void Decode(List<string> tokens)
    {
        StringBuilder text = new();
        List<byte> bytes = [];
        bool first = true, dropped = false;
        foreach (string token in tokens)
        {
            int id = vocabulary.TokenToId(token);
            PieceType type = id < 0 ? PieceType.Normal : file.Pieces[id].Type;
            if (type == PieceType.Byte)
            {
                bytes.Add((byte)PieceVocabulary.ByteOf(token));
                continue;
            }
            AppendBytes(text, bytes);
            // One space before the text is dropped, and where normalisation removes spaces all that come before anything else.
            first &= !dropped && text.Length == 0;
            dropped = false;
            if (type == PieceType.Control) continue;
            if (type == PieceType.Unknown)
            {
                text.Append(file.UnknownSurface);
                continue;
            }
            bool drops = first && _dropsFirst && token[0] == SentencePieceNormalizer.Sign;
            string shown = drops ? token[1..] : token;
            text.Append(shown.Replace(SentencePieceNormalizer.Sign, ' '));
            dropped = drops && !file.Normalizer.RemoveExtraWhitespaces;
        }
        AppendBytes(text, bytes);
        tokens.Clear();
        tokens.Add(Denormalize(text.ToString()));
    }

    private static void AppendBytes(StringBuilder text, List<byte> bytes)
    {
        ReadOnlySpan<byte> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes);
        while (!rest.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(rest, out Rune rune, out int length) == System.Buffers.OperationStatus.Done;
            text.Append(valid ? rune.ToString() : "\uFFFD");
            rest = rest[(valid ? length : 1)..];
        }
        bytes.Clear();
    }

    private string Denormalize(string text)
    {
        if (_denormalizer is null) return text;
        NormalizedText scratch = new();
        scratch.Reset(text, 0, tracks: false);
        _denormalizer.Normalize(scratch);
        return scratch.Chars.ToString();
    }
}
