using Attention.Dsl;
using IOPath = System.IO.Path;

namespace Attention.Tool.Checkpoints;

/// <summary>The tensors of a safetensors file, or of all shards that an index names.</summary>
internal sealed class Checkpoint : IDisposable
{
    private readonly SafeTensors _file;

    private Checkpoint(string path, SafeTensors file)
    {
        (Path, _file) = (path, file);
        Files = [.. file.Files.Select(shard => (shard, new FileInfo(shard).Length))];
        Tensors = [.. file.Names.Select(name => Find(name)!).OrderBy(tensor => Files.TakeWhile(shard => shard.Path != tensor.File).Count())];
    }

    /// <summary>The file, or the index of shards, that was opened: what a model loads.</summary>
    public string Path { get; }

    /// <summary>Its name without folders.</summary>
    public string Name => IOPath.GetFileName(Path);

    /// <summary>The folder of the file, of the index or of the link that was opened.</summary>
    public string Folder => IOPath.GetDirectoryName(IOPath.GetFullPath(Path))!;

    public IReadOnlyList<(string Path, long Bytes)> Files { get; }

    /// <summary>All tensors, file after file, in ordinal order of their names.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    /// <summary>Opens a file, an index of shards, or what of the two lies in a folder.</summary>
    /// <exception cref="ToolException">There is none, or a shard is a link that leads outside.</exception>
    /// <exception cref="WeightsException">A file is malformed, or the index is not as it should be.</exception>
    public static Checkpoint Open(string path)
    {
        if (Directory.Exists(path))
            path = FileIn(path);
        if (!File.Exists(path))
            throw new ToolException($"{path}: expected a safetensors file, an index of shards or a folder with one, found nothing of that name.");
        SafeTensors file = SafeTensors.Open(path);
        try
        {
            var checkpoint = new Checkpoint(path, file);
            foreach (string shard in file.Files.Where(shard => shard != path))
                InnerPath.In(checkpoint.Folder, IOPath.GetFileName(shard), path);
            return checkpoint;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public TensorInfo? Find(string name) => _file.TryGetTensor(name, out TensorInfo? tensor) ? tensor : null;

    /// <summary>All values of a tensor of floats.</summary>
    public float[] ReadFloats(string name) => _file.ReadFloats(name);

    /// <summary>Consecutive bytes of a tensor's data.</summary>
    public void ReadBytes(string name, long first, Span<byte> destination) => _file.ReadBytes(name, first, destination);

    public void Dispose() => _file.Dispose();

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

    /// <summary>What a folder stands for: as for a model, or else its one safetensors file.</summary>
    private static string FileIn(string folder)
    {
        string usual = IOPath.Combine(folder, "model.safetensors"), index = usual + ".index.json";
        if (File.Exists(usual) || File.Exists(index))
            return File.Exists(usual) ? usual : index;
        if (Directory.GetFiles(folder, "*.safetensors") is [string only])
            return only;
        SafeTensors.Open(folder).Dispose(); // which says what there is instead
        return folder;
    }
}
