using System.Collections.Concurrent;
using System.Text.Json;
using Attention.Dsl;
using Xunit;

namespace Attention.Text.Tests;

public sealed class TokenClassifierTests : IDisposable
{
    private const string Name = "token-classifier";
    private const float Tolerance = 1e-5f;
    private static readonly JsonElement[] _cases = TaskGolden.Cases(Name);
    private static readonly string[] _texts = [.. _cases.Select(it => it.Text())];

    private readonly SmallTagger _model = SmallTagger.Load(TaskGolden.Folder(Name));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Tokens_are_the_scripts_and_the_references_and_stand_where_the_script_says()
    {
        TaskGolden.AssertTokens(Name, _cases);
        Tokenizer tokenizer = Tokenizer.Load(TaskGolden.Folder(Name));
        foreach (JsonElement it in _cases)
        {
            EncodedText found = tokenizer.Encode(it.Text(), new() { MaxLength = 64 });
            (int, int)[] expected = [.. it.GetProperty("offsets").EnumerateArray().Select(pair => (pair[0].GetInt32(), pair[1].GetInt32()))];
            Assert.Equal(expected, found.Offsets[1..^1].Select(range => (range.Start.Value, range.End.Value)));
        }
    }

    [Theory]
    [InlineData(WordScores.First)]
    [InlineData(WordScores.Average)]
    [InlineData(WordScores.Max)]
    public void Entities_are_the_scripts(WordScores words)
    {
        using TokenClassifier classifier = TokenClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), words: words);
        Assert.Equal(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"], classifier.Labels);
        Assert.Equal(64, classifier.MaxLength);
        foreach (JsonElement it in _cases)
        {
            JsonElement[] expected = [.. it.GetProperty("entities").GetProperty(words.ToString()).EnumerateArray()];
            IReadOnlyList<Entity> found = classifier.Find(it.Text());
            Assert.Equal(expected.Select(entity => (entity.Text("label"), entity.GetProperty("start").GetInt32(), entity.GetProperty("end").GetInt32())), found.Select(entity => (entity.Label, entity.Start, entity.End)));
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i].GetProperty("score").GetDouble(), found[i].Score, Tolerance);
        }
    }

    [Fact]
    public void Many_texts_are_as_one_by_one_on_any_number_of_threads()
    {
        using TokenClassifier alone = TokenClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Sessions = 1, BatchTokens = 1 });
        using TokenClassifier together = TokenClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Sessions = 3 });
        IReadOnlyList<Entity>[] expected = [.. _texts.Select(text => alone.Find(text))];
        Assert.Contains(expected, found => found.Count > 1);
        string[] many = [.. Enumerable.Repeat(_texts, 20).SelectMany(texts => texts)];
        var results = new IReadOnlyList<IReadOnlyList<Entity>>[6];
        Parallel.For(0, results.Length, i => results[i] = together.Find(many));
        foreach (IReadOnlyList<IReadOnlyList<Entity>> found in results)
        {
            Assert.Equal(many.Length, found.Count);
            for (int i = 0; i < many.Length; i++) Assert.Equal(expected[i % _texts.Length], found[i]);
        }
    }

    [Fact]
    public void Long_texts_are_told_or_refused_and_work_can_be_ended()
    {
        var told = new ConcurrentBag<int>();
        using TokenClassifier classifier = TokenClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { OnTruncated = told.Add, Sessions = 2 });
        classifier.Find(_texts);
        Assert.Equal(Enumerable.Range(0, _texts.Length).Where(i => _cases[i].IsTruncated()), told.Order());
        using TokenClassifier strict = TokenClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Truncate = false, Sessions = 1 });
        int first = Array.FindIndex(_cases, TaskGolden.IsTruncated), count = Tokenizer.Load(TaskGolden.Folder(Name)).CountTokens(_texts[first]);
        Assert.Equal($"Text {first} has {count} tokens; expected at most 64.", Assert.Throws<ArgumentException>(() => strict.Find(_texts)).Message);

        using var source = new CancellationTokenSource();
        var progress = new Ending(source);
        Assert.Throws<OperationCanceledException>(() => classifier.Find([.. Enumerable.Repeat(_texts[0], 2000)], progress, source.Token));
        Assert.InRange(progress.Most, 1, 1900);
    }

    [Fact]
    public void Wrong_input_is_told()
    {
        using (TemporaryFolder folder = TaskGolden.With(Name, ("id2label", null)))
            Assert.Contains("config.json: expected labels in id2label, found none", Assert.Throws<InvalidDataException>(() => TokenClassifier.Of(_model.CreateSession, folder.Path)).Message, StringComparison.Ordinal);
        using (TemporaryFolder folder = TaskGolden.With(Name, ("id2label", new System.Text.Json.Nodes.JsonObject { ["0"] = "O" })))
            Assert.Equal("Expected as many labels as the model has scores, 5, found 1.", Assert.Throws<InvalidDataException>(() => TokenClassifier.Of(_model.CreateSession, folder.Path)).Message);
        using (var empty = new TemporaryFolder())
            Assert.Throws<FileNotFoundException>(() => TokenClassifier.Of(_model.CreateSession, empty.Path));
        TokenClassifier classifier = TokenClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name));
        Assert.Equal("Text 1 is null.", Assert.Throws<ArgumentException>(() => classifier.Find(["a", null!])).Message);
        Assert.Empty(classifier.Find(""));
        Assert.Empty(classifier.Find([]));
        classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => classifier.Find("a"));
        using SmallTagger damaged = SmallTagger.Load(TaskGolden.Damaged(Name));
        using TokenClassifier other = TokenClassifier.Of(damaged.CreateSession, TaskGolden.Folder(Name));
        Assert.Throws<InvalidOperationException>(() => other.Find("a"));
    }
}
