using System.Security.Cryptography;
using System.Text;
using Attention.Tests.Diagnostics;
using Attention.Tests.Kernels;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Attention.Tests.Generator;

/// <summary>
/// What is generated stays the same to the byte: <c>FrozenText.sha256</c> beside this file has a hash of every set of models.
/// <c>ATTENTION_ACCEPT=1</c> in the environment writes it anew.
/// </summary>
public sealed class FrozenTextTests
{
    [Fact]
    public void GeneratedTextIsUnchanged()
    {
        string[] path = ["tests", "Attention.Tests", "Generator", "FrozenText.sha256"];
        string seen = string.Concat(Sets().Select(set => $"{HashOf(set.Sources)}  {set.Name}\n"));
        if (Environment.GetEnvironmentVariable("ATTENTION_ACCEPT") == "1")
            File.WriteAllText(Repository.PathOf(path), seen);
        Assert.Equal(Repository.Read(path), seen);
    }

    private static IEnumerable<(string Name, string[] Sources)> Sets()
    {
        foreach (string file in new[] { "FamilyModels", "VariantModels", "FormatModels", "RealModels" })
            yield return (file, [Repository.Read("tests", "Attention.Tests", "Models", file + ".cs")]);
        yield return ("PromiseModels", [Repository.Read("tests", "Attention.Tests", "Promises", "PromiseModels.cs")]);
        yield return ("Pronouncer", [Repository.Read("samples", "Pronounce", "Pronouncer.cs")]);
        yield return ("Bench", [.. new[] { "AwkwardEncoder", "BaseEncoder", "BertEncoder", "ImageEncoder", "Int8Translator", "SentenceEncoder", "Translator" }.Select(file => Repository.Read("bench", "Attention.Bench", file + ".cs"))]);
        yield return ("Large", [OptimizationTests.Large]);
        yield return ("Hostile", [$"using Attention.Dsl; namespace Hostile; [AttentionModel] public sealed partial class Model {{ {string.Concat(HostileNamesTests.Hostile.Select((name, i) => HostileNamesTests.Encoder(name) + HostileNamesTests.Decoder("Reader" + i, name)))} }}"]);
        for (int seed = 100; seed < 120; seed++)
        {
            var random = new Random(seed);
            string format = new[] { "Float32", "Float32", "BFloat16", "Int8" }[seed % 4];
            IEnumerable<string> models = Enumerable.Range(0, 10).Select(i =>
                $"[AttentionModel(Weights = WeightFormat.{format})] public sealed partial class Random{i} {{ {RandomDeclarationTests.Declaration(random)} }}\n");
            yield return ($"Random{seed}", ["using Attention.Dsl;\n" + string.Concat(models)]);
        }
    }

    private static string HashOf(string[] sources)
    {
        GeneratorDriverRunResult result = GeneratorRun.Of(sources).Result;
        Assert.Null(result.Results[0].Exception);
        var text = new StringBuilder();
        foreach (GeneratedSourceResult file in result.Results[0].GeneratedSources.OrderBy(file => file.HintName, StringComparer.Ordinal))
            text.Append(file.HintName).Append('\n').Append(file.SourceText).Append('\n');
        if (Environment.GetEnvironmentVariable("ATTENTION_DUMP") is string folder)
        {
            Directory.CreateDirectory(folder);
            foreach (GeneratedSourceResult file in result.Results[0].GeneratedSources)
                File.WriteAllText(Path.Combine(folder, file.HintName), file.SourceText.ToString());
        }

        Assert.True(text.Length > 1000);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
