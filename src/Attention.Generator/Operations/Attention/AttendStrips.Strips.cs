using Attention.Generator.Emit;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Text;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <content>What is done with a strip of rows, or of heads of a row.</content>
internal sealed partial record AttendStrips
{
    /// <summary>The vector that scores go by, as a last argument.</summary>
    private string Vector => Score.HasVector ? ", ref work.U" : "";

    /// <summary>What stands behind the queries' channels, or a sink, as a last argument.</summary>
    private string Query => Weighting.ReadsQuery ? ", ref q" : Weighting.HasSinks ? ", sink" : "";

    /// <summary>Writes what is to be done in whole numbers where there are many keys, and what in floats.</summary>
    private void InBoth(KernelCode code, string whole, string floats)
    {
        if (IsWhole)
        {
            using (code.Block($"if (keys > {WholeScores.MostFloatKeys})"))
                code.Line(whole);
            using (code.Block("else"))
                code.Line(floats);
            return;
        }

        code.Line(floats);
    }

    private void WriteStrips(KernelCode code, string first)
    {
        code.Line($"ref float q = ref Unsafe.Add(ref work.X, ({first} * (nint){QueryStride}) + (head * {HeadWidth}));");
        code.Line($"ref float y = ref Unsafe.Add(ref work.Y, ({first} * (nint){DestinationStride}) + (head * {ValueWidth}));");
        if (Weighting.HasSinks)
            code.Line(SinkOf("work.Sinks"));
        if (Mask is Pattern pattern)
        {
            if (!Packs)
                code.Line($"PackedMask mask = {pattern.OfHead};");
            using (code.Block("for (int row = 0, tall; row < rows; row += tall)"))
            {
                code.Line("int query = position + row;");
                code.Line($"tall = Math.Min(rows - row, Math.Min({code.Isa.Height}, PackedMask.Group - (query % PackedMask.Group)));");
                WritePanels(code, pattern);
                WriteNext(code);
            }

            return;
        }

        var interval = (Interval)Mask;
        code.Line($"int strips = (rows + {code.Isa.Height - 1}) / {code.Isa.Height}, height = rows / strips, taller = rows % strips, row = 0;");
        using (code.Block("for (int strip = 0; strip < strips; strip++)"))
        {
            code.Line("int tall = strip < taller ? height + 1 : height;");
            if (Weighting is Nearby nearby)
                WriteNear(code, nearby);
            else if (interval.IsPrefix)
                WritePrefix(code);
            else
                WriteInterval(code, interval);
            WriteNext(code);
            code.Line("row += tall;");
        }
    }

    /// <summary>Of few rows the heads of each are a strip.</summary>
    private void WriteStripsOfHeads(KernelCode code, string first)
    {
        code.Line($"ref float nextKeys = ref {NextKeys(code)};");
        if (OfSequences is not null)
        {
            WriteRow(first); // the only one
            return;
        }

        using (code.Block($"if (rows < {Number(Math.Max(2, Math.Min(Shared, code.Isa.Height)))})"))
        {
            using (code.Block("for (int row = 0; row < rows; row++)"))
                WriteRow($"({first} + row)");
        }

        void WriteRow(string row)
        {
            using (Shared == 1 ? code.Block() : code.Block("for (int top = firstHead, tall; top < firstHead + many; top += tall)"))
            {
                code.Line(Shared == 1 ? "const int tall = 1; // one head" : $"tall = Math.Min(firstHead + many - top, {Number(Math.Min(Shared, code.Isa.Height))});");
                string top = Shared == 1 ? "head" : "top";
                code.Line($"ref float q = ref Unsafe.Add(ref work.X, ({row} * (nint){QueryStride}) + ({top} * {HeadWidth}));");
                code.Line($"ref float y = ref Unsafe.Add(ref work.Y, ({row} * (nint){DestinationStride}) + ({top} * {ValueWidth}));");
                if (Mask is Interval { IsPrefix: true })
                    WritePrefix(code, ofHeads: true);
                else
                    WriteInterval(code, (Interval)Mask, ofHeads: true);
            }
        }
    }

    /// <summary>Where the keys begin that are likely to be read behind these, as C#: the next head's, or the next sequence's, and of the last the same.</summary>
    private string NextKeys(KernelCode code)
    {
        if (OfSequences is null)
            return KeyValueHeads == 1 ? "headKeys" : $"Unsafe.Add(ref headKeys, {Group} < {KeyValueHeads - 1} ? {HeadFloats} : 0)";
        code.Line("int next = work.Next(unit);");
        return KeyValueHeads == 1 ? "work.Table.Of(next, ref work.W)" : $"Unsafe.Add(ref work.Table.Of(next / {KeyValueHeads}, ref work.W), next % {KeyValueHeads} * (nint){HeadFloats})";
    }

