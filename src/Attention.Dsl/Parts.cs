namespace Attention.Dsl;

/// <summary>
/// The source of a stage: token ids, each looked up in a table, vocabulary × width, giving count × width.
/// </summary>
/// <param name="vocabulary">How many different tokens there are; ids run from 0 to <paramref name="vocabulary"/> − 1.</param>
/// <param name="length">The most tokens a call may hold. A call with fewer does the work of fewer.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EmbeddingAttribute(int vocabulary, int length) : PartAttribute
{
    /// <summary>How many different tokens there are.</summary>
    public int Vocabulary { get; } = vocabulary;

    /// <summary>The most tokens a call may hold.</summary>
    public int Length { get; } = length;

    /// <summary>Whether the table's values are multiplied by √width (Vaswani et al. 2017, section 3.4); false unless set.</summary>
    public bool Scaled { get; set; }

    /// <summary>The stage whose embedding table this one uses too; none unless set.</summary>
    public string? Shares { get; set; }
}

/// <summary>
/// The source of a stage: a square image, cut into square patches row by row, each mapped to a row by one linear map:
/// (image ÷ patch)² × width. Dosovitskiy et al. 2021, "An Image is Worth 16x16 Words", section 3.1.
/// </summary>
/// <param name="image">Rows, and columns, of the image in pixels; a multiple of <paramref name="patch"/>.</param>
/// <param name="patch">Rows, and columns, of a patch in pixels.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PatchesAttribute(int image, int patch) : PartAttribute
{
    /// <summary>Rows, and columns, of the image in pixels.</summary>
    public int Image { get; } = image;

    /// <summary>Rows, and columns, of a patch in pixels.</summary>
    public int Patch { get; } = patch;

    /// <summary>Values of a pixel, such as 3 for red, green and blue; 1 unless set.</summary>
    public int Channels { get; set; } = 1;

    /// <summary>
    /// Whether an image is given as row, column, channel, as most decoders of images have it, rather than as channel,
    /// row, column; false unless set.
    /// </summary>
    public bool ChannelsLast { get; set; }

    /// <summary>The order of a patch's values in the weights; as the layout says unless set.</summary>
    public PatchOrder Order { get; set; }

    /// <summary>Whether the map has a bias; true unless set.</summary>
    public bool Bias { get; set; } = true;
}

/// <summary>
/// The source of a stage: rows of floats that something else computed, count × width, such as the frames of a
/// spectrogram or the features of an image. They are taken as they are, or mapped to the stage's width.
/// </summary>
/// <param name="length">The most rows a call may hold. A call with fewer does the work of fewer.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class FeaturesAttribute(int length) : PartAttribute
{
    /// <summary>The most rows a call may hold.</summary>
    public int Length { get; } = length;

    /// <summary>
    /// Channels of a row given, from which a linear map makes one of the stage's width; unless set, rows are as wide as
    /// the stage and no map is there.
    /// </summary>
    public int Width { get; set; }

    /// <summary>Whether the map has a bias; true unless set.</summary>
    public bool Bias { get; set; } = true;
}

/// <summary>The source of a stage: the rows of another stage of the model, before that stage's outputs.</summary>
/// <param name="from">The stage; upper and lower case are not told apart.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class InputAttribute(string from) : PartAttribute
{
    /// <summary>The stage whose rows are read.</summary>
    public string From { get; } = from;

    /// <summary>
    /// Channels of the rows read, from which a linear map makes rows of this stage's width; unless set, they are as wide
    /// as this stage and no map is there.
    /// </summary>
    public int SourceWidth { get; set; }

    /// <summary>Whether the map has a bias; true unless set.</summary>
    public bool Bias { get; set; } = true;
}

/// <summary>
/// Puts one trained row in front of the rows of an encoder's stem, so that there is one row more from here on:
/// count × width in, (1 + count) × width out. Devlin et al. 2019; Dosovitskiy et al. 2021.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ClassTokenAttribute : PartAttribute;

/// <summary>
/// Adds to each row of an encoder's stem what tells its token's type, such as the first or the second of two sentences:
/// one row of a trained table, count × width. A call that gives no types has type 0 throughout. Devlin et al. 2019.
/// </summary>
/// <param name="count">How many types there are.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TokenTypesAttribute(int count) : PartAttribute
{
    /// <summary>How many types there are.</summary>
    public int Count { get; } = count;
}

