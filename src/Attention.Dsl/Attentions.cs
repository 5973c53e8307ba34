namespace Attention.Dsl;

/// <summary>What self- and cross-attention have in common.</summary>
public abstract class AttentionAttribute : BodyAttribute
{
    private protected AttentionAttribute()
    {
    }

    /// <summary>Channels of one head's queries, keys and values; the stage's width divided by the heads unless set.</summary>
    public int HeadWidth { get; set; }

    /// <summary>
    /// How many heads keys and values have, each for as many neighbouring heads of queries; they divide those, and are as many unless set. What is kept of each row
    /// is that much less. Ainslie et al. 2023, "GQA: Training Generalized Multi-Query Transformer Models"; 1 in Shazeer 2019, "Fast Transformer Decoding".
    /// </summary>
    public int KeyValueHeads { get; set; }

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

    /// <summary>
    /// Whether each head has a sink: a trained score that takes part in the softmax of every row and has no value, so that the weights of what a row sees may add up to
    /// less than 1; false unless set. OpenAI 2025, "gpt-oss-120b &amp; gpt-oss-20b Model Card". Rows that all see, which are called attention sinks too, are
    /// <see cref="SelfAttentionAttribute.Global"/>.
    /// </summary>
    public bool Sinks { get; set; }

    /// <summary>Whether queries and keys are normed before they meet, and where; <see cref="QueryKeyNorm.None"/> unless set.</summary>
    public QueryKeyNorm QueryKeyNorm { get; set; }

    /// <summary>How these norms normalise; as the stage's norms unless set, with its <c>Epsilon</c>.</summary>
    public NormKind QueryKeyNormKind { get; set; }
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
    /// Of an attention that is the first part of the first layer alone, how wide the rows are that the source gives it: what it makes of them is as wide as the stage, and what
    /// it is added to is a map of them, <c>xW + b + f(x)</c>. As the stage unless set. He et al. 2016, "Deep Residual Learning for Image Recognition", section 3.3.
    /// </summary>
    public int InputWidth { get; set; }

    /// <summary>
    /// How many rows a row sees: where attention is causal so many, its own among them (Jiang et al. 2023, "Mistral 7B"); else so
    /// many on each side beside its own (Beltagy et al. 2020, "Longformer"). All of them unless set. What is not seen costs
    /// nothing.
    /// </summary>
    public int Window { get; set; }

    /// <summary>
    /// Where attention is causal in an encoder, how many rows at the beginning all others see, each other among them; none unless set.
    /// With a <see cref="Window"/> they are seen beside it. Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 3.2.1.
    /// </summary>
    public int Prefix { get; set; }

    /// <summary>
    /// How many rows at the beginning are global: they see all rows, and all rows see them beside their <see cref="Window"/>, each once; none unless
    /// set. Where attention is causal, as far as it is. Beltagy et al. 2020, "Longformer", section 3.1; Xiao et al. 2024, "Efficient Streaming
    /// Language Models with Attention Sinks". It is fewer than the stage's longest sequence has rows. Rows elsewhere that are global in every call are
    /// a <see cref="Mask"/>; those that differ from call to call cannot be said.
    /// </summary>
    public int Global { get; set; }

    /// <summary>
    /// Whether the <see cref="Global"/> rows see all by projections of their own, queries of theirs and keys and values of all rows, as wide and with as many biases
    /// as the others; false unless set. The others see them by the usual ones. In encoders that are not causal, and not behind a <see cref="RotaryAttribute"/>, which
    /// does not turn what they project. The same paper, section 3.1.
    /// </summary>
    public bool GlobalProjections { get; set; }

    /// <summary>
    /// Whether a row sees only rows of its own label, or of that and smaller ones, such as those of its own text where several share a sequence; the
    /// other arguments hold besides. <see cref="LabelRule.None"/> unless set. The stage has <see cref="LabelsAttribute"/>.
    /// </summary>
    public LabelRule Labels { get; set; }

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
    /// </summary>
    public string? ScoreBias { get; set; }

    /// <summary>
    /// Where set, a trained number is added to the scaled scores for each head and for each of so many buckets of distances, the first of which hold one
    /// distance each and the others ever more: one table, buckets × heads, for all layers. Where attention is not causal, half of the buckets are for keys
    /// behind the row. Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 2.1; 32 in T5 and MPNet.
    /// </summary>
    public int RelativeBuckets { get; set; }

    /// <summary>The distance from which on all have the last of the <see cref="RelativeBuckets"/>; 128 unless set.</summary>
    public int RelativeDistance { get; set; } = 128;

    /// <summary>
    /// Whether from the scaled scores the distance is taken away, times a slope that each head has: 2^(−8(h + 1)/H) where H is a power of two, else as the authors' code
    /// has it; false unless set. Press et al. 2022, "Train Short, Test Long".
    /// </summary>
    public bool Alibi { get; set; }
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

    /// <summary>Whether the rows attended to are normed too, each layer by a norm of its own; false unless set.</summary>
    public bool SourceNorm { get; set; }

