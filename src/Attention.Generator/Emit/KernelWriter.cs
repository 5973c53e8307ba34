using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using static Attention.Generator.Emit.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>
/// Writes the kernels of one instruction set. Every element of a product is one chain of fused multiply-adds over
/// ascending k from +0, and every reduction runs over 16 virtual lanes, so that neither tile nor vector width changes a
/// bit of a result.
/// </summary>
internal sealed partial class KernelWriter(CodeWriter code, Isa isa, KernelNames names)
{
    /// <summary>A kernel that few calls need, compiled for the first of them.</summary>
    private const string Rare = "[" + Compiled + "]";

    /// <summary>A kernel that most calls need.</summary>
    private const string Kernel = "[CompiledAhead, " + Compiled + "]";

    private const string Compiled = "MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)";

    /// <summary>Calls of many rows need the highest tile, those of one row the lowest; the others come when a length needs them.</summary>
    private static string KernelOf(int height, int highest) => height == 1 || height == highest ? Kernel : Rare;

    private string V => isa.VectorOfFloat;

    public void Write(KernelKey key)
    {
        switch (key)
        {
            case EmbedKey embed: Embed(embed); break;
            case AddPositionsKey add: AddPositions(add); break;
            case AddTypesKey add: AddTypes(add); break;
            case NormalizeKey normalize: Normalize(normalize); break;
            case TileKey tile: Tile(tile); break;
            case ProductKey product: Product(product); break;
            case ActivateKey activate: Activate(activate); break;
            case ScoresKey scores: Scores(scores); break;
            case SoftmaxKey softmax: Softmax(softmax); break;
            case ContextKey context: Context(context); break;
            case AttendKey attend: Attend(attend, attend, null); break;
            case CapturedAttendKey captured: Attend(captured, captured.Attend, captured); break;
            case BeamAttendKey beams: AttendBeams(beams); break;
            case PoolKey pool: Pool(pool); break;
            case L2NormalizeKey normalize: L2Normalize(normalize); break;
            default: throw new InvalidOperationException("No writer for " + key.GetType().Name);
        }
    }

    private string Load(string reference, string offset = "") => offset.Length == 0
        ? $"{isa.Vector}.LoadUnsafe(ref {reference})"
        : $"{isa.Vector}.LoadUnsafe(ref {reference}, {offset})";

    private static string Store(string value, string reference, string offset = "") => offset.Length == 0
        ? $"{value}.StoreUnsafe(ref {reference});"
        : $"{value}.StoreUnsafe(ref {reference}, {offset});";

    private string Create(string value) => $"{isa.Vector}.Create({value})";

    private string MultiplyAdd(string a, string b, string c) => $"{isa.Vector}.{isa.MultiplyAdd}({a}, {b}, {c})";

    /// <summary>The offset of part <paramref name="part"/> of the 16 lanes that begin at <paramref name="start"/>.</summary>
    private string At(string start, int part) => part == 0 ? start : $"{start} + {Number(part * isa.Lanes)}";

    private IEnumerable<int> Parts => Enumerable.Range(0, isa.Parts);

    /// <summary>A mask of the lanes of a part that are below a count of the 16.</summary>
    private string Below(string count, int part) => $"Lanes.Below{Number(32 * isa.Lanes)}({(part == 0 ? count : $"{count} - {Number(part * isa.Lanes)}")})";

    /// <summary>A reduction of the 16 virtual lanes.</summary>
    private string Reduce(string how, string name) => $"Lanes.{how}({string.Join(", ", Parts.Select(part => name + part))})";

    private void Declare(string name, string value)
    {
        foreach (int part in Parts)
            code.Line($"{V} {name}{part} = {value};");
    }

