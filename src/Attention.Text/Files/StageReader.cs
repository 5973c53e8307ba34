namespace Attention.Text;

/// <summary>Makes the stages that tokenizer.json names by "type".</summary>
internal static class StageReader
{
    public static INormalizer Normalizer(JsonPart json)
    {
        string kind = json["type"].String();
        switch (kind)
        {
            case "BertNormalizer":
                json.Only("type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase");
                bool lowercase = json["lowercase"].Bool(true);
                return new BertNormalizer(json["clean_text"].Bool(true), json["handle_chinese_chars"].Bool(true), json["strip_accents"].Bool(lowercase), lowercase);
            case "NFC":
                return Bare(json, UnicodeNormalizer.Nfc);
            case "NFD":
                return Bare(json, UnicodeNormalizer.Nfd);
            case "NFKC":
                return Bare(json, UnicodeNormalizer.Nfkc);
            case "NFKD":
                return Bare(json, UnicodeNormalizer.Nfkd);
            case "Lowercase":
                return Bare(json, LowercaseNormalizer.Instance);
            case "StripAccents":
                return Bare(json, DropNormalizer.StripAccents);
            case "Strip":
                json.Only("type", "strip_left", "strip_right");
                return new StripNormalizer(json["strip_left"].Bool(), json["strip_right"].Bool());
            case "Replace":
                json.Only("type", "pattern", "content");
                (string? literal, Expression? expression) = Pattern(json["pattern"]);
                return new ReplaceNormalizer(literal, expression, json["content"].String());
            case "Prepend":
                json.Only("type", "prepend");
                return new PrependNormalizer(json["prepend"].String());
            case "Nmt":
                return Bare(json, NmtNormalizer.Instance);
            case "Precompiled":
                return PrecompiledNormalizer.Read(json);
            case "Sequence":
                json.Only("type", "normalizers");
                return new SequenceNormalizer([.. json["normalizers"].Items().Select(Normalizer)]);
            default:
                throw Unknown(json, "normalizer", "BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, StripAccents, Strip, Replace, Prepend, Nmt, Precompiled, Sequence");
        }
    }

