using Attention.Generator.Emit;
using Attention.Generator.Graph;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Parts;

/// <summary>An image, cut into patches.</summary>
internal sealed record ImageSource(PatchGrid Grid) : CallSource(Grid.Patches)
{
    public override bool IsFixed => true;

    public override IReadOnlyList<CallArgument> Given => [new("float", "image", "The image.")];

    public override IReadOnlyList<CallArgument> GivenInBatch => [new("float", "images", $"The images, {Number(Grid.Floats)} values each.")];

    public override string Sequences => "images";

    public override string RowsMade(Func<int, string> rowsOf) => Number(Length);

    public override string Story => $"an image of {Number(Grid.Size)} × {Number(Grid.Size)} × {Number(Grid.Channels)} in {Number(Length)} patches";

    public override string KernelStory(bool fromStart) => $"an image of {Number(Grid.Floats)} values";

    public override string Taken => "an image in, " + (Grid.ChannelsLast
        ? $"[{Number(Grid.Size)}][{Number(Grid.Size)}][{Number(Grid.Channels)}]"
        : $"[{Number(Grid.Channels)}][{Number(Grid.Size)}][{Number(Grid.Size)}]");

    public override string Wrong => $"The image has not {Number(Grid.Floats)} values.";

    public override void Check(SurfaceCode code) =>
        code.Guard("Image", $"image.Length, size: {Number(Grid.Size)}, channels: {Number(Grid.Channels)}, channelsLast: {StageCode.Bool(Grid.ChannelsLast)}");

    public override void CheckBatch(SurfaceCode code) =>
        code.Guard("Images", $"images.Length, image: {Number(Grid.Floats)}, rows: {Number(code.Stage.Graph.Length)}, _attentionCore.BatchTokens", head: "int count = ");
}
