using System.CommandLine;

namespace Attention.Tool.Commands;

/// <summary>A command that writes its answer as text or as JSON.</summary>
internal abstract class ToolCommand : Command
{
    private readonly Option<bool> _json = new("--json") { Description = "Write the answer as JSON." };

    private protected ToolCommand(string name, string description)
        : base(name, description)
    {
        Options.Add(_json);
        SetAction((parsed, cancellation) => RunAsync(parsed, new Terminal(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(_json)), cancellation));
    }

    /// <summary>Does it, and gives the exit code.</summary>
    protected virtual Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation) => Task.FromResult(Run(parsed, terminal));

    protected virtual int Run(ParseResult parsed, Terminal terminal) => throw new NotSupportedException();

    private protected T Added<T>(T symbol)
        where T : Symbol
    {
        if (symbol is Argument argument)
            Arguments.Add(argument);
        if (symbol is Option option)
            Options.Add(option);
        return symbol;
    }
}
