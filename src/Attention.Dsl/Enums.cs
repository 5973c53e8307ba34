#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Dsl;
#endif

/// <summary>Where a sub-layer's layer normalisation stands.</summary>
public enum NormPlacement
{
    /// <summary>After the residual sum, <c>LayerNorm(x + f(x))</c>: Vaswani et al. 2017, "Attention Is All You Need".</summary>
    Post,

    /// <summary>Before the sub-layer, <c>x + f(LayerNorm(x))</c>: Xiong et al. 2020, "On Layer Normalization in the Transformer Architecture".</summary>
    Pre,

    /// <summary>There are none: <c>x + f(x)</c>.</summary>
    None,

    /// <summary>
    /// Before the sub-layer and behind it, before the residual sum, <c>x + Norm(f(Norm(x)))</c>: "Sandwich-LN" of Ding et al. 2021, "CogView"; Gemma Team 2024,
    /// "Gemma 2". Those behind are <see cref="TensorRole.SelfPostNorm"/> and its like.
    /// </summary>
    Sandwich,

    /// <summary>
    /// Behind the sub-layer, before the residual sum, <c>x + Norm(f(x))</c>: Liu et al. 2022, "Swin Transformer V2"; Team OLMo 2025, "2 OLMo 2 Furious". They are
    /// <see cref="TensorRole.SelfPostNorm"/> and its like.
    /// </summary>
    ResidualPost,
}

/// <summary>How the norms of a stage normalise a row <c>x</c>; <c>w</c> and <c>b</c> are trained, <c>ε</c> is the stage's <c>Epsilon</c>.</summary>
public enum NormKind
{
    /// <summary>Layer normalisation, <c>(x − mean) / √(variance + ε) · w + b</c>: Ba et al. 2016.</summary>
    Layer,

    /// <summary>RMS normalisation, <c>x / √(mean(x²) + ε) · w</c>, which has no bias: Zhang and Sennrich 2019, "Root Mean Square Layer Normalization".</summary>
    Rms,

    /// <summary>RMS normalisation whose weights are stored as what they differ from one by, <c>x / √(mean(x²) + ε) · (1 + w)</c>, as Gemma has it: Gemma Team 2024.</summary>
    RmsPlusOne,
}

/// <summary>What becomes of the rows of all layers where each row decides after how many it halts; <c>u</c> is a row's share in a layer, <c>0</c> once it has halted.</summary>
public enum HaltingRule
{
    /// <summary><c>u · new + (1 − u) · result</c>: Dehghani et al. 2019, "Universal Transformers", appendix C.</summary>
    Paper,

    /// <summary><c>result + u · new</c>, the mean that the shares make: Graves 2016, "Adaptive Computation Time".</summary>
    Accumulated,

    /// <summary><c>u · new + result − u</c>, as tensor2tensor has it, whose checkpoints were trained so.</summary>
    Tensor2Tensor,
}

/// <summary>What a sub-layer's result is multiplied by before it joins the rows.</summary>
public enum Gate
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The hyperbolic tangent of one trained number: <c>x + tanh(g) · f(x)</c>. Alayrac et al. 2022, "Flamingo", section 3.2.</summary>
    Tanh,

    /// <summary>A trained factor for each channel: <c>x + w ∘ f(x)</c>. Touvron et al. 2021, "Going Deeper with Image Transformers", section 2.</summary>
    LayerScale,
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

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>An approximation of <see cref="Gelu"/>, <c>x · σ(1.702x)</c>, as CLIP has it: Hendrycks and Gimpel 2016.</summary>
    QuickGelu,

    /// <summary>The logistic function, <c>1 / (1 + e⁻ˣ)</c>.</summary>
    Sigmoid,
}

/// <summary>The kinds of recurrent cells.</summary>
public enum CellKind
{
    /// <summary>Gated recurrent units: Cho et al. 2014.</summary>
    Gru,

    /// <summary>Long short-term memory with forget gates, without peepholes: Hochreiter and Schmidhuber 1997, Gers et al. 2000.</summary>
    Lstm,
}

