namespace SemanticSearch;

/// <summary>A stretch of a file that is about one thing.</summary>
/// <param name="File">The file, relative to the folder searched.</param>
/// <param name="Line">Its first line, from 1.</param>
/// <param name="Heading">The headings above it.</param>
/// <param name="Text">Its text.</param>
internal sealed record Passage(string File, int Line, string Heading, string Text)
{
    /// <summary>What its vector is of.</summary>
    public string WithHeading() => Heading.Length == 0 ? Text : $"{Heading}\n{Text}";
}

/// <summary>Cuts texts and Markdown into passages: whole paragraphs under one heading, as long as the model reads well.</summary>
internal static class Passages
{
    private const int MostLetters = 900;

    /// <summary>The text files below a folder, hidden ones and those of builds left out, in order.</summary>
    public static IEnumerable<string> FilesIn(string root)
    {
        if (File.Exists(root)) return [root];
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };
        return Directory.EnumerateFiles(root, "*", options)
            .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".md" or ".txt" or ".markdown")
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules" || part.StartsWith('.')))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>The passages of a text.</summary>
    public static IEnumerable<Passage> Of(string file, IReadOnlyList<string> lines)
    {
        var headings = new List<(int Level, string Text)>();
        var text = new List<string>();
        int first = 0, letters = 0;
        bool isCode = false;
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i];
            if (line.TrimStart().StartsWith("```", StringComparison.Ordinal)) isCode = !isCode;
            int level = isCode ? 0 : line.TakeWhile(sign => sign == '#').Count();
            bool isHeading = level is > 0 and < 7 && line.Length > level && line[level] == ' ';
            bool ends = isHeading || (!isCode && string.IsNullOrWhiteSpace(line) && letters > MostLetters / 2) || letters + line.Length > MostLetters;
            if (ends && letters > 0)
            {
                yield return Made();
                text.Clear();
                letters = 0;
            }
            if (isHeading)
            {
                headings.RemoveAll(heading => heading.Level >= level);
                headings.Add((level, line[level..].Trim()));
                continue;
            }
            if (letters == 0 && string.IsNullOrWhiteSpace(line)) continue;
            if (text.Count == 0) first = i + 1;
            text.Add(line.TrimEnd());
            letters += line.Length;
        }
        if (letters > 0) yield return Made();

        Passage Made() => new(file, first, string.Join(" › ", headings.Select(heading => heading.Text)), string.Join('\n', text).Trim());
    }
}
