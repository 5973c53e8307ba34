using System.Text.RegularExpressions;
using Attention.Dsl;
using Attention.Tests.Generator;
using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>The page of models that run: what it declares is without a finding, and it leaves no layout out.</summary>
public sealed partial class ModelsPageTests
{
    private static readonly string s_page = Repository.Read("docs/models.md");

    public static TheoryData<string> Declarations() => [.. Blocks().Matches(s_page).Select(block => block.Groups["text"].Value)];

    [Theory, MemberData(nameof(Declarations))]
    public Task Declaration_IsSound(string declaration) => Analysis.ExpectSource("using Attention.Dsl;\n" + declaration, "", []);

    [Fact]
    public void Page_HasEveryLayout()
    {
        Assert.True(Declarations().Count > 25);
        string table = string.Join('\n', Rows().Matches(s_page).Select(row => row.Value));
        Assert.All(Enum.GetNames<WeightLayout>(), layout => Assert.Contains($"`{layout}`", table));
    }

    /// <summary>A link of the table is to a heading of the page.</summary>
    [Fact]
    public void Page_HasWhatItsTableNames() => Assert.All(
        Anchors().Matches(s_page).Select(anchor => anchor.Groups["at"].Value),
        anchor => Assert.Contains(Headings().Matches(s_page).Select(heading => heading.Groups["title"].Value.ToLowerInvariant().Replace(' ', '-')), heading => heading == anchor));

    [GeneratedRegex("```csharp\n(?<text>.*?)```\n", RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^\|.*\|$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"\(#(?<at>[\w-]+)\)")]
    private static partial Regex Anchors();

    [GeneratedRegex("^### (?<title>.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();
}
