namespace EmbeddingService.Http;

/// <summary>An answer that is an error, in the words of OpenAI's interface.</summary>
internal sealed class ApiException(int status, string message, string type, string? param = null, string? code = null) : Exception(message)
{
    public int Status => status;

    public string Type => type;

    /// <summary>The member of the request that is wrong.</summary>
    public string? Param => param;

    public string? Code => code;

    /// <summary>After how many seconds another try may succeed.</summary>
    public int? RetryAfter { get; init; }

    public static ApiException Invalid(string message, string? param = null, string? code = null) => new(StatusCodes.Status400BadRequest, message, "invalid_request_error", param, code);

    public static ApiException NoModel(string name) => new(StatusCodes.Status404NotFound, $"The model '{name}' does not exist.", "invalid_request_error", "model", "model_not_found");

    public static ApiException Full(string what, int retryAfter) => new(StatusCodes.Status429TooManyRequests, $"The service is full: {what}. Try again in {retryAfter} s.", "rate_limit_error", null, "rate_limit_exceeded") { RetryAfter = retryAfter };
}
