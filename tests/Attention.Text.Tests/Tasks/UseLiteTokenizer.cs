using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attention.Text.Tests;

/// <summary>The tokenizer of the Universal Sentence Encoder Lite, of whose SentencePiece model the folder has the pieces.</summary>
internal static class UseLiteTokenizer
{
    public static Tokenizer Load(string folder)
    {
        // Seven pieces have no score in the file.
        JsonArray pieces = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "vocab.json")))!.AsArray();
        string vocabulary = JsonSerializer.Serialize(pieces.Select(pair => new object[] { (string)pair![0]!, (double?)pair[1] ?? -9.5 }));
        return Tokenizer.Load(new MemoryStream(System.Text.Encoding.UTF8.GetBytes($$"""
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":{"type":"NFKC"},
            "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}]},
            "post_processor":null,"decoder":null,"model":{"type":"Unigram","unk_id":0,"vocab":{{vocabulary}} } }
            """)));
    }
}
