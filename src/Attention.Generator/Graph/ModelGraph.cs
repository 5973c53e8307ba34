using Attention.Generator.Reading;

namespace Attention.Generator.Graph;

/// <summary>A model as operations on named values, layers expanded, stages in the order they depend on each other.</summary>
internal sealed record ModelGraph(string Name, WeightFormat Weights, EquatableArray<StageGraph> Stages, EquatableArray<Parameter> Parameters);

/// <summary>One stage of the graph.</summary>
/// <param name="Name">As declared.</param>
/// <param name="Index">Its place in the declaration.</param>
/// <param name="IsDecoder">Whether it keeps keys and values and can be stepped.</param>
/// <param name="Source">What a call takes.</param>
/// <param name="Length">The most rows of its sequence.</param>
/// <param name="Prepended">Rows in front of those of the source: 1 with a class token.</param>
/// <param name="Width">Channels of its rows.</param>
/// <param name="Layers">How many layers were expanded.</param>
/// <param name="Operations">In order of execution; all of layer <c>i</c> before any of layer <c>i + 1</c>.</param>
/// <param name="Sequence">The value that other stages attend to: the last one with a row for every token before the outputs.</param>
/// <param name="Output">What a call returns.</param>
/// <param name="IsPooled">Whether the output is one vector rather than a row for every token.</param>
/// <param name="HasLogits">Whether the output scores the vocabulary.</param>
internal sealed record StageGraph(
    string Name,
    int Index,
    bool IsDecoder,
    StageSource Source,
    int Length,
    int Prepended,
    int Width,
    int Layers,
    EquatableArray<Operation> Operations,
    int Sequence,
    int Output,
    bool IsPooled,
    bool HasLogits);

/// <summary>What a call of a stage takes.</summary>
/// <param name="Kind">Tokens, an image, rows of floats, or nothing but another stage's rows.</param>
/// <param name="Length">The most rows that it makes.</param>
/// <param name="Vocabulary">Of tokens, how many there are.</param>
/// <param name="Types">How many types tokens have that a call can tell; 0 without a choice of them.</param>
/// <param name="Width">Of features, the channels of a row.</param>
/// <param name="Image">Of an image, how it is cut.</param>
/// <param name="Stage">The stage whose rows are read, by its place in the declaration.</param>
internal sealed record StageSource(SourceKind Kind, int Length, int Vocabulary = 0, int Types = 0, int Width = 0, PatchGrid? Image = null, int? Stage = null);

internal enum SourceKind
{
    Tokens,
    Patches,
    Features,
    Stage,
}

/// <summary>A square image of <paramref name="Size"/>² pixels cut into square patches of <paramref name="Patch"/>².</summary>
internal sealed record PatchGrid(int Size, int Patch, int Channels, bool ChannelsLast)
{
    public int Floats => Channels * Size * Size;

    public int PatchFloats => Channels * Patch * Patch;

    public int Patches => Size / Patch * (Size / Patch);
}

/// <summary>
/// A trained (or, for sinusoidal positions, computed) array: a matrix rows × columns, or a vector with one column.
/// Linear weights are output × input, as PyTorch has them.
/// </summary>
/// <param name="Id">Its place in <see cref="ModelGraph.Parameters"/>.</param>
/// <param name="Role">What it is for; with a layout this gives its name.</param>
/// <param name="Stage">Index of the stage in the declaration.</param>
/// <param name="Layer">The layer, −1 outside of the layers.</param>
/// <param name="Part">Index of the attribute that it comes from.</param>
/// <param name="Ordinal">Which of its kind it is within the layer or the outputs, from 0.</param>
/// <param name="Rows">Outputs of a linear map, entries of a table, elements of a vector.</param>
/// <param name="Columns">Inputs of a linear map, channels of a table, 1 for a vector.</param>
internal sealed record Parameter(int Id, ParameterRole Role, int Stage, int Layer, int Part, int Ordinal, int Rows, int Columns);

/// <summary>What a parameter is for; the bias of a linear map or a norm is the role behind that of its weight.</summary>
internal enum ParameterRole
{
    Embedding,
    LearnedPositions,
    SinusoidalPositions,
    SinusoidalHalves,
    TokenTypes,
    ClassToken,
    Patches,
    PatchesBias,
    Source,
    SourceBias,
    StemNormWeight,
    StemNormBias,
    SelfQuery,
    SelfQueryBias,
    SelfKey,
    SelfKeyBias,
    SelfValue,
    SelfValueBias,
    SelfOutput,
    SelfOutputBias,
    SelfNormWeight,
    SelfNormBias,
    CrossQuery,
    CrossQueryBias,
    CrossKey,
    CrossKeyBias,
    CrossValue,
    CrossValueBias,
    CrossOutput,
    CrossOutputBias,
    CrossNormWeight,
    CrossNormBias,
    Hidden,
    HiddenBias,
    Contract,
    ContractBias,
    FeedForwardNormWeight,
    FeedForwardNormBias,
    FinalNormWeight,
    FinalNormBias,
    OutputNormWeight,
    OutputNormBias,
    Linear,
    LinearBias,
    Pooler,
    PoolerBias,
    Head,
    HeadBias,
    Logits,
    LogitsBias,
}