    private void Embed(EmbedKey key)
    {
        using (code.Method(
            $"y[rows × {key.Width}] = table[tokens]{(key.Scale == 1 ? "" : $" · {key.Scale.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}")}{(key.HasPositions ? " + positions" : "")}.",
            $"private static void {names[key]}(ReadOnlySpan<int> tokens, int position, ref float table, ref float positions, ref float y)", Kernel))
        using (code.Block("for (int row = 0; row < tokens.Length; row++)"))
        {
            code.Line($"ref float e = ref Unsafe.Add(ref table, (nint)tokens[row] * {key.TableStride});");
            if (key.HasPositions)
                code.Line($"ref float p = ref Unsafe.Add(ref positions, (nint)(position + row) * {key.PositionsStride});");
            code.Line($"ref float d = ref Unsafe.Add(ref y, (nint)row * {key.DestinationStride});");
            using (code.Block($"for (nuint i = 0; i < {Padding.Up(key.Width, Measures.Group)}; i += {isa.Lanes})"))
            {
                string e = Load("e", "i"), scale = Create(Float(key.Scale));
                string value = (key.Scale != 1, key.HasPositions) switch
                {
                    (true, true) => MultiplyAdd(e, scale, Load("p", "i")),
                    (true, false) => $"({e} * {scale})",
                    (false, true) => $"({e} + {Load("p", "i")})",
                    _ => e,
                };
                code.Line(Store(value, "d", "i"));
            }
        }
    }

    private void AddPositions(AddPositionsKey key)
    {
        using (code.Method(
            $"y[rows × {key.Width}] += positions.",
            $"private static void {names[key]}(int position, int rows, ref float positions, ref float y)", Kernel))
        using (code.Block("for (int row = 0; row < rows; row++)"))
        {
            code.Line($"ref float p = ref Unsafe.Add(ref positions, (nint)(position + row) * {key.TableStride});");
            code.Line($"ref float d = ref Unsafe.Add(ref y, (nint)row * {key.Stride});");
            using (code.Block($"for (nuint i = 0; i < {Padding.Up(key.Width, Measures.Group)}; i += {isa.Lanes})"))
                code.Line(Store($"({Load("d", "i")} + {Load("p", "i")})", "d", "i"));
        }
    }

    private void AddTypes(AddTypesKey key)
    {
        using (code.Method(
            $"y[rows × {key.Width}] += the row of the table {(key.HasChoice ? "that the token's type chooses, row 0 without types" : "of the only type")}.",
            $"private static void {names[key]}(int rows, {(key.HasChoice ? "ReadOnlySpan<int> types, " : "")}ref float table, ref float y)", Kernel))
        using (code.Block("for (int row = 0; row < rows; row++)"))
        {
            code.Line($"ref float t = ref {(key.HasChoice ? $"Unsafe.Add(ref table, types.IsEmpty ? 0 : (nint)types[row] * {key.TableStride})" : "table")};");
            code.Line($"ref float d = ref Unsafe.Add(ref y, (nint)row * {key.Stride});");
            using (code.Block($"for (nuint i = 0; i < {Padding.Up(key.Width, Measures.Group)}; i += {isa.Lanes})"))
                code.Line(Store($"({Load("d", "i")} + {Load("t", "i")})", "d", "i"));
        }
    }

    /// <summary>
    /// A kernel whose work threads share: the method that stages call, which has the team run chunks, and the one for a chunk.
    /// </summary>
    private CodeWriter.Scope Shared(KernelKey key, string summary, string parameters, string run)
    {
        code.Line();
        code.Line("/// <summary>" + summary + "</summary>");
        code.Line($"private static void {names[key]}(TeamWork work, {parameters}) => work.{run};");
        return code.Method($"A chunk of <see cref=\"{names[key]}\"/>.", $"private static void {names[key]}_Chunk(in Chunk chunk, TeamWork work)", key is CapturedAttendKey ? Rare : Kernel);
    }

