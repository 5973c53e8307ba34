using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>How a checkpoint fits a model: what the model reads, and every misfit, told together.</summary>
internal sealed class CheckpointFit(SafeTensors source)
{
    /// <summary>The bits of the largest finite magnitude.</summary>
    public const int LargestFloat = 0x7F7F_FFFF;

    /// <summary>The bits of the largest magnitude that is finite in bfloat16 too: what is larger rounds to ∞.</summary>
    public const int LargestBFloat16 = 0x7F7F_7FFF;

    private const int MostTold = 10; // of each kind

    private readonly HashSet<string> _read = new(StringComparer.Ordinal); // names as the file has them
    private readonly HashSet<StoredTensor> _tables = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, (StoredTensor Tensor, HashSet<(long First, int Count)> Parts)> _vectors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _missing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _unfit = new(StringComparer.Ordinal); // of another shape or type
    private readonly Dictionary<string, (StoredTensor Tensor, int Largest)> _beyond = new(StringComparer.Ordinal);

    /// <summary>The tensor of a name, where it is there, of this shape, and of floats. What is wrong otherwise is noted.</summary>
    /// <param name="names">Its name, or several, divided by <c>|</c>, of which the first that is there is taken; others then are copies of it.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="tensor">The tensor.</param>
    public bool TryFind(string names, ReadOnlySpan<long> shape, out StoredTensor tensor)
    {
        if (Find(names) is not StoredTensor found)
        {
            _missing.TryAdd(FirstOf(names), shape.ToArray());
            tensor = null!;
            return false;
        }

        tensor = found;
        string? misfit = !SafeTensors.IsShape(found.Shape, shape) ? $"expected shape {SafeTensors.Text(shape.ToArray())}, found {SafeTensors.Text(found.Shape)}" : SafeTensors.NotFloat(found);
        if (misfit is not null)
            Refuse(found.Name, misfit);
        return misfit is null;
    }

    /// <summary>The tensor of the first name that is there; null where none is. Others that are there are noted where they are no copies.</summary>
    public StoredTensor? Find(string names)
    {
        StoredTensor? found = null;
        foreach (string name in names.Split('|'))
        {
            if (source.TryFind(name, out StoredTensor? tensor) && _read.Add(tensor.Name) && found is not null && !source.AreSame(found, tensor))
                Refuse(found.Name, $"expected the values of {SafeTensors.Quote(tensor.Name)}, which is another name of the same tensor, found others; remove one of the two from the file");
            found ??= tensor;
        }

        return found;
    }

    private static string FirstOf(string names) => names.Split('|')[0];

    /// <summary>Notes a tensor that has not what is to be in it.</summary>
    public void Refuse(string names, string misfit) => _unfit.TryAdd(FirstOf(names), $"tensor {SafeTensors.Quote(FirstOf(names))}: {misfit}");

    /// <summary>Notes that a tensor is read as a table, of which a checkpoint may have copies.</summary>
    public void AddTable(StoredTensor tensor) => _tables.Add(tensor);

    /// <summary>Notes that a part of a tensor is read as a vector.</summary>
    public void AddVector(StoredTensor tensor, long first, int count)
    {
        if (!_vectors.TryGetValue(tensor.Name, out (StoredTensor, HashSet<(long, int)> Parts) vector))
            _vectors.Add(tensor.Name, vector = (tensor, []));
        vector.Parts.Add((first, count));
    }

    /// <summary>Notes a tensor of which a value that was read is NaN or larger than the format can hold.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="values">What was read of it.</param>
    /// <param name="largest">The bits of the largest magnitude.</param>
    public void CheckRange(StoredTensor tensor, ReadOnlySpan<float> values, int largest = LargestFloat)
    {
        if (LargestMagnitude(values) > largest)
            _beyond[tensor.Name] = (tensor, _beyond.TryGetValue(tensor.Name, out (StoredTensor, int Largest) other) ? Math.Min(other.Largest, largest) : largest);
    }

    /// <summary>The bits of the largest magnitude, above those of ∞ where one is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int LargestMagnitude(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<int> bits = MemoryMarshal.Cast<float, int>(values);
        Vector<int> magnitude = new(int.MaxValue), first = Vector<int>.Zero, second = Vector<int>.Zero;
        for (; bits.Length >= 2 * Vector<int>.Count; bits = bits[(2 * Vector<int>.Count)..])
        {
            first = Vector.Max(first, new Vector<int>(bits) & magnitude);
            second = Vector.Max(second, new Vector<int>(bits[Vector<int>.Count..]) & magnitude);
        }

