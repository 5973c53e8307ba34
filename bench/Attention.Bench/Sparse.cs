using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Attention.Dsl;
using Attention.Runtime;

namespace Attention.Bench;

/// <summary>
/// The command <c>sparse</c>: what a row of attention costs at each length, by what it sees. Of the attention alone, keys brought into panels
/// included; the projections are not run. All take turns, so that what disturbs the machine falls on all alike, and with them ONNX Runtime's
/// <c>GroupQueryAttention</c> with a window, of the same queries, keys and values.
/// </summary>
internal static class Sparse
{
    private const int HeadWidth = 64, Window = 256;

    // Queries, keys and values lie side by side in rows of one buffer, as the model has them; a row of results is as wide as a panel's rows are.
    private const int Stride = 208, ResultStride = 80, Longest = 8192;

    private static readonly int[] s_lengths = [512, 1024, 2048, 4096, 8192];

    public static int Run(Options options)
    {
        int turns = options.Number("--turns", options.Has("--quick") ? 3 : 9);
        Kind[] kinds =
        [
            Kind.Of("full", FullOnBothSides.Load, model => model.CreateSession(), (_, _) => true),
            Kind.Of("full causal", FullCausal.Load, model => model.CreateSession(), (query, key) => key <= query),
            Kind.Of("window 256", WindowOf256.Load, model => model.CreateSession(), (query, key) => key <= query && query - key < Window),
            Kind.Of("own window 256", OwnWindowOf256.Load, model => model.CreateSession(), (query, key) => key <= query && query - key < Window),
            Kind.Of("BigBird 64", BigBirdBy64.Load, model => model.CreateSession(), SeenByBlocks),
            Kind.Of("strided 64", StridedBy64.Load, model => model.CreateSession(), (query, key) => key <= query && (query - key < 64 || (query - key) % 64 == 0)),
        ];
        using var memory = new PagedMemory(256L << 20, hugePages: true);
        var random = new Random(5);
        foreach (ref float element in MemoryMarshal.CreateSpan(ref memory.Start, Longest * Stride))
            element = (2 * random.NextSingle()) - 1;
        OnnxRuntime? runtime = OnnxRuntime.TryOpen();
        var results = new List<Result>();
        Console.WriteLine("rows   sees             µs a row     min  GFLOP/s of what is seen    peak  of it  of full causal's time");
        foreach (int length in s_lengths)
        {
            double[][] times = [.. kinds.Select(_ => new double[turns])];
            double[] peaks = new double[turns], theirs = new double[turns];
            foreach (Kind kind in kinds)
                kind.Run(length, memory);
            using OnnxPeer? peer = runtime is null ? null : PeerOf(runtime, length, memory);
            double error = peer is null ? 0 : ErrorOf(peer, kinds[2], length, memory);
            for (int turn = 0; turn < turns; turn++)
            {
                peaks[turn] = Peak.Measure(10);
                for (int i = 0; i < kinds.Length; i++)
                    times[i][turn] = kinds[i].Run(length, memory);
                if (peer is not null)
                    theirs[turn] = 1e3 * Figures.Median(Timing.Burst(peer.Run, 50));
            }

            double causal = Figures.Median(times[1]);
            for (int i = 0; i < kinds.Length; i++)
            {
                double median = Figures.Median(times[i]), rate = 4.0 * HeadWidth * kinds[i].Seen(length) / median / 1e3, peak = Figures.Median(peaks);
                var result = new Result(kinds[i].Name, length, median / length, times[i].Min() / length, rate, peak, 100 * rate / peak, median / causal);
                results.Add(result);
                Console.WriteLine($"{length,5}  {result.Sees,-15} {result.MicrosecondsARow,9:F3} {result.Least,7:F3} {result.Gflops,24:F1} {peak,7:F1} {result.PeakPercent,5:F1}% {result.OfFullCausal,14:F3}");
            }

            if (peer is not null)
                Console.WriteLine($"{length,5}  ONNX Runtime's window {Figures.Median(theirs) / length:F3} µs a row, {Figures.Median([.. theirs.Zip(times[2], (its, ours) => its / ours)]):F2} times the window's; results differ by {error:E1} of a row's norm");
        }

        Figures.Write(options.Value("--json"), results);
        return 0;
    }

    /// <summary>The pairs that BigBird's blocks of 64 see, 3 at random: all of few blocks; else the first and the last see everything, those beside these 7 and the others 8.</summary>
    private static double SeenByBlocks(int length)
    {
        const int block = 64, few = 12;
        double blocks = length / block;
        return (double)block * block * (blocks < few ? blocks * blocks : (2 * blocks) + (2 * 7) + ((blocks - 4) * 8));
    }

