using Attention.Dsl;

namespace Attention.Bench;

// Attention over thousands of rows, a head of 64: what it sees differs, all else is the same.

[AttentionModel, Encoder(layers: 1, width: 64, Norm = NormPlacement.None), Features(8192), SelfAttention(heads: 1, Causal = true)]
public sealed partial class FullCausal;

[AttentionModel, Encoder(layers: 1, width: 64, Norm = NormPlacement.None), Features(8192), SelfAttention(heads: 1)]
public sealed partial class FullOnBothSides;

[AttentionModel, Encoder(layers: 1, width: 64, Norm = NormPlacement.None), Features(8192), SelfAttention(heads: 1, Causal = true, Window = 256)]
public sealed partial class WindowOf256;

[AttentionModel, Encoder(layers: 1, width: 64, Norm = NormPlacement.None), Features(8192), SelfAttention(heads: 1, Mask = nameof(Sees))]
public sealed partial class OwnWindowOf256
{
    private static bool Sees(int query, int key) => key <= query && query - key < 256;
}

[AttentionModel, Encoder(layers: 1, width: 64, Norm = NormPlacement.None), Features(8192), SparseAttention(heads: 1, stride: 64)]
public sealed partial class StridedBy64;

[AttentionModel, Encoder(layers: 1, width: 64, Norm = NormPlacement.None), Features(8192), BigBirdAttention(heads: 1, block: 64)]
public sealed partial class BigBirdBy64;
