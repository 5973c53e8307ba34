using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Bridge]</c>: what a recurrent decoder's states begin with.</summary>
internal sealed record Bridge(string Label, int Index, string? From, bool HasFrom, BridgeSource Take, bool HasMap, Activation Activation, bool? Bias) : Part(Label, Index)
{
    public static Bridge Parse(PartText text, Arguments arguments)
    {
        var bridge = new Bridge(
            text.Label, text.Index, arguments.RequiredText("from"), arguments.Has("from"), arguments.Member("Take", BridgeSource.Ends), arguments.Flag("Map", false),
            arguments.Member("Activation", Activation.Identity), arguments.OptionalFlag("Bias")) { Name = arguments.Name() };
        foreach (string argument in new[] { "Activation", "Bias" }.Where(argument => arguments.Has(argument) && !bridge.HasMap))
            arguments.WithoutEffect($"{argument} is given {arguments.Place}, which has no map; say Map = true, or remove {argument}", argument);
        return bridge;
    }

    public override Place Place => Place.Stem;

    public override Reference? Reference => HasFrom ? new Reference("from", From) : null;

    public override StageFacts Tell(StageFacts facts) => facts with { AttendsToOthers = true };

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Recurrent is not Recurrent mine || !stage.Header!.IsDecoder)
        {
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in stage '{stage.Name}', which is no recurrent decoder, so that it has no state to begin with; add [Recurrent(CellKind.Gru)] to a decoder, or remove {Label}");
            return;
        }

        // A stage that is not there, or is none, is reported where it is named or for itself.
        if (From is null || stage.Model.Find(From) is not { Header: Header theirs } other)
            return;
        string them = $"stage '{other.Name}'", us = $"stage '{stage.Name}'";
        int layers = stage.Header!.Layers;
        bool isOne = Take != BridgeSource.Ends;
        void Invalid(string message, string argument) => report(RuleIds.InvalidSize, Index, message, argument);
        if (Take != BridgeSource.Mean && other.Recurrent is null)
            report(RuleIds.MisplacedPart, Index, $"{Label} of {us} takes the states in which {them} ends, but that has no [Recurrent]; name a recurrent stage, or say Take = BridgeSource.Mean", "from");
        else if (Take == BridgeSource.Backward && other.Recurrent is { IsBidirectional: false })
            report(RuleIds.MisplacedPart, Index, $"{Label} of {us} takes the states of {them} that run backward, but none do; say Bidirectional = true there, or take BridgeSource.Ends", "Take");
        else if (HasMap && layers != 1)
            Invalid($"Map is given {stage.PlaceOf(this)}, which has {Arguments.Number(layers)} layers; expected 1, or no map", "Map");
        else if (!HasMap && isOne && mine.Kind == CellKind.Lstm)
            Invalid($"{Label} of {us} takes one vector of {them}, but its LSTM begins with two, states and what its cells hold; say Map = true, or take BridgeSource.Ends", "Take");
        else if (!HasMap && isOne && layers != 1)
            Invalid($"{Label} of {us} takes one vector of {them}, but {us} has {Arguments.Number(layers)} layers; expected 1, or BridgeSource.Ends", "Take");
        else if (!HasMap && !isOne && theirs.Layers != layers)
            Invalid($"{Label} hands on the states of each layer, but {them} has {Arguments.Number(theirs.Layers)} layers and {us} {Arguments.Number(layers)}; make them equal, or say Map = true", "from");
        else if (!HasMap && !isOne && other.Recurrent!.Kind != mine.Kind)
            Invalid($"{Label} hands on the states of each layer, but the cells of {them} are {other.Recurrent.Kind} and those of {us} {mine.Kind}; make them equal, or say Map = true", "from");
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        StageParts other = stage.Model.Find(From!)!;
        int width = stage.Header!.Width;
        if (!HasMap && Taken(other) != width)
            report(RuleIds.SourceWidthMismatch, Index, $"States of stage '{stage.Name}' are {Arguments.Number(width)} wide, but what {Label} takes of stage '{other.Name}' is {Arguments.Number(Taken(other))} wide; make them equal, or say Map = true", "from");
    }

    /// <summary>How wide what is taken is.</summary>
    private int Taken(StageParts other) => Take switch
    {
        BridgeSource.Backward => other.Header!.Width / 2,
        BridgeSource.Mean => other.RowWidth,
        _ => other.Header!.Width,
    };

    public override int Build(StageBuilder build, int x) => x;

    /// <summary>What the states of a layer begin with, and what cells that hold something else do.</summary>
    public (int State, int? Cell) Start(StageBuilder build, int layer) => build.OfOther<(int, int?)>(() =>
    {
        StageGraph other = build.Stage(From!);
        bool hasCells = build.Parts.OfType<Recurrent>().First().Kind == CellKind.Lstm;
        FinalState? final = Take == BridgeSource.Mean ? null : other.States[HasMap || Take == BridgeSource.Backward ? other.States.Count - 1 : layer];
        int Ends(EquatableArray<EndRow> rows) => build.Emit(new EndRows(build.New(), build.Spot, other.Index, Take == BridgeSource.Backward ? EquatableArray.Of(rows[1]) : rows));
        int taken = final is null ? build.Emit(new Pool(build.New(), build.Spot, other.Sequence, PoolingKind.Mean) { Stage = other.Index }) : Ends(final.States);
        int width = build.WidthTaken(this), states = build.Header.Width;
        bool bias = Bias ?? build.Header.Bias;
        int Mapped(Role role) => build.Activation(build.Linear(taken, role, states, width, 0, bias), Activation);
        int Kept(int value) => build.Emit(new KeepStart(build.New(), build.Spot, value));
        return (Kept(HasMap ? Mapped(Roles.Bridge) : taken), !hasCells ? null : Kept(HasMap ? Mapped(Roles.BridgeCell) : Ends(final!.Cells)));
    });

    /// <summary>How wide what is taken is.</summary>
    public int WidthOf(ModelParts model) => Taken(model.Find(From!)!);
}
