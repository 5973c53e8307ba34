using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[DeepOutput]</c>: what the outputs of a recurrent decoder see of a row.</summary>
internal sealed record DeepOutput(string Label, int Index, bool IsOfPrevious, bool HasContext, bool HasInput, int? Width, bool Maxout) : Part(Label, Index)
{
    public static DeepOutput Parse(PartText text, Arguments arguments)
    {
        var output = new DeepOutput(
            text.Label, text.Index, arguments.Flag("PreviousState", false), arguments.Flag("Context", true), arguments.Flag("Input", true), arguments.OptionalSize("Width"), arguments.Flag("Maxout", false)) { Name = arguments.Name() };
        if (output is { Maxout: true, Width: null })
            arguments.WithoutEffect($"Maxout is given {arguments.Place}, which has no maps whose sum it could be of; say Width, or remove Maxout", "Maxout");
        if (output is { IsOfPrevious: false, HasContext: false, HasInput: false, Width: null })
            arguments.WithoutEffect($"Context and Input are both false {arguments.Place}, so that outputs see the state alone, as they do without it; say PreviousState = true or Width, or remove {text.Label}", "Input");
        return output;
    }

    public override Place Place => Place.Body;

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Recurrent is null || !stage.Parts.OfType<StateAttention>().Any())
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in stage '{stage.Name}', whose states attend to nothing; add [AdditiveAttention(from, width)] and [Recurrent(CellKind.Gru)], or remove {Label}");
        else if (stage.Parts.OfType<Part>().Any(part => part.Place == Place && part.Index > Index))
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in front of other parts of the body of stage '{stage.Name}', but it makes what its outputs see; put it last in the body");
    }

    /// <summary>How wide the rows are that it makes.</summary>
    public int WidthIn(StageParts stage) => Width ?? (stage.Header!.Width
        + (HasContext && stage.Parts.OfType<StateAttention>().First().From is string from ? stage.Model.Find(from)!.RowWidth : 0)
        + (HasInput ? stage.InputWidth : 0));

    public override int Build(StageBuilder build, int x) => x;

    /// <summary>The rows that the outputs see.</summary>
    /// <param name="build">The stage.</param>
    /// <param name="state">The states.</param>
    /// <param name="context">What they attended to.</param>
    /// <param name="contextWidth">How wide that is.</param>
    /// <param name="input">The decoder's rows.</param>
    /// <param name="inputWidth">How wide those are.</param>
    public int Make(StageBuilder build, int state, int context, int contextWidth, int input, int inputWidth)
    {
        int states = build.Header.Width;
        (int Value, int Width, Role Role)[] seen = [(state, states, Roles.ReadoutState), .. HasContext ? new[] { (context, contextWidth, Roles.ReadoutContext) } : [], .. HasInput ? new[] { (input, inputWidth, Roles.ReadoutInput) } : []];
        if (Width is not int width)
        {
            build.Width = seen.Sum(part => part.Width);
            return seen.Length == 1 ? state : build.Emit(new Concatenate(build.New(), build.Spot, seen.Select(part => part.Value).ToEquatableArray()));
        }

        build.Width = width;
        int outputs = checked(Maxout ? 2 * width : width), sum = build.Linear(state, Roles.ReadoutState, outputs, states, 0, build.Header.Bias);
        foreach ((int value, int inputs, Role role) in seen.Skip(1))
            sum = build.Add(sum, build.Linear(value, role, outputs, inputs, 0, bias: false));
        return Maxout ? build.Emit(new Maxout(build.New(), build.Spot, sum, width)) : sum;
    }
}
