using System.Text.Json;
using System.Text.Json.Nodes;
using Attention.Dsl;
using Xunit;

namespace Attention.Text.Tests;

public sealed class TextGeneratorTests : IDisposable
{
    private const string Name = "generator";
    private static readonly string _folder = TaskGolden.Folder(Name);
    private static readonly JsonElement[] _all = TaskGolden.Cases(Name), _cases = [.. _all.Where(it => !it.IsTruncated())];
    private static readonly JsonElement _variants = TaskGolden.Json(Name, "variants");
    private static readonly Tokenizer _tokenizer = Tokenizer.Load(_folder);

    private readonly SmallGenerator _model = SmallGenerator.Load(_folder);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Tokens_and_texts_are_the_scripts_and_the_references()
    {
        using var oracle = new Oracle(File.ReadAllText(Path.Combine(_folder, "tokenizer.json")));
        foreach (JsonElement it in _all)
        {
            Assert.Equal(it.Ids(), oracle.Encode(it.Text()));
            Assert.Equal(it.Ids(), _tokenizer.EncodeToIds(it.Text()));
            if (it.TryGetProperty("greedy", out JsonElement greedy)) Assert.Equal(greedy.Text(), oracle.Decode(greedy.Ids()));
        }
    }

    /// <summary>An empty prompt, which begins with the token of the file, and one that leaves room for one token among them.</summary>
    [Fact]
    public void Texts_and_their_pieces_are_the_scripts()
    {
        using TextGenerator generator = Of(_folder);
        Assert.Equal(64, generator.MaxLength);
        Assert.Contains(_cases, it => it.Text().Length == 0);
        Assert.Contains(_cases, it => it.Ids().Length == 63);
        int held = 0;
        foreach (JsonElement it in _cases)
        {
            JsonElement greedy = it.GetProperty("greedy");
            AssertPieces(greedy, generator.Stream(it.Text()));
            Assert.Equal(greedy.Text(), generator.Generate(it.Text()));
            held += greedy.Ids().Length - Pieces(greedy).Length;
        }
        Assert.True(held > 20, $"{held} tokens end within a sign");
    }

    [Fact]
    public void A_text_ends_at_each_end_of_the_file_and_at_the_limit()
    {
        int end = _tokenizer.TokenToId("<|end|>")!.Value;
        using TemporaryFolder one = TaskGolden.Generating(Name, ("eos_token_id", end)), old = TaskGolden.With(Name), none = TaskGolden.Generating(Name, ("eos_token_id", new JsonArray()));
        using TextGenerator single = Of(one.Path), config = Of(old.Path), endless = Of(none.Path);
        foreach (JsonElement it in _cases)
        {
            AssertPieces(it.GetProperty("one end"), single.Stream(it.Text()));
            AssertPieces(it.GetProperty("one end"), config.Stream(it.Text()));
            AssertPieces(it.GetProperty("no end"), endless.Stream(it.Text()));
        }
        Assert.All(_cases, it => Assert.Equal(64, Math.Max(1, it.Ids().Length) + it.GetProperty("no end").Ids().Length));
    }

    /// <summary>Where the last token is half a sign the rest of it reads as U+FFFD, after all other pieces.</summary>
    [Fact]
    public void A_text_is_no_longer_than_is_asked_for()
    {
        using TemporaryFolder one = TaskGolden.Generating(Name, ("eos_token_id", _tokenizer.TokenToId("<|end|>")));
        using TextGenerator generator = Of(one.Path);
        int halves = 0;
        foreach (JsonElement it in _cases)
        {
            JsonElement[] cuts = [.. it.GetProperty("cut").EnumerateArray()];
            for (int most = 1; most <= cuts.Length; most++)
            {
                string[] pieces = [.. generator.Stream(it.Text(), new() { MaximumLength = most })];
                Assert.Equal(Pieces(cuts[most - 1]), pieces);
                halves += pieces is [.., "\uFFFD"] ? 1 : 0;
            }
            Assert.Equal("", generator.Generate(it.Text(), new() { MaximumLength = 0 }));
        }
        Assert.True(halves > 0);
    }

