using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Emit.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>Scaled dot-product attention, a strip of query rows at a time: scores, softmax in two passes, context.</summary>
internal sealed partial class KernelWriter
{
    private void Attend(KernelKey self, AttendKey key, CapturedAttendKey? captured)
    {
        string scores = names[KernelChooser.ScoresOf(key)], softmax = names[KernelChooser.SoftmaxOf(key)], context = names[KernelChooser.ContextOf(key)];

        // A thread packs a head's keys for itself, which is to be worth it: so rows are split four strips at a time at least.
        // A key costs its channels twice, in scores and context, and about 20 cycles for 16 weights.
        int cost = (2 * key.HeadWidth) + 20, number = names.Number(self);
        string kept = captured is null ? "ref y" : "ref kept";
        string summary = $"y[rows × {key.Heads * key.HeadWidth}] = softmax(scale · Q·Kᵀ)·V, {key.Heads} heads of {key.HeadWidth}{(key.Causal ? "; row r sees the keys up to position + r" : "")}{(captured is null ? "" : "; the weights are kept")}";
        string references = $"ref float q, ref float k, ref float v, ref float y{(captured is null ? "" : ", ref float kept")}";
        using (key.Packs
            ? Shared(self, summary + ", sequence by sequence.", references, $"RunSequences({number}, {key.Heads}, {4 * isa.Height}, {cost}, ref q, ref k, ref v, ref y, {kept})")
            : Shared(self, summary + ".", "int position, int rows, int keys, " + references, $"Run({number}, {key.Heads}, rows, {isa.Height}, (long)keys * {cost}, position, keys, ref q, ref k, ref v, ref y, {kept})"))
        {
            code.Line("ref float scores = ref work.Scratch(chunk.Worker);");
            if (key.Packs)
            {
                code.Line($"ref float headKeys = ref Unsafe.Add(ref scores, {Padding.StripRows * key.ScoreStride});");
                using (code.Block("for (int unit = chunk.First; unit < chunk.End; unit++)"))
                {
                    code.Line($"int head = unit % {key.Heads}, sequence = unit / {key.Heads}, keys = work.RowsOf(sequence), rows = Math.Min(chunk.Rows, keys);");
                    code.Line("nint start = work.Start(sequence), first = start + chunk.Row;");
                    code.Line($"KeyPanels.Pack(0, keys, ref Unsafe.Add(ref work.W, (start * {key.KeyStride}) + (head * {key.HeadWidth})), {key.KeyStride}, ref headKeys, 1, {key.HeadWidth}, 0);");
                    code.Line($"ref float headValues = ref Unsafe.Add(ref work.V, (start * {key.ValueStride}) + (head * {key.HeadWidth}));");
                    if (key.Causal)
                        code.Line("int position = chunk.Row;");
                    Strips("first");
                }
            }
            else
            {
                code.Line("int rows = chunk.Rows, keys = work.Keys, position = work.Position + chunk.Row;");
                using (code.Block("for (int head = chunk.First; head < chunk.End; head++)"))
                {
                    code.Line($"ref float headKeys = ref Unsafe.Add(ref work.W, head * (nint){key.HeadFloats});");
                    code.Line($"ref float headValues = ref Unsafe.Add(ref work.V, head * (nint){key.HeadWidth});");
                    Strips("chunk.Row");
                }
            }
        }

        void Strips(string first)
        {
            code.Line($"ref float q = ref Unsafe.Add(ref work.X, ({first} * (nint){key.QueryStride}) + (head * {key.HeadWidth}));");
            code.Line($"ref float y = ref Unsafe.Add(ref work.Y, ({first} * (nint){key.DestinationStride}) + (head * {key.HeadWidth}));");
            code.Line($"int strips = (rows + {isa.Height - 1}) / {isa.Height}, height = rows / strips, taller = rows % strips, row = 0;");
            using (code.Block("for (int strip = 0; strip < strips; strip++)"))
            {
                code.Line("int tall = strip < taller ? height + 1 : height;");
                code.Line(key.Causal
                    ? "int firstSees = position + row + 1, visible = position + row + tall; // keys that the first row sees, and the last"
                    : "int firstSees = keys, visible = keys;");
                code.Line($"{scores}(tall, (visible + {Measures.KeyPanel - 1}) / {Measures.KeyPanel}, ref q, ref headKeys, ref scores);");
                code.Line($"{softmax}(tall, firstSees, {(key.Causal ? 1 : 0)}, visible, ref scores);");
                if (captured is not null)
                {
                    string at = key.Packs ? "chunk.Row + row" : "position + row";
                    code.Line($"KeptWeights.Keep(tall, visible, ref scores, {key.ScoreStride}, ref Unsafe.Add(ref work.Z, (head * (nint){captured.HeadFloats}) + ((nint)({at}) * {captured.Stride})), {captured.Stride});");
                }

                code.Line($"{context}(tall, visible, ref scores, ref headValues, ref y);");
                code.Line($"q = ref Unsafe.Add(ref q, tall * (nint){key.QueryStride});");
                code.Line($"y = ref Unsafe.Add(ref y, tall * (nint){key.DestinationStride});");
                code.Line("row += tall;");
            }
        }
    }

