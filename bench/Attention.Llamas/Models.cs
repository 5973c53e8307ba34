using Attention.Dsl;

namespace Attention.Llamas;

/// <summary>Sizes of a llama.</summary>
internal sealed record LlamaShape(string Name, int Layers, int Width, int Heads, int KeyValueHeads, int Hidden, int Vocabulary, bool Tied)
{
    /// <summary>Rows that every contender has room for.</summary>
    public const int Length = 256;

    /// <summary>Sequences that step together.</summary>
    public const int Together = 16;

    public const float Epsilon = 1e-5f;

    public static readonly LlamaShape[] All = [new("tinyllama", 22, 2048, 32, 4, 5632, 32000, Tied: false), new("smollm", 30, 576, 9, 3, 1536, 49152, Tied: true)];

    public int HeadWidth => Width / Heads;

    public int Shared => KeyValueHeads * HeadWidth;

    /// <summary>Weights that a row multiplies, without the scores of tokens.</summary>
    public long LayerWeights => (long)Layers * Width * ((2 * Width) + (2 * Shared) + (3 * Hidden));

    /// <summary>Those of a step.</summary>
    public long StepWeights => LayerWeights + ((long)Vocabulary * Width);

    /// <summary>Multiplications and additions of queries with so many keys, and of weights with their values.</summary>
    public double AttentionWork(long keys) => 4.0 * Layers * Width * keys;

    /// <summary>The tensors by the names of Hugging Face's llama, linear weights output × input.</summary>
    public IEnumerable<(string Name, int[] Shape)> Tensors()
    {
        yield return ("model.embed_tokens.weight", [Vocabulary, Width]);
        for (int layer = 0; layer < Layers; layer++)
        {
            string of = $"model.layers.{layer}.";
            yield return (of + "input_layernorm.weight", [Width]);
            yield return (of + "self_attn.q_proj.weight", [Width, Width]);
            yield return (of + "self_attn.k_proj.weight", [Shared, Width]);
            yield return (of + "self_attn.v_proj.weight", [Shared, Width]);
            yield return (of + "self_attn.o_proj.weight", [Width, Width]);
            yield return (of + "post_attention_layernorm.weight", [Width]);
            yield return (of + "mlp.gate_proj.weight", [Hidden, Width]);
            yield return (of + "mlp.up_proj.weight", [Hidden, Width]);
            yield return (of + "mlp.down_proj.weight", [Width, Hidden]);
        }

        yield return ("model.norm.weight", [Width]);
        if (!Tied)
            yield return ("lm_head.weight", [Vocabulary, Width]);
    }

    /// <summary>A tensor's values, the same at every call, as bfloat16 holds them, or, in four bits, matrices as blocks of those do: every contender has the same weights, but for what eight bits round in one way or another.</summary>
    public static float[] ValuesOf(string name, int[] shape, string format = "float32")
    {
        float[] values = ValuesOf(name, shape);
        return format == "int4" && shape.Length > 1 ? Blocks.Of(values, 4).Values() : values;
    }

    private static float[] ValuesOf(string name, int[] shape)
    {
        var random = new Random(name.Aggregate(17, (hash, letter) => (hash * 31) + letter));
        var values = new float[shape.Aggregate(1, (product, size) => product * size)];
        float scale = shape.Length == 1 ? 0.1f : 1.7f / MathF.Sqrt(shape[^1]);
        for (int i = 0; i < values.Length; i++)
            values[i] = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits((shape.Length == 1 ? 1 : 0) + (scale * ((2 * random.NextSingle()) - 1))) & 0xFFFF0000);
        return values;
    }
}

