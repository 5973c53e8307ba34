using System.CommandLine;
using System.Reflection;
using System.Runtime.Loader;
using Attention.Dsl;
using Attention.Tool.Checkpoints;
using Attention.Tool.Compiling;

namespace Attention.Tool.Commands;

/// <summary>Holds a class against a checkpoint, for pipelines.</summary>
internal sealed class CheckCommand : ToolCommand
{
    private readonly Argument<FileInfo> _model;
    private readonly Argument<string> _path;
    private readonly Option<string?> _class;

    public CheckCommand()
        : base("check", "Sees whether a class fits a checkpoint: exit code 0 if it does, 1 if not, with everything that does not fit.")
    {
        _model = Added(new Argument<FileInfo>("class") { Description = "A C# file with the class, or the assembly that it is in." });
        _path = Added(new Argument<string>("checkpoint") { Description = "A safetensors file, an index of shards, or a folder that has one of them." });
        _class = Added(new Option<string?>("--class") { Description = "Which class, where there are several." });
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        FileInfo file = parsed.GetValue(_model)!;
        if (!file.Exists)
            throw new ToolException($"{file}: expected a C# file or an assembly, found nothing of that name.");
        using Checkpoint checkpoint = Checkpoint.Open(parsed.GetValue(_path)!);
        (Assembly? assembly, IReadOnlyList<string> findings) = await AssemblyOfAsync(file, cancellation);
        Type? type = assembly is null ? null : LoadedModel.TypeOf(assembly, parsed.GetValue(_class)) ?? throw new ToolException($"{file}: expected a class {(parsed.GetValue(_class) is string name ? name + " " : "")}with [AttentionModel], found none.");
        (string? told, IReadOnlyList<string> misfits) = type is null ? (null, []) : MisfitsOf(type, checkpoint);
        bool fits = type is not null && told is null;
        if (terminal.IsJson)
            terminal.Json(new { fits, @class = type?.FullName, findings, misfits });
        else if (fits)
            terminal.Line($"{type!.FullName} fits {parsed.GetValue(_path)}");
        else
            terminal.Line(told ?? string.Join('\n', findings));
        return fits ? Cli.Done : Cli.Misfit;
    }

    private static async Task<(Assembly?, IReadOnlyList<string>)> AssemblyOfAsync(FileInfo file, CancellationToken cancellation)
    {
        if (!file.Extension.Equals(".dll", StringComparison.OrdinalIgnoreCase))
        {
            var compiler = ModelCompiler.Of((file.ToString(), await File.ReadAllTextAsync(file.FullName, cancellation)));
            if (compiler.Models.Count == 0)
                throw new ToolException($"{file}: expected a class with [AttentionModel], found none.");
            IReadOnlyList<string> findings = await compiler.FindingsAsync(cancellation);
            return (findings.Count > 0 ? null : compiler.Load(cancellation), findings);
        }

        try
        {
            // What the assembly needs lies beside it, but for what the tool has itself: a model is one of ours only with our types.
            var resolver = new AssemblyDependencyResolver(file.FullName);
            var context = new AssemblyLoadContext(file.Name);
            context.Resolving += (own, name) => resolver.ResolveAssemblyToPath(name) is string path ? own.LoadFromAssemblyPath(path) : null;
            return (context.LoadFromAssemblyPath(file.FullName), []);
        }
        catch (Exception e) when (e is BadImageFormatException or InvalidOperationException)
        {
            throw new ToolException($"{file}: expected an assembly of .NET, found another thing; give the .dll of the project, or the C# file.", e);
        }
    }

    private static (string? Told, IReadOnlyList<string> Misfits) MisfitsOf(Type type, Checkpoint checkpoint)
    {
        try
        {
            LoadedModel.Load(type, checkpoint.Path).Dispose();
            return (null, []);
        }
        catch (WeightsException e) when (e.Misfits.Count > 0)
        {
            return (e.Message, e.Misfits);
        }
        catch (Exception e) when (e is MissingMethodException or TypeLoadException or NullReferenceException)
        {
            throw new ToolException($"{type.FullName} was built with another version of Attention DSL than this tool's {typeof(SafeTensors).Assembly.GetName().Version}; update the tool or the project.", e);
        }
    }
}