    private void Normalize(NormalizeKey key)
    {
        int padded = Padding.Up(key.Width, Measures.Group), whole = key.Width / Measures.Group * Measures.Group;
        const int cyclesOfGroup = 8;
        using (Shared(
            key, $"y = (x − mean) / √(variance + ε) · weight + bias, each row of {key.Width}, in two passes; padding stays zero.",
            "int rows, ref float x, ref float w, ref float y", $"Run({names.Number(key)}, 1, rows, 1, {padded * cyclesOfGroup}, ref x, ref w, ref y)"))
        using (code.Block("for (int row = chunk.Row; row < chunk.Row + chunk.Rows; row++)"))
        {
            code.Line("ref float w = ref work.W;");
            code.Line($"ref float s = ref Unsafe.Add(ref work.X, (nint)row * {key.SourceStride});");
            code.Line($"ref float d = ref Unsafe.Add(ref work.Y, (nint)row * {key.DestinationStride});");
            Declare("sum", V + ".Zero");
            using (code.Block($"for (nuint i = 0; i < {padded}; i += 16)"))
            {
                foreach (int part in Parts)
                    code.Line($"sum{part} += {Load("s", At("i", part))};");
            }

            code.Line($"{V} mean = {Create($"{Reduce("Sum", "sum")} / {key.Width}f")};");
            Declare("square", V + ".Zero");
            if (whole > 0)
            {
                using (code.Block($"for (nuint i = 0; i < {whole}; i += 16)"))
                {
                    foreach (int part in Parts)
                    {
                        code.Line($"{V} difference{part} = {Load("s", At("i", part))} - mean;");
                        code.Line($"square{part} = {MultiplyAdd($"difference{part}", $"difference{part}", $"square{part}")};");
                    }
                }
            }

            if (whole < key.Width)
            {
                foreach (int part in Parts)
                {
                    code.Line($"{V} last{part} = ({Load("s", Number(whole + (part * isa.Lanes)))} - mean) & {Below(Number(key.Width - whole), part)};");
                    code.Line($"square{part} = {MultiplyAdd($"last{part}", $"last{part}", $"square{part}")};");
                }
            }

            code.Line($"{V} scale = {Create($"1f / MathF.Sqrt(({Reduce("Sum", "square")} / {key.Width}f) + {Float(key.Epsilon)})")};");
            using (code.Block($"for (nuint i = 0; i < {padded}; i += {isa.Lanes})"))
                code.Line(Store(MultiplyAdd($"(({Load("s", "i")} - mean) * scale)", Load("w", "i"), Load("w", $"i + {padded}")), "d", "i"));
        }
    }

    private void L2Normalize(L2NormalizeKey key)
    {
        int padded = Padding.Up(key.Width, Measures.Group);
        using (code.Method(
            $"y = x / max(‖x‖₂, 1e-12), each row of {key.Width}; padding is zero.",
            $"private static void {names[key]}(int rows, ref float x, ref float y)", Kernel))
        using (code.Block("for (int row = 0; row < rows; row++)"))
        {
            code.Line($"ref float s = ref Unsafe.Add(ref x, (nint)row * {key.SourceStride});");
            code.Line($"ref float d = ref Unsafe.Add(ref y, (nint)row * {key.DestinationStride});");
            Declare("square", V + ".Zero");
            using (code.Block($"for (nuint i = 0; i < {padded}; i += 16)"))
            {
                foreach (int part in Parts)
                {
                    code.Line($"{V} value{part} = {Load("s", At("i", part))};");
                    code.Line($"square{part} = {MultiplyAdd($"value{part}", $"value{part}", $"square{part}")};");
                }
            }

            code.Line($"{V} norm = {Create($"MathF.Max(MathF.Sqrt({Reduce("Sum", "square")}), 1e-12f)")};");
            using (code.Block($"for (nuint i = 0; i < {padded}; i += {isa.Lanes})"))
                code.Line(Store($"({Load("s", "i")} / norm)", "d", "i"));
        }
    }

    private void Pool(PoolKey key)
    {
        using (code.Method(
            $"y[{key.Width}] = the {key.Kind switch { PoolingKind.Mean => "mean", PoolingKind.Max => "largest", _ => "first" }} of the rows of x.",
            $"private static void {names[key]}(int rows, ref float x, ref float y)", Kernel))
        using (code.Block($"for (nuint i = 0; i < {Padding.Up(key.Width, Measures.Group)}; i += {isa.Lanes})"))
        {
            code.Line($"{V} value = {Load("x", "i")};");
            if (key.Kind != PoolingKind.First)
            {
                using (code.Block("for (int row = 1; row < rows; row++)"))
                {
                    string next = Load($"Unsafe.Add(ref x, (nint)row * {key.SourceStride})", "i");
                    code.Line(key.Kind == PoolingKind.Mean ? $"value += {next};" : $"value = {isa.Vector}.Max(value, {next});");
                }
            }

            code.Line(Store(key.Kind == PoolingKind.Mean ? "(value / (float)rows)" : "value", "y", "i"));
        }
    }

