using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Attention.Bench;

/// <summary>One way of reading, and the best rate it reached.</summary>
internal sealed record ReadRate(bool HugePages, int Streams, int PrefetchBytes, double GigabytesPerSecond)
{
    public override string ToString() =>
        $"{GigabytesPerSecond:F1} GB/s, {Streams} stream{(Streams == 1 ? "" : "s")}, {(PrefetchBytes == 0 ? "no prefetch" : $"prefetch {PrefetchBytes} bytes ahead")}, {(HugePages ? "huge" : "small")} pages";
}

/// <summary>Memory of its own, on huge pages or surely not, as far as the system obeys.</summary>
internal sealed unsafe class PagedMemory : IDisposable
{
    private const int HugePage = 2 << 20;

    private readonly void* _memory;

    public PagedMemory(long bytes, bool hugePages)
    {
        Bytes = bytes;
        _memory = NativeMemory.AlignedAlloc((nuint)bytes, HugePage);
        if (OperatingSystem.IsLinux())
            _ = MemoryAdvise((nint)_memory, (nint)bytes, hugePages ? 14 : 15); // MADV_HUGEPAGE, MADV_NOHUGEPAGE

        // Zero pages would all be one page in the cache.
        var values = new Span<float>(_memory, checked((int)(bytes / sizeof(float))));
        for (int i = 0; i < values.Length; i++)
            values[i] = ((uint)i * 7919 % 2001 / 1000f) - 1;
    }

    public long Bytes { get; }

    public ref float Start => ref Unsafe.AsRef<float>(_memory);

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    /// <summary>
    /// Touches as much memory as a model of the benchmark needs and frees it. The host of a virtual machine may have taken free
    /// pages back; giving them again takes it 1 to 2 ms a megabyte, which whoever came first would pay.
    /// </summary>
    public static void Recall() => new PagedMemory(192 << 20, hugePages: true).Dispose();

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int MemoryAdvise(nint address, nint bytes, int advice);
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