    /// <summary>
    /// What few rows ask for beside their keys, as last arguments: the values, where a head's keys and values have room in the second-level cache, else more of the keys.
    /// </summary>
    /// <param name="code">Where to write.</param>
    /// <param name="count">How many keys there are, as C#.</param>
    /// <param name="keys">The first of them, as C#.</param>
    /// <param name="values">Its value.</param>
    private string AskForValues(KernelCode code, string count, string keys, string values) =>
        Score.Asks ? Ask(code, "asked", count, values, ValueStride, keys, KeyFloats) : "";

    /// <summary>What they ask for beside their values: the next keys, or more of the values.</summary>
    private string AskForKeys(KernelCode code, string count, string next, string values) => Ask(code, "nextAsked", count, next, KeyFloats, values, ValueStride);

    private string Ask(KernelCode code, string name, string count, string near, int apart, string far, int farApart)
    {
        string isNear = $"{count} <= {Number(FewRows.MostTogether / KeyFloats)}";
        code.Line($"ref float {name} = ref {isNear} ? ref {near} : ref Unsafe.Add(ref {far}, {Number(FewRows.Ahead * farApart)});");
        return $", ref {name}, {isNear} ? {Number(apart)} : {Number(farApart)}";
    }

    private void WriteNext(KernelCode code)
    {
        code.Line($"q = ref Unsafe.Add(ref q, tall * (nint){QueryStride});");
        code.Line($"y = ref Unsafe.Add(ref y, tall * (nint){DestinationStride});");
    }

    /// <summary>What every row of the strip sees begins with the first key.</summary>
    private void WritePrefix(KernelCode code, bool ofHeads = false)
    {
        string query = QueryOf(ofHeads), sees = Mask.DependsOnQuery ? $"{query} + 1" : "keys";
        code.Line(ofHeads ? $"int visible = {sees};" : Mask.DependsOnQuery
            ? $"int firstSees = {sees}, visible = position + row + tall; // keys that the first row sees, and the last"
            : $"int firstSees = {sees}, visible = {sees};");
        string ask = ofHeads ? AskForValues(code, "visible", "headKeys", "headValues") : "";
        string panels = $"(visible + {Measures.KeyPanel - 1}) / {Measures.KeyPanel}";
        InBoth(
            code, IsWhole ? $"{code.NameOf(ManyScores)}(tall, {panels}, ref SignedRows.Quantize(tall, {HeadWidth}, ref q, {QueryStride}, ref whole), ref headKeys, ref scores);" : "",
            $"{code.NameOf(ofHeads ? ScoresOfHeads : Scores)}(tall, {panels}, ref q, ref headKeys, ref scores{Vector}{ask});");
        WriteWeights(code, ofHeads, (rows, strip) =>
        {
            WriteChange(code, rows, query, "0", "visible", $"ref {strip}");
            code.Line($"{code.NameOf(Weights)}({rows}, {(ofHeads ? "visible" : "firstSees")}, {(Mask.DependsOnQuery && !ofHeads ? 1 : 0)}, visible, ref {strip}{Query});");
            WriteKept(code, rows, strip);
        });
        ask = ofHeads ? AskForKeys(code, "visible", "nextKeys", "headValues") : "";
        code.Line($"{code.NameOf(ofHeads ? ContextOfHeads : Context)}(tall, visible, ref scores, ref headValues, ref y{ask});");
        if (Mask.DependsOnQuery && !ofHeads)
            WriteMend(code, "Mend", "0, firstSees + r");
    }

    /// <summary>The place of the strip's first row, as C#; a sequence of several has one row.</summary>
    private string QueryOf(bool ofHeads) => ofHeads && OfSequences is not null ? "position" : "position + row";

    /// <summary>Of heads of one row each has weights of its own.</summary>
    private void WriteWeights(KernelCode code, bool ofHeads, Action<string, string> weigh)
    {
        if (!ofHeads)
        {
            weigh("tall", "scores");
            return;
        }

        if (Shared == 1)
        {
            if (Weighting.HasSinks)
                code.Line(SinkOf("work.Sinks"));
            weigh("1", "scores");
            return;
        }

        using (code.Block("for (int head = top; head < top + tall; head++)"))
        {
            code.Line($"ref float own = ref Unsafe.Add(ref scores, (head - top) * {ScoreStride});");
            if (Weighting.HasSinks)
                code.Line(SinkOf("work.Sinks"));
            weigh("1", "own");
        }
    }

