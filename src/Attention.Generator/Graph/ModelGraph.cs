using Attention.Generator.Reading;

namespace Attention.Generator.Graph;

/// <summary>A model as operations on named values, layers expanded, stages in the order they depend on each other.</summary>
/// <param name="Name">As declared.</param>
/// <param name="Weights">How the weights of linear maps are kept.</param>
/// <param name="KeyValues">How keys and values are.</param>
/// <param name="Stages">Its stages.</param>
/// <param name="Parameters">The tensors that they read.</param>
internal sealed record ModelGraph(string Name, WeightFormat Weights, WeightFormat KeyValues, EquatableArray<StageGraph> Stages, EquatableArray<Parameter> Parameters)
{
    /// <summary>Whether the compilation knows instructions that add four products of bytes to 32 bits in vectors of 512.</summary>
    public bool HasWideProducts { get; init; }
}

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
    bool HasLogits)
{
    /// <summary>The states in which it ends, layer by layer; none where its layers are not recurrent.</summary>
    public EquatableArray<FinalState> States { get; init; } = EquatableArray<FinalState>.Empty;

    /// <summary>The labels of its rows, which other stages may read as they read the sequence; null without any.</summary>
    public int? Labels { get; init; }

    /// <summary>Whether it scores the vocabulary for rows that a call names, rather than for the next token.</summary>
    public bool ScoresRows => HasLogits && !IsDecoder;

    /// <summary>The stages whose rows it reads.</summary>
    public IEnumerable<int> OtherStages => Operations.Select(operation => operation.OtherStage).Append(Source.Stage).OfType<int>().Distinct();
}

/// <summary>The first row of a value, or the last.</summary>
internal readonly record struct EndRow(int Value, bool IsFirst);

/// <summary>In what a recurrent layer ends: its states, a direction each, and what its cells hold, where that is another thing.</summary>
internal sealed record FinalState(EquatableArray<EndRow> States, EquatableArray<EndRow> Cells);

/// <summary>What a stage makes its rows of: each kind of source is one of its own, beside its part.</summary>
/// <param name="Length">The most rows that it makes.</param>
internal abstract record StageSource(int Length)
{
    /// <summary>The stage whose rows are read, by its place in the declaration; null where a call gives them.</summary>
    public virtual int? Stage => null;
}

/// <summary>Rows of one kind of tokens, at most <paramref name="Rows"/>, whose ids are <paramref name="Tokens"/> behind those of the kinds before.</summary>
internal readonly record struct TokenSegment(int Rows, int Tokens);

/// <summary>A square image of <paramref name="Size"/>² pixels cut into square patches of <paramref name="Patch"/>².</summary>
internal sealed record PatchGrid(int Size, int Patch, int Channels, bool ChannelsLast)
{
    public int Floats => Channels * Size * Size;

    public int PatchFloats => Channels * Patch * Patch;

    public int Patches => Size / Patch * (Size / Patch);
}

/// <summary>
/// A trained (or computed) array: a matrix rows × columns, or a vector with one column. Linear weights are output × input,
/// as PyTorch has them.
/// </summary>
/// <param name="Id">Its place in <see cref="ModelGraph.Parameters"/>.</param>
/// <param name="Tensor">What it is for.</param>
/// <param name="Origin">The attribute that it comes from.</param>
/// <param name="Layer">The layer, −1 outside of the layers.</param>
/// <param name="Ordinal">Which of its kind it is within the layer or the outputs, from 0.</param>
/// <param name="Rows">Outputs of a linear map, entries of a table, elements of a vector.</param>
/// <param name="Columns">Inputs of a linear map, channels of a table, 1 for a vector.</param>
internal sealed record Parameter(int Id, Tensor Tensor, Origin Origin, int Layer, int Ordinal, int Rows, int Columns)
{
    public Role Role => Tensor.Role;

    public int Stage => Origin.Stage;

    public int Part => Origin.Part;

    /// <summary>How it is computed, null for a tensor of the checkpoint.</summary>
    public Computed? Computed { get; init; }

    /// <summary>The name that its part gives it, without the last word; null where the part gives none.</summary>
    public string? Name { get; init; }

    /// <summary>The group of layers and exchange that it belongs to, from what the stage calls the first on.</summary>
    public int Group { get; init; }

    /// <summary>Which of the body's sub-layers it is in, 0 of what is in none.</summary>
    public int Sublayer { get; init; }

    /// <summary>Where its rows begin in the checkpoint's tensor.</summary>
    public int Offset { get; init; }

    /// <summary>Rows of the checkpoint's tensor; null for as many as offset and rows make.</summary>
    public int? TensorRows { get; init; }

    /// <summary>Where its columns begin in the checkpoint's tensor.</summary>
    public int FirstColumn { get; init; }

    /// <summary>Columns of the checkpoint's tensor; null for its own.</summary>
    public int? TensorColumns { get; init; }

    /// <inheritdoc cref="TensorColumns"/>
    public int AllColumns => TensorColumns ?? Columns;

    /// <summary>How many maps, each as large as another, stand one behind the other in its tensor, which then has one dimension more.</summary>
    public int Stacked { get; init; } = 1;

    /// <summary>Of how many heads its rows are, as many of each; 0 of those that are no heads'.</summary>
    public int Heads { get; init; }

    /// <summary>Of the map of patches, whether a patch's values have the channel last; null for what the layout says.</summary>
    public bool? ChannelsLast { get; init; }
}

/// <summary>What multiplies a map's outputs, by the id of the parameter: the factor of each, or the number whose hyperbolic tangent is that of all.</summary>
internal readonly record struct Gating(int Parameter, Gate Kind);

/// <summary>What a batch norm knows of each channel, by the ids of the parameters, and what it adds to the variance.</summary>
internal sealed record BatchStatistics(int Weight, int Bias, int Mean, int Variance, float Epsilon);

/// <summary>A linear map by the ids of its parameters.</summary>
internal readonly record struct LinearMap(int Weight, int? Bias);

/// <summary>A trained table with a row for each bucket of distances, and what makes keys and queries of its rows, by the ids of the parameters.</summary>
/// <param name="Table">The table, rows × width.</param>
/// <param name="Norm">The weight of the norm that its rows go through first; null without one.</param>
/// <param name="NormBias">The bias of that.</param>
/// <param name="Epsilon">What it adds to the variance.</param>
/// <param name="Keys">What makes the keys that queries meet; null where they meet none.</param>
/// <param name="Queries">What makes the queries that keys meet.</param>
internal sealed record RelativePositions(int Table, int? Norm, int? NormBias, float Epsilon, LinearMap? Keys, LinearMap? Queries);
