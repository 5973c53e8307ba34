using System.CommandLine;
using Attention.Dsl;
using Attention.Tool.Checkpoints;
using Attention.Tool.Compiling;
using Attention.Tool.Scaffolding;

namespace Attention.Tool.Commands;

/// <summary>Writes the class of a checkpoint.</summary>
internal sealed class ScaffoldCommand : ToolCommand
{
    private readonly Argument<string> _path;
    private readonly ScaffoldOptions _options;
    private readonly Option<string?> _namespace;
    private readonly Option<FileInfo?> _output;
    private readonly Option<bool> _force;

    public ScaffoldCommand()
        : base("scaffold", "Writes the annotated class of a checkpoint, from the config.json and the tensors in a folder, and sees that it compiles and fits.")
    {
        _path = Added(new Argument<string>("folder") { Description = "A folder with a checkpoint and its config.json, or the checkpoint beside that." });
        _options = new ScaffoldOptions(this);
        _namespace = Added(new Option<string?>("--namespace") { Description = "The namespace of the class; none unless given." });
        _output = Added(new Option<FileInfo?>("--output", "-o") { Description = "The file to write; without it the class is written to the output." });
        _force = Added(new Option<bool>("--force") { Description = "Write over a file that is there." });
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        using Checkpoint checkpoint = Checkpoint.Open(parsed.GetValue(_path)!);
        FileInfo? output = parsed.GetValue(_output);
        if (output is { Exists: true } && !parsed.GetValue(_force))
            throw new ToolException($"{output}: expected a new file, found one of that name; give --force to write over it.");
        string? space = parsed.GetValue(_namespace);
        if (space is not null && !space.Split('.').All(ScaffoldOptions.IsName))
            throw new ToolException($"--namespace is '{space}'; expected names parted by dots.");
        Scaffold scaffold = Scaffolder.Of(checkpoint, _options.ClassOf(parsed), space, _options.WishesOf(parsed));
        string? misfit = await CheckAsync(scaffold, checkpoint, cancellation);
        if (output is not null)
            await File.WriteAllTextAsync(output.FullName, scaffold.Text, cancellation);
        if (terminal.IsJson)
            terminal.Json(new { @class = scaffold.FullName, file = output?.FullName, text = scaffold.Text, notes = scaffold.Notes, misfit });
        else if (output is null)
            terminal.Output.Write(scaffold.Text);
        else
            terminal.Line($"{output}: class {scaffold.FullName}{(misfit is null ? $", which fits {checkpoint.Path}" : "")}");
        if (!terminal.IsJson)
        {
            foreach (string note in scaffold.Notes.Concat(misfit is null ? [] : [misfit]))
                terminal.Note("note: " + note);
        }

        return misfit is null ? Cli.Done : Cli.Misfit;
    }

    /// <summary>Compiles the class and loads the checkpoint; what does not fit, or null.</summary>
    private static async Task<string?> CheckAsync(Scaffold scaffold, Checkpoint checkpoint, CancellationToken cancellation)
    {
        var compiler = ModelCompiler.Of((scaffold.Name + ".cs", scaffold.Text));
        if (await compiler.FindingsAsync(cancellation) is [string finding, ..])
            return Cli.OneLine(finding);
        try
        {
            LoadedModel.Load(LoadedModel.TypeOf(compiler.Load(cancellation), scaffold.FullName)!, checkpoint.Path).Dispose();
            return null;
        }
        catch (WeightsException e)
        {
            return Cli.OneLine(e.Message);
        }
    }
}
