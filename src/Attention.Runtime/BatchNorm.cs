using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>
/// A batch norm as it is once training is over, <c>(x − mean) / √(variance + ε) · weight + bias</c> for each channel, which the linear map before it
/// takes in: <c>(Wx + b − mean) · scale + bias = (scale · W)x + ((b − mean) · scale + bias)</c>. Ioffe and Szegedy 2015.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BatchNorm
{
    private readonly double[] _scale;
    private readonly float[] _mean;
    private readonly float[] _bias;

    internal BatchNorm(float[] weight, float[] bias, float[] mean, float[] variance, float epsilon)
    {
        _scale = [.. weight.Zip(variance, (factor, of) => factor / Math.Sqrt((double)of + epsilon))];
        _mean = mean;
        _bias = bias;
        int negative = Array.FindIndex(variance, value => value < 0);
        Negative = negative < 0 ? null : negative;
    }

    /// <summary>A channel whose variance is none, because it is negative.</summary>
    internal int? Negative { get; }

    /// <summary>Folds it into columns of weights, [inputs][stride], of which the first is that of channel <paramref name="first"/>.</summary>
    internal void FoldWeights(int first, int inputs, int count, Span<float> columns, int stride)
    {
        for (int input = 0; input < inputs; input++)
        {
            for (int column = 0; column < count; column++)
                columns[(input * stride) + column] = (float)(columns[(input * stride) + column] * _scale[first + column]);
        }
    }

    /// <summary>Folds it into the bias of all channels.</summary>
    internal void FoldBias(Span<float> bias)
    {
        for (int channel = 0; channel < bias.Length; channel++)
            bias[channel] = (float)((((double)bias[channel] - _mean[channel]) * _scale[channel]) + _bias[channel]);
    }
}
