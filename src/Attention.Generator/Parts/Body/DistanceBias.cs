using Attention.Generator.Operations;

namespace Attention.Generator.Parts;

/// <summary>What is added to the scores of a self-attention by how far keys are: a trained number for each of some buckets of distances, or a slope.</summary>
internal sealed record DistanceBias(int? Buckets, int? Largest, bool Alibi)
{
    /// <summary>What the attribute has unless a declaration says otherwise.</summary>
    private const int DefaultLargest = 128;

    public static DistanceBias Parse(Arguments arguments)
    {
        var bias = new DistanceBias(arguments.OptionalSize("RelativeBuckets"), arguments.OptionalSize("RelativeDistance"), arguments.Flag("Alibi", false));
        if (arguments.Has("RelativeDistance") && !arguments.Has("RelativeBuckets"))
            arguments.WithoutEffect($"RelativeDistance is given {arguments.Place}, which has no buckets of distances; remove it, or say RelativeBuckets", "RelativeDistance");
        return bias;
    }

    /// <summary>Reports buckets that tell nothing apart, and several biases.</summary>
    public void Check(StageParts stage, Part part, bool isCausal, bool hasOwn, Reporter report)
    {
        string place = stage.PlaceOf(part);
        if (Alibi && (hasOwn || Buckets is not null))
            report(RuleIds.WithoutEffect, part.Index, $"Alibi and {(hasOwn ? "ScoreBias" : "RelativeBuckets")} are both given {place}; expected one of them", "Alibi");
        else if (hasOwn && Buckets is not null)
            report(RuleIds.WithoutEffect, part.Index, $"RelativeBuckets and ScoreBias are both given {place}; expected one of them", "RelativeBuckets");
        if (Buckets is not (> 0 and int buckets))
            return;
        int sides = isCausal ? 1 : 2, exact = buckets / sides / 2, largest = Largest ?? DefaultLargest;
        if (exact == 0 || buckets % sides != 0)
            report(RuleIds.InvalidSize, part.Index, $"RelativeBuckets is {Arguments.Number(buckets)} {place}, {(isCausal ? "whose rows see those before them; expected at least 2" : "whose rows see both sides; expected an even number from 4 on")}", "RelativeBuckets");
        else if (largest > 0 && largest <= exact)
            report(RuleIds.InvalidSize, part.Index, $"RelativeDistance is {Arguments.Number(largest)} {place}, whose {Arguments.Number(buckets)} buckets hold the first {Arguments.Number(exact)} distances one by one; expected at least {Arguments.Number(exact + 1)}, or fewer buckets", Largest is null ? "RelativeBuckets" : "RelativeDistance");
    }

    /// <summary>The argument that says it; null without one.</summary>
    public string? Argument => Alibi ? "Alibi" : Buckets is not null ? "RelativeBuckets" : null;

    /// <summary>The trained table, the same in all layers; null without one.</summary>
    public int? TableIn(StageBuilder build, int heads, int ordinal) => Buckets is int buckets ? build.Shared(Roles.RelativeBias, buckets, heads, ordinal) : null;

    /// <summary>What is added; null for nothing.</summary>
    public ScoreBias? BiasIn(StageBuilder build, int heads, bool isCausal, Score score) =>
        Buckets is int buckets ? new RelativeBias(build.Rows, heads, score.Scale, buckets, Largest ?? DefaultLargest, isCausal) : Alibi ? new Alibi(build.Rows, heads, score.Scale) : null;
}
