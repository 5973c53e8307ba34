using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Attention.Tool.Checkpoints;

namespace Attention.Tool.Hub;

/// <summary>A file as the server describes it.</summary>
/// <param name="Name">Its name, folders parted by slashes.</param>
/// <param name="Checksum">The SHA-256 of a large file, the SHA-1 of a git blob of a small one; or another tag, which cannot be checked.</param>
/// <param name="Bytes">How long it is; null where the server does not say.</param>
internal sealed record HubFile(string Name, string Checksum, long? Bytes);

/// <summary>Asks a Hugging Face server. Redirects are followed here, because the token is for that server alone.</summary>
internal sealed class HubClient(HubSettings settings, string repository) : IDisposable
{
    private const int MostRedirects = 10;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, ConnectTimeout = TimeSpan.FromSeconds(20) }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>The commit of a revision, and the names of its files.</summary>
    /// <exception cref="ToolException">There is no such repository or revision, or the server cannot be reached.</exception>
    public async Task<(string Commit, IReadOnlyList<string> Files)> TreeAsync(string revision, CancellationToken cancellation)
    {
        Uri address = new(settings.Endpoint, $"api/models/{repository}/revision/{Uri.EscapeDataString(revision)}");
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, address, null, everywhere: true, cancellation);
        await EnsureAsync(response, revision, cancellation);
        try
        {
            using JsonDocument json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            string commit = json.RootElement.GetProperty("sha").GetString() ?? "";
            string[] files = [.. json.RootElement.GetProperty("siblings").EnumerateArray().Select(file => file.GetProperty("rfilename").GetString() ?? "")];
            if (!HubCache.IsCommit(commit))
                throw new ToolException($"{address}: expected a commit of 40 hexadecimal digits, found '{InnerPath.Printable(commit)}'; nothing is written.");
            if (files.FirstOrDefault(file => !InnerPath.IsInner(file)) is string outside)
                throw new ToolException($"{repository}: expected names of files in its folder, found '{InnerPath.Printable(outside)}', which leads outside; nothing is written.");
            return (commit, files);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ToolException($"{address}: expected a repository's list of files, found another answer; see that HF_ENDPOINT is a Hugging Face server.", e);
        }
    }

    /// <summary>What the server says of a file, without its content.</summary>
    public async Task<HubFile> HeadAsync(string commit, string file, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Head, AddressOf(commit, file), null, everywhere: false, cancellation);
        bool isElsewhere = (int)response.StatusCode is >= 300 and < 400;
        if (!isElsewhere)
            await EnsureAsync(response, commit, cancellation);
        string checksum = TagOf(response) ?? throw new ToolException($"{file}: expected an ETag of {settings.Endpoint.Host}, found none; see that HF_ENDPOINT is a Hugging Face server.");
        if (!InnerPath.IsInner(checksum) || checksum.Contains('/', StringComparison.Ordinal))
            throw new ToolException($"{file}: expected an ETag that can name a file, found '{InnerPath.Printable(checksum)}'; nothing is written.");
        string? told = HeaderOf(response, "X-Repo-Commit");
        if (told is not null && told != commit)
            throw new ToolException($"{file}: expected commit {commit}, found {InnerPath.Printable(told)}; try again.");
        long? bytes = long.TryParse(HeaderOf(response, "X-Linked-Size"), out long size) ? size : isElsewhere ? null : response.Content.Headers.ContentLength;
        return new HubFile(file, checksum, bytes);
    }

    /// <summary>Asks for a file's content from a place on. The caller looks at what it gets.</summary>
    public Task<HttpResponseMessage> GetAsync(string commit, string file, long from, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, AddressOf(commit, file), from > 0 ? new RangeHeaderValue(from, null) : null, everywhere: true, cancellation);

    /// <summary>The tag of the content that the server itself has sent; null where another one has.</summary>
    public string? OwnTagOf(HttpResponseMessage response) => IsOwn(response.RequestMessage!.RequestUri!) ? TagOf(response) : null;

    /// <exception cref="ToolException">The server has refused.</exception>
    public async Task EnsureAsync(HttpResponseMessage response, string revision, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
            return;
        string code = HeaderOf(response, "X-Error-Code") ?? "";
        string said = (await response.Content.ReadAsStringAsync(cancellation)).Trim();
        string reason = $"{settings.Endpoint.Host} answers {(int)response.StatusCode}{(HeaderOf(response, "X-Error-Message") is string message ? $", {InnerPath.Printable(message)}" : said.Length is > 0 and < 200 && said[0] != '<' ? $", {InnerPath.Printable(said)}" : "")}";
        throw new ToolException((response.StatusCode, code) switch
        {
            (_, "RevisionNotFound") => $"{repository}: expected a revision '{revision}', found none ({reason}); take a branch, a tag or a commit that its page lists.",
            (_, "EntryNotFound") => $"{repository}: a file of {revision} is not there ({reason}); try again.",
            (_, "GatedRepo") or (HttpStatusCode.Forbidden, _) => $"{repository}: its owners ask for consent first ({reason}); give it at {new Uri(settings.Endpoint, repository)}, and set HF_TOKEN.",
            (HttpStatusCode.Unauthorized or HttpStatusCode.NotFound, _) => $"{repository}: expected a repository that is there and open ({reason}); look at its name, and set HF_TOKEN for a private one.",
            (HttpStatusCode.TooManyRequests, _) => $"{repository}: too many requests ({reason}); wait, or set HF_TOKEN.",
            _ => $"{repository}: {reason}; try again later.",
        });
    }

    public void Dispose() => _http.Dispose();

    private Uri AddressOf(string commit, string file) => new(settings.Endpoint, $"{repository}/resolve/{commit}/{string.Join('/', file.Split('/').Select(Uri.EscapeDataString))}");

    private bool IsOwn(Uri address) => Uri.Compare(address, settings.Endpoint, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>Sends a request, and follows where it is sent on to; a header's answer stands where that leads to another server.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, RangeHeaderValue? range, bool everywhere, CancellationToken cancellation)
    {
        for (int redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, address);
            request.Headers.UserAgent.ParseAdd("attention-dsl");
            request.Headers.AcceptEncoding.ParseAdd("identity");
            request.Headers.Range = range;
            if (settings.Token is not null && IsOwn(address))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token);
            HttpResponseMessage response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not Uri location)
                return response;
            Uri next = new(address, location);
            if (!everywhere && !IsOwn(next))
                return response;
            response.Dispose();
            if (redirects == MostRedirects || (next.Scheme != Uri.UriSchemeHttps && next.Scheme != settings.Endpoint.Scheme))
                throw new ToolException($"{address}: expected a file, found {(redirects == MostRedirects ? "redirects without an end" : $"a redirect to {next.Scheme}")}; see that HF_ENDPOINT is a Hugging Face server.");
            address = next;
        }
    }

    private static string? TagOf(HttpResponseMessage response)
    {
        string? tag = HeaderOf(response, "X-Linked-ETag") ?? HeaderOf(response, "ETag");
        return tag?.Replace("W/", "", StringComparison.Ordinal).Trim('"');
    }

    private static string? HeaderOf(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) || response.Content.Headers.TryGetValues(name, out values) ? values.FirstOrDefault() : null;
}
