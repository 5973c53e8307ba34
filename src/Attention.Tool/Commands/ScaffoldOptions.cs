using System.CommandLine;
using System.CommandLine.Parsing;
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

    public ScaffoldOptions(Command command)
    {
        _pooling.AcceptOnlyFromAmong("mean", "first", "max", "none");
        _length.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() <= 0)
                result.AddError($"--length is {result.GetValueOrDefault<int?>()}; expected at least 1.");
        });
        foreach (Option option in new Option[] { _class, _pooling, _normalize, _length })
            command.Options.Add(option);
    }

    public string? ClassOf(ParseResult parsed) => parsed.GetValue(_class) is not string name ? null
        : IsName(name) ? name
        : throw new ToolException($"--class is '{name}'; expected a name that a class can have.");

    public static bool IsName(string name) => SyntaxFacts.IsValidIdentifier(name) && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None;

    public ScaffoldWishes WishesOf(ParseResult parsed) => new(parsed.GetValue(_pooling), parsed.GetValue(_normalize), parsed.GetValue(_length));
}
