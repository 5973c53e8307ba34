using System.Diagnostics;
using Attention.Bench;

namespace Attention.Elsewhere;

/// <summary>Programs that are run to their ends.</summary>
internal static class Commands
{
    /// <summary>The folder of this program's project.</summary>
    public static string Project { get; } = Checkout.Find("bench", "Attention.Elsewhere");

    /// <summary>The folder for what is published and written.</summary>
    public static string Scratch { get; } = Directory.CreateDirectory(Path.Combine(Project, "bin", "elsewhere")).FullName;

    /// <summary>Runs a program that must succeed.</summary>
    public static void Run(string program, params IEnumerable<string> arguments)
    {
        if (Run(new ProcessStartInfo(program, arguments)) is not 0 and int code)
            throw new InvalidOperationException($"{program} ended with {code}.");
    }

    /// <summary>How a program ends. What it writes goes where this one's goes: it may leave processes that hold a pipe open.</summary>
    /// <param name="start">What is run.</param>
    /// <param name="limit">When it is ended otherwise; null for never.</param>
    public static int Run(ProcessStartInfo start, TimeSpan? limit = null)
    {
        using Process process = Process.Start(start)!;
        if (!process.WaitForExit(limit ?? Timeout.InfiniteTimeSpan))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        return process.ExitCode;
    }

    /// <summary>The line that a program writes.</summary>
    public static string Line(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{program} wrote nothing.");
    }
}
