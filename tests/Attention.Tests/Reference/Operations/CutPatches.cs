using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(CutPatches cut, Inputs inputs)
    {
        PatchGrid grid = cut.Grid;
        float[] image = inputs.Given.Values;
        bool channelsLast = named.Bindings[cut.Map].ChannelsLast;
        int across = grid.Size / grid.Patch;
        return [.. Enumerable.Range(0, across * across).Select(patch =>
        {
            var row = new T[grid.PatchFloats];
            for (int y = 0; y < grid.Patch; y++)
            {
                for (int x = 0; x < grid.Patch; x++)
                {
                    for (int c = 0; c < grid.Channels; c++)
                    {
                        (int imageY, int imageX) = ((patch / across * grid.Patch) + y, (patch % across * grid.Patch) + x);
                        float value = grid.ChannelsLast ? image[(((imageY * grid.Size) + imageX) * grid.Channels) + c] : image[(((c * grid.Size) + imageY) * grid.Size) + imageX];
                        row[channelsLast ? (((y * grid.Patch) + x) * grid.Channels) + c : (((c * grid.Patch) + y) * grid.Patch) + x] = T.CreateChecked(value);
                    }
                }
            }

            return row;
        })];
    }
}
