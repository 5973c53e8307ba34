using Attention.Generator.Graph;
using Attention.Generator.Reading;
using Attention.Generator.Shapes;

namespace Attention.Generator.Planning;

/// <summary>
/// Everything that code needs: offsets of all weights, of all buffers, and the steps of every stage. Offsets, strides
/// and sizes count floats; matrices are rows × stride.
/// </summary>
/// <param name="Name">The model.</param>
/// <param name="WeightFloats">The packed weights.</param>
/// <param name="MemoryFloats">A session's memory without lanes.</param>
/// <param name="LaneFloats">
/// One lane, the keys and values that decoders keep of their own rows. A session has a lane for each of its beams, one
/// behind the other from <paramref name="LaneStart"/> on.
/// </param>
/// <param name="LaneStart">Where the first lane begins.</param>
/// <param name="ScratchFloats">What each thread needs for itself.</param>
/// <param name="BatchFloats">The memory, from its beginning, that stages which take batches use; 0 without such a stage.</param>
/// <param name="Weights">What the packed weights hold.</param>
/// <param name="Buffers">What the memory holds.</param>
/// <param name="Stages">The stages in the order they depend on each other.</param>
/// <param name="Findings">What forbids a plan.</param>
internal sealed record ModelPlan(
    string Name,
    int WeightFloats,
    int MemoryFloats,
    int LaneFloats,
    int LaneStart,
    int ScratchFloats,
    int BatchFloats,
    EquatableArray<PackedWeight> Weights,
    EquatableArray<PlannedBuffer> Buffers,
    EquatableArray<StagePlan> Stages,
    EquatableArray<Finding> Findings);

/// <summary>A stretch of the packed weights.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Stage">The stage's place in the declaration.</param>
/// <param name="Section">Where it is used.</param>
/// <param name="Layer">The layer, −1 outside of the layers; <c>{layer}</c> in the tensor's name stands for it.</param>
internal abstract record PackedWeight(int Offset, int Stage, Section Section, int Layer);

/// <summary>Rows of a table from <paramref name="First"/> on, each <paramref name="Stride"/> apart; without a tensor, sinusoidal positions.</summary>
internal sealed record PackedTable(int Offset, int Stage, Section Section, int Layer, string? Tensor, int Total, int First, int Rows, int Columns, int Stride, bool Halves) : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>A vector, or part of one, padded with zeros to whole groups of 16.</summary>
internal sealed record PackedVector(int Offset, int Stage, Section Section, int Layer, string Tensor, int Total, int First, int Count) : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>
/// Weights of a product, inputs × outputs, in the panels of the product's tiles; <paramref name="Count"/> rows of the
/// tensor from <paramref name="First"/> on, or columns of a transposed one, become the columns from <paramref name="Column"/> on.
/// </summary>
internal sealed record PackedProduct(int Offset, int Stage, Section Section, int Layer, string Tensor, bool Transposed, int TensorRows, int First, int Count, int Inputs, int Outputs, int Column, WeightFormat Format)
    : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>A matrix in a session's memory.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Floats">How long it is.</param>
/// <param name="Shape">Its shape in words.</param>
/// <param name="Keeps">Whether it lives on between calls.</param>
internal sealed record PlannedBuffer(string Name, int Offset, int Floats, string Shape, bool Keeps);

/// <summary>
/// Rows in a session's memory: row <c>r</c> begins at <c>Offset + Inner + r · Stride</c>. <paramref name="Offset"/> is where
/// the buffer begins, which depends on how many rows there is room for; <paramref name="Inner"/> does not.
/// </summary>
internal readonly record struct Rows(int Offset, int Stride, int Inner = 0);

/// <summary>One stage, planned.</summary>
/// <param name="Graph">What it was planned from.</param>
/// <param name="Stem">Source and stem.</param>
/// <param name="Layers">The layers; equal ones share a run.</param>
/// <param name="Final">What follows the last layer.</param>
/// <param name="Sources">For each layer, the maps of other stages' rows; done once for each new source.</param>
/// <param name="Output">The chain of outputs.</param>
/// <param name="Sequence">The rows that the outputs and other stages read.</param>
/// <param name="Result">Where the result stands; where <paramref name="WritesToCaller"/>, that of a step.</param>
/// <param name="ResultWidth">Channels of the result.</param>
/// <param name="WritesToCaller">Whether the last product of the outputs writes where the caller says, row after row without padding.</param>
/// <param name="SourceStages">The stages read, by their places in the declaration.</param>
/// <param name="ScratchFloats">What each thread needs for itself.</param>
/// <param name="Captures">The attentions whose weights a session may keep.</param>
/// <param name="FlopsPerRow">Multiplications and additions of one row's projections.</param>
/// <param name="Parameters">Trained numbers of the stage.</param>
internal sealed record StagePlan(
    StageGraph Graph,
    EquatableArray<Step> Stem,
    EquatableArray<LayerRun> Layers,
    EquatableArray<Step> Final,
    EquatableArray<LayerRun> Sources,
    EquatableArray<Step> Output,
    Rows Sequence,
    Rows Result,
    int ResultWidth,
    bool WritesToCaller,
    EquatableArray<int> SourceStages,
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
    public bool TakesBatches => !Graph.IsDecoder && SourceStages.Count == 0;

    public IEnumerable<Step> Steps => Sources.SelectMany(run => run.Steps).Concat(Stem).Concat(Layers.SelectMany(run => run.Steps)).Concat(Final).Concat(Output);
}

