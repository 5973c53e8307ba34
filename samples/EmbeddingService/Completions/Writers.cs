using System.Collections.Concurrent;
using System.Threading.Channels;
using Attention.Dsl;
using Attention.Text;
using EmbeddingService.Models;
using EmbeddingService.Options;
using EmbeddingService.Watching;
using Microsoft.Extensions.Options;
using Write;

namespace EmbeddingService.Completions;

/// <summary>A piece of one of the texts that a request asks for; the last one says how many tokens the text has, and whether there was room for no more.</summary>
internal readonly record struct Piece(int Text, string Said, bool IsLast, int Tokens, bool IsCut);

/// <summary>Goes on with texts, as many at once as there are places; the others wait for theirs.</summary>
internal sealed class Writers : IDisposable
{
    public const string Model = "stories260K";

    private readonly Storyteller _model;
    private readonly Storyteller.Session _lead;
    private readonly Stepper _stepper;
    private readonly ConcurrentBag<Place> _places;
    private readonly SemaphoreSlim _free;
    private readonly Telemetry _telemetry;
    private readonly int _most;
    private int _open;

    public Writers(IOptions<CompletionOptions> options, Telemetry telemetry)
    {
        CompletionOptions said = options.Value;
        string folder = said.Folder ?? Gallery.Folder(Model);
        (_telemetry, _most) = (telemetry, said.Together + said.Waiting);
        _model = Storyteller.Load(folder);
        _lead = _model.CreateSession(new SessionSettings { Sequences = said.Together });
        _stepper = new(_lead);
        Tokenizer = Tokenizer.Load(folder);
        _places = [.. Enumerable.Range(0, said.Together).Select(_ => new Place(_model, _stepper, folder, Tokenizer))];
        _free = new(said.Together, said.Together);
        MaxLength = _places.First().Generator.MaxLength;
    }

    public Tokenizer Tokenizer { get; }

    /// <summary>The most tokens of a prompt and what follows.</summary>
    public int MaxLength { get; }

    /// <summary>Texts that wait or are written.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Texts that step together.</summary>
    public int Stepping => _stepper.Sequences;

    /// <summary>The pieces of what follows prompts, as they come; null where the service is full.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="settings">How the tokens of each are chosen.</param>
    /// <param name="cancellation">Ends the texts.</param>
    public ChannelReader<Piece>? Write(string[] prompts, Func<int, GenerationSettings> settings, CancellationToken cancellation)
    {
        if (Interlocked.Add(ref _open, prompts.Length) > _most)
        {
            Interlocked.Add(ref _open, -prompts.Length);
            return null;
        }
        var pieces = Channel.CreateUnbounded<Piece>(new UnboundedChannelOptions { SingleReader = true }); // bounded by the model's positions
        _ = Task.WhenAll(prompts.Select((prompt, i) => WriteAsync(i, prompt, settings(i), pieces.Writer, cancellation)))
            .ContinueWith(all => pieces.Writer.TryComplete(all.Exception?.InnerException ?? (all.IsCanceled ? new OperationCanceledException(cancellation) : null)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return pieces.Reader;
    }

    public void Dispose()
    {
        foreach (Place place in _places) place.Generator.Dispose();
        _lead.Dispose();
        _model.Dispose();
    }

    private async Task WriteAsync(int text, string prompt, GenerationSettings settings, ChannelWriter<Piece> pieces, CancellationToken cancellation)
    {
        try
        {
            await _free.WaitAsync(cancellation);
            try
            {
                // A thread of its own: it waits for the other texts at each step.
                await Task.Factory.StartNew(() => Write(text, prompt, settings, pieces, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            finally
            {
                _free.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private void Write(int text, string prompt, GenerationSettings settings, ChannelWriter<Piece> pieces, CancellationToken cancellation)
    {
        if (!_places.TryTake(out Place? place)) throw new InvalidOperationException("There is no place, although one is free.");
        try
        {
            foreach (string piece in place.Generator.Stream(prompt, settings, cancellation))
            {
                _telemetry.Wrote();
                pieces.TryWrite(new(text, piece, false, 0, false));
            }
            int tokens = place.Decoder.Steps;
            pieces.TryWrite(new(text, "", true, tokens, tokens == settings.MaximumLength || place.Decoder.Position + 1 >= MaxLength));
        }
        finally
        {
            place.Decoder.Leave();
            _places.Add(place);
        }
    }

    /// <summary>A session that writes a text at a time.</summary>
    private sealed class Place
    {
        public Place(Storyteller model, Stepper stepper, string folder, Tokenizer tokenizer) => Generator = TextGenerator.Of(
            model.CreateSession, session => Decoder = new JoinedDecoder(session, stepper), folder, new TextSettings { Sessions = 1, SpecialTokensInText = false }, tokenizer);

        public TextGenerator Generator { get; }

        public JoinedDecoder Decoder { get; private set; } = null!;
    }
}