        first = Vector.Max(first, second);
        int largest = 0;
        for (int lane = 0; lane < Vector<int>.Count; lane++)
            largest = Math.Max(largest, first[lane]);
        foreach (int rest in bits)
            largest = Math.Max(largest, rest & int.MaxValue);
        return largest;
    }

    /// <summary>Throws one exception that tells every misfit; where there is none, does nothing.</summary>
    /// <param name="scope">Which tensors the model may not leave unread, and which it may.</param>
    /// <param name="isComputed">Whether a tensor holds what the model computes itself.</param>
    public void Complete(CheckpointScope scope, Predicate<StoredTensor> isComputed)
    {
        List<StoredTensor> unread = source.Tensors.Count == _read.Count ? [] : [.. source.Tensors.Where(tensor => !_read.Contains(tensor.Name))];
        string[] foreign = [.. unread.Where(tensor => !scope.LeavesOut(tensor.Name)).Select(Foreign).OfType<string>()];
        List<StoredTensor> forgotten = scope.Forgotten(unread, _read, tensor => isComputed(tensor) || Foreign(tensor) is not null || IsZeroBias(tensor) || IsCopiedBias(tensor) || _tables.Any(table => source.AreSame(table, tensor)));
        string[] partial = [.. _vectors.Where(vector => vector.Value.Parts.Sum(part => (long)part.Count) < vector.Value.Tensor.Elements).Select(vector => Partial(vector.Value.Tensor, vector.Value.Parts)).OfType<string>()];
        if (_missing.Count + _unfit.Count + _beyond.Count + forgotten.Count + partial.Length + foreign.Length == 0)
            return;

        List<string> misfits = [], told = [];
        string[] names = [.. unread.Select(tensor => tensor.Name).Order(StringComparer.Ordinal)];
        Tell(_missing.Select((missing, i) => Missing(missing.Key, missing.Value, i < MostTold ? names : null)));
        Tell(_unfit.Values);
        Tell(_beyond.Values.Select(beyond => Beyond(beyond.Tensor, beyond.Largest)));
        Tell(partial);
        Tell(foreign);
        List<(string Pattern, int Count)> patterns = TensorPattern.Cover([.. forgotten.Select(tensor => tensor.Name)], [.. _read]);
        Tell(patterns.Select(pattern => Forgotten(pattern.Pattern, pattern.Count, forgotten)));
        string mend = patterns.Count == 0 ? "" : $"Declare what reads them, or leave them out on purpose: [AttentionModel(…, Unread = new[] {{ {string.Join(", ", patterns.Select(pattern => $"\"{pattern.Pattern}\""))} }})]";
        throw source.Misfit(misfits, told, mend);

        void Tell(IEnumerable<string> kind)
        {
            string[] all = [.. kind];
            misfits.AddRange(all);
            told.AddRange(all.Take(MostTold));
            if (all.Length > MostTold)
                told.Add($"and {all.Length - MostTold} more");
        }
    }

    /// <summary>A missing tensor, with the nearest of the names of unread ones: what is read is the right name of something else.</summary>
    private string Missing(string name, long[] shape, string[]? unread)
    {
        string misfit = $"expected a tensor {SafeTensors.Quote(name)} of shape {SafeTensors.Text(shape)}, found none";
        if (unread is null)
            return misfit;
        string nearest = Nearest(name, shape, unread) is string near && source.TryFind(near, out StoredTensor? tensor)
            ? $"the nearest of its {unread.Length} unread tensors is {SafeTensors.Quote(near)} of shape {SafeTensors.Text(tensor.Shape)}"
            : source.Tensors.Count == 0 ? "no tensors at all" : "all its tensors are read";
        return $"{misfit}; {nearest}";
    }

    /// <summary>
    /// The name that was meant: that of the fewest edits, where one of another shape counts as some more, and words of one meaning, such as <c>weight</c> and
    /// <c>gamma</c>, as the same.
    /// </summary>
    private string? Nearest(string name, long[] shape, string[] unread)
    {
        const int OtherShape = 4;
        string? nearest = null;
        int fewest = int.MaxValue;
        foreach (string candidate in unread)
        {
            int more = source.TryFind(candidate, out StoredTensor? tensor) && SafeTensors.IsShape(tensor.Shape, shape) ? 0 : OtherShape;
            if (EditDistance.Between(Meaning(name), Meaning(candidate), fewest - more) is int edits)
                (nearest, fewest) = (candidate, edits + more);
        }

        return nearest;
    }

    /// <summary>A name with its last word as PyTorch has it.</summary>
    private static string Meaning(string name)
    {
        int at = name.LastIndexOf('.') + 1;
        return string.Concat(name.AsSpan(0, at), name[at..] switch
        {
            "gamma" or "scale" or "kernel" or "g" or "w" => "weight",
            "beta" or "offset" or "b" => "bias",
            string other => other,
        });
    }

    private string Beyond(StoredTensor tensor, int largest)
    {
        (long first, long count, float value) = (-1, 0, 0);
        var buffer = new float[Math.Min(tensor.Elements, 1 << 16)];
        for (long start = 0; start < tensor.Elements; start += buffer.Length)
        {
            Span<float> values = buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.Elements - start));
            source.ReadFloats(tensor, start, values);
            for (int i = 0; i < values.Length; i++)
            {
                if ((BitConverter.SingleToInt32Bits(values[i]) & int.MaxValue) <= largest)
                    continue;
                if (count++ == 0)
                    (first, value) = (start + i, values[i]);
            }
        }

        var index = new long[tensor.Shape.Length];
        long rest = first;
        for (int i = index.Length - 1; i >= 0; i--)
            (rest, index[i]) = Math.DivRem(rest, tensor.Shape[i]);
        string what = float.IsFinite(value) ? "values that bfloat16 can hold" : "finite values";
        string others = count == 1 ? "" : $", the first of {count} such values";
        return $"tensor {SafeTensors.Quote(tensor.Name)}: expected {what}, found {value.ToString(CultureInfo.InvariantCulture)} at {SafeTensors.Text(index)}{others}";
    }

    /// <summary>What is wrong with a tensor of cells that there are none of; null of others.</summary>
    private string? Foreign(StoredTensor tensor) => ForeignCells.MisfitOf(tensor.Name, _read) is string misfit ? $"tensor {SafeTensors.Quote(tensor.Name)} {misfit}" : null;

    /// <summary>Whether it is a bias that changes nothing.</summary>
    private bool IsZeroBias(StoredTensor tensor) => IsBias(tensor) && source.IsZero(tensor);

    /// <summary>Whether it is a bias that is read under another name.</summary>
    private bool IsCopiedBias(StoredTensor tensor) => IsBias(tensor) && _vectors.Values.Any(vector => IsBias(vector.Tensor) && source.AreSame(vector.Tensor, tensor));

    private static bool IsBias(StoredTensor tensor) => tensor.Name.AsSpan(tensor.Name.LastIndexOf('.') + 1).Contains("bias", StringComparison.Ordinal);

    /// <summary>A vector of several parameters of which only some are read, where the others are not zero.</summary>
    private string? Partial(StoredTensor tensor, HashSet<(long First, int Count)> parts)
    {
        var values = new float[tensor.Elements];
        source.ReadFloats(tensor, 0, values);
        foreach ((long first, int count) in parts)
            values.AsSpan((int)first, count).Clear();
        int lost = values.AsSpan().IndexOfAnyExcept(0f);
        return lost < 0 ? null
            : $"tensor {SafeTensors.Quote(tensor.Name)}: expected the model to read all of its {tensor.Elements} values, found {parts.Sum(part => part.Count)} that it does; of the others that at {SafeTensors.Text([lost])} is {values[lost].ToString(CultureInfo.InvariantCulture)}";
    }

    private string Forgotten(string pattern, int count, List<StoredTensor> forgotten)
    {
        if (count > 1)
            return $"expected the model to read all tensors under its prefixes, found {count} that it does not: {SafeTensors.Quote(pattern)}";
        StoredTensor tensor = forgotten.First(candidate => TensorPattern.Matches(pattern, candidate.Name));
        string table = _tables.FirstOrDefault(table => table.Shape.AsSpan().SequenceEqual(tensor.Shape)) is { } like ? $", and other values than table {SafeTensors.Quote(like.Name)}" : "";
        return $"expected the model to read all tensors under its prefixes, found one that it does not: {SafeTensors.Quote(tensor.Name)} of shape {SafeTensors.Text(tensor.Shape)}{table}";
    }
}