/// <summary>In which order the gates of recurrent cells stand, one behind the other, in the outputs of their maps.</summary>
public enum GateOrder
{
    /// <summary>r, z, n of a GRU and i, f, g, o of an LSTM.</summary>
    PyTorch,

    /// <summary>z, r, h of a GRU and i, o, f, c of an LSTM, as the ONNX standard's operators have them.</summary>
    Onnx,

    /// <summary>z, r, h of a GRU and i, f, c, o of an LSTM.</summary>
    Keras,
}

/// <summary>What a query <c>h</c> and a key <c>k</c> make of each other; W and v are trained. Luong et al. 2015, section 3.1.</summary>
public enum ScoreKind
{
    /// <summary>Their product, <c>h · k</c>.</summary>
    Dot,

    /// <summary>Their product by a map, <c>(W h) · k</c>.</summary>
    General,

    /// <summary><c>v · tanh(W [h; k])</c>, the two side by side.</summary>
    Concat,

    /// <summary><c>v · tanh(W h + U k)</c>: Bahdanau et al. 2015.</summary>
    Additive,
}

/// <summary>What makes weights of scores.</summary>
public enum WeightingKind
{
    /// <summary>Their exponentials, divided by the sum of these: soft attention.</summary>
    Softmax,

    /// <summary>All of it to the largest score, of equal ones the first: hard attention, the likeliest choice.</summary>
    Argmax,

    /// <summary>All of it to one key, drawn with the probabilities of the softmax: hard attention. Xu et al. 2015, section 4.1.</summary>
    Sampled,
}

/// <summary>Around what place local attention looks: Luong et al. 2015, section 3.2.</summary>
public enum CentreKind
{
    /// <summary>That of the row's own position, at most the last (local-m).</summary>
    Monotonic,

    /// <summary>
    /// One that the state predicts, <c>count · σ(vᵀ tanh(W h))</c>, places counted from 0; weights fall from it along a normal curve, which is not normalised again
    /// (local-p).
    /// </summary>
    Predicted,
}

/// <summary>What a recurrent decoder's first state is made of.</summary>
public enum BridgeSource
{
    /// <summary>The states in which the other stage ended: behind its last row, and of states that run backward, at its first, side by side.</summary>
    Ends,

    /// <summary>Of the last layer the states that run backward, at the first row: Bahdanau et al. 2015, appendix A.2.2.</summary>
    Backward,

    /// <summary>The mean of the other stage's rows: Xu et al. 2015, "Show, Attend and Tell", section 3.1.2.</summary>
    Mean,
}

/// <summary>Whether the sub-layers of a layer stand side by side, and by which norms they then read the layer's rows.</summary>
public enum ParallelKind
{
    /// <summary>They stand one behind the other.</summary>
    None,

    /// <summary>Side by side, each with a norm of its own: Black et al. 2022, "GPT-NeoX-20B", section 2.1.</summary>
    OwnNorms,

    /// <summary>Side by side, with the norm of the first for all of them: Wang and Komatsuzaki 2021, "GPT-J-6B".</summary>
    OneNorm,
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

    /// <summary>
    /// The values of <see cref="Sinusoidal"/>, all sines in the first half of the channels and all cosines in the second,
    /// as Marian has them: Junczys-Dowmunt et al. 2018. It has no weights.
    /// </summary>
    SinusoidalHalves,

    /// <summary>
    /// Sines in the first half of the channels and cosines in the second, channel <c>j</c> of each at the rate
    /// <c>10000^(−j/(width/2 − 1))</c>, as tensor2tensor has them: Vaswani et al. 2018; the last channel of an odd width is 0. It has no weights.
    /// </summary>
    SinusoidalTimescales,

    /// <summary>
    /// The sum of two rows of trained tables, that of the line and that of the column in it, lines × width and columns × width: Kitaev et al. 2020, "Reformer"; Ramesh et
    /// al. 2021, "Zero-Shot Text-to-Image Generation", section 2.2. <see cref="PositionsAttribute.Columns"/> tells how many rows make a line.
    /// </summary>
    Axial,
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

    /// <summary>The row of the token with the largest id, the first of equal ones: Radford et al. 2021, whose last token of a text has the largest id.</summary>
    LargestToken,

    /// <summary>The row of the first token that is the one told, the first row where none is.</summary>
    AtToken,