/// <summary>
/// Attention weights that a session keeps on request, <c>[layer][head][query][key]</c> with rows of
/// <paramref name="Stride"/>, in memory of the stage's own.
/// </summary>
/// <param name="Property">The property that shows them.</param>
/// <param name="Part">The attribute's place in the stage.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Layers">How many layers have the attention.</param>
/// <param name="Heads">How many heads.</param>
/// <param name="Queries">The most query rows.</param>
/// <param name="Stride">The most keys, rounded up.</param>
/// <param name="SourceStage">The stage attended to, null for its own rows.</param>
internal sealed record Capture(string Property, int Part, int Offset, int Layers, int Heads, int Queries, int Stride, int? SourceStage)
{
    public int HeadFloats => checked(Queries * Stride);

    public int LayerFloats => checked(Heads * HeadFloats);

    public int Floats => checked(Layers * LayerFloats);
}

/// <summary>
/// Consecutive layers that differ only in where their things are: layer <c>First + i</c> has the steps of layer
/// <c>First</c>, <c>i · Shift</c> further on.
/// </summary>
internal sealed record LayerRun(int First, int Count, Places Shift, EquatableArray<Step> Steps)
{
    /// <summary>Where the first layer's things begin; null where it has none of a kind.</summary>
    public int? Weights => Steps.Min(step => step.Weights);

    /// <inheritdoc cref="Weights"/>
    public int? Own => Steps.Min(step => step.Own);

    /// <inheritdoc cref="Weights"/>
    public int? Source => Steps.Min(step => step.Source);

    /// <inheritdoc cref="Weights"/>
    public int? Captured => Steps.Min(step => step.Captured);
}

/// <summary>Distances in weights, in the lanes, in the caches of other stages' rows, and in the kept attention weights.</summary>
internal readonly record struct Places(int Weights, int Own, int Source, int Captured)
{
    /// <summary>The distance in what lies at a place; 0 for what does not move.</summary>
    public int Of(KeyPlace place) => place switch { KeyPlace.Own => Own, KeyPlace.Source => Source, _ => 0 };
}

/// <summary>One call of a kernel, with the offsets that the first layer of a run has.</summary>
internal abstract record Step
{
    /// <summary>The first of its weights that moves from layer to layer; null without.</summary>
    public virtual int? Weights => null;

    /// <summary>The first float of its keys and values of the stage's own rows; null without.</summary>
    public virtual int? Own => null;

    /// <summary>The first float of its keys and values of another stage's rows; null without.</summary>
    public virtual int? Source => null;

    /// <summary>The first of the attention weights that it may keep; null without.</summary>
    public virtual int? Captured => null;

    /// <summary>The same for a layer whose things lie further on.</summary>
    public virtual Step Move(Places by) => this;
}

/// <summary>Where keys and values lie.</summary>
internal enum KeyPlace
{
    /// <summary>Where the projections leave them, until the next layer.</summary>
    Passing,

    /// <summary>In the lanes: a decoder's own rows.</summary>
    Own,

    /// <summary>In the caches of other stages' rows.</summary>
    Source,
}

/// <summary><c>destination[r] = table[token r] · scale + positions[position + r]</c>.</summary>
internal sealed record EmbedStep(int Table, int TableStride, int Width, float Scale, int? Positions, int PositionsStride, Rows Destination) : Step;

/// <summary>The patches of the caller's image, a row each; <paramref name="ChannelsLast"/> within a patch.</summary>
internal sealed record CutPatchesStep(PatchGrid Grid, bool ChannelsLast, Rows Destination) : Step;

/// <summary>The caller's rows, with zeros behind them.</summary>
internal sealed record TakeFeaturesStep(int Width, Rows Destination) : Step;

