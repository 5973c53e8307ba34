using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Attention.Service;

/// <summary>A service in a process of its own, that listens on loopback.</summary>
internal sealed partial class Contender : IDisposable
{
    private readonly Process _process;

    private Contender(string name, Process process, Uri address)
    {
        (Name, _process, Address) = (name, process, address);
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1024 }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public string Name { get; }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>What its process has of the machine's memory, in MB.</summary>
    public double ResidentMegabytes => double.Parse(Resident().Match(File.ReadAllText($"/proc/{_process.Id}/status")).Groups[1].Value, CultureInfo.InvariantCulture) / 1000;

    /// <summary>Starts a service and waits until it listens.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="arguments">The program and its arguments, for dotnet.</param>
    public static Contender Start(string name, params IEnumerable<string> arguments)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";
        Process process = Process.Start(new ProcessStartInfo(host, [.. arguments, "--urls", "http://127.0.0.1:0", "--Completion:Enabled=false"]) { RedirectStandardOutput = true })!;
        while (process.StandardOutput.ReadLine() is string line)
        {
            if (Listening().Match(line) is not { Success: true } match) continue;
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null); // what else it says fills no pipe
            return new(name, process, new Uri(match.Groups[1].Value));
        }
        throw new InvalidOperationException($"{name} did not begin to listen.");
    }

    public void Dispose()
    {
        Http.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    [GeneratedRegex(@"listening on: (http://\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"VmRSS:\s+(\d+) kB")]
    private static partial Regex Resident();
}
