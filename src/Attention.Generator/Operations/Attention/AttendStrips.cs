using Attention.Generator.Emit;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Text;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Multi-head attention of all rows, a strip of query rows at a time: scores, weights, context.</summary>
/// <param name="KeyStride">The distance of two keys where they are not cached, but packed by the kernel; else 0.</param>
internal sealed partial record AttendStrips(
    int Heads, int HeadWidth, int HeadFloats, Score Score, ScoreBias? Bias, Mask Mask, Weighting Weighting, int QueryStride, int KeyStride, int ValueStride, int ScoreStride, int DestinationStride) : Kernel
{
    /// <summary>Channels of one head's values; those of its keys unless set.</summary>
    public int ValueWidth { get; init; } = HeadWidth;

    /// <summary>How many heads keys and values have; as many as queries unless set.</summary>
    public int KeyValueHeads { get; init; } = Heads;

    /// <summary>Whether scores of many keys are made in whole numbers.</summary>
    public bool IsWhole { get; init; }

    /// <summary>How many heads of queries share one of keys and values.</summary>
    public int Shared => Heads / KeyValueHeads;

    /// <summary>Where the weights are kept: rows of a stride, heads so many floats apart; null where they are not.</summary>
    public Kept? Captured { get; init; }

    /// <summary>How keys and values are mixed; null where the rows' own are attended to.</summary>
    public LowRank.Mixtures? Mixed { get; init; }

    /// <summary>How many rows at the beginning of each sequence it is about; null for all.</summary>
    public int? First { get; init; }

    /// <summary>Whether a thread brings a head's values together too, as it does its keys.</summary>
    public bool PacksValues { get; init; }

    /// <summary>Where it is about one row of each of several sequences; null where all rows are of one, or each is packed.</summary>
    public SequenceRows? OfSequences { get; init; }

    /// <summary>How keys and values are kept, if they are.</summary>
    public WeightFormat Format { get; init; }

    /// <summary>The distance of two keys in a panel, and of two heads' values, in floats.</summary>
    public int KeyFloats => HeadWidth / Format.PerFloat();

    /// <inheritdoc cref="KeyFloats"/>
    public int ValueFloats => ValueWidth / Format.PerFloat();

    /// <summary>Where keys and values go round; null where all are kept.</summary>
    public Ring? Ring { get; init; }

    public override bool IsShared => true;

    public override bool IsRare => Captured is not null || OfSequences is not null;

    public override string Name => $"Attend_{Heads}x{HeadWidth}{(ValueWidth == HeadWidth ? "" : $"to{ValueWidth}")}{(Shared == 1 ? "" : $"_On{KeyValueHeads}")}{Format.Suffix()}{Mixed?.Suffix}{Score.Suffix}{Mask.Suffix}{(Ring is null ? "" : "_Ring")}{(First is int first ? "_First" + Number(first) : "")}{Weighting.Suffix}{(Score.Cap is null ? "" : "_Capped")}{(IsWhole ? "_Whole" : "")}{(Bias is null ? "" : "_" + Bias.Name)}{(Captured is null ? "" : "_Captured")}{(OfSequences is null ? "" : "_Sequences")}";

    public override IEnumerable<Kernel> Callees => new[] { Scores, Cap, Weights, Context }.Concat(IsWhole ? [ManyScores] : []).Concat(TakesHeadsTogether ? [ScoresOfHeads, ContextOfHeads] : []).OfType<Kernel>().Concat(Mixed?.Kernels(KeyStride, ValueStride) ?? []).Concat(Bias?.Kernels(this) ?? []);

    public Kernel Scores => Score.KernelOf(HeadWidth, QueryStride, ScoreStride, Format);

    /// <summary>Those of many keys, in whole numbers.</summary>
    private WholeScores ManyScores => new(HeadWidth, ScoreStride);

    /// <summary>Those of a row's heads, which lie side by side.</summary>
    private Kernel ScoresOfHeads => Score.KernelOf(HeadWidth, HeadWidth, ScoreStride, Format, new FewRows(Shared, ValueFloats));

    private Context ContextOfHeads => Context with { DestinationStride = ValueWidth, Few = new FewRows(Shared, KeyFloats) };

    /// <summary>Whether a row's heads that share keys and values are rows of one product where there are fewer rows than those, or one: all see the same keys.</summary>
    private bool TakesHeadsTogether => !Packs && Mask is Interval && Weighting is not Nearby;

    /// <summary>What caps the scores; null where nothing does.</summary>
    public Kernel? Cap => Score.CapOf(ScoreStride);

    public Kernel Weights => Weighting.KernelOf(ScoreStride, Score.Scale, Mask, new QueryEnd(QueryStride, HeadWidth));

    /// <summary>What is computed, in the summaries of kernels.</summary>
    public string Formula => $"{Weighting.Formula(Score.Formula + (Bias is null ? "" : " + bias"))}·V, {StoryWriter.Count(Heads, "head")} of {HeadWidth}{(ValueWidth == HeadWidth ? "" : $" to {ValueWidth}")}{(Shared == 1 ? "" : $", {KeyValueHeads} of keys and values")}";

    /// <summary>The head of keys and values, as C#.</summary>
    private string Group => Shared == 1 ? "head" : KeyValueHeads == 1 ? "0" : "group";

    private int HeadValueStride => Mixed?.ValueStride ?? (PacksValues ? Padding.Up(ValueWidth, Measures.Group) : ValueStride);

    private Context Context => new(ValueWidth, ScoreStride, HeadValueStride, DestinationStride, Mask switch
    {
        _ when Weighting is Nearby => ContextForm.Window,
        Interval { IsPrefix: true } => ContextForm.Prefix,
        Interval => ContextForm.Window,
        Pattern => ContextForm.Pattern,
        _ => throw new InvalidOperationException("No strips under " + Mask.GetType().Name),
    }) { Format = Format };

    private bool Packs => KeyStride > 0;

    /// <summary>The head, or the first of some, and the sequence of a unit, as declarations.</summary>
    private string Unit => Heads == 1 ? "head = 0, sequence = unit" : $"{(Shared == 1 ? "head" : "firstHead")} = unit % {Heads}, sequence = unit / {Heads}";

    /// <summary>The same of a unit that is all heads of a sequence which share keys and values.</summary>
    private string UnitOfHeads => (Shared, KeyValueHeads) switch
    {
        (1, _) => Unit,
        (_, 1) => "firstHead = 0, sequence = unit",
        _ => $"group = unit % {KeyValueHeads}, firstHead = group * {Shared}, sequence = unit / {KeyValueHeads}",
    };

    /// <summary>The key behind the last that any row of a chunk may see where it sees a prefix, as C#.</summary>
    private string EndOfChunk => Mask.DependsOnQuery ? "Math.Min(keys, position + rows)" : "keys";

    /// <summary>Whether it takes something trained besides, for scores or their bias.</summary>
    public bool HasTrained => Score.HasVector || Bias is { IsTrained: true };

    /// <summary>The statement that takes the sink of <c>head</c> in the scores' unit, as C#.</summary>
    /// <param name="sinks">Those of all heads.</param>
    public string SinkOf(string sinks) => $"float sink = Unsafe.Add(ref {sinks}, head) * {Float(1 / Score.Scale)};";

    public override void Write(KernelCode code)
    {
        // A thread packs a head's keys for itself, which is to be worth it: so rows are split four strips at a time at least.
        // A key costs its channels twice, in scores and context, and about 20 cycles for 16 weights.
        int cost = Score.CostOf(HeadWidth) + ValueWidth + 20 + (Bias?.Cost ?? 0), number = code.NumberOf(this);
        bool packsByHead = Shared > 1 && Mask is Pattern;
        string kept = Captured is null ? "ref y" : "ref kept";
        string summary = $"y[rows × {Heads * ValueWidth}] = {Formula}{(First is null ? "" : $" in the first {Number(First.Value)} rows of each sequence")}{Mask.Summary}{(Captured is null ? "" : "; the weights are kept")}";
        string references = $"ref float q, ref float k, ref float v, {(Mixed is null ? "" : "ref float u, ref float b, ")}ref float y{(Captured is null ? "" : ", ref float kept")}{(HasTrained ? ", ref float u" : "")}{(Weighting.HasSinks ? ", ref float sinks" : "")}", with = (HasTrained ? "With(ref u, ref u)." : "") + (Weighting.HasSinks ? "WithSinks(ref sinks)." : "");
        using (OfSequences is not null
            ? code.Shared(this, summary + "; a row of each sequence.", references, $"{with}Run({number}, {(TakesHeadsTogether ? KeyValueHeads : Heads)} * work.Table.Count, 1, 1, (long){Seen(OfSequences.MostKeys)} * {(TakesHeadsTogether ? Shared * cost : cost)}, 0, 0, ref q, ref k, ref v, ref y, {kept})")
            : Packs
            ? code.Shared(this, summary + ", sequence by sequence.", references, Mixed is not null
                ? $"{with}With(ref u, ref b).Run({number}, {Heads} * work.Sequences, work.Longest, work.Longest, {(4 * HeadWidth) + 20} * {Mixed.Rank}L, 0, 0, ref q, ref k, ref v, ref y, {kept}, isResident: true)"
                : First is int few ? $"{with}Run({number}, {Heads} * work.Sequences, {Number(few)}, {Number(few)}, {cost}L * work.Longest, 0, 0, ref q, ref k, ref v, ref y, {kept}, isResident: true)"
                : $"{with}RunSequences({number}, {Heads}, {4 * code.Isa.Height}, {cost}, ref q, ref k, ref v, ref y, {kept})")
            : code.Shared(this, summary + ".", "int position, int rows, int keys, " + references, $"{with}Run({number}, {Heads}, rows, {code.Isa.Height}, (long){Seen("keys")} * {cost}, position, keys, ref q, ref k, ref v, ref y, {kept})"))
        {
            code.Line("ref float scores = ref work.Scratch(chunk.Worker);");
            if (OfSequences is not null)
            {
                using (EachUnit())
                {
                    string standing = $"position = work.Table.Position(sequence), keys = {OfSequences.Keys};";
                    if (TakesHeadsTogether)
                    {
                        if (Shared > 1)
                            code.Line($"const int many = {Shared};");
                        code.Line($"int {UnitOfHeads}, {standing}");
                    }
                    else
                    {
                        code.Line($"int {Unit}, rows = 1, {standing}");
                        if (Shared > 1)
                            Together("unit");
                    }

                    Bind("position - sequence");
                    EachHead("ref work.Table.Of(sequence, ref work.W)", "ref work.Table.Of(sequence, ref work.V)", "sequence");
                }
            }
            else if (Packs)
            {
                int scratch = Bias?.ScratchFloats ?? 0;
                if (scratch > 0)
                    code.Line($"ref float added = ref Unsafe.Add(ref scores, {Padding.StripRows * ScoreStride});");
                int behind = (Padding.StripRows * ScoreStride) + scratch;
                if (IsWhole)
                    code.Line($"ref float whole = ref Unsafe.Add(ref scores, {behind}); // a panel's keys, then a strip's queries");
                code.Line($"ref float headKeys = ref Unsafe.Add(ref scores, {behind + (IsWhole ? WholeScores.BufferFloats(HeadWidth) : 0)});");
                using (EachUnit())
                {
                    code.Line($"int {Unit}, keys = work.RowsOf(sequence), rows = Math.Min(chunk.Rows, keys);");
                    if (Shared > 1)
                        Together("unit");
                    code.Line("nint start = work.Start(sequence), first = start + chunk.Row;");
                    if (Mask.DependsOnQuery || Bias is not null)
                        code.Line("int position = chunk.Row;");
                    if (Mixed is not null)
                    {
                        code.Line($"ref float headValues = ref Unsafe.Add(ref headKeys, {Mixed.KeyFloats});");
                        Mixed.Write(code, Group, KeyStride, ValueStride);
                    }
                    else
                    {
                        Bind("-(int)start");
                        if (!packsByHead)
                            PackKeys();
                        string values = $"ref Unsafe.Add(ref work.V, (start * {ValueStride}) + ({Group} * {ValueWidth}))";
                        if (PacksValues)
                        {
                            code.Line($"ref float headValues = ref Unsafe.Add(ref headKeys, {HeadFloats});");
                            code.Line($"RowCopy.Copy({EndOfChunk}, {ValueWidth}, {values}, {ValueStride}, ref headValues, {HeadValueStride});");
                        }
                        else
                        {
                            code.Line($"ref float headValues = {values};");
                        }
                    }

                    using (Shared == 1 ? default(Scope?) : code.Block("for (int head = firstHead; head < firstHead + many; head++)"))
                    {
                        if (packsByHead)
                            PackKeys();
                        if (Bias?.Begin(code, this) is string begin)
                            code.Line(begin);
                        WriteStrips(code, "first");
                    }
                }
            }
            else
            {
                code.Line("int rows = chunk.Rows, keys = work.Keys, position = work.Position + chunk.Row;");
                Bind("work.Position");
                using (code.Block(Shared == 1 ? "for (int head = chunk.First; head < chunk.End; head++)" : "for (int firstHead = chunk.First, many; firstHead < chunk.End; firstHead += many)"))
                {
                    if (Shared > 1)
                        Together("firstHead");
                    EachHead("ref work.W", "ref work.V", "chunk.Row");
                }
            }
        }

        // The most keys that a row sees.
        string Seen(string keys) => (Mask.Most ?? (Weighting as Nearby)?.Most) is int most ? $"Math.Min({keys}, {Number(most)})" : keys;

        // A head of a sequence at a time, or those of one that share keys and values.
        Scope EachUnit() => code.Block(Shared == 1 || TakesHeadsTogether ? "for (int unit = chunk.First; unit < chunk.End; unit++)" : "for (int unit = chunk.First, many; unit < chunk.End; unit += many)");

        // Rows whose keys and values are kept.
        void EachHead(string keys, string values, string row)
        {
            code.Line($"ref float headKeys = ref Unsafe.Add({keys}, {Group} * (nint){HeadFloats});");
            code.Line($"ref float headValues = ref Unsafe.Add({values}, {Group} * (nint){ValueFloats});");
            if (TakesHeadsTogether)
                WriteStripsOfHeads(code, row);
            if (TakesHeadsTogether && OfSequences is not null)
                return; // They have one row each.
            using (TakesHeadsTogether ? code.Block("else") : default(Scope?))
            using (Shared == 1 ? default(Scope?) : code.Block("for (int head = firstHead; head < firstHead + many; head++)"))
                WriteStrips(code, row);
        }

        // The heads from one on, as far as the chunk has them, that share one of keys and values.
        void Together(string unit)
        {
            if (KeyValueHeads > 1)
                code.Line($"int group = firstHead / {Number(Shared)};");
            code.Line($"many = Math.Min(chunk.End - {unit}, {Number(Shared)} - (firstHead % {Number(Shared)}));");
        }

        // Bounds of the call begin with those of its first row.
        void Bind(string origin)
        {
            if (Mask is not (Bounded or Pattern { IsBounded: true }))
                return;
            code.Line($"int origin = {origin};");
            code.Line("ref float bounds = ref work.Bounds;");
        }

        // What no row of the chunk sees need not be there.
        void PackKeys()
        {
            string first = "firstKey", end = "endKey";
            if (Mask is Pattern pattern)
            {
                code.Line($"PackedMask mask = {pattern.OfHead};");
                code.Line($"KeyPanels.PackSeen(mask, position, rows, keys, ref Unsafe.Add(ref work.W, (start * {KeyStride}) + ({Group} * {HeadWidth})), {KeyStride}, ref headKeys, {HeadWidth});");
                return;
            }

            if (Mask is Interval { IsPrefix: true })
            {
                first = "0";
                end = EndOfChunk;
            }
            else if (Mask is Interval interval)
            {
                code.Line($"int firstKey = {interval.First("position")} & ~{Measures.KeyPanel - 1}, endKey = {interval.End("(position + rows - 1)", "keys")};");
            }

            string at = first == "0" ? "start" : $"(start + {first})";
            string count = first == "0" ? end : $"{end} - {first}", source = $"ref Unsafe.Add(ref work.W, ({at} * {KeyStride}) + ({Group} * {HeadWidth})), {KeyStride}";
            InBoth(
                code, $"SignedRows.Pack({count}, {HeadWidth}, {source}, ref headKeys, {WholeScores.PanelKeys(code.Isa)}, ref whole);",
                $"KeyPanels.Pack({first}, {count}, {source}, ref headKeys, 1, {HeadWidth}, 0);");
        }
    }

    internal sealed record Kept(int Stride, int HeadFloats);

    /// <summary>How many keys a row of a sequence may see: its own so far, or the rows of a stage that the decoder reads.</summary>
    /// <param name="Source">Which of those; null for its own.</param>
    internal sealed record SequenceRows(int? Source)
    {
        /// <summary>How many there are, as C#.</summary>
        public string Keys => Source is int source ? $"work.Table.RowsOf({Number(source)}, sequence)" : "position + 1";

        /// <summary>The most of any sequence, as C#.</summary>
        public string MostKeys => Source is int source ? $"work.Table.MostRowsOf({Number(source)})" : "work.Table.MostKeys";
    }
}
