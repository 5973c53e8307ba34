namespace Attention.Generator.Planning;

/// <summary>How large the whole numbers of a product may be, so that sums of some of them fit into 16 bits.</summary>
/// <param name="Format">Its name.</param>
/// <param name="Weights">The largest weight, and the least but for the sign.</param>
/// <param name="Activations">The largest activation; the least is 0.</param>
/// <param name="Steps">How many sums of two products fit into 16 bits; 0 where not even one does.</param>
/// <param name="HasWide">Whether the compilation knows instructions that add four products to 32 bits in vectors of 512.</param>
internal sealed record IntegerLevel(ProductFormat Format, int Weights, int Activations, int Steps, bool HasWide)
{
    /// <summary>The most inputs: 2³¹ / (127 · 255), rounded down to whole groups.</summary>
    public const int MostInputs = 66240;

    public static IntegerLevel? Of(ProductFormat format, bool hasWide) => format switch
    {
        ProductFormat.Int8 => Of(hasWide ? ProductFormat.W8A8 : ProductFormat.W7A7, hasWide),
        ProductFormat.W8A8 => new(format, 127, 255, 0, hasWide),
        ProductFormat.W7A8 => new(format, 63, 255, 1, hasWide),
        ProductFormat.W7A7 => new(format, 63, 127, 2, hasWide),
        ProductFormat.W6A7 => new(format, 31, 127, 4, hasWide),
        _ => null,
    };

    /// <summary>Whole numbers of four bytes in a row of so many inputs, those of whole groups.</summary>
    public static int Words(int inputs) => Padding.Up(inputs, Measures.QuantizedGroup) / 4;

    /// <summary>The floats in whose place the panels of a product stand.</summary>
    public static long PanelFloats(int inputs, int columns) => (long)Words(inputs) * columns;

    /// <summary>Floats that a quantised row takes: its words, then a group with the scale and the zero point.</summary>
    public static int Width(int inputs) => checked(Words(inputs) + Measures.Group);
}
