using System.Diagnostics;
using Attention.Bench;
using Attention.Dsl;

namespace Attention.Families;

/// <summary>What a process has measured.</summary>
/// <param name="Load">Seconds of loading and opening a session.</param>
/// <param name="Forward">Milliseconds of the fastest pass.</param>
/// <param name="Step">Milliseconds of the fastest step, of a decoder.</param>
/// <param name="Peak">Fused multiply-adds, in GFLOP/s.</param>
/// <param name="Bandwidth">Bytes a second of the fastest loop that reads memory as large as a step's weights, of a decoder.</param>
/// <param name="Resident">Bytes of the process that lie in memory after its first pass.</param>
internal sealed record Measurement(double Load, double Forward, double? Step, double Peak, double Bandwidth, long Resident)
{
    private const int Rounds = 5, Steps = 16;

    /// <exception cref="InvalidOperationException">Results are not numbers, or all alike.</exception>
    public static Measurement Of(Family family, string path, int threads)
    {
        long start = Stopwatch.GetTimestamp();
        using Running running = family.Open(path, threads);
        double load = Stopwatch.GetElapsedTime(start).TotalSeconds, forward = double.MaxValue, peak = 0, bandwidth = 0;
        double? step = null;
        Check(running.Forward(), "A pass");
        long resident = Environment.WorkingSet;
        Bench.Bandwidth? memory = running.Step is null ? null : new Bench.Bandwidth((long)Math.Min(family.StepBytes, 1L << 30), threads);
        for (int round = 0; round < Rounds; round++)
        {
            bandwidth = Math.Max(bandwidth, memory?.Measure() ?? 0);
            peak = Math.Max(peak, Bench.Peak.Measure(100, threads));
            start = Stopwatch.GetTimestamp();
            Rows rows = running.Forward();
            forward = Math.Min(forward, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Check(rows, "A pass");
            for (int i = 1; running.Step is Step next && i <= Steps; i++)
            {
                start = Stopwatch.GetTimestamp();
                rows = next(i * 4099);
                double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                step = Math.Min(step ?? milliseconds, milliseconds);
                Check(rows, "A step");
            }
        }

        return new Measurement(load, forward, step, peak, bandwidth, resident);
    }

    private static void Check(Rows rows, string what)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            ReadOnlySpan<float> values = rows[row];
            for (int i = 0; i < values.Length; i++)
            {
                if (!float.IsFinite(values[i]))
                    throw new InvalidOperationException($"{what}: expected numbers; found {values[i]} in row {row}, column {i}.");
            }
        }

        float[] all = rows.ToArray();
        if (all.Length > 1 && all.AsSpan(1).IndexOfAnyExcept(all[0]) < 0)
            throw new InvalidOperationException($"{what}: expected results that differ; found {all[0]} throughout.");
    }
}
