using Attention.Generator.Emit;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Text;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Attention of one row of each beam. A page, the 32 keys of a panel, lies in the track that the table says, at the place that it has in
/// every track; so the chains of scores and context are those of a single row.
/// </summary>
internal sealed record AttendBeams(AttendStrips Attend, int TrackFloats) : Kernel
{
    public override bool IsRare => true;

    public override string Name => Attend.Name + "_Beams";

    public override IEnumerable<Kernel> Callees => new[] { Attend.Scores, Attend.Cap, Attend.Weights }.OfType<Kernel>();

    public override void Write(KernelCode code)
    {
        AttendStrips key = Attend;
        string scores = code.NameOf(key.Scores), weights = code.NameOf(key.Weights);
        string last = key.Weighting.ReadsQuery ? ", ref query" : key.Weighting.HasSinks ? ", sink" : "";
        var pattern = key.Mask as Pattern;
        string? bound = key.Mask is Interval { IsPrefix: false } interval ? interval.First("position") : null;
        string head = key.KeyValueHeads == key.Heads ? "head" : $"(head / {Number(key.Shared)})", slot = pattern is null ? "page" : "slot", first = bound is null ? "0" : $"from / {Measures.KeyPanel}";
        string place = key.Ring is Ring ring ? $"(page % {Number(ring.Panels)})" : "page";
        using (code.Method(
            this, $"y[beams × {key.Heads * key.ValueWidth}] = {key.Formula}; beam b sees the keys up to position, page p of them in track tracks[p · beams + b].",
            "TeamWork work, int position, int beams, ReadOnlySpan<int> tracks, ref float q, ref float k, ref float v, ref float y" + (key.HasTrained ? ", ref float u" : "") + (key.Weighting.HasSinks ? ", ref float sinks" : "")))
        {
            code.Line("ref float scores = ref work.Scratch(0);");
            code.Line($"int visible = {(key.Mask is Interval { SeesItself: false } ? "position" : "position + 1")};");
            if (bound is not null && key.Mask is not Bounded)
                code.Line($"int from = {bound} & ~{Measures.KeyPanel - 1};");
            using (code.Block($"for (int head = 0; head < {key.Heads}; head++)"))
            {
                if (key.Weighting.HasSinks)
                    code.Line(key.SinkOf("sinks"));
                if (pattern is not null)
                {
                    code.Line($"PackedMask mask = {pattern.OfHead};");
                    code.Line("int begin = mask.Begin(position), count = mask.Count(position, visible);");
                }

                using (code.Block("for (int beam = 0; beam < beams; beam++)"))
                {
                    if (key.Mask is Bounded or Pattern { IsBounded: true })
                    {
                        code.Line("int origin = position - beam;");
                        code.Line("ref float bounds = ref work.Bounds;");
                        if (bound is not null)
                            code.Line($"int from = {bound} & ~{Measures.KeyPanel - 1};");
                    }

                    code.Line($"ref float query = ref Unsafe.Add(ref q, ((nint)beam * {key.QueryStride}) + (head * {key.HeadWidth}));");
                    using (Pages())
                    {
                        code.Line($"{scores}(1, 1, ref query, ref Unsafe.Add(ref k, ((nint)tracks[(page * beams) + beam] * {TrackFloats}) + ({head} * (nint){key.HeadFloats}) + ({place} * {key.KeyFloats * Measures.KeyPanel})), ref Unsafe.Add(ref scores, {slot} * {Measures.KeyPanel}){(key.Score.HasVector ? ", ref u" : "")});");
                        if (key.Cap is not null)
                            code.Line($"{code.NameOf(key.Cap)}(1, {Measures.KeyPanel}, ref Unsafe.Add(ref scores, {slot} * {Measures.KeyPanel}));");
                        if (key.Bias is not null)
                            code.Line(key.Bias.Add(code, new ScoredStrip(key, "1", "position", $"page * {Measures.KeyPanel}", $"{Measures.KeyPanel}", $"ref Unsafe.Add(ref scores, {slot} * {Measures.KeyPanel})", "u")));
                    }

                    code.Line(pattern is not null ? $"{weights}(1, position, visible, begin, count, mask, {pattern.Bounds.Arguments}ref scores{last});" : bound is null ? $"{weights}(1, visible, 0, visible, ref scores{last});" : $"{weights}(1, position, visible, from, visible, {((Interval)key.Mask).Arguments}ref scores{last});");
                    int whole = key.ValueWidth / code.Isa.Lanes, rest = key.ValueWidth % code.Isa.Lanes, column = 0;
                    foreach ((int vectors, int count) in Context.Chunks(code.Isa, 1, whole, rest > 0))
                    {
                        int width = vectors * code.Isa.Lanes;
                        bool partial = column + (width * count) > key.ValueWidth;
                        using (code.Block($"for (nint chunk = {column}; chunk < {column + (width * count)}; chunk += {width})"))
                        {
                            for (int vector = 0; vector < vectors; vector++)
                                code.Line($"{code.V} a{vector} = {code.V}.Zero;");
                            using (Pages())
                            {
                                code.Line($"ref float value = ref Unsafe.Add(ref v, ((nint)tracks[(page * beams) + beam] * {TrackFloats}) + ({place} * (nint){Measures.KeyPanel * key.ValueStride}) + ({head} * {key.ValueFloats}) + {(key.Format == WeightFormat.Float32 ? "chunk" : $"(chunk / {key.Format.PerFloat()})")});");
                                string begin = bound is null ? $"page * {Measures.KeyPanel}" : $"Math.Max({bound}, page * {Measures.KeyPanel})";
                                if (pattern is not null)
                                    code.Line($"uint seen = mask.Seen(begin + slot, position, {pattern.Bounds.EndOf("position", "visible")}{pattern.Bounds.FirstOf("position")});");
                                if (bound is not null)
                                    code.Line($"value = ref Unsafe.Add(ref value, ({begin} - (page * {Measures.KeyPanel})) * (nint){key.ValueStride});");
                                using (code.Block($"for (int i = {begin}, end = Math.Min(visible, (page + 1) * {Measures.KeyPanel}); i < end; i++)"))
                                {
                                    code.Line($"{code.V} weight = {code.Create(pattern is null ? "Unsafe.Add(ref scores, i)" : $"Unsafe.Add(ref scores, i + ((slot - page) * {Measures.KeyPanel}))")};");
                                    // A value that the row does not see may be anything.
                                    using (pattern is null ? default(Scope?) : code.Block("if ((seen >> i & 1) != 0)"))
                                    for (int vector = 0; vector < vectors; vector++)
                                        code.Line($"a{vector} = {code.MultiplyAdd("weight", code.Load(key.Format, "value", Number(vector * code.Isa.Lanes)), $"a{vector}")};");
                                    code.Line($"value = ref Unsafe.Add(ref value, {key.ValueStride});");
                                }
                            }

                            code.Line($"{code.V} inverse = {code.Create($"Unsafe.Add(ref scores, {Number(key.ScoreStride - Measures.InverseSum)})")};");
                            code.Line($"ref float d = ref Unsafe.Add(ref y, ((nint)beam * {key.DestinationStride}) + (head * {key.ValueWidth}) + chunk);");
                            for (int vector = 0; vector < vectors; vector++)
                            {
                                code.Line(partial && vector == vectors - 1
                                    ? $"Lanes.StorePartial(a{vector} * inverse, ref Unsafe.Add(ref d, {Number(vector * code.Isa.Lanes)}), {rest});"
                                    : Store($"(a{vector} * inverse)", "d", Number(vector * code.Isa.Lanes)));
                            }
                        }

                        column += width * count;
                    }
                }
            }
        }

        Scope Pages()
        {
            Scope pages = code.Block(pattern is null ? $"for (int page = {first}; page * {Measures.KeyPanel} < visible; page++)" : "for (int slot = 0; slot < count; slot++)");
            if (pattern is not null)
                code.Line("int page = mask.Panel(begin + slot);");
            return pages;
        }
    }
}
