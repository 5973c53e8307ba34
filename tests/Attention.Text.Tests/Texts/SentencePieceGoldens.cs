using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Attention.Text.Tests;

/// <summary>What SentencePiece itself gave: Goldens/make_sentencepiece.py. ATTENTION_SENTENCEPIECE may name a larger file that it wrote.</summary>
internal static class SentencePieceGoldens
{
    private static readonly Lazy<Dictionary<string, byte[]>> _files = new(Read);
    private static readonly Lazy<JsonDocument> _golden = new(() => JsonDocument.Parse(_files.Value["golden.json"]));

    public static IEnumerable<string> Models => _files.Value.Keys.Where(name => name.EndsWith(".model", StringComparison.Ordinal)).Select(name => name[..^6]);

    public static string[] Texts { get; } = [.. _golden.Value.RootElement.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];

    /// <summary>What long texts are made of.</summary>
    public static string[] Signs { get; } = [.. _golden.Value.RootElement.GetProperty("signs").EnumerateArray().Select(text => text.GetString()!)];

    public static byte[] Model(string name) => _files.Value[name + ".model"];

    /// <summary>The rules of a SentencePiece model.</summary>
    public static byte[] Charsmap(string model)
    {
        for (ProtoReader file = new(Model(model), model, "ModelProto"); file.Next();)
        {
            if (file.Field != 3)
            {
                file.Skip();
                continue;
            }
            for (ProtoReader spec = file.Message("normalizer_spec"); spec.Next();)
            {
                if (spec.Field == 2) return spec.Bytes().ToArray();
                spec.Skip();
            }
        }
        throw new InvalidOperationException($"{model} has no rules.");
    }

    public static int[][] Ids(string model, string what) => [.. Of(model, what).Select(ids => ids.EnumerateArray().Select(id => id.GetInt32()).ToArray())];

    public static string[] Strings(string model, string what) => [.. Of(model, what).Select(text => text.GetString()!)];

    private static IEnumerable<JsonElement> Of(string model, string what) => _golden.Value.RootElement.GetProperty("models").GetProperty(model).GetProperty(what).EnumerateArray();

    private static Dictionary<string, byte[]> Read()
    {
        string path = Environment.GetEnvironmentVariable("ATTENTION_SENTENCEPIECE") ?? Path.Combine(AppContext.BaseDirectory, "Goldens", "sentencepiece.tar.br");
        using BrotliStream stream = new(File.OpenRead(path), CompressionMode.Decompress);
        using TarReader tar = new(stream);
        Dictionary<string, byte[]> files = [];
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            if (entry.DataStream is null) continue;
            byte[] data = new byte[entry.Length];
            entry.DataStream.ReadExactly(data);
            files.Add(entry.Name, data);
        }
        return files;
    }
}
