using System.Globalization;
using System.Runtime.CompilerServices;
using Attention.Dsl;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BenchmarkDotNet.Validators;
using Perfolizer.Horology;

namespace Attention.Bench;

/// <summary>
/// The command <c>kernels</c>: the kernels of the MiniLM-shaped encoder one by one, in caches that are as warm as they can
/// be; and its products over one row with weights that come from memory, next to what one core can read.
/// </summary>
internal static class Kernels
{
    public static int Run(Options options)
    {
        KernelBenchmarks.Filter = options.Value("--filter");
        double ghz = Clock.Measure();

        // The best of many: whatever else runs takes from the peak, and no kernel is faster than it.
        double peak = Enumerable.Range(0, 20).Max(_ => Peak.Measure(10));
        ReadRate best = Reads();
        Console.WriteLine($"{InstructionSets.Choose()}, {ghz:F2} GHz, peak {peak:F1} GFLOP/s a core");
        Console.WriteLine();

        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithStrategy(RunStrategy.Throughput).WithEvaluateOverhead(false)
            .WithWarmupCount(2).WithIterationCount(7).WithIterationTime(TimeInterval.FromMilliseconds(60));
        ManualConfig config = ManualConfig.CreateEmpty().AddJob(job).AddLogger(NullLogger.Instance)
            .AddColumnProvider(DefaultColumnProviders.Params)
            .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
            .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(60))
            .AddColumn(
                StatisticColumn.Median,
                StatisticColumn.Min,
                new KernelColumn("GFLOP/s", (kernel, ns) => kernel.Flops > 0 ? $"{kernel.Flops / ns:F1}" : "-"),
                new KernelColumn("of peak", (kernel, ns) => kernel.Flops > 0 ? $"{100 * kernel.Flops / ns / peak:F0}%" : "-"),
                new KernelColumn("cycles/16 floats", (kernel, ns) => kernel.Floats > 0 ? $"{ns * ghz * 16 / kernel.Floats:F1}" : "-"),
                new KernelColumn("GB/s", (kernel, ns) => kernel.Bytes > 0 ? $"{kernel.Bytes / ns:F1}" : "-"),
                new KernelColumn("of best read", (kernel, ns) => kernel.Bytes > 0 ? $"{100 * kernel.Bytes / ns / best.GigabytesPerSecond:F0}%" : "-"))
            .WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "BenchmarkDotNet.Artifacts"));
        Summary summary = BenchmarkRunner.Run<KernelBenchmarks>(config);
        MarkdownExporter.Console.ExportToLog(summary, ConsoleLogger.Default);
        foreach (ValidationError error in summary.ValidationErrors.Where(error => error.IsCritical))
            Console.Error.WriteLine(error.Message);
        return summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success) ? 1 : 0;
    }

    /// <summary>Prints how fast the one-row products' weights can be read at all.</summary>
    private static ReadRate Reads()
    {
        var rates = new List<ReadRate>();
        foreach (bool hugePages in new[] { false, true })
        {
            using var memory = new PagedMemory(KernelBenchmarks.WeightBytes, hugePages);
            rates.AddRange(ReadRates.Measure(memory, hugePages));
        }

        Console.WriteLine($"One core reads {KernelBenchmarks.WeightBytes >> 20} MB, GB/s by streams and bytes prefetched ahead:");
        foreach (IGrouping<(bool HugePages, int Streams), ReadRate> row in rates.GroupBy(rate => (rate.HugePages, rate.Streams)))
            Console.WriteLine($"{(row.Key.HugePages ? "huge " : "small")} pages, {row.Key.Streams} streams  {string.Concat(row.Select(rate => $"{rate.PrefetchBytes,6}: {rate.GigabytesPerSecond,5:F1}"))}");
        ReadRate best = rates.MaxBy(rate => rate.GigabytesPerSecond)!;
        Console.WriteLine($"best read: {best}");
        return best;
    }

    /// <summary>A figure of a kernel from its median time in nanoseconds.</summary>
    private sealed class KernelColumn(string name, Func<KernelCase, double, string> figure) : IColumn
    {
        public string Id => name;

        public string ColumnName => name;

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public string Legend => name;

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
            summary[benchmarkCase]?.ResultStatistics is { } statistics ? figure((KernelCase)benchmarkCase.Parameters["Case"], statistics.Median) : "?";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

        public bool IsAvailable(Summary summary) => true;
    }
}

/// <summary>One kernel at one size, and what a call computes (FLOPs), passes over (floats) or reads from memory (bytes).</summary>
public sealed record KernelCase(string Name, Action Run)
{
    public double Flops { get; init; }

    public double Floats { get; init; }

    public double Bytes { get; init; }

    public override string ToString() => Name;
}

/// <summary>What BenchmarkDotNet runs.</summary>
public class KernelBenchmarks
{
    /// <summary>Eight times the third-level cache of the cores known here, for weights that no call finds in a cache.</summary>
    internal const long WeightBytes = 256L << 20;

