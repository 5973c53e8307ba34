using Attention.Dsl;

namespace Attention.Tests.Models;

// Files of the catalogue that bring two modalities together.

[AttentionModel(Layout = WeightLayout.Clip, Scalars = ["logit_scale"])]
public sealed partial class ClipTowers
{
    [Encoder(layers: 1, width: 24, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "text_model")]
    [Embedding(40, length: 12)]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3, Causal = true)]
    [FeedForward(48, Activation.QuickGelu)]
    [Pooling(PoolingKind.LargestToken)]
    [Linear(16, Bias = false, Name = "text_projection")]
    [L2Normalize]
    public sealed partial class Text;

    [Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Prefix = "vision_model")]
    [Patches(image: 16, patch: 4, Channels = 3, Bias = false)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 4)]
    [FeedForward(48, Activation.QuickGelu)]
    [Pooling(PoolingKind.First)]
    [LayerNorm]
    [Linear(16, Bias = false, Name = "visual_projection")]
    [L2Normalize]
    public sealed partial class Image;
}

// Its text by a decoder, its image before the projection.

[AttentionModel(Layout = WeightLayout.Clip)]
public sealed partial class ClipEmbeddings
{
    [Decoder(layers: 1, width: 24, Norm = NormPlacement.Pre, FinalNorm = true)]
    [Embedding(40, length: 12)]
    [Positions(PositionKind.Learned)]
    [SelfAttention(heads: 3)]
    [FeedForward(48, Activation.QuickGelu)]
    [Pooling(PoolingKind.AtToken, Token = 39)]
    [Linear(16, Bias = false, Name = "text_projection")]
    public sealed partial class Text;

    [Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre)]
    [Patches(image: 16, patch: 4, Channels = 3, Bias = false)]
    [ClassToken]
    [Positions(PositionKind.Learned)]
    [LayerNorm]
    [SelfAttention(heads: 4)]
    [FeedForward(48, Activation.QuickGelu)]
    [Pooling(PoolingKind.First)]
    [LayerNorm]
    public sealed partial class Image;
}

[AttentionModel(Layout = WeightLayout.Clip)]
[Encoder(layers: 2, width: 20, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "text_model")]
[Embedding(11, length: 13)]
[Positions(PositionKind.Learned)]
[SelfAttention(heads: 4, Causal = true)]
[FeedForward(37, Activation.Gelu)]
[Pooling(PoolingKind.AtToken, Token = 7)]
[Linear(9, Bias = false, Name = "text_projection")]
public sealed partial class ClipAtToken;

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class GatedImmediate
{
    [Encoder(layers: 0, width: 24, Prefix = "media")]
    [Features(8)]
    [Labels(Rows = 4)]
    public sealed partial class Media;

    [Tensor(TensorRole.CrossNorm, "attn.norm.weight")]
    [Tensor(TensorRole.CrossQuery, "attn.to_q.weight")]
    [Tensor(TensorRole.CrossKeyValue, "attn.to_kv.weight")]
    [Tensor(TensorRole.CrossOutput, "attn.to_out.weight")]
    [Tensor(TensorRole.CrossGate, "attn_gate")]
    [Tensor(TensorRole.FeedForwardNorm, "ff.0.weight")]
    [Tensor(TensorRole.Hidden, "ff.1.weight")]
    [Tensor(TensorRole.Contract, "ff.3.weight")]
    [Tensor(TensorRole.FeedForwardGate, "ff_gate")]
    [Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Prefix = "")]
    [Features(12)]
    [Labels]
    [CrossAttention("media", heads: 4, SourceWidth = 24, Bias = false, Gate = Gate.Tanh, Labels = LabelRule.Equal, Capture = true)]
    [FeedForward(64, Activation.Gelu, Bias = false, Gate = Gate.Tanh)]
    public sealed partial class Text;
}

