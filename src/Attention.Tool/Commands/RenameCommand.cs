using System.CommandLine;
using Attention.Dsl;
using Attention.Tool.Checkpoints;

namespace Attention.Tool.Commands;

/// <summary>Writes a checkpoint anew, under other names.</summary>
internal sealed class RenameCommand : ToolCommand
{
    private readonly Argument<string> _path;
    private readonly Option<FileInfo?> _rules;
    private readonly Option<FileInfo?> _output;

    public RenameCommand()
        : base("rename", "Writes a checkpoint anew as one file, its tensors renamed, split, stacked, transposed, sliced, repeated or dropped by rules. Without rules, shards become one file.")
    {
        _path = Added(new Argument<string>("path") { Description = "A safetensors file, an index of shards, or a folder that has one of them." });
        _rules = Added(new Option<FileInfo?>("--rules", "-r")
        {
            Description = """
                The file with the rules, a line each, done in their order; {i} stands for a word without dots, * for any characters:
                  rename h.{i}.attn.c_attn.weight -> layers.{i}.qkv.weight
                  split layers.{i}.qkv.weight -> layers.{i}.q.weight, layers.{i}.k.weight, layers.{i}.v.weight
                  stack a.weight, b.weight -> ab.weight axis 1
                  transpose layers.{i}.q.weight
                  slice positions.weight 2:514
                  repeat layers.{i}.k.weight every 64 rows 4 times
                  drop *.position_ids
                """,
        });
        _output = Added(new Option<FileInfo?>("--output", "-o") { Description = "The file to write; without it nothing is written, and what would be is told." });
    }

    protected override int Run(ParseResult parsed, Terminal terminal)
    {
        using Checkpoint checkpoint = Checkpoint.Open(parsed.GetValue(_path)!);
        FileInfo? output = parsed.GetValue(_output);
        if (output is not null && checkpoint.Files.Any(file => Path.GetFullPath(file.Path) == output.FullName))
            throw new ToolException($"{output}: expected another file than the one that is read; give --output another name.");
        Dictionary<string, LazyTensor> tensors = checkpoint.ToLazy();
        if (parsed.GetValue(_rules) is FileInfo rules)
            RenameRules.Parse(rules.ToString(), File.ReadAllText(rules.FullName)).Apply(tensors);

        string[] names = [.. tensors.Keys.Order(StringComparer.Ordinal)];
        if (output is not null)
            checkpoint.Save(output.FullName, tensors);

        if (terminal.IsJson)
            terminal.Json(new { output = output?.FullName, tensors = names.Select(name => new { name, dtype = tensors[name].DataType, shape = tensors[name].Shape }) });
        else if (output is null)
            terminal.Table(["tensor", "type", "shape"], names.Select(name => new[] { name, tensors[name].DataType, Terminal.Shape(tensors[name].Shape) }));
        else
            terminal.Line($"{output}: {names.Length} tensors, {Terminal.Size(new FileInfo(output.FullName).Length)}");
        return Cli.Done;
    }
}
