using System.Security.Cryptography;
using System.Text;
using EmbeddingService.Options;
using Microsoft.Extensions.Options;

namespace EmbeddingService.Http;

/// <summary>The keys that open /v1.</summary>
internal sealed class ApiKeys(IOptions<ServiceOptions> options)
{
    private const string Scheme = "Bearer ";

    private readonly byte[][] _keys = [.. options.Value.ApiKeys.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Refuses a request to /v1 that bears no key, where there are any. How long that takes does not tell how much of a key is right.</summary>
    /// <exception cref="ApiException">It bears none of them.</exception>
    public void Check(HttpContext context)
    {
        if (_keys.Length == 0 || !context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)) return;
        string header = context.Request.Headers.Authorization.ToString();
        byte[] given = Encoding.UTF8.GetBytes(header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : "");
        bool isOne = false;
        foreach (byte[] key in _keys) isOne |= CryptographicOperations.FixedTimeEquals(key, given);
        if (isOne) return;
        throw new ApiException(StatusCodes.Status401Unauthorized, given.Length == 0 ? "Expected a key in the header 'Authorization: Bearer KEY', found none." : "The key in the header 'Authorization' is none of this service's.",
            "invalid_request_error", null, "invalid_api_key");
    }
}
