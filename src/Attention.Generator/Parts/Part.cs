using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>The places of a stage, in the order in which it reads.</summary>
internal enum Place
{
    Header,
    Source,
    Stem,
    Body,
    Exchange,
    Output,
}

/// <summary>
/// One attribute of a stage, read. Its file is the only one that knows it: what it may be given, what it asks of its
/// neighbours, what it adds to the stage's surface, and the operations that it stands for.
/// </summary>
/// <param name="Label">The attribute as messages name it.</param>
/// <param name="Index">Its place among the stage's attributes.</param>
internal abstract record Part(string Label, int Index)
{
    /// <summary>The name that the user gives its tensors; null without one.</summary>
    public string? Name { get; init; }

    /// <summary>Where it stands in a stage.</summary>
    public abstract Place Place { get; }

    /// <summary>In which numbers its linear maps multiply; null where the model says it, or where they are none of a layer's.</summary>
    public virtual ProductFormat? Products => null;

    /// <summary>What there can be only one of: parts that give the same word exclude each other; null for those that repeat.</summary>
    public virtual string? OnlyOne => Label;

    /// <summary>The stage that it names.</summary>
    public virtual Reference? Reference => null;

    /// <summary>Whether one vector is left of the rows behind it.</summary>
    public virtual bool Pools => false;

    /// <summary>What it adds to what a stage shows.</summary>
    public virtual StageFacts Tell(StageFacts facts) => facts;

    /// <summary>Reports what does not go with its neighbours.</summary>
    public virtual void Check(StageParts stage, Reporter report)
    {
    }

    /// <summary>Reports sizes that do not meet, once the graph is there.</summary>
    public virtual void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
    }

    /// <summary>Adds its operations behind a value, and gives the value that they make.</summary>
    public abstract int Build(StageBuilder build, int x);
}

/// <summary>An attribute that is reported as unknown, so that the others keep their places.</summary>
internal sealed record UnknownPart(string Label, int Index, Place Where) : Part(Label, Index)
{
    public override Place Place => Where;

    public override string? OnlyOne => null;

    public override int Build(StageBuilder build, int x) => throw new InvalidOperationException($"{Label} has no operations");
}

/// <summary>How a part is read: its label, its place among the stage's attributes, and whether it stands behind a part of the body or of the outputs.</summary>
internal readonly record struct PartText(string Label, int Index, bool IsBehindBody);

/// <summary>A stage that a part names.</summary>
/// <param name="Argument">The argument that names it.</param>
/// <param name="Stage">Its name, null where the user gives null.</param>
/// <param name="IsTable">Whether its table is meant rather than its rows.</param>
internal sealed record Reference(string Argument, string? Stage, bool IsTable = false)
{
    /// <summary>Whether the rows are meant that the stage has before the exchange of each group, rather than its last.</summary>
    public bool IsOfGroup { get; init; }
}

/// <summary>Takes findings about one stage: the rule, the place of the attribute (−1 for the class's name), the message, and the argument concerned.</summary>
internal delegate void Reporter(string rule, int part, string message, string? argument = null);

/// <summary>A part of a layer's body: a sub-layer with its residual sum and its norm.</summary>
internal abstract record BodyPart(string Label, int Index, BodyOptions Options) : Part(Label, Index)
{
    public sealed override Place Place => Place.Body;

    public sealed override ProductFormat? Products => Options.Products;

    public sealed override string? OnlyOne => null;

    /// <summary>The role of its norm.</summary>
    protected abstract Role Norm { get; }

    /// <summary>The role of the one behind its result, before that joins the rows.</summary>
    protected abstract Role PostNorm { get; }

    /// <summary>The role of its gate; null where its result comes of no product, which alone can multiply by one.</summary>
    protected virtual Role? GateRole => null;

    /// <summary>How wide the rows are that it reads, where it makes them as wide as the stage; null where they are.</summary>
    public virtual int? InputWidth => null;

    /// <summary>Where its norm stands.</summary>
    public NormPlacement PlacementIn(Header header) => Options.Norm ?? header.Norm;

    /// <summary>What the sub-layer makes of its input, by a linear map at last.</summary>
    protected abstract int Sublayer(StageBuilder build, int x, int ordinal);

    public override void Check(StageParts stage, Reporter report)
    {
        Options.Check(stage, this, report);
        if (Options.Gate != Gate.None && GateRole is null)
            report(RuleIds.WithoutEffect, Index, $"Gate is {Options.Gate} {stage.PlaceOf(this)}, whose result nothing can multiply; remove Gate", "Gate");
        else if (Options.Gate != Gate.None && PlacementIn(stage.Header!) is NormPlacement.Sandwich or NormPlacement.ResidualPost)
            report(RuleIds.MisplacedPart, Index, $"Gate is {Options.Gate} {stage.PlaceOf(this)}, where Norm is {PlacementIn(stage.Header!)}, whose weights multiply what joins the rows; remove Gate, or say another Norm", "Gate");
    }

