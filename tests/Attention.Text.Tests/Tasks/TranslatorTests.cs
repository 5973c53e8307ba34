using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attention.Dsl;
using Xunit;

namespace Attention.Text.Tests;

public sealed class TranslatorTests : IDisposable
{
    private const string Name = "translator";
    private const int Most = 24; // tokens that the script writes
    private static readonly JsonElement[] _cases = TaskGolden.Cases(Name);
    private static readonly string[] _texts = [.. _cases.Select(it => it.Text())];
    private static readonly Tokenizer _tokenizer = Tokenizer.Load(TaskGolden.Folder(Name));
    private static readonly JsonElement _variants = TaskGolden.Json(Name, "variants");
    private static readonly GenerationSettings _greedy = new() { MaximumLength = Most };

    private readonly SmallTranslator _model = SmallTranslator.Load(TaskGolden.Folder(Name));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Tokens_and_texts_are_the_scripts_and_the_references()
    {
        TaskGolden.AssertTokens(Name, _cases);
        using var oracle = new Oracle(File.ReadAllText(Path.Combine(TaskGolden.Folder(Name), "tokenizer.json")));
        foreach (JsonElement it in _cases) Assert.Equal(Found(it, "4 1.0").Text(), oracle.Decode(Found(it, "4 1.0").Ids()));
    }

    [Fact]
    public void The_likeliest_tokens_are_the_scripts()
    {
        using Translator translator = Of(TaskGolden.Folder(Name));
        Assert.Equal((64, 4), (translator.MaxLength, translator.MostBeams));
        foreach (JsonElement it in _cases) Assert.Equal(new Translation(Found(it, "greedy").Text(), 0), translator.Translate(it.Text(), _greedy));
    }

    /// <summary>Padding is written where config.json does not ban it.</summary>
    [Fact]
    public void Banned_tokens_are_those_of_the_file()
    {
        using TemporaryFolder free = TaskGolden.With(Name, ("bad_words_ids", null));
        using Translator translator = Of(free.Path);
        foreach (JsonElement it in _cases) Assert.Equal(Found(it, "greedy with padding").Text(), translator.Translate(it.Text(), _greedy).Text);

        // Behind another token it is banned, and at the beginning it is not; what ends a text is never banned.
        JsonElement[] others = [.. _cases.Where(it => Found(it, "greedy").Ids() is { Length: > 3 } ids && ids[0] != ids[1])];
        Assert.True(others.Length > 3);
        foreach (JsonElement it in others)
        {
            int[] ids = Found(it, "greedy").Ids();
            using TemporaryFolder folder = TaskGolden.With(Name, ("bad_words_ids", new JsonArray(new JsonArray(1), new JsonArray(2), new JsonArray(ids[0], ids[1]))));
            using Translator careful = Of(folder.Path);
            using TemporaryFolder first = TaskGolden.With(Name, ("bad_words_ids", new JsonArray(new JsonArray(1), new JsonArray(ids[0]))));
            using Translator strict = Of(first.Path);
            Tokenizer tokenizer = Tokenizer.Load(TaskGolden.Folder(Name));
            GenerationSettings two = new() { MaximumLength = 2 }, one = new() { MaximumLength = 1 };
            Assert.Equal(tokenizer.Decode(ids.AsSpan(0, 1)), careful.Translate(it.Text(), one).Text);
            Assert.NotEqual(tokenizer.Decode(ids.AsSpan(0, 2)), careful.Translate(it.Text(), two).Text);
            Assert.NotEqual(tokenizer.Decode(ids.AsSpan(0, 1)), strict.Translate(it.Text(), one).Text);
        }
    }

    public static TheoryData<string> Variants => [.. _variants.EnumerateObject().Select(variant => variant.Name)];

    /// <summary>The script searches as what generation_config.json says is meant.</summary>
    [Theory]
    [MemberData(nameof(Variants))]
    public void Translations_are_as_the_file_says(string variant)
    {
        using TemporaryFolder folder = TaskGolden.Generating(Name, [.. _variants.GetProperty(variant).EnumerateObject().Select(member => (member.Name, JsonNode.Parse(member.Value.GetRawText())))]);
        using Translator translator = Of(folder.Path, new());
        Assert.Equal(_variants.GetProperty(variant).TryGetProperty("num_beams", out JsonElement beams) ? beams.GetInt32() : 1, translator.MostBeams);
        foreach (JsonElement it in _cases) AssertSame(Found(it, variant), translator.Translate(it.Text()));
    }

