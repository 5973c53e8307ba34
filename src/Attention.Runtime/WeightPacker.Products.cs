using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Attention.Dsl;

namespace Attention.Runtime;

/// <content>Products, whose weights lie in panels, and may be narrower than floats.</content>
public sealed partial class WeightPacker
{
    // Outputs that are read at a time: 16 floats of each are one whole cache line on both sides of the transposition.
    private const int Block = 16;

    // Words of a group of quantised inputs.
    private const int Octet = Measures.QuantizedGroup / sizeof(int);

    private float[] _rows = [];
    private float[] _columns = [];

    /// <summary>
    /// Packs rows of a linear layer's weights as columns of a product, inputs × columns: output <c>first + j</c> becomes
    /// column <c>column + j</c>. Other columns stay as they are, so that several tensors can fill one product.
    /// </summary>
    /// <param name="name">The tensor, of shape [outputs, inputs], as PyTorch's <c>nn.Linear</c> has it.</param>
    /// <param name="outputs">All outputs of the tensor.</param>
    /// <param name="inputs">The inputs: K of the product.</param>
    /// <param name="first">The first output to pack.</param>
    /// <param name="count">How many outputs.</param>
    /// <param name="offset">Where the product's first panel lies.</param>
    /// <param name="column">The column of the product that output <paramref name="first"/> becomes.</param>
    /// <param name="panels">How the product's columns are cut into panels.</param>
    /// <param name="format">
    /// How elements are stored: in one float each, two to a float (bfloat16) or four to a float (int8), by ascending address.
    /// </param>
    /// <param name="scales">Where the scale of the product's column 0 goes, in int8; each column's value is its whole number times its scale.</param>
    /// <param name="norm">The norm of the packed outputs, which is folded in.</param>
    /// <param name="stacked">How many such matrices stand one behind the other in the tensor, which then has one dimension more.</param>
    /// <param name="index">Which of them to pack.</param>
    /// <param name="firstInput">The first of the tensor's inputs that is the product's.</param>
    /// <param name="allInputs">All inputs of the tensor; as many as the product has unless given.</param>
    /// <param name="largest">The largest whole number, in int8.</param>
    /// <param name="sums">Where the sum of column 0 goes where weights are of 4 bits in groups, which int8 is then; −1 otherwise.</param>
    /// <param name="hasMinimum">Whether those groups have a minimum beside their scale.</param>
    /// <param name="isTable">Whether the tensor is a table, of which a checkpoint may have copies.</param>
    public void Product(
        string name, int outputs, int inputs, int first, int count, long offset, int column, PanelWidths panels,
        WeightFormat format = WeightFormat.Float32, long scales = -1, BatchNorm? norm = null, int stacked = 1, int index = 0, int firstInput = 0, int allInputs = -1, int largest = Narrowing.Largest, long sums = -1, bool hasMinimum = false, bool isTable = false) =>
        Pack(name, isTransposed: false, outputs, new(inputs, firstInput, allInputs < 0 ? inputs : allInputs), first, count, offset, column, panels, new(format, scales, largest, sums, hasMinimum), norm, stacked, index, isTable);

