using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Tests.Reference;

internal sealed partial class GraphInterpreter<T>
{
    private T[][] Of(BatchNorm norm, Inputs inputs) => Normed(inputs[norm.Input], norm.Statistics);

    private T[][] Normed(T[][] rows, BatchStatistics statistics)
    {
        T[] weight = Parameter(statistics.Weight), bias = Parameter(statistics.Bias), mean = Parameter(statistics.Mean), variance = Parameter(statistics.Variance);
        T epsilon = T.CreateChecked(statistics.Epsilon);
        return [.. rows.Select(row => Each(row.Length, i => ((row[i] - mean[i]) / T.Sqrt(variance[i] + epsilon) * weight[i]) + bias[i]))];
    }
}
