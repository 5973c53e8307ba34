using System.ComponentModel;
using System.Globalization;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>
/// Lays the tensors of a checkpoint out in one block of memory, in the order and form that the kernels read. Offsets,
/// strides and columns count floats.
/// </summary>
/// <param name="source">The checkpoint.</param>
/// <param name="floats">The size of the packed weights.</param>
/// <remarks>
/// Where the checkpoint lacks a tensor or has it in another shape or a type that is not float, or with values that are not
/// finite in the packed format, <see cref="Complete"/> says so, for all of them together.
/// <see cref="ArgumentOutOfRangeException"/> or <see cref="OverflowException"/> means that the caller asks for elements that
/// the given shape does not have, for a place outside <see cref="Memory"/>, or for a format that there is not.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial class WeightPacker(SafeTensors source, long floats)
{
    private readonly CheckpointFit _fit = new(source);
    private readonly List<SinusoidTable> _computed = [];

    /// <summary>The packed weights; zero where nothing was packed.</summary>
    public PinnedMemory Memory { get; } = new(floats);

    /// <summary>Copies a part of a vector.</summary>
    /// <param name="name">The tensor, of shape [total].</param>
    /// <param name="total">The whole vector's length.</param>
    /// <param name="first">The first element to copy.</param>
    /// <param name="count">How many elements.</param>
    /// <param name="offset">Where the first copied element goes.</param>
    /// <param name="plus">What is added to each of them.</param>
    public void Vector(string name, int total, int first, int count, long offset, int plus = 0)
    {
        if (!_fit.TryFind(name, [total], out StoredTensor tensor))
            return;
        _fit.AddVector(tensor, first, count);
        Span<float> elements = Memory.Slice(offset, count);
        Read(tensor, first, elements);
        for (int i = 0; plus != 0 && i < elements.Length; i++)
            elements[i] += plus;
    }

    /// <summary>Copies a part of a bias, with a norm folded in.</summary>
    /// <param name="name">The tensor, of shape [total]; null where there is no bias.</param>
    /// <param name="total">The whole bias's length.</param>
    /// <param name="first">The first element to copy.</param>
    /// <param name="count">How many elements.</param>
    /// <param name="offset">Where the first copied element goes.</param>
    /// <param name="norm">The norm of these elements.</param>
    public void Bias(string? name, int total, int first, int count, long offset, BatchNorm norm)
    {
        if (name is not null)
            Vector(name, total, first, count, offset);
        norm.FoldBias(Memory.Slice(offset, count));
    }

    /// <summary>Reads a batch norm, to fold it into the linear map before it.</summary>
    /// <param name="weight">What normalised channels are multiplied by, a tensor of shape [count].</param>
    /// <param name="bias">What is added to that.</param>
    /// <param name="mean">The channels' means.</param>
    /// <param name="variance">Their variances.</param>
    /// <param name="count">How many channels.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    public BatchNorm BatchNorm(string weight, string bias, string mean, string variance, int count, float epsilon)
    {
        var norm = new BatchNorm(Whole(weight), Whole(bias), Whole(mean), Whole(variance), epsilon);
        if (norm.Negative is int channel)
            _fit.Refuse(variance, $"expected variances, found one below zero at [{channel}]");
        return norm;

        float[] Whole(string name)
        {
            var values = new float[count];
            if (_fit.TryFind(name, [count], out StoredTensor tensor))
            {
                _fit.AddVector(tensor, 0, count);
                Read(tensor, 0, values);
            }

            return values;
        }
    }

    /// <summary>Copies a single number.</summary>
    /// <param name="name">The tensor, of shape [] or [1].</param>
    /// <param name="offset">Where it goes.</param>
    public void Scalar(string name, long offset) => Memory.Slice(offset, 1)[0] = Number(name);

    /// <summary>A single number; 0 where the checkpoint has none, which <see cref="Complete"/> tells.</summary>
    private float Number(string name)
    {
        Span<float> number = [0];
        if (_fit.TryFind(name, _fit.Find(name) is { Shape: [] } ? [] : [1], out StoredTensor tensor))
            Read(tensor, 0, number);
        return number[0];
    }

    /// <summary>Copies rows of a table.</summary>
    /// <param name="name">The tensor, of shape [total, columns].</param>
    /// <param name="total">All rows of the tensor.</param>
    /// <param name="columns">The width of a row in the checkpoint.</param>
    /// <param name="first">The first row to copy.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="offset">Where the first copied row goes.</param>
    /// <param name="stride">From one packed row to the next, at least <paramref name="columns"/>.</param>
    public void Table(string name, int total, int columns, int first, int rows, long offset, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, columns);
        if (!_fit.TryFind(name, [total, columns], out StoredTensor tensor))
            return;
        _fit.AddTable(tensor);
        for (int row = 0; row < rows; row++)
            Read(tensor, ((long)first + row) * columns, Row(row, columns, offset, stride));
    }

    /// <summary>Reads consecutive elements, in row-major order.</summary>
    private void Read(StoredTensor tensor, long first, Span<float> destination)
    {
        source.ReadFloats(tensor, first, destination);
        _fit.CheckRange(tensor, destination);
    }

    /// <summary>
    /// Writes for each head and distance of query and key the bias of the distance's bucket, from the query behind all keys on: Raffel et al. 2020, "Exploring the
    /// Limits of Transfer Learning", section 2.1.
    /// </summary>
    /// <param name="name">The table, of shape [buckets, heads].</param>
    /// <param name="buckets">How many buckets of distances there are.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="length">The most queries, and keys.</param>
    /// <param name="largest">The distance from which on all are in the last bucket.</param>
    /// <param name="isCausal">Whether keys behind a query have no buckets of their own.</param>
    /// <param name="scale">What scores are multiplied by behind, which the bias undoes.</param>
    /// <param name="offset">Where the first head's biases go.</param>
    /// <param name="stride">From one head to the next.</param>
    public void Distances(string name, int buckets, int heads, int length, int largest, bool isCausal, float scale, long offset, int stride)
    {
        if (!_fit.TryFind(name, [buckets, heads], out StoredTensor tensor))
            return;
        _fit.AddTable(tensor);
        var table = new float[checked(buckets * heads)];
        Read(tensor, 0, table);
        foreach (ref float bias in table.AsSpan())
        {
            float unscaled = bias / scale;
            if (float.IsFinite(bias) && !float.IsFinite(unscaled))
                _fit.Refuse(name, string.Create(CultureInfo.InvariantCulture, $"expected biases that are finite when divided by the scale {scale}, found {bias}"));
            bias = unscaled;
        }

        var bucketOf = new RelativeBuckets(buckets, largest, isCausal);
        for (int i = 0; i < (2 * length) - 1; i++)
        {
            int bucket = bucketOf.Of(length - 1 - i);
            for (int head = 0; head < heads; head++)
                Memory.Slice(offset + ((long)head * stride) + i, 1)[0] = table[(bucket * heads) + head];
        }
    }

    /// <summary>
    /// Writes the sinusoidal positions of Vaswani et al. 2017, section 3.5: at position p, channel 2i is
    /// sin(p · 10000^(−2i/width)) and channel 2i + 1 the cosine of the same angle. Angles are in double, and each
    /// value is rounded once.
    /// </summary>
    /// <param name="length">Positions 0 to length − 1, a row each.</param>
    /// <param name="width">Channels of a row.</param>
    /// <param name="offset">Where the first row goes.</param>
    /// <param name="stride">From one packed row to the next, at least <paramref name="width"/>.</param>
    /// <param name="first">The position of the first row.</param>
    public void Sinusoidal(int length, int width, long offset, int stride, int first = 0) => Compute(new(length, width, offset, stride, first));

    /// <summary>
    /// Writes the same values, the sines in the first (width + 1) / 2 channels and the cosines in the others, as Marian has
    /// them: Junczys-Dowmunt et al. 2018.
    /// </summary>
    /// <inheritdoc cref="Sinusoidal"/>
    public void SinusoidalHalves(int length, int width, long offset, int stride, int first = 0) => Compute(new(length, width, offset, stride, first) { Halves = true });

    /// <summary>
    /// Writes sines in the first half of the channels and cosines in the second, pair j at the rate 10000^(−j/(width/2 − 1)), as tensor2tensor has
    /// them: Vaswani et al. 2018.
    /// </summary>
    /// <inheritdoc cref="Sinusoidal"/>
    public void SinusoidalTimescales(int length, int width, long offset, int stride, int first = 0)
    {
        int half = width / 2;
        if (half > 0)
            Compute(new(length, 2 * half, offset, stride, first) { Halves = true, Steps = Math.Max(1, half - 1) });
    }

    private void Compute(SinusoidTable table)
    {
        table.Write(Memory);
        _computed.Add(table);
    }

    /// <summary>Checks the checkpoint as a whole, once everything is packed.</summary>
    /// <param name="counted">
    /// Patterns of the names of the tensors that are the model's, <c>*</c> for any characters: one that was not read is a misfit.
    /// </param>
    /// <param name="heads">
    /// Patterns of what may be left unread all the same: of each head of which nothing was read, its patterns joined by <c>|</c>.
    /// </param>
    /// <param name="unread">Patterns of what the user leaves unread.</param>
    /// <returns>The packed weights.</returns>
    /// <exception cref="WeightsException">Something of the checkpoint does not fit; the exception tells everything that does not.</exception>
    public PinnedMemory Complete(string[] counted, string[] heads, string[] unread)
    {
        _fit.Complete(new CheckpointScope(counted, heads, unread), tensor => _computed.Exists(table => table.Holds(source, tensor, Memory)));
        return Memory;
    }

    private Span<float> Row(int row, int columns, long offset, int stride) =>
        Memory.Slice(offset + ((long)row * stride), columns);
}
