namespace Attention.Generator.Planning;

/// <summary>How sizes are rounded up, in floats.</summary>
internal static class Padding
{
    /// <summary>The most query rows that attention takes at a time, over all instruction sets.</summary>
    public const int StripRows = 8;

    /// <summary>Columns of the widest panel of weights, over all instruction sets.</summary>
    public const int WidestPanel = 48;

    /// <summary>Floats rounded up to whole groups.</summary>
    public static long Whole(long floats) => (floats + Measures.Group - 1) / Measures.Group * Measures.Group;

    /// <summary>How many places of so many elements each hold <paramref name="elements"/>.</summary>
    public static int Over(int elements, int perPlace) => checked((elements + perPlace - 1) / perPlace);

    public static int Up(int value, int multiple) => checked((value + multiple - 1) / multiple * multiple);

    /// <summary>
    /// The distance of two rows: the smallest odd number of groups that holds the width, because rows a multiple of 1024
    /// floats apart fall into the same sets of the first-level cache (docs/performance.md).
    /// </summary>
    public static int Stride(int width)
    {
        int groups = Up(width, Measures.Group) / Measures.Group;
        return (groups | 1) * Measures.Group;
    }
}
