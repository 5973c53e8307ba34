using System.Runtime.CompilerServices;
using Attention.Dsl;

namespace Attention.Text;

/// <summary>
/// Goes on with a text, by a decoder that scores the next token (Radford et al. 2019): language models of every kind. What is generated comes as it is
/// generated, never half a sign. Any number of threads may call.
/// </summary>
/// <remarks>Weights belong to the model, which outlives this object.</remarks>
public sealed class TextGenerator : IDisposable
{
    private readonly SessionPool<Writer> _sessions;
    private readonly SessionPool<WriterGroup> _groups;
    private readonly GenerationConfig _config;
    private readonly int? _begin;
    private readonly EncodeOptions _options;

    private TextGenerator(Func<SessionSettings?, Writer> create, Tokenizer tokenizer, ModelFolder files, TextSettings? settings)
    {
        settings = TextSettings.Checked(settings);
        Tokenizer = tokenizer;
        _sessions = new(() => create(null), settings.MostSessions);
        _groups = new(() => new(create, Math.Min(settings.Together, MaxLength)), 1);
        _begin = files.Token("bos_token_id") ?? tokenizer.BeginId;
        _options = new EncodeOptions { SpecialTokensInText = settings.SpecialTokensInText };
        Writer first = _sessions.Rent(default);
        try
        {
            MaxLength = settings.Limit(null, first.Decoder.Length);
            _config = new GenerationConfig(files, TokenEnds.Of(files, tokenizer), first.Decoder.Vocabulary);
        }
        catch
        {
            first.Dispose();
            throw;
        }
        _sessions.Return(first);
    }

    /// <summary>The most tokens of a prompt and what follows it together.</summary>
    public int MaxLength { get; }

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>A generator of a model that is a stage itself.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="folder">The checkpoint's folder: its tokenizer, and generation_config.json or config.json with the tokens that begin and end a text, and how it is generated.</param>
    /// <param name="settings">How texts are run.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, or asks for what is not known here.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static TextGenerator Of<TSession>(Func<SessionSettings?, TSession> createSession, string folder, TextSettings? settings = null)
        where TSession : class, Attention.Dsl.IDecoder, IDisposable => Of(createSession, session => session, folder, settings);

