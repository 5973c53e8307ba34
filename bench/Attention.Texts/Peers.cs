using System.Buffers;
using FastBertTokenizer;
using Microsoft.ML.OnnxRuntime;

namespace Attention.Texts;

/// <summary>
/// ONNX Runtime over the same weights, ids by FastBertTokenizer: a text at a time, or padded batches of texts of like length; mean over the rows, to length 1.
/// </summary>
internal sealed class OnnxEmbedder : IDisposable
{
    private const int Width = 384, MaxLength = 256;

    private readonly InferenceSession _session;
    private readonly BertTokenizer _tokenizer = new();
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;

    public OnnxEmbedder(string model, string vocabulary, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads };
        _session = new InferenceSession(model, options);
        _inputs = [.. _session.InputMetadata.Keys];
        using var reader = new StreamReader(vocabulary);
        _tokenizer.LoadVocabulary(reader, convertInputToLowercase: true);
    }

    /// <summary>The vectors of texts, so many at a time; batches of more than one are of texts sorted by length.</summary>
    public float[] Embed(IReadOnlyList<string> texts, int batch)
    {
        var ids = new long[texts.Count][];
        for (int i = 0; i < ids.Length; i++) ids[i] = _tokenizer.Encode(texts[i], MaxLength).InputIds.ToArray();
        int[] order = [.. Enumerable.Range(0, ids.Length)];
        if (batch > 1) Array.Sort(order, (one, other) => ids[one].Length.CompareTo(ids[other].Length));
        float[] vectors = new float[texts.Count * Width];
        for (int first = 0; first < order.Length; first += batch) Run(ids, order.AsSpan(first, Math.Min(batch, order.Length - first)), vectors);
        return vectors;
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    /// <summary>Makes a vector one of length 1.</summary>
    internal static void Scale(Span<float> vector)
    {
        double square = 0;
        foreach (float value in vector) square += (double)value * value;
        float scale = (float)(1 / Math.Sqrt(square));
        foreach (ref float value in vector) value *= scale;
    }

    private void Run(long[][] ids, ReadOnlySpan<int> texts, float[] vectors)
    {
        int length = 0;
        foreach (int text in texts) length = Math.Max(length, ids[text].Length);
        int all = texts.Length * length;
        long[] tokens = new long[all], mask = new long[all], types = new long[all];
        for (int i = 0; i < texts.Length; i++)
        {
            ids[texts[i]].CopyTo(tokens, i * length);
            mask.AsSpan(i * length, ids[texts[i]].Length).Fill(1);
        }
        long[] shape = [texts.Length, length];
        using OrtValue tokenValue = OrtValue.CreateTensorValueFromMemory(tokens, shape), maskValue = OrtValue.CreateTensorValueFromMemory(mask, shape), typeValue = OrtValue.CreateTensorValueFromMemory(types, shape);
        OrtValue[] values = [.. _inputs.Select(name => name switch { "input_ids" => tokenValue, "attention_mask" => maskValue, _ => typeValue })];
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, _inputs, values, _session.OutputNames);
        ReadOnlySpan<float> rows = outputs[0].GetTensorDataAsSpan<float>();
        for (int i = 0; i < texts.Length; i++)
        {
            Span<float> vector = vectors.AsSpan(texts[i] * Width, Width);
            for (int row = 0; row < ids[texts[i]].Length; row++)
            {
                ReadOnlySpan<float> from = rows.Slice(((i * length) + row) * Width, Width);
                for (int j = 0; j < Width; j++) vector[j] += from[j];
            }
            Scale(vector);
        }
    }
}
