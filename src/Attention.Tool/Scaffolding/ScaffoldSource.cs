using System.Globalization;
using System.Text.RegularExpressions;
using Attention.Dsl;
using Attention.Tool.Checkpoints;

namespace Attention.Tool.Scaffolding;

/// <summary>What somebody asks for beyond what a checkpoint tells.</summary>
/// <param name="Pooling">How rows become one vector; null where nothing is said.</param>
/// <param name="Normalize">Whether vectors, or rows, are brought to unit length.</param>
/// <param name="Length">The longest sequence; null for what the checkpoint has.</param>
internal sealed record ScaffoldWishes(string? Pooling, bool Normalize, int? Length)
{
    /// <summary>The heads, of all stages or of each.</summary>
    public int[] Heads { get; init; } = [];

    /// <summary>The non-linearity, by Hugging Face's name for it.</summary>
    public string? Activation { get; init; }

    /// <summary>Where norms stand: pre or post.</summary>
    public string? Norm { get; init; }

    /// <summary>What tells positions where no table does: none, or computed ones.</summary>
    public string? Positions { get; init; }

    /// <summary>Whether rows of the table of tokens are multiplied by the root of the width.</summary>
    public bool Scaled { get; init; }

    /// <summary>Whether rows see none behind them.</summary>
    public bool Causal { get; init; }

    /// <summary>The options given of those that only families without a config.json of their authors' have.</summary>
    public IEnumerable<string> Untold => new[] { ("--heads", Heads.Length > 0), ("--activation", Activation is not null), ("--norm", Norm is not null), ("--positions", Positions is not null), ("--scaled", Scaled), ("--causal", Causal) }
        .Where(option => option.Item2).Select(option => option.Item1);
}

/// <summary>What a declaration is made of: config.json, the header of the checkpoint, and wishes.</summary>
/// <param name="family">The family's name.</param>
/// <param name="config">What config.json says.</param>
/// <param name="checkpoint">The checkpoint.</param>
/// <param name="wishes">What is asked for.</param>
internal sealed partial class ScaffoldSource(string family, ModelConfig config, Checkpoint checkpoint, ScaffoldWishes wishes)
{
    /// <summary>The most positions that a declaration has unless more are asked for, where no table says how many there are.</summary>
    private const int UsualLength = 2048;

    private readonly List<string> _asked = [];

    public string Family => family;

    public ModelConfig Config => config;

    public Checkpoint Checkpoint => checkpoint;

    public ScaffoldWishes Wishes => wishes;

    /// <summary>What the declaration cannot say, or decides by itself.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Asks for an option that alone can tell something: the declaration is not written without it.</summary>
    /// <returns>A number to go on with.</returns>
    public int Ask(string option)
    {
        if (!_asked.Contains(option))
            _asked.Add(option);
        return 1;
    }

    /// <summary>Refuses where options were asked for, all of them in one sentence.</summary>
    public void CheckAsked()
    {
        if (_asked.Count > 0)
            throw new ToolException($"{checkpoint.Path}: expected {string.Join(", ", _asked)}, which no tensor tells{(_asked.Count == 1 ? "; add it" : "; add them")}.");
    }

    public bool Has(string tensor) => checkpoint.Find(tensor) is not null;

    /// <summary>A tensor's dimensions.</summary>
    /// <exception cref="ToolException">It is not there, or has not so many.</exception>
    public int[] Shape(string tensor, int dimensions)
    {
        TensorInfo found = checkpoint.Find(tensor) ?? throw new ToolException($"{checkpoint.Path}: expected tensor '{tensor}', as {family} has it, found none; 'attention inspect' shows what there is, 'attention rename' changes names.");
        return found.Shape.Count == dimensions && found.Shape.All(size => size is > 0 and <= int.MaxValue) ? [.. found.Shape.Select(size => (int)size)]
            : throw new ToolException($"{checkpoint.Path}: expected {dimensions} dimensions from 1 on of '{tensor}', found {Terminal.Shape(found.Shape)}.");
    }

    /// <summary>What stands in the names before one that every checkpoint of the family has; without its last dot.</summary>
    /// <exception cref="ToolException">No name, or several, end so.</exception>
    public string PrefixOf(string anchor)
    {
        string[] found = [.. checkpoint.Tensors.Select(tensor => tensor.Name).Where(name => IsAt(anchor, name))];
        return found switch
        {
            [string only] => only.Length == anchor.Length ? "" : only[..^(anchor.Length + 1)],
            [] => throw new ToolException($"{checkpoint.Path}: expected a tensor '…{anchor}', as {family} has it, found none; 'attention inspect' shows what there is."),
            _ => throw new ToolException($"{checkpoint.Path}: expected one tensor '…{anchor}', found {string.Join(", ", found)}."),
        };
    }

    /// <summary>The table of tokens that an encoder and a decoder share, by the first of its names that is there, and what stands in the names before it.</summary>
    /// <returns>The prefix; the tensor; and what says its name where the layout would not find it, else null.</returns>
    /// <exception cref="ToolException">There is none, or several stand under one name.</exception>
    public (string Prefix, string Table, string? Name) SharedTable()
    {
        string[] names = ["shared.weight", "encoder.embed_tokens.weight", "decoder.embed_tokens.weight"];
        string found = names.FirstOrDefault(anchor => checkpoint.Tensors.Any(tensor => IsAt(anchor, tensor.Name))) ?? names[0], prefix = PrefixOf(found), table = checkpoint.Tensors.First(tensor => IsAt(found, tensor.Name)).Name;
        return (prefix, table, found == names[2] ? $"Name = {ClassText.Literal(table[..^".weight".Length])}" : null);
    }

