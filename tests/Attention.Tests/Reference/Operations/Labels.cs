using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(LabelRows labels, Inputs inputs)
    {
        int[] tokens = inputs.Given.Tokens, of = labels.Source switch
        {
            LabelSource.Call => inputs.Given.Labels,
            LabelSource.Token => [.. tokens.Select((_, row) => tokens.Take(row + 1).Count(token => token == labels.Value))],
            LabelSource.Rows => [.. Enumerable.Range(0, Graph.Stages.First(stage => stage.Operations.Contains(labels)).Length).Select(row => 1 + (row / labels.Value))],
            _ => throw new NotSupportedException(labels.Source.ToString()),
        };
        return [.. of.Select(label => new[] { T.CreateChecked(label), T.CreateChecked(Array.IndexOf(of, label)) })];
    }

    private T[][] Of(LabelBounds bounds, Inputs inputs)
    {
        T[][] keys = inputs[bounds.Keys];
        return [.. inputs[bounds.Queries].Select(query => new[]
        {
            T.CreateChecked(bounds.UpTo ? 0 : keys.Count(key => key[0] < query[0])),
            T.CreateChecked(keys.Count(key => key[0] <= query[0])),
        })];
    }
}
