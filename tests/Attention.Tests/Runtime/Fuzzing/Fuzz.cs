using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Attention.Tests.Runtime.Fuzzing;

/// <summary>
/// Gives a reader files from outside, damaged in all ways that a mutation knows: it reads them or refuses them by the exceptions
/// that it documents, and allocates no more than a small multiple of what there is. The files are the same in each run; the
/// environment variable ATTENTION_FUZZ asks for so many seconds of others.
/// </summary>
internal static class Fuzz
{
    private const int Trials = 20_000;
    private const long FreeBytes = 256 << 10, BytesPerByte = 64;

    /// <summary>How many files were read and how many refused.</summary>
    public readonly record struct Outcome(int Read, int Refused);

    /// <summary>Reads damaged files until one does what none may do.</summary>
    /// <param name="seeds">Whole files.</param>
    /// <param name="mutate">Makes a new file of a seed; the seed stays as it is.</param>
    /// <param name="read">Reads all of a file in one of the ways there are.</param>
    /// <param name="isRefusal">Whether an exception is one that the reader documents for such a file.</param>
    public static Outcome Run(byte[][] seeds, Func<Random, byte[], byte[]> mutate, Action<Random, byte[]> read, Func<Exception, bool> isRefusal)
    {
        foreach (byte[] seed in seeds)
            read(new Random(1), seed);

        double seconds = double.TryParse(Environment.GetEnvironmentVariable("ATTENTION_FUZZ"), CultureInfo.InvariantCulture, out double asked) ? asked : 0;
        int first = seconds > 0 ? Environment.TickCount : 20170612;
        Stopwatch watch = Stopwatch.StartNew();
        int done = 0, refused = 0;
        for (int trial = 0; seconds > 0 ? watch.Elapsed.TotalSeconds < seconds : trial < Trials; trial++)
        {
            Random random = new(unchecked(first + trial));
            byte[] file = mutate(random, seeds[random.Next(seeds.Length)]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(random, file);
                done++;
            }
            catch (Exception e) when (isRefusal(e))
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"Random({unchecked(first + trial)}): {e}\n{Convert.ToBase64String(file)}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > FreeBytes + (BytesPerByte * file.Length))
                Assert.Fail($"Random({unchecked(first + trial)}): {allocated} bytes were allocated for a file of {file.Length}\n{Convert.ToBase64String(file)}");
        }

        return new Outcome(done, refused);
    }
}