    public static TheoryData<string, GenerationSettings> Said => new()
    {
        { "greedy", new() { MaximumLength = Most } },
        { "greedy ngrams", new() { MaximumLength = Most, NoRepeatNgram = 2 } },
        { "greedy penalty", new() { MaximumLength = Most, RepetitionPenalty = 1.3 } },
        { "2 1.0", new() { MaximumLength = Most, Beams = 2 } },
        { "4 0.0", new() { MaximumLength = Most, Beams = 4, LengthPenalty = 0 } },
        { "4 2.0", new() { MaximumLength = Most, Beams = 4, LengthPenalty = 2 } },
        { "never", new() { MaximumLength = Most, Beams = 4, LengthPenalty = 2, EarlyStop = EarlyStopping.Never } },
        { "early", new() { MaximumLength = Most, Beams = 4, LengthPenalty = 2, EarlyStop = EarlyStopping.Always } },
        { "renormalized penalty", new() { MaximumLength = Most, Beams = 3, Renormalize = true, RepetitionPenalty = 1.4 } },
        { "forced", new() { MaximumLength = Most, Beams = 4, LengthPenalty = 2, FirstToken = _tokenizer.TokenToId("the") } },
        { "new", new() { MinimumLength = 7, MaximumLength = 9, Beams = 4 } },
    };

    /// <summary>What a call says comes before what the file says, and a search for fewer tokens than the file's least ends at them.</summary>
    [Theory]
    [MemberData(nameof(Said))]
    public void Translations_are_as_the_call_says(string variant, GenerationSettings generation)
    {
        using TemporaryFolder other = TaskGolden.Generating(Name, ("bad_words_ids", new JsonArray(new JsonArray(1))), ("num_beams", 3), ("length_penalty", 0.5), ("early_stopping", true), ("max_length", 7),
            ("repetition_penalty", 1.1), ("no_repeat_ngram_size", 3), ("renormalize_logits", true), ("min_new_tokens", 1), ("temperature", 0.5), ("do_sample", false), ("top_k", 50));
        using Translator plain = Of(TaskGolden.Folder(Name)), overruled = Of(other.Path);
        GenerationSettings whole = generation with
        {
            Beams = generation.Beams ?? 1, LengthPenalty = generation.LengthPenalty ?? 1, EarlyStop = generation.EarlyStop ?? EarlyStopping.Heuristic, RepetitionPenalty = generation.RepetitionPenalty ?? 1,
            NoRepeatNgram = generation.NoRepeatNgram ?? 0, Renormalize = generation.Renormalize ?? false, MinimumLength = generation.MinimumLength ?? 0,
        };
        foreach (JsonElement it in _cases)
        {
            AssertSame(Found(it, variant), plain.Translate(it.Text(), generation));
            AssertSame(Found(it, variant), overruled.Translate(it.Text(), whole));
        }
        using TemporaryFolder least = TaskGolden.Generating(Name, ("min_length", 20), ("bad_words_ids", new JsonArray(new JsonArray(1))));
        using Translator longer = Of(least.Path);
        foreach (JsonElement it in _cases) Assert.NotEqual("", longer.Translate(it.Text(), new() { MaximumLength = 3 }).Text);
    }

    /// <summary>Tokens behind the one that a text begins with are no part of it, and a forced token is not forced behind them.</summary>
    [Fact]
    public void A_prompt_is_no_part_of_the_text()
    {
        int the = _tokenizer.TokenToId("the")!.Value;
        using Translator forced = Of(TaskGolden.Folder(Name)), prompted = Of(TaskGolden.Folder(Name), new() { Prompt = [the] });
        foreach (JsonElement it in _cases)
        {
            string whole = forced.Translate(it.Text(), new() { MaximumLength = Most, FirstToken = the }).Text;
            Assert.StartsWith("the", whole, StringComparison.Ordinal);
            Assert.Equal(whole[3..].TrimStart(), prompted.Translate(it.Text(), new() { MaximumLength = Most - 1, FirstToken = 0 }).Text.TrimStart('#'));
        }
    }

