namespace Attention.Text;

public sealed partial class Tokenizer
{
    /// <summary>
    /// Reads a tokenizer from a file, or from a checkpoint's folder: tokenizer.json if it has one, else vocab.txt (BERT), else vocab.json with merges.txt (GPT-2, RoBERTa, Qwen 2), else the only *.model (SentencePiece).
    /// Which tokens begin, end and pad is taken from tokenizer_config.json and special_tokens_map.json beside it.
    /// What stands about the texts of a *.model is tokenizer_config.json's too (add_bos_token, add_eos_token; Llama's begin by default); without that file
    /// it is nothing, and a family for which it is not known is refused.
    /// </summary>
    /// <param name="fileOrFolder">The path.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or no tokenizer in the folder.</exception>
    /// <exception cref="InvalidDataException">The file is not as expected, or names a kind that is not known; the message says file and path.</exception>
    public static Tokenizer Load(string fileOrFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileOrFolder);
        string file = Directory.Exists(fileOrFolder) ? Find(fileOrFolder) : fileOrFolder;
        if (!File.Exists(file)) throw new FileNotFoundException($"{file}: no such file.", file);
        TokenizerParts parts = Path.GetExtension(file) switch
        {
            ".json" => Path.GetFileName(file) == "vocab.json" ? BytePairVocabulary.Read(file) : ReadJson(file),
            ".txt" => BertVocabulary.Read(file),
            ".model" => SentencePieceCheckpoint.Read(file),
            _ => throw new InvalidDataException($"{file}: expected {string.Join(", ", Files)}."),
        };
        return new(SpecialTokens.Named(parts, Path.GetDirectoryName(Path.GetFullPath(file))!));
    }

    /// <summary>Reads a tokenizer.json.</summary>
    /// <param name="tokenizerJson">The file's bytes.</param>
    /// <param name="name">Its name, for errors.</param>
    /// <exception cref="InvalidDataException">The file is not as expected, or names a kind that is not known; the message says its path.</exception>
    public static Tokenizer Load(Stream tokenizerJson, string name = "tokenizer.json")
    {
        ArgumentNullException.ThrowIfNull(tokenizerJson);
        return new(TokenizerJson.Read(tokenizerJson, name));
    }

    /// <summary>
    /// Reads a SentencePiece model (*.model). As in SentencePiece itself, nothing is put about a text, and control pieces written in
    /// a text are text.
    /// </summary>
    /// <param name="model">The file's bytes.</param>
    /// <param name="name">Its name, for errors.</param>
    /// <exception cref="InvalidDataException">The file is not as expected; the message says where.</exception>
    public static Tokenizer LoadSentencePiece(Stream model, string name = "tokenizer.model")
    {
        ArgumentNullException.ThrowIfNull(model);
        using MemoryStream data = new();
        model.CopyTo(data);
        return new(SentencePieceModel.Read(data.GetBuffer().AsSpan(0, (int)data.Length), name));
    }

    /// <summary>What a folder is searched for, in this order.</summary>
    private static readonly string[] Files = ["tokenizer.json", "vocab.txt", "vocab.json", "*.model"];

    private static string Find(string folder)
    {
        foreach (string name in Files)
        {
            string[] found = Directory.GetFiles(folder, name);
            if (found.Length > 1) throw new InvalidDataException($"{folder}: expected one {name}, found {string.Join(", ", found.Select(Path.GetFileName).Order(StringComparer.Ordinal))}; give the path of one.");
            if (found.Length == 1) return found[0];
        }
        throw new FileNotFoundException($"{folder}: expected one of {string.Join(", ", Files)}, found none.");
    }

    private static TokenizerParts ReadJson(string file)
    {
        using FileStream stream = File.OpenRead(file);
        return TokenizerJson.Read(stream, file);
    }
}
