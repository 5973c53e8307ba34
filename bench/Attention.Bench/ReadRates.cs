using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Attention.Bench;

/// <summary>One way of reading, and the best rate it reached.</summary>
internal sealed record ReadRate(bool HugePages, int Streams, int PrefetchBytes, double GigabytesPerSecond)
{
    public override string ToString() =>
        $"{GigabytesPerSecond:F1} GB/s, {Streams} stream{(Streams == 1 ? "" : "s")}, {(PrefetchBytes == 0 ? "no prefetch" : $"prefetch {PrefetchBytes} bytes ahead")}, {(HugePages ? "huge" : "small")} pages";
}

/// <summary>
/// What one core can read from memory: the bound of everything that reads its weights once. No one loop is fastest on
/// every machine, so several are tried: so many streams side by side, so far prefetched.
/// </summary>
internal static unsafe class ReadRates
{
    private static readonly int[] s_streams = [1, 2, 4, 8];
    private static readonly int[] s_prefetches = Sse.IsSupported ? [0, 1024, 2048, 4096] : [0];
    private static float s_sink;

    /// <summary>Every way of reading the memory, the fastest of some passes each.</summary>
    public static List<ReadRate> Measure(PagedMemory memory, bool hugePages)
    {
        var rates = new List<ReadRate>();
        foreach (int streams in s_streams)
        {
            foreach (int prefetch in s_prefetches)
            {
                double least = double.PositiveInfinity;
                for (int pass = 0; pass < 4; pass++)
                {
                    long start = Stopwatch.GetTimestamp();
                    s_sink += Bandwidth.Read((float*)Unsafe.AsPointer(ref memory.Start), (nint)(memory.Bytes / sizeof(float) / streams), streams, prefetch / sizeof(float));
                    least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
                }

                rates.Add(new ReadRate(hugePages, streams, prefetch, memory.Bytes / least / 1e9));
            }
        }

        return rates;
    }
}
