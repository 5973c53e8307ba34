using System.Collections.Concurrent;
using System.Text.Json;
using Attention.Dsl;
using Xunit;

namespace Attention.Text.Tests;

public sealed class CrossEncoderTests : IDisposable
{
    private const string Name = "cross-encoder", Function = "sbert_ce_default_activation_function";
    private const float Tolerance = 1e-5f;
    private static readonly JsonElement[] _cases = TaskGolden.Cases(Name);
    private static readonly (string, string)[] _pairs = [.. _cases.Select(it => (it.Text(), it.Second()!))];
    private static readonly double[] _scores = [.. _cases.Select(it => it.GetProperty("score").GetDouble())];

    private readonly SmallCrossEncoder _model = SmallCrossEncoder.Load(TaskGolden.Folder(Name));

    public void Dispose() => _model.Dispose();

    /// <summary>Types of tokens and cuts of pairs above the limit among them; the reference takes no pairs here, so that these are the script's own.</summary>
    [Fact]
    public void Tokens_are_the_scripts()
    {
        TaskGolden.AssertTokens(Name, _cases);
        Assert.Equal(5, _cases.Count(TaskGolden.IsTruncated));
        Assert.All(_cases.Where(TaskGolden.IsTruncated), it => Assert.Equal(64, it.Ids().Length));
    }

    [Fact]
    public void Scores_are_the_scripts()
    {
        using CrossEncoder encoder = CrossEncoder.Of(_model.CreateSession, TaskGolden.Folder(Name));
        Assert.Equal((false, 64), (encoder.IsSigmoid, encoder.MaxLength));
        float[] found = encoder.Score(_pairs);
        for (int i = 0; i < found.Length; i++)
        {
            Assert.Equal(_scores[i], found[i], Tolerance);
            Assert.Equal(found[i], encoder.Score(_pairs[i].Item1, _pairs[i].Item2));
        }
    }

    [Theory]
    [InlineData(null, null, null, true)]
    [InlineData("torch.nn.modules.activation.Sigmoid", null, null, true)]
    [InlineData("torch.nn.modules.linear.Identity", null, null, false)]
    [InlineData("torch.nn.modules.linear.Identity", "torch.nn.modules.activation.Sigmoid", null, true)]
    [InlineData(null, "torch.nn.modules.linear.Identity", null, false)]
    [InlineData(null, "torch.nn.modules.linear.Identity", true, true)]
    [InlineData("torch.nn.modules.activation.Tanh", null, false, false)]
    public void Scores_are_probabilities_unless_a_file_or_the_caller_says_otherwise(string? old, string? current, bool? said, bool isSigmoid)
    {
        using TemporaryFolder folder = TaskGolden.With(Name, (Function, old), ("sentence_transformers", new System.Text.Json.Nodes.JsonObject { ["activation_fn"] = current }));
        using CrossEncoder encoder = CrossEncoder.Of(_model.CreateSession, folder.Path, sigmoid: said);
        Assert.Equal(isSigmoid, encoder.IsSigmoid);
        float[] found = encoder.Score(_pairs);
        for (int i = 0; i < found.Length; i++) Assert.Equal(isSigmoid ? _cases[i].GetProperty("sigmoid").GetDouble() : _scores[i], found[i], Tolerance);
    }

    [Fact]
    public void Passages_are_ranked_and_equal_ones_stay_in_order()
    {
        using CrossEncoder encoder = CrossEncoder.Of(_model.CreateSession, TaskGolden.Folder(Name));
        var group = _pairs.Select((pair, i) => (pair, score: _scores[i])).GroupBy(it => it.pair.Item1).MaxBy(group => group.Count())!;
        string[] passages = [.. group.Select(it => it.pair.Item2), .. group.Select(it => it.pair.Item2)];
        double[] scores = [.. group.Select(it => it.score), .. group.Select(it => it.score)];
        Assert.True(passages.Length >= 6);
        IReadOnlyList<RankedPassage> ranked = encoder.Rank(group.Key, passages);
        Assert.Equal(Enumerable.Range(0, passages.Length).OrderByDescending(i => scores[i]), ranked.Select(passage => passage.Index));
        Assert.All(ranked, passage => Assert.Equal(scores[passage.Index], passage.Score, Tolerance));
        Assert.Equal(ranked.Take(2), encoder.Rank(group.Key, passages, 2));
        Assert.Empty(encoder.Rank(group.Key, passages, 0));
        Assert.Empty(encoder.Rank(group.Key, []));
    }

