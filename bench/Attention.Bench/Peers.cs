namespace Attention.Bench;

/// <summary>
/// The command <c>peers</c>: the same models and weights, ours and ONNX Runtime's, in one process and in turns, on one thread
/// and on two. Of ONNX Runtime's graphs and settings the fastest of a trial stands for it.
/// </summary>
/// <param name="filter">Part of the names of the cases to run; null for all.</param>
/// <param name="threads">The numbers of threads.</param>
/// <param name="turns">How often each side has its turn.</param>
/// <param name="verbose">Whether all candidates are told.</param>
/// <param name="cases">The cases with a number of threads; null for those of Transformers.</param>
internal sealed class Peers(string? filter, int[] threads, int turns, bool verbose, Func<int, IEnumerable<Contest>>? cases = null)
{
    /// <summary>Runs what the options ask for; the result is the process's exit code.</summary>
    public static int Run(Options options) => Run(options, null);

    /// <summary>The command <c>recurrent</c>: the same of recurrent layers.</summary>
    public static int RunRecurrent(Options options) => Run(options, threads => new RecurrentCases(threads).All());

    private static int Run(Options options, Func<int, IEnumerable<Contest>>? cases)
    {
        int[] threads = options.Value("--threads") is null ? [1, 2] : [options.Number("--threads", 1)];
        return new Peers(options.Value("--filter"), threads, turns: options.Has("--quick") ? 3 : 9, verbose: options.Has("--verbose"), cases).Run(options.Value("--json"));
    }

    /// <summary>Runs the cases; the result is the process's exit code.</summary>
    /// <param name="json">Where the results go as a list of objects; null for nowhere.</param>
    private int Run(string? json)
    {
        using var theirs = new Worker();
        using OnnxRuntime? runtime = theirs.Do(OnnxRuntime.TryOpen);
        Console.WriteLine(runtime is null
            ? "There is no ONNX Runtime here, so only ours is measured: bench/fetch-onnxruntime fetches it."
            : $"ONNX Runtime {runtime.Version}; ratio: its time / ours, median over {turns} turns of {Timing.LeastRuns} runs or more, of long ones fewer");
        Console.WriteLine(
            "case                  threads    ours ms     p99  GFLOP/s    peak  of it  of memory   ort ms     p99   ratio  bytes   error  arena MB  weights MB  huge pages  graph");
        var setting = new Setting(theirs, runtime, turns, verbose);
        var results = new List<Result>();
        bool agree = true;
        foreach (Contest contest in threads.SelectMany(Cases))
        {
            (Result result, bool agrees) = contest.Measure(setting);
            agree &= agrees;
            results.Add(result);
            Print(result);
            if (!agrees)
                Console.WriteLine("  a rival has no way that gives what ours gives");
        }

        Figures.Write(json, results);
        return agree ? 0 : 1;
    }

    private static void Print(Result result)
    {
        string memory = result.BandwidthPercent is null ? "" : $"{result.BandwidthPercent:F1}%";
        Console.WriteLine(
            $"{result.Case,-21} {result.Threads,7} {result.OursMs,10:F3} {result.OursP99Ms,7:F3} {result.Gflops,8:F1} {result.PeakGflops,7:F1} {result.PeakPercent,5:F1}% {memory,10} "
            + $"{result.OnnxruntimeMs,8:F3} {result.OnnxruntimeP99Ms,7:F3} {result.Ratio,7:F2} {result.AllocatedBytes,6} {result.Error,7:E1} "
            + $"{result.ArenaMb,9:F1} {result.WeightsMb,11:F1} {result.HugePages,11}  {result.Graph}");
        foreach (RivalResult rival in result.Rivals)
            Console.WriteLine($"  against {rival.Name,-12} {rival.Ms,57:F3}         {rival.Ratio,7:F2}        {rival.Error,7:E1}                                    {rival.Graph}");
    }

    private IEnumerable<Contest> Cases(int count) => cases is not null ? cases(count)
        : new EncoderCases(count, IsChosen).All()
        .Concat(IsChosen(MixedLengths.Name) ? new MixedLengths(count).All() : [])
        .Concat(new DecoderCases(count, IsChosen).All());

    private bool IsChosen(string name) => filter is null || name.Contains(filter, StringComparison.OrdinalIgnoreCase);
}
