using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Attention.Generator;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Parts;
using Attention.Generator.Reading;
using Attention.Tests.Diagnostics;
using Attention.Tests.Generator;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>
/// The page that explains each attention: its declarations are sound, and its pictures are what they see. <c>ATTENTION_ACCEPT=1</c> in the
/// environment draws the pictures anew.
/// </summary>
public sealed partial class AttentionGuideTests
{
    private const int Cell = 8;

    [Fact]
    public void Pictures_ShowWhatTheDeclarationsSee()
    {
        string page = Repository.Read("docs", "attention.md");
        var drawn = new Dictionary<string, string>();
        foreach (string example in Example().Matches(page).Select(match => "using Attention.Dsl;\n" + match.Groups["code"].Value))
        {
            GeneratorRun run = GeneratorRun.Of(example);
            Assembly assembly = run.Load();
            foreach (INamedTypeSymbol model in run.Input.GetSymbolsWithName(_ => true, SymbolFilter.Type).OfType<INamedTypeSymbol>().Where(DeclarationReader.IsModel))
            {
                Result<ModelGraph> built = Pipeline.Build(DeclarationReader.Read(model, TestContext.Current.CancellationToken));
                Assert.Empty(built.Findings);
                foreach (StageGraph stage in built.Value!.Stages)
                {
                    string name = stage.Name == model.Name ? model.Name : $"{model.Name}.{stage.Name}";
                    if (stage.Operations.OfType<Attend>().FirstOrDefault(attend => attend.Other is null) is Attend attend)
                        drawn.Add(name, Draw(stage.Length, SeenBy(attend.Mask, assembly.GetType(name.Replace('.', '+'))!)));
                }
            }
        }

        string[] shown = [.. Picture().Matches(page).Select(match => match.Groups["name"].Value)];
        Assert.True(shown.Length > 10);
        foreach (string name in shown)
        {
            string[] path = ["docs", "attention", name + ".svg"];
            if (Environment.GetEnvironmentVariable("ATTENTION_ACCEPT") == "1")
                File.WriteAllText(Repository.PathOf(path), drawn[name]);
            Assert.Equal(drawn[name], Repository.Read(path));
        }

        Assert.Equal(shown.Select(name => name + ".svg").Order(StringComparer.Ordinal), Repository.Files("*", "docs", "attention"));
    }

    /// <summary>What is not in the DSL is not on the page, and what is and lets rows see each other is.</summary>
    [Fact]
    public void EveryAttention_IsOnThePage()
    {
        string page = Repository.Read("docs", "attention.md");
        string[] attentions = [.. Catalogue.Names.Where(name => name.EndsWith("Attention", StringComparison.Ordinal))];
        Assert.True(attentions.Length > 5);
        Assert.All(attentions, name => Assert.Contains($"[{name}(", page, StringComparison.Ordinal));
    }

    private static Func<int, int, bool> SeenBy(Mask mask, Type owner)
    {
        if (mask is not OwnPattern own)
            return (query, key) => mask.Sees(0, query, key);
        var method = owner.GetMethod(own.Method, BindingFlags.Static | BindingFlags.NonPublic, [typeof(int), typeof(int)])!.CreateDelegate<Func<int, int, bool>>();
        return (query, key) => own.Within.Sees(query, key) && method(query, key);
    }

    /// <summary>A row for each query, a column for each key; neighbours that are seen are one bar.</summary>
    private static string Draw(int length, Func<int, int, bool> sees)
    {
        var bars = new StringBuilder();
        for (int query = 0; query < length; query++)
        {
            for (int key = 0; key < length; key++)
            {
                int first = key;
                while (key < length && sees(query, key))
                    key++;
                if (key > first)
                    bars.Append(FormattableString.Invariant($"M{first * Cell} {query * Cell}h{((key - first) * Cell) - 1}v{Cell - 1}h{1 - ((key - first) * Cell)}z"));
            }
        }

        int size = length * Cell;
        return FormattableString.Invariant($$$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {{{size + 1}}} {{{size + 1}}}" width="{{{size + 1}}}" height="{{{size + 1}}}">
            <style>.all{fill:#e8eaed}.seen{fill:#1a5fb4}@media (prefers-color-scheme:dark){.all{fill:#2b2d31}.seen{fill:#78aeed}}</style>
            <path class="all" d="M-1 -1h{{{size + 1}}}v{{{size + 1}}}h-{{{size + 1}}}z"/>
            <path class="seen" d="{{{bars}}}"/>
            </svg>

            """).ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"\]\(attention/(?<name>[A-Za-z0-9.]+)\.svg\)")]
    private static partial Regex Picture();
}
