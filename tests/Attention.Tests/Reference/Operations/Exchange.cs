using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(ReplaceFirst replace, Inputs inputs) => [inputs[replace.Row][0], .. inputs[replace.Input].Skip(1)];

    private T[][] Of(Mean mean, Inputs inputs) => [.. inputs[mean.Own].Zip(inputs[mean.Other], (own, other) => Each(own.Length, i => (own[i] + other[i]) / T.CreateChecked(2)))];

    private T[][] Of(Times times, Inputs inputs) => [.. inputs[times.Input].Select(row => Each(row.Length, i => row[i] * T.CreateChecked(times.Factor)))];
}
