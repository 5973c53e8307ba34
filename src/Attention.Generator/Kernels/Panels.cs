using Attention.Generator.Planning;

namespace Attention.Generator.Kernels;

/// <summary><paramref name="Count"/> panels, each <paramref name="Vectors"/> vectors wide.</summary>
internal sealed record Panel(int Vectors, int Count);

/// <summary>How the columns of a product are cut into panels, by which its weights are packed and its tiles are wide.</summary>
internal static class Panels
{
    /// <summary>
    /// With eight rows a tile of two vectors a row already has 16 independent chains, four times what the latency of a fused
    /// multiply-add asks for (docs/performance.md has both at the peak from K = 128 on). So the rule avoids columns that no
    /// one asked for and kernels that are not needed: all panels three wide where that divides, else all two wide, else
    /// threes with one or two twos. Four rows (AVX2) need three vectors for more chains than two units times a latency of
    /// four, so there the twos are few; so do narrow weights, whose single row gains by three chains.
    /// Where the widest is two (16 registers), 16 columns, the unit of padding, are one panel or two.
    /// </summary>
    public static EquatableArray<Panel> Of(int columns, Isa isa, WeightFormat format)
    {
        int vectors = Padding.Up(columns, Measures.Group) / isa.Lanes;
        if (isa.Vectors == 2 || (isa.Height == 8 && format == WeightFormat.Float32 && vectors % 3 != 0 && vectors % 2 == 0))
            return EquatableArray.Of(new Panel(2, vectors / 2));
        if (vectors % 3 == 0)
            return EquatableArray.Of(new Panel(3, vectors / 3));
        if (vectors == 1)
            return EquatableArray.Of(new Panel(1, 1));
        int twos = vectors % 3 == 2 ? 1 : 2;
        return vectors == 2 * twos
            ? EquatableArray.Of(new Panel(2, twos))
            : EquatableArray.Of(new Panel(3, (vectors - (2 * twos)) / 3), new Panel(2, twos));
    }

    /// <summary>The <c>PanelWidths</c> of a cut, as C# that knows its type.</summary>
    public static string Widths(this EquatableArray<Panel> cut, Isa isa) =>
        $"new(First: {cut[0].Vectors * isa.Lanes}, FirstCount: {cut[0].Count}, Rest: {(cut.Count > 1 ? cut[1].Vectors * isa.Lanes : 0)})";

    /// <summary>Panels of whole numbers: all two vectors wide, since sums of 16 bits need registers too, but for a last one where their number is odd.</summary>
    public static EquatableArray<Panel> OfIntegers(int columns, Isa isa)
    {
        int vectors = Padding.Up(columns, Measures.Group) / isa.Lanes;
        Panel last = new(1, 1), pairs = new(2, vectors / 2);
        return vectors == 1 ? EquatableArray.Of(last) : vectors % 2 == 0 ? EquatableArray.Of(pairs) : EquatableArray.Of(pairs, last);
    }
}
