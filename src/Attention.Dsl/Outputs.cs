namespace Attention.Dsl;

/// <summary>Makes one vector, width long, of a stage's rows: count × width in.</summary>
/// <param name="kind">How.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PoolingAttribute(PoolingKind kind) : Attribute
{
    /// <summary>How the rows become one.</summary>
    public PoolingKind Kind { get; } = kind;

    /// <summary>Of <see cref="PoolingKind.AtToken"/>, the token whose row is taken.</summary>
    public int Token { get; set; }

    /// <summary>Of <see cref="PoolingKind.AtRow"/>, the number of the row that is taken, from 0.</summary>
    public int Row { get; set; }
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
/// Divides each row of the output, or the pooled vector, by its largest element, <c>x / max(x)</c>, which is what DALLE-pytorch with <c>stable=True</c> puts before the last
/// norm. A layer norm behind it differs by its ε, which it adds to a smaller variance, and by the sign where no element is positive; a row of zeros gives NaN, as there.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DivideMaxAttribute : Attribute;

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
/// The last part of a stage of tokens: a linear map of each row to one score a token, count × vocabulary. Of a decoder their softmax is
/// the distribution of the next token (Vaswani et al. 2017, section 3.4), of an encoder that of the token which a row stands for, hidden
/// by a mask or not (Devlin et al. 2019, section 3.1); an encoder scores the rows that a call names, into the caller's memory.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LogitsAttribute : PartAttribute
{
    /// <summary>Whether the map is the stage's embedding table (Press and Wolf 2017); false unless set.</summary>
    public bool Tied { get; set; }

    /// <summary>Whether a bias is added; true unless set, but for tied weights false unless set.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>
    /// What the rows are multiplied by before they are scored; 1 unless set. T5 1.0 has one divided by the root of the width (Raffel et al. 2020), and what
    /// configurations call <c>logits_scaling</c> divides, <c>logit_scale</c> multiplies.
    /// </summary>
    public double Scale { get; set; } = 1;

    /// <summary>In which numbers the map multiplies; <see cref="ProductFormat.Float32"/> unless set, whatever the model's <see cref="AttentionModelAttribute.Products"/> is.</summary>
    public ProductFormat Products { get; set; }

    /// <summary>Where set, scores are drawn together below it, <c>cap · tanh(score / cap)</c>: Gemma Team 2024, "Gemma 2", section 2.</summary>
    public double SoftCap { get; set; }
}

/// <summary>
/// The mean of the vector that a stage has made and of the one that another stage gives, such as the scores of two heads: width in and out.
/// The other stage has run before.
/// </summary>
/// <param name="from">The other stage, whose vector is as wide; upper and lower case are not told apart.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MeanWithAttribute(string from) : Attribute
{
    /// <summary>The other stage.</summary>
    public string From { get; } = from;
}
