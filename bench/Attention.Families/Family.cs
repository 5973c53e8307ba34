namespace Attention.Families;

/// <summary>A family at the sizes of one published checkpoint.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Checkpoint">The checkpoint whose sizes and names it has.</param>
/// <param name="Type">The type of its weights in the file.</param>
/// <param name="Layers">How many layers it has here, of both stages together.</param>
/// <param name="Tensors">All tensors of the file.</param>
/// <param name="Open">Loads it from a path on so many threads.</param>
internal sealed record Family(string Name, string Checkpoint, string Type, int Layers, IReadOnlyList<PublishedTensor> Tensors, Func<string, int, Running> Open)
{
    /// <summary>How many layers are published, where there are fewer here.</summary>
    public int Published { get; init; } = Layers;

    /// <summary>Tokens of a pass or a prompt, or rows of an image.</summary>
    public int Rows { get; init; } = 128;

    /// <summary>Floating-point operations of the attentions of a pass.</summary>
    public double Attention { get; init; }

    /// <summary>Bytes of a weight as it lies in memory.</summary>
    public int WeightBytes { get; init; } = 4;

    /// <summary>The beginning of the names of what steps and is not in the pass; nothing for a model of one stage.</summary>
    public string? Target { get; init; }

    /// <summary>Numbers that are weights.</summary>
    public long Parameters => Tensors.Where(tensor => tensor is { Type: null, CopyOf: null }).Sum(tensor => tensor.Count);

    /// <summary>Floating-point operations of a pass: products and attention.</summary>
    public double Work => Attention + Tensors.Where(tensor => !IsTarget(tensor)).Sum(tensor => 2.0 * tensor.Count * (tensor.Rows ?? tensor.Use switch
    {
        Use.Rows => Rows,
        Use.Last when Target is null => 1,
        _ => 0,
    }));

    /// <summary>Bytes of weights that a step reads.</summary>
    public double StepBytes => (double)WeightBytes * Tensors.Where(tensor => tensor.Use == Use.Last || (tensor.Use == Use.Rows && IsTarget(tensor) == Target is not null)).Sum(tensor => tensor.Count);

    /// <summary>Operations of the scores and contexts of so many rows, each of which sees so many in the mean.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="seen">Rows that one sees.</param>
    /// <param name="channels">Channels of the queries of all layers.</param>
    public static double Attending(double rows, double seen, double channels) => 4 * rows * seen * channels;

    private bool IsTarget(PublishedTensor tensor) => Target is not null && tensor.Name.StartsWith(Target, StringComparison.Ordinal);
}
