using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[IntraAttention]</c>: what a recurrent cell takes for the state before is what its row attends to among all states before.</summary>
internal sealed record IntraAttention(string Label, int Index, int Width, bool Capture) : Part(Label, Index)
{
    public static IntraAttention Parse(PartText text, Arguments arguments) => new(text.Label, text.Index, arguments.Required("width"), arguments.Flag("Capture", false)) { Name = arguments.Name() };

    public override Place Place => Place.Body;

    public override string OnlyOne => "attention of states";

    public override StageFacts Tell(StageFacts facts) => facts with { SelfCaptures = facts.SelfCaptures + (Capture ? 1 : 0) };

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Recurrent is not Recurrent recurrent)
            report(RuleIds.MissingPart, Index, $"{Label} attends to the states of recurrent cells, which '{stage.Name}' does not have; add [Recurrent(CellKind.Lstm)], or use [SelfAttention(heads)]");
        else if (!stage.Header!.IsDecoder)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in encoder '{stage.Name}', but it attends row by row; make the stage a decoder");
        else if (Index > recurrent.Index)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands behind {recurrent.Label} in stage '{stage.Name}', but it attends before the row; put it in front of {recurrent.Label}");
        else if (stage.Header.Layers > 1)
            report(RuleIds.InvalidSize, Index, $"{Label} stands in stage '{stage.Name}', which has {Arguments.Number(stage.Header.Layers)} layers; expected 1", null);
        else if (stage.Parts.OfType<Bridge>().FirstOrDefault() is Bridge bridge)
            report(RuleIds.WithoutEffect, bridge.Index, $"{bridge.Label} says what states begin with in stage '{stage.Name}', but its first row attends to no state; remove it");
    }

    public override int Build(StageBuilder build, int x) => x;

    /// <summary>What the rows ask, for all of them at once.</summary>
    public int Query(StageBuilder build, int x, int inputs) => build.Linear(x, Roles.AlignmentQuery, Width, inputs, 0, build.Header.Bias);

    /// <summary>What a row attends to, and where what it makes of that is to be kept.</summary>
    public Past Attend(StageBuilder build, int x, int query, int states, bool hasCells)
    {
        int wide = hasCells ? 2 * states : states, keys = build.New(), values = build.New();
        var seen = new Carried(build, x, states, null, "states attended to");
        query = build.Add(query, build.Linear(seen.Before, Roles.AlignmentContext, Width, states, 0, bias: false));
        int context = build.Emit(new Attend(
            build.New(), build.Spot, new Slice(query), new Slice(keys), new Slice(values), 1, Width, new Additive(Activation.Tanh), null, new Earlier(), new Softmax(), null, Capture)
        {
            ValueWidth = wide,
            ScoreVector = build.Parameter(Roles.AlignmentScore, Width, 1),
            IsCached = true,
        });
        int state = hasCells ? build.Emit(new Columns(build.New(), build.Spot, new Slice(context), states)) : context;
        seen.Keep(state);
        return new Past(state, hasCells ? build.Emit(new Columns(build.New(), build.Spot, new Slice(context, states), states)) : null, keys, values);
    }

    /// <summary>Keeps what later rows attend to.</summary>
    public int Keep(StageBuilder build, Past past, int state, int? cell)
    {
        int width = build.Header.Width;
        int key = build.Linear(state, Roles.AlignmentKey, Width, width, 0, bias: false);
        int value = cell is int held ? build.Emit(new Concatenate(build.New(), build.Spot, EquatableArray.Of(state, held))) : state;
        build.Emit(new KeepKeys(past.Keys, build.Spot, new Slice(key), 1, Width, null));
        return build.Emit(new KeepValues(past.Values, build.Spot, new Slice(value), 1, cell is null ? width : 2 * width, null));
    }

    /// <summary>What a row attended to, and the values that it adds to what later rows do.</summary>
    internal sealed record Past(int State, int? Cell, int Keys, int Values);
}
