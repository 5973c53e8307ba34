using Attention.Generator.Graph;
using Attention.Generator.Planning;
using Attention.Generator.Text;

namespace Attention.Generator.Emit;

/// <summary>A span that a call is given.</summary>
/// <param name="Element">What it holds.</param>
/// <param name="Name">Its name.</param>
/// <param name="Text">What it is, for its reader.</param>
/// <param name="Omitted">What holds if it is left out; null for one that may not be.</param>
internal sealed record CallArgument(string Element, string Name, string Text, string? Omitted = null)
{
    /// <summary>As a parameter of the surface.</summary>
    public string Parameter => $"global::System.ReadOnlySpan<{Element}> {Name}";

    /// <summary>As a parameter of the kernels, whose file has usings.</summary>
    public string ShortParameter => $"ReadOnlySpan<{Element}> {Name}";

    /// <summary>As documentation.</summary>
    public string Documentation => $"<param name=\"{Name}\">{Text}</param>";
}

/// <summary>
/// A source as generated code has it: it says itself what a call is given, how that is checked, how many rows come of it, and
/// how all this is told.
/// </summary>
internal abstract record CallSource(int Length) : StageSource(Length)
{
    public static CallSource Of(StagePlan stage) => stage.Graph.Source as CallSource ?? throw new InvalidOperationException("No calls with " + stage.Graph.Source.GetType().Name);

    /// <summary>Whether it is given a label for each row too.</summary>
    public bool TakesLabels { get; init; }

    /// <summary>The labels, where it is given any.</summary>
    protected CallArgument[] LabelsGiven => TakesLabels ? [new("int", "labels", "The label of each row, at least 0, never smaller than that of the row before.")] : [];

    /// <summary>Writes the check of the labels.</summary>
    protected void CheckLabels(SurfaceCode code, string? lengths = null)
    {
        if (TakesLabels)
            code.Guard("Labels", $"labels, {RowsMade(code.RowsOf)}{lengths}");
    }

    /// <summary>What makes a row, in one word.</summary>
    public virtual string Unit => "row";

    /// <summary>Whether it makes <see cref="StageSource.Length"/> rows of whatever it is given.</summary>
    public virtual bool IsFixed => false;

    /// <summary>Whether a call says how many rows there are.</summary>
    public bool IsCounted => !IsFixed && Stage is null;

    /// <summary>How many tokens there are; null where it takes none.</summary>
    public virtual int? Vocabulary => null;

    /// <summary>The kinds of tokens that follow each other, where there are several.</summary>
    public virtual EquatableArray<TokenSegment> Kinds => EquatableArray<TokenSegment>.Empty;

    /// <summary>Writes the check that tokens are of the kinds that stand in their places.</summary>
    /// <param name="places">The position of the first token and how far they stand apart, or the lengths of sequences, as arguments.</param>
    public void CheckKinds(SurfaceCode code, string places)
    {
        if (Kinds.Count > 0)
            code.Guard("Kinds", $"tokens, {places}, {ArrayOf(Kinds)}");
    }

    /// <summary>Kinds of tokens as C#: how many rows each has, and how many ids.</summary>
    public static string ArrayOf(EquatableArray<TokenSegment> kinds) => $"new int[] {{ {string.Join(", ", kinds.Select(kind => $"{CodeWriter.Number(kind.Rows)}, {CodeWriter.Number(kind.Tokens)}"))} }}";

    /// <summary>What a call is given.</summary>
    public virtual IReadOnlyList<CallArgument> Given => [];

    /// <summary>What a batch is given, without the lengths of its sequences.</summary>
    public virtual IReadOnlyList<CallArgument> GivenInBatch => [];

    /// <summary>The sequences of a batch, for its reader.</summary>
    public virtual string Sequences => "sequences";

    /// <summary>How many rows there are, as C#.</summary>
    /// <param name="rowsOf">How many rows a stage has left, as C#.</param>
    public abstract string RowsMade(Func<int, string> rowsOf);

    /// <summary>What a stage takes, in its story.</summary>
    public abstract string Story { get; }

    /// <summary>What a kernel takes, in its summary.</summary>
    /// <param name="fromStart">Whether the rows always begin at position 0.</param>
    public abstract string KernelStory(bool fromStart);

    /// <summary>What a call takes, in its documentation: "… in".</summary>
    public abstract string Taken { get; }

    /// <summary>What may be wrong with what is given, as a sentence; null where nothing is given.</summary>
    public virtual string? Wrong => null;

    /// <summary>The same as documentation.</summary>
    public string[] Errors => Wrong is null ? [] : [$"<exception cref=\"global::System.ArgumentException\">{Wrong}</exception>"];

    /// <summary>Writes the checks of what a call is given.</summary>
    public virtual void Check(SurfaceCode code)
    {
    }

    /// <summary>
    /// Writes the checks of what a batch is given, but for the lengths of its sequences; of a fixed source also the declaration of
    /// <c>count</c>, how many there are.
    /// </summary>
    public virtual void CheckBatch(SurfaceCode code) => throw new InvalidOperationException("No batches of " + GetType().Name);
}