    /// <summary>
    /// One row of each beam. A page, the 32 keys of a panel, lies in the lane that the table says, at the place that it has in
    /// every lane; so the chains of scores and context are those of a single row.
    /// </summary>
    private void AttendBeams(BeamAttendKey beams)
    {
        AttendKey key = beams.Attend;
        string scores = names[KernelChooser.ScoresOf(key)], softmax = names[KernelChooser.SoftmaxOf(key)];
        using (code.Method(
            $"y[beams × {key.Heads * key.HeadWidth}] = softmax(scale · Q·Kᵀ)·V, {key.Heads} heads of {key.HeadWidth}; beam b sees the keys up to position, page p of them in lane lanes[p · beams + b].",
            $"private static void {names[beams]}(TeamWork work, int position, int beams, ReadOnlySpan<int> lanes, ref float q, ref float k, ref float v, ref float y)", Rare))
        {
            code.Line("ref float scores = ref work.Scratch(0);");
            code.Line("int visible = position + 1;");
            using (code.Block($"for (int head = 0; head < {key.Heads}; head++)"))
            using (code.Block("for (int beam = 0; beam < beams; beam++)"))
            {
                code.Line($"ref float query = ref Unsafe.Add(ref q, ((nint)beam * {key.QueryStride}) + (head * {key.HeadWidth}));");
                using (code.Block($"for (int page = 0; page * {Measures.KeyPanel} < visible; page++)"))
                    code.Line($"{scores}(1, 1, ref query, ref Unsafe.Add(ref k, ((nint)lanes[(page * beams) + beam] * {beams.LaneFloats}) + (head * (nint){key.HeadFloats}) + (page * {key.HeadWidth * Measures.KeyPanel})), ref Unsafe.Add(ref scores, page * {Measures.KeyPanel}));");
                code.Line($"{softmax}(1, visible, 0, visible, ref scores);");
                int whole = key.HeadWidth / isa.Lanes, rest = key.HeadWidth % isa.Lanes, column = 0;
                foreach ((int vectors, int count) in Chunks(whole, rest > 0))
                {
                    int width = vectors * isa.Lanes;
                    bool partial = column + (width * count) > key.HeadWidth;
                    using (code.Block($"for (nint chunk = {column}; chunk < {column + (width * count)}; chunk += {width})"))
                    {
                        for (int vector = 0; vector < vectors; vector++)
                            code.Line($"{V} a{vector} = {V}.Zero;");
                        using (code.Block($"for (int page = 0; page * {Measures.KeyPanel} < visible; page++)"))
                        {
                            code.Line($"ref float value = ref Unsafe.Add(ref v, ((nint)lanes[(page * beams) + beam] * {beams.LaneFloats}) + (page * (nint){Measures.KeyPanel * key.ValueStride}) + (head * {key.HeadWidth}) + chunk);");
                            using (code.Block($"for (int i = page * {Measures.KeyPanel}, end = Math.Min(visible, i + {Measures.KeyPanel}); i < end; i++)"))
                            {
                                code.Line($"{V} weight = {Create("Unsafe.Add(ref scores, i)")};");
                                for (int vector = 0; vector < vectors; vector++)
                                    code.Line($"a{vector} = {MultiplyAdd("weight", Load("value", Number(vector * isa.Lanes)), $"a{vector}")};");
                                code.Line($"value = ref Unsafe.Add(ref value, {key.ValueStride});");
                            }
                        }

                        code.Line($"{V} inverse = {Create($"Unsafe.Add(ref scores, {Number(key.ScoreStride - Measures.InverseSum)})")};");
                        code.Line($"ref float d = ref Unsafe.Add(ref y, ((nint)beam * {key.DestinationStride}) + (head * {key.HeadWidth}) + chunk);");
                        for (int vector = 0; vector < vectors; vector++)
                        {
                            code.Line(partial && vector == vectors - 1
                                ? $"Lanes.StorePartial(a{vector} * inverse, ref Unsafe.Add(ref d, {Number(vector * isa.Lanes)}), {rest});"
                                : Store($"(a{vector} * inverse)", "d", Number(vector * isa.Lanes)));
                        }
                    }

                    column += width * count;
                }
            }
        }
    }

