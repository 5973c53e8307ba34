using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>The patches of the caller's image, a row of channels · patch² values each, in the order that the weights <paramref name="Map"/>, which read them, have.</summary>
internal sealed record CutPatches(int Result, Spot Spot, PatchGrid Grid, int Map) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray<int>.Empty;

    public override string Word => "patches";

    public override Shape ShapeOf(IShapes shapes) => new(shapes.Given, Grid.PatchFloats);

    public override void Plan(StagePlanner plan) => plan.Add(new Call(Grid, plan.BindingOf(Map).ChannelsLast, plan.PlaceOf(Result)));

    /// <param name="ChannelsLast">Whether the values of a patch have the channel last.</param>
    internal sealed record Call(PatchGrid Grid, bool ChannelsLast, RowPlace Destination) : Step, ICall
    {
        public string Story => $"cut into patches of {Grid.Patch} × {Grid.Patch}";

        public void Write(StageCode code)
        {
            string image = code.IsOfSequence ? $"image.Slice(sequence * {Grid.Floats}, {Grid.Floats})" : "image";
            code.Line($"ImagePatches.Cut({image}, {Grid.Size}, {Grid.Patch}, {Grid.Channels}, {StageCode.Bool(Grid.ChannelsLast)}, {StageCode.Bool(ChannelsLast)}, {code.At(Destination)}, {Destination.Stride});");
        }
    }
}