    /// <summary>The script draws by the same numbers of the same seed, from its own logits.</summary>
    [Fact]
    public void Drawn_texts_are_the_scripts()
    {
        using TextGenerator generator = Of(_folder);
        foreach (JsonElement it in _cases)
        {
            foreach (JsonElement drawn in it.GetProperty("sampled").EnumerateArray())
            {
                GenerationSettings settings = new()
                {
                    Temperature = drawn.GetProperty("temperature").GetDouble(), Seed = drawn.GetProperty("seed").GetUInt64(), MaximumLength = 32,
                    TopK = drawn.TryGetProperty("top_k", out JsonElement k) ? k.GetInt32() : null, TopP = drawn.TryGetProperty("top_p", out JsonElement p) ? p.GetDouble() : null,
                    MinP = drawn.TryGetProperty("min_p", out JsonElement m) ? m.GetDouble() : null,
                };
                AssertPieces(drawn, generator.Stream(it.Text(), settings));
                AssertPieces(drawn, generator.Stream(it.Text(), settings));
            }
        }
        string[] others = [.. Enumerable.Range(0, 20).Select(seed => generator.Generate("the reader", new() { Temperature = 1.5, Seed = (ulong)seed }))];
        Assert.True(others.Distinct().Count() > 10);
    }

    /// <summary>A file that draws without saying of how many draws of 50.</summary>
    [Fact]
    public void Texts_are_drawn_as_the_file_says()
    {
        foreach (JsonElement it in _cases)
        {
            foreach (JsonElement drawn in it.GetProperty("sampled").EnumerateArray())
            {
                JsonNode? Said(string name, JsonNode? otherwise) => drawn.TryGetProperty(name, out JsonElement value) ? JsonNode.Parse(value.GetRawText()) : otherwise;
                JsonNode? count = Said("top_k", 0);
                using TemporaryFolder folder = TaskGolden.Generating(Name, ("do_sample", true), ("max_new_tokens", 32), ("temperature", Said("temperature", null)), ("top_p", Said("top_p", 1.0)), ("min_p", Said("min_p", null)), ("top_k", (int)count! == 50 ? null : count));
                using TextGenerator generator = Of(folder.Path);
                AssertPieces(drawn, generator.Stream(it.Text(), new() { Seed = drawn.GetProperty("seed").GetUInt64() }));
                if (it.GetProperty("greedy").Ids().Length < 32) AssertPieces(it.GetProperty("greedy"), generator.Stream(it.Text(), new() { Sample = false }));
            }
        }
    }

    public static TheoryData<string> Variants => [.. _variants.EnumerateObject().Select(variant => variant.Name)];

    /// <summary>The prompt counts for penalties, for what is not to come twice, and for lengths that say so; where it leaves no room that is told.</summary>
    [Theory]
    [MemberData(nameof(Variants))]
    public void Texts_are_as_the_file_says(string variant)
    {
        JsonElement said = _variants.GetProperty(variant);
        using TemporaryFolder folder = TaskGolden.Generating(Name, [.. said.EnumerateObject().Select(member => (member.Name, JsonNode.Parse(member.Value.GetRawText())))]);
        using TextGenerator generator = Of(folder.Path);
        int found = 0;
        foreach (JsonElement it in _cases)
        {
            if (it.GetProperty("variants").TryGetProperty(variant, out JsonElement expected))
            {
                AssertPieces(expected, generator.Stream(it.Text()));
                found++;
            }
            else if (!said.TryGetProperty("max_new_tokens", out _))
            {
                Assert.Contains("63 tokens stand before what is generated; expected at most 33", Assert.Throws<ArgumentException>(() => generator.Stream(it.Text())).Message, StringComparison.Ordinal);
                Assert.NotEqual("", generator.Generate(it.Text(), new() { MaximumLength = 1 }));
            }
        }
        Assert.True(found > 8);
    }

