using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Attention.Packages.Tests;

/// <summary>What a program wrote, both streams in one, and how it ended.</summary>
internal sealed record Ended(string Command, int Code, string Output)
{
    /// <summary>Lines with a warning or an error, each once: a build tells them again at its end.</summary>
    public string[] Findings => [.. Output.Split('\n').Where(line => line.Contains("warning ", StringComparison.Ordinal) || line.Contains("error ", StringComparison.Ordinal)).Select(line => line.Trim()).Distinct()];

    /// <summary>The same, which failed no test.</summary>
    public Ended Succeeded()
    {
        Assert.True(Code == 0, $"{Command} ended with {Code}:\n{Output}");
        return this;
    }
}

/// <summary>Runs programs as a user does.</summary>
internal static class Dotnet
{
    private static readonly string[] s_quick = ["--nologo", "-v:minimal", "-p:UseSharedCompilation=false"];

    // The folder of the runtime is {dotnet}/shared/Microsoft.NETCore.App/{version}/.
    private static readonly string s_host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet" + (OperatingSystem.IsWindows() ? ".exe" : "")));

    /// <summary>A verb that builds.</summary>
    public static Ended Build(string folder, string packages, string verb, params IEnumerable<string> arguments) => Run(folder, packages, s_host, [verb, .. arguments, .. s_quick]);

    /// <summary>Any other.</summary>
    public static Ended Run(string folder, string packages, params IEnumerable<string> arguments) => Run(folder, packages, s_host, arguments);

    /// <summary>A line as it stands on a page, in the system's shell.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="packages">The folder that restored packages go to.</param>
    /// <param name="line">The line.</param>
    /// <param name="variables">What the environment has besides.</param>
    public static Ended Shell(string folder, string packages, string line, params (string Name, string Value)[] variables)
    {
        string[] shell = OperatingSystem.IsWindows() ? ["powershell", "-NoProfile", "-Command"] : ["sh", "-c"];
        string path = Path.GetDirectoryName(s_host) + Path.PathSeparator + Environment.GetEnvironmentVariable("PATH");
        return Run(folder, packages, shell[0], [.. shell[1..], line], [("PATH", path), ("UseSharedCompilation", "false"), .. variables]);
    }

    /// <summary>A program of its own.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="packages">The folder that restored packages go to.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">What it is given.</param>
    /// <param name="variables">What the environment has besides.</param>
    public static Ended Run(string folder, string packages, string program, IEnumerable<string> arguments, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // What `dotnet test` tells its own MSBuild is not for another.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["NUGET_PACKAGES"] = packages;
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1";
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;

        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return new Ended($"{Path.GetFileName(program)} {string.Join(' ', start.ArgumentList)}", process.ExitCode, output.ToString());

        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (output)
                output.Append(line.Data).Append('\n');
        }
    }
}
