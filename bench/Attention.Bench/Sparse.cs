using System.Diagnostics;
using Attention.Dsl;
using Attention.Runtime;

namespace Attention.Bench;

/// <summary>
/// The command <c>sparse</c>: what a row of attention costs at each length, by what it sees. Of the attention alone, keys brought into panels
/// included; the projections are not run. All take turns, so that what disturbs the machine falls on all alike.
/// </summary>
internal static class Sparse
{
    private const int HeadWidth = 64;

    private static readonly int[] s_lengths = [512, 1024, 2048, 4096, 8192];

    public static int Run(Options options)
    {
        int turns = options.Number("--turns", options.Has("--quick") ? 3 : 9);
        Kind[] kinds =
        [
            Kind.Of("full", FullOnBothSides.Load, model => model.CreateSession(), (_, _) => true),
            Kind.Of("full causal", FullCausal.Load, model => model.CreateSession(), (query, key) => key <= query),
            Kind.Of("window 256", WindowOf256.Load, model => model.CreateSession(), (query, key) => key <= query && query - key < 256),
            Kind.Of("own window 256", OwnWindowOf256.Load, model => model.CreateSession(), (query, key) => key <= query && query - key < 256),
            Kind.Of("BigBird 64", BigBirdBy64.Load, model => model.CreateSession(), SeenByBlocks),
            Kind.Of("strided 64", StridedBy64.Load, model => model.CreateSession(), (query, key) => key <= query && (query - key < 64 || (query - key) % 64 == 0)),
        ];
        using var memory = new PagedMemory(256L << 20, hugePages: true);
        var results = new List<Result>();
        Console.WriteLine("rows   sees             µs a row     min  GFLOP/s of what is seen    peak  of it  of full causal's time");
        foreach (int length in s_lengths)
        {
            double[][] times = [.. kinds.Select(_ => new double[turns])];
            var peaks = new double[turns];
            foreach (Kind kind in kinds)
                kind.Run(length, memory);
            for (int turn = 0; turn < turns; turn++)
            {
                peaks[turn] = Peak.Measure(10);
                for (int i = 0; i < kinds.Length; i++)
                    times[i][turn] = kinds[i].Run(length, memory);
            }

            double causal = Figures.Median(times[1]);
            for (int i = 0; i < kinds.Length; i++)
            {
                double median = Figures.Median(times[i]), rate = 4.0 * HeadWidth * kinds[i].Seen(length) / median / 1e3, peak = Figures.Median(peaks);
                var result = new Result(kinds[i].Name, length, median / length, times[i].Min() / length, rate, peak, 100 * rate / peak, median / causal);
                results.Add(result);
                Console.WriteLine($"{length,5}  {result.Sees,-15} {result.MicrosecondsARow,9:F3} {result.Least,7:F3} {result.Gflops,24:F1} {peak,7:F1} {result.PeakPercent,5:F1}% {result.OfFullCausal,14:F3}");
            }
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
            // Queries, keys and values lie side by side in rows of one buffer, as the model has them.
            const int stride = 208;
            ref float x = ref memory.Start;
            ref float y = ref System.Runtime.CompilerServices.Unsafe.Add(ref x, 8192 * stride);
            Work.Single(length);
            int times = Math.Max(1, 2_000_000 / (length * 64));
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < times; i++)
                Attend(Work, ref x, ref System.Runtime.CompilerServices.Unsafe.Add(ref x, HeadWidth), ref System.Runtime.CompilerServices.Unsafe.Add(ref x, 2 * HeadWidth), ref y);
            return Stopwatch.GetElapsedTime(start).TotalMicroseconds / times;
        }
    }
}
