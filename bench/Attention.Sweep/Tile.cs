using Attention.Generator;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Sweep;

/// <summary>A register tile: at most so many rows by so many vectors of accumulators.</summary>
internal readonly record struct Tile(int Height, int Vectors)
{
    private const int Tallest = 14, Widest = 4;

    /// <summary>The instruction sets whose tiles are of interest, and how many registers they have.</summary>
    public static readonly (Isa Isa, int Registers)[] Sets = [(Isa.Avx512, 32), (Isa.Avx2, 16)];

    /// <summary>
    /// For each number of vectors that leaves room for two rows, an instruction set as the writer of kernels takes it, with
    /// heights as far as the registers reach: accumulators, a row of weights and one broadcast.
    /// </summary>
    public static IEnumerable<Isa> Variants(Isa isa, int registers) =>
        from vectors in Enumerable.Range(1, Widest)
        let height = Math.Min(Tallest, (registers - vectors - 1) / vectors)
        where height > 2
        select isa with { Name = $"{isa.Name}_{vectors}", Height = height, Vectors = vectors };

    /// <summary>
    /// Tiles for so many rows. Blocks have balanced heights, so that limits which lead to as many blocks are one tile: that
    /// of their tallest block.
    /// </summary>
    public static IEnumerable<Tile> For(int rows, IEnumerable<Isa> variants) =>
        variants.SelectMany(variant => Enumerable.Range(1, variant.Height).Select(limit => new Tile(limit, variant.Vectors).Balanced(rows))).Distinct();

    /// <summary>This tile with its height lowered to that of the tallest of the blocks that it cuts the rows into.</summary>
    public Tile Balanced(int rows) => this with { Height = Up(rows, Up(rows, Height)) };

    /// <summary>
    /// The panels of a product: as few as can be, the last ones a vector narrower where the width does not divide, which is
    /// also how <see cref="Generator.Kernels.Panels.Of"/> cuts.
    /// </summary>
    public EquatableArray<Panel> Panels(int columns, Isa isa)
    {
        int vectors = Padding.Up(columns, Measures.Group) / isa.Lanes, count = Up(vectors, Vectors), narrow = (count * Vectors) - vectors;
        return narrow == 0
            ? EquatableArray.Of(new Panel(Vectors, count))
            : EquatableArray.Of(new Panel(Vectors, count - narrow), new Panel(Vectors - 1, narrow));
    }

    /// <summary>The tile that the generator takes, if it is one of the sweep.</summary>
    public static Tile? Chosen(Isa isa, Work work, int rows, int columns)
    {
        if (work != Work.Product)
            return new Tile(isa.Height, work == Work.Scores ? 2 : isa.Vectors).Balanced(rows);
        EquatableArray<Panel> panels = Generator.Kernels.Panels.Of(columns, isa, WeightFormat.Float32);
        Tile tile = new(isa.Height, panels.Max(panel => panel.Vectors));
        return panels.Equals(tile.Panels(columns, isa)) ? tile.Balanced(rows) : null;
    }

    public override string ToString() => $"{Height}×{Vectors}";

    private static int Up(int value, int by) => (value + by - 1) / by;
}
