namespace Attention.Tool.Checkpoints;

/// <summary>Names of files that a file or a server gives: they stay in their folder, or are refused.</summary>
internal static class InnerPath
{
    /// <summary>The path of a file in a folder, which must not lie outside of it, through a link neither.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The file's name in it, whose folders are parted by slashes.</param>
    /// <param name="origin">What gave the name.</param>
    /// <exception cref="ToolException">The name leads outside, or could on another system.</exception>
    public static string In(string folder, string name, string origin)
    {
        if (!IsInner(name))
            throw new ToolException($"{origin}: expected names of files in its folder, found '{Printable(name)}', which leads outside; nothing of it is read or written.");
        string path = Path.Combine([folder, .. name.Split('/')]);
        string real = RealPath(Path.GetFullPath(path)), root = RealPath(RootOf(Path.GetFullPath(folder)));
        if (!real.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new ToolException($"{origin}: expected '{Printable(name)}' to lie in {folder}, found a link that leads to {real}; nothing of it is read or written.");
        return path;
    }

    /// <summary>Whether a name is made of words alone, parted by slashes, that mean themselves on every system.</summary>
    public static bool IsInner(string name) => name.Length > 0 && !name.Any(char.IsControl) && name.IndexOfAny(['\\', ':', '*', '?', '"', '<', '>', '|']) < 0
        && name.Split('/').All(word => word.Length > 0 && word.Trim('.').Length > 0 && word[^1] is not ('.' or ' ') && !IsDevice(word.Split('.')[0].TrimEnd().ToUpperInvariant()));

    /// <summary>Whether a word is a device of Windows, in every folder and whatever its ending.</summary>
    private static bool IsDevice(string word) => word is "CON" or "PRN" or "AUX" or "NUL" or "CONIN$" or "CONOUT$"
        || (word.Length == 4 && word[..3] is "COM" or "LPT" && (char.IsAsciiDigit(word[3]) || word[3] is '¹' or '²' or '³'));

    /// <summary>A name without what moves a terminal's cursor, or ends a line of C#.</summary>
    public static string Printable(string name) => string.Concat(name.Select(letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' ? '·' : letter));

    /// <summary>Where links from a folder may lead: into it, and from a snapshot of Hugging Face's cache to the blobs beside that.</summary>
    private static string RootOf(string folder)
    {
        for (DirectoryInfo? outer = new(folder); outer?.Parent is not null; outer = outer.Parent)
        {
            if (outer.Name == "snapshots" && Directory.Exists(Path.Combine(outer.Parent.FullName, "blobs")))
                return outer.Parent.FullName;
        }

        return folder;
    }

    /// <summary>A full path in which no part is a link; parts that are not there stay as they are.</summary>
    private static string RealPath(string path)
    {
        string result = Path.GetPathRoot(path)!;
        foreach (string word in path[result.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(result, word);
            FileSystemInfo entry = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            result = entry.LinkTarget is null ? next : RealPath(Path.GetFullPath(entry.LinkTarget, result));
        }

        return result;
    }
}
