using System.CommandLine;
using Attention.Dsl;
using Attention.Tool.Checkpoints;

namespace Attention.Tool.Commands;

/// <summary>Shows what a checkpoint holds.</summary>
internal sealed class InspectCommand : ToolCommand
{
    private readonly Argument<string> _path;

    public InspectCommand()
        : base("inspect", "Shows the tensors of a safetensors file, or of all shards of an index: names, types, shapes, sizes, and whose names they are.") =>
        _path = Added(new Argument<string>("path") { Description = "A safetensors file, an index of shards, or a folder that has one of them." });

    protected override int Run(ParseResult parsed, Terminal terminal)
    {
        using Checkpoint checkpoint = Checkpoint.Open(parsed.GetValue(_path)!);
        LayoutGuess? layout = LayoutGuess.Of([.. checkpoint.Tensors.Select(tensor => tensor.Name)]);
        long elements = checkpoint.Tensors.Sum(tensor => tensor.Elements), bytes = checkpoint.Tensors.Sum(tensor => tensor.Bytes);
        if (terminal.IsJson)
        {
            terminal.Json(new
            {
                files = checkpoint.Files.Select(file => new { name = file.Path, bytes = file.Bytes }),
                tensors = checkpoint.Tensors.Select(tensor => new { name = tensor.Name, dtype = tensor.DataType, shape = tensor.Shape, bytes = tensor.Bytes, file = checkpoint.Files.Count > 1 ? tensor.File : null }),
                elements,
                bytes,
                metadata = checkpoint.Metadata,
                layout = layout is null ? null : new { name = layout.Name, prefix = layout.Prefix, known = layout.Known },
            });
            return Cli.Done;
        }

        terminal.Table(["tensor", "type", "shape", " size"], checkpoint.Tensors.Select(tensor => new[] { tensor.Name, tensor.DataType, Terminal.Shape(tensor.Shape), Terminal.Size(tensor.Bytes) }));
        terminal.Line();
        foreach ((string key, string value) in checkpoint.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            terminal.Line($"{key}: {Cli.OneLine(value)[..Math.Min(Cli.OneLine(value).Length, 100)]}");
        string types = string.Join(", ", checkpoint.Tensors.GroupBy(tensor => tensor.DataType).OrderByDescending(type => type.Sum(tensor => tensor.Bytes)).Select(type => type.Key));
        terminal.Line($"{Terminal.Grouped(checkpoint.Tensors.Count)} tensors{(checkpoint.Files.Count > 1 ? $" in {checkpoint.Files.Count} files" : "")}, {Terminal.Grouped(elements)} numbers{(types.Length > 0 ? " of " + types : "")}, {Terminal.Size(bytes)}");
        terminal.Line(layout is null ? "names: of no family that is known here; [Tensor] attributes can say them"
            : $"names: {layout.Name}, {(layout.Prefix.Length == 0 ? "without a prefix" : $"prefix {layout.Prefix}")}; {layout.Known} of {checkpoint.Tensors.Count} tensors are among them");
        return Cli.Done;
    }
}
