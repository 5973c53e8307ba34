namespace Attention.Text;

/// <summary>What a piece of a SentencePiece model is for, as its file numbers it.</summary>
internal enum PieceType
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>How a SentencePiece model writes a text in pieces, as its file numbers it.</summary>
internal enum SentencePieceKind
{
    Unigram = 1,
    Bpe = 2,
    Word = 3,
    Char = 4,
}

/// <summary>How a SentencePiece model normalises a text, or what it decodes.</summary>
internal sealed record NormalizerSpec
{
    public PrecompiledCharsmap? Charsmap { get; set; }
    public bool AddDummyPrefix { get; set; } = true;
    public bool RemoveExtraWhitespaces { get; set; } = true;
    public bool EscapeWhitespaces { get; set; } = true;
}

/// <summary>
/// A SentencePiece model's file, <c>*.model</c>: the message ModelProto of sentencepiece_model.proto. What only its trainer reads is
/// passed over.
/// </summary>
internal sealed class SentencePieceFile
{
    public List<(string Text, float Score, PieceType Type)> Pieces { get; } = [];
    public SentencePieceKind Kind { get; private set; } = SentencePieceKind.Unigram;
    public bool TreatWhitespaceAsSuffix { get; private set; }
    public bool ByteFallback { get; private set; }
    public string UnknownSurface { get; private set; } = " \u2047 ";
    public string UnknownPiece { get; private set; } = "<unk>";
    public string BeginPiece { get; private set; } = "<s>";
    public string EndPiece { get; private set; } = "</s>";
    public string PadPiece { get; private set; } = "<pad>";
    public NormalizerSpec Normalizer { get; } = new();
    public NormalizerSpec Denormalizer { get; } = new();

    /// <summary>Texts and their pieces, joined by spaces: what the trainer saw the model give.</summary>
    public List<(string Input, string Expected)> SelfTest { get; } = [];

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="InvalidDataException">They are not such a file; the message says what was expected, what was found and where.</exception>
    public static SentencePieceFile Read(ReadOnlySpan<byte> data, string file)
    {
        SentencePieceFile result = new();
        for (ProtoReader reader = new(data, file, "ModelProto"); reader.Next();)
        {
            switch (reader.Field)
            {
                case 1: result.ReadPiece(reader.Message($"piece {result.Pieces.Count}")); break;
                case 2: result.ReadTrainer(reader.Message("trainer_spec")); break;
                case 3: ReadNormalizer(reader.Message("normalizer_spec"), result.Normalizer); break;
                case 4: result.ReadSelfTest(reader.Message("self_test_data")); break;
                case 5: ReadNormalizer(reader.Message("denormalizer_spec"), result.Denormalizer); break;
                default: reader.Skip(); break;
            }
        }
        return result.Pieces.Count > 0 ? result : throw new InvalidDataException($"{file}: expected a SentencePiece model, found a file without pieces.");
    }

    private void ReadPiece(ProtoReader reader)
    {
        (string text, float score, PieceType type) = ("", 0, PieceType.Normal);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: text = reader.String(); break;
                case 2: score = reader.Float(); break;
                case 3: type = (PieceType)reader.Int(); break;
                default: reader.Skip(); break;
            }
        }
        if (text.Length == 0) throw reader.Error("the piece is empty");
        if (!float.IsFinite(score)) throw reader.Error($"expected a finite score, found {score}");
        if (!Enum.IsDefined(type)) throw reader.Error($"expected a type from 1 to 6, found {(int)type}");
        Pieces.Add((text, score, type));
    }

    private void ReadTrainer(ProtoReader reader)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3: Kind = (SentencePieceKind)reader.Int(); break;
                case 24: TreatWhitespaceAsSuffix = reader.Bool(); break;
                case 35: ByteFallback = reader.Bool(); break;
                case 44: UnknownSurface = reader.String(); break;
                case 45: UnknownPiece = reader.String(); break;
                case 46: BeginPiece = reader.String(); break;
                case 47: EndPiece = reader.String(); break;
                case 48: PadPiece = reader.String(); break;
                default: reader.Skip(); break;
            }
            if (!Enum.IsDefined(Kind)) throw reader.Error($"expected a model_type from 1 to 4, found {(int)Kind}");
        }
    }

    private static void ReadNormalizer(ProtoReader reader, NormalizerSpec spec)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    spec.Charsmap = ReadCharsmap(ref reader);
                    break;
                case 3: spec.AddDummyPrefix = reader.Bool(); break;
                case 4: spec.RemoveExtraWhitespaces = reader.Bool(); break;
                case 5: spec.EscapeWhitespaces = reader.Bool(); break;
                default: reader.Skip(); break;
            }
        }
    }

    private static PrecompiledCharsmap? ReadCharsmap(ref ProtoReader reader)
    {
        ReadOnlySpan<byte> blob = reader.Bytes();
        try
        {
            return blob.IsEmpty ? null : new(blob);
        }
        catch (InvalidDataException error)
        {
            throw reader.Error($"precompiled_charsmap: {error.Message}");
        }
    }

    private void ReadSelfTest(ProtoReader reader)
    {
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            (string input, string expected) = ("", "");
            for (ProtoReader sample = reader.Message($"self_test_data.samples {SelfTest.Count}"); sample.Next();)
            {
                if (sample.Field == 1) input = sample.String();
                else if (sample.Field == 2) expected = sample.String();
                else sample.Skip();
            }
            SelfTest.Add((input, expected));
        }
    }
}
