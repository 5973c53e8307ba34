namespace Attention.Text;

/// <summary>Where a model's files come from.</summary>
/// <param name="Repository">The repository on the Hugging Face hub.</param>
/// <param name="Licence">The licence of the weights, as the repository names it.</param>
/// <param name="Files">The files that are needed.</param>
public sealed record Pretrained(string Repository, string Licence, IReadOnlyList<string> Files)
{
    /// <summary>
    /// The folder of the files: of the cache of Hugging Face's tools, where <c>attention pull</c> puts them too. It is looked for as they do: <c>HF_HUB_CACHE</c>, then
    /// <c>HF_HOME</c>, then <c>~/.cache/huggingface</c>; nothing is fetched.
    /// </summary>
    /// <exception cref="FileNotFoundException">The files are not there; the message says what brings them.</exception>
    public string Find()
    {
        string home = Environment.GetEnvironmentVariable("HF_HOME") is { Length: > 0 } own ? own
            : Path.Combine(Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "huggingface");
        string hub = Environment.GetEnvironmentVariable("HF_HUB_CACHE") is { Length: > 0 } named ? named : Path.Combine(home, "hub");
        string repository = Path.Combine(hub, "models--" + Repository.Replace("/", "--", StringComparison.Ordinal)), snapshots = Path.Combine(repository, "snapshots"), main = Path.Combine(repository, "refs", "main");
        string? commit = File.Exists(main) ? File.ReadAllText(main).Trim() : null;
        IEnumerable<string> candidates = commit is not null ? commit.All(char.IsAsciiLetterOrDigit) ? [Path.Combine(snapshots, commit)] : [] : Directory.Exists(snapshots) ? Directory.EnumerateDirectories(snapshots).Order(StringComparer.Ordinal) : [];
        string? found = candidates.FirstOrDefault(folder => Files.All(file => File.Exists(Path.Combine(folder, file))));
        return found ?? throw new FileNotFoundException($"{hub}: expected {string.Join(", ", Files)} of {Repository}, found {(Directory.Exists(repository) ? "not all of them" : "none")}. Fetch them with: attention pull {Repository}");
    }
}

/// <summary>A declared model whose weights are published. Classes of the gallery implement it.</summary>
public interface IPretrained
{
    /// <summary>Where its files come from.</summary>
    static abstract Pretrained Source { get; }
}

/// <summary>A model of sentences' vectors.</summary>
public interface IPretrainedEmbedder : IPretrained
{
    /// <summary>An embedder over the files of a folder, which owns the model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="settings">How texts are treated, where the files do not say.</param>
    static abstract TextEmbedder Open(string folder, TextEmbedderSettings? settings);
}

/// <summary>A model that scores pairs.</summary>
public interface IPretrainedCrossEncoder : IPretrained
{
    /// <summary>A cross-encoder over the files of a folder, which owns the model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="settings">How pairs are run.</param>
    static abstract CrossEncoder Open(string folder, TextSettings? settings);
}

/// <summary>A model that sorts texts into classes.</summary>
public interface IPretrainedClassifier : IPretrained
{
    /// <summary>A classifier over the files of a folder, which owns the model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="settings">How texts are run.</param>
    static abstract TextClassifier Open(string folder, TextSettings? settings);
}
