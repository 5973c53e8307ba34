using Xunit;

namespace Attention.Text.Tests;

public class RealTextTests
{
    public static TheoryData<string> Kinds => ["bert", "gpt2", "roberta", "llama3", "qwen2"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ids_of_what_people_wrote_are_the_references(string kind)
    {
        using var comparison = new Comparison(kind switch
        {
            "bert" => Vocabularies.BertJson(Vocabularies.MiniLm(), maxLength: null),
            "gpt2" => ByteLevelKinds.Gpt2,
            "roberta" => ByteLevelKinds.Roberta,
            "llama3" => ByteLevelKinds.Llama3,
            _ => ByteLevelKinds.Qwen2,
        });
        comparison.AssertSame(Lines.Value);
    }

    /// <summary>Two thousand lines, of each language alike.</summary>
    private static readonly Lazy<List<string>> Lines = new(() =>
    {
        SortedDictionary<string, List<string>> languages = RealText.ByLanguage();
        int each = Math.Max(1, 2000 / languages.Count);
        return [.. languages.Values.SelectMany(lines => Enumerable.Range(0, Math.Min(each, lines.Count)).Select(i => lines[(int)((long)i * lines.Count / each)])), .. languages["en"].Take(2000)];
    });
}