    [Fact]
    public void What_a_file_asks_for_in_vain_is_told()
    {
        Refused("$.num_beams: expected a whole number of at least 1, found 0", ("num_beams", 0));
        Refused("$.early_stopping: expected true, false or \"never\", found \"often\"", ("early_stopping", "often"));
        Refused("$.length_penalty: expected a number, found \"1\"", ("length_penalty", "1"));
        Refused("$.repetition_penalty: expected a positive number, found 0", ("repetition_penalty", 0));
        Refused("$.suppress_tokens: expected tokens of 0 to 199, found 200", ("suppress_tokens", new JsonArray(3, 200)));
        Refused("$.eos_token_id: expected tokens of 0 to 199, found 777", ("eos_token_id", 777));
        Refused("$.num_beam_groups: expected none, since it is not known here what it asks for, found 2", ("num_beam_groups", 2));
        Refused("$.guidance_scale: expected none", ("guidance_scale", 1.5));
        Refused("$.stop_strings: expected none", ("stop_strings", new JsonArray("a")));
        Refused("$.exponential_decay_length_penalty: expected none", ("exponential_decay_length_penalty", new JsonArray(5, 1.1)));
        using (TemporaryFolder neutral = TaskGolden.Generating(Name, ("num_beam_groups", 1), ("guidance_scale", 1.0), ("stop_strings", null), ("sequence_bias", new JsonObject()), ("temperature", 0), ("typical_p", 0.5), ("bad_words_ids", new JsonArray(new JsonArray(1)))))
        using (Translator translator = Of(neutral.Path))
        {
            Assert.Equal(Found(_cases[0], "greedy").Text(), translator.Translate(_texts[0], _greedy).Text);
            Assert.Contains("$.typical_p: expected none", Assert.Throws<InvalidDataException>(() => translator.Translate(_texts[0], new() { Sample = true })).Message, StringComparison.Ordinal);
        }
        using (TemporaryFolder both = TaskGolden.Generating(Name, ("num_beams", 2), ("do_sample", true), ("max_length", 1)))
        using (Translator translator = Of(both.Path, new()))
        {
            Assert.Contains("$.num_beams: expected 1 where do_sample is true", Assert.Throws<InvalidDataException>(() => translator.Translate(_texts[0])).Message, StringComparison.Ordinal);
            Assert.Contains("expected at most 0, since generation_config.json has max_length 1", Assert.Throws<ArgumentException>(() => translator.Translate(_texts[0], new() { Sample = false })).Message, StringComparison.Ordinal);
        }

        void Refused(string message, params (string, JsonNode?)[] members)
        {
            using TemporaryFolder folder = TaskGolden.Generating(Name, members);
            string found = Assert.Throws<InvalidDataException>(() => Of(folder.Path)).Message;
            Assert.True(found.Contains(message, StringComparison.Ordinal) && found.Contains("generation_config.json", StringComparison.Ordinal), found);
        }
    }

    [Fact]
    public void Many_texts_are_as_one_by_one_on_any_number_of_threads()
    {
        using Translator alone = Of(TaskGolden.Folder(Name), new() { MostBeams = 4, Texts = new() { Sessions = 1 } });
        using Translator together = Of(TaskGolden.Folder(Name), new() { MostBeams = 4, Texts = new() { Sessions = 3 } });
        GenerationSettings generation = _greedy with { Beams = 3 };
        Translation[] expected = [.. _texts.Select(text => alone.Translate(text, generation))];
        string[] many = [.. _texts, .. _texts];
        var results = new IReadOnlyList<Translation>[4];
        Parallel.For(0, results.Length, i => results[i] = together.Translate(many, generation));
        Assert.All(results, found => Assert.Equal([.. expected, .. expected], found));
    }

    [Fact]
    public void Long_sources_are_told_or_refused_and_work_can_be_ended()
    {
        var told = new ConcurrentBag<int>();
        using Translator translator = Of(TaskGolden.Folder(Name), new() { Texts = new() { OnTruncated = told.Add, Sessions = 2 } });
        translator.Translate(_texts, _greedy);
        Assert.Equal(Enumerable.Range(0, _texts.Length).Where(i => _cases[i].IsTruncated()), told.Order());
        int first = Array.FindIndex(_cases, TaskGolden.IsTruncated), count = Tokenizer.Load(TaskGolden.Folder(Name)).CountTokens(_texts[first]);
        using Translator strict = Of(TaskGolden.Folder(Name), new() { Texts = new() { Truncate = false, Sessions = 1 } });
        Assert.Equal($"Text {first} has {count} tokens; expected at most 64.", Assert.Throws<ArgumentException>(() => strict.Translate(_texts, _greedy)).Message);
        using Translator literal = Of(TaskGolden.Folder(Name), new() { Texts = new() { Truncate = false, Sessions = 1, SpecialTokensInText = false, MaxLength = 4 } });
        Assert.Equal($"Text 0 has {2 + Tokenizer.Load(TaskGolden.Folder(Name)).Encode("</s>", new() { SpecialTokensInText = false, AddSpecialTokens = false }).Ids.Length} tokens; expected at most 4.",
            Assert.Throws<ArgumentException>(() => literal.Translate("</s>")).Message);

        using var source = new CancellationTokenSource();
        var progress = new Ending(source);
        Assert.Throws<OperationCanceledException>(() => translator.Translate([.. Enumerable.Repeat(_texts[0], 500)], _greedy, progress, source.Token));
        Assert.InRange(progress.Most, 1, 450);
        Assert.Throws<OperationCanceledException>(() => translator.Translate(_texts[0], _greedy, source.Token));
        Assert.Equal(Found(_cases[0], "greedy").Text(), translator.Translate(_texts[0], _greedy).Text);
    }

