using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace Attention.Text.Tests;

public class GraphemeTableTests
{
    [Fact]
    public void The_table_is_what_the_reference_answers_for_every_code_point()
    {
        string file = Path.Combine(Path.GetDirectoryName(Here())!, "../../../src/Attention.Text/Unicode/GraphemeTable.cs");
        string found = Write(GraphemeProbe.Classes());
        if (Environment.GetEnvironmentVariable("ATTENTION_ACCEPT") == "1") File.WriteAllText(file, found);
        Assert.True(File.Exists(file) && found == File.ReadAllText(file), "GraphemeTable.cs is not what the reference answers: see CONTRIBUTING.md.");
    }

    /// <summary>Ranges, Hangul's syllables as one.</summary>
    private static string Write(GraphemeClass[] classes)
    {
        List<int> ranges = [];
        for (int c = 0; c < classes.Length; c++)
        {
            bool syllable = classes[c] is GraphemeClass.SyllableVowel or GraphemeClass.SyllableTrailing;
            if (syllable && classes[c] != ((c - 0xAC00) % 28 == 0 ? GraphemeClass.SyllableVowel : GraphemeClass.SyllableTrailing))
                throw new InvalidOperationException($"U+{c:X4} is no syllable of its place.");
            int value = (int)(syllable ? GraphemeClass.SyllableTrailing : classes[c]);
            if (ranges.Count == 0 || (ranges[^1] & 15) != value) ranges.Add((c << 4) | value);
        }
        StringBuilder text = new(
            """
            // Written by GraphemeTableTests from the reference's answers; ATTENTION_ACCEPT=1 writes it anew.
            namespace Attention.Text;

            internal static partial class GraphemeBreaks
            {
                /// <summary>Where each range begins, times 16, and its class.</summary>
                private static ReadOnlySpan<int> Ranges =>
                [

            """);
        foreach (int[] line in ranges.Chunk(16))
            text.Append("        ").AppendJoin(", ", line.Select(value => "0x" + value.ToString("X", CultureInfo.InvariantCulture))).Append(",\n");
        return text.Append("    ];\n}\n").ToString();
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
