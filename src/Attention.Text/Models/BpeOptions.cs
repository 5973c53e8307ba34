namespace Attention.Text;

/// <summary>What byte-pair models differ in.</summary>
internal sealed record BpeOptions
{
    /// <summary>The id of code points that the vocabulary lacks; without one they are dropped.</summary>
    public int? Unknown { get; init; }

    /// <summary>Whether neighbours that the vocabulary lacks are one unknown token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Whether the tokens &lt;0x00&gt; to &lt;0xFF&gt; stand for the UTF-8 of what the vocabulary lacks.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a piece that is a token is that token, whatever the merges give.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>What marks a token that continues a piece.</summary>
    public string ContinuingPrefix { get; init; } = "";

    /// <summary>What marks a token that ends a piece.</summary>
    public string EndSuffix { get; init; } = "";
}
