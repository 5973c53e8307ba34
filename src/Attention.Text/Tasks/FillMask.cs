using Attention.Dsl;

namespace Attention.Text;

/// <summary>A word for a hidden one.</summary>
/// <param name="Token">The token, as text.</param>
/// <param name="Id">Its id.</param>
/// <param name="Score">Its probability.</param>
/// <param name="Text">The text with it in the place of the mask; other masks are left out.</param>
public readonly record struct FilledMask(string Token, int Id, float Score, string Text);

/// <summary>
/// Words for the masks of a text, by a masked language model (Devlin et al. 2019, section 3.1): an encoder with <c>[Logits]</c>. Only the rows of the masks are scored. Any
/// number of threads may call.
/// </summary>
public sealed class FillMask : IDisposable
{
    private readonly SessionPool<Scorer> _sessions;
    private readonly TextSettings _settings;
    private readonly EncodeOptions _options;
    private readonly IDisposable? _owned;
    private readonly int _mask;

    private FillMask(Func<Scorer> create, Tokenizer tokenizer, ModelFolder files, TextSettings? settings, IDisposable? owned)
    {
        _settings = TextSettings.Checked(settings);
        Tokenizer = tokenizer;
        _mask = tokenizer.MaskId ?? throw new InvalidDataException("Expected a tokenizer that names a mask, in tokenizer_config.json or special_tokens_map.json, found none.");
        _owned = owned;
        _sessions = new(create, _settings.MostSessions);
        Scorer first = _sessions.Rent(default);
        MaxLength = _settings.Limit(files.MaxLength(tokenizer), first.Stage.Length);
        _sessions.Return(first);
        _options = new EncodeOptions { MaxLength = MaxLength };
    }

    /// <summary>The most tokens of a text, special ones included.</summary>
    public int MaxLength { get; }

    /// <summary>How a hidden word is written.</summary>
    public string Mask => Tokenizer.IdToToken(_mask)!;

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Fills masks by a model that is a stage itself.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="folder">The checkpoint's folder, with its tokenizer.</param>
    /// <param name="settings">How texts are run.</param>
    /// <param name="owned">What is disposed with this object, such as the model.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, or the tokenizer has no mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static FillMask Of<TSession>(Func<SessionSettings?, TSession> createSession, string folder, TextSettings? settings = null, IDisposable? owned = null)
        where TSession : class, IRowScorer, IDisposable => Of(createSession, session => session, folder, settings, owned);

    /// <summary>Fills masks by one stage of a model.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="stage">The session's stage.</param>
    /// <param name="folder">The checkpoint's folder, with its tokenizer.</param>
    /// <param name="settings">How texts are run.</param>
    /// <param name="owned">What is disposed with this object, such as the model.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, or the tokenizer has no mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static FillMask Of<TSession, TStage>(Func<SessionSettings?, TSession> createSession, Func<TSession, TStage> stage, string folder, TextSettings? settings = null, IDisposable? owned = null)
        where TSession : class, IDisposable
        where TStage : IRowScorer
    {
        ArgumentNullException.ThrowIfNull(createSession);
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new(Create, Tokenizer.Load(folder), new ModelFolder(folder), settings, owned);

        Scorer Create()
        {
            TSession created = createSession(null);
            return new(created, stage(created));
        }
    }

    /// <summary>The likeliest words for each mask of a text, in its order.</summary>
    /// <param name="text">The text, with <see cref="Mask"/> where a word is hidden.</param>
    /// <param name="top">How many words for each.</param>
    /// <param name="cancellation">Ends the wait for a session.</param>
    /// <exception cref="ArgumentException">The text has no mask, or too many tokens where none is to be cut.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No words are asked for, or more than the vocabulary has.</exception>
    public IReadOnlyList<IReadOnlyList<FilledMask>> Fill(string text, int top = 5, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        EncodedText encoded = Tokenizer.Encode(text, _options);
        if (encoded.Truncated) _settings.Cut(0, "The text", () => Tokenizer.CountTokens(text), MaxLength, nameof(text));
        int[] masks = [.. Enumerable.Range(0, encoded.Ids.Length).Where(i => encoded.Ids[i] == _mask)];
        if (masks.Length == 0) throw new ArgumentException($"Expected '{Mask}' in the {(encoded.Truncated ? $"first {MaxLength} tokens of the " : "")}text, found none.", nameof(text));
        Scorer scorer = _sessions.Rent(cancellation);
        try
        {
            int vocabulary = scorer.Stage.Vocabulary;
            if (top < 1 || top > vocabulary) throw new ArgumentOutOfRangeException(nameof(top), top, $"Expected 1 to {vocabulary} words.");
            float[] logits = new float[masks.Length * vocabulary];
            scorer.Stage.Forward(encoded.Ids, masks, logits);
            return [.. masks.Select((mask, i) => Best(encoded.Ids, mask, logits.AsSpan(i * vocabulary, vocabulary), top))];
        }
        finally
        {
            _sessions.Return(scorer);
        }
    }

    /// <summary>Ends the sessions, and what this object owns.</summary>
    public void Dispose()
    {
        _sessions.Dispose();
        _owned?.Dispose();
    }

    private IReadOnlyList<FilledMask> Best(int[] ids, int mask, Span<float> scores, int top)
    {
        Probabilities.Softmax(scores);
        float[] probabilities = scores.ToArray();
        int[] order = [.. Enumerable.Range(0, probabilities.Length).OrderByDescending(id => probabilities[id]).Take(top)];
        return [.. order.Select(id =>
        {
            int[] filled = [.. ids];
            filled[mask] = id;
            return new FilledMask(Tokenizer.Decode([id], skipSpecialTokens: false), id, probabilities[id], Tokenizer.Decode(filled));
        })];
    }

    private sealed record Scorer(IDisposable Session, IRowScorer Stage) : IDisposable
    {
        public void Dispose() => Session.Dispose();
    }
}
