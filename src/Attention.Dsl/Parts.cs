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

/// <summary>Adds to each row of the stem what tells its position: count × width in and out.</summary>
/// <param name="kind">Computed or trained.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PositionsAttribute(PositionKind kind) : PartAttribute
{
    /// <summary>Computed or trained.</summary>
    public PositionKind Kind { get; } = kind;
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

/// <summary>What self- and cross-attention have in common.</summary>
public abstract class AttentionAttribute : PartAttribute
{
    private protected AttentionAttribute()
    {
    }

    /// <summary>Channels of one head's queries, keys and values; the stage's width divided by the heads unless set.</summary>
    public int HeadWidth { get; set; }

    /// <summary>Whether the query, key, value and output projections have biases; as the stage says unless set.</summary>
    public bool Bias { get; set; } = true;
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
public sealed class FeedForwardAttribute(int hidden, Activation activation) : PartAttribute
{
    /// <summary>Channels between the two maps.</summary>
    public int Hidden { get; } = hidden;

    /// <summary>The non-linearity.</summary>
    public Activation Activation { get; } = activation;
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
