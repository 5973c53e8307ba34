using System.Text.Json.Nodes;
using Attention.Dsl;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>The masked language model whose logits the big suite compares with PyTorch's.</summary>
[AttentionModel(Layout = WeightLayout.Bert)]
[Encoder(layers: 2, width: 24, Epsilon = 1e-12)]
[Embedding(vocabulary: 45, length: 13)]
[TokenTypes(2)]
[Positions(PositionKind.Learned)]
[LayerNorm]
[SelfAttention(heads: 4)]
[FeedForward(40, Activation.Gelu)]
[Linear(24, Activation = Activation.Gelu)]
[LayerNorm]
[Logits(Tied = true, Bias = true)]
internal sealed partial class Masked;

public sealed class FillMaskTests : IDisposable
{
    private static readonly string[] s_words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", .. Enumerable.Range(0, 40).Select(i => $"w{(char)('a' + (i / 26))}{(char)('a' + (i % 26))}")];

    private readonly TemporaryFolder _folder = new();
    private readonly Masked _model;

    public FillMaskTests()
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Goldens", "bert-mlm.safetensors"), _folder.File("model.safetensors"));
        File.WriteAllText(_folder.File("tokenizer.json"), Vocabularies.BertJson(s_words, maxLength: null));
        File.WriteAllText(_folder.File("tokenizer_config.json"), new JsonObject { ["mask_token"] = "[MASK]" }.ToJsonString());
        _model = Masked.Load(_folder.Path);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    /// <summary>Words, probabilities and texts are those of the logits, which the golden file proves.</summary>
    [Fact]
    public void Words_are_the_likeliest_of_each_masks_row()
    {
        using FillMask task = FillMask.Of(_model.CreateSession, _folder.Path);
        using Masked.Session session = _model.CreateSession();
        Assert.Equal(13, task.MaxLength);
        IReadOnlyList<IReadOnlyList<FilledMask>> found = task.Fill("waa [MASK] wab wba [MASK] wac", top: 3);
        int[] ids = [2, 5, 4, 6, 31, 4, 7, 3];
        float[] logits = new float[ids.Length * 45];
        session.Forward(ids, logits);
        Assert.Equal(2, found.Count);
        foreach ((int mask, IReadOnlyList<FilledMask> words) in new[] { (2, found[0]), (5, found[1]) })
        {
            double[] scores = [.. logits.AsSpan(mask * 45, 45).ToArray().Select(logit => Math.Exp(logit))];
            int[] order = [.. Enumerable.Range(0, 45).OrderByDescending(id => scores[id]).Take(3)];
            Assert.Equal(order, words.Select(word => word.Id));
            for (int i = 0; i < 3; i++)
            {
                Assert.Equal(scores[order[i]] / scores.Sum(), words[i].Score, 1e-6);
                Assert.Equal(s_words[order[i]], words[i].Token);
            }
        }
        string other = found[0][0].Id < 5 ? "" : found[0][0].Token + " ";
        Assert.Equal($"waa {other}wab wba wac", found[0][0].Text);
    }

    [Fact]
    public void Wrong_input_is_told()
    {
        using FillMask task = FillMask.Of(_model.CreateSession, _folder.Path);
        Assert.StartsWith("Expected '[MASK]' in the text, found none.", Assert.Throws<ArgumentException>(() => task.Fill("waa")).Message, StringComparison.Ordinal);
        string text = string.Join(' ', Enumerable.Repeat("waa", 20)) + " [MASK]";
        Assert.StartsWith("Expected '[MASK]' in the first 13 tokens of the text", Assert.Throws<ArgumentException>(() => task.Fill(text)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => task.Fill("[MASK]", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => task.Fill("[MASK]", 46));
        using var files = new TemporaryFolder();
        File.WriteAllText(files.File("tokenizer.json"), """{"version": "1.0", "model": {"type": "WordLevel", "vocab": {"<unk>": 0, "a": 1}, "unk_token": "<unk>"}}""");
        Assert.Contains("names a mask", Assert.Throws<InvalidDataException>(() => FillMask.Of(_model.CreateSession, files.Path)).Message, StringComparison.Ordinal);
    }
}