[AttentionModel]
[Tensor(TensorRole.CrossNorm, "{prefix}.layers.{layer}.attn.norm.weight")]
[Tensor(TensorRole.CrossQuery, "{prefix}.layers.{layer}.attn.to_q.weight")]
[Tensor(TensorRole.CrossKeyValue, "{prefix}.layers.{layer}.attn.to_kv.weight")]
[Tensor(TensorRole.CrossOutput, "{prefix}.layers.{layer}.attn.to_out.weight")]
[Tensor(TensorRole.CrossGate, "{prefix}.layers.{layer}.attn_gate")]
[Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.ff.0.weight")]
[Tensor(TensorRole.Hidden, "{prefix}.layers.{layer}.ff.1.weight")]
[Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.ff.3.weight")]
[Tensor(TensorRole.FeedForwardGate, "{prefix}.layers.{layer}.ff_gate")]
public sealed partial class GatedImmediateDecoder
{
    [Encoder(layers: 0, width: 15)]
    [Features(20)]
    [Labels(Rows = 5)]
    public sealed partial class Media;

    [Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre)]
    [Embedding(9, length: 40)]
    [Positions(PositionKind.Learned)]
    [Labels(Token = 6)]
    [CrossAttention("media", heads: 4, HeadWidth = 5, SourceWidth = 15, Bias = false, Gate = Gate.Tanh, Labels = LabelRule.Equal)]
    [FeedForward(37, Activation.Gelu, Bias = false, Gate = Gate.Tanh)]
    [SelfAttention(heads: 3)]
    public sealed partial class Text;
}

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class GatedAllBefore
{
    [Encoder(layers: 0, width: 24, Prefix = "media")]
    [Features(8)]
    [Labels(Rows = 4)]
    public sealed partial class Media;

    [Tensor(TensorRole.CrossNorm, "attn.norm.weight")]
    [Tensor(TensorRole.CrossQuery, "attn.to_q.weight")]
    [Tensor(TensorRole.CrossKeyValue, "attn.to_kv.weight")]
    [Tensor(TensorRole.CrossOutput, "attn.to_out.weight")]
    [Tensor(TensorRole.CrossGate, "attn_gate")]
    [Tensor(TensorRole.FeedForwardNorm, "ff.0.weight")]
    [Tensor(TensorRole.Hidden, "ff.1.weight")]
    [Tensor(TensorRole.Contract, "ff.3.weight")]
    [Tensor(TensorRole.FeedForwardGate, "ff_gate")]
    [Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Prefix = "")]
    [Features(12)]
    [Labels]
    [CrossAttention("media", heads: 4, SourceWidth = 24, Bias = false, Gate = Gate.Tanh, Labels = LabelRule.UpTo, Capture = true)]
    [FeedForward(64, Activation.Gelu, Bias = false, Gate = Gate.Tanh)]
    public sealed partial class Text;
}

