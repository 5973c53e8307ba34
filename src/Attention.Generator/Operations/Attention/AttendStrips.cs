using Attention.Generator.Emit;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Multi-head attention of all rows, a strip of query rows at a time: scores, weights, context.</summary>
/// <param name="KeyStride">The distance of two keys where they are not cached, but packed by the kernel; else 0.</param>
internal sealed record AttendStrips(
    int Heads, int HeadWidth, int HeadFloats, Score Score, ScoreBias? Bias, Mask Mask, Weighting Weighting, int QueryStride, int KeyStride, int ValueStride, int ScoreStride, int DestinationStride) : Kernel
{
    /// <summary>Channels of one head's values; those of its keys unless set.</summary>
    public int ValueWidth { get; init; } = HeadWidth;

    /// <summary>Where the weights are kept: rows of a stride, heads so many floats apart; null where they are not.</summary>
    public Kept? Captured { get; init; }

    /// <summary>How keys and values are mixed; null where the rows' own are attended to.</summary>
    public LowRank.Mixtures? Mixed { get; init; }

    /// <summary>How many rows at the beginning of each sequence it is about; null for all.</summary>
    public int? First { get; init; }

    /// <summary>Whether a thread brings a head's values together too, as it does its keys.</summary>
    public bool PacksValues { get; init; }

    public override bool IsShared => true;

    public override bool IsRare => Captured is not null;

    public override string Name => $"Attend_{Heads}x{HeadWidth}{(ValueWidth == HeadWidth ? "" : $"to{ValueWidth}")}{Mixed?.Suffix}{Score.Suffix}{Mask.Suffix}{(First is int first ? "_First" + Number(first) : "")}{Weighting.Suffix}{(Score.Cap is null ? "" : "_Capped")}{(Bias is null ? "" : "_" + Bias.Name)}{(Captured is null ? "" : "_Captured")}";

    public override IEnumerable<Kernel> Callees => new[] { Scores, Cap, Weights, Context }.OfType<Kernel>().Concat(Mixed?.Kernels(KeyStride, ValueStride) ?? []);

    public Kernel Scores => Score.KernelOf(HeadWidth, QueryStride, ScoreStride);

    /// <summary>What caps the scores; null where nothing does.</summary>
    public Kernel? Cap => Score.CapOf(ScoreStride);

    public Kernel Weights => Weighting.KernelOf(ScoreStride, Score.Scale, Mask, new QueryEnd(QueryStride, HeadWidth));

    /// <summary>What is computed, in the summaries of kernels.</summary>
    public string Formula => $"{Weighting.Formula(Score.Formula + (Bias is null ? "" : " + bias"))}·V, {StoryWriter.Count(Heads, "head")} of {HeadWidth}{(ValueWidth == HeadWidth ? "" : $" to {ValueWidth}")}";

    private int HeadValueStride => Mixed?.ValueStride ?? (PacksValues ? Padding.Up(ValueWidth, Measures.Group) : ValueStride);

    private Context Context => new(ValueWidth, ScoreStride, HeadValueStride, DestinationStride, Mask switch
    {
        _ when Weighting is Nearby => ContextForm.Window,
        Interval { IsPrefix: true } => ContextForm.Prefix,
        Interval => ContextForm.Window,
        Pattern => ContextForm.Pattern,
        _ => throw new InvalidOperationException("No strips under " + Mask.GetType().Name),
    });

    private bool Packs => KeyStride > 0;

    /// <summary>The key behind the last that any row of a chunk may see where it sees a prefix, as C#.</summary>
    private string EndOfChunk => Mask.DependsOnQuery ? "Math.Min(keys, position + rows)" : "keys";

    /// <summary>Whether it takes something trained besides, for scores or their bias.</summary>
    public bool HasTrained => Score.HasVector || Bias is { IsTrained: true };

    public override void Write(KernelCode code)
    {
        string scores = code.NameOf(Scores), weights = code.NameOf(Weights), context = code.NameOf(Context), vector = Score.HasVector ? ", ref work.U" : "", query = Weighting.ReadsQuery ? ", ref q" : "";

        // A thread packs a head's keys for itself, which is to be worth it: so rows are split four strips at a time at least.
        // A key costs its channels twice, in scores and context, and about 20 cycles for 16 weights.
        int cost = Score.CostOf(HeadWidth) + ValueWidth + 20, number = code.NumberOf(this);
        string seen = (Mask.Most ?? (Weighting as Nearby)?.Most) is int most ? $"Math.Min(keys, {Number(most)})" : "keys";
        string kept = Captured is null ? "ref y" : "ref kept";
        string summary = $"y[rows × {Heads * ValueWidth}] = {Formula}{(First is null ? "" : $" in the first {Number(First.Value)} rows of each sequence")}{Mask.Summary}{(Captured is null ? "" : "; the weights are kept")}";
        string references = $"ref float q, ref float k, ref float v, {(Mixed is null ? "" : "ref float u, ref float b, ")}ref float y{(Captured is null ? "" : ", ref float kept")}{(HasTrained ? ", ref float u" : "")}", with = HasTrained ? "With(ref u, ref u)." : "";
        using (Packs
            ? code.Shared(this, summary + ", sequence by sequence.", references, Mixed is not null
                ? $"With(ref u, ref b).Run({number}, {Heads} * work.Sequences, work.Longest, work.Longest, {(4 * HeadWidth) + 20} * {Mixed.Rank}L, 0, 0, ref q, ref k, ref v, ref y, {kept}, isResident: true)"
                : First is int few ? $"{with}Run({number}, {Heads} * work.Sequences, {Number(few)}, {Number(few)}, {cost}L * work.Longest, 0, 0, ref q, ref k, ref v, ref y, {kept}, isResident: true)"
                : $"{with}RunSequences({number}, {Heads}, {4 * code.Isa.Height}, {cost}, ref q, ref k, ref v, ref y, {kept})")
            : code.Shared(this, summary + ".", "int position, int rows, int keys, " + references, $"{with}Run({number}, {Heads}, rows, {code.Isa.Height}, (long){seen} * {cost}, position, keys, ref q, ref k, ref v, ref y, {kept})"))
        {
            code.Line("ref float scores = ref work.Scratch(chunk.Worker);");
            if (Packs)
            {
                code.Line($"ref float headKeys = ref Unsafe.Add(ref scores, {Padding.StripRows * ScoreStride});");
                using (code.Block("for (int unit = chunk.First; unit < chunk.End; unit++)"))
                {
                    code.Line($"int {(Heads == 1 ? "head = 0, sequence = unit" : $"head = unit % {Heads}, sequence = unit / {Heads}")}, keys = work.RowsOf(sequence), rows = Math.Min(chunk.Rows, keys);");
                    code.Line("nint start = work.Start(sequence), first = start + chunk.Row;");
                    if (Mask.DependsOnQuery || Bias is not null)
                        code.Line("int position = chunk.Row;");
                    if (Mixed is not null)
                    {
                        code.Line($"ref float headValues = ref Unsafe.Add(ref headKeys, {Mixed.KeyFloats});");
                        Mixed.Write(code, Heads, KeyStride, ValueStride);
                    }
                    else
                    {
                        Bind("-(int)start");
                        PackKeys();
                        string values = $"ref Unsafe.Add(ref work.V, (start * {ValueStride}) + (head * {ValueWidth}))";
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

                    Strips("first");
                }
            }
            else
            {
                code.Line("int rows = chunk.Rows, keys = work.Keys, position = work.Position + chunk.Row;");
                Bind("work.Position");
                using (code.Block("for (int head = chunk.First; head < chunk.End; head++)"))
                {
                    code.Line($"ref float headKeys = ref Unsafe.Add(ref work.W, head * (nint){HeadFloats});");
                    code.Line($"ref float headValues = ref Unsafe.Add(ref work.V, head * (nint){ValueWidth});");
                    Strips("chunk.Row");
                }
            }
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
                code.Line($"KeyPanels.PackSeen(mask, position, rows, keys, ref Unsafe.Add(ref work.W, (start * {KeyStride}) + (head * {HeadWidth})), {KeyStride}, ref headKeys, {HeadWidth});");
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
            code.Line($"KeyPanels.Pack({first}, {(first == "0" ? end : $"{end} - {first}")}, ref Unsafe.Add(ref work.W, ({at} * {KeyStride}) + (head * {HeadWidth})), {KeyStride}, ref headKeys, 1, {HeadWidth}, 0);");
        }

        void Strips(string first)
        {
            code.Line($"ref float q = ref Unsafe.Add(ref work.X, ({first} * (nint){QueryStride}) + (head * {HeadWidth}));");
            code.Line($"ref float y = ref Unsafe.Add(ref work.Y, ({first} * (nint){DestinationStride}) + (head * {ValueWidth}));");
            if (Mask is Pattern pattern)
            {
                if (!Packs)
                    code.Line($"PackedMask mask = {pattern.OfHead};");
                using (code.Block("for (int row = 0, tall; row < rows; row += tall)"))
                {
                    code.Line("int query = position + row;");
                    code.Line($"tall = Math.Min(rows - row, Math.Min({code.Isa.Height}, PackedMask.Group - (query % PackedMask.Group)));");
                    Panels(pattern);
                    Next();
                }

                return;
            }

            var interval = (Interval)Mask;
            code.Line($"int strips = (rows + {code.Isa.Height - 1}) / {code.Isa.Height}, height = rows / strips, taller = rows % strips, row = 0;");
            using (code.Block("for (int strip = 0; strip < strips; strip++)"))
            {
                code.Line("int tall = strip < taller ? height + 1 : height;");
                if (Weighting is Nearby nearby)
                    Near(nearby);
                else if (interval.IsPrefix)
                    Prefix();
                else
                    OfInterval(interval);
                Next();
                code.Line("row += tall;");
            }
        }

        void Next()
        {
            code.Line($"q = ref Unsafe.Add(ref q, tall * (nint){QueryStride});");
            code.Line($"y = ref Unsafe.Add(ref y, tall * (nint){DestinationStride});");
        }

        // What every row of the strip sees begins with the first key.
        void Prefix()
        {
            code.Line(Mask.DependsOnQuery
                ? "int firstSees = position + row + 1, visible = position + row + tall; // keys that the first row sees, and the last"
                : "int firstSees = keys, visible = keys;");
            code.Line($"{scores}(tall, (visible + {Measures.KeyPanel - 1}) / {Measures.KeyPanel}, ref q, ref headKeys, ref scores{vector});");
            Change("position + row", "0", "visible", "ref scores");
            code.Line($"{weights}(tall, firstSees, {(Mask.DependsOnQuery ? 1 : 0)}, visible, ref scores{query});");
            Keep();
            code.Line($"{context}(tall, visible, ref scores, ref headValues, ref y);");
            if (Mask.DependsOnQuery)
                Mend("Mend", "0, firstSees + r");
        }

        // Panels that no row of the strip sees are left out, but where weights are kept, zeros too.
        void OfInterval(Interval mask)
        {
            string first = mask.FirstOf("position + row", "tall");

            // Where no row of the strip sees a key, the panel is one that is there.
            string from = mask.MayBeBlind ? "Math.Min(begins, keys - 1)" : "begins", panels = $"(visible - from + {Measures.KeyPanel - 1}) / {Measures.KeyPanel}";
            code.Line($"int begins = {first}, from = {(Captured is null ? $"{from} & ~{Measures.KeyPanel - 1}" : "0")}, visible = {mask.EndOf("position + row", "tall", "keys")}; // where the first row begins to see, the panel of that, and where the last row ends");
            Prefetch();
            if (Packs)
                code.Line($"RowCopy.Prefetch({code.Isa.Height}, {ValueWidth}, ref Unsafe.Add(ref headValues, visible * (nint){ValueStride}), {ValueStride});");
            code.Line($"{scores}(tall, {(mask.MayBeBlind ? $"Math.Max(1, {panels})" : panels)}, ref q, ref Unsafe.Add(ref headKeys, from * (nint){HeadWidth}), ref Unsafe.Add(ref scores, from){vector});");
            Change("position + row", "from", "visible - from", "ref Unsafe.Add(ref scores, from)");
            code.Line($"{weights}(tall, position + row, keys, from, visible, {mask.Arguments}ref scores);");
            Keep();
            code.Line($"{context}(tall, visible - begins, begins, ref Unsafe.Add(ref scores, begins), ref Unsafe.Add(ref headValues, begins * (nint){ValueStride}), ref y);");
            Mend("Mend", $"{mask.First("(position + row + r)")}, {mask.End("(position + row + r)", "keys")}");
        }

        // The same of keys near the places of the rows, which stand behind the queries' channels.
        void Near(Nearby nearby)
        {
            code.Line(nearby.Bounds($"Unsafe.Add(ref q, {HeadWidth})", QueryStride));
            code.Line($"int from = {(Captured is null ? $"Math.Min(begins, keys - 1) & ~{Measures.KeyPanel - 1}" : "0")};");
            code.Line($"{scores}(tall, Math.Max(1, (visible - from + {Measures.KeyPanel - 1}) / {Measures.KeyPanel}), ref q, ref Unsafe.Add(ref headKeys, from * (nint){HeadWidth}), ref Unsafe.Add(ref scores, from){vector});");
            Change("position + row", "from", "visible - from", "ref Unsafe.Add(ref scores, from)");
            code.Line($"{weights}(tall, keys, from, visible, ref scores{query});");
            Keep();
            code.Line($"{context}(tall, visible - begins, begins, ref Unsafe.Add(ref scores, begins), ref Unsafe.Add(ref headValues, begins * (nint){ValueStride}), ref y);");
            Mend("Mend", nearby.Interval($"Unsafe.Add(ref q, (r * {QueryStride}) + {HeadWidth})", "keys"));
        }

        // Panels that no row of the group sees are nowhere.
        void Panels(Pattern pattern)
        {
            Prefetch();
            code.Line("int begin = mask.Begin(query), count = mask.Count(query, keys);");
            if (pattern.IsBounded)
                code.Line(pattern.Bounds.Trim("query", "tall"));
            using (code.Block("for (int slot = 0; slot < count;)"))
            {
                code.Line("int run = mask.Run(begin + slot, count - slot);");
                code.Line($"{scores}(tall, run, ref q, ref Unsafe.Add(ref headKeys, mask.Panel(begin + slot) * (nint){HeadWidth * Measures.KeyPanel}), ref Unsafe.Add(ref scores, slot * {Measures.KeyPanel}){vector});");
                Change("query", $"mask.Panel(begin + slot) * {Measures.KeyPanel}", $"run * {Measures.KeyPanel}", $"ref Unsafe.Add(ref scores, slot * {Measures.KeyPanel})");
                code.Line("slot += run;");
            }

            code.Line($"{weights}(tall, query, keys, begin, count, mask, {pattern.Bounds.Arguments}ref scores);");
            if (Captured is { } captured)
            {
                string at = Packs ? "chunk.Row + row" : "position + row";
                code.Line($"KeptWeights.KeepPanels(tall, begin, count, mask, ref scores, {ScoreStride}, ref Unsafe.Add(ref work.Z, (head * (nint){captured.HeadFloats}) + ((nint)({at}) * {captured.Stride})), {captured.Stride});");
            }

            code.Line($"{context}(tall, keys, begin, count, mask, ref scores, ref headValues, ref y);");
            Mend("MendPanels", $"query + r, {pattern.Bounds.EndOf("query + r", "keys")}, begin, count, mask", pattern.Bounds.FirstOf("query + r"));
        }

        // The rows of the next strip come while this one is computed: they lie too far apart for the processor to foresee them.
        void Prefetch()
        {
            if (!Packs)
                return;
            code.Line($"RowCopy.Prefetch({code.Isa.Height}, {HeadWidth}, ref Unsafe.Add(ref q, tall * (nint){QueryStride}), {QueryStride});");
            code.Line($"RowCopy.Prefetch({code.Isa.Height}, {ValueWidth}, ref Unsafe.Add(ref y, tall * (nint){DestinationStride}), {DestinationStride});");
        }

        // What is made of scores before they are weighted.
        void Change(string query, string key, string count, string at)
        {
            if (Cap is not null)
                code.Line($"{code.NameOf(Cap)}(tall, {count}, {at});");
            if (Bias is not null)
                code.Line(Bias.Add("tall", query, key, count, at, ScoreStride, "work.U"));
        }

        // What is not finite may have come from a key that its row does not see; of an interval a strip of one row takes no others.
        void Mend(string method, string seen, string from = "")
        {
            string arithmetic = code.Isa.Arithmetic is null ? "<FusedArithmetic>" : code.Isa.TypeArgument;
            using (code.Block($"for (int r = 0; {(Mask is Interval ? "tall > 1 && " : "")}r < tall && !SeenContext.AreFinite(tall, {ValueWidth}, ref y, {DestinationStride}); r++)"))
                code.Line($"SeenContext.{method}{arithmetic}({seen}, {ValueWidth}, ref Unsafe.Add(ref scores, r * {ScoreStride}), ref headValues, {HeadValueStride}, Unsafe.Add(ref scores, (r * {ScoreStride}) + {ScoreStride - Measures.InverseSum}), ref Unsafe.Add(ref y, r * {DestinationStride}){from});");
        }

        void Keep()
        {
            if (Captured is not { } captured)
                return;
            string at = Packs ? "chunk.Row + row" : "position + row";
            code.Line($"KeptWeights.Keep(tall, visible, ref scores, {ScoreStride}, ref Unsafe.Add(ref work.Z, (head * (nint){captured.HeadFloats}) + ((nint)({at}) * {captured.Stride})), {captured.Stride});");
        }
    }

    internal sealed record Kept(int Stride, int HeadFloats);
}
