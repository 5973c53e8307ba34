namespace Attention.Text;

/// <summary>Reads vocab.json with merges.txt beside it, as GPT-2, RoBERTa and Qwen 2 bring them; tokenizer_config.json says whose they are.</summary>
internal static class BytePairVocabulary
{
    private const string Qwen2 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <param name="file">The vocab.json.</param>
    /// <exception cref="InvalidDataException">A file is not as expected, or of a kind that is not known.</exception>
    public static TokenizerParts Read(string file)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Vocabulary vocabulary = SpecialTokens.Read(folder, Path.GetFileName(file), Vocabulary.Read)!;
        var model = new Bpe(vocabulary, Merges(Path.Combine(folder, "merges.txt"), vocabulary), new());
        var config = SpecialTokens.Read(folder, "tokenizer_config.json", json => new Config(json["tokenizer_class"].StringOrNull(), json["add_prefix_space"].Bool(false)))
            ?? new(null, false);
        bool roberta = config.Class is null && vocabulary.Table.Find("<mask>") >= 0;
        return (config.Class?.Replace("Fast", "", StringComparison.Ordinal) ?? (roberta ? "RobertaTokenizer" : "GPT2Tokenizer")) switch
        {
            "GPT2Tokenizer" => Gpt2(model, new ByteLevelPreTokenizer(config.AddPrefixSpace, SplitPreTokenizer.Gpt2), null, "<|endoftext|>"),
            "RobertaTokenizer" or "BartTokenizer" or "LongformerTokenizer" or "LEDTokenizer" => Roberta(model, config.AddPrefixSpace, file),
            "Qwen2Tokenizer" => Gpt2(model, new ByteLevelPreTokenizer(false, new SplitPreTokenizer(new(Qwen2), SplitBehavior.Isolated, false)), UnicodeNormalizer.Nfc, "<|endoftext|>", "<|im_start|>", "<|im_end|>"),
            string other => throw new InvalidDataException($"{folder}: the tokenizer_class '{other}' of tokenizer_config.json is not known; known are GPT2Tokenizer, RobertaTokenizer, BartTokenizer, LongformerTokenizer, LEDTokenizer, Qwen2Tokenizer."),
        };
    }

    private sealed record Config(string? Class, bool AddPrefixSpace);

    private static TokenizerParts Gpt2(Bpe model, IPreTokenizer preTokenizer, INormalizer? normalizer, params string[] special)
    {
        var parts = new TokenizerParts(model)
        {
            Normalizer = normalizer,
            PreTokenizer = preTokenizer,
            PostProcessor = new TemplatePostProcessor(TemplatePostProcessor.Plain.Template(false).ToArray(), TemplatePostProcessor.Plain.Template(true).ToArray()),
            Decoder = ByteLevelDecoder.Instance,
            AddedTokens = Special(model, special),
        };
        return model.TokenToId("<|endoftext|>") is >= 0 and int end ? parts with { Begin = end, End = end } : parts;
    }

    private static TokenizerParts Roberta(Bpe model, bool addPrefixSpace, string file)
    {
        int Id(string token) => model.TokenToId(token) is >= 0 and int id ? id : throw new InvalidDataException($"{file}: expected the token {token}, found none.");
        int begin = Id("<s>"), end = Id("</s>"), mask = Id("<mask>");
        return new(model)
        {
            PreTokenizer = new ByteLevelPreTokenizer(addPrefixSpace, SplitPreTokenizer.Gpt2),
            PostProcessor = TemplatePostProcessor.Roberta(end, begin, trimOffsets: true),
            Decoder = ByteLevelDecoder.Instance,
            AddedTokens = [.. Special(model, "<s>", "<pad>", "</s>", "<unk>"), new AddedToken("<mask>", mask, LeftStrip: true)],
            Begin = begin, Class = begin, End = end, Separator = end, Mask = mask,
            Pad = model.TokenToId("<pad>") is >= 0 and int pad ? pad : null,
            Unknown = model.TokenToId("<unk>") is >= 0 and int unknown ? unknown : null,
        };
    }

    private static AddedToken[] Special(Bpe model, params string[] tokens) =>
        [.. tokens.Where(token => model.TokenToId(token) >= 0).Select(token => new AddedToken(token, model.TokenToId(token)))];

    /// <summary>A merge a line: two tokens with a space between.</summary>
    private static List<(int, int, int)> Merges(string file, Vocabulary vocabulary)
    {
        if (!File.Exists(file)) throw new FileNotFoundException($"{file}: no such file; vocab.json wants it beside it.", file);
        var merges = new List<(int, int, int)>();
        int number = 0;
        foreach (string text in TextFile.Read(file).Split('\n'))
        {
            string line = text.TrimEnd('\r');
            int at = ++number;
            if (line.Length == 0 || line.StartsWith("#version", StringComparison.Ordinal)) continue;
            InvalidDataException Error(string message) => new($"{file}: line {at}: {message}.");
            string[] pair = line.Split(' ');
            if (pair.Length != 2) throw Error($"expected two tokens with a space between, found {pair.Length}");
            merges.Add(BpeReader.Merge(vocabulary, pair[0], pair[1], "", Error));
        }
        return merges;
    }
}