    public static IPreTokenizer PreTokenizer(JsonPart json)
    {
        string kind = json["type"].String();
        switch (kind)
        {
            case "BertPreTokenizer":
                return Bare(json, BertPreTokenizer.Instance);
            case "Whitespace":
                return Bare(json, WhitespacePreTokenizer.Instance);
            case "WhitespaceSplit":
                return Bare(json, TraitPreTokenizer.WhitespaceSplit);
            case "Punctuation":
                json.Only("type", "behavior");
                return new TraitPreTokenizer(Traits.Punctuation, json["behavior"].IsNull ? SplitBehavior.Isolated : Behavior(json["behavior"]));
            case "Digits":
                json.Only("type", "individual_digits");
                return new TraitPreTokenizer(Traits.Number, json["individual_digits"].Bool(false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous);
            case "Metaspace":
                return MetaspacePreTokenizer.Read(json);
            case "ByteLevel":
                json.Only("type", "add_prefix_space", "trim_offsets", "use_regex");
                return new ByteLevelPreTokenizer(json["add_prefix_space"].Bool(), json["use_regex"].Bool(true) ? SplitPreTokenizer.Gpt2 : null);
            case "CharDelimiterSplit":
                json.Only("type", "delimiter");
                return new LiteralSplitPreTokenizer(json["delimiter"].String() is { Length: > 0 } delimiter ? delimiter : throw json["delimiter"].Error("expected a sign"), SplitBehavior.Removed, false);
            case "Split":
                json.Only("type", "pattern", "behavior", "invert");
                SplitBehavior behavior = Behavior(json["behavior"]);
                (string? literal, Expression? expression) = Pattern(json["pattern"]);
                bool invert = json["invert"].Bool();
                return literal is null ? new SplitPreTokenizer(expression!, behavior, invert) : new LiteralSplitPreTokenizer(literal, behavior, invert);
            case "Sequence":
                json.Only("type", "pretokenizers");
                return new SequencePreTokenizer([.. json["pretokenizers"].Items().Select(PreTokenizer)]);
            default:
                throw Unknown(json, "pre-tokenizer", "BertPreTokenizer, Whitespace, WhitespaceSplit, Punctuation, Digits, Metaspace, ByteLevel, Split, CharDelimiterSplit, Sequence");
        }
    }

    public static IModel Model(JsonPart json)
    {
        // Files before version 0.10 of the reference do not name the kind.
        string kind = json["type"].StringOrNull() ?? (json["merges"].IsNull ? throw json["type"].Error("expected the model's kind, found nothing") : "BPE");
        return kind switch
        {
            "WordPiece" => WordPiece.Read(json),
            "WordLevel" => WordLevel.Read(json),
            "BPE" => BpeReader.Read(json),
            "Unigram" => Unigram.Read(json),
            _ => throw Unknown(json, "model", "WordPiece, WordLevel, BPE, Unigram"),
        };
    }

    public static IDecoder Decoder(JsonPart json)
    {
        string kind = json["type"].String();
        switch (kind)
        {
            case "WordPiece":
                json.Only("type", "prefix", "cleanup");
                return new WordPieceDecoder(json["prefix"].String(), json["cleanup"].Bool(true));
            case "ByteLevel":
                json.Only("type", "add_prefix_space", "trim_offsets", "use_regex");
                return ByteLevelDecoder.Instance;
            case "BPEDecoder":
                json.Only("type", "suffix");
                return new BpeDecoder(json["suffix"].String());
            case "ByteFallback":
                return Bare(json, ByteFallbackDecoder.Instance);
            case "Fuse":
                return Bare(json, FuseDecoder.Instance);
            case "Strip":
                json.Only("type", "content", "start", "stop");
                return new StripDecoder(Sign(json["content"]), json["start"].Int(), json["stop"].Int());
            case "Replace":
                json.Only("type", "pattern", "content");
                json["pattern"].Only("String");
                return new ReplaceDecoder(json["pattern"]["String"].String(), json["content"].String());
            case "Metaspace":
                (char mark, PrependScheme scheme) = MetaspacePreTokenizer.ReadMark(json);
                return new MetaspaceDecoder(mark, scheme != PrependScheme.Never);
            case "Sequence":
                json.Only("type", "decoders");
                return new SequenceDecoder([.. json["decoders"].Items().Select(Decoder)]);
            default:
                throw Unknown(json, "decoder", "WordPiece, ByteLevel, BPEDecoder, ByteFallback, Fuse, Strip, Replace, Metaspace, Sequence");
        }
    }

    /// <summary>A string to find, or an expression.</summary>
    private static (string? Literal, Expression? Expression) Pattern(JsonPart json)
    {
        json.Only("String", "Regex");
        if (json["String"].StringOrNull() is { } literal) return literal.Length > 0 ? (literal, null) : throw json["String"].Error("expected a string that is not empty");
        try
        {
            return (null, new(json["Regex"].String()));
        }
        catch (FormatException e)
        {
            throw json["Regex"].Error(e.Message);
        }
    }

    private static SplitBehavior Behavior(JsonPart json)
    {
        string name = json.String();
        return name switch
        {
            "Removed" => SplitBehavior.Removed,
            "Isolated" => SplitBehavior.Isolated,
            "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" => SplitBehavior.MergedWithNext,
            "Contiguous" => SplitBehavior.Contiguous,
            _ => throw json.Error($"the behavior '{name}' is not known; known are Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous"),
        };
    }

    /// <summary>One UTF-16 unit.</summary>
    public static char Sign(JsonPart json) => json.String() is { Length: 1 } text ? text[0] : throw json.Error("expected one sign of U+0000 to U+FFFF");

    /// <summary>A stage that has no settings.</summary>
    private static T Bare<T>(JsonPart json, T stage)
    {
        json.Only("type");
        return stage;
    }

    private static InvalidDataException Unknown(JsonPart json, string stage, string known) =>
        json["type"].Error($"the {stage} '{json["type"].StringOrNull()}' is not known; known are {known}");
}
