using System.Reflection;
using System.Text.RegularExpressions;
using Attention.Generator;
using Attention.Generator.Diagnostics;
using Microsoft.CodeAnalysis;
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
        Assert.Equal(DiagnosticSeverity.Error, rule.DefaultSeverity);
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
        string[] examples = [.. Example().Matches(page).Select(match => "using Attention.Dsl;\n" + match.Groups["code"].Value)];
        Assert.Equal(2, examples.Length);
        Analysis wrong = await Analysis.Of(examples[0]), right = await Analysis.Of(examples[1]);
        Assert.Equal([id], wrong.Findings.Select(finding => finding.Id).Distinct());
        Assert.Empty(right.Findings);
        Assert.Empty(right.Errors);
        Assert.All(wrong.Findings, finding => Assert.Contains(finding.GetMessage(System.Globalization.CultureInfo.InvariantCulture), page, StringComparison.Ordinal));
    }

    private static Regex Mark(string id) => new(@"\{\|([A-Z0-9]+,)*" + id + "[,:]");

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