    private const int Rows = 128, Width = 384, Heads = 12, HeadWidth = 32, Height = 8;

    /// <summary>More than any row's stride times the rows, and than any one kernel's weights.</summary>
    private const long BufferBytes = 16L << 20;

    private static readonly Lazy<KernelCase[]> s_cases = new(() => [.. All().Where(kernel => Filter is null || kernel.Name.Contains(Filter, StringComparison.OrdinalIgnoreCase))]);

    [ParamsSource(nameof(Cases))]
    public KernelCase Case { get; set; } = null!;

    /// <summary>Part of the names of the kernels to run; null for all.</summary>
    internal static string? Filter { get; set; }

    public static IEnumerable<KernelCase> Cases => s_cases.Value;

    [Benchmark]
    public void Run() => Case.Run();

    private static IEnumerable<KernelCase> All()
    {
        var kernels = new GeneratedKernels(typeof(SentenceEncoder), InstructionSets.Choose());
        PagedMemory x = Buffer(), w = Buffer(), y = Buffer(), z = Buffer();
        var memory = new PagedMemory(WeightBytes, hugePages: true);
        foreach ((string name, GeneratedKernels.Product run) in kernels.Find<GeneratedKernels.Product>("Product_"))
        {
            (int k, int n) = Sizes(name);
            double flops = 2.0 * k * n;
            foreach (int rows in new[] { Rows, Height - 1, 1 })
                yield return new KernelCase($"{name}, {rows} row{(rows == 1 ? "" : "s")}", () => run(rows, ref x.Start, ref w.Start, ref y.Start)) { Flops = rows * flops };

            // Each call takes the next weights, the first again when all have been read.
            int floats = (k + 1) * n, sets = (int)(WeightBytes / sizeof(float) / floats), at = 0;
            yield return new KernelCase($"{name}, 1 row, memory", () =>
            {
                run(1, ref x.Start, ref Unsafe.Add(ref memory.Start, (nint)at * floats), ref y.Start);
                at = at + 1 == sets ? 0 : at + 1;
            }) { Flops = flops, Bytes = sizeof(float) * (double)floats };
        }

        foreach ((string name, GeneratedKernels.Scores run) in kernels.Find<GeneratedKernels.Scores>($"Scores_{HeadWidth}"))
            yield return new KernelCase($"{name}, {Height} × {Rows} keys", () => run(Height, Rows / 32, ref x.Start, ref w.Start, ref y.Start)) { Flops = 2.0 * Height * Rows * HeadWidth };
        foreach ((string name, GeneratedKernels.Softmax run) in kernels.Find<GeneratedKernels.Softmax>("Softmax"))
            yield return new KernelCase($"{name}, {Height} × {Rows} keys", () => run(Height, Rows, 0, Rows, ref y.Start)) { Floats = Height * Rows };
        foreach ((string name, GeneratedKernels.Context run) in kernels.Find<GeneratedKernels.Context>($"Context_{HeadWidth}"))
            yield return new KernelCase($"{name}, {Height} × {Rows} keys", () => run(Height, Rows, ref x.Start, ref w.Start, ref y.Start)) { Flops = 2.0 * Height * Rows * HeadWidth };
        foreach ((string name, GeneratedKernels.Attend run) in kernels.Find<GeneratedKernels.Attend>($"Attend_{Heads}x{HeadWidth}"))
        {
            // Queries and values lie behind one another in the rows of one buffer, as the model has them.
            yield return new KernelCase($"{name}, {Rows} × {Rows} keys", () => run(0, Rows, Rows, ref x.Start, ref w.Start, ref Unsafe.Add(ref x.Start, 2 * Width), ref z.Start, ref y.Start)) { Flops = 4.0 * Rows * Rows * Width };
        }

        foreach ((string name, GeneratedKernels.Normalize run) in kernels.Find<GeneratedKernels.Normalize>($"Normalize_{Width}"))
            yield return new KernelCase($"{name}, {Rows} rows", () => run(Rows, ref x.Start, ref w.Start, ref y.Start)) { Floats = Rows * Width };

        // Where gelu(x) = x to the last bit, so that calls in place do not run into denormals.
        PagedMemory strip = Buffer();
        const int columns = 48;
        for (int i = 0; i < Rows * columns; i++)
            Unsafe.Add(ref strip.Start, i) = 20 + (i % 7);
        foreach ((string name, GeneratedKernels.Activate run) in kernels.Find<GeneratedKernels.Activate>("Gelu"))
            yield return new KernelCase($"{name}, {Rows} × {columns}", () => run(Rows, columns, columns, ref strip.Start)) { Floats = Rows * columns };
    }

    private static (int K, int N) Sizes(string product)
    {
        string[] sizes = product.Split('_')[1].Split('x');
        return (int.Parse(sizes[0], CultureInfo.InvariantCulture), int.Parse(sizes[1], CultureInfo.InvariantCulture));
    }

    private static PagedMemory Buffer() => new(BufferBytes, hugePages: true);
}
