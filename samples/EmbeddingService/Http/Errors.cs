using System.Globalization;
using System.Text.Json;

namespace EmbeddingService.Http;

/// <summary>Makes every error one of OpenAI's shape: {"error": {message, type, param, code}}.</summary>
internal static partial class Errors
{
    /// <summary>Answers what a request throws, and what has no answer.</summary>
    public static async Task HandleAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, ContentLength: null, ContentType: null, StatusCode: >= 400 and var status })
                await WriteAsync(context, OfStatus(context, status));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (e is not (ApiException or BadHttpRequestException)) LogFailed(logger, e, context.Request.Path);
            context.Response.Clear();
            await WriteAsync(context, e switch
            {
                ApiException told => told,
                BadHttpRequestException bad => new ApiException(bad.StatusCode, bad.Message, "invalid_request_error"),
                _ => new ApiException(StatusCodes.Status500InternalServerError, "The service failed to answer; its log says why.", "server_error"),
            });
        }
    }

    /// <summary>Writes an error's object.</summary>
    public static void Write(Utf8JsonWriter json, ApiException error)
    {
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", error.Message);
        json.WriteString("type", error.Type);
        json.WriteString("param", error.Param);
        json.WriteString("code", error.Code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static async Task WriteAsync(HttpContext context, ApiException error)
    {
        context.Response.StatusCode = error.Status;
        if (error.Status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        if (error.RetryAfter is int seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        await Answer.JsonAsync(context, json => Write(json, error));
    }

    private static ApiException OfStatus(HttpContext context, int status) => status switch
    {
        StatusCodes.Status404NotFound => new(status, $"There is no {context.Request.Path}.", "invalid_request_error", null, "unknown_url"),
        StatusCodes.Status405MethodNotAllowed => new(status, $"{context.Request.Path} does not take {context.Request.Method}.", "invalid_request_error", null, "method_not_allowed"),
        StatusCodes.Status413PayloadTooLarge => new(status, "The request is too large.", "invalid_request_error"),
        _ => new(status, $"The request ended with {status}.", status < 500 ? "invalid_request_error" : "server_error"),
    };

    [LoggerMessage(LogLevel.Error, "{Path} failed")]
    private static partial void LogFailed(ILogger logger, Exception e, string path);
}
