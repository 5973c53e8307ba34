namespace Attention.Tool.Hub;

/// <summary>Where files come from and go to, by the variables that Hugging Face's own tools have.</summary>
/// <param name="Endpoint">The server, <c>HF_ENDPOINT</c>.</param>
/// <param name="Token">What opens private repositories, <c>HF_TOKEN</c>; it is told to the server alone.</param>
/// <param name="Cache">The folder of all repositories, <c>HF_HUB_CACHE</c>, or <c>hub</c> in <c>HF_HOME</c>.</param>
/// <param name="IsOffline">Whether the server is not asked, <c>HF_HUB_OFFLINE</c>.</param>
internal sealed record HubSettings(Uri Endpoint, string? Token, string Cache, bool IsOffline)
{
    /// <exception cref="ToolException">A variable has a value that means nothing.</exception>
    public static HubSettings OfEnvironment()
    {
        string endpoint = Of("HF_ENDPOINT") ?? "https://huggingface.co";
        if (!Uri.TryCreate(endpoint.TrimEnd('/') + "/", UriKind.Absolute, out Uri? uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            throw new ToolException($"HF_ENDPOINT is '{endpoint}'; expected an address that begins with https://.");
        string home = Of("HF_HOME") ?? Path.Combine(Of("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "huggingface");
        return new HubSettings(uri, Of("HF_TOKEN")?.Trim(), Path.GetFullPath(Of("HF_HUB_CACHE") ?? Path.Combine(home, "hub")), (Of("HF_HUB_OFFLINE") ?? "").ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON");
    }

    private static string? Of(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
