using System.Globalization;
using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// <c>activation(residual + input · Wᵀ + biases)</c>, the rows of all <paramref name="Weights"/> stacked. Built with one
/// weight and nothing else; the passes fold the rest in.
/// </summary>
internal sealed record Product(int Result, Spot Spot, int Input, EquatableArray<int> Weights, EquatableArray<int?> Biases, Activation Activation, int? Residual)
    : PlannedOperation(Result, Spot)
{
    /// <summary>The statistics by which each output is normalised before anything else is added, which packing does to weights and biases.</summary>
    public BatchStatistics? Norm { get; init; }

    /// <summary>What multiplies <c>input · Wᵀ + biases</c>; null for nothing.</summary>
    public Gating? Gate { get; init; }

    /// <summary>What a hyperbolic tangent draws it together below, as <see cref="Activate.Cap"/>; null for nothing.</summary>
    public float? Cap { get; init; }

    /// <summary>The kinds of tokens of which the caller is to have the logits only where they can follow; none where it has all.</summary>
    public EquatableArray<TokenSegment> Kinds { get; init; } = EquatableArray<TokenSegment>.Empty;

    /// <summary>In which numbers it multiplies.</summary>
    public ProductFormat Format { get; init; }

    /// <summary>Whether it can multiply whole numbers: one that is made row by row in a loop, or of the first rows of each sequence only, stays as it is.</summary>
    public bool TakesIntegers => Format != ProductFormat.Float32 && Loop is null && First is null;

    /// <summary>How large those are, where its input is quantised; null in float32.</summary>
    public IntegerLevel? Level { get; init; }

    /// <summary>Whether the columns of its weights are the rows of one table, with nothing folded in, in the format of all weights.</summary>
    public bool HasRowsOfTable => Weights.Count == 1 && Norm is null && Gate is null && Level is null;

    /// <summary>Of how many rows at the beginning of each sequence it is; null for all.</summary>
    public int? First { get; init; }

    public override EquatableArray<int> Reads => Residual is int residual ? EquatableArray.Of(Input, residual) : EquatableArray.Of(Input);

    public override int? LiesOn => Residual;

    /// <summary>What its buffer is called, where what reads it says that.</summary>
    public string? Called { get; init; }

    public override string Word => Called ?? this switch
    {
        { First: not null } => "global query",
        { Weights.Count: 3 } => "query, key, value",
        { Weights.Count: > 3 } => "query, keys, values",
        { Section: Section.Other } => "source keys, values",
        { Activation: not Activation.Identity } => "hidden",
        _ => "query",
    };

    /// <summary>Whether it makes another stage's rows the stage's own.</summary>
    public bool IsSource { get; init; }

    public override Shape ShapeOf(IShapes shapes) => new(IsSource ? shapes.Given : First is int first ? new Leading(shapes[Input].Rows, first) : shapes[Input].Rows, Weights.Sum(weight => shapes.ParameterOf(weight).Rows));

    public override Operation? Absorb(Operation next) => next switch
    {
        Forbid forbid => this with { Result = forbid.Result, Kinds = forbid.Kinds },
        _ when Activation != Activation.Identity => null,
        Activate activate => this with { Result = activate.Result, Activation = activate.Activation, Cap = activate.Cap },
        _ when Residual is not null => null,
        AddBias bias when Norm is null && Gate is null && Biases[0] is null => this with { Result = bias.Result, Biases = EquatableArray.Of<int?>(bias.Bias) },
        BatchNorm norm when Norm is null && Gate is null => this with { Result = norm.Result, Norm = norm.Statistics },
        Gated gated when Gate is null => this with { Result = gated.Result, Gate = gated.Gate },
        Add add when add.Input == Result => this with { Result = add.Result, Residual = add.Residual },
        _ => null,
    };

    public override bool IsOfEachRow => First is null;

    /// <summary>A kernel can leave out what is padding in the last panel.</summary>
    public override bool CanWriteToCaller => true;

    public override int ScratchFloats(StagePlanner plan) => plan.Format == WeightFormat.Float32 || Level is not null ? 0 : checked(plan.ParameterOf(Weights[0]).Columns * Padding.WidestPanel);

    /// <summary>What the first rows alone cost is no row's.</summary>
    public override long FlopsPerRow(StagePlanner plan) => First is not null ? 0 : Weights.Sum(weight => 2L * plan.ParameterOf(weight).Rows * plan.ParameterOf(weight).Columns);

    /// <summary>Narrow weights may be few enough floats and yet too many to count.</summary>
    public override Finding? TooLarge(StagePlanner plan)
    {
        int inputs = plan.ParameterOf(Weights[0]).Columns, outputs = plan.WidthOf(Result);
        if (TakesIntegers && inputs > IntegerLevel.MostInputs)
        {
            return new Finding(
                RuleIds.ModelTooLarge, new Target(Origin.Stage, Origin.Part),
                $"A linear map of stage '{plan.Stage.Name}' has {Number(inputs)} inputs, but sums of whole numbers have room for {Number(IntegerLevel.MostInputs)} products; say Products = ProductFormat.Float32 there");
        }

        return (long)inputs * Padding.Up(outputs, Measures.Group) <= int.MaxValue ? null : new Finding(
            RuleIds.ModelTooLarge, new Target(Origin.Stage, Origin.Part),
            $"A linear map of stage '{plan.Stage.Name}' has {Number(inputs)} × {Number(outputs)} weights, but offsets within one reach to {Number(int.MaxValue)} only; make it smaller");
    }

    public override void Plan(StagePlanner plan)
    {
        int inputs = plan.ParameterOf(Weights[0]).Columns, outputs = plan.WidthOf(Result);
        long weights = plan.Weights.Product(Spot, Weights, Biases, plan.Format, Norm, Gate, Level);
        bool toCaller = plan.IsToCaller(Result);
        plan.Add(new Call(
            plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), toCaller ? new RowPlace(0, outputs) : plan.PlaceOf(Result), inputs, outputs, weights, plan.Format, Activation, Residual is not null, toCaller, toCaller ? plan.Tail : null, Gate is not null) { Cap = Cap, Level = Level });
        if (Kinds.Count > 0)
            plan.Add(new Forbid.Call(plan.ShapeOf(Result).Rows, Kinds));
    }

    /// <summary><c>destination = activation((destination +) source · W + b)</c>, rows × K by K × N; the bias follows the weights, and the scales of int8 weights that.</summary>
    /// <param name="ToCaller">Whether the destination is the caller's memory, which has no padding.</param>
    /// <param name="Tail">Rows for the columns of the last panel where it is wider than what is left of the caller's rows.</param>
    /// <param name="IsGated">Whether each column has a scale, whatever the format.</param>
    internal sealed record Call(
        RowCount Count, RowPlace From, RowPlace Destination, int K, int N, long Weight, WeightFormat Format, Activation Activation, bool Accumulate, bool ToCaller, RowPlace? Tail, bool IsGated) : Step, IRuns, ICall, IReadsPanels
    {
        /// <summary>What the tangent draws it together below.</summary>
        public float? Cap { get; init; }

        /// <summary>How large the whole numbers are that it multiplies; null in float32.</summary>
        public IntegerLevel? Level { get; init; }

        public override long? Weights => Weight;

        public override Step Move(Places by) => this with { Weight = Weight + by.Weights };

        public string Story => $"product {K} → {N}{(Level is null ? "" : " in " + Level.Format)}{(IsGated ? ", gated" : "")}{(Accumulate ? ", residual" : "")}{(Activation == Activation.Identity ? "" : $", {Activation}")}{(Cap is float cap ? $", capped at {cap.ToString(CultureInfo.InvariantCulture)}" : "")}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? On(isa) : null;

        public (int Count, int Floats) PanelsOn(Isa isa) => On(isa).PanelsOn(isa);

        private Code On(Isa isa) =>
            new(K, N, Format, From.Stride, Destination.Stride, Activation, Accumulate, Tail?.Stride, Level is null ? Panels.Of(N, isa, Format) : Panels.OfIntegers(N, isa), IsGated) { Cap = Cap, Level = Level };

        public void Write(StageCode code)
        {
            if (Count is Leading leading)
            {
                code.EachSequence((rows, row, _) => code.Line($"{code.NameOf(this)}(work, Math.Min({Number(leading.Count)}, {rows ?? code.RowsOf(leading.Of)}), {code.At(From, row)}, {code.Weight(Weight)}, {code.At(Destination, row)});"));
                return;
            }

            string destination = ToCaller ? "ref destination" : code.At(Destination), tail = Tail is RowPlace rows ? ", " + code.At(rows) : "";
            code.Line($"{code.NameOf(this)}({code.WorkBefore(this)}, {code.RowsOf(Count)}, {code.At(From)}, {code.Weight(Weight)}, {destination}{tail});");
        }
    }

    /// <summary>All rows of a product: rows × K by K × N.</summary>
    internal sealed record Code(
        int K, int N, WeightFormat Format, int SourceStride, int DestinationStride, Activation Activation, bool Accumulate, int? TailStride, EquatableArray<Panel> Cut, bool IsGated) : Kernel
    {
        /// <summary>What the tangent draws it together below.</summary>
        public float? Cap { get; init; }

        /// <summary>How large the whole numbers are that it multiplies; null in float32.</summary>
        public IntegerLevel? Level { get; init; }

        /// <summary>Steps over k: of a float, of a word of four whole numbers, or of groups of such.</summary>
        private int Steps => Level is null ? K : Level.Steps(K);

        /// <summary>Floats in whose place a step's weights of some columns stand.</summary>
        private int StepFloats(int columns) => Level is null ? columns / Format.PerFloat() : columns * Level.Depth;

        /// <summary>Floats in whose place all weights of some columns stand.</summary>
        private int PanelFloats(int columns) => checked((int)(Level is null ? (long)columns * K / Format.PerFloat() : Level.PanelFloats(K, columns)));

        /// <summary>Whether weights are multiplied as they lie.</summary>
        private bool IsDirect => Level is not null || Format == WeightFormat.Float32;

        /// <summary>Whether each column has a scale, behind the biases.</summary>
        private bool HasScales => IsGated || Format.HasScales();

        /// <summary>How many panels a call takes, and in place of how many floats the first stands.</summary>
        public (int Count, int Floats) PanelsOn(Isa isa) => (RunPanels(isa), PanelFloats(Cut[0].Vectors * isa.Lanes));

        public override bool IsShared => true;

        public override string Name => $"Product_{K}x{N}" + (Level is not null ? "_" + Level.Format : Format == WeightFormat.Float32 ? "" : "_" + Format) + (IsGated ? "_Gated" : "") + (Accumulate ? "_Residual" : "") + (Activation == Activation.Identity ? "" : "_" + Activation) + (Cap is null ? "" : "_Capped");

        public override IEnumerable<Kernel> Callees => Cut
            .SelectMany(panel => IsDirect ? new Kernel[] { TileOf(panel) } : Widens ? [TileOf(panel), DirectTileOf(panel), WideningTileOf(panel)] : [TileOf(panel), DirectTileOf(panel)])
            .Concat(Activation == Activation.Identity ? [] : [new Activate.Code(Activation, Cap)]);

        /// <summary>The kernel of a panel of floats, be they the stored weights or widened ones, or of one in whole numbers.</summary>
        private Kernel TileOf(Panel panel) => Level is not null ? new IntegerTile(K, panel.Vectors, SourceStride, Level) : new Tile(K, panel.Vectors, SourceStride, WeightFormat.Float32, HasScales);

        /// <summary>Whether a panel's first block of rows widens it for the others.</summary>
        private bool Widens => Format == WeightFormat.BFloat16 && !IsDirect;

        /// <summary>The kernel that does.</summary>
        private WideningTile WideningTileOf(Panel panel) => new(DirectTileOf(panel));

        /// <summary>The kernel that widens the stored weights itself.</summary>
        private Tile DirectTileOf(Panel panel) => new(K, panel.Vectors, SourceStride, Format, HasScales);

        public override void Write(KernelCode code)
        {
            Isa isa = code.Isa;
            int padded = Padding.Up(N, Measures.Group), widest = Cut.Max(panel => panel.Vectors) * isa.Lanes, panels = RunPanels(isa), most = Level is null ? isa.Height : IntegerTile.MostRows(isa, Level);
            string product = IsGated ? "g · (x · W + b)" : "x · W + b", sum = (Accumulate ? "y + " : "") + product, formula = Activation == Activation.Identity ? sum : $"{Activation}({sum})";
            using (code.Shared(
                this, $"y[rows × {N}] = {formula}, x[rows × {K}]; rows in blocks of balanced heights, at most {most}.",
                $"int rows, ref float x, ref float w, ref float y{(TailStride is null ? "" : ", ref float tail")}",
                $"Run({code.NumberOf(this)}, {panels}, rows, {most}, {Number((long)(Level is null ? K : IntegerLevel.Words(K)) * widest)}, ref x, ref w, ref y{(TailStride is null ? "" : ", ref tail")})"))
            {
                code.Line($"int rows = chunk.Rows, blocks = (rows + {most - 1}) / {most}, height = rows / blocks, taller = rows % blocks;");
                code.Line("nint split = (nint)taller * (height + 1); // rows before it are in blocks one row taller");
                code.Line($"ref float x = ref Unsafe.Add(ref work.X, chunk.Row * (nint){SourceStride});");
                code.Line("ref float w = ref work.W;");
                code.Line($"ref float b = ref Unsafe.Add(ref w, {Number(Format.PanelFloats(K, padded, Level))});");
                code.Line($"ref float y = ref Unsafe.Add(ref work.Y, chunk.Row * (nint){DestinationStride});");
                int column = 0, first = 0;
                foreach (Panel panel in Cut)
                {
                    int columns = panel.Vectors * isa.Lanes;
                    int count = TailStride is null ? panel.Count : Math.Min(panel.Count, (N - column) / columns);
                    if (count > 0)
                    {
                        string from = first == 0 ? "chunk.First" : $"Math.Max(chunk.First, {first})", index = first == 0 ? "panel" : $"(panel - {first})";
                        using (code.Block($"for (int panel = {from}; panel < {(panels == first + count ? "chunk.End" : $"Math.Min(chunk.End, {first + count})")}; panel++)"))
                            WritePanel(code, panel, "panel", index, column, Offset("y", index, columns, column), Number(DestinationStride));
                    }

                    column += count * columns;
                    first += count;
                    if (count < panel.Count && column < N)
                    {
                        WriteTail(code, panel, first, column);
                        break;
                    }
                }
            }
        }

        /// <summary>The panels that have a column of the caller's; what pads behind them is stored, but not computed.</summary>
        private int RunPanels(Isa isa)
        {
            int column = 0, panels = 0;
            foreach (Panel panel in Cut)
            {
                int columns = panel.Vectors * isa.Lanes;
                panels += TailStride is null ? panel.Count : Math.Min(panel.Count, Math.Max(0, N - column + columns - 1) / columns);
                column += panel.Count * columns;
            }

            return panels;
        }

        /// <summary>The last panel where it is wider than what is left of the caller's rows: by way of rows that have room for it.</summary>
        private void WriteTail(KernelCode code, Panel panel, int first, int column)
        {
            using (code.Block($"if (chunk.End > {first}) // The last panel is wider than what is left of the caller's rows."))
            {
                code.Line($"ref float tail = ref Unsafe.Add(ref work.Z, chunk.Row * (nint){TailStride});");
                WritePanel(code, panel, Number(first), "0", column, "ref tail", Number(TailStride!.Value));
                code.Line($"RowCopy.Copy(rows, {N - column}, ref tail, {TailStride}, ref Unsafe.Add(ref y, {column}), {DestinationStride});");
            }
        }

        private void WritePanel(KernelCode code, Panel panel, string number, string index, int column, string destination, string stride)
        {
            int columns = panel.Vectors * code.Isa.Lanes, step = StepFloats(columns);
            string tile = code.NameOf(TileOf(panel)), accumulate = StageCode.Bool(Accumulate) + (HasScales || Level is not null ? ", " + Number(Padding.Up(N, Measures.Group)) : "");
            code.Line($"ref float panelWeights = {Offset("w", index, PanelFloats(columns), PanelFloats(column))};");
            code.Line($"ref float panelBias = {Offset("b", index, columns, column)};");
            code.Line($"ref float d = {destination};");
            string next = Number(PanelFloats(columns));
            int narrow = step / KernelCode.AskingBlocks;
            if (IsDirect)
            {
                code.Line($"int asks = blocks > 1 ? {KernelCode.AskingBlocks} : 1;");
                code.Line($"nint rate = blocks > 1 ? {Number(narrow)} : {Number(step)};");
                code.Line($"ref float ahead = ref blocks > 1 ? ref work.NextPanel({number}, chunk, ref Unsafe.Add(ref panelWeights, {next})) : ref Unsafe.Add(ref panelWeights, {Number(KernelCode.WideAhead)});");
                WriteBlocks("x", "d", "taller", "blocks - taller", "split");
            }
            else
            {
                using (code.Block($"if (rows <= {WeightFormats.DirectRows})"))
                    code.Line($"{code.NameOf(DirectTileOf(panel))}(rows, 1, ref x, ref panelWeights, ref panelBias, ref d, {stride}, {accumulate});");
                using (code.Block("else"))
                {
                    string count = Number((long)K * columns);
                    code.Line("ref float wide = ref work.Scratch(chunk.Worker);");
                    code.Line($"int others = blocks{(Widens ? " - 1" : "")}, asks = Math.Min(others, {KernelCode.AskingBlocks});");
                    code.Line($"nint rate = others > 1 ? {Number(narrow)} : {Number(step)};");
                    code.Line($"ref float ahead = ref work.NextPanel({number}, chunk, ref Unsafe.Add(ref panelWeights, {next}));");
                    if (Widens)
                    {
                        code.Line("int first = height + Math.Min(taller, 1), left = Math.Max(taller - 1, 0); // rows that widen, and taller blocks behind them");
                        code.Line($"{code.NameOf(WideningTileOf(panel))}(first, ref x, ref panelWeights, ref wide, ref panelBias, ref d, {stride}, {accumulate});");
                        code.Line("panelWeights = ref wide;");
                        using (code.Block("if (others > 0)"))
                        {
                            code.Line($"ref float otherX = ref Unsafe.Add(ref x, first * (nint){SourceStride}), otherD = ref Unsafe.Add(ref d, first * (nint){stride});");
                            WriteBlocks("otherX", "otherD", "left", "others - left", "left * (nint)(height + 1)");
                        }
                    }
                    else
                    {
                        code.Line(Format.IsInterleaved(K)
                            ? $"Widening.Int8Groups{32 * code.Isa.Lanes}(ref panelWeights, ref wide, {count});"
                            : $"Widening.Panel({Format.Code()}, ref panelWeights, 0, ref wide, {count});");
                        code.Line("panelWeights = ref wide;");
                        WriteBlocks("x", "d", "taller", "blocks - taller", "split");
                    }
                }
            }

            string real = Activate.KeepsZero(Activation) || N % columns == 0 ? Number(columns) : $"Math.Clamp({Number(N - column)}{(index == "0" ? "" : $" - ({index} * {columns})")}, 0, {Number(columns)})";
            if (Activation != Activation.Identity)
                code.Line($"{code.NameOf(new Activate.Code(Activation, Cap))}(rows, {real}, {stride}, ref d);");

            // One block asks for what it multiplies, unless that was just widened; several ask for the next panel.
            void WriteBlocks(string x, string d, string taller, string others, string split)
            {
                using (code.Block($"if ({taller} > 0)"))
                {
                    code.Line($"{tile}(height + 1, {taller}, ref {x}, ref panelWeights, ref panelBias, ref {d}, {stride}, asks, ref ahead, rate, {accumulate});");
                    code.Line($"ahead = ref Unsafe.Add(ref ahead, Math.Min({taller}, asks) * rate * {Steps});");
                    code.Line($"asks = Math.Max(asks - {taller}, 0);");
                }

                code.Line($"{tile}(height, {others}, ref Unsafe.Add(ref {x}, {split} * {SourceStride}), ref panelWeights, ref panelBias, ref Unsafe.Add(ref {d}, {split} * {stride}), {stride}, asks, ref ahead, rate, {accumulate});");
            }
        }
    }
}
