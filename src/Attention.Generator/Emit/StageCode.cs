using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Text;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>A step that can write its call.</summary>
internal interface ICall
{
    /// <summary>What it does, in the model's story.</summary>
    string Story { get; }

    /// <summary>Writes the call.</summary>
    void Write(StageCode code);
}

/// <summary>A step that reads weights panel after panel.</summary>
internal interface IReadsPanels
{
    /// <summary>The first of them.</summary>
    long Weight { get; }

    /// <summary>How many panels there are, and in place of how many floats the first stands.</summary>
    (int Count, int Floats) PanelsOn(Isa isa);
}

/// <summary>A step of the outputs that looks at the tokens of the call.</summary>
internal interface ITakesTokens;

/// <summary>A step of the outputs that depends on where rows stand: <c>position</c> is the first one's, <c>apart</c> the distance of two, 0 of those of beams.</summary>
internal interface ITakesPosition;

/// <summary>A step of the outputs that looks at which rows a call names, <c>picked</c>.</summary>
internal interface ITakesPicked;

/// <summary>A step whose rows lie in pages that beams share.</summary>
internal interface IPaged
{
    /// <summary>Statements that copy the page in which beams part, from track <c>from</c> to track <c>to</c>.</summary>
    /// <param name="runtime">The namespace of the runtime.</param>
    /// <param name="trackFloats">The distance of two tracks.</param>
    /// <param name="at">A reference to an offset in the first track.</param>
    IEnumerable<string> CopyPage(string runtime, int trackFloats, Func<int, string> at);
}

/// <summary>What a call is written with: the place of the call, and how things are called there.</summary>
/// <param name="code">The text.</param>
/// <param name="set">The kernels of the instruction set.</param>
/// <param name="names">Their names.</param>
/// <param name="plan">The model.</param>
/// <param name="stage">The stage.</param>
/// <param name="way">The way through the stage.</param>
internal sealed class StageCode(CodeWriter code, KernelSet set, KernelNames names, ModelPlan plan, StagePlan stage, Way way)
{
    private readonly string _position = "position";

    public Way Way => way;

    /// <summary>Whether each row is one beam's.</summary>
    public bool IsOfBeams => way == Way.Beams;

    /// <summary>Whether calls take several sequences.</summary>
    public bool TakesBatches => stage.TakesBatches;

    public ModelPlan Plan => plan;

    public StagePlan Stage => stage;

    /// <summary>The run of layers that the call is in, within which offsets count from where those of the layer begin; null outside.</summary>
    public LayerRun? Run { get; init; }

    /// <summary>Whether each row is one sequence's.</summary>
    public bool IsOfSequences => way == Way.Sequences;

    /// <summary>The position of the first row.</summary>
    public string Position
    {
        get => OfOneSequence(_position);
        init => _position = value;
    }

    /// <summary>What rows of several sequences do not have in common.</summary>
    private string OfOneSequence(string what) => IsOfSequences && Row is null ? throw new InvalidOperationException("Of each sequence there is one of its own: " + what) : what;

    /// <summary>The row of the sequence that the outputs begin with; null where they take all.</summary>
    public string? First { get; init; }

    /// <summary>The row that the call is about, where rows are made one after the other, or the first of a piece; null where it is about all.</summary>
    public string? Row { get; init; }

    /// <summary>How many rows from that on it is about, as C#.</summary>
    public string RowsFrom { get; init; } = "1";

    /// <summary>Whether that is the first row to be made, as C#.</summary>
    public string? IsFirstRow { get; init; }

    /// <summary>Whether that row is the first of a block.</summary>
    public bool IsInBlock { get; init; }

    /// <summary>Whether the call is made for each sequence of a batch.</summary>
    public bool IsOfSequence { get; init; }

    public void Line(string line) => code.Line(line);

    public Scope Block(string head) => code.Block(head);

    /// <summary>The name of the kernel that a step needs here: that of its own way, or the plain one.</summary>
    public string NameOf(IRuns step) => names[step.KernelOn(set.Isa, way, plan) ?? step.KernelOn(set.Isa, Way.Plain, plan)!];

    /// <summary>Whether a step has a kernel of the way's own.</summary>
    public bool HasOwn(IRuns step) => way != Way.Plain && step.KernelOn(set.Isa, way, plan) is not null;

    /// <summary>How many rows, as an expression.</summary>
    public string RowsOf(RowCount count) => count switch
    {
        _ when count.Stage != stage.Graph.Index => RowsOfStage(count.Stage),
        Given or Plus when Row is not null => RowsFrom,
        One => TakesBatches ? "work.Sequences" : "1",
        Given when IsOfSequence => CallSource.Of(stage).IsFixed ? Number(stage.Graph.Source.Length) : "given",
        Given => stage.Graph.Prepended > 0 ? "given" : "rows",
        Plus when IsOfSequence => "work.RowsOf(sequence)",
        Plus => "rows",
        _ => throw new InvalidOperationException("No code for " + count.GetType().Name),
    };

    /// <summary>The rows that another stage has left.</summary>
    public string RowsOfStage(int index) => OfOneSequence(StageMethod.RowsOf(index, plan));

    /// <summary>Writes what takes the rows of a sequence as a whole.</summary>
    /// <param name="write">Writes it, given how many rows there are, the first one's place, and the sequence's number; all null where there is one sequence only.</param>
    public void EachSequence(Action<string?, string?, string?> write)
    {
        if (!TakesBatches)
        {
            write(null, null, null);
            return;
        }

        using (Block("for (int sequence = 0; sequence < work.Sequences; sequence++)"))
            write("work.RowsOf(sequence)", "work.Start(sequence)", "sequence");
    }

