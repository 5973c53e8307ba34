using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Attention.Runtime;

namespace Attention.Bench;

/// <summary>How fast memory can be read: loops that add up a buffer and do nothing else.</summary>
/// <param name="bytes">The buffer's size, that of the weights it stands for, so that caches hold as much of both.</param>
/// <param name="threads">How many threads read, each a part of its own.</param>
internal sealed unsafe class Bandwidth(long bytes, int threads)
{
    private const int BlockFloats = 64;
    private const int MostStreams = 8;

    // The part of a thread is whole blocks in each of up to eight streams.
    private readonly PinnedMemory _memory = new((int)(bytes / sizeof(float) / Step(threads) * Step(threads)));

    /// <summary>Bytes a second of the fastest loop: 1, 2, 4 or 8 streams, prefetched by software or by the processor alone.</summary>
    public double Measure()
    {
        double best = 0;
        foreach (int streams in (ReadOnlySpan<int>)[1, 2, 4, MostStreams])
        {
            foreach (int ahead in (ReadOnlySpan<int>)[0, 512, 2048])
                best = Math.Max(best, Rate(streams, ahead));
        }

        return best;
    }

    private static int Step(int threads) => threads * MostStreams * BlockFloats;

    private double Rate(int streams, int ahead)
    {
        nint floats = (nint)(_memory.Length / threads);
        double slowest = Together.Run(threads, thread =>
        {
            long start = Stopwatch.GetTimestamp();
            float sum = Read((float*)Unsafe.AsPointer(ref _memory.Start) + ((nint)thread * floats), floats / streams, streams, ahead);
            return float.IsNaN(sum) ? double.NaN : Stopwatch.GetElapsedTime(start).TotalSeconds;
        }).Max();
        return sizeof(float) * (double)_memory.Length / slowest;
    }

    /// <summary>Reads streams of <paramref name="floats"/> each, side by side; <paramref name="ahead"/> floats on, what comes is asked for.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static float Read(float* start, nint floats, int streams, nint ahead)
    {
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default;
        for (nint at = 0; at < floats; at += BlockFloats)
        {
            float* block = start + at;
            for (int stream = 0; stream < streams; stream++, block += floats)
            {
                // Prefetching behind the end is harmless: it never faults.
                if (ahead > 0 && Sse.IsSupported)
                {
                    Sse.Prefetch0(block + ahead);
                    Sse.Prefetch0(block + ahead + 16);
                    Sse.Prefetch0(block + ahead + 32);
                    Sse.Prefetch0(block + ahead + 48);
                }

                a0 += Vector512.Load(block);
                a1 += Vector512.Load(block + 16);
                a2 += Vector512.Load(block + 32);
                a3 += Vector512.Load(block + 48);
            }
        }

        return Vector512.Sum(a0 + a1 + a2 + a3);
    }
}
