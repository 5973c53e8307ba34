using System.Diagnostics;

namespace Attention.Bench;

/// <summary>Programs that are run to their ends.</summary>
internal static class ChildProcess
{
    /// <summary>Runs the SDK that this program was started by; it must succeed.</summary>
    public static void Dotnet(params IEnumerable<string> arguments) => Run(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments);

    /// <summary>What a program writes, and the milliseconds from before its start to after its end; it must succeed.</summary>
    public static (string Output, double Milliseconds) Run(string program, params IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(info)!;
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return process.ExitCode == 0
            ? (output, elapsed)
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
    }
}
