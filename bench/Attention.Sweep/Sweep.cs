using System.Diagnostics;
using Attention.Bench;
using Attention.Generator.Kernels;

namespace Attention.Sweep;

/// <summary>
/// Measures all tiles of a shape in turns, so that what else the machine does meets all of them alike. A tile's rate is
/// that of its fastest turn, the peak that of the fastest loop between them.
/// </summary>
/// <param name="turns">How often each tile runs.</param>
/// <param name="milliseconds">The least time of a run, filled with passes.</param>
/// <param name="isThinned">Whether odd heights are left out, but for the one that the generator takes.</param>
/// <param name="coldFloats">See <see cref="Bench"/>.</param>
internal sealed class Sweep(int turns, double milliseconds, bool isThinned, int coldFloats)
{
    public IEnumerable<Measurement> Run(Isa isa, int registers, IReadOnlyList<Shape> shapes, IReadOnlyList<int> rows)
    {
        Isa[] variants = [.. Tile.Variants(isa, registers)];
        var kernels = new Kernels(variants, shapes);
        foreach (Shape shape in shapes)
        {
            foreach (int count in rows)
            {
                foreach (Measurement measured in Measure(isa, variants, kernels, shape, count))
                    yield return measured;
            }
        }
    }

    private IEnumerable<Measurement> Measure(Isa isa, Isa[] variants, Kernels kernels, Shape shape, int rows)
    {
        var bench = new Bench(shape, rows, isa, kernels, shape.Work == Work.Product ? coldFloats : 0);
        Tile? chosen = Tile.Chosen(isa, shape.Work, rows, shape.N);
        Tile[] tiles = [.. Tile.For(rows, shape.Work == Work.Scores ? variants.Where(variant => variant.Vectors == 2) : variants)
            .Where(tile => tile.Height == chosen?.Height || Belongs(tile, shape.Work))];
        Action[] passes = [.. tiles.Select(bench.With)];
        foreach (Action pass in passes)
            bench.Verify(pass);

        bool isWide = isa == Isa.Avx512;
        double peak = Peak.Measure(1, isWide);
        int count = Math.Max(1, (int)(milliseconds * 1e6 * peak / shape.Flops(rows)));
        double[] best = [.. tiles.Select(_ => double.PositiveInfinity)];
        for (int turn = 0; turn < turns; turn++)
        {
            peak = Math.Max(peak, Peak.Measure(1, isWide));
            for (int i = 0; i < tiles.Length; i++)
            {
                passes[i]();
                long start = Stopwatch.GetTimestamp();
                for (int pass = 0; pass < count; pass++)
                    passes[i]();
                best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(start).TotalSeconds / count);
            }
        }

        return tiles.Select((tile, i) => new Measurement(shape.Work, isa.Name, tile, rows, shape.K, shape.N, shape.Flops(rows) / best[i] / 1e9, peak));
    }

    /// <summary>Attention takes strips of 4, 6 or 8 rows.</summary>
    private bool Belongs(Tile tile, Work work) => work == Work.Product ? !isThinned || tile.Height % 2 == 0 : tile.Height is 4 or 6 or 8;
}
