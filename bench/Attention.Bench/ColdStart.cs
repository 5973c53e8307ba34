using System.Runtime.InteropServices;

namespace Attention.Bench;

/// <summary>
/// The program Attention.Cold from its start to its end, compiled as it runs, and ahead of time where there is a linker.
/// Without work to do it tells what starting alone takes.
/// </summary>
internal static class ColdStart
{
    private const string Project = "Attention.Cold";

    public static Result[] Run(string checkpoint, int turns)
    {
        var programs = new List<(string Name, string Path)> { ("JIT, net10.0", Build()) };
        if (Linker() is string linker)
            programs.Add(("Native AOT, net9.0", Publish(linker)));
        else
            Console.WriteLine("There is no clang and no gcc here to link with, so Native AOT is not measured.");

        var times = programs.ToDictionary(program => program.Name, _ => new List<(double Empty, double Whole)>());
        var outputs = new Dictionary<string, string>();
        for (int turn = 0; turn < turns; turn++)
        {
            foreach ((string name, string path) in programs)
            {
                PagedMemory.Recall();
                double empty = ChildProcess.Run(path).Milliseconds;
                (outputs[name], double whole) = ChildProcess.Run(path, checkpoint);
                times[name].Add((empty, whole));
            }
        }

        Console.WriteLine($"From a process's start to its end, load and one pass over {ColdChild.Tokens} tokens: milliseconds, medians of {turns}");
        Console.WriteLine("program              nothing   whole   model   instructions, bits of the sum");
        var results = new List<Result>();
        foreach ((string name, List<(double Empty, double Whole)> all) in times)
        {
            var result = new Result(name, Figures.Median(all.Select(time => time.Empty)), Figures.Median(all.Select(time => time.Whole)), outputs[name]);
            results.Add(result);
            Console.WriteLine($"{name,-19} {result.Empty,8:F1} {result.Whole,7:F1} {result.Whole - result.Empty,7:F1}   {result.Output}");
        }

        if (outputs.Values.Distinct().Count() > 1)
            Console.WriteLine("The programs differ in instructions or in bits.");
        return [.. results];
    }

    private static string Build()
    {
        string project = Checkout.Find("bench", Project);
        ChildProcess.Dotnet("build", project, "-c", "Release", "-f", "net10.0", "--nologo");
        return Executable(Path.Combine(project, "bin", "Release", "net10.0"));
    }

    private static string Publish(string linker)
    {
        string project = Checkout.Find("bench", Project), identifier = RuntimeInformation.RuntimeIdentifier;
        string[] link = linker.Length == 0 ? [] : [$"-p:CppCompilerAndLinker={linker}"];
        string folder = Path.Combine(project, "bin", "NativeAot");
        ChildProcess.Dotnet(["publish", project, "-c", "Release", "-f", "net9.0", "-r", identifier, "-o", folder, "--nologo", "-p:NativeAot=true", .. link]);
        return Executable(folder);
    }

    private static string Executable(string folder) => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{Project}.exe" : Project);

    /// <summary>The compiler driver that links; empty where the .NET SDK looks for the platform's own; null for none.</summary>
    private static string? Linker()
    {
        if (OperatingSystem.IsWindows())
            return "";
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return new[] { "clang", "gcc" }.FirstOrDefault(name => folders.Any(folder => File.Exists(Path.Combine(folder, name))));
    }

    /// <summary>Milliseconds without and with work, and what was printed.</summary>
    internal sealed record Result(string Program, double Empty, double Whole, string Output);
}