    /// <summary>Packs columns of a linear layer's weights that are stored inputs × outputs.</summary>
    /// <param name="name">The tensor, of shape [inputs, outputs].</param>
    /// <param name="outputs">All outputs of the tensor.</param>
    /// <param name="inputs">The inputs: K of the product.</param>
    /// <param name="first">The first output to pack.</param>
    /// <param name="count">How many outputs.</param>
    /// <param name="offset">Where the product's first panel lies.</param>
    /// <param name="column">The column of the product that output <paramref name="first"/> becomes.</param>
    /// <param name="panels">How the product's columns are cut into panels.</param>
    /// <param name="format">How elements are stored.</param>
    /// <param name="scales">Where the scale of the product's column 0 goes, in int8.</param>
    /// <param name="norm">The norm of the packed outputs, which is folded in.</param>
    /// <param name="stacked">How many such matrices stand one behind the other in the tensor, which then has one dimension more.</param>
    /// <param name="index">Which of them to pack.</param>
    /// <param name="firstInput">The first of the tensor's inputs that is the product's.</param>
    /// <param name="allInputs">All inputs of the tensor; as many as the product has unless given.</param>
    /// <param name="largest">The largest whole number, in int8.</param>
    /// <param name="sums">Where the sum of column 0 goes where weights are of 4 bits in groups, which int8 is then; −1 otherwise.</param>
    /// <param name="hasMinimum">Whether those groups have a minimum beside their scale.</param>
    public void ProductOfTransposed(
        string name, int outputs, int inputs, int first, int count, long offset, int column, PanelWidths panels,
        WeightFormat format = WeightFormat.Float32, long scales = -1, BatchNorm? norm = null, int stacked = 1, int index = 0, int firstInput = 0, int allInputs = -1, int largest = Narrowing.Largest, long sums = -1, bool hasMinimum = false) =>
        Pack(name, isTransposed: true, outputs, new(inputs, firstInput, allInputs < 0 ? inputs : allInputs), first, count, offset, column, panels, new(format, scales, largest, sums, hasMinimum), norm, stacked, index);

    /// <summary>The inputs of a product among those of a tensor.</summary>
    private readonly record struct Inputs(int Count, int First, int All);

    /// <summary>How weights are stored, and where what belongs to a column goes.</summary>
    private readonly record struct Storage(WeightFormat Format, long Scales, int Largest, long Sums, bool HasMinimum)
    {
        /// <summary>Whether they are of four bits, in groups.</summary>
        public bool IsFourBits => Sums >= 0;
    }

