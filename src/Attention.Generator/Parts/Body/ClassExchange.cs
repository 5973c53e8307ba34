using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[ClassExchange]</c>: behind the layers, the class row asks another stage's rows; both as often as there are groups.</summary>
internal sealed record ClassExchange(
    string Label, int Index, string? From, bool HasFrom, int Heads, int? SourceWidth, int Groups, int FirstGroup, Activation Activation, bool? Bias, bool Capture) : Part(Label, Index)
{
    /// <summary>Bounds the graph, in which groups are expanded.</summary>
    private const int MaximumGroups = 64;

    public static ClassExchange Parse(PartText text, Arguments arguments) => new(
        text.Label, text.Index, arguments.RequiredText("from"), arguments.Has("from"), arguments.Required("heads"), arguments.OptionalSize("SourceWidth"), arguments.Size("Groups", 1, 1, MaximumGroups),
        arguments.Size("FirstGroup", 0, 0), arguments.Member("Activation", Activation.Gelu), arguments.OptionalFlag("Bias"), arguments.Flag("Capture", false)) { Name = arguments.Name() };

    /// <summary>The groups, where the user gives too many or none, as many as there can be.</summary>
    private int Possible => Math.Max(1, Math.Min(Groups, MaximumGroups));

    public override Place Place => Place.Exchange;

    public override Reference? Reference => HasFrom ? new Reference("from", From) { IsOfGroup = true } : null;

    /// <summary>What layers can show, those of each group do.</summary>
    public override StageFacts Tell(StageFacts facts) => facts with
    {
        Groups = Possible,
        SelfCaptures = facts.SelfCaptures * Possible,
        CrossCaptures = (facts.CrossCaptures + (Capture ? 1 : 0)) * Possible,
        ExternalCaptures = facts.ExternalCaptures * Possible,
    };

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Header!.IsDecoder)
        {
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in decoder '{stage.Name}', but its class row asks rows that are there as a whole; make the stage an encoder");
            return;
        }

        if (stage.Recurrent is Recurrent recurrent)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands behind {recurrent.Label} in stage '{stage.Name}', whose states would not know of it; remove one of the two");
        if (stage.Parts.FirstOrDefault(part => part.Place == Place.Output) is Part output && output.Index > Index)
            report(RuleIds.MisplacedPart, output.Index, $"{output.Label} stands behind {Label} of stage '{stage.Name}', whose Forward gives its rows before the exchange; put it into a stage of its own, with [Input(\"{stage.Name}\")]");
        if (stage.Parts.OfType<LabelsPart>().FirstOrDefault() is LabelsPart labels)
            report(RuleIds.MisplacedPart, labels.Index, $"{labels.Label} are those of rows, but {Label} of stage '{stage.Name}' exchanges one that is none of them; remove one of the two");
        if (!HasClassRow(stage, []))
            report(RuleIds.MissingPart, Index, $"{Label} exchanges the class row of stage '{stage.Name}', which has none; add [ClassToken]");
        if (From is not string from || stage.Model.Find(from) is not StageParts other || other == stage)
            return;
        if (other.Header?.IsDecoder == true)
            report(RuleIds.MisplacedPart, Index, $"{Label} of stage '{stage.Name}' asks the rows of decoder '{other.Name}', which come one by one; name an encoder", "from");
        else if (other.Exchange is null && !HasClassRow(other, []))
            report(RuleIds.MissingPart, Index, $"{Label} of stage '{stage.Name}' takes the place of the class row of stage '{other.Name}', which has none; add [ClassToken] to it", "from");
        int groups = other.Exchange?.Groups ?? 1;
        if (groups != Groups && Groups is >= 1 and <= MaximumGroups && groups is >= 1 and <= MaximumGroups)
            report(RuleIds.InvalidSize, Index, $"Groups is {Arguments.Number(Groups)} {stage.PlaceOf(this)}, but the rows of stage '{other.Name}' pass {Arguments.Number(groups)}; make them equal", Groups == 1 ? "from" : "Groups");
    }

    /// <summary>Whether the first row of a stage is a class row, its own or one that it has read.</summary>
    private static bool HasClassRow(StageParts stage, HashSet<StageParts> seen) => seen.Add(stage) && (stage.Parts.OfType<ClassToken>().Any()
        || (stage.Parts.OfType<Input>().FirstOrDefault()?.From is string from && stage.Model.Find(from) is StageParts source && HasClassRow(source, seen)));

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        SourceWidths.Check(stage, this, From!, SourceWidth, report);
        AttentionOptions.CheckDivision(stage.Model.Find(From!)!, this, Heads, "heads", "", report);
    }

    public override int Build(StageBuilder build, int x)
    {
        StageGraph other = build.StageBefore(From!);
        int width = SourceWidth ?? build.Width, headWidth = width / Heads;
        bool bias = Bias ?? build.Header.Bias;
        int First(int rows) => build.Emit(new Pool(build.New(), build.Spot, rows, PoolingKind.First));
        int Map(int row, Role norm, Role map, int outputs, int inputs) => build.Linear(build.Activation(build.Norm(row, norm, inputs, 0), Activation), map, outputs, inputs, 0, build.Header.Bias);
        int Project(int rows, Role role, bool bias) => build.Linear(rows, role, width, width, 0, bias);

        int own = Map(First(x), Roles.ExchangeMapNorm, Roles.ExchangeMap, width, build.Width);
        int keys = build.Norm(build.Emit(new ReplaceFirst(build.New(), build.Spot, other.Sequence, own)), Roles.ExchangeNorm, width, 0);
        int query = Project(First(keys), Roles.ExchangeQuery, bias), key = Project(keys, Roles.ExchangeKey, bias), value = Project(keys, Roles.ExchangeValue, bias);
        int context = build.Emit(new Attend(
            build.New(), build.Spot, new Slice(query), new Slice(key), new Slice(value), Heads, headWidth, new Dot(Dot.ScaleOf(headWidth), null), null, new Everything(), new Softmax(), other.Index, Capture));
        int asked = build.Add(own, Project(context, Roles.ExchangeOutput, build.Header.Bias));
        return build.Emit(new ReplaceFirst(build.New(), build.Spot, x, Map(asked, Roles.ExchangeReturnNorm, Roles.ExchangeReturn, build.Width, width)));
    }
}
