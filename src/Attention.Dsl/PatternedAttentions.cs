namespace Attention.Dsl;

/// <summary>What self-attentions by patterns have in common.</summary>
public abstract class PatternedAttentionAttribute : AttentionAttribute
{
    private protected PatternedAttentionAttribute()
    {
    }

    /// <inheritdoc cref="SelfAttentionAttribute.Labels"/>
    public LabelRule Labels { get; set; }
}

/// <summary>
/// Self-attention of the Sparse Transformer: a row sees the rows near to it and some that are far, none behind it, so that what it costs grows with
/// stride + length ÷ stride. Where layers take near and far in turn, two of it stand in the body, each with its <see cref="BodyAttribute.Every"/> or
/// <see cref="BodyAttribute.At"/>. Child et al. 2019, "Generating Long Sequences with Sparse Transformers", section 4.
/// </summary>
/// <param name="heads">How many heads; they divide the stage's width unless <see cref="AttentionAttribute.HeadWidth"/> is set.</param>
/// <param name="stride">How many rows are near (l), about the root of the length.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class SparseAttentionAttribute(int heads, int stride) : PatternedAttentionAttribute
{
    /// <summary>How many heads.</summary>
    public int Heads { get; } = heads;

    /// <summary>How many rows are near.</summary>
    public int Stride { get; } = stride;

    /// <summary>Which rows are near and far; <see cref="SparsePattern.Strided"/> unless set.</summary>
    public SparsePattern Pattern { get; set; }

    /// <summary>Which of them the heads see; <see cref="SparsePart.Both"/> unless set.</summary>
    public SparsePart Part { get; set; }

    /// <summary>Of <see cref="SparsePattern.Fixed"/>, how many rows of a block sum it up (c); 1 unless set.</summary>
    public int Summary { get; set; } = 1;

    /// <summary>Of <see cref="SparsePattern.Fixed"/>, how many groups of so many rows there are, which the heads take in turn, the last group of a block first; 1 unless set.</summary>
    public int Groups { get; set; } = 1;
}

/// <summary>
/// Self-attention within blocks: the sequence is cut into blocks, and a row sees its own block and its neighbours, so that what it costs does
/// not grow with the length. Roy et al. 2021, "Efficient Content-Based Sparse Attention with Routing Transformers".
/// </summary>
/// <param name="heads">How many heads; they divide the stage's width unless <see cref="AttentionAttribute.HeadWidth"/> is set.</param>
/// <param name="block">How many rows a block has; the last one of a sequence may have fewer.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class LocalAttentionAttribute(int heads, int block) : PatternedAttentionAttribute
{
    /// <summary>How many heads.</summary>
    public int Heads { get; } = heads;

    /// <summary>How many rows a block has.</summary>
    public int Block { get; } = block;

    /// <summary>Whether a row sees only itself and the rows before it; false in an encoder unless set, always true in a decoder.</summary>
    public bool Causal { get; set; }

    /// <summary>How many blocks before its own a row sees; 1 unless set.</summary>
    public int Backward { get; set; } = 1;

    /// <summary>How many blocks behind its own a row sees; 1 unless set, 0 where attention is causal.</summary>
    public int Forward { get; set; } = 1;

    /// <summary>Whether a row sees besides no farther than that many blocks have rows; false unless set.</summary>
    public bool Exact { get; set; }
}

/// <summary>
/// Self-attention of a text and the square image behind it, row by row: a row sees those before it of the text, and one of the image
/// all of the text and some places of the image up to its own. Ramesh et al. 2021, "Zero-Shot Text-to-Image Generation", appendix B.1.
/// </summary>
/// <param name="heads">How many heads; they divide the stage's width unless <see cref="AttentionAttribute.HeadWidth"/> is set.</param>
/// <param name="side">Rows, and columns, of the image.</param>
/// <param name="pattern">Which places of the image are seen.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class ImageAttentionAttribute(int heads, int side, ImagePattern pattern) : PatternedAttentionAttribute
{
    /// <summary>How many heads.</summary>
    public int Heads { get; } = heads;

    /// <summary>Rows, and columns, of the image.</summary>
    public int Side { get; } = side;

    /// <summary>Which places of the image are seen.</summary>
    public ImagePattern Pattern { get; } = pattern;

    /// <summary>How many rows of text stand before the image; 0 unless set.</summary>
    public int Text { get; set; }

    /// <summary>Of a convolution, the rows and columns of its kernel; 3 unless set.</summary>
    public int Kernel { get; set; } = 3;

    /// <summary>Of a convolution, the distance of two places of its kernel; 1 unless set.</summary>
    public int Dilation { get; set; } = 1;
}

