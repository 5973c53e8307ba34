using System.Reflection;
using System.Text.RegularExpressions;
using Attention.Generator;
using Attention.Generator.Diagnostics;
using Attention.Tests.Generator;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Every rule has a descriptor, a row in the release notes, a test, and a page whose examples are what they claim to be.</summary>
public sealed partial class RulePageTests
{
    public static TheoryData<string> Ids => [.. typeof(RuleIds).GetFields(BindingFlags.Public | BindingFlags.Static).Select(id => (string)id.GetRawConstantValue()!)];

    [Fact]
    public void Rules_AreThoseOfTheIds() => Assert.Equal(
        Ids.Select(row => row.Data).Order(StringComparer.Ordinal), new AttentionAnalyzer().SupportedDiagnostics.Select(rule => rule.Id).Order(StringComparer.Ordinal));

    [Fact]
    public void Pages_AreThoseOfTheIds() => Assert.Equal(
        Ids.Select(row => row.Data + ".md").Append("README.md").Order(StringComparer.Ordinal), Repository.Files("*.md", "docs", "rules"));

    [Theory, MemberData(nameof(Ids))]
    public void Rule_HasDescriptorAndRowsAndTest(string id)
    {
        DiagnosticDescriptor rule = Rules.Of(id);
        Assert.Equal(id == RuleIds.NotOptimized ? DiagnosticSeverity.Info : DiagnosticSeverity.Error, rule.DefaultSeverity);
        Assert.True(rule.IsEnabledByDefault);
        Assert.NotEmpty(rule.Description.ToString(null));
        string title = rule.Title.ToString(null);
        string releases = Repository.Read("src", "Attention.Generator", "AnalyzerReleases.Shipped.md") + Repository.Read("src", "Attention.Generator", "AnalyzerReleases.Unshipped.md");
        Assert.Contains($"\n{id} | {rule.Category} | {rule.DefaultSeverity} | {title}\n", releases, StringComparison.Ordinal);
        Assert.Contains($"\n| [{id}]({id}.md) | {title} |\n", Repository.Read("docs", "rules", "README.md"), StringComparison.Ordinal);
        Assert.StartsWith($"# {id}: {title}\n", Repository.Read("docs", "rules", id + ".md"), StringComparison.Ordinal);

        string[] folder = ["tests", "Attention.Tests", "Diagnostics"];
        Assert.Contains(Repository.Files("*Tests.cs", folder), file => Mark(id).IsMatch(Repository.Read([.. folder, file])));
    }

    [Theory, MemberData(nameof(Ids))]
    public async Task Page_ShowsTheMistakeAndTheMend(string id)
    {
        string page = Repository.Read("docs", "rules", id + ".md");
        CSharpCompilation[] examples = [.. Example().Matches(page).Select(match => Compile("using Attention.Dsl;\n" + match.Groups["code"].Value, match.Groups["property"].Value, match.Groups["value"].Value))];
        Assert.Equal(2, examples.Length);
        Analysis wrong = await Analysis.Of(examples[0]), right = await Analysis.Of(examples[1]);
        Assert.Equal([id], wrong.Findings.Select(finding => finding.Id).Distinct());
        Assert.Empty(right.Findings);
        Assert.Empty(right.Errors);
        Assert.All(wrong.Findings, finding => Assert.Contains(finding.GetMessage(System.Globalization.CultureInfo.InvariantCulture), page, StringComparison.Ordinal));
    }

    /// <summary>An example in a project that sets a property, if one stands above it.</summary>
    private static CSharpCompilation Compile(string source, string property, string value)
    {
        CSharpCompilation compilation = GeneratorRun.Compile(source);
        switch (property)
        {
            case "Optimize":
                return compilation.WithOptions(compilation.Options.WithOptimizationLevel(bool.Parse(value) ? OptimizationLevel.Release : OptimizationLevel.Debug));
            case "LangVersion":
                Assert.True(LanguageVersionFacts.TryParse(value, out LanguageVersion version));
                SyntaxTree tree = compilation.SyntaxTrees.Single();
                return compilation.ReplaceSyntaxTree(tree, tree.WithRootAndOptions(tree.GetRoot(), ((CSharpParseOptions)tree.Options).WithLanguageVersion(version)));
            default:
                Assert.Equal("", property);
                return compilation;
        }
    }

    private static Regex Mark(string id) => new(@"\{\|([A-Z0-9]+,)*" + id + "[,:]");

    [GeneratedRegex(@"(```xml\n<(?<property>\w+)>(?<value>\w+)</\w+>\n```\n\n)?```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
