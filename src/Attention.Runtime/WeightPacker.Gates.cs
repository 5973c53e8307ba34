using Attention.Dsl;

namespace Attention.Runtime;

/// <content>What multiplies the columns of products.</content>
public sealed partial class WeightPacker
{
    /// <summary>Has a product's columns multiplied by the hyperbolic tangent of a single number, once its weights and biases are packed.</summary>
    /// <param name="name">The tensor, of shape [] or [1].</param>
    /// <param name="biases">Where the bias of column 0 lies, and behind the biases the scales.</param>
    /// <param name="columns">How many columns there are.</param>
    /// <param name="hasScales">Whether the columns have scales already, so that these are multiplied.</param>
    public void Gate(string name, long biases, int columns, bool hasScales)
    {
        var factors = new float[columns];
        Array.Fill(factors, (float)Math.Tanh(Number(name)));
        Multiply(factors, biases, columns, hasScales);
    }

    /// <summary>Has a product's columns multiplied by a factor each, once its weights and biases are packed.</summary>
    /// <param name="name">The tensor, of shape [count].</param>
    /// <param name="count">How many factors there are: those of the first columns.</param>
    /// <param name="biases">Where the bias of column 0 lies, and behind the biases the scales.</param>
    /// <param name="columns">How many columns there are.</param>
    /// <param name="hasScales">Whether the columns have scales already, so that these are multiplied.</param>
    public void LayerScale(string name, int count, long biases, int columns, bool hasScales)
    {
        var factors = new float[count];
        if (_fit.TryFind(name, [count], out StoredTensor tensor))
            Read(tensor, 0, factors);
        Multiply(factors, biases, columns, hasScales);
    }

    private void Multiply(ReadOnlySpan<float> factors, long biases, int columns, bool hasScales)
    {
        Span<float> bias = Memory.Slice(biases, columns), scale = Memory.Slice(biases + columns, columns);
        if (!hasScales)
            scale.Fill(1);
        for (int column = 0; column < factors.Length; column++)
        {
            bias[column] *= factors[column];
            scale[column] *= factors[column];
        }
    }
}
