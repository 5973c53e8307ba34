namespace Attention.Dsl;

/// <summary>
/// The body of a stage whose layers are recurrent: each row's state is made of the row and of the state before it, width (of the
/// source, or of the layer below) in, the stage's width out, without residual sums and norms. A decoder keeps the state, so that it
/// can be stepped. Gates and names are PyTorch's (<c>nn.GRU</c>, <c>nn.LSTM</c>): gates in the order r, z, n or i, f, g, o, unless <see cref="Gates"/> says another. Cho et al.
/// 2014, "Learning Phrase Representations using RNN Encoder–Decoder"; Hochreiter and Schmidhuber 1997, "Long Short-Term Memory".
/// </summary>
/// <param name="cell">The kind of cell.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class RecurrentAttribute(CellKind cell) : PartAttribute
{
    /// <summary>The kind of cell.</summary>
    public CellKind Cell { get; } = cell;

    /// <summary>
    /// Whether half of the width are states that run from the last row to the first; false unless set. In encoders only. Schuster and
    /// Paliwal 1997, "Bidirectional Recurrent Neural Networks".
    /// </summary>
    public bool Bidirectional { get; set; }

    /// <summary>
    /// Whether a GRU's state is reset before its map, <c>tanh(W x + U(r ∘ h))</c> as in the papers, rather than behind it,
    /// <c>tanh(W x + r ∘ (U h))</c> as in PyTorch and cuDNN; false unless set.
    /// </summary>
    public bool ResetBefore { get; set; }

    /// <summary>
    /// In which order the checkpoint has the gates; <see cref="GateOrder.PyTorch"/> unless set. Maps that are stored inputs × outputs are told by
    /// <see cref="TensorAttribute.Transposed"/>, and what other cells than these add to a gate at run time belongs into its bias.
    /// </summary>
    public GateOrder Gates { get; set; }

    /// <summary>Whether the maps of the states have biases; as the stage says unless set. Keras's have none, but those of a GRU that resets behind its map.</summary>
    public bool StateBias { get; set; } = true;
}

/// <summary>
/// What a recurrent decoder's state begins with: the states in which another stage has ended, layer by layer, both directions side by
/// side, or what is made of them. Without it decoders begin with zeros.
/// </summary>
/// <param name="from">The stage; upper and lower case are not told apart.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class BridgeAttribute(string from) : PartAttribute
{
    /// <summary>The stage.</summary>
    public string From { get; } = from;

    /// <summary>What is taken of the other stage; <see cref="BridgeSource.Ends"/> unless set.</summary>
    public BridgeSource Take { get; set; }

    /// <summary>
    /// Whether a trained map makes the first state of the last layer's (of an LSTM a second one what its cells hold); false unless set. Then the decoder has one
    /// layer.
    /// </summary>
    public bool Map { get; set; }

    /// <summary>What follows the map; <see cref="Activation.Identity"/> unless set.</summary>
    public Activation Activation { get; set; }

    /// <summary>Whether the map has a bias; as the stage says unless set.</summary>
    public bool Bias { get; set; } = true;
}

/// <summary>
/// Additive attention of a recurrent decoder's state to another stage's rows, before the cells take it in: scores
/// <c>vᵀ tanh(W s + U h_j)</c> of the state before the row and each row h_j, their softmax, and the sum of the rows so weighted, which the cells
/// take beside the decoder's own row. It stands in front of <c>[Recurrent]</c>. Bahdanau, Cho and Bengio 2015, "Neural Machine Translation by
/// Jointly Learning to Align and Translate".
/// </summary>
/// <param name="from">The stage attended to; upper and lower case are not told apart.</param>
/// <param name="width">Channels of W s and U h_j, between which the scores are made.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class AdditiveAttentionAttribute(string from, int width) : PartAttribute
{
    /// <summary>The stage attended to.</summary>
    public string From { get; } = from;

    /// <summary>Channels between which the scores are made.</summary>
    public int Width { get; } = width;

    /// <summary>What follows the sum; <see cref="Activation.Tanh"/> unless set.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>Whether the maps have biases, the score's too, which changes nothing; false unless set.</summary>
    public bool Bias { get; set; }

    /// <summary>Whether the map of the state has a bias; as <see cref="Bias"/> says unless set.</summary>
    public bool QueryBias { get; set; }

    /// <summary>Whether the map of the rows has a bias; as <see cref="Bias"/> says unless set.</summary>
    public bool KeyBias { get; set; }

    /// <summary>Whether the cells take what is attended to in front of the decoder's row, rather than behind it; false unless set.</summary>
    public bool ContextFirst { get; set; }

    /// <summary>Whether what is attended to is multiplied, channel by channel, by <c>σ(W s + b)</c> of the state; false unless set. Xu et al. 2015, "Show, Attend and Tell", section 4.2.1.</summary>
    public bool Gate { get; set; }

    /// <summary>What makes weights of the scores; <see cref="WeightingKind.Softmax"/> unless set. Kept weights are those that were used.</summary>
    public WeightingKind Weighting { get; set; }

    /// <summary>What the numbers begin with by which <see cref="WeightingKind.Sampled"/> draws, one for each position: 0 unless set. Equal seeds draw equally.</summary>
    public int Seed { get; set; }

    /// <summary>
    /// Whether sessions can keep the weights, query × key, which those do that are created with <c>CaptureAttention</c>; false unless
    /// set, and then no code for it is there.
    /// </summary>
    public bool Capture { get; set; }
}