[AttentionModel]
[Tensor(TensorRole.CrossNorm, "{prefix}.layers.{layer}.attn.norm.weight")]
[Tensor(TensorRole.CrossQuery, "{prefix}.layers.{layer}.attn.to_q.weight")]
[Tensor(TensorRole.CrossKeyValue, "{prefix}.layers.{layer}.attn.to_kv.weight")]
[Tensor(TensorRole.CrossOutput, "{prefix}.layers.{layer}.attn.to_out.weight")]
[Tensor(TensorRole.CrossGate, "{prefix}.layers.{layer}.attn_gate")]
[Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.ff.0.weight")]
[Tensor(TensorRole.Hidden, "{prefix}.layers.{layer}.ff.1.weight")]
[Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.ff.3.weight")]
[Tensor(TensorRole.FeedForwardGate, "{prefix}.layers.{layer}.ff_gate")]
public sealed partial class GatedAllBeforeDecoder
{
    [Encoder(layers: 0, width: 15)]
    [Features(20)]
    [Labels(Rows = 5)]
    public sealed partial class Media;

    [Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre)]
    [Embedding(9, length: 40)]
    [Positions(PositionKind.Learned)]
    [Labels(Token = 6)]
    [CrossAttention("media", heads: 4, HeadWidth = 5, SourceWidth = 15, Bias = false, Gate = Gate.Tanh, Labels = LabelRule.UpTo)]
    [FeedForward(37, Activation.Gelu, Bias = false, Gate = Gate.Tanh)]
    [SelfAttention(heads: 3)]
    public sealed partial class Text;
}

[AttentionModel(Unread = ["golden.*"])]
public sealed partial class Perceiver
{
    [Tensor(TensorRole.Positions, "media_pos_emb")]
    [Encoder(layers: 0, width: 32, Prefix = "")]
    [Features(27)]
    [Labels(Rows = 9)]
    [Positions(PositionKind.Learned, Repeat = 9)]
    public sealed partial class Media;

    [Tensor(TensorRole.Queries, "latents")]
    [Tensor(TensorRole.CrossSourceNorm, "layers.{layer}.0.norm_media.weight")]
    [Tensor(TensorRole.CrossNorm, "layers.{layer}.0.norm_latents.weight")]
    [Tensor(TensorRole.CrossQuery, "layers.{layer}.0.to_q.weight")]
    [Tensor(TensorRole.CrossKeyValue, "layers.{layer}.0.to_kv.weight")]
    [Tensor(TensorRole.CrossOutput, "layers.{layer}.0.to_out.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "layers.{layer}.1.0.weight")]
    [Tensor(TensorRole.Hidden, "layers.{layer}.1.1.weight")]
    [Tensor(TensorRole.Contract, "layers.{layer}.1.3.weight")]
    [Encoder(layers: 2, width: 32, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "")]
    [Queries(4, PerLabel = true)]
    [Labels(Rows = 4)]
    [CrossAttention("media", heads: 4, Bias = false, SourceNorm = true, IncludeQueries = true, Labels = LabelRule.Equal)]
    [FeedForward(64, Activation.Gelu, Bias = false)]
    public sealed partial class Latents;
}

[AttentionModel(Unread = ["input.*", "output.*"])]
public sealed partial class Resampler
{
    [Encoder(layers: 0, width: 24)]
    [Features(20)]
    [Labels(Rows = 5)]
    public sealed partial class Media;

    [Tensor(TensorRole.Queries, "latents")]
    [Tensor(TensorRole.CrossSourceNorm, "layers.{layer}.0.norm_media.weight")]
    [Tensor(TensorRole.CrossNorm, "layers.{layer}.0.norm_latents.weight")]
    [Tensor(TensorRole.CrossQuery, "layers.{layer}.0.to_q.weight")]
    [Tensor(TensorRole.CrossKeyValue, "layers.{layer}.0.to_kv.weight")]
    [Tensor(TensorRole.CrossOutput, "layers.{layer}.0.to_out.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "layers.{layer}.1.0.weight")]
    [Tensor(TensorRole.Hidden, "layers.{layer}.1.1.weight")]
    [Tensor(TensorRole.Contract, "layers.{layer}.1.3.weight")]
    [Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "")]
    [Queries(3, PerLabel = true)]
    [Labels(Rows = 3)]
    [CrossAttention("media", heads: 4, HeadWidth = 5, Bias = false, SourceNorm = true, IncludeQueries = true, Labels = LabelRule.Equal)]
    [FeedForward(37, Activation.Gelu, Bias = false)]
    public sealed partial class Latents;
}

// Of one image, without labels.

[AttentionModel(Unread = ["input.*", "output.*"])]
public sealed partial class ResamplerOfOne
{
    [Encoder(layers: 0, width: 24)]
    [Features(20)]
    public sealed partial class Media;

    [Tensor(TensorRole.Queries, "latents")]
    [Tensor(TensorRole.CrossSourceNorm, "layers.{layer}.0.norm_media.weight")]
    [Tensor(TensorRole.CrossNorm, "layers.{layer}.0.norm_latents.weight")]
    [Tensor(TensorRole.CrossQuery, "layers.{layer}.0.to_q.weight")]
    [Tensor(TensorRole.CrossKeyValue, "layers.{layer}.0.to_kv.weight")]
    [Tensor(TensorRole.CrossOutput, "layers.{layer}.0.to_out.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "layers.{layer}.1.0.weight")]
    [Tensor(TensorRole.Hidden, "layers.{layer}.1.1.weight")]
    [Tensor(TensorRole.Contract, "layers.{layer}.1.3.weight")]
    [Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "")]
    [Queries(3)]
    [CrossAttention("media", heads: 4, HeadWidth = 5, Bias = false, SourceNorm = true, IncludeQueries = true)]
    [FeedForward(37, Activation.Gelu, Bias = false)]
    public sealed partial class Latents;
}

// OpenFlamingo over llama: LayerNorms in what was added, RMS norms in the language model.

[AttentionModel(Layout = WeightLayout.Llama)]
public sealed partial class Flamingo
{
    [Encoder(layers: 0, width: 16, Prefix = "vision")]
    [Features(12)]
    [Labels(Rows = 6)]
    public sealed partial class Vision;

    [Tensor(TensorRole.Queries, "{prefix}.latents")]
    [Tensor(TensorRole.CrossSourceNorm, "{prefix}.layers.{layer}.0.norm_media.weight")]
    [Tensor(TensorRole.CrossNorm, "{prefix}.layers.{layer}.0.norm_latents.weight")]
    [Tensor(TensorRole.CrossQuery, "{prefix}.layers.{layer}.0.to_q.weight")]
    [Tensor(TensorRole.CrossKeyValue, "{prefix}.layers.{layer}.0.to_kv.weight")]
    [Tensor(TensorRole.CrossOutput, "{prefix}.layers.{layer}.0.to_out.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.1.0.weight")]
    [Tensor(TensorRole.Hidden, "{prefix}.layers.{layer}.1.1.weight")]
    [Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.1.3.weight")]
    [Encoder(layers: 1, width: 16, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "perceiver")]
    [Queries(4, PerLabel = true)]
    [Labels(Rows = 4)]
    [CrossAttention("vision", heads: 2, Bias = false, SourceNorm = true, IncludeQueries = true, Labels = LabelRule.Equal)]
    [FeedForward(32, Activation.Gelu, Bias = false)]
    public sealed partial class Images;

    [Tensor(TensorRole.Embedding, "{prefix}.model.embed_tokens.weight")]
    [Tensor(TensorRole.CrossNorm, "{prefix}.gated_cross_attn_layers.{layer}.attn.norm.weight")]
    [Tensor(TensorRole.CrossQuery, "{prefix}.gated_cross_attn_layers.{layer}.attn.to_q.weight")]
    [Tensor(TensorRole.CrossKeyValue, "{prefix}.gated_cross_attn_layers.{layer}.attn.to_kv.weight")]
    [Tensor(TensorRole.CrossOutput, "{prefix}.gated_cross_attn_layers.{layer}.attn.to_out.weight")]
    [Tensor(TensorRole.CrossGate, "{prefix}.gated_cross_attn_layers.{layer}.attn_gate")]
    [Tensor(TensorRole.FeedForwardNorm, "{prefix}.gated_cross_attn_layers.{layer}.ff.0.weight", N = 2)]
    [Tensor(TensorRole.Hidden, "{prefix}.gated_cross_attn_layers.{layer}.ff.1.weight", N = 1)]
    [Tensor(TensorRole.Contract, "{prefix}.gated_cross_attn_layers.{layer}.ff.3.weight", N = 1)]
    [Tensor(TensorRole.FeedForwardGate, "{prefix}.gated_cross_attn_layers.{layer}.ff_gate")]
    [Tensor(TensorRole.SelfNorm, "{prefix}.old_decoder_blocks.{layer}.input_layernorm.weight")]
    [Tensor(TensorRole.FeedForwardNorm, "{prefix}.old_decoder_blocks.{layer}.post_attention_layernorm.weight", N = 4)]
    [Tensor(TensorRole.FinalNorm, "{prefix}.model.norm.weight")]
    [Tensor(TensorRole.Logits, "{prefix}.lm_head.weight")]
    [Decoder(layers: 2, width: 24, Norm = NormPlacement.Pre, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true, Prefix = "lang_encoder")]
    [Embedding(32, length: 12)]
    [Labels(Token = 31)]
    [CrossAttention("images", heads: 2, HeadWidth = 8, SourceWidth = 16, Bias = false, Kind = NormKind.Layer, Epsilon = 1e-5, Labels = LabelRule.Equal, Gate = Gate.Tanh, Capture = true, At = [1])]
    [FeedForward(48, Activation.Gelu, Bias = false, Kind = NormKind.Layer, Epsilon = 1e-5, Gate = Gate.Tanh, At = [1])]
    [Rotary]
    [SelfAttention(heads: 3, Bias = false, Name = "{prefix}.old_decoder_blocks.{layer}.self_attn")]
    [FeedForward(40, Activation.Silu, Gated = true, Bias = false, Name = "{prefix}.old_decoder_blocks.{layer}.mlp")]
    [Logits(Bias = false)]
    public sealed partial class Text;
}
