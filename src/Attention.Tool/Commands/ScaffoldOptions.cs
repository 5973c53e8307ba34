using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Attention.Tool.Scaffolding;
using Microsoft.CodeAnalysis.CSharp;

namespace Attention.Tool.Commands;

/// <summary>The options of the commands that write a class.</summary>
internal sealed class ScaffoldOptions
{
    private readonly Option<string?> _class = new("--class") { Description = "The name of the class; one like the folder's unless given." };
    private readonly Option<string?> _pooling = new("--pooling") { Description = "How rows become one vector, which config.json does not tell." };
    private readonly Option<bool> _normalize = new("--normalize") { Description = "Bring vectors to unit length." };
    private readonly Option<int?> _length = new("--length") { Description = "The longest sequence; what the checkpoint has unless given." };

    private readonly Option<string?> _heads = new("--heads") { Description = "How many heads, N or N,N for each of the stages, which no tensor tells; for checkpoints whose authors write no config.json, as are those below." };
    private readonly Option<string?> _activation = new("--activation") { Description = "The non-linearity of the feed-forwards." };
    private readonly Option<string?> _norm = new("--norm") { Description = "Where norms stand: behind what they belong to (post), or before (pre)." };
    private readonly Option<string?> _positions = new("--positions") { Description = "What tells positions where no table does." };
    private readonly Option<bool> _scaled = new("--scaled") { Description = "Rows of the table of tokens are multiplied by the root of the width." };
    private readonly Option<bool> _causal = new("--causal") { Description = "Rows see none behind them: a decoder without an encoder." };

    public ScaffoldOptions(Command command)
    {
        _pooling.AcceptOnlyFromAmong("mean", "first", "max", "last", "none");
        _activation.AcceptOnlyFromAmong("relu", "gelu", "gelu_new", "silu", "tanh", "quick_gelu", "sigmoid");
        _norm.AcceptOnlyFromAmong("pre", "post");
        _positions.AcceptOnlyFromAmong("none", "sinusoidal", "sinusoidal-halves", "sinusoidal-timescales");
        _length.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() <= 0)
                result.AddError($"--length is {result.GetValueOrDefault<int?>()}; expected at least 1.");
        });
        foreach (Option option in new Option[] { _class, _pooling, _normalize, _length, _heads, _activation, _norm, _positions, _scaled, _causal })
            command.Options.Add(option);
    }

    public string? ClassOf(ParseResult parsed) => parsed.GetValue(_class) is not string name ? null
        : IsName(name) ? name
        : throw new ToolException($"--class is '{name}'; expected a name that a class can have.");

    public static bool IsName(string name) => SyntaxFacts.IsValidIdentifier(name) && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None;

    public ScaffoldWishes WishesOf(ParseResult parsed) => new(parsed.GetValue(_pooling), parsed.GetValue(_normalize), parsed.GetValue(_length))
    {
        Heads = [.. (parsed.GetValue(_heads)?.Split(',') ?? []).Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int heads) && heads > 0 ? heads : throw new ToolException($"--heads is '{parsed.GetValue(_heads)}'; expected whole numbers from 1 on, parted by commas."))],
        Activation = parsed.GetValue(_activation),
        Norm = parsed.GetValue(_norm),
        Positions = parsed.GetValue(_positions),
        Scaled = parsed.GetValue(_scaled),
        Causal = parsed.GetValue(_causal),
    };
}
