using Attention.Dsl;

namespace Attention.Tests.Models;

// The declarations of the models that Goldens/make_catalogue_goldens.py computes.

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), SelfAttention(heads: 3, Window = 5)]
public sealed partial class WindowOnBothSides;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), SelfAttention(heads: 3, Causal = true, Window = 6)]
public sealed partial class CausalWindow;

[AttentionModel, Encoder(layers: 1, width: 24, Kind = NormKind.Rms, Epsilon = 1e-6, FinalNorm = true), Features(70), RmsNorm(PlusOne = true, Epsilon = 1e-5), SelfAttention(heads: 3), RmsNorm(Epsilon = 0.25)]
public sealed partial class RmsNorms;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), LocalAttention(heads: 3, block: 9)]
public sealed partial class LocalBlocks;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), LocalAttention(heads: 3, block: 8, Forward = 0, Backward = 2, Exact = true)]
public sealed partial class LocalBlocksExact;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), LocalAttention(heads: 3, block: 7, Causal = true)]
public sealed partial class LocalBlocksCausal;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), ImageAttention(heads: 3, side: 8, ImagePattern.Row, Text = 6)]
public sealed partial class ImageRows;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), ImageAttention(heads: 3, side: 8, ImagePattern.Column, Text = 6)]
public sealed partial class ImageColumns;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), ImageAttention(heads: 3, side: 8, ImagePattern.Convolution, Text = 6, Kernel = 3, Dilation = 2)]
public sealed partial class ImageConvolution;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), ExternalAttention(memory: 37, Heads = 3, Expansion = 2, Bias = true)]
public sealed partial class ExternalHeads;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), ExternalAttention(memory: 31, Heads = 2)]
public sealed partial class ExternalHeadsOfThePaper;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.None), Features(70), ExternalAttention(memory: 19, Heads = 1, BatchNorm = true, After = Activation.Relu)]
public sealed partial class ExternalBlocks;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), LinformerAttention(heads: 3, rank: 9)]
public sealed partial class LowRankHeadwise;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), LinformerAttention(heads: 3, rank: 33, Sharing = ProjectionSharing.None)]
public sealed partial class LowRankOfHeads;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), LinformerAttention(heads: 3, rank: 17, Sharing = ProjectionSharing.Layerwise, ProjectFirst = true)]
public sealed partial class LowRankLayerwiseFirst;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), LinformerAttention(heads: 3, rank: 9, ValuesAreKeys = true)]
public sealed partial class LowRankValuesAreKeys;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), LinformerAttention(heads: 3, rank: 9, KeyValueHeads = 1)]
public sealed partial class LowRankOneKeyHead;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), BigBirdAttention(heads: 3, block: 5, Random = 2, Seed = 7)]
public sealed partial class RandomBlocks;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), BigBirdAttention(heads: 3, block: 4, Random = 3, RandomIsFirst = true)]
public sealed partial class FirstBlocks;

[AttentionModel, Encoder(layers: 2, width: 24, Norm = NormPlacement.Pre), Features(70), SelfAttention(heads: 3, Causal = true), DivideMax, LayerNorm(Epsilon = 0.05)]
public sealed partial class DividedByLargest;

// Files of the catalogue, whose weights have the names of the usual implementations.

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.ExternalKeys, "linear_0.weight"), Tensor(TensorRole.ExternalValues, "linear_1.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(12), ExternalAttention(memory: 16, Capture = true, Residual = false)]
public sealed partial class ExternalAttentionAlone;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.ExternalQuery, "trans_dims.weight"), Tensor(TensorRole.ExternalOutput, "proj.weight")]
[Tensor(TensorRole.ExternalKeys, "linear_0.weight"), Tensor(TensorRole.ExternalValues, "linear_1.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(12), ExternalAttention(memory: 16, Heads = 4, Expansion = 4, Bias = true, Capture = true, Residual = false)]
public sealed partial class ExternalAttentionOfHeads;

// A map's rows are its pixels.

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.ExternalQuery, "conv1.weight"), Tensor(TensorRole.ExternalOutput, "conv2.0.weight")]
[Tensor(TensorRole.ExternalKeys, "linear_0.weight"), Tensor(TensorRole.ExternalValues, "linear_1.weight")]
[Tensor(TensorRole.BatchNorm, "conv2.1.weight"), Tensor(TensorRole.BatchMean, "conv2.1.running_mean"), Tensor(TensorRole.BatchVariance, "conv2.1.running_var")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(16), ExternalAttention(memory: 16, Heads = 1, OutputBias = false, BatchNorm = true, After = Activation.Relu, Capture = true)]
public sealed partial class ExternalAttentionBlock;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(16), SparseAttention(heads: 4, stride: 4, Capture = true, Residual = false)]
public sealed partial class SparseStridedBoth;