    /// <summary>Panels that no row of the strip sees are left out, but where weights are kept, zeros too.</summary>
    private void WriteInterval(KernelCode code, Interval mask, bool ofHeads = false)
    {
        string query = QueryOf(ofHeads), together = ofHeads ? "1" : "tall", first = mask.FirstOf(query, together);

        // Where no row of the strip sees a key, the panel is one that is there.
        string from = mask.MayBeBlind ? "Math.Min(begins, keys - 1)" : "begins", panels = $"(visible - from + {Measures.KeyPanel - 1}) / {Measures.KeyPanel}";
        code.Line($"int begins = {first}, from = {(Captured is null ? $"{from} & ~{Measures.KeyPanel - 1}" : "0")}, visible = {mask.EndOf(query, together, "keys")}; // where the first row begins to see, the panel of that, and where the last row ends");
        if (Ring is not null)
            code.Line($"int place = {Ring.Place("from")};");
        (string key, string value, string behind) = Ring is null ? ("from", "begins", "") : ("place", "(place + begins - from)", " - from");
        WritePrefetch(code);
        if (Packs)
            code.Line($"RowCopy.Prefetch({code.Isa.Height}, {ValueWidth}, ref Unsafe.Add(ref headValues, visible * (nint){ValueStride}), {ValueStride});");
        string keysFrom = $"Unsafe.Add(ref headKeys, {key} * (nint){KeyFloats})", valuesFrom = $"Unsafe.Add(ref headValues, {value} * (nint){ValueStride})";
        string ask = ofHeads ? AskForValues(code, "visible - from", keysFrom, valuesFrom) : "";
        code.Line($"{code.NameOf(ofHeads ? ScoresOfHeads : Scores)}(tall, {(mask.MayBeBlind ? $"Math.Max(1, {panels})" : panels)}, ref q, ref {keysFrom}, ref Unsafe.Add(ref scores, from){Vector}{ask});");
        WriteWeights(code, ofHeads, (rows, strip) =>
        {
            WriteChange(code, rows, query, "from", "visible - from", $"ref Unsafe.Add(ref {strip}, from)");
            code.Line($"{code.NameOf(Weights)}({rows}, {query}, keys, from, visible, {mask.Arguments}ref {strip}{Query});");
            WriteKept(code, rows, strip);
        });
        ask = ofHeads ? AskForKeys(code, "visible - from", $"Unsafe.Add(ref nextKeys, {key} * (nint){KeyFloats})", valuesFrom) : "";
        code.Line($"{code.NameOf(ofHeads ? ContextOfHeads : Context)}(tall, visible - begins, begins, ref Unsafe.Add(ref scores, begins), ref {valuesFrom}, ref y{ask});");
        if (!ofHeads)
            WriteMend(code, "Mend", $"{mask.First("(position + row + r)")}{behind}, {mask.End("(position + row + r)", "keys")}{behind}");
    }

    /// <summary>The same of keys near the places of the rows, which stand behind the queries' channels.</summary>
    private void WriteNear(KernelCode code, Nearby nearby)
    {
        code.Line(nearby.Bounds($"Unsafe.Add(ref q, {HeadWidth})", QueryStride));
        code.Line($"int from = {(Captured is null ? $"Math.Min(begins, keys - 1) & ~{Measures.KeyPanel - 1}" : "0")};");
        code.Line($"{code.NameOf(Scores)}(tall, Math.Max(1, (visible - from + {Measures.KeyPanel - 1}) / {Measures.KeyPanel}), ref q, ref Unsafe.Add(ref headKeys, from * (nint){KeyFloats}), ref Unsafe.Add(ref scores, from){Vector});");
        WriteChange(code, "tall", "position + row", "from", "visible - from", "ref Unsafe.Add(ref scores, from)");
        code.Line($"{code.NameOf(Weights)}(tall, keys, from, visible, ref scores{Query});");
        WriteKept(code, "tall", "scores");
        code.Line($"{code.NameOf(Context)}(tall, visible - begins, begins, ref Unsafe.Add(ref scores, begins), ref Unsafe.Add(ref headValues, begins * (nint){ValueStride}), ref y);");
        WriteMend(code, "Mend", nearby.Interval($"Unsafe.Add(ref q, (r * {QueryStride}) + {HeadWidth})", "keys"));
    }