    private void Scores(ScoresKey key)
    {
        Heights(
            names[key], $"scores[height × keys] = q[height × {key.HeadWidth}] · Kᵀ, keys in panels of {Measures.KeyPanel}.",
            "int panels, ref float q, ref float keys, ref float scores", "panels, ref q, ref keys, ref scores",
            height =>
            {
                code.Line("ref float d = ref scores;");
                code.Line("ref float panel = ref keys;");
                int columns = 2 * isa.Lanes, blocks = Measures.KeyPanel / columns;
                using (code.Block("while (true)"))
                {
                    if (blocks == 1)
                    {
                        Block("panel");
                    }
                    else
                    {
                        using (code.Block($"for (int block = 0; block < {Measures.KeyPanel}; block += {columns})"))
                            Block("Unsafe.Add(ref panel, block)");
                    }

                    code.Line("if (--panels == 0)");
                    code.Line("    return;");
                    code.Line($"panel = ref Unsafe.Add(ref panel, {key.HeadWidth * Measures.KeyPanel});");
                }

                void Block(string weights)
                {
                    Multiply(height, 2, "q", weights, key.QueryStride, Measures.KeyPanel, Number(key.HeadWidth), key.HeadWidth % 4 == 0 ? 4 : key.HeadWidth % 2 == 0 ? 2 : 1);
                    for (int row = 0; row < height; row++)
                    {
                        for (int vector = 0; vector < 2; vector++)
                            code.Line(Store($"a{row}{vector}", "d", Number((row * key.ScoreStride) + (vector * isa.Lanes))));
                    }

                    code.Line($"d = ref Unsafe.Add(ref d, {columns});");
                }
            });
    }

    /// <summary>
    /// Two passes over a row, nothing rescaled. Keys that a row does not see become exact zeros and never enter the
    /// maximum; what the padding of the last panel holds is not looked at. The inverse of the sum stands behind the row.
    /// </summary>
    private void Softmax(SoftmaxKey key)
    {
        using (code.Method(
            $"score = exp(scale · (score − largest of the row)), 0 from key first + r · step of row r on; 1 / sum behind the row, at {key.ScoreStride - Measures.InverseSum}.",
            $"private static void {names[key]}(int rows, int first, int step, int keys, ref float scores)", Kernel))
        using (code.Block("for (int row = 0; row < rows; row++)"))
        {
            code.Line($"ref float s = ref Unsafe.Add(ref scores, (nint)row * {key.ScoreStride});");
            code.Line("int seen = first + (row * step), last = seen & 15;");
            code.Line("nuint whole = (nuint)(seen - last), end = (nuint)((keys + 15) & ~15);");
            foreach (int part in Parts)
                code.Line($"{V} below{part} = {Below("last", part)};");
            Declare("max", Create("float.NegativeInfinity"));
            using (code.Block("for (nuint i = 0; i < whole; i += 16)"))
            {
                foreach (int part in Parts)
                    code.Line($"max{part} = {isa.Vector}.MaxNative(max{part}, {Load("s", At("i", part))});");
            }

            using (code.Block("if (last > 0)"))
            {
                foreach (int part in Parts)
                    code.Line($"max{part} = {isa.Vector}.MaxNative(max{part}, {isa.Vector}.ConditionalSelect(below{part}, {Load("s", At("whole", part))}, {Create("float.NegativeInfinity")}));");
            }

            code.Line($"{V} largest = {Create(Reduce("Max", "max"))};");
            code.Line($"{V} scale = {Create(Float(key.Scale))};");
            if (isa.KeepsTerms)
            {
                code.Line($"{V} sum0 = VectorMath.SoftmaxWeights(ref s, whole, largest, scale);");
            }
            else
            {
                Declare("sum", V + ".Zero");
                using (code.Block("for (nuint i = 0; i < whole; i += 16)"))
                    Weights("i", masked: false);
            }

            using (code.Block("if (last > 0)"))
            {
                Weights("whole", masked: true);
                code.Line("whole += 16;");
            }

            using (code.Block($"for (; whole < end; whole += {isa.Lanes})"))
                code.Line(Store(V + ".Zero", "s", "whole"));
            code.Line($"Unsafe.Add(ref s, {key.ScoreStride - Measures.InverseSum}) = 1f / {Reduce("Sum", "sum")};");
        }

        void Weights(string offset, bool masked)
        {
            foreach (int part in Parts)
            {
                string weight = $"VectorMath.ExpOfNonPositive(({Load("s", At(offset, part))} - largest) * scale)";
                code.Line($"{V} weight{part} = {(masked ? $"{weight} & below{part}" : weight)};");
                code.Line($"sum{part} += weight{part};");
                code.Line(Store($"weight{part}", "s", At(offset, part)));
            }
        }
    }

