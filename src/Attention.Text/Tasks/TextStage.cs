using Attention.Dsl;

namespace Attention.Text;

/// <summary>Takes what a stage makes of some texts, on any thread: a row for each text where the stage has pooling, else a row for each token.</summary>
internal delegate void TakeRows(TokenBatch batch, Rows rows);

/// <summary>
/// A stage of a model that takes texts of any number: they are encoded, cut at the limit, packed without padding into batches of the
/// size that is fastest, and run on as many sessions as there are.
/// </summary>
internal sealed class TextStage : IDisposable
{
    private const int MostTextsAtOnce = 64;

    private readonly Tokenizer _tokenizer;
    private readonly TextSettings _settings;
    private readonly SessionPool<StageSession> _sessions;
    private readonly EncodeOptions _options;
    private readonly int _mostTokens;
    private readonly IDisposable? _owned;

    private TextStage(Tokenizer tokenizer, TextSettings settings, SessionPool<StageSession> sessions, int mostTokens, int width, int maxLength, IDisposable? owned)
    {
        (_mostTokens, _owned) = (mostTokens, owned);
        (_tokenizer, _settings, _sessions, Width, MaxLength) = (tokenizer, settings, sessions, width, maxLength);
        _options = new EncodeOptions { MaxLength = maxLength, SpecialTokensInText = settings.SpecialTokensInText };
    }

    /// <summary>Channels of a row.</summary>
    public int Width { get; }

    /// <summary>The most tokens of a text.</summary>
    public int MaxLength { get; }

    public Tokenizer Tokenizer => _tokenizer;

    public EncodeOptions Options => _options;

    /// <summary>A stage behind a pool of sessions.</summary>
    /// <param name="create">Creates a session.</param>
    /// <param name="stageOf">Its stage.</param>
    /// <param name="sizesOf">The stage's most tokens and its width.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="limit">What the model's files say of the most tokens.</param>
    /// <param name="settings">What the user says.</param>
    /// <param name="owned">What is disposed with the stage.</param>
    public static TextStage Of<TSession, TStage>(
        Func<SessionSettings?, TSession> create, Func<TSession, TStage> stageOf, Func<TStage, (int Length, int Width)> sizesOf, Tokenizer tokenizer, int? limit, TextSettings? settings, IDisposable? owned = null)
        where TSession : class, IDisposable
        where TStage : IBatchEncoder
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(stageOf);
        ArgumentNullException.ThrowIfNull(tokenizer);
        settings = TextSettings.Checked(settings);
        int length, width;
        using (TSession probe = create(null)) (length, width) = sizesOf(stageOf(probe));
        var session = new SessionSettings { BatchTokens = Math.Max(settings.BatchTokens, length) };
        return new(tokenizer, settings, new SessionPool<StageSession>(Create, settings.MostSessions), session.BatchTokens, width, settings.Limit(limit, length), owned);

        StageSession Create()
        {
            TSession created = create(session);
            return new(created, stageOf(created));
        }
    }

    /// <summary>Runs texts or pairs.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="text">Each one, by its number.</param>
    /// <param name="take">Takes their rows, on any thread, several at once.</param>
    /// <param name="truncated">Is told which ones were cut, beside whom the settings name.</param>
    /// <param name="progress">Is told how many are done.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text has no tokens, or too many where none is to be cut; the message says which.</exception>
    public void Run(int count, Func<int, (string First, string? Second)> text, TakeRows take, Action<int>? truncated, IProgress<int>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        int workers = Math.Min(_sessions.Most, count), atOnce = Math.Clamp(count / Math.Max(1, 4 * workers), 1, MostTextsAtOnce), done = 0;
        var claims = new Claims(count, atOnce);
        Workers.Run(workers, claims, Work, cancellation);

        void Work()
        {
            TokenBatch batch = new(), rest = new();
            StageSession? session = null;
            try
            {
                while (claims.TryTake(out int first, out int end))
                {
                    for (int i = first; i < end; i++)
                    {
                        Encode(batch, i);
                        if (batch.Lengths.Length > 1 && batch.Tokens.Length > _settings.BatchTokens)
                        {
                            batch.MoveLastTo(rest);
                            Flush();
                            (batch, rest) = (rest, batch);
                        }
                    }
                    Flush();
                }
            }
            finally
            {
                if (session is not null) _sessions.Return(session);
            }

            void Flush()
            {
                cancellation.ThrowIfCancellationRequested();
                session ??= _sessions.Rent(cancellation);
                take(batch, session.Run(batch));
                int all = Interlocked.Add(ref done, batch.Lengths.Length);
                batch.Clear();
                progress?.Report(all);
            }
        }

        void Encode(TokenBatch batch, int i)
        {
            (string first, string? second) = text(i);
            if (first is null) throw new ArgumentException($"Text {i} is null.");
            if (_tokenizer.AddTo(batch, i, first, second, _options))
            {
                _settings.Cut(i, $"Text {i}", () => Whole(first, second), MaxLength);
                truncated?.Invoke(i);
            }
            if (batch.Lengths[^1] == 0) throw new ArgumentException($"Text {i} has no tokens, so that nothing can be computed from it.");
        }
    }

    /// <summary>A text's tokens.</summary>
    /// <exception cref="ArgumentException">It has none, or too many where none is to be cut.</exception>
    public int[] Encode(string text)
    {
        var batch = new TokenBatch();
        if (_tokenizer.AddTo(batch, 0, text, null, _options)) _settings.Cut(0, "The text", () => Whole(text, null), MaxLength);
        return batch.Tokens.Length > 0 ? batch.Tokens.ToArray() : throw new ArgumentException("The text has no tokens, so that nothing can be computed from it.");
    }

    /// <summary>Runs texts that are tokens already as one batch.</summary>
    /// <param name="tokens">Text after text.</param>
    /// <param name="lengths">How many each has.</param>
    /// <param name="vectors">Takes a row for each.</param>
    /// <param name="cancellation">Ends the wait for a session.</param>
    /// <exception cref="ArgumentException">A text has too many tokens, or the stage refuses the batch.</exception>
    /// <exception cref="InvalidOperationException">A row is not finite.</exception>
    public void Run(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> vectors, CancellationToken cancellation)
    {
        for (int i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] > MaxLength) throw new ArgumentException($"Text {i} has {lengths[i]} tokens; expected at most {MaxLength}.", nameof(lengths));
        }
        if (tokens.Length > _mostTokens) throw new ArgumentException($"The batch has {tokens.Length} tokens; expected at most {_mostTokens}, see {nameof(TextSettings)}.{nameof(TextSettings.BatchTokens)}.", nameof(tokens));
        StageSession session = _sessions.Rent(cancellation);
        try
        {
            Rows rows = session.Run(tokens, lengths);
            for (int i = 0; i < rows.Count; i++)
            {
                Embeddings.Check(i, rows[i]);
                rows[i].CopyTo(vectors[(i * Width)..]);
            }
        }
        finally
        {
            _sessions.Return(session);
        }
    }

    private int Whole(string first, string? second)
    {
        EncodeOptions whole = _options with { MaxLength = null };
        return second is null ? _tokenizer.CountTokens(first, whole) : _tokenizer.Encode(first, second, whole).Ids.Length;
    }

    public void Dispose()
    {
        _sessions.Dispose();
        _owned?.Dispose();
    }
}
