using System.CommandLine;
using Attention.Tool.Checkpoints;
using Attention.Tool.Compiling;
using Attention.Tool.Scaffolding;

namespace Attention.Tool.Commands;

/// <summary>Tells what a model does, and what that costs.</summary>
internal sealed class DescribeCommand : ToolCommand
{
    private readonly Argument<string> _path;
    private readonly ScaffoldOptions _options;
    private readonly Option<bool> _mermaid;

    public DescribeCommand()
        : base("describe", "Tells the stages of a model, what each computes layer by layer, shapes, parameters, floating-point operations and memory.")
    {
        _path = Added(new Argument<string>("model") { Description = "A C# file with the class, or a folder with config.json and a checkpoint." });
        _mermaid = Added(new Option<bool>("--mermaid") { Description = "Draw it as a Mermaid diagram." });
        _options = new ScaffoldOptions(this);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        string path = parsed.GetValue(_path)!;
        (string Path, string Text) file;
        if (path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase))
        {
            file = (path, await File.ReadAllTextAsync(path, cancellation));
        }
        else
        {
            using Checkpoint checkpoint = Checkpoint.Open(path);
            Scaffold scaffold = Scaffolder.Of(checkpoint, _options.ClassOf(parsed), null, _options.WishesOf(parsed));
            file = (scaffold.Name + ".cs", scaffold.Text);
        }

        var compiler = ModelCompiler.Of(file);
        if (await compiler.FindingsAsync(cancellation) is { Count: > 0 } findings)
            throw new ToolException(findings[0]);
        string[] models = [.. compiler.Models.Where(name => path.EndsWith(".cs", StringComparison.OrdinalIgnoreCase) is false || _options.ClassOf(parsed) is not string wanted || wanted == name || name.EndsWith("." + wanted, StringComparison.Ordinal))];
        if (models.Length == 0)
            throw new ToolException($"{path}: expected a class with [AttentionModel], found none.");
        ModelStory[] stories = [.. models.Select(model => ModelStory.Of(compiler.Plan(model)))];
        if (terminal.IsJson)
            terminal.Json(new { models = stories });
        else
            terminal.Output.Write(string.Join('\n', stories.Select(story => parsed.GetValue(_mermaid) ? story.Mermaid() : story.Text())));
        return Cli.Done;
    }
}
