using System.CommandLine;
using Attention.Tool.Checkpoints;
using Attention.Tool.Hub;
using Spectre.Console;

namespace Attention.Tool.Commands;

/// <summary>Fetches a checkpoint.</summary>
internal sealed class PullCommand : ToolCommand
{
    private readonly Argument<string> _repository;
    private readonly Option<string> _revision;
    private readonly Option<string[]> _include;

    public PullCommand()
        : base("pull", """
            Fetches the files of a Hugging Face repository into the cache that Hugging Face's own tools have, and says in which folder they are.
            HF_TOKEN opens private repositories, HF_ENDPOINT is another server, HF_HUB_CACHE or HF_HOME another cache, HF_HUB_OFFLINE=1 takes the cache alone.
            """)
    {
        _repository = Added(new Argument<string>("repository") { Description = "Its name, such as sentence-transformers/all-MiniLM-L6-v2." });
        _revision = Added(new Option<string>("--revision", "-r") { Description = "A branch, a tag or a commit; main unless given.", DefaultValueFactory = _ => "main" });
        _include = Added(new Option<string[]>("--include", "-i") { Description = "Which files, * for any characters; checkpoints, configurations and tokenizers unless given.", DefaultValueFactory = _ => [] });
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        (string repository, string revision) = (parsed.GetValue(_repository)!, parsed.GetValue(_revision)!);
        if (!HubPull.IsRepository(repository))
            throw new ToolException($"expected the name of a repository, as owner/name, found '{InnerPath.Printable(repository)}'.");
        if (!InnerPath.IsInner(revision))
            throw new ToolException($"--revision is '{InnerPath.Printable(revision)}'; expected a branch, a tag or a commit.");
        var pull = new HubPull(HubSettings.OfEnvironment(), repository, revision);
        Pulled pulled = await WithProgressAsync(terminal, progress => pull.RunAsync(parsed.GetValue(_include)!, progress, cancellation));
        if (terminal.IsJson)
        {
            terminal.Json(new { repository, revision, commit = pulled.Commit, folder = pulled.Folder, files = pulled.Files.Select(file => new { name = file.Name, bytes = file.Bytes, fetched = file.IsNew }), notes = pulled.Notes });
            return Cli.Done;
        }

        foreach (string note in pulled.Notes)
            terminal.Note("note: " + note);
        terminal.Note($"{pulled.Files.Count} files, {Terminal.Size(pulled.Files.Sum(file => file.Bytes))}, {pulled.Files.Count(file => file.IsNew)} of them fetched; commit {pulled.Commit}");
        terminal.Line(pulled.Folder);
        return Cli.Done;
    }

    /// <summary>Shows a bar for each file, where somebody looks.</summary>
    private static async Task<Pulled> WithProgressAsync(Terminal terminal, Func<Action<string, long, long?>, Task<Pulled>> run)
    {
        if (!terminal.ShowsProgress)
            return await run((_, _, _) => { });
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bars = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
                return await run((name, bytes, total) =>
                {
                    if (!bars.TryGetValue(name, out ProgressTask? bar))
                        bars.Add(name, bar = progress.AddTask(Markup.Escape(name)));
                    bar.MaxValue = total ?? bytes;
                    bar.Value = bytes;
                });
            });
    }
}