/// <summary>Adds to each row of the stem what tells its position: count × width in and out.</summary>
/// <param name="kind">Computed or trained.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PositionsAttribute(PositionKind kind) : PartAttribute
{
    /// <summary>Computed or trained.</summary>
    public PositionKind Kind { get; } = kind;

    /// <summary>The place of position 0 in a trained table, such as 2 in BART and RoBERTa; 0 unless set.</summary>
    public int Offset { get; set; }

    /// <summary>
    /// Rows of the trained table in the checkpoint, of which those from <see cref="Offset"/> on are used; as many as
    /// offset and rows of the stage make unless set. Set it to take fewer positions than the model was trained with.
    /// </summary>
    public int Rows { get; set; }
}

/// <summary>
/// Layer normalisation of each row, over its width: in the stem where it stands before the body, of the output where
/// it stands behind it. The norms of the body are the stage's <see cref="StageAttribute.Norm"/>. Ba et al. 2016.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class LayerNormAttribute : PartAttribute
{
    /// <summary>What is added to the variance; the stage's <see cref="StageAttribute.Epsilon"/> unless set.</summary>
    public double Epsilon { get; set; } = 1e-5;
}

/// <summary>
/// RMS normalisation of each row, over its width, <c>x / √(mean(x²) + ε) · w</c>: in the stem where it stands before the body, of
/// the output where it stands behind it. The norms of the body are the stage's <see cref="StageAttribute.Kind"/>. Zhang and
/// Sennrich 2019.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class RmsNormAttribute : PartAttribute
{
    /// <summary>What is added to the mean of the squares; the stage's <see cref="StageAttribute.Epsilon"/> unless set.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether the weights are stored as what they differ from one by, so that <c>1 + w</c> multiplies; false unless set. Gemma Team 2024.</summary>
    public bool PlusOne { get; set; }
}

/// <summary>What self- and cross-attention have in common.</summary>
public abstract class AttentionAttribute : BodyAttribute
{
    private protected AttentionAttribute()
    {
    }

    /// <summary>Channels of one head's queries, keys and values; the stage's width divided by the heads unless set.</summary>
    public int HeadWidth { get; set; }

    /// <summary>Whether the query, key, value and output projections have biases; as the stage says unless set.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>Whether the query projection has a bias; as <see cref="Bias"/> says unless set.</summary>
    public bool QueryBias { get; set; } = true;

    /// <summary>Whether the key projection has a bias; as <see cref="Bias"/> says unless set.</summary>
    public bool KeyBias { get; set; } = true;

    /// <summary>Whether the value projection has a bias; as <see cref="Bias"/> says unless set.</summary>
    public bool ValueBias { get; set; } = true;

    /// <summary>Whether the output projection has a bias; as <see cref="Bias"/> says unless set.</summary>
    public bool OutputBias { get; set; } = true;

    /// <summary>
    /// Whether sessions can keep the weights, layer × head × query × key, which those do that are created with
    /// <c>CaptureAttention</c>; false unless set, and then no code for it is there.
    /// </summary>
    public bool Capture { get; set; }

    /// <summary>
    /// How many keys have a weight in each row: those with the largest scores among the keys that it sees, of equal ones the first. All of
    /// them unless set. Gupta et al. 2021, "Memory-efficient Transformers via Top-k Attention".
    /// </summary>
    public int TopK { get; set; }

    /// <summary>What the products of queries and keys are multiplied by; 1 divided by the root of the head's width unless set.</summary>
    public double Scale { get; set; }

    /// <summary>Where set, scaled scores are drawn together below it, <c>cap · tanh(score / cap)</c>, before any bias: Gemma Team 2024, "Gemma 2".</summary>
    public double SoftCap { get; set; }
}

