using Microsoft.Extensions.Options;

namespace EmbeddingService.Options;

/// <summary>What holds for every request: who may call, and how large a call is.</summary>
internal sealed class ServiceOptions : IValidateOptions<ServiceOptions>
{
    public const string Section = "Service";

    /// <summary>Keys of callers, of which a request to /v1 has to bear one; without any, everybody may call.</summary>
    public string[] ApiKeys { get; set; } = [];

    /// <summary>The most bytes of a request.</summary>
    public long MaxBodyBytes { get; set; } = 8 << 20;

    /// <summary>How long work may take, in seconds, before health calls it stuck.</summary>
    public double StuckAfterSeconds { get; set; } = 30;

    /// <summary>Where OpenTelemetry's collector takes metrics and traces by OTLP, such as http://localhost:4317; null for nowhere.</summary>
    public string? OtlpEndpoint { get; set; }

    public ValidateOptionsResult Validate(string? name, ServiceOptions options) => new Faults(Section)
        .That(options.ApiKeys.All(key => key.Length > 0), nameof(ApiKeys), "keys of at least one sign", "an empty one")
        .Between(nameof(MaxBodyBytes), options.MaxBodyBytes, 1, 1L << 30)
        .Between(nameof(StuckAfterSeconds), options.StuckAfterSeconds, 0.001, 86400)
        .That(options.OtlpEndpoint is null || Uri.TryCreate(options.OtlpEndpoint, UriKind.Absolute, out _), nameof(OtlpEndpoint), "an absolute address", options.OtlpEndpoint)
        .Result;
}