    [Fact]
    public void Many_pairs_are_as_one_by_one_on_any_number_of_threads()
    {
        using CrossEncoder alone = CrossEncoder.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Sessions = 1, BatchTokens = 1 });
        using CrossEncoder together = CrossEncoder.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Sessions = 3 });
        float[] expected = [.. Enumerable.Repeat(_pairs.Select(pair => alone.Score(pair.Item1, pair.Item2)).ToArray(), 20).SelectMany(scores => scores)];
        (string, string)[] many = [.. Enumerable.Repeat(_pairs, 20).SelectMany(pairs => pairs)];
        var results = new float[6][];
        Parallel.For(0, results.Length, i => results[i] = together.Score(many));
        Assert.All(results, found => Assert.Equal(expected, found));
    }

    [Fact]
    public void Long_pairs_are_told_or_refused()
    {
        var told = new ConcurrentBag<int>();
        using CrossEncoder encoder = CrossEncoder.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { OnTruncated = told.Add });
        encoder.Score(_pairs);
        Assert.Equal(Enumerable.Range(0, _pairs.Length).Where(i => _cases[i].IsTruncated()), told.Order());
        using CrossEncoder strict = CrossEncoder.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Truncate = false, Sessions = 1 });
        int first = Array.FindIndex(_cases, TaskGolden.IsTruncated), count = Tokenizer.Load(TaskGolden.Folder(Name)).Encode(_pairs[first].Item1, _pairs[first].Item2).Ids.Length;
        Assert.Equal($"Text {first} has {count} tokens; expected at most 64.", Assert.Throws<ArgumentException>(() => strict.Score(_pairs)).Message);
    }

    [Fact]
    public void Work_can_be_ended()
    {
        using CrossEncoder encoder = CrossEncoder.Of(_model.CreateSession, TaskGolden.Folder(Name), new() { Sessions = 2 });
        using var source = new CancellationTokenSource();
        var progress = new Ending(source);
        Assert.Throws<OperationCanceledException>(() => encoder.Score([.. Enumerable.Repeat(_pairs[0], 2000)], progress, source.Token));
        Assert.InRange(progress.Most, 1, 1900);
        Assert.Equal(_scores[0], encoder.Score(_pairs[0].Item1, _pairs[0].Item2), Tolerance);
    }

    [Fact]
    public void Wrong_input_is_told()
    {
        using SmallClassifier classes = SmallClassifier.Load(TaskGolden.Folder("classifier"));
        Assert.StartsWith("Expected a stage with one score, found 3", Assert.Throws<ArgumentException>(() => CrossEncoder.Of(classes.CreateSession, TaskGolden.Folder("classifier"))).Message, StringComparison.Ordinal);
        using (TemporaryFolder folder = TaskGolden.With(Name, (Function, "torch.nn.modules.activation.Tanh")))
            Assert.Contains("found 'torch.nn.modules.activation.Tanh'", Assert.Throws<InvalidDataException>(() => CrossEncoder.Of(_model.CreateSession, folder.Path)).Message, StringComparison.Ordinal);
        using (var empty = new TemporaryFolder())
            Assert.Throws<FileNotFoundException>(() => CrossEncoder.Of(_model.CreateSession, empty.Path));
        CrossEncoder encoder = CrossEncoder.Of(_model.CreateSession, TaskGolden.Folder(Name));
        Assert.Equal("The passage of pair 1 is null.", Assert.Throws<ArgumentException>(() => encoder.Score([("a", "b"), ("a", null!)])).Message);
        Assert.Equal("Text 1 is null.", Assert.Throws<ArgumentException>(() => encoder.Score([("a", "b"), (null!, "b")])).Message);
        Assert.Throws<ArgumentNullException>(() => encoder.Rank(null!, ["a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Rank("a", ["a"], -1));
        Assert.Empty(encoder.Score([]));
        encoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => encoder.Score("a", "b"));
        using SmallCrossEncoder damaged = SmallCrossEncoder.Load(TaskGolden.Damaged(Name));
        using CrossEncoder other = CrossEncoder.Of(damaged.CreateSession, TaskGolden.Folder(Name));
        Assert.Throws<InvalidOperationException>(() => other.Score("a", "b"));
    }
}
