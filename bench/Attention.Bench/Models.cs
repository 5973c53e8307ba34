using Attention.Dsl;

namespace Attention.Bench;

/// <summary>Opens the models measured here: a checkpoint and a number of threads in, a model out.</summary>
internal static class Models
{
    public static SentenceEncoder Sentence(Stream file, int threads) => SentenceEncoder.Load(file, threads: threads);

    public static ImageEncoder Image(Stream file, int threads) => ImageEncoder.Load(file, threads: threads);

    public static BaseEncoder Base(Stream file, int threads) => BaseEncoder.Load(file, threads: threads);

    public static AwkwardEncoder Awkward(Stream file, int threads) => AwkwardEncoder.Load(file, threads: threads);

    public static BertEncoder Bert(Stream file, int threads) => BertEncoder.Load(file, threads: threads);

    public static LongEncoder Long(Stream file, int threads) => LongEncoder.Load(file, threads: threads);

    public static Translator Translator(Stream file, int threads) => Bench.Translator.Load(file, threads: threads);

    public static Int8Translator Int8Translator(Stream file, int threads) => Bench.Int8Translator.Load(file, threads: threads);

    public static IntegerSentenceEncoder IntegerSentence(Stream file, int threads) => IntegerSentenceEncoder.Load(file, threads: threads);

    public static IntegerBertEncoder IntegerBert(Stream file, int threads) => IntegerBertEncoder.Load(file, threads: threads);

    public static IntegerTranslator IntegerTranslator(Stream file, int threads) => Bench.IntegerTranslator.Load(file, threads: threads);

    /// <summary>A session that takes <paramref name="tokens"/> tokens in one batch.</summary>
    public static SentenceEncoder.Session Batched(SentenceEncoder model, int tokens) => model.CreateSession(new SessionSettings { BatchTokens = tokens });

    /// <summary>Encodes sentences laid end to end; their rows go to <paramref name="rows"/> unless it is empty.</summary>
    public static void ForwardBatch(SentenceEncoder.Session session, ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> rows)
    {
        Rows all = session.Text.ForwardBatch(tokens, lengths);
        if (!rows.IsEmpty)
            all.CopyTo(rows);
    }
}
