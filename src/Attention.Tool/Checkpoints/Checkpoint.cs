using System.Text.Json;
using Attention.Dsl;
using IOPath = System.IO.Path;

namespace Attention.Tool.Checkpoints;

/// <summary>The tensors of a safetensors file, or of all shards that an index names.</summary>
internal sealed class Checkpoint : IDisposable
{
    private const string Usual = "model.safetensors", Index = ".index.json";

    private readonly List<SafeTensors> _shards = [];
    private readonly List<(string Path, long Bytes)> _files = [];
    private readonly Dictionary<string, int> _shardOf = new(StringComparer.Ordinal);

    private string? _joined; // the folder of one file that was made of the shards

    private Checkpoint(string path) => Path = path;

    /// <summary>The file, or the index of shards, that was opened.</summary>
    public string Path { get; }

    /// <summary>Its name without folders.</summary>
    public string Name => IOPath.GetFileName(Path);

    /// <summary>The folder of the file, of the index or of the link that was opened.</summary>
    public string Folder => IOPath.GetDirectoryName(IOPath.GetFullPath(Path))!;

    /// <summary>The one file that a model can load: the checkpoint's own, or what its shards make together, which goes with this object.</summary>
    public string WholePath => _files is [(string only, _)] ? only : _joined is null ? Join() : IOPath.Combine(_joined, Usual);

    public IReadOnlyList<(string Path, long Bytes)> Files => _files;

    /// <summary>All tensors, file after file, in ordinal order of their names.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; private set; } = [];

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Opens a file, an index of shards, or what of the two lies in a folder.</summary>
    /// <exception cref="ToolException">There is none, or the index is not as it should be.</exception>
    /// <exception cref="WeightsException">A file is malformed.</exception>
    public static Checkpoint Open(string path)
    {
        if (Directory.Exists(path))
        {
            string index = IOPath.Combine(path, Usual + Index);
            path = File.Exists(IOPath.Combine(path, Usual)) || !File.Exists(index) ? FileIn(path) : index;
        }

        if (!File.Exists(path))
            throw new ToolException($"{path}: expected a safetensors file, an index of shards or a folder with one, found nothing of that name.");
        var checkpoint = new Checkpoint(path);
        try
        {
            if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
                checkpoint.AddShards(path);
            else
                checkpoint.Add(path, null);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }

        checkpoint.Tensors = [.. checkpoint._shards.SelectMany((shard, i) => shard.Names.Where(name => checkpoint._shardOf.TryGetValue(name, out int of) && of == i).Select(name => shard.TryGetTensor(name, out TensorInfo? tensor) ? tensor : throw new InvalidOperationException(name)))];
        return checkpoint;
    }

    public TensorInfo? Find(string name) => _shardOf.TryGetValue(name, out int shard) && _shards[shard].TryGetTensor(name, out TensorInfo? tensor) ? tensor : null;

    /// <summary>The file that a tensor is in.</summary>
    public string FileOf(string name) => _files[_shardOf[name]].Path;

    /// <summary>All values of a tensor of floats.</summary>
    public float[] ReadFloats(string name) => _shards[_shardOf[name]].ReadFloats(name);

    /// <summary>Consecutive bytes of a tensor's data.</summary>
    public void ReadBytes(string name, long first, Span<byte> destination) => _shards[_shardOf[name]].ReadBytes(name, first, destination);

    public void Dispose()
    {
        foreach (SafeTensors shard in _shards)
            shard.Dispose();
        if (_joined is not null)
            Directory.Delete(_joined, recursive: true);
    }

    /// <summary>Writes the tensors as one file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name; the checkpoint's own, or what was made of them.</param>
    public void Save(string path, IReadOnlyDictionary<string, LazyTensor> tensors)
    {
        var writer = new SafeTensorsWriter();
        foreach ((string key, string value) in Metadata)
            writer.Metadata.Add(key, value);
        foreach ((string name, LazyTensor tensor) in tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal))
            writer.Add(name, tensor.DataType, tensor.Shape, tensor.Bytes, stream => stream.Write(tensor.Read()));
        writer.Save(path);
    }

    /// <summary>All tensors, which are read when they are written.</summary>
    public Dictionary<string, LazyTensor> ToLazy() => Tensors.ToDictionary(tensor => tensor.Name, tensor => LazyTensor.Of(this, tensor), StringComparer.Ordinal);

    /// <summary>A message about the file that a model loads, in which the checkpoint stands by its own name.</summary>
    public string Told(string message) => message.Replace(WholePath, Path, StringComparison.Ordinal);

    private string Join()
    {
        _joined = Directory.CreateTempSubdirectory("attention-").FullName;
        Save(WholePath, ToLazy());
        return WholePath;
    }

    /// <summary>The one safetensors file of a folder; where there are several or none, the reader says so.</summary>
    private static string FileIn(string folder) =>
        Directory.GetFiles(folder, "*.safetensors") is [string only] && !File.Exists(IOPath.Combine(folder, Usual)) ? only : PathOf(folder);

    private static string PathOf(string folder)
    {
        using SafeTensors opened = SafeTensors.Open(folder);
        return IOPath.Combine(folder, Usual);
    }

    private void AddShards(string index)
    {
        Dictionary<string, string> fileOf = new(StringComparer.Ordinal);
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(index));
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
                throw new ToolException($"{index}: expected an index of shards, JSON with weight_map, found none; give the safetensors file itself.");
            foreach (JsonProperty tensor in map.EnumerateObject())
                fileOf[tensor.Name] = tensor.Value.ValueKind == JsonValueKind.String ? tensor.Value.GetString()! : throw new ToolException($"{index}: expected the name of a file for '{tensor.Name}', found {tensor.Value.ValueKind}.");
        }
        catch (JsonException e)
        {
            throw new ToolException($"{index}: expected an index of shards, found no JSON: {e.Message}", e);
        }

        // All names before any file: one that leads outside spoils all.
        (string Name, string Path)[] files = [.. fileOf.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => (name, InnerPath.In(Folder, name, index)))];
        foreach ((string name, string path) in files)
        {
            if (!File.Exists(path))
                throw new ToolException($"{index}: expected the shard '{name}' beside it, found none; fetch it too.");
            Add(path, [.. fileOf.Where(tensor => tensor.Value == name).Select(tensor => tensor.Key)]);
        }
    }

    /// <summary>Adds a file, or of a shard those of its tensors that the index says are in it.</summary>
    private void Add(string path, string[]? expected)
    {
        SafeTensors shard = SafeTensors.Open(path);
        _shards.Add(shard);
        _files.Add((path, new FileInfo(path).Length));
        foreach ((string key, string value) in shard.Metadata)
            Metadata.TryAdd(key, value);
        foreach (string name in expected ?? [.. shard.Names])
            _shardOf[name] = shard.TryGetTensor(name, out _) ? _shards.Count - 1 : throw new ToolException($"{path}: expected tensor '{name}', which the index says is in it, found none; fetch index and shards of one revision.");
    }
}
