using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(TakeFeatures features, Inputs inputs) => [.. inputs.Given.Values.Chunk(features.Width).Select(row => Each(row.Length, i => T.CreateChecked(row[i])))];
}
