using System.Runtime.InteropServices;
using Attention.Texts;
using LLama;
using LLama.Common;
using LLama.Native;

namespace Attention.Llamas;

/// <summary>llama.cpp, by LLamaSharp.</summary>
internal sealed class LlamaCpp : Contender
{
    private readonly LLamaWeights _weights;
    private readonly LLamaContext _context;
    private readonly LLamaBatch _batch = new();
    private int _position;

    public LlamaCpp(string model, int threads)
    {
        NativeLogConfig.llama_log_set((_, _) => { });
        var options = new ModelParams(model) { ContextSize = LlamaShape.Together * LlamaShape.Length, SeqMax = LlamaShape.Together, BatchSize = LlamaShape.Length, UBatchSize = LlamaShape.Length, Threads = threads, BatchThreads = threads, GpuLayerCount = 0 };
        _weights = LLamaWeights.LoadFromFile(options);
        _context = _weights.CreateContext(options);
    }

    /// <summary>Writes the same weights as llama.cpp wants them, whose pairs of turning channels are neighbours, as ours are here.</summary>
    public static void Write(LlamaShape shape, string format, string path)
    {
        var gguf = new GgufWriter();
        gguf.Fact("general.architecture", "llama");
        gguf.Fact("llama.block_count", (uint)shape.Layers);
        gguf.Fact("llama.context_length", 2048u);
        gguf.Fact("llama.embedding_length", (uint)shape.Width);
        gguf.Fact("llama.feed_forward_length", (uint)shape.Hidden);
        gguf.Fact("llama.attention.head_count", (uint)shape.Heads);
        gguf.Fact("llama.attention.head_count_kv", (uint)shape.KeyValueHeads);
        gguf.Fact("llama.attention.layer_norm_rms_epsilon", LlamaShape.Epsilon);
        gguf.Fact("llama.rope.dimension_count", (uint)shape.HeadWidth);
        gguf.Fact("llama.rope.freq_base", 10000f);
        gguf.Fact("llama.vocab_size", (uint)shape.Vocabulary);
        gguf.Fact("tokenizer.ggml.model", "no_vocab");
        foreach ((string name, int[] sizes) in shape.Tensors())
        {
            long count = sizes.Aggregate(1L, (product, size) => product * size);
            (GgufType type, long bytes, Func<float[], byte[]> stored) = (sizes.Length > 1 ? format : "float32") switch
            {
                "bfloat16" => (GgufType.BFloat16, 2 * count, values => MemoryMarshal.AsBytes(Narrow(values).AsSpan()).ToArray()),
                "int8" => (GgufType.Q8_0, count / Blocks.Length * 34, values => Blocks.Of(values, 8).ToGguf()),
                "int4" => (GgufType.Q4_0, count / Blocks.Length * 18, values => Blocks.Of(values, 4).ToGguf()),
                _ => (GgufType.Float32, 4 * count, (Func<float[], byte[]>)(values => MemoryMarshal.AsBytes(values.AsSpan()).ToArray())),
            };
            gguf.Tensor(NameOf(name), [.. sizes.Select(size => (long)size)], type, bytes, stream => stream.Write(stored(LlamaShape.ValuesOf(name, sizes, format))));
        }

        gguf.Save(path);
    }

    /// <summary>The upper halves of numbers that have no lower ones.</summary>
    public static ushort[] Narrow(float[] values) => Array.ConvertAll(values, value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));

    public override ReadOnlySpan<float> Prompt(ReadOnlySpan<int> tokens)
    {
        _context.NativeHandle.MemoryClear();
        _position = 0;
        return Take(tokens);
    }

    public override ReadOnlySpan<float> Step(int token) => Take(new[] { token });

    public override void PromptTogether(ReadOnlySpan<int> tokens, int length)
    {
        _context.NativeHandle.MemoryClear();
        for (int i = 0; i < LlamaShape.Together; i++)
        {
            _position = 0;
            Take(tokens.Slice(i, length), i);
        }
    }

    public override ReadOnlySpan<float> StepTogether(ReadOnlySpan<int> tokens)
    {
        _batch.Clear();
        for (int i = 0; i < tokens.Length; i++)
            _batch.Add(tokens[i], _position, (LLamaSeqId)i, logits: true);
        _position++;
        return Run(tokens.Length - 1);
    }

    private ReadOnlySpan<float> Take(ReadOnlySpan<int> tokens, int sequence = 0)
    {
        _batch.Clear();
        for (int i = 0; i < tokens.Length; i++)
            _batch.Add(tokens[i], _position++, (LLamaSeqId)sequence, logits: i == tokens.Length - 1);
        return Run(tokens.Length - 1);
    }

    private ReadOnlySpan<float> Run(int last)
    {
        if (_context.NativeHandle.Decode(_batch) != DecodeResult.Ok)
            throw new InvalidOperationException("llama.cpp refused a batch.");
        return _context.NativeHandle.GetLogitsIth(last);
    }

    public override void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }

    private static string NameOf(string name) => name.Split('.') switch
    {
        ["model", "embed_tokens", _] => "token_embd.weight",
        ["model", "norm", _] => "output_norm.weight",
        ["lm_head", _] => "output.weight",
        ["model", "layers", string layer, "input_layernorm", _] => $"blk.{layer}.attn_norm.weight",
        ["model", "layers", string layer, "post_attention_layernorm", _] => $"blk.{layer}.ffn_norm.weight",
        ["model", "layers", string layer, "self_attn", "o_proj", _] => $"blk.{layer}.attn_output.weight",
        ["model", "layers", string layer, "self_attn", string map, _] => $"blk.{layer}.attn_{map[0]}.weight",
        ["model", "layers", string layer, "mlp", string map, _] => $"blk.{layer}.ffn_{map[..map.IndexOf('_', StringComparison.Ordinal)]}.weight",
        _ => throw new InvalidOperationException(name),
    };
}
