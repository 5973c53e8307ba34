using System.CommandLine;
using System.Globalization;
using Attention.Dsl;
using Attention.Tool.Checkpoints;
using Attention.Tool.Compiling;
using Attention.Tool.Scaffolding;

namespace Attention.Tool.Commands;

/// <summary>Tries a checkpoint before a line is written.</summary>
internal sealed class RunCommand : ToolCommand
{
    private const int Shown = 8; // values of a row, and likeliest tokens

    private readonly Argument<string> _path;
    private readonly ScaffoldOptions _options;
    private readonly Option<FileInfo?> _source;
    private readonly Option<string[]> _tokens;
    private readonly Option<string[]> _values;
    private readonly Option<int> _generate;
    private readonly Option<int?> _begin;
    private readonly Option<int?> _end;

    public RunCommand()
        : base("run", "Writes the class of a checkpoint, compiles it in memory and runs it on ids of tokens.")
    {
        _path = Added(new Argument<string>("folder") { Description = "A folder with a checkpoint and its config.json, or the checkpoint beside that." });
        _tokens = Added(new Option<string[]>("--tokens", "-t") { Description = "Ids of tokens, parted by spaces or commas; give it again for each further sequence.", DefaultValueFactory = _ => [""] });
        _values = Added(new Option<string[]>("--values") { Description = "For images and rows of floats: FILE#TENSOR, a tensor of a safetensors file; give it again for a further stage that takes another one.", DefaultValueFactory = _ => [] });
        _generate = Added(new Option<int>("--generate", "-g") { Description = "How many tokens a decoder goes on with, always the likeliest." });
        _begin = Added(new Option<int?>("--begin") { Description = "The token with which a decoder begins that reads another stage; what config.json says unless given." });
        _end = Added(new Option<int?>("--end") { Description = "The token behind which a decoder stops; what config.json says unless given." });
        _source = Added(new Option<FileInfo?>("--source") { Description = "A C# file with the class, in place of one that is written for the checkpoint." });
        _options = new ScaffoldOptions(this);
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        using Checkpoint checkpoint = Checkpoint.Open(parsed.GetValue(_path)!);
        int[][] sequences = [.. parsed.GetValue(_tokens)!.Select(TokensOf)];
        ModelConfig? config = File.Exists(Path.Combine(checkpoint.Folder, "config.json")) ? ModelConfig.Read(Path.Combine(checkpoint.Folder, "config.json")) : null;
        var run = new ModelRun([], [.. parsed.GetValue(_values)!.Select(ValuesOf)], parsed.GetValue(_generate), parsed.GetValue(_begin) ?? config?.TryInt("decoder_start_token_id", "bos_token_id"), parsed.GetValue(_end) ?? EndOf(config));

        Scaffold? scaffold = parsed.GetValue(_source) is null ? Scaffolder.Of(checkpoint, _options.ClassOf(parsed), null, _options.WishesOf(parsed)) : null;
        var compiler = ModelCompiler.Of(scaffold is not null ? (scaffold.Name + ".cs", scaffold.Text) : (parsed.GetValue(_source)!.ToString(), await File.ReadAllTextAsync(parsed.GetValue(_source)!.FullName, cancellation)), InstructionSets.Choose());
        if (await compiler.FindingsAsync(cancellation) is { Count: > 0 } findings)
            throw new ToolException(findings[0]);
        Type type = LoadedModel.TypeOf(compiler.Load(cancellation), scaffold?.FullName ?? _options.ClassOf(parsed)) ?? throw new ToolException($"{parsed.GetValue(_source)}: expected a class with [AttentionModel], found none.");
        using LoadedModel model = LoadedModel.Load(type, checkpoint.Path);
        IReadOnlyList<StageOutput>[] runs = [.. sequences.Select(tokens => (run with { Tokens = tokens }).Of(model))];

        if (terminal.IsJson)
        {
            terminal.Json(new { @class = type.FullName, notes = scaffold?.Notes, runs = runs.Select(outputs => new { stages = outputs.Select(output => new { name = output.Stage, width = output.Width, generated = output.Generated, rows = output.Rows }) }) });
            return Cli.Done;
        }

        foreach (string note in scaffold?.Notes ?? [])
            terminal.Note("note: " + note);
        foreach (StageOutput output in runs.SelectMany(outputs => outputs))
            Show(terminal, output, model.Stages.First(stage => stage.Name == output.Stage).Stage is IDecoder decoder && decoder.Width == decoder.Vocabulary);
        return Cli.Done;
    }

    private static void Show(Terminal terminal, StageOutput output, bool isLogits)
    {
        if (output.Generated is not null)
        {
            terminal.Line($"{output.Stage}: {string.Join(' ', output.Generated)}");
        }
        else if (isLogits)
        {
            terminal.Line($"{output.Stage}: the likeliest next tokens and their scores");
            foreach ((float score, int token) in output.Values.Select((score, token) => (score, token)).OrderByDescending(pair => pair.score).Take(Shown))
                terminal.Line(string.Create(CultureInfo.InvariantCulture, $"  {token,7}  {score,9:F4}"));
        }
        else
        {
            terminal.Line($"{output.Stage}: {output.Values.Length / output.Width} × {output.Width}");
            foreach (float[] row in output.Rows)
                terminal.Line("  " + string.Join(' ', row.Take(Shown).Select(value => value.ToString("F5", CultureInfo.InvariantCulture).PadLeft(9))) + (row.Length > Shown ? " …" : ""));
        }
    }

    private static int[] TokensOf(string text) =>
        [.. text.Split([' ', ',', '[', ']', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(id => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int token) ? token : throw new ToolException($"--tokens: expected ids of tokens, whole numbers from 0 on, found '{id}'."))];

    private static float[] ValuesOf(string place)
    {
        int at = place.LastIndexOf('#');
        if (at < 0)
            throw new ToolException($"--values is '{place}'; expected FILE#TENSOR.");
        using SafeTensors file = SafeTensors.Open(place[..at]);
        return file.ReadFloats(place[(at + 1)..]);
    }

    /// <summary>The token of the end; where config.json has several, decoders stop behind none.</summary>
    private static int? EndOf(ModelConfig? config)
    {
        try
        {
            return config?.TryInt("eos_token_id");
        }
        catch (ToolException)
        {
            return null;
        }
    }
}
