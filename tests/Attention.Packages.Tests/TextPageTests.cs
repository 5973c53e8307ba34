using System.Text;
using System.Text.RegularExpressions;
using Attention.Tests.Diagnostics;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>What pages on texts show.</summary>
public sealed partial class TextPageTests(Workspace workspace)
{
    private static readonly string[] s_pages = ["src/Attention.Text/README.md", "src/Attention.Models/README.md", "src/Attention.Extensions.AI/README.md", "docs/text.md", "docs/migrating.md"];

    /// <summary>Each block compiles, with the packages that the pages are about, beside what its words stand for.</summary>
    [Fact]
    public void Compile()
    {
        var usings = new SortedSet<string>(StringComparer.Ordinal);
        var methods = new StringBuilder();
        int blocks = 0;
        foreach (string page in s_pages)
        {
            foreach (Match block in Blocks().Matches(Repository.Read(page)))
            {
                string text = block.Groups["text"].Value;
                if (text.Contains("InferenceSession", StringComparison.Ordinal))
                    continue;
                foreach (Match line in Usings().Matches(text))
                    usings.Add(line.Value);
                methods.Append($"\n#line 1 \"{page}\"\nstatic async Task Block{blocks++}()\n{{\n{Usings().Replace(text, "")}}}\n");
            }
        }

        Assert.True(blocks >= 10, $"{blocks} blocks");
        workspace.Add("Pages", $$"""
            {{string.Join('\n', usings)}}
            using Attention.Dsl;

            partial class Program
            {
                static string folder = "", text = "";
                static string[] texts = [text], passages = texts;
                static int[] tokens = [];
                static long[] ids = [];
                static MiniLm model = MiniLm.Load(folder);
                static Translator translator = null!;
                static Builder builder = new();
                static IProgress<int>? progress = null;
                static CancellationToken cancellation = default;

                static Task Main() => Task.CompletedTask;
                {{methods}}
                sealed class Builder { public ServiceCollection Services { get; } = []; }
            }

            {{Embedder.Model}}
            """, "<NoWarn>$(NoWarn);CS1998;CS0414</NoWarn>", workspace.ReferenceTo("AttentionDsl.Models") + workspace.ReferenceTo("AttentionDsl.Extensions.AI") + """<PackageReference Include="Microsoft.Extensions.DependencyInjection" Version="10.0.12" />""");
        Assert.Empty(workspace.Build("Pages").Succeeded().Findings);
    }

    [GeneratedRegex("```csharp\n(?<text>.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex Usings();
}
