using Attention.Dsl;

namespace Attention.Tool.Tests;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("attention-tool-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>Writes a checkpoint of floats that count up from tensor to tensor.</summary>
    public string WriteCheckpoint(string name, params (string Name, long[] Shape)[] tensors)
    {
        var writer = new SafeTensorsWriter();
        int next = 0;
        foreach ((string tensor, long[] shape) in tensors)
            writer.Add(tensor, shape, Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(_ => (float)next++).ToArray());
        writer.Save(this[name]);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
