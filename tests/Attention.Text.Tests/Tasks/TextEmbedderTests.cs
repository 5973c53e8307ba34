using System.Globalization;
using System.Text.Json;
using Attention.Dsl;
using Attention.Tests;
using Xunit;

namespace Attention.Text.Tests;

public sealed class TextEmbedderTests(MiniLmFolder folder) : IClassFixture<MiniLmFolder>
{
    /// <summary>From strings to the vectors that the reference has computed in float64.</summary>
    [Fact]
    public void Vectors_are_the_references()
    {
        string path = SharedModels.Find("minilm/golden.safetensors") ?? "";
        Assert.SkipWhen(path.Length == 0, "There is no shared/models/minilm here.");
        using SafeTensors golden = SafeTensors.Open(path);
        string[] texts = JsonSerializer.Deserialize<string[]>(golden.Metadata["texts"])!;
        using MiniLm model = MiniLm.Load(folder.Path);
        using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder.Path);
        Embeddings embeddings = embedder.Embed(texts);
        Assert.Equal((25, 384, 256), (embeddings.Count, embeddings.Dimensions, embedder.MaxLength));
        for (int i = 0; i < texts.Length; i++)
        {
            float[] expected = golden.ReadFloats($"{i}.embedding");
            for (int j = 0; j < expected.Length; j++) Assert.Equal(expected[j], embeddings[i][j], 1e-5f);
            Assert.Equal(embeddings[i].ToArray(), embedder.Embed(texts[i]));
        }
    }

    /// <summary>The figure that MTEB publishes for the model on the benchmark's test part, 82.03: equal ranks are averaged.</summary>
    [Fact]
    public void Similarities_agree_with_people_as_published()
    {
        string path = SharedModels.Find("minilm/sts-test.tsv") ?? "";
        Assert.SkipWhen(path.Length == 0, "There is no shared/models/minilm here.");
        string[][] lines = [.. File.ReadLines(path).Select(line => line.Split('\t'))];
        using MiniLm model = MiniLm.Load(folder.Path);
        using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder.Path);
        Embeddings embeddings = embedder.Embed([.. lines.Select(line => line[5]), .. lines.Select(line => line[6])]);
        double[] cosines = [.. lines.Select((_, i) => (double)embeddings.Similarity(i, lines.Length + i))];
        double[] people = [.. lines.Select(line => double.Parse(line[4], CultureInfo.InvariantCulture))];
        Assert.Equal(1379, lines.Length);
        Assert.Equal(0.82032, SemanticSearch.Evaluation.Spearman(cosines, people), 1e-5);
    }

    [Fact]
    public void A_vector_does_not_depend_on_its_neighbours_or_the_number_of_sessions()
    {
        using MiniLm model = MiniLm.Load(folder.Path);
        string[] texts = [.. HostileText.Lines(300, 7, ["[CLS]"]).Select((line, i) => $"{i} {line}")];
        using TextEmbedder alone = TextEmbedder.Of(model.CreateSession, folder.Path, new() { Texts = new() { Sessions = 1, BatchTokens = 1 } });
        using TextEmbedder together = TextEmbedder.Of(model.CreateSession, folder.Path, new() { Texts = new() { Sessions = 3, BatchTokens = 1000 } });
        Assert.Equal(alone.Embed(texts).Values, together.Embed(texts).Values);
        var results = new float[8][];
        Parallel.For(0, results.Length, i => results[i] = together.Embed(texts[..50]).Values);
        Assert.All(results, values => Assert.Equal(results[0], values));
    }

    /// <summary>Whatever texts stand beside it in whatever batch, a text that is tokens already has the bits that it has as a text.</summary>
    [Fact]
    public void Tokens_of_many_are_embedded_as_their_texts_are()
    {
        using MiniLm model = MiniLm.Load(folder.Path);
        using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder.Path, new() { QueryPrefix = "query: ", Texts = new() { BatchTokens = 600 } });
        string[] texts = ["how are threads shared", "", "a [SEP] b", string.Join(' ', Enumerable.Repeat("word", 300))];
        int[][] tokens = [.. texts.Select(text => embedder.Encode(text))];
        Assert.Equal((256, 101, 102), (tokens[3].Length, tokens[3][0], tokens[3][^1]));
        Assert.Equal(embedder.Tokenizer.EncodeToIds("query: " + texts[0]), embedder.Encode(texts[0], TextKind.Query));
        float[] vectors = new float[texts.Length * 384];
        embedder.EmbedTokens([.. tokens.SelectMany(text => text)], [.. tokens.Select(text => text.Length)], vectors);
        Assert.Equal(texts.SelectMany(text => embedder.Embed(text)), vectors);
    }

    [Fact]
    public void Tokens_that_are_no_texts_are_refused()
    {
        using MiniLm model = MiniLm.Load(folder.Path);
        using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder.Path, new() { Texts = new() { Truncate = false } });
        Assert.Equal("The text has 302 tokens; expected at most 256.", Assert.Throws<ArgumentException>(() => embedder.Encode(string.Join(' ', Enumerable.Repeat("word", 300)))).Message);
        Assert.StartsWith("Text 1 has 257 tokens; expected at most 256.", Refused(new int[259], [2, 257], 768), StringComparison.Ordinal);
        Assert.StartsWith("Expected room for 2 vectors of 384 floats, 768, found 384.", Refused([101, 102, 101, 102], [2, 2], 384), StringComparison.Ordinal);
        Refused([101, 30522, 102], [3], 384);
        Refused([101, 102], [3], 384);
        Refused([101, 102], [2, 0], 768);
        Assert.StartsWith("The batch has 600 tokens; expected at most 512, see TextSettings.BatchTokens.", Refused(new int[600], [200, 200, 200], 1152), StringComparison.Ordinal);
        Assert.Equal(384, embedder.Embed("still there").Length);

        string Refused(int[] tokens, int[] lengths, int floats) => Assert.ThrowsAny<ArgumentException>(() => embedder.EmbedTokens(tokens, lengths, new float[floats])).Message;
    }

    [Fact]
    public void A_long_text_is_cut_and_told_or_refused()
    {
        using MiniLm model = MiniLm.Load(folder.Path);
        using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder.Path);
        string text = string.Join(' ', Enumerable.Repeat("word", 254));
        Embeddings embeddings = embedder.Embed([text, text + " other words", "short"]);
        Assert.Equal([false, true, false], [embeddings.IsTruncated(0), embeddings.IsTruncated(1), embeddings.IsTruncated(2)]);
        Assert.Equal([256, 256, 3], [embeddings.TokensOf(0), embeddings.TokensOf(1), embeddings.TokensOf(2)]);
        Assert.Equal(embeddings[0].ToArray(), embeddings[1].ToArray());

        using TextEmbedder strict = TextEmbedder.Of(model.CreateSession, folder.Path, new() { Texts = new() { Truncate = false } });
        Assert.Equal("Text 1 has 258 tokens; expected at most 256.", Assert.Throws<ArgumentException>(() => strict.Embed([text, text + " other words"])).Message);
        using TextEmbedder wide = TextEmbedder.Of(model.CreateSession, folder.Path, new() { Texts = new() { MaxLength = 1000 } });
        Assert.Equal(512, wide.MaxLength);
    }

    [Fact]
    public void The_limit_is_the_first_that_a_file_names()
    {
        using MiniLm model = MiniLm.Load(folder.Path);
        using var files = new TemporaryFolder();
        File.WriteAllText(files.File("tokenizer.json"), Vocabularies.BertJson(Vocabularies.MiniLm(), maxLength: null));
        Assert.Equal(512, Limit());
        File.WriteAllText(files.File("tokenizer_config.json"), """{"model_max_length": 1e30}""");
        Assert.Equal(512, Limit());
        File.WriteAllText(files.File("tokenizer_config.json"), """{"model_max_length": 300}""");
        Assert.Equal(300, Limit());
        File.WriteAllText(files.File("tokenizer.json"), Vocabularies.BertJson(Vocabularies.MiniLm(), maxLength: 128));
        Assert.Equal(128, Limit());
        File.WriteAllText(files.File("sentence_bert_config.json"), """{"max_seq_length": 256}""");
        Assert.Equal(256, Limit());
        Assert.Equal(64, Limit(64));

        int Limit(int? own = null)
        {
            using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, files.Path, new() { Texts = new() { MaxLength = own } });
            return embedder.MaxLength;
        }
    }

    [Fact]
    public void Queries_and_passages_have_their_prefixes()
    {
        using MiniLm model = MiniLm.Load(folder.Path);
        using var files = new TemporaryFolder();
        File.WriteAllText(files.File("tokenizer.json"), Vocabularies.BertJson(Vocabularies.MiniLm()));
        File.WriteAllText(files.File("config_sentence_transformers.json"), """{"prompts": {"query": "query: ", "document": "passage: "}}""");
        using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, files.Path);
        Assert.Equal(embedder.Embed("query: why"), embedder.Embed("why", TextKind.Query));
        Assert.Equal(embedder.Embed("passage: why"), embedder.Embed("why", TextKind.Passage));
        using TextEmbedder other = TextEmbedder.Of(model.CreateSession, files.Path, new() { QueryPrefix = "Q", PassagePrefix = "" });
        Assert.Equal(embedder.Embed("Qwhy"), other.Embed("why", TextKind.Query));
        Assert.Equal(embedder.Embed("why"), other.Embed("why", TextKind.Passage));
    }

    [Fact]
    public void Progress_is_told_and_work_can_be_ended()
    {
        using MiniLm model = MiniLm.Load(folder.Path);
        using TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder.Path, new() { Texts = new() { Sessions = 2 } });
        string[] texts = [.. Enumerable.Range(0, 1000).Select(i => $"sentence number {i}")];
        var progress = new Told();
        embedder.Embed(texts, progress: progress);
        Assert.Equal(1000, progress.Most);
        using var source = new CancellationTokenSource();
        progress = new Told { After = source.Cancel };
        Assert.Throws<OperationCanceledException>(() => embedder.Embed(texts, progress: progress, cancellation: source.Token));
        Assert.InRange(progress.Most, 1, 900);
        Assert.Equal(3, embedder.Embed(texts[..3]).Count);
    }

    [Fact]
    public void Wrong_input_is_told()
    {
        using MiniLm model = MiniLm.Load(folder.Path);
        using var files = new TemporaryFolder();
        Assert.Contains("expected one of tokenizer.json", Assert.Throws<FileNotFoundException>(() => TextEmbedder.Of(model.CreateSession, files.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => TextEmbedder.Of(model.CreateSession, folder.Path, new() { Texts = new() { Sessions = 0 } }));
        TextEmbedder embedder = TextEmbedder.Of(model.CreateSession, folder.Path);
        Assert.Equal("Text 1 is null.", Assert.Throws<ArgumentException>(() => embedder.Embed(["a", null!])).Message);
        Assert.Equal(0, embedder.Embed([]).Count);
        embedder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => embedder.Embed("a"));
    }

    private sealed class Told : IProgress<int>
    {
        private int _most;

        public int Most => _most;

        public Action? After { get; init; }

        public void Report(int value)
        {
            lock (this) _most = Math.Max(_most, value);
            After?.Invoke();
        }
    }
}
