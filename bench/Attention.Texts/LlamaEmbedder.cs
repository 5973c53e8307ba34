using Attention.Dsl;
using LLama;
using LLama.Common;
using LLama.Native;

namespace Attention.Texts;

/// <summary>llama.cpp over the same weights, by LLamaSharp, tokenizing included: a text at a time, or batches of a sequence each, which it packs itself.</summary>
internal sealed class LlamaEmbedder : IDisposable
{
    private const int Width = 384, MaxLength = 256, Room = 2048, Sequences = 64;

    private readonly LLamaWeights _weights;
    private readonly LLamaContext _context;
    private readonly LLamaBatch _batch = new();

    public LlamaEmbedder(string model, int threads)
    {
        NativeLogConfig.llama_log_set((_, _) => { });
        var options = new ModelParams(model) { Embeddings = true, PoolingType = LLamaPoolingType.Mean, ContextSize = Room, BatchSize = Room, UBatchSize = Room, SeqMax = Sequences, Threads = threads, BatchThreads = threads, GpuLayerCount = 0 };
        _weights = LLamaWeights.LoadFromFile(options);
        _context = _weights.CreateContext(options);
    }

    /// <summary>Writes a checkpoint of BERT's shape as llama.cpp wants it.</summary>
    public static void Write(string folder, string path)
    {
        using SafeTensors file = SafeTensors.Open(Path.Combine(folder, "model.safetensors"));
        string[] vocabulary = File.ReadAllLines(Path.Combine(folder, "vocab.txt"));
        uint Id(string token) => (uint)Array.IndexOf(vocabulary, token);
        var gguf = new GgufWriter();
        gguf.Fact("general.architecture", "bert");
        gguf.Fact("bert.block_count", 6u);
        gguf.Fact("bert.context_length", 512u);
        gguf.Fact("bert.embedding_length", (uint)Width);
        gguf.Fact("bert.feed_forward_length", 1536u);
        gguf.Fact("bert.attention.head_count", 12u);
        gguf.Fact("bert.attention.layer_norm_epsilon", 1e-12f);
        gguf.Fact("bert.attention.causal", false);
        gguf.Fact("bert.pooling_type", 1u);
        gguf.Fact("tokenizer.ggml.model", "bert");
        gguf.Fact("tokenizer.ggml.token_type_count", 2u);
        // Its pieces of words have no mark, and beginnings have one.
        gguf.Fact("tokenizer.ggml.tokens", [.. vocabulary.Select(token => token.StartsWith("##", StringComparison.Ordinal) ? token[2..] : token is ['[', .., ']'] and not "[" and not "]" ? token : "\u2581" + token)]);
        gguf.Fact("tokenizer.ggml.token_type", [.. vocabulary.Select(token => token is ['[', .., ']'] ? 3 : 1)]);
        gguf.Fact("tokenizer.ggml.bos_token_id", Id("[CLS]"));
        gguf.Fact("tokenizer.ggml.cls_token_id", Id("[CLS]"));
        gguf.Fact("tokenizer.ggml.eos_token_id", Id("[SEP]"));
        gguf.Fact("tokenizer.ggml.seperator_token_id", Id("[SEP]"));
        gguf.Fact("tokenizer.ggml.unknown_token_id", Id("[UNK]"));
        gguf.Fact("tokenizer.ggml.padding_token_id", Id("[PAD]"));
        gguf.Fact("tokenizer.ggml.mask_token_id", Id("[MASK]"));
        foreach (string name in file.Names)
        {
            if (NameOf(name) is string named && file.TryGetShape(name, out IReadOnlyList<long>? shape)) gguf.Tensor(named, shape!, file.ReadFloats(name));
        }
        gguf.Save(path);
    }

    /// <summary>The vectors of texts, one at a time or as many as there is room for.</summary>
    public float[] Embed(IReadOnlyList<string> texts, bool together)
    {
        float[] vectors = new float[texts.Count * Width];
        int first = 0;
        for (int i = 0; i < texts.Count; i++)
        {
            LLamaToken[] tokens = _context.Tokenize(texts[i], addBos: true, special: false);
            if (tokens.Length > MaxLength) tokens = [.. tokens[..(MaxLength - 1)], tokens[^1]];
            if (_batch.TokenCount > 0 && (!together || i - first == Sequences || _batch.TokenCount + tokens.Length > Room)) Run(i);
            for (int at = 0; at < tokens.Length; at++) _batch.Add(tokens[at], at, (LLamaSeqId)(i - first), logits: true);
        }
        Run(texts.Count);
        return vectors;

        void Run(int end)
        {
            _context.NativeHandle.MemoryClear();
            if (_context.NativeHandle.Encode(_batch) != DecodeResult.Ok) throw new InvalidOperationException("llama.cpp refused a batch.");
            for (int text = first; text < end; text++)
            {
                Span<float> vector = vectors.AsSpan(text * Width, Width);
                _context.NativeHandle.GetEmbeddingsSeq((LLamaSeqId)(text - first)).CopyTo(vector);
                OnnxEmbedder.Scale(vector);
            }
            _batch.Clear();
            first = end;
        }
    }

    public void Dispose()
    {
        _context.Dispose();
        _weights.Dispose();
    }

    private static string? NameOf(string name)
    {
        string[] parts = name.Split('.');
        return parts switch
        {
            ["embeddings", "word_embeddings", _] => "token_embd.weight",
            ["embeddings", "token_type_embeddings", _] => "token_types.weight",
            ["embeddings", "position_embeddings", _] => "position_embd.weight",
            ["embeddings", "LayerNorm", string kind] => $"token_embd_norm.{kind}",
            ["encoder", "layer", string layer, "attention", "self", string part, string kind] => $"blk.{layer}.attn_{part[0]}.{kind}",
            ["encoder", "layer", string layer, "attention", "output", "dense", string kind] => $"blk.{layer}.attn_output.{kind}",
            ["encoder", "layer", string layer, "attention", "output", _, string kind] => $"blk.{layer}.attn_output_norm.{kind}",
            ["encoder", "layer", string layer, "intermediate", _, string kind] => $"blk.{layer}.ffn_up.{kind}",
            ["encoder", "layer", string layer, "output", "dense", string kind] => $"blk.{layer}.ffn_down.{kind}",
            ["encoder", "layer", string layer, "output", _, string kind] => $"blk.{layer}.layer_output_norm.{kind}",
            _ => null,
        };
    }
}
