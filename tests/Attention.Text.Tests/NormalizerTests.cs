using Xunit;

namespace Attention.Text.Tests;

public class NormalizerTests
{
    [Theory]
    [InlineData("""{"type":"NFC"}""")]
    [InlineData("""{"type":"NFD"}""")]
    [InlineData("""{"type":"NFKC"}""")]
    [InlineData("""{"type":"NFKD"}""")]
    [InlineData("""{"type":"Lowercase"}""")]
    [InlineData("""{"type":"StripAccents"}""")]
    [InlineData("""{"type":"Strip","strip_left":true,"strip_right":false}""")]
    [InlineData("""{"type":"Strip","strip_left":false,"strip_right":true}""")]
    [InlineData("""{"type":"Prepend","prepend":"▁x"}""")]
    [InlineData("""{"type":"Replace","pattern":{"String":" "},"content":"▁"}""")]
    [InlineData("""{"type":"Replace","pattern":{"String":"aa"},"content":""}""")]
    [InlineData("""{"type":"Replace","pattern":{"Regex":"\\s+|\\p{M}"},"content":"--"}""")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"NFD"},{"type":"StripAccents"},{"type":"Lowercase"},{"type":"NFC"}]}""")]
    public void The_text_is_the_references(string normalizer)
    {
        using Comparison comparison = Comparison.OfBytes(normalizer);
        comparison.AssertSame(HostileText.Lines(2000, 5), decodes: false);
    }

    [Theory]
    [InlineData("""{"type":"BertPreTokenizer"}""")]
    [InlineData("""{"type":"Whitespace"}""")]
    [InlineData("""{"type":"WhitespaceSplit"}""")]
    [InlineData("""{"type":"Digits","individual_digits":true}""")]
    [InlineData("""{"type":"Digits","individual_digits":false}""")]
    [InlineData("""{"type":"Punctuation","behavior":"Removed"}""")]
    [InlineData("""{"type":"Punctuation","behavior":"Isolated"}""")]
    [InlineData("""{"type":"Punctuation","behavior":"MergedWithPrevious"}""")]
    [InlineData("""{"type":"Punctuation","behavior":"MergedWithNext"}""")]
    [InlineData("""{"type":"Punctuation","behavior":"Contiguous"}""")]
    [InlineData("""{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Digits","individual_digits":false},{"type":"Punctuation","behavior":"Isolated"}]}""")]
    [InlineData("""{"type":"Split","pattern":{"String":"a"},"behavior":"Removed","invert":false}""")]
    [InlineData("""{"type":"Split","pattern":{"String":"aa"},"behavior":"MergedWithPrevious","invert":false}""")]
    [InlineData("""{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithNext","invert":true}""")]
    [InlineData("""{"type":"Split","pattern":{"String":" "},"behavior":"Contiguous","invert":true}""")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\p{L}"},"behavior":"MergedWithNext","invert":false}""")]
    [InlineData("""{"type":"Split","pattern":{"Regex":"\\p{L}"},"behavior":"Contiguous","invert":true}""")]
    [InlineData("""{"type":"CharDelimiterSplit","delimiter":"e"}""")]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true,"use_regex":true}""")]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""")]
    public void The_pieces_are_the_references(string preTokenizer)
    {
        using Comparison comparison = Comparison.OfPieces(preTokenizer);
        comparison.AssertSame(HostileText.Lines(2000, 6), decodes: false);
    }
}
