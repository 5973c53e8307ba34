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
