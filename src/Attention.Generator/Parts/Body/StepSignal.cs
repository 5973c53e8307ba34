using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[StepSignal]</c>: what tells a row's position and the number of the layer, added to it in each.</summary>
internal sealed record StepSignal(string Label, int Index, PositionKind Kind, int First) : Part(Label, Index)
{
    public static StepSignal Parse(PartText text, Arguments arguments)
    {
        var signal = new StepSignal(text.Label, text.Index, arguments.Required<PositionKind>("kind"), arguments.Size("First", 0, 0));
        if (signal.Kind is PositionKind.Learned or PositionKind.Axial && arguments.Has("kind"))
            arguments.Report($"kind is {signal.Kind} {arguments.Place}, whose values are computed; expected another PositionKind, or [Positions(PositionKind.{signal.Kind})] in the stem", "kind");
        return signal;
    }

    public override Place Place => Place.Body;

    public override int Build(StageBuilder build, int x)
    {
        x = build.Emit(new AddPositions(build.New(), build.Spot, x, build.Once(() => build.Computed(build.Rows, new Sinusoids(Kind)))));

        // All rows have one number.
        return build.Emit(new AddPositions(build.New(), build.Spot, x, build.Computed(1, new Sinusoids(Kind, First + build.Layer)), Repeat: int.MaxValue));
    }
}
