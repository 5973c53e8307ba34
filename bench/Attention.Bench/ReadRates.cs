using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int MemoryAdvise(nint address, nint bytes, int advice);
}

/// <summary>
/// What one core can read from memory: the bound of everything that reads its weights once. No one loop is fastest on
/// every machine, so several are tried: so many streams side by side, so far prefetched.
/// </summary>
internal static class ReadRates
{
    /// <summary>What a stream reads before it is another's turn: four cache lines.</summary>
    private const int Block = 256;

    private static readonly int[] s_streams = [1, 2, 4, 8];
    private static readonly int[] s_prefetches = Sse.IsSupported ? [0, 1024, 2048, 4096] : [0];
    private static float s_sink;

    /// <summary>Every way of reading the memory, the fastest of some passes each.</summary>
    public static IEnumerable<ReadRate> Measure(PagedMemory memory, bool hugePages)
    {
        foreach (int streams in s_streams)
        {
            foreach (int prefetch in s_prefetches)
            {
                double least = double.PositiveInfinity;
                for (int pass = 0; pass < 4; pass++)
                {
                    long start = Stopwatch.GetTimestamp();
                    s_sink += Read(ref Unsafe.As<float, byte>(ref memory.Start), (nint)memory.Bytes, streams, prefetch);
                    least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
                }

                yield return new ReadRate(hugePages, streams, prefetch, memory.Bytes / least / 1e9);
            }
        }
    }

    /// <summary>The sum of all floats, so that none can be left out; a prefetch past the end does nothing.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static unsafe float Read(ref byte memory, nint bytes, int streams, int prefetch)
    {
        nint part = bytes / streams;
        Vector256<float> a = default, b = default, c = default, d = default;
        for (nint offset = 0; offset < part; offset += Block)
        {
            ref byte at = ref Unsafe.Add(ref memory, offset);
            for (int stream = 0; stream < streams; stream++)
            {
                if (prefetch > 0)
                {
                    var ahead = (byte*)Unsafe.AsPointer(ref at) + prefetch;
                    Sse.Prefetch0(ahead);
                    Sse.Prefetch0(ahead + 64);
                    Sse.Prefetch0(ahead + 128);
                    Sse.Prefetch0(ahead + 192);
                }

                ref float line = ref Unsafe.As<byte, float>(ref at);
                a += Vector256.LoadUnsafe(ref line, 0) + Vector256.LoadUnsafe(ref line, 8);
                b += Vector256.LoadUnsafe(ref line, 16) + Vector256.LoadUnsafe(ref line, 24);
                c += Vector256.LoadUnsafe(ref line, 32) + Vector256.LoadUnsafe(ref line, 40);
                d += Vector256.LoadUnsafe(ref line, 48) + Vector256.LoadUnsafe(ref line, 56);
                at = ref Unsafe.Add(ref at, part);
            }
        }

        return Vector256.Sum(a + b + c + d);
    }
}