    [Fact]
    public async Task Pieces_come_without_holding_a_thread_and_on_any_number_of_them()
    {
        using TextGenerator generator = Of(_folder, new() { Sessions = 2 });
        await Parallel.ForEachAsync(Enumerable.Repeat(_cases, 4).SelectMany(cases => cases), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (it, _) =>
        {
            var pieces = new List<string>();
            await foreach (string piece in generator.StreamAsync(it.Text())) pieces.Add(piece);
            AssertPieces(it.GetProperty("greedy"), pieces);
        });
        Parallel.For(0, 8, i => Assert.All(_cases, it => Assert.Equal(it.GetProperty("greedy").Text(), generator.Generate(it.Text()))));
    }

    /// <summary>The only session comes back, whether a text was ended, left or refused.</summary>
    [Fact]
    public async Task A_text_can_be_ended_between_two_tokens()
    {
        JsonElement it = _cases.First(it => it.GetProperty("greedy").Ids().Length > 10);
        string[] expected = Pieces(it.GetProperty("greedy"));
        using TextGenerator generator = Of(_folder, new() { Sessions = 1 });
        using (var source = new CancellationTokenSource())
        {
            using IEnumerator<string> pieces = generator.Stream(it.Text(), cancellation: source.Token).GetEnumerator();
            Assert.True(pieces.MoveNext() && pieces.MoveNext());
            Assert.Equal(expected[1], pieces.Current);
            source.Cancel();
            Assert.Throws<OperationCanceledException>(() => pieces.MoveNext());
            Assert.False(pieces.MoveNext());
        }
        Assert.Equal(expected[0], generator.Stream(it.Text()).First());
        using (var source = new CancellationTokenSource())
        {
            var found = new List<string>();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (string piece in generator.StreamAsync(it.Text(), cancellation: source.Token))
                {
                    found.Add(piece);
                    if (found.Count == 3) source.Cancel();
                }
            });
            Assert.Equal(expected[..3], found);
            Assert.Throws<OperationCanceledException>(() => generator.Generate(it.Text(), cancellation: source.Token));
        }

        // A second text waits for the session of the first, and the wait can be ended.
        using (IEnumerator<string> first = generator.Stream(it.Text()).GetEnumerator())
        {
            Assert.True(first.MoveNext());
            using var source = new CancellationTokenSource(50);
            Assert.Throws<OperationCanceledException>(() => generator.Generate(it.Text(), cancellation: source.Token));
        }
        Assert.Equal(string.Concat(expected), generator.Generate(it.Text()));
    }

    [Fact]
    public void Wrong_input_is_told()
    {
        TextGenerator generator = Of(_folder);
        JsonElement full = _all.Single(TaskGolden.IsTruncated);
        string refused = Assert.Throws<ArgumentException>(() => generator.Stream(full.Text())).Message;
        Assert.Contains("The prompt has 64 tokens; expected at most 63", refused, StringComparison.Ordinal);
        using (TextGenerator narrow = Of(_folder, new() { MaxLength = 4 }))
            Assert.Contains("expected at most 3", Assert.Throws<ArgumentException>(() => narrow.Generate("The north")).Message, StringComparison.Ordinal);
        using (TemporaryFolder folder = TaskGolden.With(Name, ("bos_token_id", null)))
        using (TextGenerator other = Of(folder.Path))
        {
            Assert.Contains("names one that begins a text", Assert.Throws<ArgumentException>(() => other.Generate("")).Message, StringComparison.Ordinal);
            Assert.NotEqual("", other.Generate("The north"));
        }
        Assert.Contains("2 beams are asked for; expected 1", Assert.Throws<ArgumentException>(() => generator.Stream("a", new() { Beams = 2 })).Message, StringComparison.Ordinal);
        using (TemporaryFolder folder = TaskGolden.Generating(Name, ("num_beams", 4)))
        using (TextGenerator searching = Of(folder.Path))
        {
            Assert.Contains("4 beams are asked for; expected 1", Assert.Throws<ArgumentException>(() => searching.Stream("The north")).Message, StringComparison.Ordinal);
            Assert.Equal(generator.Generate("The north"), searching.Generate("The north", new() { Beams = 1 }));
        }
        Assert.Contains("no token is drawn", Assert.Throws<ArgumentException>(() => generator.Stream("a", new() { Sample = false, TopK = 2 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Stream("a", new() { RepetitionPenalty = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Stream("a", new() { NoRepeatNgram = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Stream("a", new() { MaximumLength = -1 }));
        Assert.Throws<ArgumentNullException>(() => generator.Generate(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Stream("a", new() { Temperature = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Of(_folder, new() { Sessions = 0 }));
        using (var empty = new TemporaryFolder())
            Assert.Throws<FileNotFoundException>(() => Of(empty.Path));
        using (TemporaryFolder folder = TaskGolden.Generating(Name, ("eos_token_id", new JsonArray("x"))))
            Assert.Contains("$.eos_token_id: expected whole numbers", Assert.Throws<InvalidDataException>(() => Of(folder.Path)).Message, StringComparison.Ordinal);
        generator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => generator.Generate("a"));
    }

    /// <summary>Special tokens that are written in a prompt count as such unless that is switched off.</summary>
    [Fact]
    public void Special_tokens_in_a_prompt_count_unless_switched_off()
    {
        JsonElement it = _cases.Single(it => it.Text().StartsWith("<|begin|>", StringComparison.Ordinal));
        Assert.Equal(_tokenizer.TokenToId("<|begin|>"), it.Ids()[0]);
        using TextGenerator literal = Of(_folder, new() { SpecialTokensInText = false, MaxLength = 10 });
        int count = _tokenizer.CountTokens(it.Text(), new() { SpecialTokensInText = false });
        Assert.True(count > 10);
        Assert.Contains($"The prompt has {count} tokens", Assert.Throws<ArgumentException>(() => literal.Generate(it.Text())).Message, StringComparison.Ordinal);
    }

    /// <summary>More texts than are written at once, with draws, ends and limits of their own.</summary>
    [Fact]
    public void Texts_that_are_written_together_are_those_of_each_alone()
    {
        using TextGenerator generator = Of(_folder, new TextSettings { Together = 3 });
        string[] prompts = [.. _cases.Select(it => it.Text())];
        GenerationSettings? Settings(int i) => (i % 3) switch { 0 => null, 1 => new() { Sample = true, Seed = (ulong)i, Temperature = 1.5 }, _ => new() { MaximumLength = 1 + (i % 7) } };
        string[] alone = [.. prompts.Select((prompt, i) => generator.Generate(prompt, Settings(i)))];
        Assert.Equal(alone, generator.GenerateBatch(prompts, Settings));
        Assert.Equal(alone[..2], generator.GenerateBatch(prompts[..2], Settings));
        Assert.Empty(generator.GenerateBatch([]));

        // Pieces come as all are written, not text after text.
        int[] order = [.. generator.StreamBatch(prompts, Settings).Select(piece => piece.Prompt)];
        Assert.Contains(order.Zip(order.Skip(1)), next => next.First > next.Second);
        Assert.Throws<ArgumentException>(() => generator.StreamBatch([prompts[0], string.Concat(Enumerable.Repeat("word ", 200))]));
    }

    private TextGenerator Of(string folder, TextSettings? settings = null) => TextGenerator.Of(_model.CreateSession, folder, settings);

    private static string[] Pieces(JsonElement it) => [.. it.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()!)];

    private static void AssertPieces(JsonElement expected, IEnumerable<string> found)
    {
        string[] pieces = [.. found];
        Assert.Equal(Pieces(expected), pieces);
        Assert.Equal(expected.Text(), string.Concat(pieces));
    }
}