    /// <summary>Panels that no row of the group sees are nowhere.</summary>
    private void WritePanels(KernelCode code, Pattern pattern)
    {
        WritePrefetch(code);
        code.Line("int begin = mask.Begin(query), count = mask.Count(query, keys);");
        if (pattern.IsBounded)
            code.Line(pattern.Bounds.Trim("query", "tall"));
        using (code.Block("for (int slot = 0; slot < count;)"))
        {
            code.Line("int run = mask.Run(begin + slot, count - slot);");
            code.Line($"{code.NameOf(Scores)}(tall, run, ref q, ref Unsafe.Add(ref headKeys, mask.Panel(begin + slot) * (nint){KeyFloats * Measures.KeyPanel}), ref Unsafe.Add(ref scores, slot * {Measures.KeyPanel}){Vector});");
            WriteChange(code, "tall", "query", $"mask.Panel(begin + slot) * {Measures.KeyPanel}", $"run * {Measures.KeyPanel}", $"ref Unsafe.Add(ref scores, slot * {Measures.KeyPanel})");
            code.Line("slot += run;");
        }

        code.Line($"{code.NameOf(Weights)}(tall, query, keys, begin, count, mask, {pattern.Bounds.Arguments}ref scores{Query});");
        if (Captured is { } captured)
        {
            string at = Packs ? "chunk.Row + row" : "position + row";
            code.Line($"KeptWeights.KeepPanels(tall, begin, count, mask, ref scores, {ScoreStride}, ref Unsafe.Add(ref work.Z, (head * (nint){captured.HeadFloats}) + ((nint)({at}) * {captured.Stride})), {captured.Stride});");
        }

        code.Line($"{code.NameOf(Context)}(tall, keys, begin, count, mask, ref scores, ref headValues, ref y);");
        WriteMend(code, "MendPanels", $"query + r, {pattern.Bounds.EndOf("query + r", "keys")}, begin, count, mask", pattern.Bounds.FirstOf("query + r"));
    }

    /// <summary>The rows of the next strip come while this one is computed: they lie too far apart for the processor to foresee them.</summary>
    private void WritePrefetch(KernelCode code)
    {
        if (!Packs)
            return;
        code.Line($"RowCopy.Prefetch({code.Isa.Height}, {HeadWidth}, ref Unsafe.Add(ref q, tall * (nint){QueryStride}), {QueryStride});");
        code.Line($"RowCopy.Prefetch({code.Isa.Height}, {ValueWidth}, ref Unsafe.Add(ref y, tall * (nint){DestinationStride}), {DestinationStride});");
    }

    /// <summary>What is made of scores before they are weighted.</summary>
    private void WriteChange(KernelCode code, string rows, string query, string key, string count, string at)
    {
        if (Cap is not null)
            code.Line($"{code.NameOf(Cap)}({rows}, {count}, {at});");
        if (Bias is not null)
            code.Line(Bias.Add(code, new ScoredStrip(this, rows, query, key, count, at, "work.U")));
    }

    /// <summary>What is not finite may have come from a key that its row does not see; of an interval a strip of one row takes no others.</summary>
    private void WriteMend(KernelCode code, string method, string seen, string from = "")
    {
        string values = Ring is null ? "ref headValues" : $"ref Unsafe.Add(ref headValues, place * (nint){ValueStride})";
        string arithmetic = code.Isa.Arithmetic is null ? "<FusedArithmetic>" : code.Isa.TypeArgument;
        using (code.Block($"for (int r = 0; {(Mask is Interval ? "tall > 1 && " : "")}r < tall && !SeenContext.AreFinite(tall, {ValueWidth}, ref y, {DestinationStride}); r++)"))
            code.Line($"SeenContext.{method}{arithmetic}({seen}, {ValueWidth}, ref Unsafe.Add(ref scores, {(Ring is null ? $"r * {ScoreStride}" : $"(r * {ScoreStride}) + from")}), {values}, {HeadValueStride}, Unsafe.Add(ref scores, (r * {ScoreStride}) + {ScoreStride - Measures.InverseSum}), ref Unsafe.Add(ref y, r * {DestinationStride}){from}{(Format == WeightFormat.Float32 ? "" : $", format: {Format.Code()}")});");
    }

    private void WriteKept(KernelCode code, string rows, string strip)
    {
        if (Captured is not { } captured)
            return;
        string at = Packs ? "chunk.Row + row" : "position + row";
        code.Line($"KeptWeights.Keep({rows}, visible, ref {strip}, {ScoreStride}, ref Unsafe.Add(ref work.Z, (head * (nint){captured.HeadFloats}) + ((nint)({at}) * {captured.Stride})), {captured.Stride});");
    }
}
