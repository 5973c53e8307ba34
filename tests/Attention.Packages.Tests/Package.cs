using System.IO.Compression;
using System.Xml.Linq;

namespace Attention.Packages.Tests;

/// <summary>A package of the feed, or the one with its symbols.</summary>
internal sealed class Package(string path)
{
    /// <summary>Of the folder of a test.</summary>
    public static Package Of(Workspace workspace, string id, string kind = "nupkg") => new(Path.Combine(workspace.Feed, $"{id}.{workspace.Version}.{kind}"));

    /// <summary>What it brings, without what packages are made of, in the order of names.</summary>
    public string[] Contents => [.. Files.Where(file => !file.Contains("[Content_Types]", StringComparison.Ordinal) && !file.StartsWith("_rels/", StringComparison.Ordinal) && !file.StartsWith("package/", StringComparison.Ordinal) && !file.EndsWith(".nuspec", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>All files.</summary>
    public string[] Files
    {
        get
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            return [.. archive.Entries.Select(entry => entry.FullName)];
        }
    }

    /// <summary>What it tells of itself, without the namespace.</summary>
    public XElement Metadata()
    {
        XElement root = XDocument.Load(new MemoryStream(Read(Files.Single(file => file.EndsWith(".nuspec", StringComparison.Ordinal))))).Root!;
        foreach (XElement element in root.DescendantsAndSelf())
            element.Name = element.Name.LocalName;
        return root.Element("metadata")!;
    }

    public byte[] Read(string file)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        using Stream stream = archive.GetEntry(file)!.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    public void Extract(string folder) => ZipFile.ExtractToDirectory(path, folder);
}
