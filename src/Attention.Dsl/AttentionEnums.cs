#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Dsl;
#endif

/// <summary>Norms of the queries and keys of an attention: Henry et al. 2020, "Query-Key Normalization for Transformers".</summary>
public enum QueryKeyNorm
{
    /// <summary>There are none.</summary>
    None,

    /// <summary>Each head for itself, all by the same weights, before a <see cref="RotaryAttribute"/> turns it: Qwen Team 2025, "Qwen3 Technical Report".</summary>
    PerHead,

    /// <summary>Each head for itself, all by the same weights, once a <see cref="RotaryAttribute"/> has turned it: Tencent 2024, "Hunyuan-Large".</summary>
    PerHeadBehindRotary,

    /// <summary>All heads of a row together, before a <see cref="RotaryAttribute"/> turns them: OLMo Team 2025, "2 OLMo 2 Furious".</summary>
    Whole,
}

/// <summary>Which products with relative positions scores have besides those of queries with keys: He et al. 2021, "DeBERTa".</summary>
public enum DisentangledTerms
{
    /// <summary>Both, <c>q · k′ + k · q′</c>.</summary>
    Both,

    /// <summary>Queries with keys of positions, <c>q · k′</c> (<c>c2p</c>).</summary>
    ContentToPosition,

    /// <summary>Keys with queries of positions, <c>k · q′</c> (<c>p2c</c>).</summary>
    PositionToContent,
}

/// <summary>How the rates of rotary positions change for positions beyond those that were trained, where <c>θ</c> is a pair's rate and <c>factor</c> is <see cref="RotaryAttribute.Factor"/>.</summary>
public enum RotaryScaling
{
    /// <summary>All are divided, <c>θ ÷ factor</c>: Chen et al. 2023, "Extending Context Window of Large Language Models via Positional Interpolation".</summary>
    Linear,

    /// <summary>
    /// Those of pairs that turn less than <see cref="RotaryAttribute.LowFrequency"/> times in <see cref="RotaryAttribute.OriginalLength"/> rows are divided, those that turn more than
    /// <see cref="RotaryAttribute.HighFrequency"/> times stay, and between them the share that stays grows with the turns: Dubey et al. 2024, "The Llama 3 Herd of Models".
    /// </summary>
    Llama3,

    /// <summary>
    /// The same between the pairs that turn <see cref="RotaryAttribute.BetaSlow"/> and <see cref="RotaryAttribute.BetaFast"/> times, where the share falls with the pair's number; cosines and sines
    /// are multiplied by <see cref="RotaryAttribute.AttentionFactor"/>: Peng et al. 2023, "YaRN: Efficient Context Window Extension of Large Language Models".
    /// </summary>
    Yarn,

    /// <summary>
    /// The base grows, <c>base · (factor · n ÷ OriginalLength − factor + 1)^(r ÷ (r − 2))</c>, with r turned channels and n the most rows that the stage has: the rates of its longest sequence hold
    /// for all, since those that grow with each row would not fit the keys that a decoder keeps.
    /// </summary>
    DynamicNtk,

    /// <summary>
    /// Each is divided by a number of its own, of <see cref="RotaryAttribute.Factors"/>; cosines and sines are multiplied by <see cref="RotaryAttribute.AttentionFactor"/>: Ding et al. 2024, "LongRoPE".
    /// Of a model's two lists, for short and for long sequences, one is declared.
    /// </summary>
    LongRope,
}

/// <summary>Which keys a row sees by labels, those of <see cref="LabelsAttribute"/>, as far as it sees them otherwise.</summary>
public enum LabelRule
{
    /// <summary>All: labels do not matter.</summary>
    None,

    /// <summary>Those whose label is its own.</summary>
    Equal,

    /// <summary>Those whose label is its own or a smaller one.</summary>
    UpTo,
}

/// <summary>Which keys far from a row a <c>[SparseAttention]</c> has it see, besides those near to it: Child et al. 2019.</summary>
public enum SparsePattern
{
    /// <summary>Near are the last <c>stride</c> rows, far are those at distances that are multiples of it.</summary>
    Strided,

    /// <summary>Near is the row's own block of <c>stride</c> rows, far are the last <c>Summary</c> rows of each block before it.</summary>
    Fixed,
}

/// <summary>Which of its rows, near and far, the heads of a <c>[SparseAttention]</c> see.</summary>
public enum SparsePart
{
    /// <summary>Every head sees both.</summary>
    Both,

    /// <summary>Those that are near.</summary>
    Near,

    /// <summary>Those that are far.</summary>
    Far,

    /// <summary>Heads 0, 2, 4 … see those that are near, heads 1, 3, 5 … those that are far.</summary>
    PerHead,
}

/// <summary>Which places of the image the rows of an <c>[ImageAttention]</c> see, besides all of the text.</summary>
public enum ImagePattern
{
    /// <summary>Those of their own row, up to themselves.</summary>
    Row,

    /// <summary>Those of their own column, up to themselves.</summary>
    Column,

    /// <summary>A square of which they are the last corner.</summary>
    Convolution,
}

/// <summary>What shares a projection of the rows in a <c>[LinformerAttention]</c>: Wang et al. 2020, section 4.</summary>
public enum ProjectionSharing
{
    /// <summary>All heads of a layer: one for keys, one for values.</summary>
    Headwise,

    /// <summary>Nothing: each head has one for its keys and one for its values.</summary>
    None,

    /// <summary>Keys and values of all heads of a layer.</summary>
    KeyValue,

    /// <summary>Keys and values of all heads of all layers.</summary>
    Layerwise,
}