    private void Activate(ActivateKey key)
    {
        using (code.Method(
            $"y = {key.Name}(y) over a strip of columns, while it is in the first-level cache.",
            $"private static void {names[key]}(int rows, int columns, nint stride, ref float y)", Kernel))
        {
            if (key.Activation == Activation.Gelu && isa.KeepsTerms)
            {
                code.Line("VectorMath.GeluRows(rows, columns, stride, ref y);");
                return;
            }

            using (code.Block("for (int row = 0; row < rows; row++)"))
            {
                code.Line("ref float d = ref Unsafe.Add(ref y, row * stride);");
                using (code.Block($"for (nuint i = 0; i < (nuint)columns; i += {isa.Lanes})"))
                    code.Line(Store($"VectorMath.{key.Activation}({Load("d", "i")})", "d", "i"));
            }
        }
    }

    private void Product(ProductKey key)
    {
        int padded = Padding.Up(key.N, Measures.Group), widest = key.Panels.Max(panel => panel.Vectors) * isa.Lanes, panels = RunPanels(key);
        string formula = (key.Accumulate ? "y + " : "") + (key.Activation == Activation.Identity ? "x · W + b" : $"{key.Activation}(x · W + b)");
        using (Shared(
            key, $"y[rows × {key.N}] = {formula}, x[rows × {key.K}]; rows in blocks of balanced heights, at most {isa.Height}.",
            $"int rows, ref float x, ref float w, ref float y{(key.TailStride is null ? "" : ", ref float tail")}",
            $"Run({names.Number(key)}, {panels}, rows, {isa.Height}, {Number((long)key.K * widest)}, ref x, ref w, ref y{(key.TailStride is null ? "" : ", ref tail")})"))
        {
            code.Line($"int rows = chunk.Rows, blocks = (rows + {isa.Height - 1}) / {isa.Height}, height = rows / blocks, taller = rows % blocks;");
            code.Line("nint split = (nint)taller * (height + 1); // rows before it are in blocks one row taller");
            code.Line($"ref float x = ref Unsafe.Add(ref work.X, chunk.Row * (nint){key.SourceStride});");
            code.Line("ref float w = ref work.W;");
            code.Line($"ref float b = ref Unsafe.Add(ref w, {Number(key.Format.PanelFloats(key.K, padded))});");
            code.Line($"ref float y = ref Unsafe.Add(ref work.Y, chunk.Row * (nint){key.DestinationStride});");
            int column = 0, first = 0;
            foreach (Panel panel in key.Panels)
            {
                int columns = panel.Vectors * isa.Lanes;
                int count = key.TailStride is null ? panel.Count : Math.Min(panel.Count, (key.N - column) / columns);
                if (count > 0)
                {
                    string from = first == 0 ? "chunk.First" : $"Math.Max(chunk.First, {first})", index = first == 0 ? "panel" : $"(panel - {first})";
                    using (code.Block($"for (int panel = {from}; panel < {(panels == first + count ? "chunk.End" : $"Math.Min(chunk.End, {first + count})")}; panel++)"))
                        Panels(panel, columns, index, Offset("y", index, columns, column), Number(key.DestinationStride));
                }

                column += count * columns;
                first += count;
                if (count < panel.Count && column < key.N)
                {
                    using (code.Block($"if (chunk.End > {first}) // The last panel is wider than what is left of the caller's rows."))
                    {
                        code.Line($"ref float tail = ref Unsafe.Add(ref work.Z, chunk.Row * (nint){key.TailStride});");
                        Panels(panel, columns, "0", "ref tail", Number(key.TailStride!.Value));
                        code.Line($"RowCopy.Copy(rows, {key.N - column}, ref tail, {key.TailStride}, ref Unsafe.Add(ref y, {column}), {key.DestinationStride});");
                    }

                    break;
                }
            }

            void Panels(Panel panel, int columns, string index, string destination, string stride)
            {
                string tile = names[KernelChooser.TileOf(key, panel)], accumulate = key.Accumulate ? "true" : "false";
                int perFloat = key.Format.PerFloat();
                code.Line($"ref float panelWeights = {Offset("w", index, columns * key.K / perFloat, column * key.K / perFloat)};");
                code.Line($"ref float panelBias = {Offset("b", index, columns, column)};");
                code.Line($"ref float d = {destination};");
                if (key.Format == WeightFormat.Float32)
                {
                    Blocks();
                }
                else
                {
                    using (code.Block($"if (rows <= {WeightFormats.DirectRows})"))
                        code.Line($"{names[KernelChooser.DirectTileOf(key, panel)]}(rows, 1, ref x, ref panelWeights, ref panelBias, ref d, {stride}, {accumulate});");
                    using (code.Block("else"))
                    {
                        string count = Number((long)key.K * columns);
                        code.Line(key.Format.IsInterleaved(key.K)
                            ? $"Widening.Int8Groups{32 * isa.Lanes}(ref panelWeights, ref work.Scratch(chunk.Worker), {count});"
                            : $"Widening.Panel(global::Attention.Dsl.WeightFormat.{key.Format}, ref panelWeights, 0, ref work.Scratch(chunk.Worker), {count});");
                        code.Line("panelWeights = ref work.Scratch(chunk.Worker);");
                        Blocks();
                    }
                }

                if (key.Activation != Activation.Identity)
                    code.Line($"{names[new ActivateKey(key.Activation)]}(rows, {columns}, {stride}, ref d);");

                void Blocks()
                {
                    using (code.Block("if (taller > 0)"))
                        code.Line($"{tile}(height + 1, taller, ref x, ref panelWeights, ref panelBias, ref d, {stride}, {accumulate});");
                    code.Line($"{tile}(height, blocks - taller, ref Unsafe.Add(ref x, split * {key.SourceStride}), ref panelWeights, ref panelBias, ref Unsafe.Add(ref d, split * {stride}), {stride}, {accumulate});");
                }
            }
        }
    }

