using System.Text.Json;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>The index of a checkpoint in shards, <c>{"weight_map": {name: file}}</c>: which of the files beside it each tensor is in.</summary>
internal sealed class ShardIndex
{
    /// <summary>What Hugging Face's libraries put behind the name of a checkpoint for its index.</summary>
    public const string Ending = ".index.json";

    private ShardIndex(string json, (string Path, string[] Tensors)[] shards) => (Json, Shards) = (json, shards);

    /// <summary>The index as it is written.</summary>
    public string Json { get; }

    /// <summary>The shards in ordinal order of their names, each with the tensors that are to be in it.</summary>
    public IReadOnlyList<(string Path, string[] Tensors)> Shards { get; }

    /// <summary>Reads an index; no shard is opened.</summary>
    /// <exception cref="WeightsException">It is none, names a tensor twice, or a shard that is not beside it.</exception>
    public static ShardIndex Read(string path)
    {
        string json = File.ReadAllText(path);
        Dictionary<string, string> fileOf = new(StringComparer.Ordinal);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
                throw Error("expected a safetensors file or an index of shards, found JSON without a weight_map; give the path of the safetensors file itself");
            foreach (JsonProperty tensor in map.EnumerateObject())
            {
                if (tensor.Value.ValueKind != JsonValueKind.String)
                    throw Error($"tensor {SafeTensors.Quote(tensor.Name)}: expected the name of a shard, found {tensor.Value.ValueKind}");
                if (!fileOf.TryAdd(tensor.Name, tensor.Value.GetString()!))
                    throw Error($"tensor {SafeTensors.Quote(tensor.Name)}: expected the name once, found it again");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second kind is thrown for text that is no Unicode.
            throw new WeightsException($"{path}: expected an index of shards in JSON, found: {e.Message}", e);
        }

        string folder = Path.GetDirectoryName(path) ?? "";
        (string Name, string[] Tensors)[] shards = [.. fileOf.GroupBy(tensor => tensor.Value, tensor => tensor.Key, StringComparer.Ordinal).OrderBy(shard => shard.Key, StringComparer.Ordinal).Select(shard => (shard.Key, shard.ToArray()))];
        if (shards.FirstOrDefault(shard => !IsFileName(shard.Name)).Name is string outside)
            throw Error($"expected shards that lie beside it, found '{string.Concat(outside.Select(letter => char.IsControl(letter) ? '·' : letter))}', which is no name of a file alone; nothing of it is read");
        if (shards.FirstOrDefault(shard => !File.Exists(Path.Combine(folder, shard.Name))).Name is string missing)
            throw Error($"expected shard {SafeTensors.Quote(missing)} beside it, found none; fetch it too");
        return new ShardIndex(json, [.. shards.Select(shard => (Path.Combine(folder, shard.Name), shard.Tensors))]);

        WeightsException Error(string message) => new($"{path}: {message}.");
    }

    /// <summary>Whether a name is that of a file on every system, and of no folder or drive.</summary>
    private static bool IsFileName(string name) => name.Trim('.').Length > 0 && !name.Any(char.IsControl) && name.IndexOfAny(['/', '\\', ':', '*', '?', '"', '<', '>', '|']) < 0;
}