    /// <summary>A generator of one stage of a model.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="decoder">The session's stage.</param>
    /// <param name="folder">The checkpoint's folder: its tokenizer, and generation_config.json or config.json with the tokens that begin and end a text, and how it is generated.</param>
    /// <param name="settings">How texts are run.</param>
    /// <param name="tokenizer">The tokenizer, where it is not the folder's.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, or asks for what is not known here.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static TextGenerator Of<TSession, TDecoder>(
        Func<SessionSettings?, TSession> createSession, Func<TSession, TDecoder> decoder, string folder, TextSettings? settings = null, Tokenizer? tokenizer = null)
        where TSession : class, IDisposable
        where TDecoder : Attention.Dsl.IDecoder
    {
        ArgumentNullException.ThrowIfNull(createSession);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new(Create, tokenizer ?? Tokenizer.Load(folder), new ModelFolder(folder), settings);

        Writer Create(SessionSettings? wished)
        {
            TSession created = createSession(wished);
            return new(created, decoder(created));
        }
    }

    /// <summary>What follows a prompt, piece by piece; together they are what <see cref="Generate"/> gives.</summary>
    /// <param name="prompt">The text before it; empty for a text from its beginning.</param>
    /// <param name="generation">How tokens are chosen, where it is not as the checkpoint says.</param>
    /// <param name="cancellation">Ends the wait for a session, and the text between two tokens.</param>
    /// <exception cref="ArgumentException">Nothing says what a text begins with, the prompt leaves no room, or beams are asked for, which know no piece before the whole.</exception>
    /// <exception cref="InvalidDataException">The checkpoint's files ask for what is not known here, and the call for nothing else.</exception>
    public IEnumerable<string> Stream(string prompt, GenerationSettings? generation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Pieces(OptionsOf(prompt, generation), cancellation);
    }

    /// <summary>
    /// What follows several prompts, piece by piece, each with the number of its prompt: as many as <see cref="TextSettings.Together"/> says are written at once, a step of all
    /// being one product, and where one ends the next begins. Each is what <see cref="Stream"/> gives of it alone. One such call runs at a time: another waits until
    /// all pieces of the first are taken, or its enumerator is disposed.
    /// </summary>
    /// <param name="prompts">The texts before them.</param>
    /// <param name="generation">How the tokens of each are chosen, by its number, where it is not as the checkpoint says.</param>
    /// <param name="cancellation">Ends the wait for sessions, and the texts between two tokens.</param>
    /// <exception cref="ArgumentException">As of <see cref="Stream"/>, of any prompt.</exception>
    /// <exception cref="InvalidDataException">As of <see cref="Stream"/>.</exception>
    public IEnumerable<(int Prompt, string Piece)> StreamBatch(IReadOnlyList<string> prompts, Func<int, GenerationSettings?>? generation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        var options = new DecodingOptions[prompts.Count];
        for (int i = 0; i < options.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(prompts[i], nameof(prompts));
            options[i] = OptionsOf(prompts[i], generation?.Invoke(i));
        }
        return PiecesOfAll(options, cancellation);
    }

    /// <summary>What follows several prompts.</summary>
    /// <inheritdoc cref="StreamBatch"/>
    public string[] GenerateBatch(IReadOnlyList<string> prompts, Func<int, GenerationSettings?>? generation = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        string[] texts = new string[prompts.Count];
        Array.Fill(texts, "");
        foreach (IGrouping<int, string> pieces in StreamBatch(prompts, generation, cancellation).GroupBy(piece => piece.Prompt, piece => piece.Piece)) texts[pieces.Key] = string.Concat(pieces);
        return texts;
    }

    private DecodingOptions OptionsOf(string prompt, GenerationSettings? generation)
    {
        int[] tokens = Tokenizer.EncodeToIds(prompt, _options);
        if (tokens.Length == 0) tokens = [_begin ?? throw new ArgumentException("The prompt has no tokens, and neither config.json nor the tokenizer names one that begins a text.", nameof(prompt))];
        if (tokens.Length >= MaxLength) throw new ArgumentException($"The prompt has {tokens.Length} tokens; expected at most {MaxLength - 1}, so that there is room for one more.", nameof(prompt));
        DecodingOptions options = _config.Options(generation, int.MaxValue, tokens[0], tokens.AsMemory(1), MaxLength);
        if (options is BeamSearch search)
            throw new ArgumentException($"{search.Width} beams are asked for; expected 1, since pieces come before the whole is known. Where the checkpoint asks for them, say {nameof(GenerationSettings)}.{nameof(generation.Beams)}.", nameof(generation));
        return options;
    }

    /// <summary>The same without holding a thread.</summary>
    /// <inheritdoc cref="Stream"/>
    public async IAsyncEnumerable<string> StreamAsync(string prompt, GenerationSettings? generation = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using IEnumerator<string> pieces = Stream(prompt, generation, cancellation).GetEnumerator();
        while (await Task.Run(pieces.MoveNext, cancellation).ConfigureAwait(false)) yield return pieces.Current;
    }

    /// <summary>What follows a prompt.</summary>
    /// <inheritdoc cref="Stream"/>
    public string Generate(string prompt, GenerationSettings? generation = null, CancellationToken cancellation = default) =>
        string.Concat(Stream(prompt, generation, cancellation));

    /// <summary>Ends the sessions; the model lives on.</summary>
    public void Dispose()
    {
        _sessions.Dispose();
        _groups.Dispose();
    }

    private IEnumerable<string> Pieces(DecodingOptions options, CancellationToken cancellation)
    {
        Writer writer = _sessions.Rent(cancellation);
        try
        {
            StreamingDecoder text = Behind(options);
            foreach (int token in new TokenSequence(writer.Decoder, options, cancellation))
            {
                if (text.Append(token) is { Length: > 0 } piece) yield return piece;
            }
            if (text.Finish() is { Length: > 0 } rest) yield return rest;
        }
        finally
        {
            _sessions.Return(writer);
        }
    }

    private IEnumerable<(int Prompt, string Piece)> PiecesOfAll(DecodingOptions[] options, CancellationToken cancellation)
    {
        WriterGroup group = _groups.Rent(cancellation);
        try
        {
            StreamingDecoder[] texts = Array.ConvertAll(options, Behind);
            foreach ((int prompt, int token) in group.Generate(options, cancellation))
            {
                if (texts[prompt].Append(token) is { Length: > 0 } piece) yield return (prompt, piece);
            }
            for (int i = 0; i < texts.Length; i++)
            {
                if (texts[i].Finish() is { Length: > 0 } rest) yield return (i, rest);
            }
        }
        finally
        {
            _groups.Return(group);
        }
    }

    /// <summary>What writes the text behind a prompt.</summary>
    private StreamingDecoder Behind(DecodingOptions options)
    {
        var text = new StreamingDecoder(Tokenizer);
        text.Skip([options.Begin, .. options.Prompt.Span]);
        return text;
    }

    /// <summary>Sessions whose decoders step together, of which the first lends the memory; as many as were ever needed at once.</summary>
    private sealed class WriterGroup(Func<SessionSettings?, Writer> create, int most) : IDisposable
    {
        private readonly List<Writer> _writers = [create(new SessionSettings { Sequences = most })];

        /// <summary>Tokens of all, as they come; one text after the other where decoders do not step together.</summary>
        public IEnumerable<(int Sequence, int Token)> Generate(DecodingOptions[] options, CancellationToken cancellation)
        {
            if (_writers[0].Decoder is not IBatchDecoder lead)
                return options.SelectMany((one, i) => new TokenSequence(_writers[0].Decoder, one, cancellation).ToArray().Select(token => (i, token)));
            while (_writers.Count < Math.Min(most, options.Length)) _writers.Add(create(null));
            return Together(lead, [.. _writers.Select(writer => (IBatchDecoder)writer.Decoder)], options, cancellation);
        }

        public void Dispose() => _writers.ForEach(writer => writer.Dispose());

        private static IEnumerable<(int, int)> Together(IBatchDecoder lead, IBatchDecoder[] sessions, DecodingOptions[] options, CancellationToken cancellation)
        {
            foreach ((int, int) next in new Attention.Dsl.TokenBatch(lead, sessions, options, null, cancellation)) yield return next;
        }
    }

    private sealed record Writer(IDisposable Session, Attention.Dsl.IDecoder Decoder) : IDisposable
    {
        public void Dispose() => Session.Dispose();
    }
}