    /// <summary>How many panels a product runs: in the caller's rows those that have columns; elsewhere all, since the padding is to be zero.</summary>
    private int RunPanels(ProductKey key)
    {
        int column = 0, panels = 0;
        foreach (Panel panel in key.Panels)
        {
            int columns = panel.Vectors * isa.Lanes;
            panels += key.TailStride is null ? panel.Count : Math.Min(panel.Count, Math.Max(0, key.N - column + columns - 1) / columns);
            column += panel.Count * columns;
        }

        return panels;
    }

    private static string Offset(string reference, string index, int step, int start) =>
        index == "0" ? $"ref Unsafe.Add(ref {reference}, {Number(start)})"
            : $"ref Unsafe.Add(ref {reference}, ({index} * (nint){step}){(start == 0 ? "" : " + " + Number(start))})";

    private void Tile(TileKey key)
    {
        string columns = $"{key.Vectors} × {isa.Lanes} columns";
        using (code.Method(
            $"Blocks of rows of one panel, {columns}, K = {key.K}; each height has a method of its own.",
            $"private static void {names[key]}(int height, int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate)"))
        using (code.Block("switch (height)"))
        {
            for (int height = 1; height <= key.Height(isa); height++)
            {
                string label = height == key.Height(isa) ? "default" : $"case {height}";
                code.Line($"{label}: {names[key]}_H{height}(blocks, ref x, ref w, ref bias, ref y, stride, accumulate); break;");
            }
        }

        for (int height = 1; height <= key.Height(isa); height++)
            TileOf(key, height);
    }

    private void TileOf(TileKey key, int height)
    {
        using (code.Method(
            $"{height} × {key.Vectors} accumulators: y (+)= x[{height} × {key.K}] · w[{key.K} × {key.Vectors * isa.Lanes}] + bias, block after block.",
            $"private static void {names[key]}_H{height}(int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, bool accumulate)", KernelOf(height, key.Height(isa))))
        using (code.Block("while (true)"))
        {
            int unroll = key.K % 4 == 0 ? 4 : key.K % 2 == 0 ? 2 : 1;
            Multiply(height, key.Vectors, "x", "w", key.SourceStride, key.Vectors * isa.Lanes, Number(key.K), unroll, key.Format);
            for (int vector = 0; vector < key.Vectors; vector++)
                code.Line($"{V} bias{vector} = {Load("bias", Number(vector * isa.Lanes))};");
            for (int vector = 0; vector < key.Vectors && key.ScalesAfter > 0; vector++)
                code.Line($"{V} scale{vector} = {Load("bias", Number(key.ScalesAfter + (vector * isa.Lanes)))};");
            code.Line("ref float d = ref y;");
            for (int row = 0; row < height; row++)
            {
                for (int vector = 0; vector < key.Vectors; vector++)
                    code.Line(key.ScalesAfter > 0 ? $"a{row}{vector} = {MultiplyAdd($"a{row}{vector}", $"scale{vector}", $"bias{vector}")};" : $"a{row}{vector} += bias{vector};");
                using (code.Block("if (accumulate)"))
                {
                    for (int vector = 0; vector < key.Vectors; vector++)
                        code.Line($"a{row}{vector} += {Load("d", Number(vector * isa.Lanes))};");
                }

                for (int vector = 0; vector < key.Vectors; vector++)
                    code.Line(Store($"a{row}{vector}", "d", Number(vector * isa.Lanes)));
                if (row + 1 < height)
                    code.Line("d = ref Unsafe.Add(ref d, stride);");
            }

            code.Line("if (--blocks == 0)");
            code.Line("    return;");
            code.Line($"x = ref Unsafe.Add(ref x, {Number(height * key.SourceStride)});");
            code.Line($"y = ref Unsafe.Add(ref y, {height} * stride);");
        }
    }