[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(16), SparseAttention(heads: 4, stride: 4, Part = SparsePart.Near, Residual = false)]
public sealed partial class SparseStridedLocal;


[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(16), SparseAttention(heads: 4, stride: 4, Part = SparsePart.Far, Residual = false)]
public sealed partial class SparseStridedStride;


[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(16), SparseAttention(heads: 4, stride: 4, Part = SparsePart.PerHead, Residual = false)]
public sealed partial class SparseStridedHeads;


[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(16), SparseAttention(heads: 4, stride: 4, Pattern = SparsePattern.Fixed, Residual = false)]
public sealed partial class SparseFixedBoth;


[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(16), SparseAttention(heads: 4, stride: 4, Pattern = SparsePattern.Fixed, Part = SparsePart.Near, Residual = false)]
public sealed partial class SparseFixedLocal;


[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(16), SparseAttention(heads: 4, stride: 4, Pattern = SparsePattern.Fixed, Part = SparsePart.Far, Residual = false)]
public sealed partial class SparseFixedSummary;


[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(16), SparseAttention(heads: 4, stride: 4, Pattern = SparsePattern.Fixed, Groups = 2, Capture = true, Residual = false)]
public sealed partial class SparseFixedHeads;


[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(16), SelfAttention(heads: 4, Causal = true, Mask = nameof(Sees), Residual = false)]
public sealed partial class SparseStridedPaperLocal
{
    // The paper's text counts one more than its authors' code.
    private static bool Sees(int query, int key) => query - key <= 4;
}

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(12), SelfAttention(heads: 4, TopK = 4, Capture = true, Residual = false)]
public sealed partial class TopKOfAll;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(12), SelfAttention(heads: 4, Causal = true, TopK = 4, Capture = true, Residual = false)]
public sealed partial class TopKCausal;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQuery, "{prefix}.layers.{layer}.0.fn.to_q.weight"), Tensor(TensorRole.SelfKey, "{prefix}.layers.{layer}.0.fn.to_k.weight"), Tensor(TensorRole.SelfValue, "{prefix}.layers.{layer}.0.fn.to_v.weight")]
[Tensor(TensorRole.KeyMixing, "{prefix}.layers.{layer}.0.fn.proj_k", Transposed = true), Tensor(TensorRole.ValueMixing, "{prefix}.layers.{layer}.0.fn.proj_v", Transposed = true)]
[Tensor(TensorRole.SelfOutput, "{prefix}.layers.{layer}.0.fn.to_out.weight"), Tensor(TensorRole.SelfNorm, "{prefix}.layers.{layer}.0.norm.weight")]
[Tensor(TensorRole.Hidden, "{prefix}.layers.{layer}.1.fn.w1.weight"), Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.1.fn.w2.weight"), Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.1.norm.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Prefix = "linformer.net")]
[Embedding(vocabulary: 40, length: 12, Name = "token_emb"), Positions(PositionKind.Learned, Name = "pos_emb")]
[LinformerAttention(heads: 4, rank: 4, Bias = false, OutputBias = true, Capture = true), FeedForward(128, Activation.Gelu)]
[Linear(40, Name = "to_logits")]
public sealed partial class LinformerModel;

[AttentionModel(Unread = ["golden.*", "to_logits.*"])]
[Tensor(TensorRole.SelfQuery, "{prefix}.layers.{layer}.0.fn.to_q.weight"), Tensor(TensorRole.SelfKey, "{prefix}.layers.{layer}.0.fn.to_k.weight"), Tensor(TensorRole.SelfValue, "{prefix}.layers.{layer}.0.fn.to_v.weight")]
[Tensor(TensorRole.KeyMixing, "{prefix}.layers.{layer}.0.fn.proj_k", Transposed = true), Tensor(TensorRole.ValueMixing, "{prefix}.layers.{layer}.0.fn.proj_v", Transposed = true)]
[Tensor(TensorRole.SelfOutput, "{prefix}.layers.{layer}.0.fn.to_out.weight"), Tensor(TensorRole.SelfNorm, "{prefix}.layers.{layer}.0.norm.weight")]
[Tensor(TensorRole.Hidden, "{prefix}.layers.{layer}.1.fn.w1.weight"), Tensor(TensorRole.Contract, "{prefix}.layers.{layer}.1.fn.w2.weight"), Tensor(TensorRole.FeedForwardNorm, "{prefix}.layers.{layer}.1.norm.weight")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.Pre, Prefix = "linformer.net")]
[Embedding(vocabulary: 40, length: 12, Name = "token_emb"), Positions(PositionKind.Learned, Name = "pos_emb")]
[LinformerAttention(heads: 4, rank: 4, Bias = false, OutputBias = true), FeedForward(128, Activation.Gelu)]
public sealed partial class LinformerRows;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight"), Tensor(TensorRole.KeyMixing, "E"), Tensor(TensorRole.ValueMixing, "F")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(12), LinformerAttention(heads: 4, rank: 4, Sharing = ProjectionSharing.None, Capture = true, Residual = false)]
public sealed partial class LinformerOfHeads;