    private static bool IsAt(string anchor, string name) => name == anchor || name.EndsWith("." + anchor, StringComparison.Ordinal);

    /// <summary>How many layers have a tensor, whose number stands for <c>{}</c>, and that this is what config.json says.</summary>
    public int Layers(string tensor, params string[] fields)
    {
        Regex pattern = new("^" + Regex.Escape(tensor).Replace(@"\{}", @"(\d{1,6})", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant);
        int[] layers = [.. checkpoint.Tensors.Select(found => pattern.Match(found.Name)).Where(match => match.Success).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).Order()];
        if (layers.Length == 0 || layers[^1] != layers.Length - 1)
            throw new ToolException($"{checkpoint.Path}: expected '{tensor.Replace("{}", "0", StringComparison.Ordinal)}' and so on, a tensor a layer, found {(layers.Length == 0 ? "none" : $"layers {string.Join(", ", layers)}")}.");
        return Agreed(layers.Length, $"layers have '{tensor}'", fields);
    }

    /// <summary>A size that the tensors have, and that is what config.json says where it says something.</summary>
    public int Agreed(int found, string what, params string[] fields) => config.TryInt(fields) is not int told || told == found ? found
        : throw new ToolException($"{config.Origin}: {fields.First(config.Has)} is {told}, but {found} {what} in {checkpoint.Name}; take both from one revision.");

    /// <summary>The heads, which no tensor tells, of a width.</summary>
    public int Heads(int width, params string[] fields) => config.Int(fields) is int heads && heads > 0 && width % heads == 0 ? heads
        : throw new ToolException($"{config.Origin}: expected {fields.First(config.Has)} to divide the width of {width}, found {config.Int(fields)}.");

    /// <summary>The heads of a stage, where its authors write no config.json: what <c>--heads</c> says, else one by hand, a number or one a stage.</summary>
    /// <param name="width">Channels of all heads.</param>
    /// <param name="stage">The stage's number.</param>
    /// <param name="stages">How many there are.</param>
    public int HeadsAsked(int width, int stage, int stages)
    {
        string? field = new[] { "num_attention_heads", "num_heads", "nhead" }.FirstOrDefault(config.Has);
        (int[] heads, string said) = wishes.Heads.Length > 0 ? (wishes.Heads, "--heads") : field is not null ? (config.Ints(field), $"{config.Origin}, {field}")
            : ([Ask(stages == 1 ? "--heads N" : "--heads N (or N,N for each of two stages)")], "");
        if (heads.Length != 1 && heads.Length != stages)
            throw new ToolException($"{said}: expected one number of heads{(stages == 1 ? "" : $" or {stages}")}, found {heads.Length}.");
        int own = heads[heads.Length == 1 ? 0 : stage];
        return own > 0 && width % own == 0 ? own : throw new ToolException($"{said}: expected heads that divide the width of {width}, found {own}.");
    }

    /// <summary>A non-linearity by Hugging Face's name for it, as the DSL writes it; that of <c>--activation</c> before all.</summary>
    public string Activation(string field, string usual, ModelConfig? section = null)
    {
        ModelConfig from = section ?? config;
        string name = wishes.Activation ?? from.Text(field) ?? usual;
        return "Activation." + name switch
        {
            "relu" => nameof(Dsl.Activation.Relu),
            "gelu" or "gelu_python" => nameof(Dsl.Activation.Gelu),
            "gelu_new" or "gelu_pytorch_tanh" or "gelu_fast" or "gelu_accurate" => nameof(Dsl.Activation.GeluTanh),
            "silu" or "swish" => nameof(Dsl.Activation.Silu),
            "tanh" => nameof(Dsl.Activation.Tanh),
            "quick_gelu" => nameof(Dsl.Activation.QuickGelu),
            "sigmoid" => nameof(Dsl.Activation.Sigmoid),
            _ => throw from.Cannot(field, "expected relu, gelu, gelu_new, silu, tanh, quick_gelu or sigmoid; there is no other non-linearity"),
        };
    }

    /// <summary><c>Epsilon = …</c>, null where it is the stage's own.</summary>
    public string? Epsilon(double usual, params string[] fields) => EpsilonOf(config, usual, fields);

    /// <inheritdoc cref="Epsilon"/>
    public static string? EpsilonOf(ModelConfig section, double usual, params string[] fields) =>
        section.Double(fields.FirstOrDefault(section.Has) ?? fields[0], usual) is double epsilon && epsilon != 1e-5 ? $"Epsilon = {ModelConfig.Number(epsilon)}" : null;

    /// <summary>The length of a stage whose positions a table tells.</summary>
    /// <param name="rows">Rows of the table.</param>
    /// <param name="offset">The row of position 0.</param>
    /// <returns>The length, and of <c>[Positions]</c> what says how the table lies.</returns>
    public (string Length, string?[] Positions) Length(int rows, int offset = 0)
    {
        int most = rows - offset, length = wishes.Length ?? most;
        if (length > most)
            throw new ToolException($"--length is {length}; expected at most {most}, as many positions as were trained.");
        return ($"length: {length}", ["PositionKind.Learned", offset == 0 ? null : $"Offset = {offset}", length == most ? null : $"Rows = {rows}"]);
    }

    /// <summary>The length of a stage whose positions are computed.</summary>
    public string Length(string field)
    {
        int? most = config.TryInt(field);
        if (wishes.Length is null && most is null or > UsualLength)
            Notes.Add($"length: {UsualLength} of {(most is int trained ? $"{Terminal.Grouped(trained)} positions that were trained" : "any number of positions")}, since a session has memory for all of them; --length says another.");
        return $"length: {wishes.Length ?? Math.Min(most ?? UsualLength, UsualLength)}";
    }
}
