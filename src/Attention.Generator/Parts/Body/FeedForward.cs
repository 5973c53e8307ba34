using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[FeedForward]</c>: two linear maps with a non-linearity between them, which may be that of a gate beside the first.</summary>
internal sealed record FeedForward(string Label, int Index, BodyOptions Options, int Hidden, Activation Activation, bool? Bias, bool? HiddenBias, bool? OutputBias, bool IsGated) : BodyPart(Label, Index, Options)
{
    public static FeedForward Parse(PartText text, Arguments arguments)
    {
        var part = new FeedForward(
            text.Label, text.Index, BodyOptions.Parse(arguments), arguments.Required("hidden"), arguments.Required<Activation>("activation"), arguments.OptionalFlag("Bias"),
            arguments.OptionalFlag("HiddenBias"), arguments.OptionalFlag("OutputBias"), arguments.Flag("Gated", false)) { Name = arguments.Name() };
        if (part is { Bias: not null, HiddenBias: not null, OutputBias: not null })
            arguments.WithoutEffect($"Bias is given {arguments.Place}, but HiddenBias and OutputBias leave nothing to it; remove Bias", "Bias");
        return part;
    }

    protected override Role Norm => Roles.FeedForwardNorm;

    protected override Role PostNorm => Roles.FeedForwardPostNorm;

    protected override Role GateRole => Roles.FeedForwardGate;

    protected override int Sublayer(StageBuilder build, int x, int ordinal)
    {
        bool bias = Bias ?? build.Header.Bias, hiddenBias = HiddenBias ?? bias;
        int Map(Role role) => build.Linear(x, role, Hidden, build.Width, ordinal, hiddenBias);
        int hidden = IsGated
            ? build.Emit(new Glu(build.New(), build.Spot, new Slice(Map(Roles.HiddenGate)), new Slice(Map(Roles.Hidden)), Hidden, Activation))
            : build.Activation(Map(Roles.Hidden), Activation);
        return build.Linear(hidden, Roles.Contract, build.Width, Hidden, ordinal, OutputBias ?? bias);
    }
}
