using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Sweep;

/// <summary>
/// The cycles that a product is expected to take with a tile, on a core with two 256-bit units for multiply-adds and two
/// ports for loads (Zen 4). A step in K takes as long as the slowest of what must happen in it, and a tenth of its loads,
/// which do not overlap perfectly; a tile pays for its stores and for filling and draining its chains.
/// </summary>
internal static class CostRule
{
    /// <summary>Cycles of one step of a chain, a little above the 4 of the multiply-add.</summary>
    private const double Latency = 4.5;

    /// <summary>Cycles for a line of 64 bytes from the second-level cache and from memory.</summary>
    private const double NearLine = 2.2, FarLine = 7.5;

    private const double Overlap = 0.1, Turnaround = 24;
    private const int FirstLevelBytes = 32 << 10, LineBytes = 64;

    /// <param name="isCold">Whether the first block of each panel finds its weights in memory.</param>
    public static double Cycles(Isa isa, Tile tile, int rows, int k, int columns, bool isCold)
    {
        int blocks = (rows + tile.Height - 1) / tile.Height, height = rows / blocks, taller = rows % blocks;
        double Panel(int vectors)
        {
            double Of(int tall, bool isFar) => Block(isa, tall, vectors, k, isFar);
            int first = taller > 0 ? height + 1 : height;
            double all = (taller * Of(height + 1, false)) + ((blocks - taller) * Of(height, false));
            return all - Of(first, false) + Of(first, isCold);
        }

        return tile.Panels(columns, isa).Sum(panel => panel.Count * Panel(panel.Vectors));
    }

    /// <summary>The tile of the fewest cycles.</summary>
    public static Tile Best(Isa isa, IEnumerable<Tile> tiles, int rows, int k, int columns, bool isCold) =>
        tiles.MinBy(tile => Cycles(isa, tile, rows, k, columns, isCold));

    /// <summary>
    /// One block of rows by one panel. What does not stay in the first-level cache from block to block, the panel or the
    /// rows, comes from the second.
    /// </summary>
    private static double Block(Isa isa, int height, int vectors, int k, bool isFar)
    {
        double halves = isa.Lanes / 8.0, accumulators = height * vectors;
        double multiply = accumulators * halves / 2, loads = ((vectors * halves) + height) / 2;
        double panel = (double)vectors * isa.Lanes * sizeof(float) / LineBytes, source = (double)height * sizeof(float) / LineBytes;
        double sourceBytes = (double)height * Padding.Stride(k) * sizeof(float), bytes = sourceBytes + (panel * LineBytes * k);
        double lines = isFar ? FarLine * panel : bytes > FirstLevelBytes ? NearLine * panel : 0;
        if (sourceBytes > FirstLevelBytes)
            lines += NearLine * source;
        return (k * (Math.Max(Math.Max(multiply, loads), Math.Max(lines, Latency)) + (Overlap * loads))) + Turnaround + (accumulators * halves);
    }
}
