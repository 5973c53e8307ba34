using System.Text;
using Attention.Text.Tests;
using Microsoft.ML.Tokenizers;

namespace Attention.TokenizerBench;

/// <summary>A library's way from a line to ids; how many.</summary>
internal sealed record Peer(string Name, Func<string, int> Encode);

/// <summary>The libraries beside which a kind is measured.</summary>
internal static class Peers
{
    private const int Room = 1 << 20;

    public static Peer Ours(Text.Tokenizer tokenizer)
    {
        var ids = new int[Room];
        return new("ours", line => tokenizer.Encode(line, ids));
    }

    public static Peer Reference(Oracle oracle) => new("Tokenizers.DotNet", line => oracle.Encode(line).Length);

    public static IEnumerable<Peer> Bert(string[] vocabulary)
    {
        var fast = new FastBertTokenizer.BertTokenizer();
        fast.LoadVocabulary(new StringReader(string.Join('\n', vocabulary)), convertInputToLowercase: true);
        long[] ids = new long[Room], mask = new long[Room];
        yield return new("FastBertTokenizer", line => fast.Encode(line, ids, mask));
        BertTokenizer bert = BertTokenizer.Create(new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', vocabulary))), new BertOptions { LowerCaseBeforeTokenization = true });
        yield return new("ML.Tokenizers", line => Count(() => bert.EncodeToIds(line).Count));
    }

    /// <summary>Some lines of hostile text are not accepted everywhere.</summary>
    private static int Count(Func<int> encode)
    {
        try
        {
            return encode();
        }
        catch (ArgumentException)
        {
            return 0;
        }
    }

    public static Peer Tiktoken(string model)
    {
        TiktokenTokenizer tokenizer = TiktokenTokenizer.CreateForModel(model);
        return new("ML.Tokenizers", line => tokenizer.EncodeToIds(line).Count);
    }
}
