using Xunit;

namespace Attention.Text.Tests;

/// <summary>Stages in any order give what the reference's give.</summary>
public class PipelineTests
{
    private static readonly string[] Normalizers =
    [
        """{"type":"NFC"}""", """{"type":"NFD"}""", """{"type":"NFKC"}""", """{"type":"NFKD"}""", """{"type":"Lowercase"}""", """{"type":"StripAccents"}""",
        """{"type":"Strip","strip_left":true,"strip_right":true}""", """{"type":"Prepend","prepend":"▁"}""", """{"type":"Replace","pattern":{"String":" "},"content":"▁"}""",
        """{"type":"Replace","pattern":{"Regex":"[^\\p{L}\\s]+"},"content":" "}""", """{"type":"Nmt"}""",
        """{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true}""",
        """{"type":"BertNormalizer","clean_text":false,"handle_chinese_chars":true,"strip_accents":true,"lowercase":false}""",
    ];

    private static readonly string[] PreTokenizers =
    [
        """{"type":"BertPreTokenizer"}""", """{"type":"Whitespace"}""", """{"type":"WhitespaceSplit"}""", """{"type":"Digits","individual_digits":true}""",
        """{"type":"Punctuation","behavior":"MergedWithPrevious"}""", """{"type":"Split","pattern":{"Regex":" ?\\p{L}+| ?\\p{N}+"},"behavior":"Isolated","invert":false}""",
        """{"type":"Split","pattern":{"Regex":"\\s+"},"behavior":"MergedWithNext","invert":false}""", """{"type":"Split","pattern":{"String":"e"},"behavior":"Contiguous","invert":true}""",
        """{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""", """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""",
        """{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true}""", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""",
        """{"type":"Metaspace","replacement":"▁","prepend_scheme":"never","split":true}""",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_stages_in_any_order_give_the_references_pieces(int length)
    {
        var random = new Random(length);
        string Some(string[] all) => string.Join(',', Enumerable.Range(0, length).Select(_ => all[random.Next(all.Length)]));
        for (int round = 0; round < 30; round++)
        {
            string normalizer = $$"""{"type":"Sequence","normalizers":[{{Some(Normalizers)}}]}""", preTokenizer = $$"""{"type":"Sequence","pretokenizers":[{{Some(PreTokenizers)}}]}""";
            using Comparison comparison = Comparison.OfPieces(preTokenizer, normalizer);
            List<string> lines = [.. HostileText.Lines(150, 1000 * length + round)];
            comparison.AssertSame(lines, decodes: false);
            AssertSpans(comparison.Tokenizer, lines);
        }
    }

    /// <summary>Spans lie in the text, in order, those of marks that are put in empty, and end within no code point.</summary>
    private static void AssertSpans(Tokenizer tokenizer, List<string> lines)
    {
        foreach (string line in lines)
        {
            EncodedText found = tokenizer.Encode(line);
            Assert.Equal(tokenizer.EncodeToIds(line), found.Ids);
            int lastStart = 0, lastEnd = 0;
            foreach (Range span in found.Offsets)
            {
                int start = span.Start.Value, end = span.End.Value;
                Assert.True(start <= end && end <= line.Length && start >= lastStart && (start == end || end >= lastEnd), $"{line}: {start}..{end} after {lastStart}..{lastEnd}");
                Assert.False(start < line.Length && char.IsLowSurrogate(line[start]) && end > start, line);
                Assert.False(end > start && char.IsHighSurrogate(line[end - 1]), line);
                (lastStart, lastEnd) = (start, Math.Max(end, lastEnd));
            }
        }
    }
}
