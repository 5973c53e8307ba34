using System.CommandLine;
using System.Text;
using Attention.Dsl;
using Attention.Tool.Commands;

namespace Attention.Tool;

/// <summary>The command line as a whole: what it says, and what it ends with.</summary>
internal static class Cli
{
    /// <summary>What was asked for is done, or true.</summary>
    public const int Done = 0;

    /// <summary>What was asked is not so: a checkpoint does not fit, a class has findings.</summary>
    public const int Misfit = 1;

    /// <summary>It cannot be done: the command line, a file or a server is not as it should be.</summary>
    public const int Failed = 2;

    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellation = default)
    {
        if (output == Console.Out && !Console.IsOutputRedirected)
            Console.OutputEncoding = Encoding.UTF8;
        var root = new RootCommand("""
            Looks into checkpoints of Transformers, fetches, converts and checks them, and writes the C# classes that run them.

            Exit codes: 0 done; 1 what was asked is not so (a checkpoint does not fit, a class has findings); 2 it cannot be done.
            """)
        {
            new InspectCommand(),
            new RenameCommand(),
            new PullCommand(),
            new ImportCommand(),
            new ScaffoldCommand(),
            new RunCommand(),
            new CheckCommand(),
            new DescribeCommand(),
        };
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var configuration = new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false };
        if (parsed.Errors.Count > 0)
        {
            error.WriteLine($"attention: {OneLine(string.Join(" ", parsed.Errors.Select(wrong => wrong.Message)))} See 'attention{(parsed.CommandResult.Command == root ? "" : " " + parsed.CommandResult.Command.Name)} --help'.");
            return Failed;
        }

        try
        {
            return await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (Exception e) when (e is ToolException or WeightsException or IOException or UnauthorizedAccessException or NotSupportedException or PlatformNotSupportedException)
        {
            error.WriteLine("attention: " + OneLine(e.Message));
            return Failed;
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("attention: stopped.");
            return Failed;
        }
    }

    /// <summary>A text of several lines, a list among them, as one.</summary>
    public static string OneLine(string text) =>
        string.Join(" ", text.Replace(":\n- ", ": ", StringComparison.Ordinal).Replace("\n- ", "; ", StringComparison.Ordinal).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
