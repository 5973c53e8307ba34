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

    private static void Compare(string json)
    {
        using var comparison = new Comparison(json);
        comparison.AssertSame(HostileText.Lines(2000, 10, Special));
    }
}
