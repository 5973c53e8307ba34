namespace Attention.Dsl;

/// <summary>
/// The rows that a stage gives, count × width, in the session's memory: valid until the next call of that stage. Each
/// row is dense; <see cref="CopyTo"/> makes all of them so.
/// </summary>
public readonly ref struct Rows
{
    private readonly ReadOnlySpan<float> _memory;
    private readonly int _stride;

    /// <summary>Views rows that stand <paramref name="stride"/> floats apart.</summary>
    /// <param name="memory">What begins with the first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="width">Channels of a row.</param>
    /// <param name="stride">The distance of two rows.</param>
    /// <exception cref="ArgumentException">The memory does not hold so many rows.</exception>
    public Rows(ReadOnlySpan<float> memory, int count, int width, int stride)
    {
        if (count < 0 || width < 0 || stride < width || (count > 0 && ((long)(count - 1) * stride) + width > memory.Length))
            throw new ArgumentException($"{count} rows of {width}, {stride} apart, do not fit into {memory.Length} floats.", nameof(memory));
        _memory = memory;
        _stride = stride;
        Count = count;
        Width = width;
    }

    /// <summary>How many rows there are.</summary>
    public int Count { get; }

    /// <summary>Channels of a row.</summary>
    public int Width { get; }

    /// <summary>One row, <see cref="Width"/> floats.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> this[int row]
    {
        get
        {
            if ((uint)row >= (uint)Count)
                throw new ArgumentOutOfRangeException(nameof(row), row, $"There are rows 0 to {Count - 1}.");
            return _memory.Slice(row * _stride, Width);
        }
    }

    /// <summary>Copies all rows, one behind the other without gaps.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than count × width.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (destination.Length < (long)Count * Width)
            throw new ArgumentException($"{Count} rows of {Width} floats do not fit into {destination.Length}.", nameof(destination));
        for (int row = 0; row < Count; row++)
            this[row].CopyTo(destination[(row * Width)..]);
    }

    /// <summary>All rows in a new array, count × width.</summary>
    public float[] ToArray()
    {
        var result = new float[Count * Width];
        CopyTo(result);
        return result;
    }
}
