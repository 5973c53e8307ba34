namespace Attention.Tests.Diagnostics;

/// <summary>Files of this repository that tests read: pages, release notes, tests.</summary>
internal static class Repository
{
    public static string Read(params string[] path) => File.ReadAllText(PathOf(path)).ReplaceLineEndings("\n");

    public static string PathOf(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>Names of the files of a folder.</summary>
    public static IEnumerable<string> Files(string pattern, params string[] folder) =>
        Directory.EnumerateFiles(Path.Combine([Root, .. folder]), pattern).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    private static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AttentionDsl.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds AttentionDsl.sln.");
    }
}
