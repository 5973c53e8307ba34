using System.Collections;
using System.Reflection;
using System.Resources;
using System.Text;

namespace Attention.Text.Tests;

/// <summary>Lines that people have written, in as many languages as this machine has: the repository, the SDK's messages, catalogues of gettext.</summary>
internal static class RealText
{
    /// <summary>Lines by language, in order of the languages' names.</summary>
    public static SortedDictionary<string, List<string>> ByLanguage()
    {
        var found = new SortedDictionary<string, List<string>>(StringComparer.Ordinal) { ["en"] = [.. Repository()] };
        foreach ((string language, IEnumerable<string> lines) in Messages().Concat(Catalogues()))
        {
            if (!found.TryGetValue(language, out List<string>? all)) found.Add(language, all = []);
            all.AddRange(lines.Where(line => line.Length > 0));
        }
        return found;
    }

    /// <summary>The repository's pages and sources.</summary>
    public static IEnumerable<string> Repository()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "AttentionDsl.sln"))) root = root.Parent;
        if (root is null) return [];
        // A link in what was built may lead out of the repository.
        return root.EnumerateFiles("*.*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Where(file => file.Extension is ".md" or ".cs" && file.Length < 500_000 && !file.FullName.Contains("/obj/", StringComparison.Ordinal) && !file.FullName.Contains("/bin/", StringComparison.Ordinal))
            .OrderBy(file => file.FullName, StringComparer.Ordinal).SelectMany(file => File.ReadLines(file.FullName)).Where(line => line.Length > 0);
    }

    /// <summary>The messages of the SDK that runs this, from its satellite assemblies.</summary>
    private static IEnumerable<(string, IEnumerable<string>)> Messages()
    {
        string sdks = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../../sdk"));
        if (!Directory.Exists(sdks)) yield break;
        string sdk = Directory.GetDirectories(sdks).Order(StringComparer.Ordinal).Last();
        foreach (string folder in Directory.GetDirectories(sdk).Where(folder => Directory.EnumerateFiles(folder, "*.resources.dll").Any()))
            yield return (Path.GetFileName(folder), Directory.GetFiles(folder, "*.resources.dll").Order(StringComparer.Ordinal).SelectMany(Strings));
    }

    private static IEnumerable<string> Strings(string assembly)
    {
        Assembly loaded = Assembly.LoadFile(assembly);
        foreach (string name in loaded.GetManifestResourceNames().Where(name => name.EndsWith(".resources", StringComparison.Ordinal)))
        {
            using var reader = new ResourceReader(loaded.GetManifestResourceStream(name)!);
            IDictionaryEnumerator entry = reader.GetEnumerator();
            while (entry.MoveNext())
            {
                if (entry.Value is not string text) continue;
                foreach (string line in text.Split('\n')) yield return line;
            }
        }
    }

    private static IEnumerable<(string, IEnumerable<string>)> Catalogues()
    {
        const string Folder = "/usr/share/locale";
        if (!Directory.Exists(Folder)) yield break;
        foreach (string language in Directory.GetDirectories(Folder))
        {
            string folder = Path.Combine(language, "LC_MESSAGES");
            if (Directory.Exists(folder)) yield return (Path.GetFileName(language).Replace('_', '-'), Directory.GetFiles(folder, "*.mo").Order(StringComparer.Ordinal).SelectMany(Translations));
        }
    }

    /// <summary>The translations of a catalogue: gettext's manual, "The Format of GNU MO Files".</summary>
    private static List<string> Translations(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        var lines = new List<string>();
        if (bytes.Length < 28 || BitConverter.ToUInt32(bytes) != 0x950412DE) return lines;
        int count = BitConverter.ToInt32(bytes, 8), table = BitConverter.ToInt32(bytes, 16);
        for (int i = 1; i < count; i++)
        {
            int length = BitConverter.ToInt32(bytes, table + 8 * i), start = BitConverter.ToInt32(bytes, table + 8 * i + 4);
            lines.AddRange(Encoding.UTF8.GetString(bytes, start, length).Split('\n', '\0'));
        }
        return lines;
    }
}
