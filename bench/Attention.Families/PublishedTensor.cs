namespace Attention.Families;

/// <summary>For which rows of a run a tensor is multiplied.</summary>
internal enum Use
{
    /// <summary>For none: vectors, tables that rows are taken from, and what nothing reads.</summary>
    None,

    /// <summary>For every row.</summary>
    Rows,

    /// <summary>For the last row alone, or the pooled one.</summary>
    Last,

    /// <summary>For every row of the other stage.</summary>
    Source,
}

/// <summary>A tensor of a published checkpoint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Centre">What its random values lie around.</param>
/// <param name="Reach">How far they lie from it at most.</param>
/// <param name="Use">For which rows it is multiplied.</param>
internal sealed record PublishedTensor(string Name, long[] Shape, float Centre, float Reach, Use Use = Use.None)
{
    /// <summary>The type, where it is not that of the checkpoint.</summary>
    public string? Type { get; init; }

    /// <summary>Its values by row and column, of a table that is computed and not random.</summary>
    public Func<int, int, float>? Value { get; init; }

    /// <summary>For how many rows it is multiplied in a pass, where that is not what <see cref="Use"/> says.</summary>
    public int? Rows { get; init; }

    /// <summary>The tensor that it is a copy of.</summary>
    public string? CopyOf { get; init; }

    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>A map of rows, outputs × inputs; sums of as many products as there are inputs keep the scale of the rows.</summary>
    public static PublishedTensor Map(string name, long outputs, long inputs, Use use = Use.Rows) => new(name, [outputs, inputs], 0, Reaching(inputs), use);

    /// <summary>A map with its bias.</summary>
    public static IEnumerable<PublishedTensor> Linear(string name, long outputs, long inputs, Use use = Use.Rows) => [Map(name + ".weight", outputs, inputs, use), Vector(name + ".bias", outputs)];

    /// <summary>A map stored inputs × outputs, with its bias.</summary>
    public static IEnumerable<PublishedTensor> Conv1D(string name, long outputs, long inputs) => [new(name + ".weight", [inputs, outputs], 0, Reaching(inputs), Use.Rows), Vector(name + ".bias", outputs)];

    /// <summary>A table that rows are taken from; as its map, with <paramref name="use"/>, it gives scores.</summary>
    public static PublishedTensor Table(string name, long rows, long width, Use use = Use.None) => new(name, [rows, width], 0, Reaching(width), use);

    public static PublishedTensor Vector(string name, params long[] shape) => new(name, shape, 0, 0.05f);

    /// <summary>The factors of a norm.</summary>
    public static PublishedTensor Factors(string name, long width, float centre = 1) => new(name, [width], centre, 0.1f);

    /// <summary>A layer norm's factors and biases.</summary>
    public static IEnumerable<PublishedTensor> Norm(string name, long width) => [Factors(name + ".weight", width), Vector(name + ".bias", width)];

    /// <summary>What is not a weight: positions counted up, masks and the like.</summary>
    public static PublishedTensor Buffer(string name, string type, params long[] shape) => new(name, shape, 0, 0) { Type = type };

    /// <summary>Tensors whose maps are of so many rows in a pass.</summary>
    public static IEnumerable<PublishedTensor> For(int rows, params IEnumerable<PublishedTensor> tensors) => tensors.Select(tensor => tensor.Use == Use.Rows ? tensor with { Rows = rows } : tensor);

    /// <summary>The same values under another name.</summary>
    public PublishedTensor As(string name) => this with { Name = name, CopyOf = Name, Use = Use.None };

    /// <summary>Uniform numbers within this reach have a variance of nearly one divided by <paramref name="inputs"/>.</summary>
    private static float Reaching(long inputs) => 1.7f / MathF.Sqrt(inputs);
}
