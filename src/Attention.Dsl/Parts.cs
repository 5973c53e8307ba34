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

    /// <summary>What the table's values are multiplied by instead, such as Gemma's √width as bfloat16 has it; 1 unless set.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>The stage whose embedding table this one uses too; none unless set.</summary>
    public string? Shares { get; set; }

    /// <summary>
    /// Channels of a row of the table; the stage's width unless set. A recurrent body takes them as they are; before any other a linear map
    /// makes the stage's width of them (Lan et al. 2020, "ALBERT", section 3.1).
    /// </summary>
    public int Width { get; set; }

    /// <summary>Where <see cref="Width"/> is set, whether that map has a bias; true unless set.</summary>
    public bool Bias { get; set; } = true;

    /// <summary>
    /// A token that fills places up, of which each behind the first has a row of its own: at place p it stands for token <c>vocabulary + p − 1</c>, so that there are
    /// length − 1 tokens more, and rows of the table; none unless set. Ramesh et al. 2021, "Zero-Shot Text-to-Image Generation", section 2.2.
    /// </summary>
    public int Padding { get; set; }
}

/// <summary>
/// Goes on with another kind of tokens behind those of an <see cref="EmbeddingAttribute"/>, such as an image's behind a text's: from here on rows are looked up in a
/// table of its own, vocabulary × width, and its tokens are those behind all before it. The <see cref="PositionsAttribute"/> before it are those of the rows before it,
/// those behind it its own. <see cref="LogitsAttribute"/> score what can stand in the next row; all else is <see cref="float.MinValue"/>. Ramesh et al. 2021.
/// </summary>
/// <param name="vocabulary">How many tokens of its kind there are.</param>
/// <param name="length">The most of them in a sequence, which has none before all places before them are filled.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class SegmentAttribute(int vocabulary, int length) : PartAttribute
{
    /// <summary>How many tokens of its kind there are.</summary>
    public int Vocabulary { get; } = vocabulary;

    /// <summary>The most of them in a sequence.</summary>
    public int Length { get; } = length;
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
/// The source of a stage: trained rows, count × width, the same in every call, which ask the rows of another stage by a
/// <see cref="CrossAttentionAttribute"/>, so that a stage of any length becomes one of so many rows. Jaegle et al. 2021, "Perceiver"; Carion et al. 2020.
/// </summary>
/// <param name="count">How many rows there are.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class QueriesAttribute(int count) : PartAttribute
{
    /// <summary>How many rows there are.</summary>
    public int Count { get; } = count;

    /// <summary>
    /// Whether there are so many for each label of the rows attended to, those of the first label first; false unless set. The stage attended to has
    /// <see cref="LabelsAttribute.Rows"/>, and this one <see cref="LabelsAttribute.Rows"/> of <see cref="Count"/>. Alayrac et al. 2022, "Flamingo", section 2.1.
    /// </summary>
    public bool PerLabel { get; set; }
}

/// <summary>
/// Puts one trained row in front of the rows of an encoder's stem, so that there is one row more from here on:
/// count × width in, (1 + count) × width out. Devlin et al. 2019; Dosovitskiy et al. 2021.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ClassTokenAttribute : PartAttribute;

/// <summary>
/// Puts one more trained row between that of <see cref="ClassTokenAttribute"/>, right behind which it is declared, and the others of an encoder's stem:
/// (1 + count) × width in, (2 + count) × width out. Touvron et al. 2021, "Training data-efficient image transformers and distillation through attention", section 4.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DistillationTokenAttribute : PartAttribute;

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

/// <summary>
/// Gives each row of the stem a label, a whole number that never falls from row to row, by which attentions say what rows see of what differs from
/// call to call: <see cref="SelfAttentionAttribute.Labels"/>, <see cref="PatternedAttentionAttribute.Labels"/> and <see cref="CrossAttentionAttribute.Labels"/>. With <see cref="Token"/> labels are
/// counted, with <see cref="Rows"/> they follow from where rows stand; with neither a call of an encoder gives them, one a row: <c>labels</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LabelsAttribute : Attribute
{
    /// <summary>Where set, a row's label is how many tokens of this id stand at or before it: 0 before the first. Steps go on counting.</summary>
    public int Token { get; set; }

    /// <summary>Where set, so many rows have one label: the first ones 1, the next 2, and so on.</summary>
    public int Rows { get; set; }
}

/// <summary>Adds to each row of the stem what tells its position: count × width in and out. Of a stage with a <see cref="SegmentAttribute"/> each kind of tokens may have its own.</summary>
/// <param name="kind">Computed or trained.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class PositionsAttribute(PositionKind kind) : PartAttribute
{
    /// <summary>Computed or trained.</summary>
    public PositionKind Kind { get; } = kind;

    /// <summary>
    /// Which place the first row has: in a trained table, such as 2 in BART and RoBERTa, or of those that are computed, such as 2 in M2M100 and NLLB, 1 in
    /// OpenNMT; 0 unless set. Not of <see cref="PositionKind.Axial"/>.
    /// </summary>
    public int Offset { get; set; }

    /// <summary>
    /// Rows of the trained table in the checkpoint, of <see cref="PositionKind.Axial"/> that of the lines, of which those from <see cref="Offset"/> on are used; as many as
    /// offset and rows of the stage make unless set. Set it to take fewer positions than the model was trained with.
    /// </summary>
    public int Rows { get; set; }

    /// <summary>How many rows, one behind the other, have one position, such as those of an image among several; 1 unless set.</summary>
    public int Repeat { get; set; } = 1;

    /// <summary>Of <see cref="PositionKind.Axial"/>, how many rows make a line.</summary>
    public int Columns { get; set; }
}

/// <summary>
/// Adds to each row, wherever it stands in the body, what tells its position and how many layers it has passed, two rows of computed values: count × width in
/// and out. Dehghani et al. 2019, "Universal Transformers", section 2.1.
/// </summary>
/// <param name="kind">Which values; not <see cref="PositionKind.Learned"/> or <see cref="PositionKind.Axial"/>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StepSignalAttribute(PositionKind kind) : Attribute
{
    /// <summary>Which values.</summary>
    public PositionKind Kind { get; } = kind;

    /// <summary>The number of the first layer: 0 unless set, as tensor2tensor has it; 1 in the paper.</summary>
    public int First { get; set; }
}

/// <summary>
/// Has queries meet keys of relative positions besides those of rows, and keys queries of relative positions, so that the score of query i and key j is
/// <c>(qᵢ · kⱼ + qᵢ · k′(i − j) + kⱼ · q′(i − j)) / √(3d)</c>, with k′ and q′ what a layer's maps of keys and queries make of a trained table that has a row for each bucket of
/// distances. It stands in the body of an encoder and holds for the self-attentions behind it, of any kind but <see cref="LinformerAttentionAttribute"/>, whose keys have no position. k′ and q′ are computed when a model is
/// loaded, 16 bytes a channel and row of the longest sequence for each layer; each thread takes 4 bytes for each pair of rows. He et al. 2021, "DeBERTa: Decoding-enhanced BERT with Disentangled Attention".
/// </summary>
/// <param name="buckets">How many rows the table has for each side, 2 · buckets in all: what configurations call <c>position_buckets</c>, or, where they have none, <c>max_relative_positions</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class DisentangledPositionsAttribute(int buckets) : PartAttribute
{
    /// <summary>How many rows the table has for each side.</summary>
    public int Buckets { get; } = buckets;

    /// <summary>
    /// Where set, the first half of the buckets of a side hold a distance each, and the others ever more up to this one, as in DeBERTa v2 and v3
    /// (<c>max_relative_positions</c>, or <c>max_position_embeddings</c> where that is −1); where not, each holds one, and the last all beyond, as in the paper.
    /// </summary>
    public int MaxDistance { get; set; }

    /// <summary>Which of the two products there are; both unless set. Scores are divided by √(2d) where there is one.</summary>
    public DisentangledTerms Terms { get; set; }

    /// <summary>Whether the rows of the table go through a layer normalisation first (<c>norm_rel_ebd</c>), as in v2 and v3; false unless set.</summary>
    public bool Norm { get; set; }

    /// <summary>
    /// Whether maps of their own make keys and queries of the table, rather than those of the rows (<c>share_att_key</c> says the contrary); false unless set. They have biases where those have.
    /// </summary>
    public bool OwnProjections { get; set; }
}

/// <summary>
/// Turns pairs of channels of queries and keys by angles that grow with the row's position, so that their products depend on distances: pair i of a head
/// at position p by <c>p · base^(−2i/width) / factor</c>. It stands in the body and holds for the self-attentions behind it, up to the next one, of any
/// kind but <see cref="LinformerAttentionAttribute"/>, whose keys have no position, and those with <see cref="SelfAttentionAttribute.GlobalProjections"/>. Keys are kept turned. Cosines and sines are computed when a model is loaded, 4 or 8 bytes a turning channel and position for all layers together.
/// Su et al. 2021, "RoFormer: Enhanced Transformer with Rotary Position Embedding".
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class RotaryAttribute : Attribute
{
    /// <summary>The base of the angles; 10000 unless set.</summary>
    public double Base { get; set; } = 10000;

    /// <summary>How many channels of each head turn, the first ones, an even number; all of them unless set.</summary>
    public int Width { get; set; }

    /// <summary>
    /// Whether neighbours are pairs, 2i and 2i + 1, as in GPT-J and the paper, rather than channels half the width apart, i and i + width/2, as in
    /// GPT-NeoX and Hugging Face's llama; false unless set.
    /// </summary>
    public bool Interleaved { get; set; }

    /// <summary>By how much positions are drawn together, so that those beyond the trained ones are reached; 1 unless set. <see cref="Scaling"/> says which pairs are.</summary>
    public double Factor { get; set; } = 1;

    /// <summary>How the rates change; <see cref="RotaryScaling.Linear"/> unless set.</summary>
    public RotaryScaling Scaling { get; set; }

    /// <summary>How many rows the sequences had that the model was first trained on (<c>original_max_position_embeddings</c>): for all scalings but the linear one.</summary>
    public int OriginalLength { get; set; }

    /// <summary>In how many turns a pair is slow for <see cref="RotaryScaling.Llama3"/> (<c>low_freq_factor</c>); 1 unless set.</summary>
    public double LowFrequency { get; set; } = 1;

    /// <summary>In how many turns a pair is fast for <see cref="RotaryScaling.Llama3"/> (<c>high_freq_factor</c>); 4 unless set.</summary>
    public double HighFrequency { get; set; } = 4;

    /// <summary>In how many turns a pair is fast for <see cref="RotaryScaling.Yarn"/> (<c>beta_fast</c>); 32 unless set.</summary>
    public double BetaFast { get; set; } = 32;

    /// <summary>In how many turns a pair is slow for <see cref="RotaryScaling.Yarn"/> (<c>beta_slow</c>); 1 unless set.</summary>
    public double BetaSlow { get; set; } = 1;

    /// <summary>Whether the first and the last pair of the ramp of <see cref="RotaryScaling.Yarn"/> are whole numbers; true unless set, false in gpt-oss.</summary>
    public bool Truncate { get; set; } = true;

    /// <summary>
    /// What cosines and sines are multiplied by (<c>attention_factor</c>). Unless set <c>m(MScale) ÷ m(MScaleAllDim)</c> for <see cref="RotaryScaling.Yarn"/> where both are given, else <c>m(1)</c>, with
    /// <c>m(x) = 0.1 · x · ln factor + 1</c>; for <see cref="RotaryScaling.LongRope"/> <c>√(1 + ln factor ÷ ln OriginalLength)</c>.
    /// </summary>
    public double AttentionFactor { get; set; }

    /// <summary>See <see cref="AttentionFactor"/>; DeepSeek's <c>mscale</c>.</summary>
    public double MScale { get; set; }

    /// <summary>See <see cref="AttentionFactor"/>; DeepSeek's <c>mscale_all_dim</c>.</summary>
    public double MScaleAllDim { get; set; }

    /// <summary>What the rate of each pair is divided by, for <see cref="RotaryScaling.LongRope"/>: as many as pairs (<c>short_factor</c> or <c>long_factor</c>).</summary>
    public double[]? Factors { get; set; }

    /// <summary>Whether values turn too, by the angles of their rows, as in DALLE-pytorch; false unless set.</summary>
    public bool Values { get; set; }

    /// <summary>Where rows are places of an image, how many rows of text stand before them; 0 unless set.</summary>
    public int Text { get; set; }

    /// <summary>
    /// Rows, and columns, of that image. Each head then has three parts of ⌊head width ÷ 3⌋ channels, and what pairs there are in each turns: of the first by the
    /// row's place in the text as above, width being that of the part and each place of the image at 8192; of the second and third by its line and its column, which
    /// stand from −1 to 1, all of the text at −10, pair i of n by π · (1 + 4i ÷ (n − 1)) times that. DALLE-pytorch's <c>rotary_emb</c>, where
    /// <see cref="Interleaved"/> and <see cref="Values"/> are true. No image unless set.
    /// </summary>
    public int Side { get; set; }
}

/// <summary>
/// Has the sub-layers behind it in the body read channels of earlier rows in place of a row's own, behind their norm: the first half of those of the row before, or where rows
/// are places of a square image, the first quarter of those of the place above and the second of those of the place to the left. Beyond an edge there are zeros. Which rows
/// are read depends only on where a row stands, so that steps go on as whole passes do; DALLE-pytorch, where this comes from, shifts nothing in a sequence shorter
/// than the text. Its relative in RWKV mixes what is moved here: Peng et al. 2023, "RWKV: Reinventing RNNs for the Transformer Era", section 3.1.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TokenShiftAttribute : Attribute
{
    /// <summary>Where rows of text stand before an image, how many; 0 unless set.</summary>
    public int Text { get; set; }

    /// <summary>Rows, and columns, of the image; no image, and so text alone, unless set.</summary>
    public int Side { get; set; }
}

/// <summary>
/// Lets each row decide after how many layers it halts, <c>p = σ(xW + b)</c> being its wish in a layer, before whose sub-layers this stands: it halts where the
/// sum of all its wishes would pass 1 − ε, and what is left to 1 is its share in that layer; before, its wish is. The rows of all layers join by their
/// shares. Graves 2016, "Adaptive Computation Time"; Dehghani et al. 2019, section 2.2.
/// </summary>
/// <param name="rule">How they join.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class HaltingAttribute(HaltingRule rule) : PartAttribute
{
    /// <summary>How the rows of all layers join.</summary>
    public HaltingRule Rule { get; } = rule;

    /// <summary>How far from 1 a row's wishes may end; 0.01 unless set.</summary>
    public double Epsilon { get; set; } = 0.01;

    /// <summary>Whether a row that has halted stays as it is, so that others see it so, rather than going on; false unless set.</summary>
    public bool CopyHalted { get; set; }
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

    /// <summary>Whether the first map has a bias, and the one beside it where the part is <see cref="Gated"/>; as <see cref="Bias"/> says unless set.</summary>
    public bool HiddenBias { get; set; } = true;

    /// <summary>Whether the second map has a bias; as <see cref="Bias"/> says unless set.</summary>
    public bool OutputBias { get; set; } = true;

    /// <summary>
    /// Whether the first map is multiplied, channel by channel, by another one of the same rows, whose result passes the non-linearity,
    /// <c>(f(xG + g) ∘ (xW₁ + b₁))W₂ + b₂</c>: SwiGLU with <see cref="Activation.Silu"/>, GeGLU with <see cref="Activation.Gelu"/>, GLU with
    /// <see cref="Activation.Sigmoid"/>; false unless set. G is <see cref="TensorRole.HiddenGate"/>, W₁ <see cref="TensorRole.Hidden"/>; where both are one tensor,
    /// it is <see cref="TensorRole.GateUp"/> or <see cref="TensorRole.UpGate"/>. Shazeer 2020, "GLU Variants Improve Transformer".
    /// </summary>
    public bool Gated { get; set; }
}
