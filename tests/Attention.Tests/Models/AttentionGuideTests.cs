using System.Text.RegularExpressions;
using Attention.Generator.Parts;
using Attention.Tests.Diagnostics;
using Xunit;

namespace Attention.Tests.Models;

/// <summary>
/// The page that explains each attention: its declarations are sound, and its pictures are what they see. <c>ATTENTION_ACCEPT=1</c> in the
/// environment draws the pictures anew.
/// </summary>
public sealed partial class AttentionGuideTests
{
    /// <summary>What is no attention.</summary>
    private const string WithoutPicture = "Recurrent layers";

    [Fact]
    public void Pictures_ShowWhatTheDeclarationsSee()
    {
        string page = Repository.Read("docs", "attention.md");
        Dictionary<string, Func<string>> drawn = Example().Matches(page).SelectMany(match => AttentionGuidePictures.Of("using Attention.Dsl;\n" + match.Groups["code"].Value)).ToDictionary(picture => picture.Name, picture => picture.Draw, StringComparer.Ordinal);
        string[] shown = [.. Picture().Matches(page).Select(match => match.Groups["name"].Value).Distinct()];
        Assert.True(shown.Length > 30);
        foreach (string name in shown)
        {
            Assert.Contains(name, drawn.Keys);
            string[] path = ["docs", "attention", name + ".svg"];
            string picture = drawn[name]();
            if (Environment.GetEnvironmentVariable("ATTENTION_ACCEPT") == "1")
                File.WriteAllText(Repository.PathOf(path), picture);
            Assert.Equal(picture, Repository.Read(path));
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

    /// <summary>A section says what a mechanism is, its formula, its declaration, where it comes from, and what it sees.</summary>
    [Fact]
    public void EverySection_IsWhole()
    {
        string[] sections = [.. Repository.Read("docs", "attention.md").Split("\n## ").Skip(1)];
        Assert.True(sections.Length > 20);
        Assert.All(sections, section =>
        {
            Assert.Matches(Example(), section);
            string prose = Example().Replace(section, "");
            Assert.Contains(prose.Split('\n'), line => Formula().IsMatch(line));
            Assert.Matches(Source(), prose);
            Assert.NotEqual(section.StartsWith(WithoutPicture + "\n", StringComparison.Ordinal), Picture().IsMatch(section));
        });
        Assert.Contains(sections, section => section.StartsWith(WithoutPicture + "\n", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex(@"\]\(attention/(?<name>[A-Za-z0-9.]+)\.svg\)")]
    private static partial Regex Picture();

    /// <summary>A paragraph that begins with one, or says first what it is the formula of.</summary>
    [GeneratedRegex(@"^(`[^`]+`|query [it] |query block i|[A-Za-z ]+: (`|query)).*$")]
    private static partial Regex Formula();

    /// <summary>Authors, a year and a title.</summary>
    [GeneratedRegex(@"\b(19|20)\d\d[,;]? ""[^""]+""")]
    private static partial Regex Source();
}
