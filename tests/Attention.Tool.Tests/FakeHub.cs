using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Attention.Tool.Tests;

/// <summary>A request that came, as far as tests ask.</summary>
internal sealed record Asked(string Method, string Path, string? Token, string? Range);

/// <summary>A server that plays the hub for one repository, faults included.</summary>
internal sealed class FakeHub : IDisposable
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly HttpListener _listener = new();
    private readonly List<Asked> _asked = [];

    public FakeHub()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Endpoint = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Endpoint + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Endpoint { get; }

    /// <summary>The files of the repository.</summary>
    public Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Names that the list has beside those of files.</summary>
    public List<string> Listed { get; } = [];

    public string Sha { get; set; } = Commit;

    /// <summary>Where large files are sent to; null for none.</summary>
    public string? Elsewhere { get; set; }

    /// <summary>Answers a request in another way; null where it does not.</summary>
    public Func<Asked, HttpListenerResponse, bool>? Fault { get; set; }

    public IReadOnlyList<Asked> Requests
    {
        get
        {
            lock (_asked)
                return [.. _asked];
        }
    }

    /// <summary>The checksum by which git knows a small file.</summary>
    public static string GitOf(byte[] content) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {content.Length}\0"), .. content]));

    public static string ShaOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    public static string ChecksumOf(string name, byte[] content) => name.EndsWith(".safetensors", StringComparison.Ordinal) ? ShaOf(content) : GitOf(content);

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            try
            {
                Answer(context);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                context.Response.Abort(); // the client has gone, or a fault has ended it
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        HttpListenerRequest request = context.Request;
        HttpListenerResponse response = context.Response;
        var asked = new Asked(request.HttpMethod, Uri.UnescapeDataString(request.Url!.AbsolutePath), request.Headers["Authorization"], request.Headers["Range"]);
        lock (_asked)
            _asked.Add(asked);
        if (Fault?.Invoke(asked, response) == true)
        {
            response.Close();
            return;
        }

        string name = asked.Path.Split($"/resolve/{Commit}/") is [_, string file] ? file : asked.Path.StartsWith("/cdn/", StringComparison.Ordinal) ? asked.Path["/cdn/".Length..] : "";
        if (asked.Path.StartsWith("/api/models/", StringComparison.Ordinal))
        {
            Send(response, JsonSerializer.SerializeToUtf8Bytes(new { sha = Sha, siblings = Files.Keys.Concat(Listed).Select(rfilename => new { rfilename }) }));
        }
        else if (!Files.TryGetValue(name, out byte[]? content))
        {
            response.StatusCode = 404;
            response.Headers["X-Error-Code"] = "EntryNotFound";
            response.Close();
        }
        else
        {
            bool isLarge = name.EndsWith(".safetensors", StringComparison.Ordinal);
            if (!asked.Path.StartsWith("/cdn/", StringComparison.Ordinal))
            {
                response.Headers["X-Repo-Commit"] = Commit;
                response.Headers[isLarge ? "X-Linked-ETag" : "ETag"] = $"\"{ChecksumOf(name, content)}\"";
                if (isLarge)
                    response.Headers["X-Linked-Size"] = content.Length.ToString(CultureInfo.InvariantCulture);
                if (isLarge && Elsewhere is not null)
                {
                    response.StatusCode = 302;
                    response.RedirectLocation = $"{Elsewhere}/cdn/{name}";
                    response.Close();
                    return;
                }
            }

            Send(response, content, asked);
        }
    }

    /// <summary>Sends content, or the rest of it that is asked for.</summary>
    public static void Send(HttpListenerResponse response, byte[] content, Asked? asked = null)
    {
        int from = asked?.Range is string range ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        if (from > 0)
            SendFrom(response, content, from);
        else
            Send(response, content, 0, asked?.Method);
    }

    public static void SendFrom(HttpListenerResponse response, byte[] content, int from)
    {
        response.StatusCode = 206;
        response.Headers["Content-Range"] = $"bytes {from}-{content.Length - 1}/{content.Length}";
        Send(response, content, from, "GET");
    }

    private static void Send(HttpListenerResponse response, byte[] content, int from, string? method)
    {
        response.ContentLength64 = content.Length - from;
        if (method != "HEAD")
            response.OutputStream.Write(content, from, content.Length - from);
        response.Close();
    }
}
