using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pronounce;
using Xunit;

namespace Attention.Tests.Samples;

public sealed class AttentionPageTests
{
    private const string Hostile = "</script><b>\"'&<!--\u2028\0\ud800 ünï😀";
    private const string Tamed = "</script><b>\"'&<!--\u2028\uFFFD\uFFFD ünï😀";

    private static readonly AttentionMap s_hostile = new(Hostile, [Hostile, "q"], ["k", Hostile, "a long key"], 2, 1, Weights(2 * 2 * 3));
    private static readonly AttentionMap s_bough = new("cross-attention", ["B", "AW1"], ["b", "o", "end"], 3, 4, Weights(3 * 4 * 2 * 3));

    [Fact]
    public void The_page_needs_nothing_beside_itself()
    {
        string page = AttentionPage.Html("bough → B AW1", [s_bough, s_hostile]);
        Assert.DoesNotContain("http:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<link|<img|\ssrc=|\shref=|@import|url\(|fetch\(|import\(", page);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_data_are_those_of_every_layer_and_head()
    {
        AttentionMap[] maps = [s_bough, s_hostile];
        JsonElement[] data = [.. Data(AttentionPage.Html("x", maps)).EnumerateArray()];
        Assert.Equal(maps.Length, data.Length);
        foreach ((AttentionMap map, JsonElement found) in maps.Zip(data))
        {
            Assert.Equal(map.Layers, found.GetProperty("layers").GetInt32());
            Assert.Equal(map.Heads, found.GetProperty("heads").GetInt32());
            Assert.Equal(map.Weights, Numbers(found), (a, b) => Math.Abs(a - b) <= 5.1e-6);
        }

        Assert.Equal("cross-attention", data[0].GetProperty("name").GetString());
        Assert.Equal(s_bough.Queries, Strings(data[0], "queries"));
        Assert.Equal(s_bough.Keys, Strings(data[0], "keys"));
    }

    [Fact]
    public void No_text_leaves_its_place()
    {
        string page = AttentionPage.Html(Hostile, [s_hostile]);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<!--", page, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(page, "</script", RegexOptions.IgnoreCase));
        Assert.Contains("<title>&lt;/script&gt;&lt;b&gt;&quot;&#39;&amp;&lt;!--", page, StringComparison.Ordinal);

        JsonElement data = Data(page)[0];
        Assert.Equal(Tamed, data.GetProperty("name").GetString());
        Assert.Equal([Tamed, "q"], Strings(data, "queries"));
        Assert.Equal(["k", Tamed, "a long key"], Strings(data, "keys"));
        Assert.Contains(Drawing(page).Elements("text"), label => label.Value == Tamed);
    }

    [Fact]
    public void Without_scripts_the_mean_of_the_first_map_is_drawn()
    {
        XElement drawing = Drawing(AttentionPage.Html("x", [s_bough, s_hostile]));
        Assert.Equal("cross-attention, mean of 3 layers and 4 heads", (string?)drawing.Attribute("aria-label"));
        Assert.Equal(["b", "o", "end", "B", "AW1"], drawing.Elements("text").Select(label => label.Value));

        XElement[] cells = [.. drawing.Elements("g")];
        float[] mean = s_bough.Mean();
        Assert.Equal(mean.Length, cells.Length);
        Assert.All(cells, (cell, i) =>
        {
            Assert.Equal(
                FormattableString.Invariant($"{s_bough.Queries[i / 3]} → {s_bough.Keys[i % 3]}: {mean[i]:F3}"),
                cell.Element("title")!.Value);
            Assert.Equal(FormattableString.Invariant($"--s:{Math.Sqrt(mean[i]):0.#####}"), (string?)cell.Attribute("style"));
            int row = i / 3 * 3;
            Assert.Equal(AttentionMap.Strongest(mean.AsSpan(row, 3)) == i - row, cell.Element("text") is not null);
        });
    }

    [Fact]
    public void The_same_maps_give_the_same_text() =>
        Assert.Equal(AttentionPage.Html(Hostile, [s_bough, s_hostile]), AttentionPage.Html(Hostile, [s_bough, s_hostile]));

    [Fact]
    public void Lines_end_in_one_way() => Assert.DoesNotContain('\r', AttentionPage.Html("a\r\nb", [s_bough]));

    [Fact]
    public void A_page_without_maps_is_refused() => Assert.Throws<ArgumentException>(() => AttentionPage.Html("x", []));

    private static float[] Weights(int count)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle())];
    }

    private static JsonElement Data(string page) => JsonDocument.Parse(
        Regex.Match(page, """<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline).Groups[1].Value).RootElement;

    private static XElement Drawing(string page) =>
        XDocument.Parse(Regex.Match(page, """<svg viewBox="0 0 \d+ \d+".*?</svg>""", RegexOptions.Singleline).Value).Root!;

    private static IEnumerable<float> Numbers(JsonElement map) => map.GetProperty("weights").EnumerateArray().Select(weight => weight.GetSingle());

    private static IEnumerable<string?> Strings(JsonElement map, string name) => map.GetProperty(name).EnumerateArray().Select(text => text.GetString());
}
