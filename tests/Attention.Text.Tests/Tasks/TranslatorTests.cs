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
    private static readonly GenerationSettings _greedy = new() { MaximumLength = Most };

    private readonly SmallTranslator _model = SmallTranslator.Load(TaskGolden.Folder(Name));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Tokens_and_texts_are_the_scripts_and_the_references()
    {
        TaskGolden.AssertTokens(Name, _cases);
        using var oracle = new Oracle(File.ReadAllText(Path.Combine(TaskGolden.Folder(Name), "tokenizer.json")));
        foreach (JsonElement it in _cases) Assert.Equal(it.GetProperty("4 1.0").Text(), oracle.Decode(it.GetProperty("4 1.0").Ids()));
    }

    [Fact]
    public void The_likeliest_tokens_are_the_scripts()
    {
        using Translator translator = Of(TaskGolden.Folder(Name));
        Assert.Equal((64, 4), (translator.MaxLength, translator.MostBeams));
        foreach (JsonElement it in _cases) Assert.Equal(new Translation(it.GetProperty("greedy").Text(), 0), translator.Translate(it.Text(), _greedy));
    }

    /// <summary>Padding is written where config.json does not ban it.</summary>
    [Fact]
    public void Banned_tokens_are_those_of_the_file()
    {
        using TemporaryFolder free = TaskGolden.With(Name, ("bad_words_ids", null));
        using Translator translator = Of(free.Path);
        foreach (JsonElement it in _cases) Assert.Equal(it.GetProperty("greedy_with_padding").Text(), translator.Translate(it.Text(), _greedy).Text);

        // Behind another token it is banned, and at the beginning it is not; what ends a text is never banned.
        JsonElement[] others = [.. _cases.Where(it => it.GetProperty("greedy").Ids() is { Length: > 3 } ids && ids[0] != ids[1])];
        Assert.True(others.Length > 3);
        foreach (JsonElement it in others)
        {
            int[] ids = it.GetProperty("greedy").Ids();
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

    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    public void Beams_are_the_scripts(int beams, double penalty)
    {
        using Translator translator = Of(TaskGolden.Folder(Name));
        GenerationSettings generation = _greedy with { Beams = beams, LengthPenalty = penalty };
        foreach (JsonElement it in _cases) AssertSame(it.GetProperty($"{beams} {penalty:F1}"), translator.Translate(it.Text(), generation));
    }

    [Fact]
    public void A_forced_token_comes_first_and_is_no_part_of_the_text()
    {
        Tokenizer tokenizer = Tokenizer.Load(TaskGolden.Folder(Name));
        int forced = tokenizer.TokenToId("the")!.Value;
        using TemporaryFolder folder = TaskGolden.With(Name, ("forced_bos_token_id", forced));
        using Translator read = Of(folder.Path), said = Of(TaskGolden.Folder(Name), new() { MostBeams = 4, Prompt = [forced] });
        GenerationSettings generation = _greedy with { Beams = 4 };
        foreach (JsonElement it in _cases)
        {
            AssertSame(it.GetProperty("forced"), read.Translate(it.Text(), generation));
            AssertSame(it.GetProperty("forced"), said.Translate(it.Text(), generation));
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
        Assert.Equal(_cases[0].GetProperty("greedy").Text(), translator.Translate(_texts[0], _greedy).Text);
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

    private static void AssertSame(JsonElement expected, Translation found)
    {
        Assert.Equal(expected.Text(), found.Text);
        Assert.Equal(expected.GetProperty("log_probability").GetDouble(), found.LogProbability, 1e-5);
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
