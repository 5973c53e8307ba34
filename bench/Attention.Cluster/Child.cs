using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Attention.Cluster;

/// <summary>A program that runs beside this one, and ends with it.</summary>
internal sealed class Child : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    /// <summary>Starts a program and waits until it writes a line with some words.</summary>
    public Child(string program, IEnumerable<string> arguments, string ready)
    {
        _process = new() { StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        var started = new TaskCompletionSource();
        void Take(string? line)
        {
            if (line is null) return;
            lock (_lines) _lines.Add(line);
            if (line.Contains(ready, StringComparison.Ordinal)) started.TrySetResult();
        }
        _process.OutputDataReceived += (_, data) => Take(data.Data);
        _process.ErrorDataReceived += (_, data) => Take(data.Data);
        _process.Exited += (_, _) => started.TrySetException(new InvalidOperationException($"{program} has ended:\n{Written}"));
        _process.EnableRaisingEvents = true;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        try
        {
            started.Task.WaitAsync(TimeSpan.FromMinutes(3)).GetAwaiter().GetResult();
        }
        catch
        {
            Kill();
            throw;
        }
    }

    /// <summary>What it has written.</summary>
    public string Written
    {
        get { lock (_lines) return string.Join('\n', _lines); }
    }

    /// <summary>Ends it without a word to it: SIGKILL.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    /// <summary>What a program writes to its end; it must succeed.</summary>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Result : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.Result}{output.Result}");
    }

    /// <summary>Ports of this machine that nobody listens at.</summary>
    public static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners) listener.Dispose();
        return ports;
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
