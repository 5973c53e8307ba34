namespace Attention.Generator.Planning;

/// <summary>How large the whole numbers of a product may be, so that sums of some of them fit into 16 bits.</summary>
/// <param name="Format">Its name.</param>
/// <param name="Weights">The largest weight, and the least but for the sign.</param>
/// <param name="Activations">The largest activation; the least is 0.</param>
/// <param name="Sums">How many sums of two products fit into 16 bits; 0 where not even one does.</param>
/// <param name="HasWide">Whether the compilation knows instructions that add four products to 32 bits in vectors of 512.</param>
internal sealed record IntegerLevel(ProductFormat Format, int Weights, int Activations, int Sums, bool HasWide)
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
        ProductFormat.W4A8 or ProductFormat.W4A8Affine => new(format, 8, 255, 8, hasWide),
        _ => null,
    };

    /// <summary>Whether weights are of four bits, by a scale for each group of inputs; activations are signed then, less by 128, and rows have the sums of their groups.</summary>
    public bool IsGrouped => Format is ProductFormat.W4A8 || HasMinimum;

    /// <summary>Whether those groups have a minimum beside their scale.</summary>
    public bool HasMinimum => Format is ProductFormat.W4A8Affine;

    /// <summary>Whole numbers of a row that a step over the inputs multiplies.</summary>
    public int WordsOfStep => IsGrouped ? Measures.QuantizedStep / 4 : 1;

    /// <summary>Floats in whose place a step's weights of a column stand, with their scales where it has any.</summary>
    public int Depth => IsGrouped ? Measures.FourBitStep(HasMinimum) : 1;

    /// <summary>Steps over so many inputs.</summary>
    public int Steps(int inputs) => Words(inputs) / WordsOfStep;

    /// <summary>The floats in whose place the panels of a product stand.</summary>
    public long PanelFloats(int inputs, int columns) => (long)Steps(inputs) * Depth * columns;

    /// <summary>Whole numbers of four bytes in a row of so many inputs, those of whole steps.</summary>
    public static int Words(int inputs) => Padding.Up(inputs, Measures.QuantizedStep) / 4;

    /// <summary>Floats that a quantised row takes: its words, then sixteen with the scale and the zero point, then what belongs to its groups.</summary>
    public static int Width(int inputs, bool isGrouped) => checked(SumsAt(inputs) + (isGrouped ? Padding.Up(Words(inputs) * 4 / Measures.QuantizedGroup, Measures.Group) : 0));

    /// <summary>Where eight times the sums of its groups begin in a quantised row.</summary>
    public static int SumsAt(int inputs) => checked(Words(inputs) + Measures.Group);
}
