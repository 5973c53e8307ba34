using Attention.Dsl;

namespace Attention.Text;

/// <summary>What a text is in a search: models that were trained with prefixes put another before each kind.</summary>
public enum TextKind
{
    /// <summary>One of many alike, to be compared with each other.</summary>
    Plain,

    /// <summary>What is asked.</summary>
    Query,

    /// <summary>What is to be found.</summary>
    Passage,
}

/// <summary>
/// Texts to vectors, by a model with pooling: sentence-transformers and the like (Reimers and Gurevych 2019, "Sentence-BERT"). Pooling and length are those
/// that the stage declares. Any number of threads may call; texts are packed without padding, and a vector's bits do not depend on its neighbours.
/// </summary>
public sealed class TextEmbedder : IDisposable
{
    private readonly TextStage _stage;
    private readonly string _query, _passage;

    private TextEmbedder(TextStage stage, TextEmbedderSettings? settings, ModelFolder? folder)
    {
        _stage = stage;
        _query = settings?.QueryPrefix ?? folder?.Prompt("query") ?? "";
        _passage = settings?.PassagePrefix ?? folder?.Prompt("passage", "document", "corpus") ?? "";
    }

    /// <summary>Floats of a vector.</summary>
    public int Dimensions => _stage.Width;

    /// <summary>The most tokens of a text, special ones included; what is beyond is cut, or refused where the settings say so.</summary>
    public int MaxLength => _stage.MaxLength;

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer => _stage.Tokenizer;

    /// <summary>An embedder of a model that is a stage itself.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="folder">The checkpoint's folder: its tokenizer, and what else its files say of how it is used.</param>
    /// <param name="settings">What they do not say.</param>
    /// <param name="owned">What is disposed with this object, such as the model.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static TextEmbedder Of<TSession>(Func<SessionSettings?, TSession> createSession, string folder, TextEmbedderSettings? settings = null, IDisposable? owned = null)
        where TSession : class, IVectorEncoder, IBatchEncoder, IDisposable => Of(createSession, session => session, folder, settings, owned);

