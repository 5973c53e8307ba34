using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Labels]</c>: a label for each row, by which attentions say what rows see.</summary>
internal sealed record LabelsPart(string Label, int Index, int? Token, int? Rows) : Part(Label, Index)
{
    public static LabelsPart Parse(PartText text, Arguments arguments)
    {
        var labels = new LabelsPart(text.Label, text.Index, arguments.OptionalSize("Token", 0), arguments.OptionalSize("Rows"));
        if (labels is { Token: not null, Rows: not null })
            arguments.WithoutEffect($"Token and Rows are both given {arguments.Place}; expected one of them, or none where a call gives the labels", "Rows");
        return labels;
    }

    /// <summary>Whether a call gives the labels.</summary>
    public bool IsGiven => Token is null && Rows is null;

    public override Place Place => Place.Stem;

    public override StageFacts Tell(StageFacts facts) => facts with { TakesLabels = facts.TakesLabels || IsGiven };

    public override void Check(StageParts stage, Reporter report)
    {
        Part? source = stage.First(Place.Source);
        if (stage.Parts.OfType<ClassToken>().FirstOrDefault() is ClassToken token)
            report(RuleIds.MisplacedPart, Index, $"[Labels] are those of the rows of a source, but stage '{stage.Name}' has {token.Label} in front of them; remove one of the two");
        else if (IsGiven && stage.Header?.IsDecoder == true)
            report(RuleIds.MisplacedPart, Index, $"[Labels] would be given with each call, but decoder '{stage.Name}' takes tokens alone; say Token = id to count one, or Rows");
        else if (IsGiven && source is not (null or Embedding or Features))
            report(RuleIds.MisplacedPart, Index, $"[Labels] would be given with each call, but stage '{stage.Name}' reads {source.Label}, whose rows are not the call's; say Rows = n");
        else if (Token is not null && source is not (null or Embedding))
            report(RuleIds.MisplacedPart, Index, $"Token is given {stage.PlaceOf(this)}, which reads {source.Label} and so has no tokens; say Rows = n, or use [Embedding]", "Token");
        else if (Token is int id && source is Embedding { Vocabulary: > 0 } && stage.Vocabulary is int vocabulary && id >= vocabulary)
            report(RuleIds.InvalidSize, Index, $"Token is {Arguments.Number(id)} {stage.PlaceOf(this)}, whose vocabulary has {Arguments.Number(vocabulary)} tokens; expected 0 to {Arguments.Number(vocabulary - 1)}", "Token");
        else if (!stage.Parts.OfType<SelfAttentionPart>().Any(part => part.Labels != LabelRule.None) && !stage.Parts.OfType<CrossAttention>().Any(part => part.Labels != LabelRule.None)
            && !stage.Model.Stages.Any(other => other.Parts.OfType<CrossAttention>().Any(part => part.From is string from && stage.Model.Find(from) == stage
                && (part.Labels != LabelRule.None || other.Parts.OfType<Queries>().Any(queries => queries.PerLabel)))))
            report(RuleIds.WithoutEffect, Index, $"[Labels] of stage '{stage.Name}' are those that no attention goes by; say Labels = LabelRule.Equal in one of its attentions, or in one to its rows, or remove [Labels]");
    }

    /// <summary>Reports an attention that goes by labels which a stage does not have.</summary>
    public static void CheckRule(LabelRule rule, StageParts stage, StageParts? labelled, Part part, Reporter report)
    {
        if (rule is LabelRule.Equal or LabelRule.UpTo && labelled?.Parts.OfType<LabelsPart>().Any() == false)
            report(RuleIds.MissingPart, part.Index, $"Labels is {rule} {stage.PlaceOf(part)}, but stage '{labelled.Name}' has no labels; add [Labels] to it", "Labels");
    }

    public override int Build(StageBuilder build, int x)
    {
        build.Labels = build.Emit(new LabelRows(
            build.New(), build.Spot, Token is not null ? LabelSource.Token : Rows is not null ? LabelSource.Rows : LabelSource.Call, Token ?? Rows ?? 0));
        return x;
    }
}
