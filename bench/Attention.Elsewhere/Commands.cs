using System.Diagnostics;
using Attention.Bench;

namespace Attention.Elsewhere;

/// <summary>Programs that are run to their ends.</summary>
internal static class Commands
{
    /// <summary>The folder of this program's project.</summary>
    public static string Project { get; } = Checkout.Find("bench", "Attention.Elsewhere");

    /// <summary>What a program writes; it must succeed.</summary>
    public static string Output(string program, params IEnumerable<string> arguments)
    {
        (int code, string output) = Run(new ProcessStartInfo(program, arguments));
        return code == 0 ? output.Trim() : throw new InvalidOperationException($"{program} ended with {code}: {output}");
    }

    /// <summary>How a program ends, and what it writes.</summary>
    public static (int Code, string Output) Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
