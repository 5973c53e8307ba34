namespace Attention.Dsl;

/// <summary>Where a sub-layer's layer normalisation stands.</summary>
public enum NormPlacement
{
    /// <summary>After the residual sum, <c>LayerNorm(x + f(x))</c>: Vaswani et al. 2017, "Attention Is All You Need".</summary>
    Post,

    /// <summary>Before the sub-layer, <c>x + f(LayerNorm(x))</c>: Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture".</summary>
    Pre,
}

/// <summary>An element-wise non-linearity.</summary>
public enum Activation
{
    /// <summary>None: <c>x</c>.</summary>
    Identity,

    /// <summary>Rectified linear unit, <c>max(x, 0)</c>.</summary>
    Relu,

    /// <summary>Gaussian error linear unit in its exact form, <c>x · Φ(x)</c>, Φ the standard normal distribution function: Hendrycks and Gimpel 2016.</summary>
    Gelu,

    /// <summary>GELU's tanh form, <c>x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))</c>: Hendrycks and Gimpel 2016.</summary>
    GeluTanh,

    /// <summary>Sigmoid linear unit, <c>x / (1 + e⁻ˣ)</c>: Elfwing et al. 2018.</summary>
    Silu,
}

/// <summary>How a stage tells its layers where a token stands.</summary>
public enum PositionKind
{
    /// <summary>
    /// Sine on even, cosine on odd channels, channel pair <c>i</c> at the rate <c>10000^(−2i/width)</c>, from
    /// position 0: Vaswani et al. 2017, section 3.5. It has no weights.
    /// </summary>
    Sinusoidal,

    /// <summary>A trained table, length × width.</summary>
    Learned,
}

/// <summary>How a sequence, count × width, becomes one vector of that width.</summary>
public enum PoolingKind
{
    /// <summary>The mean of all rows.</summary>
    Mean,

    /// <summary>The first row.</summary>
    First,

    /// <summary>The largest value of each channel.</summary>
    Max,
}

/// <summary>How the tensors of a checkpoint are named and shaped.</summary>
public enum WeightLayout
{
    /// <summary>
    /// PyTorch's <c>nn.Transformer</c>: <c>transformer.encoder.layers.0.self_attn.in_proj_weight</c> and so on,
    /// query, key and value stacked in one tensor, linear weights output × input.
    /// </summary>
    PyTorch,
}