/// <summary>The rows of another stage, zeros behind them included.</summary>
internal sealed record CopyRowsStep(Rows From, Rows Destination, int Width, int SourceStage) : Step;

/// <summary>The row of weights in front of those that the steps before have made.</summary>
internal sealed record PrependStep(int Token, int Width, Rows Destination) : Step;

/// <summary><c>rows[r] += table[type of token r]</c>, in place; type 0 where the call gives none.</summary>
internal sealed record AddTypesStep(Rows Rows, int Table, int TableStride, int Width, bool HasChoice) : Step;

/// <summary><c>rows[r] += table[position + r]</c>, in place.</summary>
internal sealed record AddPositionsStep(Rows Rows, int Table, int TableStride, int Width) : Step;

/// <summary>Layer normalisation; the bias follows the weight. In place where the two rows are the same.</summary>
internal sealed record NormalizeStep(Rows From, Rows Destination, int Width, int Weight, float Epsilon) : Step
{
    public override int? Weights => Weight;

    public override Step Move(Places by) => this with { Weight = Weight + by.Weights };
}

/// <summary><c>destination (+)= activation(source · W + b)</c>, rows × K by K × N; the bias follows the weights, and the scales of int8 weights that.</summary>
/// <param name="SourceStage">The stage whose rows these are, by its place in the declaration; null for the stage's own.</param>
/// <param name="ToCaller">Whether the destination is the caller's memory, which has no padding.</param>
/// <param name="Format">How the weights are stored.</param>
/// <param name="Tail">Rows for the columns of the last panel where it is wider than what is left of the caller's rows.</param>
internal sealed record ProductStep(
    Rows From, Rows Destination, int K, int N, int Weight, WeightFormat Format, Activation Activation, bool Accumulate, int? SourceStage, bool ToCaller, Rows? Tail) : Step
{
    public override int? Weights => Weight;

    public override Step Move(Places by) => this with { Weight = Weight + by.Weights };
}

/// <summary>Keys, row by row, to the cache's panels <c>[head][key / 32][channel][32]</c>, from key <c>position</c> on.</summary>
internal sealed record PackKeysStep(Rows From, int Keys, KeyPlace Place, int Heads, int HeadWidth, int HeadFloats) : Step
{
    public override int? Own => Place == KeyPlace.Own ? Keys : null;

    public override int? Source => Place == KeyPlace.Source ? Keys : null;

    public override Step Move(Places by) => this with { Keys = Keys + by.Of(Place) };
}

/// <summary>Values, row by row, to the cache, from key <c>position</c> on.</summary>
internal sealed record KeepValuesStep(Rows From, Rows Destination, KeyPlace Place, int Width) : Step
{
    public override int? Own => Place == KeyPlace.Own ? Destination.Offset : null;

    public override int? Source => Place == KeyPlace.Source ? Destination.Offset : null;

    public override Step Move(Places by) => this with { Destination = Destination with { Offset = Destination.Offset + by.Of(Place) } };
}

/// <summary>Multi-head attention over a strip of query rows at a time.</summary>
/// <param name="Keys">Keys in panels; where they are passing, keys row by row, which each thread packs for itself, head by head.</param>
/// <param name="SourceStage">The stage attended to, by its place in the declaration; null for the stage's own rows.</param>
/// <param name="Kept">Where a session that captures keeps the layer's weights; null where none may.</param>
internal sealed record AttendStep(
    Rows Query, Rows Keys, KeyPlace Place, Rows Values, int ScoreStride, Rows Destination, int Heads, int HeadWidth, int HeadFloats, float Scale, bool Causal, int? SourceStage, Rows? Kept, int KeptHeadFloats) : Step
{
    public override int? Own => Place == KeyPlace.Own ? Keys.Offset : null;

    public override int? Source => Place == KeyPlace.Source ? Keys.Offset : null;

    public override int? Captured => Kept?.Offset;

    public override Step Move(Places by) => this with
    {
        Keys = Keys with { Offset = Keys.Offset + by.Of(Place) },
        Values = Values with { Offset = Values.Offset + by.Of(Place) },
        Kept = Kept is Rows kept ? kept with { Offset = kept.Offset + by.Captured } : null,
    };
}

/// <summary>One vector of all rows.</summary>
internal sealed record PoolStep(Rows From, Rows Destination, int Width, PoolingKind Kind) : Step;

/// <summary>Each row divided by its Euclidean norm.</summary>
internal sealed record L2NormalizeStep(Rows From, Rows Destination, int Width, bool IsVector) : Step;
