using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Text;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Per head, <c>softmax(scale · Q·Kᵀ)·V</c>, heads side by side: Vaswani et al. 2017, section 3.2.</summary>
/// <param name="Source">The stage whose rows are attended to, null for the stage's own.</param>
/// <param name="Capture">Whether a session may keep the weights.</param>
internal sealed record Attend(int Result, Spot Spot, Slice Query, Slice Key, Slice Value, int Heads, int HeadWidth, float Scale, bool Causal, int? Source, bool Capture)
    : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Query.Value, Key.Value, Value.Value);

    public override int? OtherStage => Source;

    public override string Word => "context";

    public override Shape ShapeOf(IShapes shapes) => shapes[Query.Value] with { Width = Heads * HeadWidth };

    private KeyPlace PlaceOf(StagePlanner plan) => Source is not null ? KeyPlace.Source : plan.Stage.IsDecoder ? KeyPlace.Own : KeyPlace.Passing;

    private int KeysOf(StagePlanner plan) => Source is int source ? plan.StageOf(source).Length : plan.Stage.Length;

    /// <summary>The panels of one head's keys.</summary>
    private int HeadFloats(StagePlanner plan) => checked(Padding.Up(KeysOf(plan), Measures.KeyPanel) * HeadWidth);

    public override int ScoredKeys(StagePlanner plan) => Padding.Up(KeysOf(plan), Measures.KeyPanel);

    /// <summary>A strip of scores, and behind it the panels of a head's keys where these are not cached.</summary>
    public override int ScratchFloats(StagePlanner plan) => checked((Padding.StripRows * plan.ScoreStride) + (PlaceOf(plan) == KeyPlace.Passing ? HeadFloats(plan) : 0));

    public override void Keep(StagePlanner plan)
    {
        if (Capture)
            plan.Capture(Spot, Source is null ? "SelfAttentionWeights" : "CrossAttentionWeights", Heads, KeysOf(plan), Source);
        if (PlaceOf(plan) == KeyPlace.Passing)
            return;
        bool own = Source is null;
        string where = $"{plan.Stage.Name} layer {Number(Layer)} {(own ? "own" : "source")} ";
        int length = KeysOf(plan), stride = Padding.Stride(Heads * HeadWidth);
        Func<string, long, string, int> keep = own ? plan.Memory.KeepInLanes : plan.Memory.Keep;
        int keys = keep(where + "keys", (long)Heads * HeadFloats(plan),
            $"[{Heads} heads][{Padding.Up(length, Measures.KeyPanel) / Measures.KeyPanel} panels][{HeadWidth}][{Measures.KeyPanel} keys]");
        plan.Remember(Result, new Cache(keys, keep(where + "values", (long)length * stride, $"{length} × {stride}")));
        if (!own)
            plan.AddBehind(Key.Value, () => AddKeeping(plan));
    }

    public override void Plan(StagePlanner plan)
    {
        KeyPlace place = PlaceOf(plan);
        if (place == KeyPlace.Own)
            AddKeeping(plan);
        (Rows Rows, int HeadFloats)? captured = Capture ? plan.CaptureOf(Spot) : null;
        plan.Add(new Call(
            plan.PlaceOf(Query), place == KeyPlace.Passing ? plan.PlaceOf(Key) : CacheOf(plan).KeyRows, place, place == KeyPlace.Passing ? plan.PlaceOf(Value) : ValueRows(plan),
            plan.ScoreStride, plan.PlaceOf(Result), Heads, HeadWidth, HeadFloats(plan), Scale, Causal, Source, captured?.Rows, captured?.HeadFloats ?? 0));
    }

    /// <summary>Keys and values to the cache.</summary>
    private void AddKeeping(StagePlanner plan)
    {
        KeyPlace place = PlaceOf(plan);
        RowCount count = plan.ShapeOf(Key.Value).Rows;
        plan.Add(new PackKeys(count, plan.PlaceOf(Key), CacheOf(plan).Keys, place, Heads, HeadWidth, HeadFloats(plan)));
        plan.Add(new KeepValues(count, plan.PlaceOf(Value), ValueRows(plan), place, Heads * HeadWidth));
    }

    private Rows ValueRows(StagePlanner plan) => new(CacheOf(plan).Values, Padding.Stride(Heads * HeadWidth));

    private Cache CacheOf(StagePlanner plan)
    {
        Cache cache = plan.Recall<Cache>(Result);
        int start = Source is null ? plan.Memory.LaneStart : 0;
        return new Cache(start + cache.Keys, start + cache.Values);
    }

    private sealed record Cache(int Keys, int Values)
    {
        public Rows KeyRows => new(Keys, 0);
    }

    /// <summary>Multi-head attention over a strip of query rows at a time.</summary>
    /// <param name="Keys">Keys in panels; where they are passing, keys row by row, which each thread packs for itself, head by head.</param>
    /// <param name="SourceStage">The stage attended to, by its place in the declaration; null for the stage's own rows.</param>
    /// <param name="Kept">Where a session that captures keeps the layer's weights; null where none may.</param>
    internal sealed record Call(
        Rows Query, Rows Keys, KeyPlace Place, Rows Values, int ScoreStride, Rows Destination, int Heads, int HeadWidth, int HeadFloats, float Scale, bool Causal, int? SourceStage, Rows? Kept, int KeptHeadFloats)
        : Step, IRuns, ICall, IPaged
    {
        public override int? Own => Place == KeyPlace.Own ? Keys.Offset : null;

        public override int? Source => Place == KeyPlace.Source ? Keys.Offset : null;

        public override int? Captured => Kept?.Offset;

        public override Step Move(Places by) => this with
        {
            Keys = Keys with { Offset = Keys.Offset + by.Of(Place) },
            Values = Values with { Offset = Values.Offset + by.Of(Place) },
            Kept = Kept is Rows kept ? kept with { Offset = kept.Offset + by.Captured } : null,
        };

        public string Story => $"{(SourceStage is null ? "self-attention" : "cross-attention")}, {Heads} heads × {HeadWidth}{(Causal ? ", causal" : "")}{(Kept is null ? "" : ", weights kept on request")}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan)
        {
            var strips = new AttendStrips(Heads, HeadWidth, HeadFloats, Scale, Causal, Query.Stride, Keys.Stride, Values.Stride, ScoreStride, Destination.Stride);
            return way switch
            {
                Way.Plain => strips,
                Way.Beams => Place == KeyPlace.Own ? new AttendBeams(strips, plan.LaneFloats) : null,
                Way.Captured => Kept is Rows kept ? strips with { Captured = new(kept.Stride, KeptHeadFloats) } : null,
                _ => throw new InvalidOperationException("No attention on way " + way),
            };
        }

        public void Write(StageCode code)
        {
            string method = code.NameOf(this), query = code.At(Query), result = code.At(Destination) + (code.Way == Way.Captured && Kept is Rows kept ? ", " + code.Captured(kept.Offset) : "");
            if (Place == KeyPlace.Passing)
            {
                code.Line($"{method}(work, {query}, {code.At(Keys)}, {code.At(Values)}, {result});");
                return;
            }

            string keys = code.Kept(Place, Keys.Offset), values = code.Kept(Place, Values.Offset);
            string visible = SourceStage is int source ? code.RowsOfStage(source) : $"{code.Position} + rows";
            code.Line(code.HasOwn(this) && code.IsOfBeams
                ? $"{method}(work, position, rows, lanes, {query}, {keys}, {values}, {result});"
                : $"{method}(work, {code.Position}, rows, {visible}, {query}, {keys}, {values}, {result});");
        }

        public IEnumerable<string> CopyPage(string runtime, int laneFloats, Func<int, string> at) => Place != KeyPlace.Own ? [] :
        [
            $"{runtime}KeyPanels.CopyPage(_attentionPosition, from, to, {laneFloats}, {at(Keys.Offset)}, {Heads}, {HeadWidth}, {HeadFloats});",
            $"{runtime}RowCopy.CopyPage(_attentionPosition, from, to, {laneFloats}, {at(Values.Offset)}, {Values.Stride});",
        ];
    }
}
