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
    private readonly GenerationConfig _config;
    private readonly int? _begin;
    private readonly EncodeOptions _options;

    private TextGenerator(Func<Writer> create, Tokenizer tokenizer, ModelFolder files, TextSettings? settings)
    {
        settings = TextSettings.Checked(settings);
        Tokenizer = tokenizer;
        _sessions = new(create, settings.MostSessions);
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

        Writer Create()
        {
            TSession created = createSession(null);
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
        int[] tokens = Tokenizer.EncodeToIds(prompt, _options);
        if (tokens.Length == 0) tokens = [_begin ?? throw new ArgumentException("The prompt has no tokens, and neither config.json nor the tokenizer names one that begins a text.", nameof(prompt))];
        if (tokens.Length >= MaxLength) throw new ArgumentException($"The prompt has {tokens.Length} tokens; expected at most {MaxLength - 1}, so that there is room for one more.", nameof(prompt));
        DecodingOptions options = _config.Options(generation, int.MaxValue, tokens[0], tokens.AsMemory(1), MaxLength);
        if (options is BeamSearch search)
            throw new ArgumentException($"{search.Width} beams are asked for; expected 1, since pieces come before the whole is known. Where the checkpoint asks for them, say {nameof(GenerationSettings)}.{nameof(generation.Beams)}.", nameof(generation));
        return Pieces(options, cancellation);
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
    public void Dispose() => _sessions.Dispose();

    private IEnumerable<string> Pieces(DecodingOptions options, CancellationToken cancellation)
    {
        Writer writer = _sessions.Rent(cancellation);
        try
        {
            var text = new StreamingDecoder(Tokenizer);
            text.Skip([options.Begin, .. options.Prompt.Span]);
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

    private sealed record Writer(IDisposable Session, Attention.Dsl.IDecoder Decoder) : IDisposable
    {
        public void Dispose() => Session.Dispose();
    }
}
