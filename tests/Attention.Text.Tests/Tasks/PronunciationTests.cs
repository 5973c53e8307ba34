using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attention.Dsl;
using Attention.Tests;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>A word's phonemes, by a real BART.</summary>
[AttentionModel(Layout = WeightLayout.Bart)]
internal sealed partial class BartG2P
{
    [Encoder(layers: 1, width: 128)]
    [Embedding(vocabulary: 63, length: 64)]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 1)]
    [FeedForward(1024, Activation.Gelu)]
    public sealed partial class Letters;

    [Decoder(layers: 1, width: 128)]
    [Embedding(vocabulary: 63, length: 64, Shares = nameof(Letters))]
    [Positions(PositionKind.Learned, Offset = 2)]
    [LayerNorm]
    [SelfAttention(heads: 1)]
    [CrossAttention(from: nameof(Letters))]
    [FeedForward(1024, Activation.Gelu)]
    [Logits(Tied = true, Bias = true)]
    public sealed partial class Phonemes;
}

/// <summary>The model of samples/Pronounce.</summary>
[AttentionModel]
internal sealed partial class Pronouncer
{
    [Encoder(layers: 3, width: 128)]
    [Embedding(vocabulary: 32, length: 32, Scaled = true, Name = "source_embedding")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 4)]
    [FeedForward(512, Activation.Relu)]
    public sealed partial class Spelling;

    [Decoder(layers: 3, width: 128)]
    [Embedding(vocabulary: 87, length: 32, Scaled = true, Name = "target_embedding")]
    [Positions(PositionKind.Sinusoidal)]
    [SelfAttention(heads: 4)]
    [CrossAttention(from: nameof(Spelling))]
    [FeedForward(512, Activation.Relu)]
    [Logits(Name = "output")]
    public sealed partial class Phonemes;
}

/// <summary>Translators over real weights, whose words their authors' models have spelled.</summary>
public sealed class PronunciationTests
{
    [Fact]
    public void Bart_spells_every_word_as_the_reference()
    {
        string folder = SharedModels.Find("bart-g2p-us") ?? "";
        Assert.SkipWhen(folder.Length == 0, "There is no shared/models/bart-g2p-us here.");
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        string[][] words = [.. File.ReadLines(Path.Combine(folder, "words.tsv")).Skip(1).Select(line => line.Split('\t'))];
        Assert.Equal(300, words.Length);

        string[] specials = ["<pad>", "<s>", "</s>", "<unk>"];
        string[] Signs(string name) => [.. specials, .. config.RootElement.GetProperty(name).GetString()![4..].Select(sign => sign.ToString())];
        string source = Json(Signs("grapheme_chars"), 4, "<s>", "</s>", "<unk>", fuse: true), target = Json(Signs("phoneme_chars"), 4, "<s>", "</s>", "<unk>", fuse: true);
        using BartG2P model = BartG2P.Load(folder);
        using Translator translator = Translator.Of(model.CreateSession, session => session.Letters, session => session.Phonemes, folder,
            new() { Source = Load(source), Target = Load(target), MostBeams = 2 });
        IReadOnlyList<Translation> found = translator.Translate([.. words.Select(word => word[0])]);
        Assert.Equal(words.Select(word => word[1]), found.Select(translation => translation.Text));

        using var oracle = new Oracle(source);
        foreach (string[] word in words) Assert.Equal(oracle.Encode(word[0]), Load(source).EncodeToIds(word[0]));

        // A search finds nothing less likely than what greedy search finds.
        IReadOnlyList<Translation> searched = translator.Translate([.. words.Select(word => word[0])], new() { Beams = 2, LengthPenalty = 0 });
        Assert.InRange(searched.Zip(words).Count(pair => pair.First.Text == pair.Second[1]), 250, 299);
        Assert.All(searched, translation => Assert.InRange(translation.LogProbability, -20, 0));
    }

    [Fact]
    public void The_samples_weights_spell_as_in_float64()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Pronounce"), weights = Path.Combine(folder, "pronounce.safetensors");
        string[][] words = [.. File.ReadLines(Path.Combine(folder, "test.tsv")).Skip(1).Where((_, i) => i % 16 == 0).Select(line => line.Split('\t'))];
        Assert.True(words.Length > 390);
        using SafeTensors file = SafeTensors.Open(weights);
        string[] letters = JsonSerializer.Deserialize<string[]>(file.Metadata["letters"])!, phonemes = JsonSerializer.Deserialize<string[]>(file.Metadata["phonemes"])!;
        using var files = new TemporaryFolder();
        File.WriteAllText(files.File("tokenizer.json"), Json(letters, 3, null, "<eos>", "<pad>", fuse: false));
        File.WriteAllText(files.File("config.json"), """{"bos_token_id": 1, "eos_token_id": 2}""");
        using Pronouncer model = Pronouncer.Load(weights);
        using Translator translator = Translator.Of(model.CreateSession, session => session.Spelling, session => session.Phonemes, files.Path,
            new() { Target = Load(Json(phonemes, 3, null, "<eos>", "<pad>", fuse: false)) });
        IReadOnlyList<Translation> found = translator.Translate([.. words.Select(word => word[0])]);
        Assert.Equal(words.Select(word => word[2]), found.Select(translation => translation.Text));
    }

    private static Tokenizer Load(string json) => Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)));

    /// <summary>A tokenizer whose words are single signs, or, to decode, words with spaces between.</summary>
    private static string Json(string[] vocabulary, int specials, string? begin, string end, string unknown, bool fuse)
    {
        JsonObject Special(string content) => new() { ["SpecialToken"] = new JsonObject { ["id"] = content, ["type_id"] = 0 } };
        JsonObject Text(string name) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = 0 } };
        JsonArray Around(params string[] names) => [.. begin is null ? [] : (JsonNode[])[Special(begin)], .. names.Select(Text), Special(end)];
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. vocabulary.Take(specials).Select((token, id) => new JsonObject
            {
                ["id"] = id, ["content"] = token, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
            })]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = JsonNode.Parse("""{"type": "Split", "pattern": {"Regex": "[\\s\\S]"}, "behavior": "Isolated", "invert": false}"""),
            ["post_processor"] = new JsonObject
            {
                ["type"] = "TemplateProcessing", ["single"] = Around("A"), ["pair"] = Around("A", "B"),
                ["special_tokens"] = new JsonObject(((string?[])[begin, end]).OfType<string>().Select(token => KeyValuePair.Create(token, (JsonNode?)new JsonObject
                {
                    ["id"] = token, ["ids"] = new JsonArray(Array.IndexOf(vocabulary, token)), ["tokens"] = new JsonArray(token),
                }))),
            },
            ["decoder"] = fuse ? JsonNode.Parse("""{"type": "Fuse"}""") : null,
            ["model"] = new JsonObject { ["type"] = "WordLevel", ["unk_token"] = unknown, ["vocab"] = new JsonObject(vocabulary.Select((token, id) => KeyValuePair.Create(token, (JsonNode?)id))) },
        }.ToJsonString();
    }
}
