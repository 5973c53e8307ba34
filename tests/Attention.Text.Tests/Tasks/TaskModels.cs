using System.Text.Json;
using System.Text.Json.Nodes;
using Attention.Dsl;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>The classifier of Goldens/make_tasks.py, and its cross-encoder with one class.</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 2, width: 32, Epsilon = 1e-12)]
[Embedding(vocabulary: 300, length: 64)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.Gelu)]
[Head(3, Pooler = Activation.Tanh)]
internal sealed partial class SmallClassifier;

[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 2, width: 32, Epsilon = 1e-12)]
[Embedding(vocabulary: 300, length: 64)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.Gelu)]
[Head(1, Pooler = Activation.Tanh)]
internal sealed partial class SmallCrossEncoder;

[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 2, width: 32, Epsilon = 1e-12)]
[Embedding(vocabulary: 300, length: 64)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.Gelu)]
[Linear(5, Name = "classifier")]
internal sealed partial class SmallTagger;

[AttentionModel(Layout = WeightLayout.Bart)]
internal sealed partial class SmallTranslator
{
    [Encoder(layers: 2, width: 24)]
    [Embedding(vocabulary: 200, length: 64)]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 2)]
    [FeedForward(48, Activation.Gelu)]
    public sealed partial class Source;

    [Decoder(layers: 2, width: 24)]
    [Embedding(vocabulary: 200, length: 64, Shares = nameof(Source))]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 2)]
    [CrossAttention(from: nameof(Source))]
    [FeedForward(48, Activation.Gelu)]
    [Logits(Tied = true, Bias = true)]
    public sealed partial class Target;
}

/// <summary>The GPT-2 of Goldens/make_generator.py.</summary>
[AttentionModel(Layout = WeightLayout.Gpt2)]
[Decoder(layers: 2, width: 32, Norm = NormPlacement.Pre, FinalNorm = true)]
[Embedding(vocabulary: 349, length: 64)]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 4)]
[FeedForward(64, Activation.GeluTanh)]
[Logits(Tied = true)]
internal sealed partial class SmallGenerator;

/// <summary>A folder of Goldens/tasks: a checkpoint, and what the script computed.</summary>
internal static class TaskGolden
{
    public static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "Goldens", "tasks", name);

    public static JsonElement Json(string name, string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder(name), file + ".json")));
        return document.RootElement.Clone();
    }

    public static JsonElement[] Cases(string name)
    {
        JsonElement[] cases = [.. Json(name, "expected").EnumerateArray()];
        Assert.True(cases.Length >= 8);
        Assert.Contains(cases, IsTruncated);
        Assert.Contains(cases, it => !IsTruncated(it));
        return cases;
    }

    public static string Text(this JsonElement it, string name = "text") => it.GetProperty(name).GetString()!;

    public static string? Second(this JsonElement it) => it.GetProperty("second").GetString();

    public static bool IsTruncated(this JsonElement it) => it.GetProperty("truncated").GetBoolean();

    public static int[] Ids(this JsonElement it, string name = "ids") => [.. it.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

    public static double[] Numbers(this JsonElement it, string name) => [.. it.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];

    /// <summary>The script's own tokens are the library's and, of what the reference takes, the reference's.</summary>
    public static void AssertTokens(string name, IEnumerable<JsonElement> cases)
    {
        string json = File.ReadAllText(Path.Combine(Folder(name), "tokenizer.json"));
        using var oracle = new Oracle(json);
        Tokenizer tokenizer = Tokenizer.Load(Folder(name));
        foreach (JsonElement it in cases)
        {
            string? second = it.TryGetProperty("second", out JsonElement pair) ? pair.GetString() : null;
            EncodeOptions options = new() { MaxLength = 64 };
            EncodedText found = second is null ? tokenizer.Encode(it.Text(), options) : tokenizer.Encode(it.Text(), second, options);
            Assert.Equal(it.Ids(), found.Ids);
            Assert.Equal(it.IsTruncated(), found.Truncated);
            if (it.TryGetProperty("types", out _)) Assert.Equal(it.Ids("types"), found.TypeIds);
            if (second is not null || it.IsTruncated()) continue;
            Assert.Equal(oracle.Encode(it.Text()), found.Ids);
        }
    }

    /// <summary>A copy of a folder without the weights, with other members in config.json.</summary>
    public static TemporaryFolder With(string name, params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Folder(name), "tokenizer.json"), folder.File("tokenizer.json"));
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(name), "config.json")))!;
        foreach ((string member, JsonNode? value) in members) config[member] = value;
        File.WriteAllText(folder.File("config.json"), config.ToJsonString());
        return folder;
    }

    /// <summary>A copy of a folder without the weights, with other members in generation_config.json.</summary>
    public static TemporaryFolder Generating(string name, params ReadOnlySpan<(string Name, JsonNode? Value)> members)
    {
        TemporaryFolder folder = With(name);
        string own = Path.Combine(Folder(name), "generation_config.json");
        JsonNode config = File.Exists(own) ? JsonNode.Parse(File.ReadAllText(own))! : new JsonObject();
        foreach ((string member, JsonNode? value) in members) config[member] = value;
        File.WriteAllText(folder.File("generation_config.json"), config.ToJsonString());
        return folder;
    }

    /// <summary>The same weights, but for the last ones, which are so large that scores overflow.</summary>
    public static MemoryStream Damaged(string name)
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Folder(name), "model.safetensors"));
        for (int i = 1; i <= 32; i++) BitConverter.TryWriteBytes(file.AsSpan(file.Length - (4 * i)), float.MaxValue);
        return new(file);
    }
}
