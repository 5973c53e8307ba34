using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Attention.Bench;

/// <summary>Milliseconds of each step of a first use, and the process's resident memory around it.</summary>
internal sealed record ColdSteps(double Load, double Create, double First, double Second, long BytesBefore, long BytesLoaded, long BytesAfter)
{
    /// <summary>Until the first result is there.</summary>
    public double Total => Load + Create + First;
}

/// <summary>
/// One first use in a process of its own, whose runtime is up and has compiled something else: <c>ours</c>, or ONNX
/// Runtime's with one of its graphs. Prints a <see cref="ColdSteps"/>.
/// </summary>
internal static class ColdChild
{
    public const string Command = "cold-child";
    public const string Ours = "ours";
    public const int Tokens = 128;

    public static int Run(Options options)
    {
        string path = options.Value("--weights")!, side = options.Value("--side")!;
        WakeRuntime();
        ColdSteps steps = side == Ours ? RunOurs(path) : RunTheirs(path);
        Console.WriteLine(JsonSerializer.Serialize(steps));
        return 0;
    }

    /// <summary>What any program has done before its first model: collections, files, text, JSON.</summary>
    private static void WakeRuntime()
    {
        string text = JsonSerializer.Serialize(new ColdSteps(1, 2, 3, 4, 5, 6, 7));
        string file = Path.GetTempFileName();
        File.WriteAllText(file, text);
        var words = File.ReadAllText(file).Split(',').GroupBy(word => word.Length).ToDictionary(group => group.Key, group => group.Count());
        File.Delete(file);
        if (words.Count == 0 || JsonSerializer.Deserialize<ColdSteps>(text)!.Second != 4)
            throw new InvalidOperationException("The runtime does not work.");
    }

    private static ColdSteps RunOurs(string path)
    {
        int[] tokens = [.. Enumerable.Range(0, Tokens).Select(i => i * 7919 % 1000)];
        long before = Environment.WorkingSet, start = Stopwatch.GetTimestamp();
        using SentenceEncoder model = SentenceEncoder.Load(path);
        double load = Lap(ref start);
        long loaded = Environment.WorkingSet;
        start = Stopwatch.GetTimestamp();
        using SentenceEncoder.Session session = model.CreateSession();
        double create = Lap(ref start);
        session.Text.Forward(tokens);
        double first = Lap(ref start);
        session.Text.Forward(tokens);
        double second = Lap(ref start);
        return new ColdSteps(load, create, first, second, before, loaded, Environment.WorkingSet);
    }

    /// <summary>The graph's bytes are in memory when the clock starts, and no longer when memory is counted.</summary>
    private static unsafe ColdSteps RunTheirs(string path)
    {
        long before = Environment.WorkingSet;
        using FileStream file = File.OpenRead(path);
        var bytes = (byte*)NativeMemory.Alloc((nuint)file.Length);
        var graph = new Span<byte>(bytes, (int)file.Length);
        file.ReadExactly(graph);

        long start = Stopwatch.GetTimestamp();
        using OnnxRuntime runtime = OnnxRuntime.TryOpen()!;
        double load = Lap(ref start);
        using OnnxSession session = runtime.Open(graph, 1, Spinning.Off);
        double create = Lap(ref start);
        NativeMemory.Free(bytes);
        long loaded = Environment.WorkingSet;
        start = Stopwatch.GetTimestamp();
        OnnxBinding binding = session.NewBinding();
        Span<long> tokens = binding.Input<long>(OnnxEncoder.Input, 1, Tokens);
        for (int i = 0; i < Tokens; i++)
            tokens[i] = i * 7919 % 1000;
        binding.Output<float>(OnnxEncoder.Output, 1, Tokens, 384);
        binding.Run();
        double first = Lap(ref start);
        binding.Run();
        double second = Lap(ref start);
        return new ColdSteps(load, create, first, second, before, loaded, Environment.WorkingSet);
    }

    private static double Lap(ref long start)
    {
        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
        return elapsed;
    }
}
