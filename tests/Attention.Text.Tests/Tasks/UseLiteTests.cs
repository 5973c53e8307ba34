using System.Globalization;
using System.Text.Json;
using Attention.Dsl;
using Attention.Tests;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>The Universal Sentence Encoder Lite, from texts to what people say of them.</summary>
public sealed class UseLiteTests
{
    /// <summary>Pearson's correlation of similarities and people's scores, on the test part of the STS benchmark: 0.738 with the published library.</summary>
    [Fact]
    public void Similarities_agree_with_people_as_published()
    {
        string? folder = SharedModels.Find("use-lite"), path = SharedModels.Find("minilm/sts-test.tsv");
        Assert.SkipWhen(folder is null || path is null, "There is no shared/models/use-lite here.");

        Tokenizer tokenizer = UseLiteTokenizer.Load(folder!);
        using SafeTensors golden = SafeTensors.Open(Path.Combine(folder!, "golden.safetensors"));
        string[] sentences = JsonSerializer.Deserialize<string[]>(golden.Metadata["sentences"])!;
        Assert.All(sentences, (sentence, i) => Assert.Equal(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(golden.ReadBytes($"{i}.ids")).ToArray(), tokenizer.EncodeToIds(sentence)));

        using UseLite model = UseLite.Load(Path.Combine(folder!, "model.safetensors"));
        using UseLite.Session session = model.CreateSession();
        string[][] lines = [.. File.ReadLines(path!).Select(line => line.Split('\t'))];
        double[] cosines = [.. lines.Select(line => Cosine(Embed(line[5]), Embed(line[6])))], people = [.. lines.Select(line => double.Parse(line[4], CultureInfo.InvariantCulture))];
        Assert.Equal(1379, lines.Length);
        Assert.Equal(0.738, SemanticSearch.Evaluation.Pearson(cosines, people), 1e-3);

        float[] Embed(string text) => session.Forward(tokenizer.EncodeToIds(text)).ToArray();
    }

    private static double Cosine(float[] one, float[] other) => one.Zip(other, (a, b) => (double)a * b).Sum();
}
