using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Weights;

namespace Attention.Generator.Planning;

/// <summary>
/// Everything that code needs: offsets of all weights, of all buffers, and the steps of every stage. Offsets, strides
/// and sizes count floats; matrices are rows × stride.
/// </summary>
/// <param name="Name">The model.</param>
/// <param name="WeightFloats">The packed weights.</param>
/// <param name="MemoryFloats">A session's memory without tracks.</param>
/// <param name="TrackFloats">
/// One track, the keys and values that decoders keep of their own rows. A session has a track for each of its beams, one
/// behind the other from <paramref name="TrackStart"/> on.
/// </param>
/// <param name="TrackStart">Where the first track begins.</param>
/// <param name="ScratchFloats">What each thread needs for itself.</param>
/// <param name="BatchFloats">The memory, from its beginning, that stages which take batches use; 0 without such a stage.</param>
/// <param name="Weights">What the packed weights hold.</param>
/// <param name="Buffers">What the memory holds.</param>
/// <param name="Stages">The stages in the order they depend on each other.</param>
internal sealed record ModelPlan(
    string Name,
    long WeightFloats,
    int MemoryFloats,
    int TrackFloats,
    int TrackStart,
    int ScratchFloats,
    int BatchFloats,
    EquatableArray<PackedWeight> Weights,
    EquatableArray<PlannedBuffer> Buffers,
    EquatableArray<StagePlan> Stages)
{
    /// <summary>Tensors that the model may leave unread.</summary>
    public UnreadTensors Unread { get; init; } = UnreadTensors.None;

    /// <summary>What tells the code that goes by the plan from that of others, as a literal.</summary>
    public string Code { get; init; } = "0UL";

    /// <summary>The numbers that the model shows.</summary>
    public EquatableArray<PlannedScalar> Scalars { get; init; } = EquatableArray<PlannedScalar>.Empty;
}

/// <summary>A number that the model shows: the property, the tensor, and where it stands among the weights.</summary>
internal sealed record PlannedScalar(string Property, string Tensor, long Offset);


/// <summary>One stage, planned.</summary>
/// <param name="Graph">What it was planned from.</param>
/// <param name="Stem">Source and stem.</param>
/// <param name="Layers">The layers; equal ones share a run.</param>
/// <param name="Final">What follows the last layer.</param>
/// <param name="Others">For each layer, the maps of other stages' rows; done once for each new source.</param>
/// <param name="Output">The chain of outputs.</param>
/// <param name="Sequence">The rows that the outputs and other stages read.</param>
/// <param name="Result">Where the result stands; where <paramref name="WritesToCaller"/>, that of a decoder's step.</param>
/// <param name="ResultWidth">Channels of the result.</param>
/// <param name="WritesToCaller">Whether the last product of the outputs writes where the caller says, row after row without padding.</param>
/// <param name="OtherStages">The stages read, by their places in the declaration.</param>
/// <param name="ScratchFloats">What each thread needs for itself.</param>
/// <param name="Captures">The attentions whose weights a session may keep.</param>
/// <param name="FlopsPerRow">Multiplications and additions of one row's projections.</param>
/// <param name="Parameters">Trained numbers of the stage.</param>
internal sealed record StagePlan(
    StageGraph Graph,
    EquatableArray<Step> Stem,
    EquatableArray<LayerRun> Layers,
    EquatableArray<Step> Final,
    EquatableArray<LayerRun> Others,
    EquatableArray<Step> Output,
    RowPlace Sequence,
    RowPlace Result,
    int ResultWidth,
    bool WritesToCaller,
    EquatableArray<int> OtherStages,
    int ScratchFloats,
    EquatableArray<Capture> Captures,
    long FlopsPerRow,
    long Parameters)
{
    /// <summary>Whether several continuations can be run at once.</summary>
    public bool HasBeams => Graph.IsDecoder && !Graph.IsPooled;

    /// <summary>
    /// Whether several sequences can be run at once. All offsets are then multiplied by how many times the stage's own
    /// length there is room for.
    /// </summary>
    public bool TakesBatches => CanTakeBatches(Graph);

    /// <summary>Whether there may be more rows than a block has.</summary>
    public static bool HasBlocks(StageGraph stage) => CanTakeBatches(stage) || stage.Length > Measures.RowBlock;

    /// <inheritdoc cref="TakesBatches"/>
    public static bool CanTakeBatches(StageGraph stage) => !stage.IsDecoder && !stage.HasLogits && !stage.OtherStages.Any();

    public IEnumerable<Step> Steps => Others.SelectMany(run => run.Steps).Concat(Stem).Concat(Layers.SelectMany(run => run.Steps)).Concat(Final).Concat(Output).SelectMany(step => step.Single);
}

/// <summary>
/// Attention weights that a session keeps on request, <c>[layer][head][query][key]</c> with rows of
/// <paramref name="Stride"/>, in memory of the stage's own.
/// </summary>
/// <param name="Kind">What properties that show such ones are called.</param>
/// <param name="Property">The property that shows these.</param>
/// <param name="Part">The attribute's place in the stage.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Layers">How many layers have the attention.</param>
/// <param name="Heads">How many heads.</param>
/// <param name="Queries">The most query rows.</param>
/// <param name="Stride">The most keys, rounded up.</param>
/// <param name="Other">The stage attended to, null for its own rows.</param>
/// <param name="Keys">How many keys there are whatever a call gives; null where that says it.</param>
/// <param name="IsOfOne">Whether there is one query, whatever a call gives.</param>
internal sealed record Capture(string Kind, string Property, int Part, int Offset, int Layers, int Heads, int Queries, int Stride, int? Other, int? Keys, bool IsOfOne)
{
    /// <summary>What a row's weights add up to, in words.</summary>
    public string Sum { get; init; } = "1";

    /// <summary>The kind of those of a stage's rows to each other.</summary>
    public const string Self = "SelfAttentionWeights";

    /// <summary>The kind of those to another stage's rows.</summary>
    public const string Cross = "CrossAttentionWeights";

    /// <summary>The kind of those to a memory's units.</summary>
    public const string External = "ExternalAttentionWeights";

    /// <summary>The property that shows one of a kind, numbered from the second on.</summary>
    public static string PropertyOf(string kind, int number) => kind + (number == 1 ? "" : number.ToString(CultureInfo.InvariantCulture));

    public int HeadFloats => checked(Queries * Stride);

    public int LayerFloats => checked(Heads * HeadFloats);

    public int Floats => checked(Layers * LayerFloats);
}
