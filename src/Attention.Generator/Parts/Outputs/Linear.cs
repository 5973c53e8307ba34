using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Linear]</c>: a linear map of each row, or of the pooled vector.</summary>
internal sealed record Linear(string Label, int Index, int Width, bool Bias, Activation Activation) : Part(Label, Index)
{
    public static Linear Parse(PartText text, Arguments arguments) =>
        new(text.Label, text.Index, arguments.Required("width"), arguments.Flag("Bias", true), arguments.Member("Activation", Activation.Identity)) { Name = arguments.Name() };

    public override Place Place => Place.Output;

    public override string? OnlyOne => null;

    public override int Build(StageBuilder build, int x)
    {
        int ordinal = build.Parts.OfType<Linear>().Count(other => other.Index < Index);
        x = build.Activation(build.Linear(x, Roles.Linear, Width, build.Width, ordinal, Bias), Activation);
        build.Width = Width;
        return x;
    }
}
