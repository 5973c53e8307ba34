using Attention.Generator.Reading;

namespace Attention.Generator.Planning;

/// <summary>What a stored format takes and how it is read.</summary>
internal static class WeightFormats
{
    /// <summary>
    /// The most rows for which a product widens weights in registers, anew for each block. Above, a panel is widened once
    /// into the thread's scratch memory and then read as floats: the widening's two instructions for a vector are then
    /// shared by all rows, against a store and a load more.
    /// </summary>
    public const int DirectRows = 4;

    /// <summary>Weights in the place of one float.</summary>
    public static int PerFloat(this WeightFormat format) => format switch { WeightFormat.Int8 => 4, WeightFormat.BFloat16 => 2, _ => 1 };

    /// <summary>
    /// Whether the weights of a product stand in groups of four vectors, interleaved lane by lane: one load and, for each
    /// vector, a shift, a mask and a conversion, where a load that widens takes the place of two. Four rows of k are whole
    /// groups, whatever the panels' widths.
    /// </summary>
    public static bool IsInterleaved(this WeightFormat format, int k) => format == WeightFormat.Int8 && k % 4 == 0;

    /// <summary>Whether each column has a scale.</summary>
    public static bool HasScales(this WeightFormat format) => format == WeightFormat.Int8;

    /// <summary>Its member, as C#.</summary>
    public static string Code(this WeightFormat format) => "global::Attention.Dsl.WeightFormat." + format;

    /// <summary>What is told of it behind a shape; nothing of floats.</summary>
    public static string Story(this WeightFormat format) => format == WeightFormat.Float32 ? "" : $" of {format.ToString().ToLowerInvariant()}";

    /// <summary>What the names of kernels that read it end with; nothing of floats.</summary>
    public static string Suffix(this WeightFormat format) => format == WeightFormat.Float32 ? "" : "_" + format;

    /// <summary>The floats in whose place the panels of a product stand, K × columns, be they of the format or of whole numbers of a level.</summary>
    public static long PanelFloats(this WeightFormat format, int k, int columns, IntegerLevel? level)
    {
        if (level is not null)
            return level.PanelFloats(k, columns);
        long floats = ((long)k * columns) / format.PerFloat();
        return Padding.Whole(floats);
    }
}