    /// <summary>A reference to packed weights.</summary>
    public string Weight(long offset) => Run is null ? At("weights", offset) : At("w", offset - (Run.Weights ?? 0));

    /// <summary>The work of a step of a layer: it knows the weights that are read behind the step's own. Behind the last layer of a run it knows some that are not.</summary>
    public string WorkBefore(IReadsPanels step)
    {
        if (Run is null)
            return "work";
        static IEnumerable<IReadsPanels> All(LayerRun? run) => run?.Steps.SelectMany(part => part.Single).OfType<IReadsPanels>() ?? [];
        IReadsPanels? within = All(Run).SkipWhile(other => other.Weight != step.Weight).Skip(1).FirstOrDefault();
        IReadsPanels? next = within ?? All(Run.Count > 1 ? Run : stage.Layers.SkipWhile(run => run != Run).Skip(1).FirstOrDefault()).FirstOrDefault();
        if (next is null)
            return "work";
        (int count, int floats) = next.PanelsOn(set.Isa);
        return $"work.WithNext({Weight(next.Weight + (within is null ? Run.Shift.Weights : 0))}, {Number(count)}, {Number(floats)})";
    }

    /// <summary>A reference to packed weights that all layers share.</summary>
    public static string SharedWeight(long offset) => At("weights", offset);

    /// <summary>A reference to kept keys or values; where rows are of several sequences and the call is about all, to those of the caller's session.</summary>
    public string Kept(KeyPlace place, int offset) => OfItsSession(KeptByCaller(place, offset));

    /// <summary>The same of the sequence behind the one that the call is about, and where that stands; null where it is not about one of several.</summary>
    public (string Kept, string Position)? NextKept(KeyPlace place, int offset) => IsOfSequences && Row is not null
        ? ($"ref table.Of({Row} + 1, {KeptByCaller(place, offset)})", $"table.Position({Row} + 1)") : null;

    private string KeptByCaller(KeyPlace place, int offset) => place switch
    {
        KeyPlace.Own when Run is not null => At("c", offset - Run.Own!.Value),
        KeyPlace.Other when Run is not null => At("s", offset - Run.Others!.Value),
        KeyPlace.Own or KeyPlace.Other => At("memory", offset),
        _ => throw new InvalidOperationException("Nothing is kept in " + place),
    };

    /// <summary>A reference to the rows that another stage has left.</summary>
    public string OfOther(RowPlace place) => OfItsSession(At("memory", place.Offset + place.Inner));

    /// <summary>A reference in the memory of the sequence's session.</summary>
    private string OfItsSession(string reference) => IsOfSequences && Row is not null ? $"ref table.Of({Row}, {reference})" : reference;

    /// <summary>A reference to where attention weights are kept.</summary>
    public string Captured(int offset) => At("kept", offset - (Run?.Captured ?? 0));

    /// <summary>A reference to rows in memory, from the first that the call is about or from a given one on.</summary>
    public string At(RowPlace place, string? row = null)
    {
        row ??= Row ?? (IsOfSequence ? "start" : First is not null && place == stage.Sequence ? First : null);
        string? index = row is null || (IsInBlock && place.IsOfBlock) ? null : $"{row} * (nint){place.Stride}";
        return TakesBatches && place.Offset > 0
            ? Reference("memory", $"{Number(place.Offset)} * scale", place.Inner == 0 ? null : Number(place.Inner), index)
            : At("memory", place.Offset + place.Inner, index);
    }

    /// <summary>What the caller gives for the call: all of it, or of a batch one sequence's.</summary>
    public string Input(string span, int width = 1)
    {
        if (IsOfSequences && Row is not null)
            return $"{span}.Slice({Row}, 1)";
        if (!IsOfSequence)
            return span;
        string at = stage.Graph.Prepended > 0 ? $"start - {(stage.Graph.Prepended == 1 ? "sequence" : $"(sequence * {stage.Graph.Prepended})")}" : "start";
        return width == 1 ? $"{span}.Slice({at}, given)" : $"{span}.Slice({(at == "start" ? at : $"({at})")} * {width}, given * {width})";
    }

    /// <summary>The tracks in which the beams' current page lies, and their distance.</summary>
    public string Page() => $"tracks.Slice(position / {Measures.KeyPanel} * rows, rows), {plan.TrackFloats}";

    public static string At(string reference, long offset, string? index = null) => Reference(reference, offset == 0 ? null : Native(offset), index);

    /// <summary>A distance, which beyond 32 bits is a native integer.</summary>
    public static string Native(long distance) => distance <= int.MaxValue ? Number(distance) : $"unchecked((nint){Number(distance)})";

    /// <summary>A reference to what lies a sum of terms behind another; products among several terms stand in parentheses.</summary>
    private static string Reference(string reference, params string?[] terms)
    {
        string[] sum = [.. terms.OfType<string>()];
        return sum.Length switch
        {
            0 => $"ref {reference}",
            1 => $"ref Unsafe.Add(ref {reference}, {sum[0]})",
            _ => $"ref Unsafe.Add(ref {reference}, {string.Join(" + ", sum.Select(term => term.Contains(" ") ? $"({term})" : term))})",
        };
    }

    public static string Bool(bool value) => value ? "true" : "false";
}
