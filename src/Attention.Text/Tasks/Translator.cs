using Attention.Dsl;

namespace Attention.Text;

/// <summary>A text that was generated from another.</summary>
/// <param name="Text">The text.</param>
/// <param name="LogProbability">The natural logarithm of its probability, its end included; 0 where no beams were searched.</param>
public readonly record struct Translation(string Text, double LogProbability);

/// <summary>
/// Texts to texts, by an encoder and a decoder that attends to it (Vaswani et al. 2017): translation, summaries, spelling to sound. Any number of threads may
/// call.
/// </summary>
/// <remarks>Weights belong to the model, which outlives this object.</remarks>
public sealed class Translator : IDisposable
{
    private readonly SessionPool<Pair> _sessions;
    private readonly Tokenizer _source, _target;
    private readonly GenerationConfig _config;
    private readonly EncodeOptions _options;
    private readonly int _begin;
    private readonly int[] _prompt;
    private readonly TextSettings _settings;

    private Translator(Func<int, Pair> create, Tokenizer source, Tokenizer target, ModelFolder files, TranslatorSettings? settings)
    {
        _settings = TextSettings.Checked(settings?.Texts);
        (_source, _target) = (source, target);
        _begin = settings?.Begin ?? files.Token("decoder_start_token_id") ?? files.Token("bos_token_id") ?? target.BeginId
            ?? throw new InvalidDataException("config.json: expected decoder_start_token_id or bos_token_id, found neither; say the token by TranslatorSettings.Begin.");
        _prompt = settings?.Prompt?.ToArray() ?? [];
        using (Pair probe = create(1))
        {
            MaxLength = _settings.Limit(files.MaxLength(source), probe.Encoder.Length);
            _config = new GenerationConfig(files, TokenEnds.Of(files, target), probe.Decoder.Vocabulary);
        }
        int beams = settings?.MostBeams ?? _config.Beams;
        _sessions = new(() => create(beams), _settings.MostSessions);
        Pair first = _sessions.Rent(default);
        MostBeams = first.Decoder.Beams;
        _sessions.Return(first);
        _options = new EncodeOptions { MaxLength = MaxLength, SpecialTokensInText = _settings.SpecialTokensInText };
    }

    /// <summary>The most tokens of a source, special ones included.</summary>
    public int MaxLength { get; }

    /// <summary>The most beams at once.</summary>
    public int MostBeams { get; }

    /// <summary>A translator of a model.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="encoder">The session's stage that reads the source.</param>
    /// <param name="decoder">The session's stage that writes, and attends to the encoder.</param>
    /// <param name="folder">The checkpoint's folder: its tokenizer, and generation_config.json or config.json with the tokens that begin and end a text, and how it is searched for.</param>
    /// <param name="settings">What they do not say.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, asks for what is not known here, or says nothing of what a text begins with.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1, or asks for more beams than the decoder can run.</exception>
    public static Translator Of<TSession, TEncoder, TDecoder>(
        Func<SessionSettings?, TSession> createSession, Func<TSession, TEncoder> encoder, Func<TSession, TDecoder> decoder, string folder, TranslatorSettings? settings = null)
        where TSession : class, IDisposable
        where TEncoder : IEncoder
        where TDecoder : IBeamDecoder
    {
        ArgumentNullException.ThrowIfNull(createSession);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Tokenizer source = settings?.Source ?? Tokenizer.Load(folder);
        return new(Create, source, settings?.Target ?? settings?.Source ?? source, new ModelFolder(folder), settings);

        Pair Create(int beams)
        {
            TSession created = createSession(new SessionSettings { Beams = beams });
            return new(created, encoder(created), decoder(created));
        }
    }

    /// <summary>A text's translation.</summary>
    /// <param name="text">The source.</param>
    /// <param name="generation">How it is searched for, where it is not as the checkpoint says.</param>
    /// <param name="cancellation">Ends the wait for a session, and the search between two steps.</param>
    /// <exception cref="ArgumentException">The source has no tokens, or too many where none is to be cut; or more beams are asked for than there are.</exception>
    /// <exception cref="InvalidDataException">The checkpoint's files ask for what is not known here, and the call for nothing else.</exception>
    public Translation Translate(string text, GenerationSettings? generation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Translate(0, text, generation, cancellation);
    }

