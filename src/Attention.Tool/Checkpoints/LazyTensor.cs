using Attention.Dsl;

namespace Attention.Tool.Checkpoints;

/// <summary>A tensor whose data is read when it is written. Data stays as it is, whatever the type, so that nothing is rounded.</summary>
/// <param name="DataType">Its type, of whole bytes.</param>
/// <param name="Shape">Its dimensions, outermost first.</param>
/// <param name="Read">Gives its data, in row-major order.</param>
internal sealed record LazyTensor(string DataType, long[] Shape, Func<byte[]> Read)
{
    /// <summary>Bytes of an element.</summary>
    public int Size { get; init; }

    public long Bytes => Shape.Aggregate((long)Size, (product, size) => checked(product * size));

    public static LazyTensor Of(Checkpoint checkpoint, TensorInfo tensor) => new(tensor.DataType, [.. tensor.Shape], () => Data(checkpoint, tensor))
    {
        Size = tensor.Elements == 0 ? 1 : (int)(tensor.Bytes / tensor.Elements),
    };

    /// <summary>Two dimensions exchanged.</summary>
    public LazyTensor Transposed() => this with
    {
        Shape = [Shape[1], Shape[0]],
        Read = () =>
        {
            byte[] from = Read(), to = new byte[from.Length];
            (int rows, int columns) = ((int)Shape[0], (int)Shape[1]);
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                    from.AsSpan(((row * columns) + column) * Size, Size).CopyTo(to.AsSpan(((column * rows) + row) * Size, Size));
            }

            return to;
        },
    };

    /// <summary>A part along one dimension.</summary>
    public LazyTensor Slice(int axis, long first, long count) => this with
    {
        Shape = [.. Shape.Select((size, i) => i == axis ? count : size)],
        Read = () =>
        {
            byte[] from = Read();
            (int outer, int inner) = Around(axis);
            byte[] to = new byte[outer * count * inner];
            for (int i = 0; i < outer; i++)
                from.AsSpan((int)(((i * Shape[axis]) + first) * inner), (int)(count * inner)).CopyTo(to.AsSpan((int)(i * count * inner)));
            return to;
        },
    };

    /// <summary>Every so many rows several times, one behind the other.</summary>
    public LazyTensor Repeated(long rows, int times) => Stack([.. Enumerable.Range(0, (int)(Shape[0] / rows)).SelectMany(block => Enumerable.Repeat(Slice(0, block * rows, rows), times))], 0);

    /// <summary>Several, one behind the other along one dimension; of one type, and as long as each other in all other dimensions.</summary>
    public static LazyTensor Stack(LazyTensor[] parts, int axis)
    {
        long total = parts.Sum(part => part.Shape[axis]);
        return parts[0] with
        {
            Shape = [.. parts[0].Shape.Select((size, i) => i == axis ? total : size)],
            Read = () =>
            {
                (int outer, int inner) = parts[0].Around(axis);
                byte[] to = new byte[outer * total * inner];
                long before = 0;
                foreach (LazyTensor part in parts)
                {
                    byte[] from = part.Read();
                    int length = (int)(part.Shape[axis] * inner);
                    for (int i = 0; i < outer; i++)
                        from.AsSpan(i * length, length).CopyTo(to.AsSpan((int)((i * total * inner) + before)));
                    before += length;
                }

                return to;
            },
        };
    }

    /// <summary>How many elements the dimensions before one make, and how many bytes those behind it.</summary>
    private (int Outer, int Inner) Around(int axis) =>
        ((int)Shape.Take(axis).Aggregate(1L, (product, size) => product * size), (int)Shape.Skip(axis + 1).Aggregate((long)Size, (product, size) => product * size));

    private static byte[] Data(Checkpoint checkpoint, TensorInfo tensor)
    {
        if (tensor.Bytes > Array.MaxLength)
            throw new ToolException($"tensor '{tensor.Name}' takes {tensor.Bytes} bytes; expected at most {Array.MaxLength}, so change it in the program that wrote it.");
        byte[] bytes = new byte[tensor.Bytes];
        checkpoint.ReadBytes(tensor.Name, 0, bytes);
        return bytes;
    }
}
