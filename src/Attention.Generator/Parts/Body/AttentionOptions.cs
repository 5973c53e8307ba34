using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Generator.Parts;

/// <summary>What self- and cross-attention have in common.</summary>
internal sealed record AttentionOptions(int? HeadWidth, int? KeyValueHeads, bool? Bias, bool? QueryBias, bool? KeyBias, bool? ValueBias, bool? OutputBias, bool Capture, int? TopK, float? Scale, float? SoftCap, bool Sinks, QueryKeyNorm Norm, NormKind? NormKind)
{
    /// <summary>Those of an attention with so many heads, null where it takes another part's.</summary>
    public static AttentionOptions Parse(Arguments arguments, int? heads)
    {
        var options = new AttentionOptions(
            arguments.OptionalSize("HeadWidth"), arguments.OptionalSize("KeyValueHeads"), arguments.OptionalFlag("Bias"), arguments.OptionalFlag("QueryBias"), arguments.OptionalFlag("KeyBias"), arguments.OptionalFlag("ValueBias"),
            arguments.OptionalFlag("OutputBias"), arguments.Flag("Capture", false), arguments.OptionalSize("TopK"), arguments.Positive("Scale"), arguments.Positive("SoftCap"), arguments.Flag("Sinks", false), arguments.Member("QueryKeyNorm", QueryKeyNorm.None), arguments.OptionalMember<NormKind>("QueryKeyNormKind"));
        if (options is { Bias: not null, QueryBias: not null, KeyBias: not null, ValueBias: not null, OutputBias: not null })
            arguments.WithoutEffect($"Bias is given {arguments.Place}, but QueryBias, KeyBias, ValueBias and OutputBias leave nothing to it; remove Bias", "Bias");
        if (options is { Norm: QueryKeyNorm.None, NormKind: not null })
            arguments.WithoutEffect($"QueryKeyNormKind is given {arguments.Place}, whose queries and keys have no norms; remove it, or say QueryKeyNorm", "QueryKeyNormKind");
        if (heads is int told)
            options.CheckHeads(told, arguments.Place, (message, argument) => arguments.Report(message, argument));
        return options;
    }

    /// <summary>Reports heads that are too many and too wide together, and those that cannot share keys and values.</summary>
    public void CheckHeads(int heads, string place, Action<string, string> report)
    {
        if (HeadWidth is int width && (long)heads * width > Arguments.MaximumSize)
            report($"{Arguments.Number(heads)} heads × HeadWidth {Arguments.Number(width)} {place} is more than {Arguments.Number(Arguments.MaximumSize)}; expected fewer or narrower heads", "HeadWidth");
        if (heads > 0 && KeyValueHeads is > 0 and int shared && heads % shared != 0)
            report($"KeyValueHeads is {Arguments.Number(shared)} {place}, which does not divide its {Arguments.Number(heads)} heads; expected a divisor, such as 1 for one that all share", "KeyValueHeads");
    }

    /// <summary>Reports heads of which the stage's width is no multiple.</summary>
    public void CheckDivision(StageParts stage, Part part, int heads, string? argument, Reporter report)
    {
        if (HeadWidth is null)
            CheckDivision(stage, part, heads, argument, ", or set HeadWidth", report);
    }

    /// <summary>The same of heads that have no width of their own.</summary>
    public static void CheckDivision(StageParts stage, Part part, int heads, string? argument, string orElse, Reporter report)
    {
        int width = (part as BodyPart)?.InputWidth ?? stage.Header!.Width;
        if (width % heads == 0)
            return;
        string near = string.Join(" or ", new[] { Divisor(width, heads, -1), Divisor(width, heads, 1) }.Distinct().Select(Arguments.Number));
        report(RuleIds.HeadsDoNotDivideWidth, part.Index,
            $"{Arguments.Number(heads)} heads do not divide width {Arguments.Number(width)} of stage '{stage.Name}'; use {near} heads, {(orElse.Length == 0 ? "or " : "")}a width of {Arguments.Number((width / heads + 1) * heads)}{orElse}", argument);
    }