    /// <summary>An embedder of one stage of a model.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="stage">The session's stage.</param>
    /// <param name="folder">The checkpoint's folder: its tokenizer, and what else its files say of how it is used.</param>
    /// <param name="settings">What they do not say.</param>
    /// <param name="owned">What is disposed with this object, such as the model.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static TextEmbedder Of<TSession, TStage>(Func<SessionSettings?, TSession> createSession, Func<TSession, TStage> stage, string folder, TextEmbedderSettings? settings = null, IDisposable? owned = null)
        where TSession : class, IDisposable
        where TStage : IVectorEncoder, IBatchEncoder
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = new ModelFolder(folder);
        Tokenizer tokenizer = settings?.Tokenizer ?? Tokenizer.Load(folder);
        return new(TextStage.Of(createSession, stage, it => (it.Length, it.Width), tokenizer, files.MaxLength(tokenizer), settings?.Texts, owned), settings, files);
    }

    /// <summary>An embedder of a class that knows where its files are, which it owns.</summary>
    /// <typeparam name="TModel">The model's class, such as those of the package AttentionDsl.Models.</typeparam>
    /// <param name="folder">Where its files are; the cache of Hugging Face's tools unless given, see <see cref="Pretrained.Find"/>.</param>
    /// <param name="settings">How texts are treated, where the files do not say.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FileNotFoundException">The files are not there; the message says what brings them.</exception>
    /// <exception cref="InvalidDataException">A file is not as expected.</exception>
    /// <exception cref="WeightsException">The weights do not fit.</exception>
    public static Task<TextEmbedder> LoadAsync<TModel>(string? folder = null, TextEmbedderSettings? settings = null, CancellationToken cancellation = default)
        where TModel : IPretrainedEmbedder => Task.Run(() => TModel.Open(folder ?? TModel.Source.Find(), settings), cancellation);

    /// <summary>A text's vector, <see cref="Dimensions"/> floats.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kind">Which prefix is put before it.</param>
    /// <param name="cancellation">Ends the wait for a session.</param>
    /// <exception cref="ArgumentException">The text has no tokens, or too many where none is to be cut.</exception>
    public float[] Embed(string text, TextKind kind = TextKind.Plain, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Embed([text], kind, null, cancellation).Values;
    }

    /// <summary>The vectors of texts, in their order.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="kind">Which prefix is put before each.</param>
    /// <param name="progress">Is told how many are done.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text is null, or has no tokens, or too many where none is to be cut; the message says which.</exception>
    /// <exception cref="InvalidOperationException">A vector is not finite.</exception>
    public Embeddings Embed(IReadOnlyList<string> texts, TextKind kind = TextKind.Plain, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        string prefix = PrefixOf(kind);
        var embeddings = new Embeddings(texts.Count, Dimensions);
        _stage.Run(texts.Count, i => (texts[i] is string text && prefix.Length > 0 ? prefix + text : texts[i], null), Take, embeddings.MarkTruncated, progress, cancellation);
        return embeddings;

        void Take(TokenBatch batch, Rows rows)
        {
            for (int i = 0; i < rows.Count; i++) embeddings.Set(batch.Texts[i], batch.Lengths[i], rows[i]);
        }
    }

    /// <summary>The same on threads of the pool.</summary>
    /// <inheritdoc cref="Embed(IReadOnlyList{string}, TextKind, IProgress{int}?, CancellationToken)"/>
    public Task<Embeddings> EmbedAsync(IReadOnlyList<string> texts, TextKind kind = TextKind.Plain, IProgress<int>? progress = null, CancellationToken cancellation = default) =>
        Task.Run(() => Embed(texts, kind, progress, cancellation), cancellation);

    /// <summary>A text's tokens as the model reads them: behind its prefix, between special tokens, and cut where it is too long.</summary>
    /// <param name="text">The text.</param>
    /// <param name="kind">Which prefix is put before it.</param>
    /// <exception cref="ArgumentException">The text has no tokens, or too many where none is to be cut.</exception>
    public int[] Encode(string text, TextKind kind = TextKind.Plain)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _stage.Encode(PrefixOf(kind) + text);
    }

    /// <summary>
    /// The vectors of texts that are tokens already, computed at once: for who gathers texts of many callers into batches of a size of his own. A vector has the bits that
    /// <see cref="Embed(string, TextKind, CancellationToken)"/> gives of the text.
    /// </summary>
    /// <param name="tokens">The tokens of all texts, as <see cref="Encode"/> gives them, text after text.</param>
    /// <param name="lengths">How many tokens each text has.</param>
    /// <param name="vectors">Takes the vectors, texts × <see cref="Dimensions"/>.</param>
    /// <param name="cancellation">Ends the wait for a session.</param>
    /// <exception cref="ArgumentException">
    /// A token is not in the vocabulary, a text has none or more than <see cref="MaxLength"/>, lengths and tokens disagree, <paramref name="vectors"/> has another size, or there are
    /// several texts and more tokens than <see cref="TextSettings.BatchTokens"/> and the model's positions.
    /// </exception>
    /// <exception cref="InvalidOperationException">A vector is not finite.</exception>
    public void EmbedTokens(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> vectors, CancellationToken cancellation = default)
    {
        if (vectors.Length != (long)lengths.Length * Dimensions)
            throw new ArgumentException($"Expected room for {lengths.Length} vectors of {Dimensions} floats, {(long)lengths.Length * Dimensions}, found {vectors.Length}.", nameof(vectors));
        _stage.Run(tokens, lengths, vectors, cancellation);
    }

    /// <summary>Ends the sessions, and what this object owns.</summary>
    public void Dispose() => _stage.Dispose();

    private string PrefixOf(TextKind kind) => kind switch
    {
        TextKind.Plain => "",
        TextKind.Query => _query,
        TextKind.Passage => _passage,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected a member of the enum."),
    };
}

/// <summary>How an embedder treats texts, where its model's files do not say.</summary>
public sealed record TextEmbedderSettings
{
    /// <summary>What is put before a query; unless given the prompt "query" of config_sentence_transformers.json.</summary>
    public string? QueryPrefix { get; init; }

    /// <summary>What is put before a passage; unless given the prompt "passage", "document" or "corpus" of config_sentence_transformers.json.</summary>
    public string? PassagePrefix { get; init; }

    /// <summary>The tokenizer, where it is not the folder's.</summary>
    public Tokenizer? Tokenizer { get; init; }

    /// <summary>
    /// How many threads compute, over all sessions, where a class loads its model itself (<see cref="TextEmbedder.LoadAsync"/>); 1 unless given. Who loads a model says it to its Load.
    /// </summary>
    public int? Threads { get; init; }

    /// <summary>How texts are run.</summary>
    public TextSettings? Texts { get; init; }
}
