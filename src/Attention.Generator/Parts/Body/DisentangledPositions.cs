using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Generator.Parts;

/// <summary><c>[DisentangledPositions]</c>: the self-attentions behind it have queries meet keys of relative positions besides, and keys queries of such.</summary>
/// <param name="Buckets">How many rows its table has for each side.</param>
/// <param name="Largest">The distance from which on all are in the last of them; null where each holds a distance.</param>
/// <param name="HasNorm">Whether the rows of the table go through a norm first.</param>
/// <param name="OwnProjections">Whether maps of their own make keys and queries of them.</param>
internal sealed record DisentangledPositions(string Label, int Index, int Buckets, int? Largest, DisentangledTerms Terms, bool HasNorm, bool OwnProjections) : Part(Label, Index)
{
    public static DisentangledPositions Parse(PartText text, Arguments arguments)
    {
        var positions = new DisentangledPositions(
            text.Label, text.Index, arguments.Required("buckets", 2, Arguments.MaximumSize / 2), arguments.OptionalSize("MaxDistance"),
            arguments.Member("Terms", DisentangledTerms.Both), arguments.Flag("Norm", false), arguments.Flag("OwnProjections", false)) { Name = arguments.Name() };
        int exact = positions.Buckets / 2;
        if (positions.Buckets >= 2 && positions.Largest is > 0 and int largest && largest < exact + 2)
            arguments.Report($"MaxDistance is {Arguments.Number(largest)} {arguments.Place}, whose {Arguments.Number(positions.Buckets)} buckets hold the first {Arguments.Number(exact)} distances one by one; expected at least {Arguments.Number(exact + 2)}, or fewer buckets", "MaxDistance");
        return positions;
    }

    public override Place Place => Place.Body;

    /// <summary>What an attention goes by; null where it stands before it, or there is none.</summary>
    public static DisentangledPositions? Of(IEnumerable<Part> parts, Part attention) => parts.OfType<DisentangledPositions>().FirstOrDefault(positions => positions.Index < attention.Index);

    public override void Check(StageParts stage, Reporter report)
    {
        SelfAttentionPart[] attentions = [.. stage.Parts.OfType<SelfAttentionPart>().Where(part => Of(stage.Parts, part) == this)];
        if (stage.Header!.IsDecoder)
        {
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in decoder '{stage.Name}', but what keys make of the rows that see them would have to be kept for rows to come; make the stage an encoder, or use [Rotary] or RelativeBuckets");
            return;
        }

        if (attentions.Length == 0)
            report(RuleIds.WithoutEffect, Index, $"{Label} of stage '{stage.Name}' changes nothing, since no self-attention stands behind it; put it before a [SelfAttention], or remove it");
        foreach (LinformerAttention part in stage.Parts.OfType<LinformerAttention>().Where(part => Of(stage.Parts, part) == this))
            report(RuleIds.MisplacedPart, part.Index, $"{part.Label} stands behind {Label} in stage '{stage.Name}', but its keys are mixtures of rows, which have no position; put it before {Label}, or use [SelfAttention]");
        foreach (SelfAttentionPart part in attentions)
        {
            string place = stage.PlaceOf(part);
            if (Rotary.Of(stage.Parts, part) is Rotary rotary)
                report(RuleIds.MisplacedPart, part.Index, $"{part.Label} of stage '{stage.Name}' stands behind both {Label} and {rotary.Label}, which does not turn relative positions; remove one of the two");
            else if (part.Attention.Norm != QueryKeyNorm.None)
                report(RuleIds.WithoutEffect, part.Index, $"QueryKeyNorm is {part.Attention.Norm} {place}, whose queries and keys meet those of relative positions, which it does not norm; remove QueryKeyNorm or {Label}", "QueryKeyNorm");
            else if (part.Attention.KeyValueHeads is int shared && shared != part.Heads)
                report(RuleIds.WithoutEffect, part.Index, $"KeyValueHeads is {Arguments.Number(shared)} {place}, but each head has keys and queries of relative positions of its own, by {Label}; remove KeyValueHeads or {Label}", "KeyValueHeads");
            else if (part.InputWidth is not null)
                report(RuleIds.WithoutEffect, part.Index, $"InputWidth is given {place}, behind {Label}, whose table is as wide as the stage; remove one of the two", "InputWidth");
            else if (part.BiasArgument is string bias)
                report(RuleIds.WithoutEffect, part.Index, $"{bias} is given {place}, behind {Label}; expected one of them", bias);
            else if (part.HasGlobalProjections)
                report(RuleIds.WithoutEffect, part.Index, $"GlobalProjections is given {place}, behind {Label}, whose queries and keys of relative positions are not theirs; remove one of the two", "GlobalProjections");
        }
    }

    public override int Build(StageBuilder build, int x) => x;

    /// <summary>What products of heads so wide are multiplied by: as many more terms there are, so much less.</summary>
    public float ScaleOf(int headWidth) => (float)(1 / Math.Sqrt(headWidth * (Terms == DisentangledTerms.Both ? 3.0 : 2.0)));

    /// <summary>The table, which all layers share, and what makes keys and queries of it.</summary>
    /// <param name="build">The stage.</param>
    /// <param name="query">What makes the attention's queries.</param>
    /// <param name="key">What makes its keys.</param>
    /// <param name="inner">How wide those are.</param>
    /// <param name="ordinal">Which of its kind the attention is.</param>
    public RelativePositions TableIn(StageBuilder build, LinearMap query, LinearMap key, int inner, int ordinal)
    {
        int width = build.Width;
        LinearMap Own(Role role, LinearMap usual) => !OwnProjections ? usual
            : new LinearMap(build.Parameter(role, inner, width, ordinal), usual.Bias is null ? null : build.Parameter(role, inner, 1, ordinal, isBias: true));
        LinearMap? keys = Terms == DisentangledTerms.PositionToContent ? null : Own(Roles.PositionKey, key), queries = Terms == DisentangledTerms.ContentToPosition ? null : Own(Roles.PositionQuery, query);
        return build.As(this, () => new RelativePositions(
            build.Shared(Roles.RelativePositions, checked(2 * Buckets), width),
            HasNorm ? build.Shared(Roles.RelativePositionsNorm, width, 1) : null,
            HasNorm && build.Header.Bias ? build.Shared(Roles.RelativePositionsNorm, width, 1, isBias: true) : null,
            build.Header.Epsilon, keys, queries));
    }

    /// <summary>What is added to the scores.</summary>
    public Disentangled BiasIn(StageBuilder build, int heads, int headWidth, Score score) => new(build.Rows, heads, score.Scale, headWidth, Largest, Terms);
}
