using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Attention.Tests.Reference;

/// <summary>This assembly in a process of its own, where a module initializer that an environment variable calls does what is asked.</summary>
internal static class ChildProcess
{
    internal sealed record Result(string Output, string Errors);

    public static async Task<Result> Run(Dictionary<string, string> environment, CancellationToken cancellation)
    {
        // The folder of the runtime is {dotnet}/shared/Microsoft.NETCore.App/{version}/.
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet" + (OperatingSystem.IsWindows() ? ".exe" : "")));
        var start = new ProcessStartInfo(dotnet)
        {
            ArgumentList = { typeof(ChildProcess).Assembly.Location },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process child = Process.Start(start)!;
        Task<string> output = child.StandardOutput.ReadToEndAsync(cancellation), errors = child.StandardError.ReadToEndAsync(cancellation);
        await child.WaitForExitAsync(cancellation);
        return new Result(await output, await errors);
    }
}
