using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attention.Dsl;
using Xunit;

namespace Attention.Text.Tests;

public sealed class TextClassifierTests : IDisposable
{
    private const string Name = "classifier";
    private const float Tolerance = 1e-5f;
    private static readonly string[] _labels = ["calm", "curious", "café ☕"];
    private static readonly JsonElement[] _cases = TaskGolden.Cases(Name), _single = [.. _cases.Where(it => it.Second() is null)];
    private static readonly string[] _texts = [.. _single.Select(it => it.Text())];

    private readonly SmallClassifier _model = SmallClassifier.Load(TaskGolden.Folder(Name));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Tokens_are_the_scripts_and_the_references() => TaskGolden.AssertTokens(Name, _cases);

    [Fact]
    public void Labels_and_their_scores_are_the_scripts()
    {
        using TextClassifier classifier = TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name));
        Assert.Equal((false, 64), (classifier.IsMultiLabel, classifier.MaxLength));
        Assert.Equal(_labels, classifier.Labels);
        foreach (JsonElement it in _cases) AssertScores(it, "softmax", classifier.Classify(it.Text(), it.Second()));
    }

    [Fact]
    public void Several_labels_have_probabilities_of_their_own()
    {
        using TemporaryFolder folder = TaskGolden.With(Name, ("problem_type", "multi_label_classification"));
        using TextClassifier classifier = TextClassifier.Of(_model.CreateSession, folder.Path);
        Assert.True(classifier.IsMultiLabel);
        foreach (JsonElement it in _cases) AssertScores(it, "sigmoid", classifier.Classify(it.Text(), it.Second()));
    }

    /// <summary>A share of 1 among one would be 1 for every text.</summary>
    [Fact]
    public void The_only_label_has_a_probability()
    {
        JsonElement[] cases = TaskGolden.Cases("cross-encoder");
        using SmallCrossEncoder model = SmallCrossEncoder.Load(TaskGolden.Folder("cross-encoder"));
        using TextClassifier classifier = TextClassifier.Of(model.CreateSession, TaskGolden.Folder("cross-encoder"));
        foreach (JsonElement it in cases)
        {
            LabelScore found = Assert.Single(classifier.Classify(it.Text(), it.Second()));
            Assert.Equal("LABEL_0", found.Label);
            Assert.Equal(it.GetProperty("sigmoid").GetDouble(), found.Score, Tolerance);
        }
    }

    [Fact]
    public void Many_texts_are_as_one_by_one_on_any_number_of_threads()
    {
        using TextClassifier alone = TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Sessions = 1, BatchTokens = 1 });
        using TextClassifier together = TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Sessions = 3 });
        IReadOnlyList<LabelScore>[] expected = [.. _texts.Select(text => alone.Classify(text))];
        string[] many = [.. Enumerable.Repeat(_texts, 20).SelectMany(texts => texts)];
        var results = new IReadOnlyList<IReadOnlyList<LabelScore>>[6];
        Parallel.For(0, results.Length, i => results[i] = together.Classify(many));
        foreach (IReadOnlyList<IReadOnlyList<LabelScore>> found in results)
        {
            Assert.Equal(many.Length, found.Count);
            for (int i = 0; i < many.Length; i++) Assert.Equal(expected[i % _texts.Length], found[i]);
        }
    }

    [Fact]
    public void Pairs_are_the_scripts_and_as_one_by_one_on_any_number_of_threads()
    {
        var told = new ConcurrentBag<int>();
        using TextClassifier classifier = TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Sessions = 3, OnTruncated = told.Add });
        JsonElement[] cases = [.. _cases.Where(it => it.Second() is not null)];
        (string, string)[] pairs = [.. cases.Select(it => (it.Text(), it.Second()!))];
        IReadOnlyList<IReadOnlyList<LabelScore>> found = classifier.Classify(pairs);
        Assert.Equal(cases.Length, found.Count);
        for (int i = 0; i < cases.Length; i++) AssertScores(cases[i], "softmax", found[i]);
        Assert.Equal(Enumerable.Range(0, cases.Length).Where(i => cases[i].IsTruncated()), told.Order());

        using TextClassifier alone = TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Sessions = 1, BatchTokens = 1 });
        IReadOnlyList<LabelScore>[] expected = [.. pairs.Select(pair => alone.Classify(pair.Item1, pair.Item2))];
        (string, string)[] many = [.. Enumerable.Repeat(pairs, 20).SelectMany(pairs => pairs)];
        var results = new IReadOnlyList<IReadOnlyList<LabelScore>>[6];
        Parallel.For(0, results.Length, i => results[i] = classifier.Classify(many));
        foreach (IReadOnlyList<IReadOnlyList<LabelScore>> labels in results)
        {
            Assert.Equal(many.Length, labels.Count);
            for (int i = 0; i < many.Length; i++) Assert.Equal(expected[i % pairs.Length], labels[i]);
        }

        using var source = new CancellationTokenSource();
        var progress = new Ending(source);
        Assert.Throws<OperationCanceledException>(() => classifier.Classify([.. Enumerable.Repeat(pairs[0], 2000)], progress, source.Token));
        Assert.InRange(progress.Most, 1, 1900);
    }

    [Fact]
    public void Long_texts_are_told_or_refused()
    {
        var told = new ConcurrentBag<int>();
        using TextClassifier classifier = TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { OnTruncated = told.Add });
        classifier.Classify(_texts);
        Assert.Equal(Enumerable.Range(0, _texts.Length).Where(i => _single[i].IsTruncated()), told.Order());

        int first = Array.FindIndex(_single, TaskGolden.IsTruncated);
        using TextClassifier strict = TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Truncate = false, Sessions = 1 });
        int count = Tokenizer.Load(TaskGolden.Folder(Name)).CountTokens(_texts[first]);
        Assert.InRange(count, 65, 1000);
        Assert.Equal($"Text {first} has {count} tokens; expected at most 64.", Assert.Throws<ArgumentException>(() => strict.Classify(_texts)).Message);
    }

    [Fact]
    public void Work_can_be_ended()
    {
        using TextClassifier classifier = TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Sessions = 2 });
        using var source = new CancellationTokenSource();
        string[] many = [.. Enumerable.Repeat(_texts[0], 2000)];
        var progress = new Ending(source);
        Assert.Throws<OperationCanceledException>(() => classifier.Classify(many, progress, source.Token));
        Assert.InRange(progress.Most, 1, 1900);
        Assert.Throws<OperationCanceledException>(() => classifier.Classify(_texts[0], cancellation: source.Token));
        Assert.Equal(3, classifier.Classify(_texts[0]).Count);
    }

    [Fact]
    public void Wrong_input_is_told()
    {
        using (TextClassifier other = TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), labels: ["a", "b", "c"]))
            Assert.Equal(_labels.Select((label, i) => ((char)('a' + i)).ToString()), other.Labels);
        using (TemporaryFolder none = TaskGolden.With(Name, ("id2label", null)))
        using (TextClassifier other = TextClassifier.Of(_model.CreateSession, none.Path))
            Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], other.Labels);

        Assert.Equal("Expected as many labels as the model has scores, 3, found 2.",
            Assert.Throws<InvalidDataException>(() => TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name), labels: ["a", "b"])).Message);
        AssertRefused("no label", ("id2label", new JsonObject { ["0"] = "a", ["2"] = "c", ["3"] = "d" }), "$.id2label: expected the numbers 0 to 2, found none for 1");
        AssertRefused("no number", ("id2label", new JsonObject { ["x"] = "a" }), "$.id2label: expected numbers and names, found 'x'");
        AssertRefused("a regression", ("problem_type", "regression"), "$.problem_type: expected single_label_classification or multi_label_classification, found 'regression'");
        using var empty = new TemporaryFolder();
        Assert.Contains("expected one of tokenizer.json", Assert.Throws<FileNotFoundException>(() => TextClassifier.Of(_model.CreateSession, empty.Path)).Message, StringComparison.Ordinal);

        TextClassifier classifier = TextClassifier.Of(_model.CreateSession, TaskGolden.Folder(Name));
        Assert.Equal("Text 1 is null.", Assert.Throws<ArgumentException>(() => classifier.Classify(["a", null!])).Message);
        Assert.Throws<ArgumentNullException>(() => classifier.Classify((string)null!));
        Assert.Equal("Text 1 is null.", Assert.Throws<ArgumentException>(() => classifier.Classify([("a", "b"), (null!, "b")])).Message);
        Assert.Equal("The second text of pair 1 is null.", Assert.Throws<ArgumentException>(() => classifier.Classify([("a", "b"), ("a", null!)])).Message);
        Assert.Empty(classifier.Classify(Array.Empty<string>()));
        Assert.Empty(classifier.Classify(Array.Empty<(string, string)>()));
        classifier.Dispose();
        Assert.Throws<ObjectDisposedException>(() => classifier.Classify("a"));

        void AssertRefused(string what, (string, JsonNode?) member, string message)
        {
            using TemporaryFolder folder = TaskGolden.With(Name, member);
            string found = Assert.Throws<InvalidDataException>(() => TextClassifier.Of(_model.CreateSession, folder.Path)).Message;
            Assert.True(found.Contains(message, StringComparison.Ordinal) && found.Contains("config.json", StringComparison.Ordinal), $"{what}: {found}");
        }
    }

    [Fact]
    public void Damaged_weights_give_no_label()
    {
        using SmallClassifier model = SmallClassifier.Load(TaskGolden.Damaged(Name));
        using TextClassifier classifier = TextClassifier.Of(model.CreateSession, TaskGolden.Folder(Name));
        Assert.StartsWith("Text 0 gave scores that are not finite", Assert.Throws<InvalidOperationException>(() => classifier.Classify("a")).Message, StringComparison.Ordinal);
    }

    private static void AssertScores(JsonElement it, string kind, IReadOnlyList<LabelScore> found)
    {
        double[] scores = it.Numbers(kind);
        int[] order = [.. Enumerable.Range(0, 3).OrderByDescending(i => scores[i])];
        Assert.Equal(order.Select(i => _labels[i]), found.Select(score => score.Label));
        for (int i = 0; i < 3; i++) Assert.Equal(scores[order[i]], found[i].Score, Tolerance);
    }
}

/// <summary>Ends the work at its first report.</summary>
internal sealed class Ending(CancellationTokenSource source) : IProgress<int>
{
    private int _most;

    public int Most => _most;

    public void Report(int value)
    {
        lock (this) _most = Math.Max(_most, value);
        source.Cancel();
    }
}