    private void Context(ContextKey key)
    {
        int whole = key.HeadWidth / isa.Lanes, rest = key.HeadWidth % isa.Lanes;
        (int vectors, int count)[] chunks = Chunks(whole, rest > 0).ToArray();
        Heights(
            names[key], $"y[height × {key.HeadWidth}] = weights[height × keys] · V / sum, k ascending over the keys.",
            "int keys, ref float weights, ref float v, ref float y", "keys, ref weights, ref v, ref y",
            height =>
            {
                int column = 0;
                foreach ((int vectors, int count) in chunks)
                {
                    int width = vectors * isa.Lanes;
                    bool partial = column + (width * count) > key.HeadWidth;
                    using (count > 1 ? code.Block($"for (nint chunk = {column}; chunk < {column + (width * count)}; chunk += {width})") : code.Block())
                    {
                        string start = count > 1 ? "chunk" : Number(column);
                        Multiply(height, vectors, "weights", start == "0" ? "v" : $"Unsafe.Add(ref v, {start})", key.ScoreStride, key.ValueStride, "keys", 1);
                        code.Line($"ref float d = ref Unsafe.Add(ref y, {start});");
                        for (int row = 0; row < height; row++)
                        {
                            code.Line($"{V} inverse{row} = {Create($"Unsafe.Add(ref weights, {Number((row * key.ScoreStride) + key.ScoreStride - Measures.InverseSum)})")};");
                            for (int vector = 0; vector < vectors; vector++)
                            {
                                int offset = (row * key.DestinationStride) + (vector * isa.Lanes);
                                code.Line(partial && vector == vectors - 1
                                    ? $"Lanes.StorePartial(a{row}{vector} * inverse{row}, ref Unsafe.Add(ref d, {Number(offset)}), {rest});"
                                    : Store($"(a{row}{vector} * inverse{row})", "d", Number(offset)));
                            }
                        }
                    }

                    column += width * count;
                }
            });
    }

    /// <summary>Cuts a head's channels into chunks as wide as a tile; the last one may end within a vector.</summary>
    private IEnumerable<(int vectors, int count)> Chunks(int whole, bool rest)
    {
        int vectors = isa.Vectors == 3 && whole % 3 != 0 && whole % 2 == 0 && !rest ? 2 : isa.Vectors;
        if (whole / vectors > 0)
            yield return (vectors, whole / vectors);
        int left = (whole % vectors) + (rest ? 1 : 0);
        if (left > 0)
            yield return (left, 1);
    }

    /// <summary>A method that switches on the height of a strip, and one for each height.</summary>
    private void Heights(string name, string summary, string parameters, string arguments, Action<int> body)
    {
        using (code.Method(summary, $"private static void {name}(int height, {parameters})"))
        using (code.Block("switch (height)"))
        {
            for (int height = 1; height <= isa.Height; height++)
                code.Line($"{(height == isa.Height ? "default" : $"case {height}")}: {name}_H{height}({arguments}); break;");
        }

        for (int height = 1; height <= isa.Height; height++)
        {
            using (code.Method($"<see cref=\"{name}\"/> for {height} row{(height == 1 ? "" : "s")}.", $"private static void {name}_H{height}({parameters})", KernelOf(height, isa.Height)))
                body(height);
        }
    }
}
