using Attention.Dsl;

namespace Attention.Bench;

/// <summary>Opens the models measured here: a checkpoint and a number of threads in, a model out.</summary>
internal static class Models
{
    // STAND-IN: every line ignores its threads until Load takes them: Load(file, threads: threads).
    public static SentenceEncoder Sentence(Stream file, int threads) => SentenceEncoder.Load(file);

    public static ImageEncoder Image(Stream file, int threads) => ImageEncoder.Load(file);

    public static BaseEncoder Base(Stream file, int threads) => BaseEncoder.Load(file);

    public static AwkwardEncoder Awkward(Stream file, int threads) => AwkwardEncoder.Load(file);

    public static BertEncoder Bert(Stream file, int threads) => BertEncoder.Load(file);

    public static Translator Translator(Stream file, int threads) => Bench.Translator.Load(file);

    public static Int8Translator Int8Translator(Stream file, int threads) => Bench.Int8Translator.Load(file);

    /// <summary>A session that takes <paramref name="tokens"/> tokens in one batch.</summary>
    // STAND-IN: model.CreateSession(new SessionOptions { BatchTokens = tokens }).
    public static SentenceEncoder.Session Batched(SentenceEncoder model, int tokens) => model.CreateSession();

    /// <summary>Encodes sentences laid end to end; their rows go to <paramref name="rows"/> unless it is empty.</summary>
    // STAND-IN: Rows all = session.Text.ForwardBatch(tokens, lengths); if (!rows.IsEmpty) all.CopyTo(rows).
    public static void ForwardBatch(SentenceEncoder.Session session, ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> rows)
    {
        int first = 0;
        foreach (int length in lengths)
        {
            Rows sentence = session.Text.Forward(tokens.Slice(first, length));
            if (!rows.IsEmpty)
                sentence.CopyTo(rows[(first * sentence.Width)..]);
            first += length;
        }
    }
}