/// <summary>Where an operation stands in its stage.</summary>
internal enum Section
{
    /// <summary>Source and stem, before the layers.</summary>
    Stem,

    /// <summary>The body of a layer.</summary>
    Layer,

    /// <summary>A map of another stage's rows, done once for each new source.</summary>
    Source,

    /// <summary>The norm behind the last layer.</summary>
    Final,

    /// <summary>The chain of outputs.</summary>
    Output,
}

/// <summary>The columns of a value from <see cref="Column"/> on.</summary>
internal readonly record struct Slice(int Value, int Column = 0);

/// <summary>One operation: it makes the value <see cref="Result"/>.</summary>
internal abstract record Operation(int Result, Section Section, int Layer, Origin Origin);

/// <summary>The attribute an operation comes from: the stage, and the attribute's place in it.</summary>
internal readonly record struct Origin(int Stage, int Part);

/// <summary>Rows of <paramref name="Table"/> chosen by token ids, times <paramref name="Scale"/>, plus the position's row if there is one.</summary>
internal sealed record Embed(int Result, Section Section, int Layer, Origin Origin, int Table, float Scale, int? Positions)
    : Operation(Result, Section, Layer, Origin);

/// <summary>The patches of the caller's image, a row of channels · patch² values each.</summary>
internal sealed record CutPatches(int Result, Section Section, int Layer, Origin Origin, PatchGrid Grid)
    : Operation(Result, Section, Layer, Origin);

/// <summary>The caller's rows of <paramref name="Width"/> floats.</summary>
internal sealed record TakeFeatures(int Result, Section Section, int Layer, Origin Origin, int Width)
    : Operation(Result, Section, Layer, Origin);

/// <summary>The rows of another stage.</summary>
internal sealed record CopyRows(int Result, Section Section, int Layer, Origin Origin, int Input)
    : Operation(Result, Section, Layer, Origin);

/// <summary>The row <paramref name="Token"/>, then those of the input.</summary>
internal sealed record Prepend(int Result, Section Section, int Layer, Origin Origin, int Input, int Token)
    : Operation(Result, Section, Layer, Origin);

/// <summary>The row of <paramref name="Table"/> that a token's type chooses added to each row.</summary>
internal sealed record AddTypes(int Result, Section Section, int Layer, Origin Origin, int Input, int Table)
    : Operation(Result, Section, Layer, Origin);

/// <summary>Row <c>p</c> of <paramref name="Table"/> added to the row at position <c>p</c>.</summary>
internal sealed record AddPositions(int Result, Section Section, int Layer, Origin Origin, int Input, int Table)
    : Operation(Result, Section, Layer, Origin);

/// <summary>Layer normalisation of each row.</summary>
internal sealed record Normalize(int Result, Section Section, int Layer, Origin Origin, int Input, int Weight, int? Bias, float Epsilon)
    : Operation(Result, Section, Layer, Origin);

/// <summary>
/// <c>activation(input · Wᵀ + biases) + residual</c>, the rows of all <paramref name="Weights"/> stacked. Built with one
/// weight and nothing else; the passes fuse the rest in.
/// </summary>
internal sealed record Project(
    int Result, Section Section, int Layer, Origin Origin, int Input, EquatableArray<int> Weights, EquatableArray<int?> Biases, Activation Activation, int? Residual)
    : Operation(Result, Section, Layer, Origin);

/// <summary>A vector added to each row.</summary>
internal sealed record AddBias(int Result, Section Section, int Layer, Origin Origin, int Input, int Bias)
    : Operation(Result, Section, Layer, Origin);

/// <summary>An element-wise function.</summary>
internal sealed record Activate(int Result, Section Section, int Layer, Origin Origin, int Input, Activation Activation)
    : Operation(Result, Section, Layer, Origin);

/// <summary>The residual sum <c>residual + input</c>.</summary>
internal sealed record Add(int Result, Section Section, int Layer, Origin Origin, int Residual, int Input)
    : Operation(Result, Section, Layer, Origin);

/// <summary>Per head, <c>softmax(scale · Q·Kᵀ)·V</c>, heads side by side.</summary>
/// <param name="Source">Index of the stage whose rows are attended to, null for the stage's own.</param>
/// <param name="Capture">Whether a session may keep the weights.</param>
internal sealed record Attend(
    int Result, Section Section, int Layer, Origin Origin, Slice Query, Slice Key, Slice Value, int Heads, int HeadWidth, float Scale, bool Causal, int? Source, bool Capture)
    : Operation(Result, Section, Layer, Origin);

/// <summary>One vector of all rows.</summary>
internal sealed record Pool(int Result, Section Section, int Layer, Origin Origin, int Input, PoolingKind Kind)
    : Operation(Result, Section, Layer, Origin);

/// <summary>Each row divided by its Euclidean norm.</summary>
internal sealed record L2Normalize(int Result, Section Section, int Layer, Origin Origin, int Input)
    : Operation(Result, Section, Layer, Origin);