    public override int Build(StageBuilder build, int x)
    {
        // A part counts on layers that lack it too, so that names do not depend on where it is.
        BodyPart[] body = [.. build.Parts.OfType<BodyPart>()];
        int norm = Array.IndexOf(body, this), ordinal = body.Take(norm).Count(other => other.GetType() == GetType());
        if (!Options.IsAt(build.Layer))
            return x;
        int Normed(int rows) => NormIn(build, rows, norm);
        NormPlacement placement = PlacementIn(build.Header);
        int read = build.Header.Parallel != ParallelKind.None ? build.Beside(this, x, [.. body.Where(other => other.Options.IsAt(build.Layer))], (part, rows) => part.NormIn(build, rows, Array.IndexOf(body, part)))
            : placement is NormPlacement.Pre or NormPlacement.Sandwich ? Normed(x) : x;
        if (build.Parts.Take(Index).OfType<TokenShift>().FirstOrDefault() is TokenShift shift)
            read = shift.Shift(build, read);
        int made = Sublayer(build, read, ordinal), width = build.Width;
        build.Width = build.Header.Width;
        if (Options.BatchNorm)
            made = build.BatchNorm(made, build.Width, norm);
        if (Options.Gate != Gate.None)
            made = build.Emit(new Gated(build.New(), build.Spot, made, new Gating(build.Parameter(GateRole!, Options.Gate == Gate.LayerScale ? build.Width : 1, 1, norm), Options.Gate)));
        if (placement is NormPlacement.Sandwich or NormPlacement.ResidualPost)
            made = NormIn(build, made, norm, PostNorm);
        int onto = InputWidth is null || !Options.Residual ? x : build.Linear(x, Roles.SelfResidual, build.Width, width, ordinal, build.Header.Bias);
        int joined = Options.Residual ? build.Add(onto, made) : made;
        return build.Activation(placement == NormPlacement.Post ? Normed(joined) : joined, Options.After);
    }

    /// <summary>Its norm of some rows.</summary>
    /// <param name="build">The stage.</param>
    /// <param name="x">The rows.</param>
    /// <param name="ordinal">Which of the body's norms it is.</param>
    /// <param name="role">Its role, unless it is that of what the part reads or of the sum.</param>
    private int NormIn(StageBuilder build, int x, int ordinal, Role? role = null) => build.Norm(x, role ?? Norm, build.Width, ordinal, Options.Kind, Options.Epsilon);
}

/// <summary>Which layers have a part of the body, every so many or those that are named, and how it joins their rows.</summary>
internal sealed record BodyOptions(int? Every, bool HasAt, EquatableArray<int>? At, bool Residual, bool BatchNorm, Activation After, Gate Gate, NormPlacement? Norm, NormKind? Kind, float? Epsilon, ProductFormat? Products)
{
    public static BodyOptions Parse(Arguments arguments) => new(
        arguments.OptionalSize("Every"), arguments.Has("At"), arguments.Numbers("At"), arguments.Flag("Residual", true), arguments.Flag("BatchNorm", false), arguments.Member("After", Activation.Identity), arguments.Member("Gate", Gate.None), arguments.OptionalMember<NormPlacement>("Norm"), arguments.OptionalMember<NormKind>("Kind"), arguments.Epsilon("Epsilon"), arguments.OptionalMember<ProductFormat>("Products"));

    public void Check(StageParts stage, BodyPart part, Reporter report)
    {
        foreach ((string argument, bool isGiven) in new[] { ("Kind", Kind is not null), ("Epsilon", Epsilon is not null) })
        {
            if (isGiven && part.PlacementIn(stage.Header!) == NormPlacement.None)
                report(RuleIds.WithoutEffect, part.Index, $"{argument} is given {stage.PlaceOf(part)}, which has no norm{(Norm is null ? "s in its body" : "")}; remove {argument}", argument);
        }

        if (!HasAt)
            return;
        string place = stage.PlaceOf(part);
        int layers = stage.Header!.Layers;
        if (Every is not null)
            report(RuleIds.InvalidSize, part.Index, $"At and Every are both given {place}; expected one of them", "Every");
        else if (At is not { Count: > 0 } at)
            report(RuleIds.InvalidSize, part.Index, $"At is empty {place}; expected the layers that have the part, or no part", "At");
        else if (layers >= 1 && at.Where(layer => layer < 0 || layer >= layers).Select(layer => (int?)layer).FirstOrDefault() is int outside)
            report(RuleIds.InvalidSize, part.Index, $"At has layer {Arguments.Number(outside)} {place}, which has {Arguments.Number(layers)} layers; expected 0 to {Arguments.Number(layers - 1)}", "At");
        else if (at.Distinct().Count() < at.Count)
            report(RuleIds.InvalidSize, part.Index, $"At has a layer twice {place}; expected each once", "At");
    }

    public bool IsAt(int layer) => At is EquatableArray<int> at ? at.Contains(layer) : layer % Math.Max(1, Every ?? 1) == 0;
}