/// <summary>
/// Attention of a recurrent decoder's new state h to another stage's rows: their softmax-weighted sum c and the state become the decoder's
/// row, <c>tanh(W [c; h])</c>. It stands behind <c>[Recurrent]</c>. Luong, Pham and Manning 2015, "Effective Approaches to
/// Attention-based Neural Machine Translation".
/// </summary>
/// <param name="from">The stage attended to; upper and lower case are not told apart.</param>
/// <param name="score">What the state and a row make of each other.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LuongAttentionAttribute(string from, ScoreKind score) : PartAttribute
{
    /// <summary>The stage attended to.</summary>
    public string From { get; } = from;

    /// <summary>What the state and a row make of each other.</summary>
    public ScoreKind Score { get; } = score;

    /// <summary>Whether the cells take the row before beside the decoder's own, behind it (section 3.3 of the paper); false unless set.</summary>
    public bool InputFeeding { get; set; }

    /// <summary>Channels between which <see cref="ScoreKind.Concat"/> and <see cref="ScoreKind.Additive"/> are made; the stage's width unless set.</summary>
    public int ScoreWidth { get; set; }

    /// <summary>Whether <see cref="ScoreKind.General"/> maps the rows attended to, rather than the state; false unless set.</summary>
    public bool MapKeys { get; set; }

    /// <summary>Whether the map of the state has a bias; false unless set.</summary>
    public bool QueryBias { get; set; }

    /// <summary>Whether the last map has a bias; false unless set.</summary>
    public bool OutputBias { get; set; }

    /// <summary>What follows the last map; <see cref="Activation.Tanh"/> unless set.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>How far from a place between them rows are seen (D of section 3.2); all rows unless set.</summary>
    public int Window { get; set; }

    /// <summary>Where <see cref="Window"/> is set, around what place; <see cref="CentreKind.Monotonic"/> unless set.</summary>
    public CentreKind Centre { get; set; }

    /// <summary>What makes weights of the scores; <see cref="WeightingKind.Softmax"/> unless set. Kept weights are those that were used.</summary>
    public WeightingKind Weighting { get; set; }

    /// <summary>What the numbers begin with by which <see cref="WeightingKind.Sampled"/> draws, one for each position: 0 unless set. Equal seeds draw equally.</summary>
    public int Seed { get; set; }

    /// <summary>
    /// Whether sessions can keep the weights, query × key, which those do that are created with <c>CaptureAttention</c>; false unless
    /// set, and then no code for it is there.
    /// </summary>
    public bool Capture { get; set; }
}

/// <summary>
/// Attention of a recurrent decoder's row to the states of all rows before it, <c>softmax(vᵀ tanh(W_h hᵢ + W_x x + b + W_h̃ h̃))</c> with h̃ what the row before attended
/// to; the cells take the sum for the state before, and an LSTM's also that of what its cells held. It stands in front of
/// <c>[Recurrent]</c>, in a decoder of one layer. Cheng, Dong and Lapata 2016, "Long Short-Term Memory-Networks for Machine Reading".
/// </summary>
/// <param name="width">Channels between which the scores are made.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class IntraAttentionAttribute(int width) : PartAttribute
{
    /// <summary>Channels between which the scores are made.</summary>
    public int Width { get; } = width;

    /// <summary>
    /// Whether sessions can keep the weights, query × key, which those do that are created with <c>CaptureAttention</c>; false unless
    /// set, and then no code for it is there.
    /// </summary>
    public bool Capture { get; set; }
}

/// <summary>
/// What a recurrent decoder's outputs see of a row: its state, what it attended to and its input side by side; or, where a width is set, the sum of a
/// map of each. It stands last in the body. Pascanu et al. 2014, "How to Construct Deep Recurrent Neural Networks"; Bahdanau et al. 2015,
/// appendix A.2.2. Without it outputs see the state.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DeepOutputAttribute : PartAttribute
{
    /// <summary>Whether it is the state before the row; false, the one behind it, unless set.</summary>
    public bool PreviousState { get; set; }

    /// <summary>Whether what was attended to is seen; true unless set.</summary>
    public bool Context { get; set; } = true;

    /// <summary>Whether the input is seen; true unless set.</summary>
    public bool Input { get; set; } = true;

    /// <summary>Channels of the sum of the maps, of which that of the state has a bias if the stage has any; no maps unless set.</summary>
    public int Width { get; set; }

    /// <summary>
    /// Whether of each two neighbours among twice the width the larger one is taken; false unless set. Goodfellow et al. 2013, "Maxout Networks".
    /// </summary>
    public bool Maxout { get; set; }
}