/// <summary>
/// Multi-head scaled dot-product attention of a stage's rows to each other, <c>softmax(QKᵀ/√d)V</c> per head, with
/// residual sum and layer normalisation: count × width in and out. Vaswani et al. 2017, section 3.2.
/// </summary>
/// <param name="heads">How many heads; they divide the stage's width unless <see cref="AttentionAttribute.HeadWidth"/> is set.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class SelfAttentionAttribute(int heads) : AttentionAttribute
{
    /// <summary>How many heads.</summary>
    public int Heads { get; } = heads;

    /// <summary>Whether a row sees only itself and the rows before it; false in an encoder unless set, always true in a decoder.</summary>
    public bool Causal { get; set; }

    /// <summary>
    /// How many rows a row sees: where attention is causal so many, its own among them (Jiang et al. 2023, "Mistral 7B"); else so
    /// many on each side beside its own (Beltagy et al. 2020, "Longformer"). All of them unless set. What is not seen costs
    /// nothing.
    /// </summary>
    public int Window { get; set; }

    /// <summary>
    /// Where attention is causal in an encoder, how many rows at the beginning all others see, each other among them; none unless set.
    /// Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 3.2.1.
    /// </summary>
    public int Prefix { get; set; }

    /// <summary>
    /// The name of a method of this class that says which rows see which, <c>static bool Sees(int query, int key)</c>, rows counted from 0;
    /// none unless set. <c>Load</c> asks it once for every pair, and from then on it costs what is seen of each 8 rows × 32 keys. What is
    /// causal and the <see cref="Window"/> hold besides. A row that sees nothing gives zeros. What it says must not change from call to call.
    /// </summary>
    public string? Mask { get; set; }

    /// <summary>
    /// The name of a method of this class that says what is added to the scaled scores: <c>static float Slope(int head, int distance)</c>, the
    /// distance being query − key, or <c>static float Slope(int head, int query, int key)</c>; none unless set. <c>Load</c> asks it once for
    /// everything; the first form takes 8 bytes a head and row of memory, the second 4 bytes a head, row and key. A bias must be finite.
    /// ALiBi (Press et al. 2022) is such a method.
    /// </summary>
    public string? ScoreBias { get; set; }
}

/// <summary>
/// Self-attention of the Sparse Transformer: a row sees the rows near to it and some that are far, none behind it, so that what it costs grows with
/// stride + length ÷ stride. Where layers take near and far in turn, two of it stand in the body, each with its <see cref="BodyAttribute.Every"/> or
/// <see cref="BodyAttribute.At"/>. Child et al. 2019, "Generating Long Sequences with Sparse Transformers", section 4.
/// </summary>
/// <param name="heads">How many heads; they divide the stage's width unless <see cref="AttentionAttribute.HeadWidth"/> is set.</param>
/// <param name="stride">How many rows are near (l), about the root of the length.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class SparseAttentionAttribute(int heads, int stride) : AttentionAttribute
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
public sealed class LocalAttentionAttribute(int heads, int block) : AttentionAttribute
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
public sealed class ImageAttentionAttribute(int heads, int side, ImagePattern pattern) : AttentionAttribute
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
/// Multi-head scaled dot-product attention of a stage's rows (the queries, count × width) to another stage's rows
/// (keys and values, source count × source width), with residual sum and layer normalisation. Vaswani et al. 2017,
/// section 3.2.3.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class CrossAttentionAttribute : AttentionAttribute
{
    /// <summary>Declares cross-attention with as many heads as the stage's self-attention has.</summary>
    /// <param name="from">The stage attended to; upper and lower case are not told apart.</param>
    public CrossAttentionAttribute(string from) => From = from;

    /// <summary>Declares cross-attention.</summary>
    /// <param name="from">The stage attended to; upper and lower case are not told apart.</param>
    /// <param name="heads">How many heads.</param>
    public CrossAttentionAttribute(string from, int heads)
    {
        From = from;
        Heads = heads;
    }

    /// <summary>The stage attended to.</summary>
    public string From { get; }

    /// <summary>How many heads, or null for as many as the stage's self-attention has.</summary>
    public int? Heads { get; }

    /// <summary>
    /// Channels of the rows attended to. To be set, and to the right value, exactly where they are not as wide as this
    /// stage, so that unequal widths are never an accident.
    /// </summary>
    public int SourceWidth { get; set; }
}

