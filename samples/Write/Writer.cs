using Attention.Dsl;
using Attention.Text;
using Attention.Tool;
using Attention.Tool.Checkpoints;
using Attention.Tool.Compiling;
using Attention.Tool.Scaffolding;
using IDecoder = Attention.Dsl.IDecoder;

namespace Write;

/// <summary>A language model and its tokenizer: <see cref="Storyteller"/>, or one of a folder, whose class is written and compiled in memory.</summary>
internal sealed class Writer : IDisposable
{
    private readonly IDisposable _model;
    private readonly TextGenerator _generator;
    private readonly Lazy<TextGenerator> _batches;
    private Meter? _meter;

    private Writer(IDisposable model, Func<SessionSettings?, IDisposable> createSession, string folder)
    {
        _model = model;
        var settings = new TextSettings { Sessions = 1 };
        _generator = TextGenerator.Of(createSession, session => _meter = new Meter((IDecoder)session), folder, settings);
        _batches = new(() => TextGenerator.Of(createSession, session => (IDecoder)session, folder, settings, _generator.Tokenizer));
    }

    /// <summary>The folder of the model that comes with the program.</summary>
    public static string Stories { get; } = Path.Combine(AppContext.BaseDirectory, "stories260K");

    /// <summary>What was counted of the last text.</summary>
    public Meter Meter => _meter!;

    /// <summary>Opens a model.</summary>
    /// <param name="given">A folder or a checkpoint in it, or a repository of the hub; null for the model that comes with the program.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="cancellation">Ends a download.</param>
    public static async Task<Writer> OpenAsync(string? given, int threads, CancellationToken cancellation)
    {
        if (given is null)
        {
            Storyteller stories = Storyteller.Load(Stories, threads: threads);
            return Opened(stories, stories.CreateSession, Stories);
        }

        using Checkpoint checkpoint = Checkpoint.Open(Path.Exists(given) ? given : await PullAsync(given, cancellation));
        Scaffold scaffold = Scaffolder.Of(checkpoint, null, null, new ScaffoldWishes(null, false, null));
        var compiler = ModelCompiler.Of((scaffold.Name + ".cs", scaffold.Text), InstructionSets.Choose());
        if (await compiler.FindingsAsync(cancellation) is [string finding, ..])
            throw new ToolException(finding);
        LoadedModel model = LoadedModel.Load(LoadedModel.TypeOf(compiler.Load(cancellation), scaffold.FullName)!, checkpoint.Path, threads);
        return Opened(model, settings => model.Stages is [(_, IDecoder decoder)] && decoder.Width == decoder.Vocabulary ? model.CreateSession(settings)
            : throw new ToolException($"{checkpoint.Path}: expected a language model, one decoder that scores the next token, found {string.Join(", ", model.Stages.Select(stage => stage.Name))}."), checkpoint.Folder);
    }

    /// <summary>What follows a prompt, as it is written.</summary>
    public IEnumerable<string> Write(string prompt, GenerationSettings settings, CancellationToken cancellation) => _generator.Stream(prompt, settings, cancellation);

    /// <summary>What follows several prompts, pieces of all as they are written together.</summary>
    public IEnumerable<(int Prompt, string Piece)> Write(IReadOnlyList<string> prompts, Func<int, GenerationSettings> settings, CancellationToken cancellation) => _batches.Value.StreamBatch(prompts, settings, cancellation);

    public void Dispose()
    {
        _generator.Dispose();
        if (_batches.IsValueCreated)
            _batches.Value.Dispose();
        _model.Dispose();
    }

    private static Writer Opened(IDisposable model, Func<SessionSettings?, IDisposable> createSession, string folder)
    {
        try
        {
            return new Writer(model, createSession, folder);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static async Task<string> PullAsync(string repository, CancellationToken cancellation)
    {
        using StringWriter output = new(), error = new();
        return await Cli.RunAsync(["pull", repository], output, error, cancellation) == Cli.Done ? output.ToString().Trim() : throw new ToolException(error.ToString().Trim());
    }
}
