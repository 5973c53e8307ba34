#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Dsl;
#endif

/// <summary>What a tensor is for, in <see cref="TensorAttribute"/>.</summary>
public enum TensorRole
{
    /// <summary>The table of an <see cref="EmbeddingAttribute"/>, vocabulary × width.</summary>
    Embedding,

    /// <summary>The table of learned <see cref="PositionsAttribute"/>, length × width.</summary>
    Positions,

    /// <summary>The table of <see cref="TokenTypesAttribute"/>, count × width.</summary>
    TokenTypes,

    /// <summary>The row of a <see cref="ClassTokenAttribute"/>, width.</summary>
    ClassToken,

    /// <summary>The map of <see cref="PatchesAttribute"/>, width × values of a patch.</summary>
    Patches,

    /// <summary>The map of <see cref="FeaturesAttribute"/> or <see cref="InputAttribute"/>, width × width of the source.</summary>
    Source,

    /// <summary>A <see cref="LayerNormAttribute"/> of the stem.</summary>
    StemNorm,

    /// <summary>The query projection of a self-attention.</summary>
    SelfQuery,

    /// <summary>The key projection of a self-attention.</summary>
    SelfKey,

    /// <summary>The value projection of a self-attention.</summary>
    SelfValue,

    /// <summary>Query, key and value projection of a self-attention in one tensor, in this order.</summary>
    SelfQueryKeyValue,

    /// <summary>The output projection of a self-attention.</summary>
    SelfOutput,

    /// <summary>The norm of a self-attention.</summary>
    SelfNorm,

    /// <summary>The query projection of a cross-attention.</summary>
    CrossQuery,

    /// <summary>The key projection of a cross-attention.</summary>
    CrossKey,

    /// <summary>The value projection of a cross-attention.</summary>
    CrossValue,

    /// <summary>Query, key and value projection of a cross-attention in one tensor, in this order.</summary>
    CrossQueryKeyValue,

    /// <summary>The output projection of a cross-attention.</summary>
    CrossOutput,

    /// <summary>The norm of a cross-attention.</summary>
    CrossNorm,

    /// <summary>The first map of a feed-forward; of a gated one that which is not activated (up), hidden × width.</summary>
    Hidden,

    /// <summary>The second map of a feed-forward.</summary>
    Contract,

    /// <summary>The norm of a feed-forward.</summary>
    FeedForwardNorm,

    /// <summary>The norm behind the last layer.</summary>
    FinalNorm,

    /// <summary>A <see cref="LayerNormAttribute"/> of the outputs.</summary>
    OutputNorm,

    /// <summary>A <see cref="LinearAttribute"/>.</summary>
    Linear,

    /// <summary>The pooler of a <see cref="HeadAttribute"/>.</summary>
    Pooler,

    /// <summary>The last map of a <see cref="HeadAttribute"/>.</summary>
    Head,

    /// <summary>The map of <see cref="LogitsAttribute"/>, vocabulary × width.</summary>
    Logits,

    /// <summary>The memory's keys of an <see cref="ExternalAttentionAttribute"/>, memory × width.</summary>
    ExternalKeys,

    /// <summary>The memory's values of an <see cref="ExternalAttentionAttribute"/>, width × memory.</summary>
    ExternalValues,

    /// <summary>The norm of an <see cref="ExternalAttentionAttribute"/>.</summary>
    ExternalNorm,

    /// <summary>What the rows give to the gates of a <see cref="RecurrentAttribute"/>, gates · states × inputs, with its bias.</summary>
    RecurrentInput,

    /// <summary>What the states give to them, gates · states × states, with its bias.</summary>
    RecurrentState,

    /// <summary><see cref="RecurrentInput"/> of the states that run backward.</summary>
    ReverseInput,

    /// <summary><see cref="RecurrentState"/> of the states that run backward.</summary>
    ReverseState,

    /// <summary>The map of a <see cref="BridgeAttribute"/>.</summary>
    Bridge,

    /// <summary>The map of a <see cref="BridgeAttribute"/> that gives what an LSTM's cells hold.</summary>
    BridgeCell,

    /// <summary>The map of the state in an additive or a Luong attention, of the row in an intra-attention; of <see cref="ScoreKind.Concat"/> that of state and key.</summary>
    AlignmentQuery,

