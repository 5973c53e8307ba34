namespace Attention.Text;

/// <summary>Reads BERT's vocab.txt: a token a line, its number the id.</summary>
internal static class BertVocabulary
{
    private static readonly string[] Special = ["[UNK]", "[SEP]", "[PAD]", "[CLS]", "[MASK]"];

    /// <summary>Case, accents and Chinese characters as tokenizer_config.json has them; without it, a vocabulary that has no upper case is of a model that lowers it.</summary>
    public static TokenizerParts Read(string file)
    {
        var tokens = new Dictionary<string, int>();
        int line = 0;
        foreach (string token in TextFile.Read(file).Split('\n')) tokens[token.TrimEnd('\r')] = line++;
        if (tokens.TryGetValue("", out int last) && last == line - 1) tokens.Remove("");
        int Id(string token) => tokens.TryGetValue(token, out int id) ? id : throw new InvalidDataException($"{file}: expected the token {token}, found none in {line} lines.");
        bool cased = tokens.Keys.Any(token => !(token.StartsWith('[') && token.EndsWith(']')) && token.EnumerateRunes().Any(rune => CodePoints.LowerCase(rune.Value) != rune.Value));
        BertNormalizer normalizer = SpecialTokens.Read(Path.GetDirectoryName(Path.GetFullPath(file))!, "tokenizer_config.json", json =>
        {
            bool lowercase = json["do_lower_case"].Bool(!cased);
            return new BertNormalizer(true, json["tokenize_chinese_chars"].Bool(true), json["strip_accents"].Bool(lowercase), lowercase);
        }) ?? new(true, true, !cased, !cased);
        return new(new WordPiece(new(tokens), Id("[UNK]"), "##", 100))
        {
            Normalizer = normalizer,
            PreTokenizer = BertPreTokenizer.Instance,
            PostProcessor = TemplatePostProcessor.Bert(Id("[SEP]"), Id("[CLS]")),
            Decoder = new WordPieceDecoder("##", true),
            AddedTokens = [.. Special.Where(tokens.ContainsKey).Select(token => new AddedToken(token, tokens[token]))],
            Unknown = Id("[UNK]"),
            Separator = Id("[SEP]"),
            Class = Id("[CLS]"),
            Pad = tokens.TryGetValue("[PAD]", out int pad) ? pad : null,
            Mask = tokens.TryGetValue("[MASK]", out int mask) ? mask : null,
        };
    }
}
