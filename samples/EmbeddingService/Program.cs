// Embeddings, and completions, behind OpenAI's interface: requests of many callers are gathered into packed batches.
using EmbeddingService;
using Microsoft.Extensions.Options;

try
{
    await using WebApplication app = Service.Build(args);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is OptionsValidationException or InvalidOperationException or IOException or UnauthorizedAccessException or Attention.Dsl.WeightsException)
{
    foreach (string fault in e is OptionsValidationException options ? options.Failures : [e.Message]) Console.Error.WriteLine($"service: {fault}");
    return 1;
}
