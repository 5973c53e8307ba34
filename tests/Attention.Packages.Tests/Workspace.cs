using System.Diagnostics.CodeAnalysis;
using Attention.Tests.Diagnostics;
using Xunit;

[assembly: AssemblyFixture(typeof(Attention.Packages.Tests.Workspace))]

namespace Attention.Packages.Tests;

/// <summary>
/// A folder outside of the repository, with a feed that holds what is packed here, in a version that no run before had. Projects
/// are written, restored, built and run in it as a user would. With ATTENTION_PACKAGES in the environment, a folder, nothing is
/// packed: what lies there is tested, as it will be published.
/// </summary>
[SuppressMessage("Performance", "CA1515", Justification = "xUnit creates it.")]
public sealed class Workspace : IDisposable
{
    /// <summary>What is packed, in the repository.</summary>
    public const string Packing = "src/packages.slnf";

    private readonly string _folder = Directory.CreateTempSubdirectory("attention-packages-").FullName;
    private readonly HashSet<string> _projects = new(StringComparer.OrdinalIgnoreCase);
    private readonly Lazy<MiniLmFolder> _miniLm;

    public Workspace()
    {
        _miniLm = new(() => new MiniLmFolder(this));

        // Nothing of what may lie in folders above is taken.
        Write("Directory.Build.props", "<Project><PropertyGroup><NuGetAudit>false</NuGetAudit><InvariantGlobalization>true</InvariantGlobalization></PropertyGroup></Project>");
        Write("Directory.Build.targets", "<Project />");
        Write("Directory.Packages.props", "<Project />");
        Write(".editorconfig", "root = true\n");
        string machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        Directory.CreateDirectory(machine);
        Directory.CreateDirectory(PathOf("feed"));
        Feed = Environment.GetEnvironmentVariable("ATTENTION_PACKAGES") is { Length: > 0 } folder ? Path.GetFullPath(folder) : PathOf("feed");
        Write("NuGet.config", $"""
            <configuration>
              <packageSources><add key="packed" value="{Feed}" /></packageSources>
              <fallbackPackageFolders><add key="machine" value="{machine}" /></fallbackPackageFolders>
            </configuration>
            """);
        if (Feed == PathOf("feed"))
            Packed = Dotnet.Build(Repository.PathOf(), machine, "pack", Packing, "-c", "Release", "--artifacts-path", PathOf("artifacts"), "-o", Feed, $"-p:MinVerVersionOverride={Version}").Succeeded();
        else
            Version = Path.GetFileNameWithoutExtension(Directory.GetFiles(Feed, "AttentionDsl.*.nupkg").Single(file => char.IsAsciiDigit(Path.GetFileName(file)["AttentionDsl.".Length])))["AttentionDsl.".Length..];
    }

    /// <summary>The version of the packages.</summary>
    public string Version { get; } = $"0.1.0-test.{DateTime.UtcNow:yyyyMMddHHmmssfff}";

    /// <summary>The folder with the packages.</summary>
    public string Feed { get; }

    /// <summary>What packing wrote; null where nothing was packed.</summary>
    internal Ended? Packed { get; }

    /// <summary>What a project says to have the package.</summary>
    public string Reference => ReferenceTo("AttentionDsl");

    /// <summary>The same of another one that is packed here.</summary>
    public string ReferenceTo(string package) => $"""<PackageReference Include="{package}" Version="{Version}" />""";

    /// <summary>The files of all-MiniLM-L6-v2, which the packed tool has imported; made when first asked for.</summary>
    internal MiniLmFolder MiniLm => _miniLm.Value;

    private string Packages => PathOf("packages");

    public string PathOf(params string[] path) => Path.Combine([_folder, .. path]);

    public void Write(string file, string text)
    {
        string path = PathOf(file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Writes a project in C# that is restored from the feed.</summary>
    /// <param name="name">Its folder, called as the project: not within that of another, which would compile its files.</param>
    /// <param name="source">Its one file.</param>
    /// <param name="properties">MSBuild properties, as XML; the last of one name counts.</param>
    /// <param name="items">MSBuild items, as XML.</param>
    public void Add(string name, string source, string properties = "", string items = "")
    {
        lock (_projects)
        {
            if (_projects.FirstOrDefault(other => $"{name}/".StartsWith($"{other}/", StringComparison.OrdinalIgnoreCase) || other.StartsWith($"{name}/", StringComparison.OrdinalIgnoreCase)) is { } taken && taken != name)
                throw new ArgumentException($"{name} and {taken} lie one within the other.", nameof(name));
            _projects.Add(name);
        }

        Write($"{name}/Program.cs", source);
        Write($"{name}/{Path.GetFileName(name)}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {items}
              </ItemGroup>
            </Project>
            """);
    }

    /// <summary>Builds, or whatever else the verb says, in the folder of a project.</summary>
    internal Ended Build(string name, string verb = "build", params IEnumerable<string> arguments) => Dotnet.Build(PathOf(name), Packages, verb, arguments);

    /// <summary>Runs a verb that takes no arguments of a build.</summary>
    internal Ended Verb(string name, params IEnumerable<string> arguments) => Dotnet.Run(PathOf(name), Packages, arguments);

    /// <summary>Runs a line of a page in a folder, which is made where there is none.</summary>
    internal Ended Shell(string folder, string line, params (string Name, string Value)[] variables)
    {
        Directory.CreateDirectory(PathOf(folder));
        return Dotnet.Shell(PathOf(folder), Packages, line, variables);
    }

    /// <summary>Runs a program of a project that is built: the file's name, with its ending or, of one that needs no runtime, without.</summary>
    internal Ended Run(string name, string program, params IEnumerable<string> arguments)
    {
        string path = Directory.EnumerateFiles(PathOf(name), program, SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).OrderBy(file => file.Length).First();
        return program.EndsWith(".dll", StringComparison.Ordinal) ? Dotnet.Run(PathOf(name), Packages, [path, .. arguments]) : Dotnet.Run(PathOf(name), Packages, path, arguments);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
