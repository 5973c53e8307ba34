using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Per head a sum of values, each with the weight that its key's score gives it, heads side by side: Vaswani et al. 2017, section 3.2. What
/// attentions differ in are axes of their own.
/// </summary>
/// <param name="Score">What a query and a key make of each other.</param>
/// <param name="Bias">What is added to that, if anything is.</param>
/// <param name="Mask">Which keys a query sees.</param>
/// <param name="Weighting">What makes weights of the scores.</param>
/// <param name="Other">The stage whose rows are attended to, null for the stage's own.</param>
/// <param name="Capture">Whether a session may keep the weights.</param>
internal sealed record Attend(int Result, Spot Spot, Slice Query, Slice Key, Slice Value, int Heads, int HeadWidth, Score Score, ScoreBias? Bias, Mask Mask, Weighting Weighting, int? Other, bool Capture)
    : PlannedOperation(Result, Spot), IReadsColumns
{
    /// <summary>Channels of one head's values; those of its keys unless set.</summary>
    public int ValueWidth { get; init; } = HeadWidth;

    /// <summary>How many heads keys and values have, each for as many heads of queries as another: Ainslie et al. 2023, "GQA"; as many as queries unless set.</summary>
    public int KeyValueHeads { get; init; } = Heads;

    /// <summary>The trained vector that the score goes by; null where it goes by none.</summary>
    public int? ScoreVector { get; init; }

    /// <summary>The bias that belongs to it: added to every score, it changes no weight; null for none.</summary>
    public int? ScoreBias { get; init; }

    /// <summary>The table of a trained <see cref="Bias"/>, which all layers have; null where none is trained.</summary>
    public int? BiasTable { get; init; }

    /// <summary>The table of a <see cref="Disentangled"/> bias, and the maps of its rows; null where none is.</summary>
    public RelativePositions? Positions { get; init; }

    /// <summary>The sinks of the heads, where the weighting has them.</summary>
    public int? Sinks { get; init; }

    /// <summary>Whether sessions keep keys and values for later calls.</summary>
    public bool IsKeptBy(StageGraph stage) => Other is not null || stage.IsDecoder;

    /// <summary>How keys and values are kept, if they are.</summary>
    public WeightFormat Format { get; init; }

    /// <summary>In which numbers the maps around it multiply.</summary>
    public ProductFormat Products { get; init; }

    /// <summary>Whether scores of many keys are made in whole numbers.</summary>
    public bool IsWhole { get; init; }

    /// <summary>
    /// Whether they can be: where the maps around multiply whole numbers, keys are read as a projection leaves them, and nothing is added to what queries and keys make of each other.
    /// </summary>
    public bool TakesIntegers(StageGraph stage) => Products != ProductFormat.Float32 && !IsKeptBy(stage) && stage.Length > WholeScores.MostFloatKeys && WholeScores.Takes(HeadWidth)
        && Score is Dot && Mask is Interval { IsPrefix: true, DependsOnQuery: false } && Bias is null && LowRank is null && Global is null && Weighting is Softmax;

    /// <summary>Whether keys and values are read from where a session keeps them, rather than where projections leave them.</summary>
    public bool IsCached { get; init; }

    /// <summary>Where a session keeps those that a window can still see; null where it keeps all.</summary>
    public Ring? Ring { get; init; }

    /// <summary>What keys and values are mixed by; null where the rows' own are attended to.</summary>
    public LowRank? LowRank { get; init; }

    /// <summary>Where what each row sees begins and ends, of a <see cref="Bounded"/> mask.</summary>
    public int? Bounds { get; init; }

    /// <summary>What rows see of themselves, where another stage's are not all.</summary>
    public IncludedRows? Included { get; init; }

    /// <summary>Rows that attend to all by projections of their own; what the mask says holds for the others.</summary>
    public GlobalRows? Global { get; init; }

    /// <summary>How many layers are in the groups before.</summary>
    public int LayersBefore { get; init; }

    /// <summary>The layer among those of all groups.</summary>
    public int LayerOfAll => LayersBefore + Layer;

    public override EquatableArray<int> Reads => new int?[] { Global?.Query.Value, Global?.Key.Value, Global?.Value.Value, Bounds, Included?.Key.Value, Included?.Value.Value, Query.Value, Key.Value, Value.Value }.OfType<int>().ToEquatableArray();

    public EquatableArray<Slice> Columns => new Slice?[] { Query, Key, Value, Included?.Key, Included?.Value, Global?.Query, Global?.Key, Global?.Value }.OfType<Slice>().ToEquatableArray();

    public string? ColumnsWord => null;

    public Operation WithColumns(Func<Slice, Slice> moved) => this with
    {
        Query = moved(Query), Key = moved(Key), Value = moved(Value), Included = Included is null ? null : Included with { Key = moved(Included.Key), Value = moved(Included.Value) },
        Global = Global is null ? null : Global with { Query = moved(Global.Query), Key = moved(Global.Key), Value = moved(Global.Value) },
    };

    public override int? OtherStage => Other;

    public override string Word => "context";

    public override Shape ShapeOf(IShapes shapes) => shapes[Query.Value] with { Width = Heads * ValueWidth };

    private KeyPlace Place => !IsCached ? KeyPlace.Passing : Other is null ? KeyPlace.Own : KeyPlace.Other;

    private int KeysOf(StagePlanner plan) => LowRank is not null ? LowRank.Rank : Other is int other ? checked(plan.StageOf(other).Length + (Included is null ? 0 : plan.Stage.Length)) : plan.Stage.Length;

    /// <summary>The floats in whose place the panels of one head's keys stand.</summary>
    private int HeadFloats(StagePlanner plan) => KeepKeys.HeadFloatsOf(Ring is not null ? checked(2 * Ring.Keys) : KeysOf(plan), HeadWidth, Format);

    public override int ScoredKeys(StagePlanner plan) => Padding.Up(KeysOf(plan), Measures.KeyPanel);

    /// <summary>A strip of scores, behind it what their bias needs and what is being quantised, the panels of a head's keys where these are not cached, and behind those its values where they are mixed or brought together.</summary>
    public override int ScratchFloats(StagePlanner plan) => checked((Padding.StripRows * plan.ScoreStride) + (Bias?.ScratchFloats ?? 0) + (IsWhole ? WholeScores.BufferFloats(HeadWidth) : 0) + (IsCached ? 0 : HeadFloats(plan))
        + (LowRank is not null ? LowRank.Rank * Padding.Up(HeadWidth, Measures.Group) : PacksValues(Place, Mask, HeadFloats(plan)) ? ScoredKeys(plan) * Padding.Up(ValueWidth, Measures.Group) : 0));

    /// <summary>
    /// Whether each thread brings a head's values together as it does the keys that it packs: all rows see most of them, and those of a long sequence
    /// lie in more pages than a processor keeps the addresses of.
    /// </summary>
    private static bool PacksValues(KeyPlace place, Mask mask, int headFloats) => place == KeyPlace.Passing && mask is Interval { IsPrefix: true } && headFloats >= 1 << 16;

    public override long FlopsPerRow(StagePlanner plan) => LowRank is null ? 0 : 4L * LowRank.Rank * KeyValueHeads * HeadWidth;

    /// <summary>What is asked of all pairs when a model is loaded has places that 32 bits count: bits of 32 keys, and numbers of a bias.</summary>
    public override Finding? TooLarge(StagePlanner plan)
    {
        (int rows, int keys) = (plan.Stage.Length, KeysOf(plan));
        string? what = Mask is Pattern { AsksAll: true } && (long)rows * Padding.Up(keys, Measures.KeyPanel) / 32 > int.MaxValue ? "mask"
            : Bias is OwnBias { OfPairs: true } && ((long)rows * keys) + Measures.KeyPanel + Measures.Group > int.MaxValue ? "bias" : null;
        return what is null ? null : new Finding(
            RuleIds.ModelTooLarge, new Target(Spot.Origin.Stage, Spot.Origin.Part),
            $"An attention of stage '{plan.Stage.Name}' has a {what} of {Number(rows)} × {Number(keys)} pairs, more than can be packed when a model is loaded; make the {(Other is null ? "source" : "sources")} shorter{(what == "bias" ? ", or let its method take (int head, int distance)" : "")}");
    }

    public override void Keep(StagePlanner plan)
    {
        LowRank?.Keep(plan, Spot);
        PlaceOfTable(plan);
        if (Capture)
            plan.Capture(Spot, Other is null ? Planning.Capture.Self : Planning.Capture.Cross, Heads, plan.ShapeOf(Result).IsVector, KeysOf(plan), Other, isFixed: LowRank is not null, Weighting.HasSinks ? "what its head's sink leaves of 1" : "1");
    }

    public override void Plan(StagePlanner plan)
    {
        (RowPlace Rows, int HeadFloats)? captured = Capture ? plan.CaptureOf(Spot) : null;
        var call = new Call(
            plan.ShapeOf(Result).Rows, plan.PlaceOf(Query), PlaceOf(plan, Key, stride: 0), Place, PlaceOf(plan, Value, KeepValues.StrideOf(KeyValueHeads * ValueWidth, Format)),
            plan.ScoreStride, plan.PlaceOf(Result), Heads, HeadWidth, HeadFloats(plan), Score, Bias, Mask, Weighting, Other, captured?.Rows, captured?.HeadFloats ?? 0, Bounds is int bounds ? plan.PlaceOf(bounds) : null, Included is not null)
        {
            Layer = Mask.DependsOnLayer ? LayerOfAll : null,
            ValueWidth = ValueWidth,
            KeyValueHeads = KeyValueHeads,
            Ring = Ring,
            Format = Format,
            IsWhole = IsWhole,
            ScoreVector = ScoreVector is int vector ? plan.Weights.Vectors(Spot, HeadWidth, [vector, .. ScoreBias is int bias ? new int?[] { bias } : []]) : null,
            Mixed = LowRank?.Plan(plan, Spot, KeyValueHeads, HeadWidth),
            BiasTable = PlaceOfTable(plan),
            Positions = Bias is Disentangled positions ? plan.Weights.Positions(Spot, Positions!, positions.Heads, positions.Length, positions.Largest, positions.Columns) : null,
            Sinks = Sinks is int sinks ? plan.Weights.Vectors(Spot, Heads, sinks) : null,
        };
        plan.Add(call);
        if (Global is GlobalRows global)
            plan.Add(call with { Query = plan.PlaceOf(global.Query), Keys = plan.PlaceOf(global.Key), Values = plan.PlaceOf(global.Value), Mask = new Everything(), First = global.Count });
    }

    /// <summary>The place of a trained bias, found before any layer's own, so that layers differ by a shift alone.</summary>
    private long? PlaceOfTable(StagePlanner plan) => BiasTable is int table && Bias is RelativeBias bias
        ? plan.Weights.Distances(table, Heads, bias.Length, bias.Largest, bias.IsCausal, bias.Scale, bias.Stride) : null;

    /// <summary>Where keys or values stand: where a projection leaves them, or where they are kept.</summary>
    private RowPlace PlaceOf(StagePlanner plan, Slice rows, int stride) =>
        IsCached ? new RowPlace(KeepRows.OffsetOf(plan, rows.Value, Other), stride) : plan.PlaceOf(rows);

    /// <summary>Multi-head attention over a strip of query rows at a time.</summary>
    /// <param name="Keys">Keys in panels; where they are passing, keys row by row, which each thread packs for itself, head by head.</param>
    /// <param name="Other">The stage attended to, by its place in the declaration; null for the stage's own rows.</param>
    /// <param name="Kept">Where a session that captures keeps the layer's weights; null where none may.</param>
    /// <param name="Bounds">What rows see, where that depends on the call.</param>
    /// <param name="SeesItself">Whether the stage's own rows are among the keys too.</param>
    internal sealed record Call(
        RowCount Count, RowPlace Query, RowPlace Keys, KeyPlace Place, RowPlace Values, int ScoreStride, RowPlace Destination, int Heads, int HeadWidth, int HeadFloats, Score Score, ScoreBias? Bias, Mask Mask, Weighting Weighting, int? Other, RowPlace? Kept, int KeptHeadFloats, RowPlace? Bounds, bool SeesItself)
        : Step, IRuns, ICall, IGoesByComputed
    {
        /// <summary>Channels of one head's values.</summary>
        public int ValueWidth { get; init; }

        /// <summary>How many heads keys and values have.</summary>
        public int KeyValueHeads { get; init; }

        /// <summary>Where keys and values go round; null where all are kept.</summary>
        public Ring? Ring { get; init; }

        /// <summary>How keys and values are kept.</summary>
        public WeightFormat Format { get; init; }

        /// <summary>Whether scores of many keys are made in whole numbers.</summary>
        public bool IsWhole { get; init; }

        public override int? Piece => Ring is null ? null : Ring.Piece;

        /// <summary>Where the vector begins that the score goes by; null where it goes by none.</summary>
        public long? ScoreVector { get; init; }

        /// <summary>Where what keys and values are mixed by is; null where they are not.</summary>
        public LowRank.Places? Mixed { get; init; }

        /// <summary>How many rows at the beginning of each sequence it is about; null for all.</summary>
        public int? First { get; init; }

        /// <summary>Where a trained bias is; null where none is trained.</summary>
        public long? BiasTable { get; init; }

        /// <summary>Where mapped positions are; null without any.</summary>
        public long? Positions { get; init; }

        /// <summary>Where the sinks are; null without any.</summary>
        public long? Sinks { get; init; }

        /// <summary>The layer where the mask goes by it; null where it does not.</summary>
        public int? Layer { get; init; }

        public override long? Weights => new[] { ScoreVector, Mixed?.Moving, Positions, Sinks }.Min();

        public override bool ReadsShared => Mixed is { IsShared: true } || BiasTable is not null;

        public IEnumerable<IComputed> Computed => new object?[] { Mask, Bias }.OfType<IComputed>();

        public override int? Own => Place == KeyPlace.Own ? Keys.Offset : null;

        public override int? Others => Place == KeyPlace.Other ? Keys.Offset : null;

        public override int? Captured => Kept?.Offset;

        public override bool GoesByPosition => Other is not null && (Mask is Pattern || Bias is not null);

        public override Step Move(Places by) => this with
        {
            Keys = Keys with { Offset = Keys.Offset + by.Of(Place) },
            Values = Values with { Offset = Values.Offset + by.Of(Place) },
            Kept = Kept is RowPlace kept ? kept with { Offset = kept.Offset + by.Captured } : null,
            ScoreVector = ScoreVector + by.Weights,
            Mixed = Mixed?.Move(by.Weights),
            Positions = Positions + by.Weights,
            Sinks = Sinks + by.Weights,
        };

        public string Story => $"{(Other is null ? "self-attention" : "cross-attention")}{(First is int first ? " of the first " + StoryWriter.Count(first, "row") : "")}, {StoryWriter.Count(Heads, "head")} × {HeadWidth}{(ValueWidth == HeadWidth ? "" : $" to {ValueWidth}")}{(KeyValueHeads == Heads ? "" : $", {KeyValueHeads} of keys and values")}{(Format == WeightFormat.Float32 ? "" : $", keys and values{Format.Story()}")}{Score.Story}{(IsWhole ? $", scores of more than {WholeScores.MostFloatKeys} keys in whole numbers" : "")}{Bias?.Story}{Mask.Story}{Weighting.Story}{(Mixed is null ? "" : $", to {Mixed.Code.Rank} mixtures of keys and values")}{(Kept is null ? "" : ", weights kept on request")}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan)
        {
            var strips = new AttendStrips(Heads, HeadWidth, HeadFloats, Score, Bias, Mask, Weighting, Query.Stride, Keys.Stride, Values.Stride, ScoreStride, Destination.Stride)
            {
                ValueWidth = ValueWidth,
                KeyValueHeads = KeyValueHeads,
                Ring = Ring,
                Format = Format,
                IsWhole = IsWhole,
                Mixed = Mixed?.Code,
                First = First,
                PacksValues = Mixed is null && First is null && PacksValues(Place, Mask, HeadFloats),
            };
            return way switch
            {
                Way.Plain => strips,
                Way.Beams => Place == KeyPlace.Own ? new AttendBeams(strips, plan.TrackFloats) : null,
                Way.Captured => Kept is RowPlace kept ? strips with { Captured = new(kept.Stride, KeptHeadFloats) } : null,
                Way.Sequences => Place != KeyPlace.Passing && !SeesItself ? strips with { OfSequences = new(SourceIn(plan)) } : null,
                _ => throw new InvalidOperationException("No attention on way " + way),
            };
        }

        /// <summary>Which of the stages that its stage reads it attends to; null for its own rows.</summary>
        private int? SourceIn(ModelPlan plan) => Other is int other ? plan.Stages.First(stage => stage.Graph.Index == Count.Stage).OtherStages.ToList().IndexOf(other) : null;

        public void Write(StageCode code)
        {
            // Rows of beams are at one position, so where a row's place counts each is a call.
            if (code.IsOfBeams && GoesByPosition)
            {
                using (code.Block("for (int beam = 0; beam < rows; beam++)"))
                    Write(code, "beam", "1");
            }
            else
            {
                Write(code, null, code.RowsOf(Count));
            }
        }

        private void Write(StageCode code, string? row, string rows)
        {
            if (Bounds is RowPlace bounds)
                code.Line($"work.Bind({code.At(bounds, row)});");
            string method = code.NameOf(this), query = code.At(Query, row), result = code.At(Destination, row) + (code.Way == Way.Captured && Kept is RowPlace kept ? ", " + code.Captured(kept.Offset) : "") + ((ScoreVector ?? Positions) is long vector ? ", " + code.Weight(vector) : BiasTable is long table ? ", " + StageCode.SharedWeight(table) : "") + (Sinks is long sinks ? ", " + code.Weight(sinks) : "");
            if (Place == KeyPlace.Passing)
            {
                code.Line($"{method}({(Layer is int layer ? $"work.With(layer: {layer})" : "work")}, {query}, {code.At(Keys)}, {code.At(Values)}, {Mixed?.Arguments(code)}{result});");
                return;
            }

            string keys = code.Kept(Place, Keys.Offset), values = code.Kept(Place, Values.Offset);
            if (code.IsOfSequences && code.HasOwn(this))
            {
                code.Line($"{method}(work.With(table), {query}, {keys}, {values}, {result});");
                return;
            }

            string visible = Other is int other ? code.RowsOfStage(other) + (SeesItself ? " + " + rows : "") : $"{code.Position} + {rows}";
            code.Line(code.HasOwn(this) && code.IsOfBeams
                ? $"{method}(work, position, rows, tracks, {query}, {keys}, {values}, {result});"
                : $"{method}(work, {code.Position}, {rows}, {visible}, {query}, {keys}, {values}, {result});");
        }
    }
}

/// <summary>Keys and values of a stage's own rows, which stand among those of another stage: before each block of those a block of its own.</summary>
/// <param name="Block">How many of its own rows see each other.</param>
/// <param name="OtherBlock">How many of the other stage's rows those see.</param>
internal sealed record IncludedRows(Slice Key, Slice Value, int Block, int OtherBlock)
{
    /// <summary>The places of its own rows.</summary>
    public Spacing Own => new(0, Block, checked(Block + OtherBlock));

    /// <summary>The places of the other stage's.</summary>
    public Spacing Other => new(Block, OtherBlock, checked(Block + OtherBlock));
}

/// <summary>The first rows of a sequence, which have projections of their own and see every row: Beltagy et al. 2020, "Longformer", section 3.1.</summary>
/// <param name="Count">How many.</param>
/// <param name="Query">Their queries, which no other row has.</param>
/// <param name="Key">The keys that they see, of all rows.</param>
/// <param name="Value">The values that they take, of all rows.</param>
internal sealed record GlobalRows(int Count, Slice Query, Slice Key, Slice Value);

/// <summary>Where rows are kept that stand in blocks: row r at <c>First + r / Block · Apart + r % Block</c>.</summary>
internal sealed record Spacing(int First, int Block, int Apart);