    /// <summary>The divisor of a width nearest to a number of heads, below or above it.</summary>
    private static int Divisor(int width, int heads, int step)
    {
        for (int candidate = Math.Min(heads, width); candidate >= 1 && candidate <= width; candidate += step)
        {
            if (width % candidate == 0)
                return candidate;
        }

        return step < 0 ? 1 : width;
    }

    /// <summary>What makes weights of the scores.</summary>
    public Weighting Weighting => TopK is int keep ? new TopK(keep) { HasSinks = Sinks } : new Softmax { HasSinks = Sinks };

    /// <summary>The sinks of so many heads; null without any.</summary>
    public int? SinksIn(StageBuilder build, Role role, int heads, int ordinal) => Sinks ? build.Parameter(role, heads, 1, ordinal) : null;

    /// <summary>What queries and keys of heads so wide make of each other.</summary>
    public Dot ScoreOf(int headWidth) => new(Scale ?? Dot.ScaleOf(headWidth), SoftCap);

    /// <summary>Reports norms behind a rotation where nothing is turned.</summary>
    public void CheckNorm(StageParts stage, Part part, bool isTurned, Reporter report)
    {
        if (Norm == QueryKeyNorm.PerHeadBehindRotary && !isTurned)
            report(RuleIds.WithoutEffect, part.Index, $"QueryKeyNorm is PerHeadBehindRotary {stage.PlaceOf(part)}, whose queries and keys no [Rotary] turns; say PerHead", "QueryKeyNorm");
    }

    /// <summary>Queries or keys behind their norm, if that is where it stands.</summary>
    public int Normed(StageBuilder build, int x, Role role, int heads, int headWidth, int ordinal, bool isTurned = false)
    {
        if (Norm == QueryKeyNorm.None || isTurned != (Norm == QueryKeyNorm.PerHeadBehindRotary))
            return x;
        (int count, int width) = Norm == QueryKeyNorm.Whole ? (1, heads * headWidth) : (heads, headWidth);
        return build.HeadNorm(x, role, count, width, ordinal, NormKind ?? build.Header.Kind);
    }

