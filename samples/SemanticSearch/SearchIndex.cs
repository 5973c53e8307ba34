using System.Numerics;
using System.Runtime.InteropServices;
using Attention.Text;

namespace SemanticSearch;

/// <summary>A passage that was found.</summary>
internal sealed record Found(Passage Passage, float Score);

/// <summary>
/// The passages of a folder with their vectors, kept on disk: only files that were changed are read anew. A kept index of another model or format is built
/// anew as a whole.
/// </summary>
internal sealed class SearchIndex
{
    private const int Version = 1;

    private readonly List<Entry> _files = [];
    private readonly int _dimensions;

    private SearchIndex(int dimensions) => _dimensions = dimensions;

    public int Files => _files.Count;

    public int Count => _files.Sum(file => file.Passages.Length);

    /// <summary>Brings the index of a folder up to date.</summary>
    /// <param name="root">The folder, or a single file.</param>
    /// <param name="kept">Where the index is kept.</param>
    /// <param name="model">What tells the model from others.</param>
    /// <param name="embedder">The model.</param>
    /// <param name="progress">Is told how many passages of how many are embedded.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    public static SearchIndex Build(string root, string kept, string model, TextEmbedder embedder, IProgress<(int Done, int All)>? progress, CancellationToken cancellation)
    {
        Dictionary<string, Entry> before = Read(kept, model, embedder.Dimensions);
        var index = new SearchIndex(embedder.Dimensions);
        var changed = new List<int>();
        foreach (string path in Passages.FilesIn(root))
        {
            var info = new FileInfo(path);
            string name = File.Exists(root) ? Path.GetFileName(path) : Path.GetRelativePath(root, path).Replace('\\', '/');
            long written = info.LastWriteTimeUtc.Ticks;
            if (before.TryGetValue(name, out Entry? old) && old.Written == written && old.Length == info.Length)
            {
                index._files.Add(old);
                continue;
            }
            changed.Add(index._files.Count);
            index._files.Add(new(name, written, info.Length, [.. Passages.Of(name, File.ReadAllLines(path))], []));
        }

        Passage[] passages = [.. changed.SelectMany(file => index._files[file].Passages)];
        string[] texts = [.. passages.Select(passage => passage.WithHeading())];
        Embeddings vectors = embedder.Embed(texts, TextKind.Passage, new Step(done => progress?.Report((done, texts.Length))), cancellation);
        int at = 0;
        foreach (int i in changed)
        {
            Entry file = index._files[i];
            int floats = file.Passages.Length * embedder.Dimensions;
            index._files[i] = file with { Vectors = vectors.Values.AsSpan(at, floats).ToArray() };
            at += floats;
        }
        if (changed.Count > 0 || before.Count != index._files.Count) index.Write(kept, model);
        return index;
    }

    /// <summary>The passages nearest to a vector of length 1, best first.</summary>
    public IReadOnlyList<Found> Nearest(ReadOnlySpan<float> query, int count)
    {
        var best = new PriorityQueue<Found, float>();
        foreach (Entry file in _files)
        {
            for (int i = 0; i < file.Passages.Length; i++)
            {
                float score = Dot(query, file.Vectors.AsSpan(i * _dimensions, _dimensions));
                if (best.Count < count) best.Enqueue(new(file.Passages[i], score), score);
                else if (score > best.Peek().Score) best.EnqueueDequeue(new(file.Passages[i], score), score);
            }
        }
        return [.. best.UnorderedItems.Select(item => item.Element).OrderByDescending(found => found.Score)];
    }

    /// <summary>Products are summed up in vectors.</summary>
    public static float Dot(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        ReadOnlySpan<Vector<float>> ones = MemoryMarshal.Cast<float, Vector<float>>(one), others = MemoryMarshal.Cast<float, Vector<float>>(other);
        Vector<float> sums = Vector<float>.Zero;
        for (int i = 0; i < ones.Length; i++) sums += ones[i] * others[i];
        float sum = Vector.Sum(sums);
        for (int i = ones.Length * Vector<float>.Count; i < one.Length; i++) sum += one[i] * other[i];
        return sum;
    }

    private void Write(string path, string model)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = $"{path}.{Environment.ProcessId}";
        using (var writer = new BinaryWriter(File.Create(temporary)))
        {
            writer.Write(Version);
            writer.Write(model);
            writer.Write(_dimensions);
            writer.Write(_files.Count);
            foreach (Entry file in _files)
            {
                writer.Write(file.File);
                writer.Write(file.Written);
                writer.Write(file.Length);
                writer.Write(file.Passages.Length);
                foreach (Passage passage in file.Passages)
                {
                    writer.Write(passage.Line);
                    writer.Write(passage.Heading);
                    writer.Write(passage.Text);
                }
                writer.Write(MemoryMarshal.AsBytes(file.Vectors.AsSpan()));
            }
        }
        File.Move(temporary, path, overwrite: true);
    }

    private static Dictionary<string, Entry> Read(string path, string model, int dimensions)
    {
        var files = new Dictionary<string, Entry>(StringComparer.Ordinal);
        if (!File.Exists(path)) return files;
        try
        {
            using var reader = new BinaryReader(File.OpenRead(path));
            if (reader.ReadInt32() != Version || reader.ReadString() != model || reader.ReadInt32() != dimensions) return files;
            for (int count = reader.ReadInt32(); count > 0; count--)
            {
                string file = reader.ReadString();
                (long written, long length) = (reader.ReadInt64(), reader.ReadInt64());
                var passages = new List<Passage>();
                for (int left = reader.ReadInt32(); left > 0; left--) passages.Add(new(file, reader.ReadInt32(), reader.ReadString(), reader.ReadString()));
                float[] vectors = new float[checked(passages.Count * dimensions)];
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(vectors.AsSpan()));
                files[file] = new(file, written, length, [.. passages], vectors);
            }
            return files;
        }
        catch (Exception e) when (e is EndOfStreamException or IOException or FormatException or OverflowException)
        {
            return []; // cut short, or of something else: it is built anew
        }
    }

    private sealed record Entry(string File, long Written, long Length, Passage[] Passages, float[] Vectors);

    private sealed class Step(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
