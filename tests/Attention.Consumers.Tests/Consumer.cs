using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Attention.Consumers.Tests;

/// <summary>
/// Projects as a user has them, in a folder outside the repository, with what was built here for references. Warnings are
/// errors, and nothing is fetched: restoring finds no package source.
/// </summary>
internal sealed class Consumer : IDisposable
{
    private const string Framework = "net10.0";

    private readonly string _folder = Directory.CreateTempSubdirectory("attention-consumer-").FullName;

    public Consumer()
    {
        // Nothing of what may lie in folders above is taken.
        foreach (string file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            Write(file, "<Project />");
        Write("NuGet.config", "<configuration><packageSources><clear /></packageSources></configuration>");
    }

    /// <summary>Adds a program to be built into <c>{name}.dll</c>.</summary>
    /// <param name="name">The project's and its folder's.</param>
    /// <param name="source">Its only file.</param>
    /// <param name="properties">MSBuild properties, as XML.</param>
    /// <param name="items">MSBuild items, as XML.</param>
    public void Add(string name, string source, string properties = "", string items = "")
    {
        Write($"{name}/Program.cs", source);
        Write($"{name}/{name}.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{Framework}</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <InvariantGlobalization>true</InvariantGlobalization>
                <UseAppHost>false</UseAppHost>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{Built("Attention.Dsl")}" />
                <Reference Include="{Built("Attention.Runtime")}" />
                <Analyzer Include="{Built("Attention.Generator")}" />
                {items}
              </ItemGroup>
            </Project>
            """);
    }

    /// <summary>Builds a project and those it refers to; gives what was written, and fails the test if the build does.</summary>
    public string Build(string name) =>
        Dotnet("build", Path.Combine(name, name + ".csproj"), "--nologo", "-v:minimal", "-nodeReuse:false", "-p:UseSharedCompilation=false");

    /// <summary>Runs a project that is built; gives what it wrote, and fails the test if it ends with an error.</summary>
    public string Run(string name, params IEnumerable<string> arguments) =>
        Dotnet([Path.Combine(name, "bin", "Debug", Framework, name + ".dll"), .. arguments]);

    /// <summary>Files of a project by their names, folder after folder.</summary>
    public IEnumerable<string> Files(string name, string pattern) => Directory.EnumerateFiles(Path.Combine(_folder, name), pattern, SearchOption.AllDirectories);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Built(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    private void Write(string file, string text)
    {
        string path = Path.Combine(_folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private string Dotnet(params string[] arguments)
    {
        // The folder of the runtime is {dotnet}/shared/Microsoft.NETCore.App/{version}/.
        string dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet" + (OperatingSystem.IsWindows() ? ".exe" : "")));
        var start = new ProcessStartInfo(dotnet, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };

        // What `dotnet test` tells its own MSBuild is not for another.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1";

        var output = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}");
        return output.ToString();

        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (output)
                output.AppendLine(line.Data);
        }
    }
}
