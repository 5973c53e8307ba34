// Loads the embedding service on loopback, in turns with the same service that has ONNX Runtime behind it: each is a process of its own.
// Arguments: [--seconds N] of a turn, [--turns N], [--requests N] over which memory is watched, 0 for none. With serve THREADS it is the service of ONNX Runtime.
using System.Globalization;
using Attention.Service;
using EmbeddingService.Models;
using EmbeddingService.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["serve", string threads, .. string[] rest])
{
    await using WebApplication app = EmbeddingService.Service.Build(rest, services => services.AddSingleton<IEmbeddingModel>(
        _ => new OnnxModel(Gallery.Load(new EmbeddingOptions { Sessions = 1 }, () => { }), int.Parse(threads, CultureInfo.InvariantCulture))));
    await app.RunAsync();
    return 0;
}

int Value(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
return await Contest.RunAsync(TimeSpan.FromSeconds(Value("--seconds", 4)), Value("--turns", 3), Value("--requests", 100_000));