    /// <summary>The window of ONNX Runtime, over the rows of the buffer.</summary>
    private static OnnxPeer PeerOf(OnnxRuntime runtime, int length, PagedMemory memory)
    {
        const string pastKeys = "past keys", pastValues = "past values", result = "result";
        var graph = new OnnxGraph("window");
        string[] inputs = [.. new[] { "q", "k", "v" }.Select(name => graph.Input<float>(name, 1, length, HeadWidth))];
        string[] past = [.. new[] { pastKeys, pastValues }.Select(name => graph.Input<float>(name, 1, 1, length, HeadWidth))];
        string[] results = graph.Node(
            OnnxGraph.Microsoft, "GroupQueryAttention", [.. inputs, .. past, graph.Constant<int>("last", [1], [length - 1]), graph.Constant<int>("total", [1], [length])], [true, true, true],
            ("num_heads", 1), ("kv_num_heads", 1), ("local_window_size", Window));
        graph.Output<float>(results[0], result, 1, length, HeadWidth);
        graph.Output<float>(results[1], "keys", 1, 1, length, HeadWidth);
        graph.Output<float>(results[2], "values", 1, 1, length, HeadWidth);
        OnnxSession session = runtime.Open(graph.Model, 1, Spinning.Off);
        OnnxBinding binding = session.NewBinding();
        for (int i = 0; i < inputs.Length; i++)
        {
            Span<float> rows = binding.Input<float>(inputs[i], 1, length, HeadWidth);
            for (int row = 0; row < length; row++)
                MemoryMarshal.CreateSpan(ref Unsafe.Add(ref memory.Start, (row * Stride) + (i * HeadWidth)), HeadWidth).CopyTo(rows[(row * HeadWidth)..]);
        }

        foreach (string name in past)
            binding.Input<float>(name, 1, 1, length, HeadWidth).Clear();
        binding.Output<float>(result, 1, length, HeadWidth);
        binding.Output("keys", pastKeys);
        binding.Output("values", pastValues);
        var peer = new OnnxPeer(session, [binding], () => binding.Bound<float>(result).ToArray());
        peer.Run();
        return peer;
    }

    /// <summary>By how much the peer's rows differ from the window's, as a part of their norm.</summary>
    private static double ErrorOf(OnnxPeer peer, Kind window, int length, PagedMemory memory)
    {
        window.Run(length, memory);
        var ours = new float[length * HeadWidth];
        for (int row = 0; row < length; row++)
            MemoryMarshal.CreateSpan(ref Unsafe.Add(ref memory.Start, (Longest * Stride) + (row * ResultStride)), HeadWidth).CopyTo(ours.AsSpan(row * HeadWidth));
        return Timing.LargestError(ours, peer.Result(), HeadWidth);
    }

    private sealed record Result(string Sees, int Rows, double MicrosecondsARow, double Least, double Gflops, double PeakGflops, double PeakPercent, double OfFullCausal);

    /// <summary>One kind of attention.</summary>
    private sealed record Kind(string Name, GeneratedKernels.Attend Attend, TeamWork Work, Func<int, double> Seen)
    {
        public static Kind Of<TModel, TSession>(string name, Func<Stream, InstructionSet?, int, TModel> load, Func<TModel, TSession> open, Func<int, int, bool> sees)
            where TModel : IDisposable
            where TSession : notnull => Of(name, load, open, length =>
            {
                long seen = 0;
                for (int query = 0; query < length; query++)
                {
                    for (int key = 0; key < length; key++)
                        seen += sees(query, key) ? 1 : 0;
                }

                return seen;
            });

        /// <summary>Of a kind that tells how many pairs a sequence sees.</summary>
        public static Kind Of<TModel, TSession>(string name, Func<Stream, InstructionSet?, int, TModel> load, Func<TModel, TSession> open, Func<int, double> seen)
            where TModel : IDisposable
            where TSession : notnull
        {
            // Open for as long as the program runs.
            using Stream checkpoint = RandomCheckpoint.Of([.. RandomCheckpoint.Layers(1, HeadWidth, HeadWidth).Where(tensor => tensor.Name.Contains("self_attn", StringComparison.Ordinal))]);
            InstructionSet set = InstructionSets.Choose();
            return new Kind(name, new GeneratedKernels(typeof(TModel), set).Find<GeneratedKernels.Attend>("Attend_1x64").Single().Run, GeneratedKernels.CoreOf(open(load(checkpoint, set, 1))).Work, seen);
        }

        /// <summary>The microseconds of a pass.</summary>
        public double Run(int length, PagedMemory memory)
        {
            ref float x = ref memory.Start;
            ref float y = ref Unsafe.Add(ref x, Longest * Stride);
            Work.Single(length);
            int times = Math.Max(1, 2_000_000 / (length * 64));
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < times; i++)
                Attend(Work, ref x, ref Unsafe.Add(ref x, HeadWidth), ref Unsafe.Add(ref x, 2 * HeadWidth), ref y);
            return Stopwatch.GetElapsedTime(start).TotalMicroseconds / times;
        }
    }
}