    /// <summary>The map of the rows attended to in an additive or a Luong attention, of the states in an intra-attention.</summary>
    AlignmentKey,

    /// <summary>The vector that the scores of an additive attention are made with, 1 × width.</summary>
    AlignmentScore,

    /// <summary>The last map of a Luong attention, of what was attended to and the state.</summary>
    AlignmentOutput,

    /// <summary>The map of what the row before attended to in an <see cref="IntraAttentionAttribute"/>.</summary>
    AlignmentContext,

    /// <summary>The map of the state that gates what an additive attention attends to.</summary>
    AlignmentGate,

    /// <summary>W of the place that a Luong attention predicts, width × width.</summary>
    AlignmentCentre,

    /// <summary>v of the place that a Luong attention predicts, 1 × width.</summary>
    AlignmentPlace,

    /// <summary>The map of the state in a <see cref="DeepOutputAttribute"/>.</summary>
    ReadoutState,

    /// <summary>The map of what was attended to in a <see cref="DeepOutputAttribute"/>.</summary>
    ReadoutContext,

    /// <summary>The map of the input in a <see cref="DeepOutputAttribute"/>.</summary>
    ReadoutInput,

    /// <summary>The map in front of the heads of an <see cref="ExternalAttentionAttribute"/>, expansion · width × width.</summary>
    ExternalQuery,

    /// <summary>The map behind the heads of an <see cref="ExternalAttentionAttribute"/>, width × expansion · width.</summary>
    ExternalOutput,

    /// <summary>What mixes the keys of a <see cref="LinformerAttentionAttribute"/> (E), rank × rows, with values too where they share it; one behind the other where heads have their own.</summary>
    KeyMixing,

    /// <summary>What mixes the values of a <see cref="LinformerAttentionAttribute"/> (F), rank × rows.</summary>
    ValueMixing,

    /// <summary>What mixes keys and values in all layers of a <see cref="LinformerAttentionAttribute"/>, rank × rows.</summary>
    SharedMixing,

    /// <summary>Weight and bias of a part's <see cref="BodyAttribute.BatchNorm"/>, width each.</summary>
    BatchNorm,

    /// <summary>The mean of a part's <see cref="BodyAttribute.BatchNorm"/>, width.</summary>
    BatchMean,

    /// <summary>The variance of a part's <see cref="BodyAttribute.BatchNorm"/>, width.</summary>
    BatchVariance,

    /// <summary>The gate of a self-attention: one number, or of <see cref="Gate.LayerScale"/> width.</summary>
    SelfGate,

    /// <summary>The gate of a cross-attention: one number, or of <see cref="Gate.LayerScale"/> width.</summary>
    CrossGate,

    /// <summary>The gate of a feed-forward: one number, or of <see cref="Gate.LayerScale"/> width.</summary>
    FeedForwardGate,

    /// <summary>The gate of an <see cref="ExternalAttentionAttribute"/>: one number, or of <see cref="Gate.LayerScale"/> width.</summary>
    ExternalGate,

    /// <summary>Key and value projection of a self-attention in one tensor, in this order.</summary>
    SelfKeyValue,

    /// <summary>Key and value projection of a cross-attention in one tensor, in this order.</summary>
    CrossKeyValue,

    /// <summary>The norm of the rows that a cross-attention attends to.</summary>
    CrossSourceNorm,

    /// <summary>The rows of <see cref="QueriesAttribute"/>, count × width.</summary>
    Queries,

    /// <summary>The map of <see cref="HaltingAttribute"/>, 1 × width.</summary>
    Halting,

    /// <summary>Query projection of the global rows of a self-attention (<see cref="SelfAttentionAttribute.GlobalProjections"/>).</summary>
    GlobalQuery,

    /// <summary>Key projection that the global rows of a self-attention go by.</summary>
    GlobalKey,

    /// <summary>Value projection that the global rows of a self-attention go by.</summary>
    GlobalValue,

    /// <summary>The table of a <see cref="SegmentAttribute"/>, vocabulary × width.</summary>
    Segment,

    /// <summary>The table of the lines of <see cref="PositionKind.Axial"/> positions, lines × width.</summary>
    LinePositions,

