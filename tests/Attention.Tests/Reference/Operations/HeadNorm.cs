using Attention.Generator;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(HeadNorm norm, Inputs inputs)
    {
        T[] weight = Parameter(norm.Weight);
        T[]? bias = norm.Bias is int id ? Parameter(id) : null;
        T count = T.CreateChecked(norm.HeadWidth);
        return [.. inputs[norm.Input.Value].Select(row =>
        {
            T[] normed = [.. row];
            for (int head = 0; head < norm.Heads; head++)
            {
                int start = norm.Input.Column + (head * norm.HeadWidth);
                T[] own = row[start..(start + norm.HeadWidth)];
                T mean = norm.Kind == NormKind.Layer ? own.Aggregate((a, b) => a + b) / count : T.Zero;
                T scale = T.One / T.Sqrt((own.Select(x => (x - mean) * (x - mean)).Aggregate((a, b) => a + b) / count) + T.CreateChecked(norm.Epsilon));
                for (int i = 0; i < norm.HeadWidth; i++)
                    normed[start + i] = ((own[i] - mean) * scale * (norm.Kind == NormKind.RmsPlusOne ? T.One + weight[i] : weight[i])) + (bias is null ? T.Zero : bias[i]);
            }

            return normed;
        })];
    }
}
