using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Attention.Runtime;

namespace Attention.Dsl;

/// <summary>
/// A checkpoint in the safetensors format: eight bytes with the header's length (little-endian), a JSON header
/// <c>{name: {dtype, shape, data_offsets}}</c> with optional <c>__metadata__</c>, then the tensors' data; or several such files,
/// shards, with an index <c>{"weight_map": {name: file}}</c> that says which of them each tensor is in. Everything
/// the headers say is checked before anything is read. Any number of threads may read at once.
/// </summary>
public sealed class SafeTensors : IDisposable
{
    private const string Usual = "model.safetensors";

    private readonly string _origin;
    private readonly CheckpointBytes[] _bytes;
    private readonly SafeTensorsHeader[] _headers;
    private readonly ShardIndex? _index;
    private readonly Dictionary<string, StoredTensor> _tensors;
    private readonly IReadOnlyDictionary<string, string> _metadata;
    private string[]? _names;
    private volatile bool _disposed;

    private SafeTensors(string origin, CheckpointBytes bytes)
    {
        SafeTensorsHeader header = SafeTensorsHeader.Read(origin, bytes);
        (_origin, _bytes, _headers, _tensors, _metadata) = (origin, [bytes], [header], header.Tensors, header.Metadata);
    }

    /// <summary>Takes of each shard the tensors that the index says are in it.</summary>
    private SafeTensors(string origin, ShardIndex index, CheckpointBytes[] bytes)
    {
        (_origin, _index, _bytes) = (origin, index, bytes);
        _headers = [.. bytes.Select((shard, i) => SafeTensorsHeader.Read(index.Shards[i].Path, shard))];
        _tensors = new(StringComparer.Ordinal);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        for (int i = 0; i < bytes.Length; i++)
        {
            foreach (string name in index.Shards[i].Tensors)
            {
                _tensors.Add(name, _headers[i].Tensors.TryGetValue(name, out StoredTensor? tensor) ? tensor
                    : throw new WeightsException($"{index.Shards[i].Path}: expected a tensor {Quote(name)}, which the index says is in it, found none; fetch index and shards of one revision."));
            }

            foreach ((string key, string value) in _headers[i].Metadata)
                metadata.TryAdd(key, value);
        }

        _metadata = metadata.AsReadOnly();
    }

    /// <summary>Where the file or the index is; null for what is none that could be mapped.</summary>
    internal string? FilePath => _bytes.All(file => file.Written is not null) ? _origin : null;

    /// <summary>The path of the file, or those of the shards in ordinal order of their names; none where a stream was read.</summary>
    public IReadOnlyList<string> Files => [.. _bytes.Select(file => file.Path).OfType<string>()];

    /// <summary>Adds what tells the files from others and from what they were before.</summary>
    internal void AddTo(ref Fingerprint key, int samples, int sampleBytes)
    {
        if (_index is not null)
            key.Add(MemoryMarshal.AsBytes(_index.Json.AsSpan()));
        foreach (SafeTensorsHeader header in _headers)
            header.AddTo(ref key, samples, sampleBytes);
    }