    /// <summary>The table of the columns of <see cref="PositionKind.Axial"/> positions, columns × width.</summary>
    ColumnPositions,

    /// <summary>The map of a gated feed-forward that is activated (gate), hidden × width.</summary>
    HiddenGate,

    /// <summary>The first two maps of a gated feed-forward in one tensor, 2 · hidden × width: the activated one, then <see cref="Hidden"/>.</summary>
    GateUp,

    /// <summary>The same in the other order: <see cref="Hidden"/>, then the activated one.</summary>
    UpGate,

    /// <summary>The norm before the map of a <see cref="ClassExchangeAttribute"/> to the other stage's width, width.</summary>
    ExchangeMapNorm,

    /// <summary>That map, source width × width.</summary>
    ExchangeMap,

    /// <summary>The norm of the rows that a <see cref="ClassExchangeAttribute"/> asks, source width.</summary>
    ExchangeNorm,

    /// <summary>The query projection of a <see cref="ClassExchangeAttribute"/>.</summary>
    ExchangeQuery,

    /// <summary>The key projection of a <see cref="ClassExchangeAttribute"/>.</summary>
    ExchangeKey,

    /// <summary>The value projection of a <see cref="ClassExchangeAttribute"/>.</summary>
    ExchangeValue,

    /// <summary>The output projection of a <see cref="ClassExchangeAttribute"/>.</summary>
    ExchangeOutput,

    /// <summary>The norm before the map of a <see cref="ClassExchangeAttribute"/> back to the stage's width, source width.</summary>
    ExchangeReturnNorm,

    /// <summary>That map, width × source width.</summary>
    ExchangeReturn,

    /// <summary>The table of a self-attention's <see cref="SelfAttentionAttribute.RelativeBuckets"/>, buckets × heads, of all layers.</summary>
    RelativeBias,

    /// <summary>The <see cref="AttentionAttribute.Sinks"/> of a self-attention, heads.</summary>
    SelfSinks,

    /// <summary>The <see cref="AttentionAttribute.Sinks"/> of a cross-attention, heads.</summary>
    CrossSinks,

    /// <summary>The <see cref="AttentionAttribute.QueryKeyNorm"/> of a self-attention's queries, a head's width, or that of all heads.</summary>
    SelfQueryNorm,

    /// <summary>The <see cref="AttentionAttribute.QueryKeyNorm"/> of a self-attention's keys, a head's width, or that of all heads of keys.</summary>
    SelfKeyNorm,

    /// <summary>The <see cref="AttentionAttribute.QueryKeyNorm"/> of a cross-attention's queries, as of a self-attention's.</summary>
    CrossQueryNorm,

    /// <summary>The <see cref="AttentionAttribute.QueryKeyNorm"/> of a cross-attention's keys, as of a self-attention's.</summary>
    CrossKeyNorm,

    /// <summary>The norm behind a self-attention where <see cref="StageAttribute.Norm"/> is <see cref="NormPlacement.Sandwich"/> or <see cref="NormPlacement.ResidualPost"/>, width.</summary>
    SelfPostNorm,

    /// <summary>The same behind a cross-attention.</summary>
    CrossPostNorm,

    /// <summary>The same behind an external attention.</summary>
    ExternalPostNorm,

    /// <summary>The same behind a feed-forward.</summary>
    FeedForwardPostNorm,

    /// <summary>The row of <see cref="DistillationTokenAttribute"/>, width.</summary>
    DistillationToken,

    /// <summary>The map of the rows that a self-attention with an <see cref="SelfAttentionAttribute.InputWidth"/> is added to, width × input width.</summary>
    SelfResidual,

    /// <summary>The table of <see cref="DisentangledPositionsAttribute"/>, which all layers share, 2 · buckets × width.</summary>
    RelativePositions,

    /// <summary>The norm of the rows of that table, width.</summary>
    RelativePositionsNorm,

    /// <summary>The map that makes keys of the rows of that table where <see cref="DisentangledPositionsAttribute.OwnProjections"/> is set, as large as that of keys.</summary>
    PositionKey,

    /// <summary>The map that makes queries of them there, as large as that of queries.</summary>
    PositionQuery,
}