    private void Pack(
        string name, bool isTransposed, int outputs, Inputs inputs, int first, int count, long offset, int column, PanelWidths panels,
        Storage storage, BatchNorm? norm, int stacked, int index, bool isTable = false)
    {
        WeightFormat format = storage.Format;
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, outputs - first);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(inputs.First);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inputs.Count, inputs.All - inputs.First);
        if (format == WeightFormat.Int8)
            ArgumentOutOfRangeException.ThrowIfNegative(storage.Scales);
        (int rows, int columns) = isTransposed ? (inputs.All, outputs) : (outputs, inputs.All);
        if (!_fit.TryFind(name, stacked == 1 ? [rows, columns] : [stacked, rows, columns], out StoredTensor tensor))
            return;
        if (isTable)
            _fit.AddTable(tensor);
        long begin = (long)index * rows * columns;
        if (isTransposed && format == WeightFormat.Float32 && norm is null)
        {
            CopyRows(tensor, begin, outputs, inputs, first, count, offset, column, panels);
            return;
        }

        for (int done = 0, taken; done < count; done += taken)
        {
            int target = checked(column + done);
            (int start, int width) = panels.PanelOf(target);
            int inPanel = target - start, output = first + done;

            // What is stored by input is read in the longest pieces that lie together on both sides.
            taken = Math.Min(Math.Min(isTransposed ? width : Block, width - inPanel), count - done);
            if (format == WeightFormat.Float32)
            {
                Span<float> panel = Panel<float>(offset, inputs.Count, start, width)[inPanel..];
                Read(tensor, begin, isTransposed, outputs, inputs, output, taken, panel, width);
                norm?.FoldWeights(done, inputs.Count, taken, panel, width);
                continue;
            }

            Span<float> held = Buffer(ref _columns, checked(inputs.Count * taken)); // [inputs][taken]
            Read(tensor, begin, isTransposed, outputs, inputs, output, taken, held, taken);
            norm?.FoldWeights(done, inputs.Count, taken, held, taken);
            switch (format)
            {
                case WeightFormat.BFloat16:
                    _fit.CheckRange(tensor, held, CheckpointFit.LargestBFloat16);
                    Narrowing.ToBFloat16(held, taken, Panel<ushort>(offset, inputs.Count, start, width)[inPanel..], width);
                    break;
                case WeightFormat.Int8 when storage.IsFourBits:
                    int floats = checked(Measures.QuantizedSteps(inputs.Count) * Measures.FourBitStep(storage.HasMinimum));
                    Span<int> panelOfFour = MemoryMarshal.Cast<float, int>(Memory.Slice(offset + ((long)floats * start), checked(floats * width)));
                    FourBits.Write(held, taken, panelOfFour, width, inPanel, storage.HasMinimum, Memory.Slice(storage.Scales + target, taken), Memory.Slice(storage.Sums + target, taken));
                    break;
                case WeightFormat.Int8:
                    Span<float> scale = Memory.Slice(storage.Scales + target, taken);
                    Narrowing.Scales(held, scale, storage.Largest);
                    Narrowing.ToInt8(held, scale, Panel<sbyte>(offset, inputs.Count, start, width)[inPanel..], width, storage.Largest);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(format), format, "Expected a member of the enum.");
            }
        }
    }

    /// <summary>Copies weights that are stored inputs × outputs, in the order of the file: a panel's rows lie far apart in it.</summary>
    private void CopyRows(StoredTensor tensor, long begin, int outputs, Inputs inputs, int first, int count, long offset, int column, PanelWidths panels)
    {
        Span<float> row = Buffer(ref _rows, count);
        for (int k = 0; k < inputs.Count; k++)
        {
            Read(tensor, begin + (((long)inputs.First + k) * outputs) + first, row);
            for (int done = 0, taken; done < count; done += taken)
            {
                int target = checked(column + done);
                (int start, int width) = panels.PanelOf(target);
                taken = Math.Min(width - (target - start), count - done);
                row.Slice(done, taken).CopyTo(Panel<float>(offset, inputs.Count, start, width).Slice((k * width) + (target - start), taken));
            }
        }
    }

    /// <summary>Reads outputs of a linear layer's weights, which begin at an element of the tensor, as columns, [inputs][stride].</summary>
    private void Read(StoredTensor tensor, long begin, bool isTransposed, int outputs, Inputs inputs, int first, int count, Span<float> columns, int stride)
    {
        if (isTransposed)
        {
            for (int k = 0; k < inputs.Count; k++)
                Read(tensor, begin + (((long)inputs.First + k) * outputs) + first, columns.Slice(k * stride, count));
            return;
        }

        Span<float> rows = Buffer(ref _rows, checked(count * inputs.All)); // [count][all inputs]
        Read(tensor, begin + ((long)first * inputs.All), rows);
        if (rows.IsEmpty)
            return;
        Span<float> written = columns[..checked(((inputs.Count - 1) * stride) + count)];
        Transposition.Transpose(count, inputs.Count, ref rows[inputs.First], inputs.All, ref MemoryMarshal.GetReference(written), stride);
    }

    /// <summary>Memory for one step, kept for the next.</summary>
    private static Span<float> Buffer(ref float[] buffer, int size)
    {
        if (buffer.Length < size)
            buffer = GC.AllocateUninitializedArray<float>(size);
        return buffer.AsSpan(0, size);
    }

    /// <summary>The elements of a panel, [inputs][width]; they may begin and end within a float.</summary>
    private Span<T> Panel<T>(long offset, int inputs, int start, int width)
        where T : unmanaged
    {
        int inFloat = sizeof(float) / Unsafe.SizeOf<T>();
        int before = checked(inputs * start), size = checked(inputs * width), skipped = before % inFloat;
        Span<float> floats = Memory.Slice(offset + (before / inFloat), checked(skipped + size + inFloat - 1) / inFloat);
        return MemoryMarshal.Cast<float, T>(floats).Slice(skipped, size);
    }

    /// <summary>
    /// Interleaves a product that is packed whole, in int8, as <see cref="Widening.Int8Groups512"/> and kernels of one row read
    /// it: of each four vectors, lane by lane, so that one load of a whole vector gives all four by shifts. The shifts leave
    /// 2²⁴ times the whole numbers, so scales become as much smaller.
    /// </summary>
    /// <param name="offset">Where the product's first panel lies.</param>
    /// <param name="inputs">K of the product, a multiple of four.</param>
    /// <param name="columns">All columns of its panels.</param>
    /// <param name="lanes">Floats in a vector of the kernels.</param>
    /// <param name="scales">Where the scale of column 0 lies.</param>
    public void Interleave(long offset, int inputs, int columns, int lanes, long scales)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(inputs % 4, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns % lanes, 0);
        InterleaveGroups(MemoryMarshal.AsBytes(Memory.Slice(offset, checked(inputs * columns) / sizeof(float))), lanes);
        foreach (ref float scale in Memory.Slice(scales, columns))
            scale /= Widening.Shifted;
    }

    /// <summary>
    /// Groups a product that is packed whole, in int8, for products of whole numbers: the inputs of each 32 in eight words of four, so that byte b of word i of a group is of
    /// its input 8 b + i, as <c>Quantize</c> leaves rows; inputs that are missing from the last 64 have the weight 0. The sum of each column's weights stands with it, as the bits of a whole number.
    /// </summary>
    /// <param name="offset">Where the product's first panel lies; behind them is room for whole groups.</param>
    /// <param name="inputs">K of the product.</param>
    /// <param name="columns">All columns of its panels.</param>
    /// <param name="panels">How they are cut into panels.</param>
    /// <param name="sums">Where the sum of column 0 goes.</param>
    public void Group(long offset, int inputs, int columns, PanelWidths panels, long sums)
    {
        int depth = checked(Measures.QuantizedSteps(inputs) * Measures.QuantizedStep);
        Span<byte> grouped = MemoryMarshal.AsBytes(Memory.Slice(offset, checked(depth / sizeof(float) * columns)));
        sbyte[] copy = [];
        for (int end = columns; end > 0;)
        {
            // A panel's place is never before where it was packed.
            (int start, int width) = panels.PanelOf(end - 1);
            if (copy.Length != inputs * width)
                copy = new sbyte[inputs * width];
            Panel<sbyte>(offset, inputs, start, width).CopyTo(copy);
            GroupPanel(copy, width, MemoryMarshal.Cast<byte, sbyte>(grouped.Slice(depth * start, depth * width)), MemoryMarshal.Cast<float, int>(Memory.Slice(sums + start, width)));
            end = start;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void GroupPanel(ReadOnlySpan<sbyte> weights, int width, Span<sbyte> grouped, Span<int> sums)
    {
        grouped.Clear();
        sums.Clear();
        for (int k = 0; !weights.IsEmpty; k++, weights = weights[width..])
        {
            int word = (k / Measures.QuantizedGroup * Octet) + (k % Octet), inWord = k / Octet % sizeof(int);
            Span<sbyte> words = grouped.Slice(word * width * sizeof(int), width * sizeof(int));
            for (int j = 0; j < width; j++)
            {
                sums[j] += weights[j];
                words[(j * sizeof(int)) + inWord] = weights[j];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InterleaveGroups(Span<byte> weights, int lanes)
    {
        Span<byte> copy = stackalloc byte[4 * lanes];
        for (; weights.Length >= copy.Length; weights = weights[copy.Length..])
        {
            weights[..copy.Length].CopyTo(copy);
            for (int lane = 0; lane < lanes; lane++)
            {
                Span<byte> four = weights.Slice(4 * lane, 4);
                four[0] = copy[lane];
                four[1] = copy[lane + lanes];
                four[2] = copy[lane + (2 * lanes)];
                four[3] = copy[lane + (3 * lanes)];
            }
        }
    }
}
