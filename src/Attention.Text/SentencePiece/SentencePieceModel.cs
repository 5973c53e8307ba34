namespace Attention.Text;

/// <summary>A tokenizer's parts from a SentencePiece model's file. It adds no special tokens and finds none in a text, as SentencePiece itself.</summary>
internal static class SentencePieceModel
{
    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="InvalidDataException">They are not such a file, or do not give what the file's own tests expect.</exception>
    public static TokenizerParts Read(ReadOnlySpan<byte> data, string name)
    {
        SentencePieceFile file = SentencePieceFile.Read(data, name);
        PieceVocabulary vocabulary = Vocabulary(file, name);
        string[] userDefined = [.. file.Pieces.Where(piece => piece.Type == PieceType.UserDefined).Select(piece => piece.Text)];
        UserDefinedPieces symbols = new(userDefined);
        TokenizerParts parts = new(Model(file, vocabulary, symbols))
        {
            Normalizer = new SentencePieceNormalizer(file.Normalizer, symbols, file.TreatWhitespaceAsSuffix),
            Decoder = new SentencePieceDecoder(file, vocabulary),
            Unknown = vocabulary.Unknown,
            Begin = Control(file.BeginPiece),
            End = Control(file.EndPiece),
            Pad = Control(file.PadPiece),
        };
        Test(parts, file, name);
        return parts;

        int? Control(string piece) => vocabulary.TokenToId(piece) is int id and >= 0 && file.Pieces[id].Type == PieceType.Control ? id : null;
    }

    private static PieceVocabulary Vocabulary(SentencePieceFile file, string name)
    {
        int unknown = -1, bytes = 0;
        bool[] hidden = new bool[file.Pieces.Count];
        for (int id = 0; id < hidden.Length; id++)
        {
            (string text, _, PieceType type) = file.Pieces[id];
            hidden[id] = type is PieceType.Unknown or PieceType.Control or PieceType.Byte || (type == PieceType.Unused && file.Kind == SentencePieceKind.Unigram);
            if (type == PieceType.Unknown)
            {
                if (unknown >= 0) throw Error($"piece {id}, \"{text}\": piece {unknown} is the unknown one already");
                unknown = id;
            }
            if (type != PieceType.Byte) continue;
            if (!file.ByteFallback) throw Error($"piece {id}, \"{text}\", stands for a byte, but trainer_spec.byte_fallback is false");
            if (PieceVocabulary.ByteOf(text) < 0) throw Error($"piece {id} stands for a byte: expected a text from <0x00> to <0xFF>, found \"{text}\"");
            bytes++;
        }
        if (unknown < 0) throw Error("expected an unknown piece (type 2), found none");
        if (file.ByteFallback && bytes != 256) throw Error($"trainer_spec.byte_fallback is true: expected 256 pieces that stand for bytes, found {bytes}");
        PieceVocabulary vocabulary = new([.. file.Pieces.Select(piece => piece.Text)], unknown, file.ByteFallback, hidden);
        for (int id = 0; id < hidden.Length; id++)
        {
            int other = vocabulary.TokenToId(file.Pieces[id].Text);
            if (other != id) throw Error($"pieces {id} and {other} have the same text, \"{file.Pieces[id].Text}\"");
        }
        return vocabulary;

        InvalidDataException Error(string message) => new($"{name}: {message}.");
    }

    private static IModel Model(SentencePieceFile file, PieceVocabulary vocabulary, UserDefinedPieces userDefined)
    {
        switch (file.Kind)
        {
            case SentencePieceKind.Bpe:
                bool[] unused = [.. file.Pieces.Select(piece => piece.Type == PieceType.Unused)];
                return new SentencePieceBpe(vocabulary, [.. file.Pieces.Select(piece => piece.Score)], unused, userDefined);
            case SentencePieceKind.Word: return new SentencePieceSplits(vocabulary, userDefined: null);
            case SentencePieceKind.Char: return new SentencePieceSplits(vocabulary, userDefined);
            default: return Unigram(file, vocabulary);
        }
    }

    /// <summary>A user-defined piece scores so that no other way to write its text is better: next to nothing below the best.</summary>
    private static Unigram Unigram(SentencePieceFile file, PieceVocabulary vocabulary)
    {
        const float leastNormal = 1.17549435e-38f;
        (float worst, float best) = (float.MaxValue, leastNormal);
        foreach ((_, float score, PieceType type) in file.Pieces)
        {
            if (type == PieceType.Normal) (worst, best) = (Math.Min(worst, score), Math.Max(best, score));
        }
        double[] scores = [.. file.Pieces.Select(piece =>
            piece.Type == PieceType.UserDefined ? System.Text.Encoding.UTF8.GetByteCount(piece.Text) * best - 0.1 : piece.Score)];
        return new(vocabulary, scores, worst, single: true);
    }

    /// <summary>Holds the tokenizer to the tests that the file brings.</summary>
    private static void Test(TokenizerParts parts, SentencePieceFile file, string name)
    {
        NormalizedText text = new();
        TokenList tokens = new();
        IPieceEncoder encoder = parts.Model.NewEncoder();
        foreach ((string input, string expected) in file.SelfTest)
        {
            text.Reset(input, 0, tracks: false);
            parts.Normalizer!.Normalize(text);
            tokens.Clear();
            encoder.Encode(text.Chars, 0, tokens);
            List<string> found = [];
            for (int i = 0; i < tokens.Count; i++)
            {
                int id = tokens.Ids[i];
                found.Add(id == parts.Unknown ? text.Chars[tokens.Starts[i]..tokens.Ends[i]].ToString() : parts.Model.IdToToken(id)!);
            }
            if (string.Join(' ', found) != expected)
                throw new InvalidDataException($"{name}: self_test_data: of \"{input}\" the file expects \"{expected}\", found \"{string.Join(' ', found)}\".");
        }
    }
}