    /// <summary>The projections of an attention, and the attention itself.</summary>
    /// <param name="build">The stage.</param>
    /// <param name="x">Where queries come from.</param>
    /// <param name="other">The stage attended to, null for the stage's own rows.</param>
    /// <param name="otherWidth">How wide the rows attended to are.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="mask">Which keys a row sees.</param>
    /// <param name="roles">What its tensors are for.</param>
    /// <param name="biasOf">What is added to the scores, if anything is.</param>
    /// <param name="ordinal">Which of its kind the part is.</param>
    /// <param name="labels">Which of those keys it sees by labels.</param>
    /// <param name="sourceNorm">The role of a norm of the other stage's rows; null without one.</param>
    /// <param name="queries">The queries that see themselves too; null where they do not.</param>
    /// <param name="rotary">What turns queries and keys, or values too, by their positions; null where nothing does.</param>
    /// <param name="global">How many of the first rows have projections of their own; null for none.</param>
    /// <param name="biasTable">The table of a trained bias.</param>
    /// <param name="positions">The relative positions that queries and keys meet besides; null where they meet none.</param>
    public int Build(StageBuilder build, int x, StageGraph? other, int otherWidth, int heads, Mask mask, AttentionRoles roles, int ordinal, Func<Score, ScoreBias?>? biasOf = null, LabelRule labels = LabelRule.None, Role? sourceNorm = null, Queries? queries = null, Rotary? rotary = null, int? global = null, int? biasTable = null, DisentangledPositions? positions = null)
    {
        bool bias = Bias ?? build.Header.Bias;
        int inner = HeadWidth is int wide ? heads * wide : build.Width, headWidth = inner / heads, keyHeads = KeyValueHeads ?? heads, shared = keyHeads * headWidth;
        Parameter OfKeyHeads(Parameter map) => map with { Heads = keyHeads };
        int query = build.Linear(x, roles.Query, inner, build.Width, ordinal, QueryBias ?? bias, change: map => map with { Heads = heads });
        if (other is not null)
            build.Section = Section.Other;
        int rows = other?.Sequence ?? x;
        if (sourceNorm is not null)
            rows = build.Norm(rows, sourceNorm, otherWidth, ordinal);
        int key = build.Linear(rows, roles.Key, shared, otherWidth, ordinal, KeyBias ?? bias, change: OfKeyHeads);
        int value = build.Linear(rows, roles.Value, shared, otherWidth, ordinal, ValueBias ?? bias, change: OfKeyHeads);
        RelativePositions? relative = positions?.TableIn(build, build.MapOf(query), build.MapOf(key), inner, ordinal);
        key = Normed(build, key, roles.KeyNorm, keyHeads, headWidth, ordinal);
        build.Section = Section.Layer;
        query = Normed(build, query, roles.QueryNorm, heads, headWidth, ordinal);
        if (rotary is not null)
            (query, key, value) = (rotary.Turn(build, query, heads, headWidth), rotary.Turn(build, key, keyHeads, headWidth), rotary.TurnsValues ? rotary.Turn(build, value, keyHeads, headWidth) : value);
        (query, key) = (Normed(build, query, roles.QueryNorm, heads, headWidth, ordinal, isTurned: true), Normed(build, key, roles.KeyNorm, keyHeads, headWidth, ordinal, isTurned: true));
        IncludedRows? included = queries is null ? null
            : new IncludedRows(new Slice(build.Again(key, x)), new Slice(build.Again(value, x)), labels == LabelRule.None ? build.Rows : queries.Count, labels == LabelRule.None ? other!.Length : Queries.BlockOf(other!));
        GlobalRows? globals = global is not int first ? null : new GlobalRows(
            first, new Slice(build.Linear(x, Roles.GlobalQuery, inner, build.Width, ordinal, QueryBias ?? bias, first: first)),
            new Slice(build.Linear(x, Roles.GlobalKey, shared, build.Width, ordinal, KeyBias ?? bias)), new Slice(build.Linear(x, Roles.GlobalValue, shared, build.Width, ordinal, ValueBias ?? bias)));
        Dot score = positions is null ? ScoreOf(headWidth) : new(Scale ?? positions.ScaleOf(headWidth), SoftCap);
        int? bounds = labels == LabelRule.None ? null
            : included is not null ? build.Emit(new BlockBounds(build.New(), build.Spot, other!.Sequence, included.Block, included.OtherBlock))
            : build.Emit(new LabelBounds(build.New(), build.Spot, build.Labels!.Value, (other is null ? build.Labels : other.Labels)!.Value, labels == LabelRule.UpTo, other?.Index));
        if (bounds is not null)
            mask = mask is Pattern pattern ? pattern with { IsBounded = true } : new Bounded((Interval)mask);
        int context = build.Emit(new Attend(
            build.New(), build.Spot, new Slice(query), new Slice(key), new Slice(value), heads, headWidth, score, positions?.BiasIn(build, heads, headWidth, score) ?? biasOf?.Invoke(score), mask, Weighting, other?.Index, Capture) { KeyValueHeads = keyHeads, Sinks = SinksIn(build, roles.Sinks, heads, ordinal), Bounds = bounds, Included = included, Global = globals, BiasTable = biasTable, Positions = relative, LayersBefore = build.LayersBefore, Products = build.Products });
        return build.Linear(context, roles.Output, build.Header.Width, inner, ordinal, OutputBias ?? bias);
    }
}

/// <summary>What the tensors of an attention are for.</summary>
internal sealed record AttentionRoles(Role Query, Role Key, Role Value, Role Output, Role Sinks, Role QueryNorm, Role KeyNorm)
{
    /// <summary>Those of an attention to the stage's own rows.</summary>
    public static readonly AttentionRoles Self = new(Roles.SelfQuery, Roles.SelfKey, Roles.SelfValue, Roles.SelfOutput, Roles.SelfSinks, Roles.SelfQueryNorm, Roles.SelfKeyNorm);

    /// <summary>Those of an attention to another stage's rows.</summary>
    public static readonly AttentionRoles Cross = new(Roles.CrossQuery, Roles.CrossKey, Roles.CrossValue, Roles.CrossOutput, Roles.CrossSinks, Roles.CrossQueryNorm, Roles.CrossKeyNorm);
}