/// <summary>
/// BigBird's self-attention: the sequence is cut into blocks, and a row sees its own block and the two beside it, the first block and the last, which see
/// everything themselves, and some blocks at random, so that what it costs grows with the length alone. A sequence of up to 5 + 2 · <see cref="Random"/> blocks
/// is seen whole. It stands in encoders only. Zaheer et al. 2020, "Big Bird: Transformers for Longer Sequences".
/// </summary>
/// <param name="heads">How many heads; they divide the stage's width unless <see cref="AttentionAttribute.HeadWidth"/> is set.</param>
/// <param name="block">How many rows a block has; the last one of a sequence may have fewer. At most 128 of them hold the longest sequence.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class BigBirdAttentionAttribute(int heads, int block) : PatternedAttentionAttribute
{
    /// <summary>How many heads.</summary>
    public int Heads { get; } = heads;

    /// <summary>How many rows a block has.</summary>
    public int Block { get; } = block;

    /// <summary>How many random blocks a row sees; 3 unless set.</summary>
    public int Random { get; set; } = 3;

    /// <summary>
    /// What random blocks are drawn by, in layer i, counted through all groups, by the number i further on, for each head others, as the authors' code draws them; 0 unless set. <c>Load</c> draws
    /// them, and packs what is seen for each number of blocks that a sequence may have.
    /// </summary>
    public int Seed { get; set; }

    /// <summary>
    /// Whether each random block is the first one, whose keys then count 1 + <see cref="Random"/> times, as they do in Hugging Face's transformers outside of training;
    /// false unless set.
    /// </summary>
    public bool RandomIsFirst { get; set; }

    /// <summary>
    /// The name of a method of this class that says which the random blocks are, <c>static int Blocks(int layer, int blocks, int head, int row, int place)</c>: in a sequence of
    /// so many blocks, for the rows of block <c>row</c>, from 1 to the last but one, a block from 0 on for each place below <see cref="Random"/>, layers counted through all groups; none unless set, and then they are
    /// drawn. <c>Load</c> asks it, more than once, for every number of blocks that is not seen whole, and throws where what it says is no block of the sequence; what it says must not change. Keys of a block that is
    /// said twice, or that is seen besides, count twice, as in the authors' code.
    /// </summary>
    public string? Blocks { get; set; }

    /// <summary>Whether keys count once however often their block is said by <see cref="Blocks"/>; false unless set.</summary>
    public bool CountOnce { get; set; }
}

/// <summary>
/// Self-attention to a fixed number of mixtures of the rows instead of the rows themselves, <c>softmax(Q(EK)ᵀ/√d)(FV)</c> with E and F trained,
/// so that what it costs grows with the length alone. A sequence that is shorter than the longest uses the first columns of E and F. Every row
/// depends on all of them, so it stands in encoders only. Wang et al. 2020, "Linformer: Self-Attention with Linear Complexity".
/// </summary>
/// <param name="heads">How many heads; they divide the stage's width unless <see cref="AttentionAttribute.HeadWidth"/> is set.</param>
/// <param name="rank">How many mixtures there are of keys, and of values (k).</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class LinformerAttentionAttribute(int heads, int rank) : AttentionAttribute
{
    /// <summary>How many heads.</summary>
    public int Heads { get; } = heads;

    /// <summary>How many mixtures there are of keys, and of values.</summary>
    public int Rank { get; } = rank;

    /// <summary>What shares the weights of mixtures; <see cref="ProjectionSharing.Headwise"/> unless set.</summary>
    public ProjectionSharing Sharing { get; set; }

    /// <summary>Whether values are the keys, and mixed as they are, so that there is no map and no projection of values; false unless set.</summary>
    public bool ValuesAreKeys { get; set; }

    /// <summary>
    /// Whether rows are mixed before the maps of keys and values, <c>(EX)W + b</c>, as in the authors' code, rather than behind them, <c>E(XW + b)</c>; false
    /// unless set. What differs are the biases.
    /// </summary>
    public bool ProjectFirst { get; set; }

    /// <summary>
    /// Columns of E and F in the checkpoint, of which the first are used; as many as sequences have rows at most unless set. Set it to take shorter sequences than
    /// the model was trained with.
    /// </summary>
    public int Rows { get; set; }
}
