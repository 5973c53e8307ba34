using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Attention.Tests;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>Programs that take strings, by the packages for texts; each has one of them alone, which brings the others.</summary>
public sealed class TextTests(Workspace workspace)
{
    /// <summary>A class of the gallery with its real weights, on .NET 9: vectors are those that PyTorch has computed in float64.</summary>
    [Fact]
    public void ModelsAreAWholeProgram()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "The project names linux-x64.");
        workspace.Add("Gallery", """
            using System.Text.Json;
            using Attention.Models;
            using Attention.Text;

            using TextEmbedder embedder = await TextEmbedder.LoadAsync<MiniLmL6>(args[0]);
            Embeddings embeddings = embedder.Embed(JsonSerializer.Deserialize<string[]>(File.ReadAllText(args[1]))!);
            Console.WriteLine($".NET {Environment.Version.Major}, {embedder.MaxLength}");
            for (int i = 0; i < embeddings.Count; i++)
                Console.WriteLine(string.Join(' ', embeddings[i].ToArray()));
            """, "<TargetFramework>net9.0</TargetFramework><RuntimeIdentifier>linux-x64</RuntimeIdentifier><SelfContained>true</SelfContained>", workspace.ReferenceTo("AttentionDsl.Models"));
        Ended built = workspace.Build("Gallery");
        Packs.SkipIfMissing(built);
        Assert.Empty(built.Succeeded().Findings);

        string? path = SharedModels.Find("minilm/golden.safetensors");
        GoldenFile? golden = path is null ? null : new GoldenFile(Path.ChangeExtension(path, null));
        workspace.Write("Gallery/texts.json", golden?.Told("texts") ?? """["This is an example sentence"]""");
        string[] lines = workspace.Run("Gallery", "Gallery", workspace.MiniLm.Path, workspace.PathOf("Gallery", "texts.json")).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(".NET 9, 256", lines[0]);
        Assert.SkipWhen(golden is null, "The folder shared/models is not here: nothing to compare vectors with.");
        Assert.Equal(25, lines.Length - 1);
        for (int i = 1; i < lines.Length; i++)
            golden.AssertRows($"{i - 1}.embedding", Floats(lines[i]));
    }

    /// <summary>A class of the program's own behind the interface of Microsoft.Extensions.AI: the generator has come with the packages below.</summary>
    [Fact]
    public void ServicesEmbed()
    {
        workspace.Add("Services", $$"""
            using Attention.Dsl;
            using Attention.Text;
            using Microsoft.Extensions.AI;
            using Microsoft.Extensions.DependencyInjection;

            var services = new ServiceCollection();
            services.AddSingleton(_ => MiniLm.Load(args[0]));
            services.AddTextEmbedder(provider => TextEmbedder.Of(provider.GetRequiredService<MiniLm>().CreateSession, args[0]), "tiny");
            await using ServiceProvider provider = services.BuildServiceProvider();
            IEmbeddingGenerator<string, Embedding<float>> generator = provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
            foreach (Embedding<float> embedding in await generator.GenerateAsync(args[1..]))
                Console.WriteLine(string.Join(' ', embedding.Vector.ToArray()));

            {{Embedder.Model}}
            """, items: workspace.ReferenceTo("AttentionDsl.Extensions.AI") + """<PackageReference Include="Microsoft.Extensions.DependencyInjection" Version="10.0.12" />""");
        Assert.Empty(workspace.Build("Services").Succeeded().Findings);

        GoldenFile golden = Embedder.Golden;
        workspace.Write("Services/tiny/tokenizer.json", JsonSerializer.Serialize(new
        {
            pre_tokenizer = new { type = "Whitespace" },
            model = new { type = "WordLevel", unk_token = "w0", vocab = Enumerable.Range(0, 50).ToDictionary(id => $"w{id}", id => id) },
        }));
        File.Copy(golden.Path, workspace.PathOf("Services", "tiny", "model.safetensors"));
        string[] texts = [.. Enumerable.Range(0, 3).Select(i => string.Join(' ', golden.Ids($"{i}.token_ids").Select(id => $"w{id}")))];
        string[] lines = workspace.Run("Services", "Services.dll", [workspace.PathOf("Services", "tiny"), .. texts]).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(texts.Length, lines.Length);
        for (int i = 0; i < lines.Length; i++)
            golden.AssertRows($"{i}.embedding", Floats(lines[i]));
    }

    private static float[] Floats(string line) => [.. line.Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture))];
}