    /// <summary>Vector <paramref name="number"/> of the groups that begin at <c>wk</c>, as <c>Widening.Int8Groups512</c> has it.</summary>
    private void InterleavedWeights(int number, string name)
    {
        string group = "group" + Number(number / 4);
        if (number % 4 == 0)
            code.Line($"{isa.Vector}<int> {group} = {isa.Vector}.LoadUnsafe(ref Unsafe.As<float, int>(ref wk), {Number(number / 4 * isa.Lanes)});");
        string highest = isa.Vector + ".Create(Widening.HighestByte)";
        string bytes = (number % 4) switch { 0 => group + " << 24", 3 => $"{group} & {highest}", int place => $"({group} << {24 - (8 * place)}) & {highest}" };
        code.Line($"{V} {name} = {isa.Vector}.ConvertToSingle({bytes});");
    }

    /// <summary>
    /// How far ahead one row of narrow weights asks for memory: 8 KB. The widening keeps the core too busy to have many
    /// lines under way by itself; wide weights come as fast without.
    /// </summary>
    private const int PrefetchFloats = 2048;

    /// <summary>
    /// The heart of every product: accumulators a[row][vector] from zero, k ascending. The rows of x are
    /// <paramref name="sourceStride"/> apart, those of w <paramref name="weightStride"/>; both walk on by references, so
    /// that every address is a register and a constant.
    /// </summary>
    private void Multiply(int height, int vectors, string x, string w, int sourceStride, int weightStride, string count, int unroll, WeightFormat format = WeightFormat.Float32)
    {
        for (int row = 0; row < height; row++)
        {
            for (int vector = 0; vector < vectors; vector++)
                code.Line($"{V} a{row}{vector} = {V}.Zero;");
        }

        code.Line($"ref float xk = ref {x};");
        code.Line($"ref float wk = ref {w};");
        using (code.Block($"for (int k = {count}; k > 0; k -= {unroll})"))
        {
            for (int line = 0; format != WeightFormat.Float32 && height == 1 && line < unroll * weightStride / format.PerFloat(); line += Measures.Group)
                code.Line($"Widening.Prefetch(ref wk, {Number(PrefetchFloats + line)});");
            for (int step = 0; step < unroll; step++)
            {
                string suffix = unroll == 1 ? "" : "_" + step;
                for (int vector = 0; vector < vectors; vector++)
                {
                    if (format.IsInterleaved(unroll))
                    {
                        InterleavedWeights((step * vectors) + vector, $"w{vector}{suffix}");
                        continue;
                    }

                    string at = Number((step * weightStride) + (vector * isa.Lanes));
                    code.Line($"{V} w{vector}{suffix} = {(format == WeightFormat.Float32 ? Load("wk", at) : $"Widening.{format}To{32 * isa.Lanes}(ref wk, {at})")};");
                }

                for (int row = 0; row < height; row++)
                {
                    code.Line($"{V} x{row}{suffix} = {Create(row == 0 && step == 0 ? "xk" : $"Unsafe.Add(ref xk, {Number((row * sourceStride) + step)})")};");
                    for (int vector = 0; vector < vectors; vector++)
                        code.Line($"a{row}{vector} = {MultiplyAdd($"x{row}{suffix}", $"w{vector}{suffix}", $"a{row}{vector}")};");
                }
            }

            code.Line($"xk = ref Unsafe.Add(ref xk, {unroll});");
            code.Line($"wk = ref Unsafe.Add(ref wk, {Number(unroll * weightStride / format.PerFloat())});");
        }
    }
}