/// <summary>TinyLlama's shape.</summary>
[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 22, width: 2048, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 32000, length: LlamaShape.Length)]
[Rotary(Interleaved = true)]
[SelfAttention(heads: 32, KeyValueHeads = 4)]
[FeedForward(5632, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
internal sealed partial class TinyLlama;

/// <inheritdoc cref="TinyLlama"/>
[AttentionModel(Layout = WeightLayout.Llama, Weights = WeightFormat.BFloat16, KeyValues = WeightFormat.BFloat16)]
[Decoder(layers: 22, width: 2048, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 32000, length: LlamaShape.Length)]
[Rotary(Interleaved = true)]
[SelfAttention(heads: 32, KeyValueHeads = 4)]
[FeedForward(5632, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
internal sealed partial class TinyLlamaBFloat16;

/// <summary>The shape of SmolLM of 135 million parameters.</summary>
[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 30, width: 576, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 49152, length: LlamaShape.Length)]
[Rotary(Interleaved = true)]
[SelfAttention(heads: 9, KeyValueHeads = 3)]
[FeedForward(1536, Activation.Silu, Gated = true)]
[Logits(Tied = true)]
internal sealed partial class SmolLm;

/// <inheritdoc cref="SmolLm"/>
[AttentionModel(Layout = WeightLayout.Llama, Weights = WeightFormat.BFloat16, KeyValues = WeightFormat.BFloat16)]
[Decoder(layers: 30, width: 576, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 49152, length: LlamaShape.Length)]
[Rotary(Interleaved = true)]
[SelfAttention(heads: 9, KeyValueHeads = 3)]
[FeedForward(1536, Activation.Silu, Gated = true)]
[Logits(Tied = true)]
internal sealed partial class SmolLmBFloat16;

/// <inheritdoc cref="TinyLlama"/>
[AttentionModel(Layout = WeightLayout.Llama, Products = ProductFormat.Int8, KeyValues = WeightFormat.BFloat16)]
[Decoder(layers: 22, width: 2048, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 32000, length: LlamaShape.Length)]
[Rotary(Interleaved = true)]
[SelfAttention(heads: 32, KeyValueHeads = 4)]
[FeedForward(5632, Activation.Silu, Gated = true)]
[Logits(Bias = false, Products = ProductFormat.Int8)]
internal sealed partial class TinyLlamaInt8;

/// <inheritdoc cref="TinyLlama"/>
[AttentionModel(Layout = WeightLayout.Llama, Products = ProductFormat.W4A8, KeyValues = WeightFormat.BFloat16)]
[Decoder(layers: 22, width: 2048, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 32000, length: LlamaShape.Length)]
[Rotary(Interleaved = true)]
[SelfAttention(heads: 32, KeyValueHeads = 4)]
[FeedForward(5632, Activation.Silu, Gated = true)]
[Logits(Bias = false, Products = ProductFormat.W4A8)]
internal sealed partial class TinyLlamaInt4;

/// <inheritdoc cref="SmolLm"/>
[AttentionModel(Layout = WeightLayout.Llama, Products = ProductFormat.Int8, KeyValues = WeightFormat.BFloat16)]
[Decoder(layers: 30, width: 576, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 49152, length: LlamaShape.Length)]
[Rotary(Interleaved = true)]
[SelfAttention(heads: 9, KeyValueHeads = 3)]
[FeedForward(1536, Activation.Silu, Gated = true)]
[Logits(Tied = true, Products = ProductFormat.Int8)]
internal sealed partial class SmolLmInt8;

/// <inheritdoc cref="SmolLm"/>
[AttentionModel(Layout = WeightLayout.Llama, Products = ProductFormat.W4A8, KeyValues = WeightFormat.BFloat16)]
[Decoder(layers: 30, width: 576, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false)]
[Embedding(vocabulary: 49152, length: LlamaShape.Length)]
[Rotary(Interleaved = true)]
[SelfAttention(heads: 9, KeyValueHeads = 3)]
[FeedForward(1536, Activation.Silu, Gated = true)]
[Logits(Tied = true, Products = ProductFormat.W4A8)]
internal sealed partial class SmolLmInt4;