    /// <summary>The last row, as encoders have it whose rows see only those before them: Zhang et al. 2025, "Qwen3 Embedding", section 2.</summary>
    Last,

    /// <summary>The row of a number, from 0, or the last where there are not so many: of the distillation token 1.</summary>
    AtRow,
}

/// <summary>The order of the values of one patch of an image, as the weights that read them have it.</summary>
public enum PatchOrder
{
    /// <summary>Channel, row, column: that of a convolution's weights.</summary>
    ChannelsFirst,

    /// <summary>Row, column, channel.</summary>
    ChannelsLast,
}

/// <summary>
/// How the weights of linear maps are kept in memory, whatever the checkpoint has: narrower ones take less memory, and
/// less time where the memory's speed is the limit, as in <c>Step</c>. Tables, norms and biases stay float32, but for a table in
/// <see cref="BFloat16"/> to which <c>[Logits]</c> is tied: it is those weights. Activations and sums are float32: only the rounding of each weight differs.
/// </summary>
public enum WeightFormat
{
    /// <summary>32 bits: float32, as exact as the checkpoint.</summary>
    Float32,

    /// <summary>
    /// 16 bits: bfloat16, the upper half of a float32, rounded to nearest even. Exact for checkpoints of bfloat16; otherwise
    /// each weight is off by at most 2⁻⁸ of itself (not counting subnormal ones), as a rule too little to change what a model decides.
    /// </summary>
    BFloat16,

    /// <summary>
    /// 8 bits: whole numbers from −127 to 127 and one float32 scale per output channel, the channel's largest magnitude / 127.
    /// Each weight is off by at most half a scale: small weights beside a large one suffer, so measure the model's quality.
    /// Weights that are not finite are refused.
    /// </summary>
    Int8,
}

/// <summary>
/// In which numbers linear maps multiply. In whole numbers each row is quantised when it is multiplied, by a scale and a zero point of its own (asymmetric: its least and its
/// greatest value, and 0, are within the range), and each output channel's weights when they are loaded, by a scale of theirs (symmetric, the channel's largest magnitude). Sums of whole
/// numbers are exact, so that a level has the same bits on every processor, whichever instructions that has. What is made of the sums is float32 again, as
/// are norms, activations, softmax and residual sums; so is attention, but for an encoder's scores of more than 256 keys, whose queries and keys are whole numbers of 16 bits (symmetric) where all rows see each other
/// and nothing is added to scores. Names are those of the field: W7A8 has weights of 7 bits and activations of 8.
/// Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference".
/// </summary>
public enum ProductFormat
{
    /// <summary>float32, as exact as the weights.</summary>
    Float32,

    /// <summary>
    /// Whole numbers of the level that is fast on the target framework: <see cref="W8A8"/> from net11.0 on, whose instructions add four products of bytes to 32 bits at once,
    /// <see cref="W7A7"/> below.
    /// </summary>
    Int8,

    /// <summary>Weights from −127 to 127, activations from 0 to 255. Without <c>AvxVnni</c> slower than the others: products are of 16 bits then.</summary>
    W8A8,

    /// <summary>Weights from −63 to 63, activations from 0 to 255: two products fit into 16 bits.</summary>
    W7A8,

    /// <summary>Weights from −63 to 63, activations from 0 to 127: four products fit into 16 bits.</summary>
    W7A7,

    /// <summary>Weights from −31 to 31, activations from 0 to 127: eight products fit into 16 bits.</summary>
    W6A7,

    /// <summary>
    /// Weights from −8 to 7, those of each 32 inputs of an output by a scale of their own (float16), so that the weight of greatest magnitude is −8: four and a half bits each, for steps of large
    /// decoders, which wait for memory. Activations from −128 to 127. Weights that GGUF's Q4_0 has rounded stay as they are.
    /// </summary>
    W4A8,

    /// <summary>
    /// Weights from 0 to 15, those of each 32 inputs of an output by a scale and a minimum of their own (float16), so that the least weight is 0 and the greatest 15, as in GGUF's Q4_1: five bits each.
    /// Activations from −128 to 127.
    /// </summary>
    W4A8Affine,
}