[AttentionModel(Unread = ["golden.*"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight"), Tensor(TensorRole.KeyMixing, "E"), Tensor(TensorRole.ValueMixing, "F")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(12), LinformerAttention(heads: 4, rank: 4, Residual = false)]
public sealed partial class LinformerHeadwise;

[AttentionModel(Unread = ["golden.*", "F"])]
[Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight"), Tensor(TensorRole.KeyMixing, "E")]
[Encoder(layers: 1, width: 32, Norm = NormPlacement.None, Prefix = ""), Features(12), LinformerAttention(heads: 4, rank: 4, Sharing = ProjectionSharing.KeyValue, Residual = false)]
public sealed partial class LinformerKeyValue;

[AttentionModel(Layout = WeightLayout.Bert, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32, Epsilon = 1e-12), Embedding(vocabulary: 40, length: 40), TokenTypes(2), Positions(PositionKind.Learned), LayerNorm]
[BigBirdAttention(heads: 4, block: 4, Random = 2, Capture = true), FeedForward(64, Activation.GeluTanh)]
public sealed partial class BigBirdSeeded;

[AttentionModel(Layout = WeightLayout.Bert, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32, Epsilon = 1e-12), Embedding(vocabulary: 40, length: 40), TokenTypes(2), Positions(PositionKind.Learned), LayerNorm]
[BigBirdAttention(heads: 4, block: 4, Random = 2, RandomIsFirst = true), FeedForward(64, Activation.GeluTanh)]
public sealed partial class BigBirdOutsideOfTraining;

[AttentionModel(Layout = WeightLayout.Bert, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32, Epsilon = 1e-12), Embedding(vocabulary: 40, length: 40), TokenTypes(2), Positions(PositionKind.Learned), LayerNorm]
[BigBirdAttention(heads: 4, block: 8), FeedForward(64, Activation.GeluTanh)]
public sealed partial class BigBirdWhole;

[AttentionModel(Layout = WeightLayout.Bert, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32, Epsilon = 1e-12), Embedding(vocabulary: 40, length: 40), TokenTypes(2), Positions(PositionKind.Learned), LayerNorm]
[BigBirdAttention(heads: 4, block: 4, Random = 2, Blocks = nameof(Blocks)), FeedForward(64, Activation.GeluTanh)]
public sealed partial class BigBirdOfTable
{
    // Of head, row of blocks and place, as the file has them.
    internal static int[] Table { get; set; } = [];

    private static int Blocks(int layer, int blocks, int head, int row, int place) => Table[(((head * (blocks - 2)) + row - 1) * 2) + place];
}

[AttentionModel(Layout = WeightLayout.Bert, Unread = ["golden.*"])]
[Encoder(layers: 1, width: 32, Epsilon = 1e-12), Embedding(vocabulary: 40, length: 40), TokenTypes(2), Positions(PositionKind.Learned), LayerNorm]
[BigBirdAttention(heads: 4, block: 4, Random = 2, Blocks = nameof(Blocks), CountOnce = true), FeedForward(64, Activation.GeluTanh)]
public sealed partial class BigBirdOfTableOnce
{
    private static int Blocks(int layer, int blocks, int head, int row, int place) => BigBirdOfTable.Table[(((head * (blocks - 2)) + row - 1) * 2) + place];
}

// Of queries, keys and values that stand side by side in its rows: the projections only tell them apart.

[AttentionModel, Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 96, Norm = NormPlacement.None, Bias = false, Prefix = ""), Features(12), LocalAttention(heads: 4, block: 4, HeadWidth = 8, Causal = true, Capture = true, Residual = false)]
public sealed partial class LocalAttentionAlone;

// Turned by where rows stand in all of the sequence, which is what it comes to where rows are counted from the window's first.

[AttentionModel, Tensor(TensorRole.SelfQueryKeyValue, "in_proj_weight"), Tensor(TensorRole.SelfOutput, "out_proj.weight")]
[Encoder(layers: 1, width: 96, Norm = NormPlacement.None, Bias = false, Prefix = ""), Features(12), Rotary, LocalAttention(heads: 4, block: 4, HeadWidth = 8, Causal = true, Capture = true, Residual = false)]
public sealed partial class LocalAttentionRotary;