    /// <summary>The strings that the file's author stored beside the tensors.</summary>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    public IReadOnlyDictionary<string, string> Metadata
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _metadata;
        }
    }

    /// <summary>The names of all tensors, in ordinal order.</summary>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return Array.AsReadOnly(SortedNames());
        }
    }

    /// <summary>
    /// Maps a file into memory, or all shards of an index, whose path ends with <c>.json</c>; or of a folder the file <c>model.safetensors</c> in it, else the shards of
    /// <c>model.safetensors.index.json</c>. What cannot be mapped, such as a pipe, is
    /// read to its end. The files must stay as they are until <see cref="Dispose"/>: cutting a mapped file short makes the system
    /// stop the process that reads it.
    /// </summary>
    /// <exception cref="WeightsException">
    /// The file is malformed, truncated or of another format, the folder has no such file, or the index names a shard that is not beside it or a tensor that its shard has not.
    /// </exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static SafeTensors Open(string path)
    {
        if (Directory.Exists(path))
            path = FileIn(path);
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return Of(CheckpointBytes.Open(path), bytes => new SafeTensors(path, bytes));

        ShardIndex index = ShardIndex.Read(path);
        var bytes = new List<CheckpointBytes>();
        try
        {
            foreach ((string shard, _) in index.Shards)
                bytes.Add(CheckpointBytes.Open(shard));
            return new SafeTensors(path, index, [.. bytes]);
        }
        catch
        {
            bytes.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>Reads a stream from where it stands to its end, into memory. The stream is left open.</summary>
    /// <exception cref="WeightsException">
    /// The stream's content is malformed, truncated or of another format, or longer than an array can be (2 GB); such a file can
    /// be opened by its path.
    /// </exception>
    public static SafeTensors Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        const string origin = "safetensors stream";
        return Of(CheckpointBytes.Read(stream, origin), bytes => new SafeTensors(origin, bytes));
    }

    private static SafeTensors Of(CheckpointBytes bytes, Func<CheckpointBytes, SafeTensors> create)
    {
        try
        {
            return create(bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>The checkpoint in a folder, by the name that Hugging Face's libraries give it.</summary>
    private static string FileIn(string folder)
    {
        string path = Path.Combine(folder, Usual);
        if (File.Exists(path))
            return path;
        if (File.Exists(path + ShardIndex.Ending))
            return path + ShardIndex.Ending;

        string[] others = [.. Directory.EnumerateFiles(folder, "*.safetensors").Select(file => $"'{Path.GetFileName(file)}'").Order(StringComparer.Ordinal)];
        string found = others.Length > 0 ? $"{string.Join(", ", others.Take(3))}{(others.Length > 3 ? $" and {others.Length - 3} more" : "")}; give the path of the file itself"
            : File.Exists(Path.Combine(folder, "pytorch_model.bin")) ? $"pytorch_model.bin; {ForeignFile.ConvertPyTorch}"
            : "no safetensors file; give the path of one";
        throw new WeightsException($"{folder}: expected a safetensors file, or a folder with {Usual}, found a folder with {found}.");
    }

    /// <summary>Looks a tensor's shape up, outermost dimension first.</summary>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    public bool TryGetShape(string name, [NotNullWhen(true)] out IReadOnlyList<long>? shape)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        shape = _tensors.TryGetValue(name, out StoredTensor? tensor) ? Array.AsReadOnly(tensor.Shape) : null;
        return shape is not null;
    }

    /// <summary>Looks up what the file says of a tensor.</summary>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    public bool TryGetTensor(string name, [NotNullWhen(true)] out TensorInfo? tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        tensor = _tensors.TryGetValue(name, out StoredTensor? stored) ? new TensorInfo(stored) : null;
        return tensor is not null;
    }

    /// <summary>Reads all of a tensor of type F64, F32, F16 or BF16, in row-major order; every value is exact, but for F64, which is rounded to the nearest.</summary>
    /// <exception cref="WeightsException">There is no such tensor, or it has another type.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    public float[] ReadFloats(string name)
    {
        StoredTensor tensor = Find(name);
        CheckIsFloat(tensor); // a shape of another type may say anything
        float[] values = new float[ArrayLength(tensor, tensor.Elements)];
        ReadFloats(tensor, 0, values);
        return values;
    }

    /// <summary>Reads consecutive elements of a tensor of type F64, F32, F16 or BF16; every value is exact, but for F64, which is rounded to the nearest.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="first">The first element's place in row-major order.</param>
    /// <param name="destination">Where they go; its length says how many.</param>
    /// <exception cref="WeightsException">There is no such tensor, or it has another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tensor does not have that many elements.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    public void ReadFloats(string name, long first, Span<float> destination) =>
        ReadFloats(Find(name), first, destination);

    /// <summary>Reads a tensor's data as it is stored, little-endian, whatever its type.</summary>
    /// <exception cref="WeightsException">There is no such tensor.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    public byte[] ReadBytes(string name)
    {
        StoredTensor tensor = Find(name);
        byte[] bytes = new byte[ArrayLength(tensor, tensor.End - tensor.Begin)];
        tensor.File.Copy(tensor.Begin, bytes);
        return bytes;
    }

    /// <summary>Reads consecutive bytes of a tensor's data as it is stored, little-endian, whatever its type.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="first">The first byte's place in the data.</param>
    /// <param name="destination">Where they go; its length says how many.</param>
    /// <exception cref="WeightsException">There is no such tensor.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tensor does not have that many bytes.</exception>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    public void ReadBytes(string name, long first, Span<byte> destination)
    {
        StoredTensor tensor = Find(name);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, tensor.End - tensor.Begin - destination.Length);
        tensor.File.Copy(tensor.Begin + first, destination);
    }

    /// <summary>Unmaps the files, once no other thread is reading from them.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (CheckpointBytes file in _bytes)
            file.Dispose();
    }

    /// <summary>All tensors, in the order of the header.</summary>
    internal IReadOnlyCollection<StoredTensor> Tensors => _tensors.Values;

    internal StoredTensor Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (TryFind(name, out StoredTensor? tensor))
            return tensor;
        string found = EditDistance.Nearest(name, SortedNames()) is string nearest
            ? $"the nearest of its {_tensors.Count} tensors is {Quote(nearest)} of shape {Text(_tensors[nearest].Shape)}"
            : "no tensors at all";
        throw Error($"expected a tensor {Quote(name)}, found none; {found}");
    }

    /// <summary>Finds a tensor. Where two of a model's are one, some writers store it once and say so in the metadata.</summary>
    internal bool TryFind(string name, [NotNullWhen(true)] out StoredTensor? tensor)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _tensors.TryGetValue(name, out tensor)
            || (Metadata.TryGetValue(name, out string? same) && _tensors.TryGetValue(same, out tensor));
    }

    /// <summary>
    /// Whether a tensor of one shape can be read as one of another: ones in front of it, and its last size as a product of
    /// several, are the same numbers in the same order.
    /// </summary>
    internal static bool IsShape(ReadOnlySpan<long> found, ReadOnlySpan<long> expected)
    {
        while (found.Length > expected.Length && found[0] == 1)
            found = found[1..];
        int leading = expected.Length - 1;
        if (leading < 0 || found.Length < expected.Length || !found[..leading].SequenceEqual(expected[..leading]))
            return found.SequenceEqual(expected);

        // Only a matrix's rows may be spread over more dimensions: a vector is one.
        long last = 1;
        foreach (long size in leading > 0 ? found[leading..] : found)
            last *= size;
        return last == expected[leading] && (leading > 0 || found.Length == 1);
    }

    /// <summary>What to say of a tensor that <see cref="ReadFloats(StoredTensor, long, Span{float})"/> cannot read; null of one that it can.</summary>
    internal static string? NotFloat(StoredTensor tensor) =>
        tensor.DataType is "F64" or "F32" or "F16" or "BF16" ? null : $"expected dtype F64, F32, F16 or BF16, found {Quote(tensor.DataType)}";

    /// <summary>Whether two tensors have the same type, shape and bytes.</summary>
    internal bool AreSame(StoredTensor one, StoredTensor other) =>
        one.DataType == other.DataType && one.Shape.AsSpan().SequenceEqual(other.Shape) && one.File.AreSame(one.Begin, other.File, other.Begin, one.End - one.Begin);

    /// <summary>Whether all values of a tensor are zero, as all bits of it are.</summary>
    internal bool IsZero(StoredTensor tensor) => tensor.File.IsZero(tensor.Begin, tensor.End - tensor.Begin);

    /// <summary>The one place where stored values become floats.</summary>
    internal void ReadFloats(StoredTensor tensor, long first, Span<float> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (first < 0 || first > tensor.Elements - destination.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(first),
                first,
                $"Expected {destination.Length} elements from here in {Quote(tensor.Name)}, which has {tensor.Elements}.");
        }

        CheckIsFloat(tensor);
        switch (tensor.DataType)
        {
            case "F64":
                tensor.File.ReadDoubles(tensor.Begin + (first * sizeof(double)), destination);
                break;
            case "F32":
                tensor.File.ReadSingles(tensor.Begin + (first * sizeof(float)), destination);
                break;
            case "F16":
                tensor.File.ReadHalves(tensor.Begin + (first * sizeof(ushort)), destination, brain: false);
                break;
            case "BF16":
                tensor.File.ReadHalves(tensor.Begin + (first * sizeof(ushort)), destination, brain: true);
                break;
        }
    }

    /// <summary>Whether the tensor is of a type that <see cref="ReadFloats(StoredTensor, long, Span{float})"/> reads.</summary>
    private void CheckIsFloat(StoredTensor tensor)
    {
        if (NotFloat(tensor) is string misfit)
            throw Error($"tensor {Quote(tensor.Name)}: {misfit}");
    }

    private int ArrayLength(StoredTensor tensor, long length) => length <= Array.MaxLength
        ? (int)length
        : throw Error(
            $"tensor {Quote(tensor.Name)}: expected at most {Array.MaxLength} for one array, found {length}; read it in parts");

    private string[] SortedNames()
    {
        if (_names is null)
        {
            string[] names = [.. _tensors.Keys];
            Array.Sort(names, StringComparer.Ordinal);
            _names = names;
        }

        return _names;
    }

    internal static string Text(ReadOnlySpan<long> numbers)
    {
        const int Most = 68; // what is longer takes more than 200 characters
        return Shorten($"[{string.Join(", ", numbers[..Math.Min(numbers.Length, Most)].ToArray())}{(numbers.Length > Most ? ", …" : "")}]");
    }

    internal static string Quote(string name) => $"'{Shorten(name)}'";

    private static string Shorten(string text) => text.Length <= 200 ? text : $"{text.AsSpan(0, 200)}…";

    private WeightsException Error(string message) => new($"{_origin}: {message}.");

    /// <summary>Everything that is wrong with the file for a model.</summary>
    /// <param name="misfits">All of it.</param>
    /// <param name="told">As much of it as can be read at once.</param>
    /// <param name="mend">What to do, in a sentence, or nothing.</param>
    internal WeightsException Misfit(IReadOnlyList<string> misfits, IReadOnlyList<string> told, string mend) => new(
        told.Count == 1 ? $"{_origin}: {told[0]}.{(mend.Length == 0 ? "" : " ")}{mend}"
        : $"{_origin} does not fit the model:{string.Concat(told.Select(line => $"\n- {line}"))}{(mend.Length == 0 ? "" : "\n")}{mend}", misfits);
}