    /// <summary>
    /// Whether the rows attend to themselves too, with keys and values of the same maps, in a stage of <see cref="QueriesAttribute"/>; false unless set.
    /// Alayrac et al. 2022, "Flamingo", section 2.1.
    /// </summary>
    public bool IncludeQueries { get; set; }

    /// <summary>
    /// Whether a row sees only rows of its own label, or of that and smaller ones, such as those of the image before it in a text; a row that sees none
    /// takes zeros. The <see cref="Mask"/> holds besides. <see cref="LabelRule.None"/> unless set. Both stages have <see cref="LabelsAttribute"/>. Alayrac et al. 2022, "Flamingo", section 2.3.
    /// </summary>
    public LabelRule Labels { get; set; }

    /// <summary>
    /// The name of a method of this class that says which of the other stage's rows a row sees, <c>static bool Sees(int query, int key)</c>, both counted from 0;
    /// none unless set. <c>Load</c> asks it once for every pair, and what it says must not change from call to call. A row that sees nothing gives zeros.
    /// </summary>
    public string? Mask { get; set; }

    /// <summary>
    /// The name of a method of this class that says what is added to the scaled scores: <c>static float Slope(int head, int distance)</c>, the
    /// distance being query − key, or <c>static float Slope(int head, int query, int key)</c>; none unless set. <c>Load</c> asks it once for
    /// everything. A bias must be finite.
    /// </summary>
    public string? ScoreBias { get; set; }
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

    /// <summary>Whether the memory's two maps have biases; false unless set.</summary>
    public bool Bias { get; set; }

    /// <summary>
    /// Where set, a map stands before the attention, one behind it, and between them so many heads share the memory, each normalised for itself;
    /// they divide the stage's width, and the memory's units are as wide as a head. The same paper, section 3.3; EAMLP.
    /// </summary>
    public int Heads { get; set; }

    /// <summary>
    /// How many times as many channels, and heads, the map before the heads makes: 4 in EAMLP; 1 unless set.
    /// </summary>
    public int Expansion { get; set; } = 1;

    /// <summary>Whether the map before the heads has a bias; as the stage says unless set.</summary>
    public bool QueryBias { get; set; } = true;

    /// <summary>Whether the map behind the heads has a bias; as the stage says unless set.</summary>
    public bool OutputBias { get; set; } = true;

    /// <summary>
    /// Whether sessions can keep the weights, head × row × unit of the memory, which those do that are created with <c>CaptureAttention</c>:
    /// <c>ExternalAttentionWeights</c>; false unless set, and then no code for it is there.
    /// </summary>
    public bool Capture { get; set; }
}

/// <summary>
/// Behind the layers of an encoder, its first row, the class row, goes to another stage, asks that stage's rows, and comes back; all other
/// rows stay as they are: <c>c = Map(x₀)</c>, <c>t = [c; y₁; y₂; …]</c> with the other stage's rows y, <c>c' = c + Attention(norm(t)₀, norm(t))</c>,
/// <c>x₀ = Return(c')</c>. Map and Return are linear maps of a norm and a non-linearity. The stage's width and the other's may differ; so may their
/// lengths: count × width in and out. Chen et al. 2021, "CrossViT: Cross-Attention Multi-Scale Vision Transformer", section 3.3.
/// </summary>
/// <remarks>
/// The other stage may exchange with this one: both then read each other's rows as they are before the exchange. <c>Forward</c> of such a stage
/// gives its rows before its first exchange; what exchanges make of them is done when a stage that reads it, as one with
/// <see cref="InputAttribute"/> does, is run. So it has no outputs itself.
/// </remarks>
/// <param name="from">The stage whose rows are asked, as they are before its own exchange; upper and lower case are not told apart.</param>
/// <param name="heads">How many heads; they divide the other stage's width.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ClassExchangeAttribute(string from, int heads) : PartAttribute
{
    /// <summary>The stage whose rows are asked.</summary>
    public string From { get; } = from;

    /// <summary>How many heads.</summary>
    public int Heads { get; } = heads;

    /// <summary>
    /// Channels of the other stage's rows. To be set, and to the right value, exactly where they are not as wide as this stage, so that unequal
    /// widths are never an accident.
    /// </summary>
    public int SourceWidth { get; set; }

    /// <summary>
    /// How many times the layers and the exchange behind them are done, each time with weights of their own, whose names have <c>{group}</c> for
    /// the number; 1 unless set. A stage that exchanges with this one has as many. What is before the layers belongs to the first group, what
    /// is behind the last exchange to the last.
    /// </summary>
    public int Groups { get; set; } = 1;

    /// <summary>What <c>{group}</c> stands for in the first of the groups; 0 unless set.</summary>
    public int FirstGroup { get; set; }

    /// <summary>What stands between norm and map on both ways; <see cref="Activation.Gelu"/> unless set.</summary>
    public Activation Activation { get; set; } = Activation.Gelu;

    /// <summary>Whether the query, key and value projections have biases; as the stage says unless set, as does all else.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>
    /// Whether sessions can keep the weights, head × key of the one query, which those do that are created with <c>CaptureAttention</c>: a
    /// property for each group; false unless set, and then no code for it is there.
    /// </summary>
    public bool Capture { get; set; }
}
