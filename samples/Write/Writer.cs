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
    private Meter? _meter;

    private Writer(IDisposable model, Func<(IDisposable, IDecoder)> createSession, string folder)
    {
        _model = model;
        _generator = TextGenerator.Of(_ => new Session(createSession()), session => _meter = new Meter(session.Decoder), folder, new TextSettings { Sessions = 1 });
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
            return Opened(stories, () =>
            {
                Storyteller.Session session = stories.CreateSession();
                return (session, session);
            }, Stories);
        }

        using Checkpoint checkpoint = Checkpoint.Open(Path.Exists(given) ? given : await PullAsync(given, cancellation));
        Scaffold scaffold = Scaffolder.Of(checkpoint, null, null, new ScaffoldWishes(null, false, null));
        var compiler = ModelCompiler.Of((scaffold.Name + ".cs", scaffold.Text), InstructionSets.Choose());
        if (await compiler.FindingsAsync(cancellation) is [string finding, ..])
            throw new ToolException(finding);
        LoadedModel model = LoadedModel.Load(LoadedModel.TypeOf(compiler.Load(cancellation), scaffold.FullName)!, checkpoint.Path, threads);
        return Opened(model, () => model.Stages is [(_, IDecoder decoder)] && decoder.Width == decoder.Vocabulary ? (model, decoder)
            : throw new ToolException($"{checkpoint.Path}: expected a language model, one decoder that scores the next token, found {string.Join(", ", model.Stages.Select(stage => stage.Name))}."), checkpoint.Folder);
    }

    /// <summary>What follows a prompt, as it is written.</summary>
    public IEnumerable<string> Write(string prompt, GenerationSettings settings, CancellationToken cancellation) => _generator.Stream(prompt, settings, cancellation);

    public void Dispose()
    {
        _generator.Dispose();
        _model.Dispose();
    }

    private static Writer Opened(IDisposable model, Func<(IDisposable, IDecoder)> createSession, string folder)
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

    private sealed class Session((IDisposable Owner, IDecoder Decoder) created) : IDisposable
    {
        public IDecoder Decoder => created.Decoder;

        public void Dispose() => created.Owner.Dispose();
    }
}
