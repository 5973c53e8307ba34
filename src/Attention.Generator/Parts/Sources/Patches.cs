using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Patches]</c>: an image, cut into patches, each mapped to a row.</summary>
internal sealed record Patches(string Label, int Index, int Image, int Patch, int Channels, bool ChannelsLast, PatchOrder? Order, bool Bias) : SourcePart(Label, Index)
{
    /// <summary>Bounds images, whose pixels are counted.</summary>
    private const int MaximumImage = 1 << 12;

    public static Patches Parse(PartText text, Arguments arguments)
    {
        var patches = new Patches(
            text.Label, text.Index, arguments.Required("image", 1, MaximumImage), arguments.Required("patch"), arguments.Size("Channels", 1), arguments.Flag("ChannelsLast", false),
            arguments.OptionalMember<PatchOrder>("Order"), arguments.Flag("Bias", true)) { Name = arguments.Name() };
        (int image, int patch) = (patches.Image, patches.Patch);
        if (image is < 1 or > MaximumImage)
            return patches;
        if (patch > 0 && image % patch != 0)
            arguments.Report($"image is {Arguments.Number(image)} {arguments.Place}, which is no multiple of patch {Arguments.Number(patch)}; expected {Arguments.Number(Math.Max(1, image / patch) * patch)} or {Arguments.Number(((image / patch) + 1) * patch)}, or another patch", "image");
        if ((long)image * image * patches.Channels > Arguments.MaximumSize)
            arguments.Report($"An image has {Arguments.Number(image)} × {Arguments.Number(image)} × {Arguments.Number(patches.Channels)} values {arguments.Place}; expected at most {Arguments.Number(Arguments.MaximumSize)}", "image");
        return patches;
    }

    private PatchGrid Grid => new(Image, Patch, Channels, ChannelsLast);

    public override StageFacts Tell(StageFacts facts) => facts with { HasSource = true, TakesImages = true };

    public override StageSource SourceOf(StageBuilder build) => new ImageSource(Grid);

    public override int Build(StageBuilder build, int x)
    {
        int map = build.Parameter(Roles.Patches, build.Width, Grid.PatchFloats, change: map => map with { ChannelsLast = Order is null ? null : Order == PatchOrder.ChannelsLast });
        x = build.Emit(new CutPatches(build.New(), build.Spot, Grid, map));
        return build.Linear(x, Roles.Patches, build.Width, Grid.PatchFloats, 0, Bias, map);
    }
}
