using Attention.Generator.Graph;
using Attention.Generator.Shapes;

namespace Attention.Generator.Planning;

/// <summary>
/// Everything that code needs: offsets of all weights, of all buffers, and the steps of every stage. Offsets, strides
/// and sizes count floats; matrices are rows × stride.
/// </summary>
internal sealed record ModelPlan(
    string Name,
    int WeightFloats,
    int MemoryFloats,
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

/// <summary>A table kept row by row, each <paramref name="Stride"/> apart; without a tensor, sinusoidal positions.</summary>
internal sealed record PackedTable(int Offset, int Stage, Section Section, int Layer, string? Tensor, int Rows, int Columns, int Stride) : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>A vector, or part of one, padded with zeros to whole groups of 16.</summary>
internal sealed record PackedVector(int Offset, int Stage, Section Section, int Layer, string Tensor, int Total, int First, int Count) : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>
/// Weights of a product, inputs × outputs, in the panels of the product's tiles; <paramref name="Count"/> rows of the
/// tensor from <paramref name="First"/> on become the columns from <paramref name="Column"/> on.
/// </summary>
internal sealed record PackedProduct(int Offset, int Stage, Section Section, int Layer, string Tensor, int TensorRows, int First, int Count, int Inputs, int Outputs, int Column)
    : PackedWeight(Offset, Stage, Section, Layer);

/// <summary>A matrix in a session's memory.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Floats">How long it is.</param>
/// <param name="Shape">Its shape in words.</param>
/// <param name="Keeps">Whether it lives on between calls.</param>
internal sealed record PlannedBuffer(string Name, int Offset, int Floats, string Shape, bool Keeps);

/// <summary>Rows in a session's memory: row <c>r</c> begins at <c>Offset + r · Stride</c>.</summary>
internal readonly record struct Rows(int Offset, int Stride);

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
/// <param name="SourceStages">The stages attended to, by their places in the declaration.</param>
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
    long FlopsPerRow,
    long Parameters);

/// <summary>
/// Consecutive layers that differ only in where their weights and caches are: layer <c>First + i</c> has the steps of
/// layer <c>First</c>, weights <c>i · WeightShift</c> and caches <c>i · CacheShift</c> further on.
/// </summary>
internal sealed record LayerRun(int First, int Count, int WeightShift, int CacheShift, EquatableArray<Step> Steps);

/// <summary>One call of a kernel; weights and caches by the offsets that the first layer of a run has.</summary>
internal abstract record Step;

/// <summary><c>destination[r] = table[token r] · scale + positions[position + r]</c>.</summary>
internal sealed record EmbedStep(int Table, int TableStride, int Width, float Scale, int? Positions, int PositionsStride, Rows Destination) : Step;

/// <summary><c>rows[r] += table[position + r]</c>, in place.</summary>
internal sealed record AddPositionsStep(Rows Rows, int Table, int TableStride, int Width) : Step;

/// <summary>Layer normalisation; the bias follows the weight. In place where the two rows are the same.</summary>
internal sealed record NormalizeStep(Rows Source, Rows Destination, int Width, int Weights, float Epsilon) : Step;

/// <summary><c>destination (+)= activation(source · W + b)</c>, rows × K by K × N; the bias follows the weights.</summary>
/// <param name="SourceStage">The stage whose rows these are, by its place in the declaration; null for the stage's own.</param>
/// <param name="ToCaller">Whether the destination is the caller's memory, which has no padding.</param>
/// <param name="Tail">Rows for the columns of the last panel where it is wider than what is left of the caller's rows.</param>
internal sealed record ProductStep(
    Rows Source, Rows Destination, int K, int N, int Weights, Activation Activation, bool Accumulate, int? SourceStage, bool ToCaller, Rows? Tail) : Step;

/// <summary>Keys, row by row, to panels <c>[head][key / 32][channel][32]</c>, from key <c>position</c> on.</summary>
internal sealed record PackKeysStep(Rows Source, int Keys, bool KeysAreCached, int Heads, int HeadWidth, int HeadFloats) : Step;

/// <summary>Values, row by row, to the cache, from key <c>position</c> on.</summary>
internal sealed record KeepValuesStep(Rows Source, Rows Destination, int Width) : Step;

/// <summary>Multi-head attention over a strip of query rows at a time.</summary>
/// <param name="SourceStage">The stage attended to, by its place in the declaration; null for the stage's own rows.</param>
internal sealed record AttendStep(
    Rows Query, int Keys, bool KeysAreCached, Rows Values, Rows Scores, Rows Destination, int Heads, int HeadWidth, int HeadFloats, float Scale, bool Causal, int? SourceStage) : Step;

/// <summary>One vector of all rows.</summary>
internal sealed record PoolStep(Rows Source, Rows Destination, int Width, PoolingKind Kind) : Step;

/// <summary>Each row divided by its Euclidean norm.</summary>
internal sealed record L2NormalizeStep(Rows Source, Rows Destination, int Width, bool IsVector) : Step;
