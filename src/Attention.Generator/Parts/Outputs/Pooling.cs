using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[Pooling]</c>: one vector of all rows.</summary>
internal sealed record Pooling(string Label, int Index, PoolingKind Kind, int? Token, int? Row) : Part(Label, Index)
{
    public static Pooling Parse(PartText text, Arguments arguments)
    {
        var pooling = new Pooling(text.Label, text.Index, arguments.Required<PoolingKind>("kind"), arguments.OptionalSize("Token", 0), arguments.OptionalSize("Row", 0));
        if (pooling is { Kind: PoolingKind.AtToken, Token: null })
            arguments.Report($"kind is AtToken {arguments.Place}, which does not say the token; say Token = id", "kind");
        else if (pooling.Token is not null && pooling.Kind != PoolingKind.AtToken)
            arguments.WithoutEffect($"Token is given {arguments.Place}, which takes no token's row; remove Token, or say PoolingKind.AtToken", "Token");
        if (pooling is { Kind: PoolingKind.AtRow, Row: null })
            arguments.Report($"kind is AtRow {arguments.Place}, which does not say the row; say Row = n", "kind");
        else if (pooling.Row is not null && pooling.Kind != PoolingKind.AtRow)
            arguments.WithoutEffect($"Row is given {arguments.Place}, which takes no row by its number; remove Row, or say PoolingKind.AtRow", "Row");
        return pooling;
    }

    public override Place Place => Place.Output;

    public override bool Pools => true;

    public override StageFacts Tell(StageFacts facts) => facts with { IsPooled = true };

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Parts.OfType<ClassHead>().FirstOrDefault() is ClassHead head && head.Index < Index && stage.Parts.OfType<Pooling>().First(pooling => pooling.Index > head.Index) == this)
            report(RuleIds.MisplacedPart, Index, $"[Pooling] stands behind [Head], which has pooled the rows of stage '{stage.Name}' already; put it before [Head]");
        CheckTokens(stage, this, Kind, "kind", report);
        if (Token is int token && stage.Vocabulary is > 0 and int vocabulary && token >= vocabulary)
            report(RuleIds.InvalidSize, Index, $"Token is {Arguments.Number(token)} {stage.PlaceOf(this)}, whose vocabulary has {Arguments.Number(vocabulary)} tokens; expected 0 to {Arguments.Number(vocabulary - 1)}", "Token");
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        if (Row >= graph.Length)
            report(RuleIds.InvalidSize, Index, $"Row is {Arguments.Number(Row.Value)} {stage.PlaceOf(this)}, whose sequences have up to {Arguments.Number(graph.Length)} rows; expected 0 to {Arguments.Number(graph.Length - 1)}", "Row");
    }

    /// <summary>Reports a pooling that goes by the tokens where a stage takes none.</summary>
    public static void CheckTokens(StageParts stage, Part part, PoolingKind? kind, string argument, Reporter report)
    {
        if (kind is PoolingKind.LargestToken or PoolingKind.AtToken && stage.First(Place.Source) is Part source and not Embedding)
            report(RuleIds.MisplacedPart, part.Index, $"{argument} is {kind} {stage.PlaceOf(part)}, which reads {source.Label} and so has no tokens; use another PoolingKind, or [Embedding]", argument);
    }

    public override int Build(StageBuilder build, int x) => Pool(build, x, Kind, Token, Row);

    /// <summary>The operation of a kind.</summary>
    public static int Pool(StageBuilder build, int x, PoolingKind kind, int? token = null, int? row = null) => build.Emit(kind is PoolingKind.LargestToken or PoolingKind.AtToken
        ? new TakeRow(build.New(), build.Spot, x, token)
        : new Pool(build.New(), build.Spot, x, kind) { Row = row });
}