    /// <summary>The translations of texts, in their order.</summary>
    /// <param name="texts">The sources.</param>
    /// <param name="generation">How they are searched for, where it is not as the checkpoint says.</param>
    /// <param name="progress">Is told how many are done.</param>
    /// <param name="cancellation">Ends the work between two steps.</param>
    /// <exception cref="ArgumentException">A source is null, or has no tokens, or too many where none is to be cut; the message says which.</exception>
    public IReadOnlyList<Translation> Translate(IReadOnlyList<string> texts, GenerationSettings? generation = null, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var results = new Translation[texts.Count];
        int done = 0;
        var claims = new Claims(texts.Count, atOnce: 1);
        Workers.Run(Math.Min(_sessions.Most, texts.Count), claims, Work, cancellation);
        return results;

        void Work()
        {
            while (claims.TryTake(out int i, out _))
            {
                results[i] = Translate(i, texts[i] ?? throw new ArgumentException($"Text {i} is null."), generation, cancellation);
                progress?.Report(Interlocked.Increment(ref done));
            }
        }
    }

    /// <summary>Ends the sessions; the model lives on.</summary>
    public void Dispose() => _sessions.Dispose();

    private Translation Translate(int number, string text, GenerationSettings? generation, CancellationToken cancellation)
    {
        if (generation?.Beams > MostBeams)
            throw new ArgumentException($"{generation.Beams} beams are asked for; expected at most {MostBeams}, which {nameof(TranslatorSettings)}.{nameof(TranslatorSettings.MostBeams)} says.", nameof(generation));
        EncodedText source = _source.Encode(text, _options);
        if (source.Ids.Length == 0) throw new ArgumentException($"Text {number} has no tokens, so that nothing can be computed from it.");
        if (source.Truncated) _settings.Cut(number, $"Text {number}", () => _source.CountTokens(text, _options with { MaxLength = null }), MaxLength);
        Pair pair = _sessions.Rent(cancellation);
        try
        {
            pair.Encoder.Forward(source.Ids);
            DecodingOptions options = _config.Options(generation, MostBeams, _begin, _prompt, pair.Decoder.Length);
            if (options is not BeamSearch beams) return new(_target.Decode(new TokenSequence(pair.Decoder, options, cancellation).ToArray()), 0);
            Hypothesis found = pair.Decoder.Search(beams, cancellation)[0];
            return new(_target.Decode([.. found.Tokens]), found.LogProbability);
        }
        finally
        {
            _sessions.Return(pair);
        }
    }

    private sealed record Pair(IDisposable Session, IEncoder Encoder, IBeamDecoder Decoder) : IDisposable
    {
        public void Dispose() => Session.Dispose();
    }
}

/// <summary>How a translator treats texts, where its model's files do not say.</summary>
public sealed record TranslatorSettings
{
    /// <summary>The tokenizer of sources, where it is not the folder's.</summary>
    public Tokenizer? Source { get; init; }

    /// <summary>The tokenizer of translations, where it is not that of sources.</summary>
    public Tokenizer? Target { get; init; }

    /// <summary>The token that a translation begins with; unless given config.json's decoder_start_token_id or bos_token_id.</summary>
    public int? Begin { get; init; }

    /// <summary>The tokens that follow it in every translation and are no part of it; none unless given. For a target language see <see cref="GenerationSettings.FirstToken"/>.</summary>
    public IReadOnlyList<int>? Prompt { get; init; }

    /// <summary>The most beams at once, whether a call or the checkpoint asks for them; each takes memory. As many as the checkpoint asks for unless given.</summary>
    public int? MostBeams { get; init; }

    /// <summary>How texts are run.</summary>
    public TextSettings? Texts { get; init; }
}
