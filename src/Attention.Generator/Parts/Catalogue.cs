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
        ["Queries"] = Queries.Parse,
        ["ClassToken"] = ClassToken.Parse,
        ["DistillationToken"] = DistillationToken.Parse,
        ["TokenTypes"] = TokenTypes.Parse,
        ["Positions"] = Positions.Parse,
        ["Segment"] = Segment.Parse,
        ["Labels"] = LabelsPart.Parse,
        ["LayerNorm"] = LayerNormPart.Parse,
        ["RmsNorm"] = RmsNormPart.Parse,
        ["SelfAttention"] = SelfAttention.Parse,
        ["SparseAttention"] = SparseAttention.Parse,
        ["LocalAttention"] = LocalAttention.Parse,
        ["ImageAttention"] = ImageAttention.Parse,
        ["BigBirdAttention"] = BigBirdAttention.Parse,
        ["LinformerAttention"] = LinformerAttention.Parse,
        ["CrossAttention"] = CrossAttention.Parse,
        ["ExternalAttention"] = ExternalAttention.Parse,
        ["Recurrent"] = Recurrent.Parse,
        ["Bridge"] = Bridge.Parse,
        ["IntraAttention"] = IntraAttention.Parse,
        ["AdditiveAttention"] = AdditiveAttention.Parse,
        ["LuongAttention"] = LuongAttention.Parse,
        ["DeepOutput"] = DeepOutput.Parse,
        ["TokenShift"] = TokenShift.Parse,
        ["Halting"] = HaltingPart.Parse,
        ["StepSignal"] = StepSignal.Parse,
        ["FeedForward"] = FeedForward.Parse,
        ["Rotary"] = Rotary.Parse,
        ["DisentangledPositions"] = DisentangledPositions.Parse,
        ["ClassExchange"] = ClassExchange.Parse,
        ["Pooling"] = Pooling.Parse,
        ["Linear"] = Linear.Parse,
        ["L2Normalize"] = L2NormalizePart.Parse,
        ["DivideMax"] = DivideMaxPart.Parse,
        ["Head"] = ClassHead.Parse,
        ["Logits"] = Logits.Parse,
        ["MeanWith"] = MeanWith.Parse,
    };

    /// <summary>The names of the attributes, without the brackets.</summary>
    public static IEnumerable<string> Names => s_parts.Keys;

    /// <summary>Whether an attribute of a name, without its ending, is known.</summary>
    public static bool IsPart(string name) => s_parts.ContainsKey(name);

    /// <summary>Reads an attribute; null for one that only another version of the DSL can have.</summary>
    public static Part? Parse(string name, PartText text, Arguments arguments) => s_parts.TryGetValue(name, out Func<PartText, Arguments, Part>? parse) ? parse(text, arguments) : null;
}
