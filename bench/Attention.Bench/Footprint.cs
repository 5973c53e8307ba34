using System.Globalization;
using Attention.Runtime;

namespace Attention.Bench;

/// <summary>What a model of ours holds in memory.</summary>
/// <param name="ArenaMb">The session's own memory.</param>
/// <param name="WeightsMb">The packed weights, which sessions share.</param>
/// <param name="HugePagesMb">How much of the process lies on huge pages; 0 where the system does not say.</param>
internal sealed record Footprint(double ArenaMb, double WeightsMb, double HugePagesMb)
{
    /// <summary>What a generated session and its model hold, read from the session's core.</summary>
    public static Footprint Of(object session)
    {
        SessionCore core = GeneratedKernels.CoreOf(session);
        return new Footprint(Megabytes(core.Memory), Megabytes(core.Weights), HugePages());
    }

    private static double Megabytes(PinnedMemory memory) => memory.Length * (double)sizeof(float) / 1e6;

    private static double HugePages()
    {
        const string rollup = "/proc/self/smaps_rollup", entry = "AnonHugePages:";
        if (!File.Exists(rollup))
            return 0;
        string line = File.ReadLines(rollup).First(line => line.StartsWith(entry, StringComparison.Ordinal));
        return double.Parse(line.AsSpan(entry.Length, line.Length - entry.Length - " kB".Length), CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
