using System.Reflection;
using EmbeddingService.Batching;
using EmbeddingService.Completions;
using EmbeddingService.Http;
using EmbeddingService.Models;
using EmbeddingService.Options;
using EmbeddingService.Watching;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EmbeddingService;

/// <summary>The program: its services and what it answers.</summary>
internal static class Service
{
    /// <summary>The settings of ASP.NET that say where to listen.</summary>
    private static readonly string[] s_addresses = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    /// <summary>Puts the service together. Models are loaded as it starts.</summary>
    /// <param name="args">The command line: settings such as --Embedding:BatchTokens=256, which come before those of the environment and of appsettings.json.</param>
    /// <param name="change">Registers other services than these, as tests and benchmarks do.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? change = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        IServiceCollection services = builder.Services;
        if (s_addresses.All(name => builder.Configuration[name] is null)) builder.WebHost.UseUrls("http://localhost:5100");
        Bind<ServiceOptions>(services.AddOptions<ServiceOptions>(), builder.Configuration.GetSection(ServiceOptions.Section), section => options => section.Bind(options, Strict));
        Bind<EmbeddingOptions>(services.AddOptions<EmbeddingOptions>(), builder.Configuration.GetSection(EmbeddingOptions.Section), section => options => section.Bind(options, Strict));
        Bind<CompletionOptions>(services.AddOptions<CompletionOptions>(), builder.Configuration.GetSection(CompletionOptions.Section), section => options => section.Bind(options, Strict));
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ServiceOptions>>((server, options) =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = options.Value.MaxBodyBytes;
        });

        services.AddSingleton<Telemetry>();
        services.AddSingleton(provider => Gallery.Load(provider.GetRequiredService<IOptions<EmbeddingOptions>>().Value, provider.GetRequiredService<Telemetry>().Truncated));
        services.AddSingleton<Batcher>();
        services.AddHostedService(provider => provider.GetRequiredService<Batcher>());
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<EmbeddingsEndpoint>();
        services.AddSingleton<ModelsEndpoint>();
        services.AddSingleton<StatsEndpoint>();
        services.AddHealthChecks().AddCheck<WorkersHealth>("workers");
        bool completes = builder.Configuration.GetSection(CompletionOptions.Section).GetValue(nameof(CompletionOptions.Enabled), true);
        if (completes)
        {
            services.AddSingleton<Writers>();
            services.AddSingleton<CompletionsEndpoint>();
        }
        AddOpenTelemetry(services, builder.Configuration.GetSection(ServiceOptions.Section)[nameof(ServiceOptions.OtlpEndpoint)]);
        change?.Invoke(services);

        WebApplication app = builder.Build();
        ILogger logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("EmbeddingService");
        ApiKeys keys = app.Services.GetRequiredService<ApiKeys>();
        app.Use(next => context => Errors.HandleAsync(context, next, logger));
        app.Use(next => context =>
        {
            keys.Check(context);
            return next(context);
        });
        app.UseRouting();
        app.MapPost("/v1/embeddings", app.Services.GetRequiredService<EmbeddingsEndpoint>().HandleAsync);
        if (completes) app.MapPost("/v1/completions", app.Services.GetRequiredService<CompletionsEndpoint>().HandleAsync);
        ModelsEndpoint models = app.Services.GetRequiredService<ModelsEndpoint>();
        app.MapGet("/v1/models", models.AllAsync);
        app.MapGet("/v1/models/{id}", models.OneAsync);
        app.MapGet("/stats", app.Services.GetRequiredService<StatsEndpoint>().HandleAsync);
        app.MapGet("/", (RequestDelegate)PageAsync);
        app.MapHealthChecks("/health", new() { ResponseWriter = WriteHealthAsync });
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = WriteHealthAsync });
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }

    /// <summary>A setting that nobody knows is a mistake.</summary>
    private static void Strict(BinderOptions options) => options.ErrorOnUnknownConfiguration = true;

    private static void Bind<TOptions>(OptionsBuilder<TOptions> options, IConfigurationSection section, Func<IConfigurationSection, Action<TOptions>> bind)
        where TOptions : class, IValidateOptions<TOptions>, new()
    {
        options.Configure(bind(section)).ValidateOnStart();
        options.Services.AddSingleton<IValidateOptions<TOptions>>(new TOptions());
    }

    private static void AddOpenTelemetry(IServiceCollection services, string? collector)
    {
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("embedding-service"))
            .WithMetrics(metrics => metrics.AddMeter(Telemetry.Name).AddAspNetCoreInstrumentation().AddPrometheusExporter());
        if (collector is not { Length: > 0 } || !Uri.TryCreate(collector, UriKind.Absolute, out Uri? to)) return;
        telemetry.WithMetrics(metrics => metrics.AddOtlpExporter(exporter => exporter.Endpoint = to));
        telemetry.WithTracing(tracing => tracing.AddSource(Telemetry.Name).AddAspNetCoreInstrumentation().AddOtlpExporter(exporter => exporter.Endpoint = to));
    }

    private static async Task PageAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:";
        await using Stream page = Assembly.GetExecutingAssembly().GetManifestResourceStream("page.html")!;
        await page.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static Task WriteHealthAsync(HttpContext context, HealthReport report) => Answer.JsonAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("status", report.Status.ToString().ToLowerInvariant());
        json.WriteString("reason", report.Entries.Select(entry => entry.Value.Description).FirstOrDefault(reason => reason is not null));
        json.WriteEndObject();
    });
}
