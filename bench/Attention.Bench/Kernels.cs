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

/// <summary>What BenchmarkDotNet runs.</summary>
public class KernelBenchmarks
{
    /// <summary>Eight times the third-level cache of the cores known here, for weights that no call finds in a cache.</summary>
    internal const long WeightBytes = 256L << 20;

    private const int Rows = 128;

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
        // Open for as long as the program runs.
        InstructionSet set = InstructionSets.Choose();
        using Stream checkpoint = RandomCheckpoint.Of([.. RandomCheckpoint.Encoder(6, 384, 1536, 1000, 512)]);
        SentenceEncoder.Session session = SentenceEncoder.Load(checkpoint, set).CreateSession();
        return new KernelCases(new GeneratedKernels(typeof(SentenceEncoder), set), GeneratedKernels.CoreOf(session).Work, Rows, WeightBytes).All();
    }
}
