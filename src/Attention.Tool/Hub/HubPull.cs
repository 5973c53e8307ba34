using System.Text.RegularExpressions;

namespace Attention.Tool.Hub;

/// <summary>What was pulled.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Folder">The folder with its files.</param>
/// <param name="Files">Their names, how long they are, and whether they were fetched now.</param>
/// <param name="Notes">What there is to say.</param>
internal sealed record Pulled(string Commit, string Folder, IReadOnlyList<(string Name, long Bytes, bool IsNew)> Files, IReadOnlyList<string> Notes);

/// <summary>Brings the files of a repository into the cache.</summary>
/// <param name="settings">Where from and where to.</param>
/// <param name="repository">The repository's name.</param>
/// <param name="revision">A branch, a tag or a commit.</param>
internal sealed partial class HubPull(HubSettings settings, string repository, string revision)
{
    /// <summary>What checkpoints, their configurations and tokenizers are called.</summary>
    private static readonly string[] s_usual = ["*.safetensors", "*.json", "*.txt", "*.model", "*.tiktoken"];

    /// <summary>Makes links; those of the system unless set.</summary>
    public Action<string, string>? Link { get; init; }

    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(0.5);

    public static bool IsRepository(string name) => Repository().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("--", StringComparison.Ordinal);

    /// <summary>Fetches what is not there.</summary>
    /// <param name="include">Patterns of names, <c>*</c> for any characters; those of checkpoints, configurations and tokenizers where there are none.</param>
    /// <param name="progress">Is told file, bytes that there are, and bytes in all.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Pulled> RunAsync(IReadOnlyList<string> include, Action<string, long, long?> progress, CancellationToken cancellation)
    {
        var cache = new HubCache(settings.Cache, repository, Link);
        if (settings.IsOffline)
            return OfCache(cache, "HF_HUB_OFFLINE is set");
        using var client = new HubClient(settings, repository);
        try
        {
            (string commit, IReadOnlyList<string> all) = await client.TreeAsync(revision, cancellation);
            string[] patterns = include.Count > 0 ? [.. include] : s_usual;
            string[] names = [.. all.Where(name => patterns.Any(pattern => Matches(pattern, name))).Order(StringComparer.Ordinal)];
            if (names.Length == 0)
                throw new ToolException($"{repository}: expected files {string.Join(", ", patterns)}, found {string.Join(", ", all.Take(5))}{(all.Count > 5 ? $" and {all.Count - 5} more" : "")}; say by --include which.");
            var files = new List<(string, long, bool)>();
            var download = new HubDownload(client, cache, commit) { Pause = Pause };
            foreach (string name in names)
            {
                string path = cache.PathOf(commit, name);
                HubFile file = await client.HeadAsync(commit, name, cancellation);
                bool isNew = !cache.Has(file.Checksum, commit, name, file.Bytes);
                if (isNew)
                    await download.FetchAsync(file, bytes => progress(name, bytes, file.Bytes), cancellation);
                cache.Place(file.Checksum, commit, name);
                files.Add((name, LengthOf(path), isNew));
            }

            cache.SetCommit(revision, commit);
            return new Pulled(commit, cache.SnapshotOf(commit), files, NotesOf(names, all));
        }
        catch (HttpRequestException e)
        {
            string cached = cache.CommitOf(revision) is string commit ? $"; the cache has commit {commit} of it, which HF_HUB_OFFLINE=1 takes" : "";
            throw new ToolException($"{settings.Endpoint.Host} cannot be reached, so there is no network or HF_ENDPOINT is wrong ({e.Message}){cached}.", e);
        }
    }

    private Pulled OfCache(HubCache cache, string why)
    {
        string commit = cache.CommitOf(revision) ?? throw new ToolException($"{repository}: expected revision '{revision}' in {settings.Cache}, found none, and {why}; pull it once with a network.");
        string[] files = [.. cache.FilesOf(commit)];
        return new Pulled(commit, cache.SnapshotOf(commit), [.. files.Select(name => (name, LengthOf(cache.PathOf(commit, name)), false))], []);
    }

    private static List<string> NotesOf(string[] names, IReadOnlyList<string> all)
    {
        var notes = new List<string>();
        if (!names.Any(name => name.EndsWith(".safetensors", StringComparison.Ordinal)))
        {
            notes.Add(all.FirstOrDefault(name => name.EndsWith(".onnx", StringComparison.Ordinal)) is string onnx ? $"it has no safetensors file, but {onnx}: --include '{onnx}*' fetches it, and 'attention import' makes a checkpoint of it."
                : "it has no safetensors file; one of another program has to be converted there.");
        }

        return notes;
    }

    private static long LengthOf(string path) => new FileInfo(path) is { LinkTarget: not null } link ? ((FileInfo)link.ResolveLinkTarget(returnFinalTarget: true)!).Length : new FileInfo(path).Length;

    private static bool Matches(string pattern, string name) =>
        Regex.IsMatch(name, "^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    [GeneratedRegex(@"^[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?$")]
    private static partial Regex Repository();
}
