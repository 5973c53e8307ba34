using System.Text;
using Xunit;

namespace Attention.Text.Tests;

public class ByteLevelTests
{
    private static readonly string[] Special = ["<|endoftext|>", "<mask>", "<s>", "</s>", " <mask> ", "<|endoftext", "<|begin_of_text|>"];

    [Fact]
    public void Gpt2s_ids_and_text_are_the_references() => Compare(ByteLevelKinds.Gpt2);

    [Fact]
    public void Robertas_ids_and_text_are_the_references() => Compare(ByteLevelKinds.Roberta);

    [Fact]
    public void Llama3s_ids_and_text_are_the_references() => Compare(ByteLevelKinds.Llama3);

    [Fact]
    public void Qwen2s_ids_and_text_are_the_references() => Compare(ByteLevelKinds.Qwen2);

    /// <summary>Tokens of one code point share its span.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Spans_cover_the_text_and_are_what_their_tokens_say(bool llama)
    {
        Tokenizer tokenizer = Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(llama ? ByteLevelKinds.Llama3 : ByteLevelKinds.Gpt2)));
        foreach (string line in HostileText.Lines(1000, 15))
        {
            EncodedText found = tokenizer.Encode(line, new EncodeOptions { AddSpecialTokens = false });
            int done = 0;
            for (int first = 0, next; first < found.Ids.Length; first = next)
            {
                int start = found.Offsets[first].Start.Value, end = found.Offsets[first].End.Value;
                for (next = first + 1; next < found.Ids.Length && found.Offsets[next].Start.Value < end; next++) end = Math.Max(end, found.Offsets[next].End.Value);
                Assert.Equal(done, start);
                Assert.Equal(line[start..end], tokenizer.Decode(found.Ids.AsSpan(first..next)));
                done = end;
            }
            Assert.Equal(line.Length, done);
        }
    }

    [Fact]
    public void Robertas_spans_leave_spaces_out()
    {
        Tokenizer tokenizer = Tokenizer.Load(new MemoryStream(Encoding.UTF8.GetBytes(ByteLevelKinds.Roberta)));
        EncodedText found = tokenizer.Encode("  one two,  <mask> three");
        Assert.Equal(["", "", "one", "two", ",", "  <mask>", "three", ""], found.Offsets.Select(span => "  one two,  <mask> three"[span]));
    }

    private static void Compare(string json)
    {
        using var comparison = new Comparison(json);
        comparison.AssertSame(HostileText.Lines(2000, 10, Special));
    }
}
