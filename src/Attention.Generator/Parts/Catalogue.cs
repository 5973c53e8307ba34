using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>The attributes that there are, a line each.</summary>
internal static class Catalogue
{
    private static readonly Dictionary<string, Func<PartText, Arguments, Part>> s_parts = new(StringComparer.Ordinal)
    {
        ["Encoder"] = Header.Encoder,
        ["Decoder"] = Header.Decoder,
        ["Embedding"] = Embedding.Parse,
        ["Patches"] = Patches.Parse,
        ["Features"] = Features.Parse,
        ["Input"] = Input.Parse,
        ["ClassToken"] = ClassToken.Parse,
        ["TokenTypes"] = TokenTypes.Parse,
        ["Positions"] = Positions.Parse,
        ["LayerNorm"] = LayerNormPart.Parse,
        ["SelfAttention"] = SelfAttention.Parse,
        ["CrossAttention"] = CrossAttention.Parse,
        ["FeedForward"] = FeedForward.Parse,
        ["Pooling"] = Pooling.Parse,
        ["Linear"] = Linear.Parse,
        ["L2Normalize"] = L2NormalizePart.Parse,
        ["Head"] = ClassHead.Parse,
        ["Logits"] = Logits.Parse,
    };

    /// <summary>The names of the attributes, without the brackets.</summary>
    public static IEnumerable<string> Names => s_parts.Keys;

    /// <summary>Reads an attribute.</summary>
    public static Part Parse(string name, PartText text, Arguments arguments) => s_parts[name](text, arguments);
}
