using System.Buffers.Binary;
using System.Text;
using Attention.Tests;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>tokenizer.json of llama's family, byte-pair encoding over characters with bytes for what is unknown, against Hugging Face's library.</summary>
public sealed class LlamaTests
{
    public static TheoryData<string> Names => [.. LlamaKinds.All.Keys];

    /// <summary>The 512 pieces of the little storyteller.</summary>
    private static List<(string, double)> Stories(string path)
    {
        ReadOnlySpan<byte> file = File.ReadAllBytes(path).AsSpan(4);
        List<(string, double)> pieces = [];
        while (!file.IsEmpty)
        {
            float score = BinaryPrimitives.ReadSingleLittleEndian(file);
            int length = BinaryPrimitives.ReadInt32LittleEndian(file[4..]);
            string text = Encoding.UTF8.GetString(file.Slice(8, length)).Replace(' ', '\u2581').Trim('\n');
            pieces.Add((text.Length == 0 ? "\n" : text, score));
            file = file[(8 + length)..];
        }
        return pieces;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void IdsAndTextAreTheReferences(string kind)
    {
        using Comparison comparison = new(LlamaKinds.Json(kind));
        comparison.AssertSame([.. SentencePieceGoldens.Texts, .. HostileText.Lines(2000, 11, "<s>", "</s>", "<unk>", "<0x0A>")]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void StorytellersIdsAndTextAreTheReferences(string kind)
    {
        string? path = SharedModels.Find("stories260K/tok512.bin");
        Assert.SkipWhen(path is null, "../shared/models/stories260K is not there.");
        using Comparison comparison = new(LlamaKinds.Json(kind, Stories(path!)));
        comparison.AssertSame([.. SentencePieceGoldens.Texts, .. HostileText.Lines(2000, 12, "<s>", "</s>", "<unk>", "<0x0A>")]);
    }
}
