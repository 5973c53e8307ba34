using Attention.Dsl;

namespace Attention.Tests.Models;

// Parts of modern language models, with the names of those that have them.

[AttentionModel]
public sealed partial class GatedFeedForwards
{
    [Encoder(layers: 1, width: 24, Norm = NormPlacement.Pre, Prefix = "llama")]
    [Tensor(TensorRole.HiddenGate, "{prefix}.layers.{layer}.mlp.gate_proj.weight")]
    [Tensor(TensorRole.Hidden, "{prefix}.layers.{layer}.mlp.up_proj.weight")]
    [Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.mlp.down_proj.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.norm.weight")]
    [Features(70)]
    [FeedForward(37, Activation.Silu, Gated = true, Bias = false)]
    public sealed partial class Llama;

    [Encoder(layers: 1, width: 24, Norm = NormPlacement.Pre, Prefix = "modernbert")]
    [Tensor(TensorRole.GateUp, "{prefix}.layers.{layer}.mlp.Wi.weight")]
    [Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.mlp.Wo.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.norm.weight")]
    [Input("llama")]
    [FeedForward(37, Activation.Gelu, Gated = true, Bias = false)]
    public sealed partial class ModernBert;

    [Encoder(layers: 1, width: 24, Norm = NormPlacement.Pre, Prefix = "moonshine")]
    [Tensor(TensorRole.UpGate, "{prefix}.layers.{layer}.mlp.fc1.weight")]
    [Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.mlp.fc2.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.norm.weight")]
    [Input("modernBert")]
    [FeedForward(37, Activation.Silu, Gated = true)]
    public sealed partial class Moonshine;
}

[AttentionModel(Layout = WeightLayout.Llama)]
[Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Bias = false)]
[Embedding(9, length: 40)]
[Rotary(Base = 500)]
[SelfAttention(heads: 3, HeadWidth = 10)]
[FeedForward(37, Activation.Silu, Gated = true)]
[Logits(Bias = false)]
public sealed partial class LlamaHeads;

[AttentionModel]
[Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre)]
[Features(70)]
[Rotary(Width = 6, Base = 700, Interleaved = true)]
[SelfAttention(heads: 3, At = [0])]
[Rotary(Base = 50, Factor = 2.5)]
[SelfAttention(heads: 3, At = [1])]
public sealed partial class RotaryOfTwoKinds;

[AttentionModel]
[Encoder(layers: 7, width: 24, Norm = NormPlacement.None)]
[Features(70)]
[Rotary(Base = 500, Scaling = RotaryScaling.Llama3, Factor = 8, OriginalLength = 64)]
[SelfAttention(heads: 3, At = [0])]
[Rotary(Base = 500, Scaling = RotaryScaling.Llama3, Factor = 3, OriginalLength = 40, LowFrequency = 0.25, HighFrequency = 5)]
[SelfAttention(heads: 3, At = [1])]
[Rotary(Base = 500, Scaling = RotaryScaling.Yarn, Factor = 16, OriginalLength = 64)]
[SelfAttention(heads: 3, At = [2])]
[Rotary(Base = 500, Scaling = RotaryScaling.Yarn, Factor = 4, OriginalLength = 64, BetaFast = 4, BetaSlow = 0.5, Truncate = false, AttentionFactor = 1.3)]
[SelfAttention(heads: 3, At = [3])]
[Rotary(Base = 500, Scaling = RotaryScaling.Yarn, Factor = 40, OriginalLength = 64, MScale = 0.7, MScaleAllDim = 1.2)]
[SelfAttention(heads: 3, At = [4])]
[Rotary(Base = 500, Scaling = RotaryScaling.DynamicNtk, Factor = 4, OriginalLength = 32)]
[SelfAttention(heads: 3, At = [5])]
[Rotary(Base = 500, Scaling = RotaryScaling.LongRope, Factor = 8, OriginalLength = 64, Factors = [1, 1.25, 3.5, 20])]
[SelfAttention(heads: 3, At = [6])]
public sealed partial class RotaryScaled;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.Embedding, "embeddings.word_embeddings.weight")]
[Tensor(TensorRole.TokenTypes, "embeddings.token_type_embeddings.weight")]
[Tensor(TensorRole.StemNorm, "emb_ln.weight")]
[Tensor(TensorRole.SelfQueryKeyValue, "encoder.layers.{layer}.attn.Wqkv.weight")]
[Tensor(TensorRole.SelfOutput, "encoder.layers.{layer}.attn.out_proj.weight")]
[Tensor(TensorRole.SelfNorm, "encoder.layers.{layer}.norm{n}.weight")]
[Tensor(TensorRole.Hidden, "encoder.layers.{layer}.mlp.fc11.weight")]
[Tensor(TensorRole.HiddenGate, "encoder.layers.{layer}.mlp.fc12.weight")]
[Tensor(TensorRole.Contract, "encoder.layers.{layer}.mlp.fc2.weight")]
[Tensor(TensorRole.FeedForwardNorm, "encoder.layers.{layer}.norm{n}.weight")]
public sealed partial class NomicBert
{
    [Encoder(layers: 1, width: 32, Epsilon = 1e-12, Prefix = "")]
    [Embedding(32, length: 12)]
    [TokenTypes(2)]
    [LayerNorm]
    [Rotary(Base = 1000)]
    [SelfAttention(heads: 4, Bias = false)]
    [FeedForward(48, Activation.Silu, Gated = true, Bias = false)]
    public sealed partial class Text;

    [Encoder(layers: 0, width: 32, Prefix = "pooled")]
    [Input("text")]
    [Pooling(PoolingKind.Mean)]
    [L2Normalize]
    public sealed partial class Pooled;
}