/// <summary>
/// Two linear maps with a non-linearity between them, <c>f(xW₁ + b₁)W₂ + b₂</c>, with residual sum and layer
/// normalisation: count × width in and out. Vaswani et al. 2017, section 3.3.
/// </summary>
/// <param name="hidden">Channels between the two maps (d_ff).</param>
/// <param name="activation">The non-linearity.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class FeedForwardAttribute(int hidden, Activation activation) : BodyAttribute
{
    /// <summary>Channels between the two maps.</summary>
    public int Hidden { get; } = hidden;

    /// <summary>The non-linearity.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>Whether the two maps have biases; as the stage says unless set.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>Whether the first map has a bias; as <see cref="Bias"/> says unless set.</summary>
    public bool HiddenBias { get; set; } = true;

    /// <summary>Whether the second map has a bias; as <see cref="Bias"/> says unless set.</summary>
    public bool OutputBias { get; set; } = true;
}

/// <summary>
/// External attention, the rows' attention to a trained memory in place of each other, <c>A·M_v</c> with
/// <c>A = x·M_kᵀ</c> normalised twice: by a softmax over the rows of each memory unit, then in each row by its sum. With residual
/// sum and layer normalisation: count × width in and out. Every row depends on all of them, so it stands in encoders only.
/// Guo et al. 2021, "Beyond Self-attention: External Attention using Two Linear Layers for Visual Tasks".
/// </summary>
/// <param name="memory">How many units the memory has (S).</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class ExternalAttentionAttribute(int memory) : BodyAttribute
{
    /// <summary>How many units the memory has.</summary>
    public int Memory { get; } = memory;

    /// <summary>Whether the two maps have biases; false unless set.</summary>
    public bool Bias { get; set; }
}

/// <summary>Makes one vector, width long, of a stage's rows: count × width in.</summary>
/// <param name="kind">How.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PoolingAttribute(PoolingKind kind) : Attribute
{
    /// <summary>How the rows become one.</summary>
    public PoolingKind Kind { get; } = kind;
}

/// <summary>A linear map of the stage's output, <c>f(xW + b)</c>: of each row, or of the pooled vector.</summary>
/// <param name="width">Channels of the result.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class LinearAttribute(int width) : PartAttribute
{
    /// <summary>Channels of the result.</summary>
    public int Width { get; } = width;

    /// <summary>Whether a bias is added; true unless set.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>What follows the map; <see cref="Activation.Identity"/> unless set.</summary>
    public Activation Activation { get; set; }
}

/// <summary>Divides each row of the output, or the pooled vector, by its Euclidean norm, at least 1e-12.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class L2NormalizeAttribute : Attribute;

/// <summary>
/// Scores classes: pools the rows unless <see cref="PoolingAttribute"/> has done so, passes the vector through a pooler
/// if there is one, and maps it to one score a class. Devlin et al. 2019, section 3.
/// </summary>
/// <param name="classes">How many classes there are.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class HeadAttribute(int classes) : PartAttribute
{
    /// <summary>How many classes there are.</summary>
    public int Classes { get; } = classes;

    /// <summary>How the rows become one, unless <see cref="PoolingAttribute"/> says it; <see cref="PoolingKind.First"/> unless set.</summary>
    public PoolingKind Pooling { get; set; } = PoolingKind.First;

    /// <summary>
    /// Where set, a pooler stands before the map: a linear map of the vector to its own width with this non-linearity,
    /// <see cref="Activation.Tanh"/> in BERT and RoBERTa, <see cref="Activation.Relu"/> in DistilBERT.
    /// </summary>
    public Activation Pooler { get; set; }

    /// <summary>Whether the maps have biases; true unless set.</summary>
    public bool Bias { get; set; } = true;
}

/// <summary>
/// The last part of a decoder: a linear map of each row to one score a token, count × vocabulary. Their softmax is
/// the distribution of the next token. Vaswani et al. 2017, section 3.4.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LogitsAttribute : PartAttribute
{
    /// <summary>Whether the map is the stage's embedding table (Press and Wolf 2017); false unless set.</summary>
    public bool Tied { get; set; }

    /// <summary>Whether a bias is added; true unless set, but for tied weights false unless set.</summary>
    public bool Bias { get; set; } = true;
}
