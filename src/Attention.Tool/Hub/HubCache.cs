using Attention.Tool.Checkpoints;

namespace Attention.Tool.Hub;

/// <summary>
/// A repository in the cache that Hugging Face's tools share: <c>models--owner--name</c> with the files by their checksums in <c>blobs</c>, the
/// commits of branches and tags in <c>refs</c>, and the trees of commits in <c>snapshots</c>, whose files are links to blobs.
/// </summary>
internal sealed class HubCache
{
    private readonly string _folder;
    private readonly Action<string, string> _link;

    /// <param name="cache">The folder of all repositories.</param>
    /// <param name="repository">The repository's name.</param>
    /// <param name="link">Makes a link at a path to a target; those of the system unless given.</param>
    public HubCache(string cache, string repository, Action<string, string>? link = null)
    {
        _folder = Path.Combine(cache, "models--" + repository.Replace("/", "--", StringComparison.Ordinal));
        _link = link ?? ((path, target) => File.CreateSymbolicLink(path, target));
    }

    public string BlobOf(string checksum) => Path.Combine(_folder, "blobs", checksum);

    public string SnapshotOf(string commit) => Path.Combine(_folder, "snapshots", commit);

    /// <summary>The commit of a branch, a tag, or of itself; null where the cache has it not.</summary>
    public string? CommitOf(string revision)
    {
        string reference = InnerPath.In(Path.Combine(_folder, "refs"), revision, "--revision");
        string? commit = IsCommit(revision) ? revision : File.Exists(reference) ? File.ReadAllText(reference).Trim() : null;
        return commit is not null && IsCommit(commit) && Directory.Exists(SnapshotOf(commit)) ? commit : null;
    }

    /// <summary>Writes down which commit a branch or a tag is.</summary>
    public void SetCommit(string revision, string commit)
    {
        if (revision == commit)
            return;
        string reference = InnerPath.In(Path.Combine(_folder, "refs"), revision, "--revision");
        Directory.CreateDirectory(Path.GetDirectoryName(reference)!);
        File.WriteAllText(reference, commit);
    }

    /// <summary>The path of a file of a commit, whether it is there or not.</summary>
    public string PathOf(string commit, string file) => InnerPath.In(SnapshotOf(commit), file, "the repository");

    /// <summary>Puts a blob into the tree of a commit: as a link, or where there are none, as the file itself.</summary>
    public void Place(string checksum, string commit, string file)
    {
        string path = Path.Combine([SnapshotOf(commit), .. file.Split('/')]), blob = BlobOf(checksum);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (File.Exists(path) && new FileInfo(path).LinkTarget is null && !File.Exists(blob))
            return;
        File.Delete(path);
        try
        {
            _link(path, Path.GetRelativePath(Path.GetDirectoryName(path)!, blob));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            File.Move(blob, path, overwrite: true);
        }
    }

    /// <summary>Whether a file of a commit is there, with so many bytes.</summary>
    public bool Has(string checksum, string commit, string file, long? bytes)
    {
        FileInfo placed = new(Path.Combine([SnapshotOf(commit), .. file.Split('/')])), blob = new(BlobOf(checksum));
        FileInfo found = blob.Exists ? blob : placed;
        return found.Exists && found.LinkTarget is null && (bytes is null || found.Length == bytes);
    }

    /// <summary>The files of a commit by their names, folders parted by slashes.</summary>
    public IReadOnlyList<string> FilesOf(string commit) =>
        [.. Directory.EnumerateFiles(SnapshotOf(commit), "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(SnapshotOf(commit), path).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static bool IsCommit(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);
}