    [Fact]
    public void An_error_ends_the_work_of_all()
    {
        using Translator translator = Of(TaskGolden.Folder(Name), new() { Texts = new() { Sessions = 2 } });
        using var progress = new Counting();
        Assert.Equal("Text 20 is null.", Assert.Throws<ArgumentException>(() => translator.Translate([.. Enumerable.Range(0, 2000).Select(i => i == 20 ? null! : _texts[0])], _greedy, progress)).Message);
        Assert.InRange(progress.Count, 1, 1900);
    }

    [Fact]
    public void Wrong_input_is_told()
    {
        AssertRefused("expected decoder_start_token_id or bos_token_id, found neither", ("decoder_start_token_id", null), ("bos_token_id", null));
        AssertRefused("$.bad_words_ids: expected lists of tokens, found [1]", ("bad_words_ids", new JsonArray(1)));
        AssertRefused("$.bad_words_ids: expected tokens of 0 to 199, found 200", ("bad_words_ids", new JsonArray(new JsonArray(200))));
        AssertRefused("$.eos_token_id: expected whole numbers", ("eos_token_id", new JsonArray("x")));
        using (var empty = new TemporaryFolder())
            Assert.Throws<FileNotFoundException>(() => Of(empty.Path));
        Translator translator = Of(TaskGolden.Folder(Name));
        Assert.Contains("5 beams are asked for; expected at most 4", Assert.Throws<ArgumentException>(() => translator.Translate("a", new() { Beams = 5 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => translator.Translate("a", new() { Beams = 0 }));
        Assert.Contains("FirstToken is 200; expected 0 to 199", Assert.Throws<ArgumentOutOfRangeException>(() => translator.Translate("a", new() { FirstToken = 200 })).Message, StringComparison.Ordinal);
        Assert.Contains("4 beams or a temperature", Assert.Throws<ArgumentException>(() => translator.Translate("a", new() { Beams = 4, Temperature = 1 })).Message, StringComparison.Ordinal);
        Assert.Equal("Text 1 is null.", Assert.Throws<ArgumentException>(() => translator.Translate(["a", null!], _greedy)).Message);
        Assert.Throws<ArgumentNullException>(() => translator.Translate((string)null!));
        Assert.Empty(translator.Translate([]));
        translator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => translator.Translate("a"));

        void AssertRefused(string message, params (string, JsonNode?)[] members)
        {
            using TemporaryFolder folder = TaskGolden.With(Name, members);
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Of(folder.Path)).Message, StringComparison.Ordinal);
        }
    }

    private Translator Of(string folder, TranslatorSettings? settings = null) =>
        Translator.Of(_model.CreateSession, session => session.Source, session => session.Target, folder, settings ?? new() { MostBeams = 4 });

    private static JsonElement Found(JsonElement it, string variant) => it.GetProperty("found").GetProperty(variant);

    private static void AssertSame(JsonElement expected, Translation found)
    {
        Assert.Equal(expected.Text(), found.Text);
        Assert.Equal(expected.TryGetProperty("log_probability", out JsonElement sum) ? sum.GetDouble() : 0, found.LogProbability, 1e-5);
    }

    /// <summary>Counts reports; each of two threads goes on only when both have reported.</summary>
    private sealed class Counting : IProgress<int>, IDisposable
    {
        private readonly CountdownEvent _both = new(2);
        private readonly ThreadLocal<bool> _here = new();
        private int _count;

        public int Count => _count;

        public void Report(int value)
        {
            Interlocked.Increment(ref _count);
            if (_here.Value) return;
            _here.Value = true;
            _both.Signal();
            _both.Wait(TimeSpan.FromSeconds(10));
        }

        public void Dispose()
        {
            _both.Dispose();
            _here.Dispose();
        }
    }
}
