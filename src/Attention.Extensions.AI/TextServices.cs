using Attention.Extensions.AI;
using Attention.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers text tasks for dependency injection.</summary>
public static class TextServices
{
    /// <summary>
    /// Registers one <see cref="TextEmbedder"/> for the whole program, which the container disposes, and an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/> over it. How many calls
    /// compute at once is its settings' affair: <see cref="TextSettings.Sessions"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="create">Creates the embedder, once, when it is first asked for.</param>
    /// <param name="modelId">The model's name, for callers and for telemetry.</param>
    public static IServiceCollection AddTextEmbedder(this IServiceCollection services, Func<IServiceProvider, TextEmbedder> create, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(create);
        services.AddSingleton(create);
        return services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(provider =>
            new TextEmbeddingGenerator(provider.GetRequiredService<TextEmbedder>(), modelId, TextKind.Plain, provider.GetService<ILogger<TextEmbeddingGenerator>>()));
    }
}
