using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Text;
using static Attention.Generator.Kernels.KernelCode;

namespace Attention.Generator.Operations;

/// <summary>A token that at each of <paramref name="Length"/> places behind the first stands for one of its own: from <paramref name="Vocabulary"/> on.</summary>
internal readonly record struct PlacePadding(int Token, int Vocabulary, int Length);

/// <summary>The panels of a product of <paramref name="Outputs"/>, which are rows of a table.</summary>
internal sealed record TablePanels(int Outputs, WeightFormat Format)
{
    /// <summary>Their <c>PanelWidths</c>.</summary>
    public string Widths(Isa isa) => Panels.Of(Outputs, isa, Format).Widths(isa);
}

/// <summary>Rows of <paramref name="Table"/> chosen by token ids, times <paramref name="Scale"/>, plus the position's row if there is one.</summary>
internal sealed record Embed(int Result, Spot Spot, int Table, float Scale, int? Positions) : PlannedOperation(Result, Spot)
{
    /// <summary>The token that fills places up; null without one.</summary>
    public PlacePadding? Padding { get; init; }

    /// <summary>The biases of the product by the same table, whose panels have the rows; null where the table has a place of its own.</summary>
    public EquatableArray<int?>? Tied { get; init; }

    public override EquatableArray<int> Reads => EquatableArray<int>.Empty;

    public override Shape ShapeOf(IShapes shapes) => new(shapes.Given, shapes.ParameterOf(Table).Columns);

    public override Operation? Absorb(Operation next) => next is AddPositions { Repeat: 1 } positions && Positions is null
        ? this with { Result = positions.Result, Positions = positions.Table } : null;

    public override void Plan(StagePlanner plan)
    {
        Parameter table = plan.ParameterOf(Table);
        long? positions = Positions is int added ? plan.Weights.Table(added) : null;
        long rows = Tied is EquatableArray<int?> biases ? plan.Weights.Product(Spot, EquatableArray.Of(Table), biases, plan.Format) : plan.Weights.Table(Table);
        plan.Add(new Call(plan.ShapeOf(Result).Rows, rows, Planning.Padding.Stride(table.Columns), table.Columns, Scale, positions, Padding, plan.PlaceOf(Result)) { Panels = Tied is null ? null : new(table.Rows, plan.Format) });
    }

    /// <summary><c>destination[r] = table[token r] · scale + positions[position + r]</c>.</summary>
    internal sealed record Call(RowCount Count, long Table, int TableStride, int Width, float Scale, long? Positions, PlacePadding? Padding, RowPlace Destination) : Step, IRuns, ICall
    {
        /// <summary>The panels that the table lies in; null where its rows lie a stride apart.</summary>
        public TablePanels? Panels { get; init; }

        public override bool GoesBySequence => Positions is not null || Padding is not null;

        public string Story => $"embed tokens in {Width} channels{(Positions is null ? "" : ", add positions")}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain
            ? new Code(Width, TableStride, Scale, Positions is not null, Padding, Destination.Stride) { Panels = Panels } : null;

        public void Write(StageCode code)
        {
            string method = code.NameOf(this), table = code.Weight(Table);
            if (Positions is null && Padding is null)
            {
                code.Line($"{method}({code.Input("tokens")}, {table}, {code.At(Destination)});");
                return;
            }

            string tables = Positions is long at ? $"{table}, {code.Weight(at)}" : table;
            if (!code.IsOfBeams)
            {
                code.Line($"{method}({code.Input("tokens")}, {code.Position}, {tables}, {code.At(Destination)});");
                return;
            }

            using (code.Block("for (int beam = 0; beam < rows; beam++)"))
                code.Line($"{method}(tokens.Slice(beam, 1), position, {tables}, {code.At(Destination, "beam")});");
        }
    }

    internal sealed record Code(int Width, int TableStride, float Scale, bool HasPositions, PlacePadding? Padding, int DestinationStride) : RowKernel
    {
        /// <summary>The panels that the table lies in; null where its rows lie a stride apart.</summary>
        public TablePanels? Panels { get; init; }

        public override string Name => $"Embed_{Width}{(Panels is TablePanels tied ? "_Tied" + tied.Format.Suffix() : "")}{(Padding is null ? "" : "_Padded")}";

        protected override string Formula =>
            $"y[rows × {Width}] = table[tokens]{(Scale == 1 ? "" : $" · {Scale.ToString("R", System.Globalization.CultureInfo.InvariantCulture)}")}{(HasPositions ? " + positions" : "")}.";

        protected override string Parameters =>
            $"ReadOnlySpan<int> tokens, {(HasPositions || Padding is not null ? "int position, " : "")}ref float table, {(HasPositions ? "ref float positions, " : "")}ref float y";

        /// <summary>The row of the table.</summary>
        private string Token => Padding is not PlacePadding padding ? "tokens[row]"
            : $"TokenKinds.Padded(tokens[row], position + row, {CodeWriter.Number(padding.Token)}, {CodeWriter.Number(padding.Vocabulary)}, {CodeWriter.Number(padding.Length)})";

        protected override string Rows => "tokens.Length";

        protected override IEnumerable<(string Name, string Start)> References
        {
            get
            {
                if (Panels is null)
                    yield return ("e", $"Unsafe.Add(ref table, (nint){Token} * {TableStride})");
                if (HasPositions)
                    yield return ("p", $"Unsafe.Add(ref positions, (nint)(position + row) * {TableStride})");
                yield return ("d", $"Unsafe.Add(ref y, (nint)row * {DestinationStride})");
            }
        }

        protected override void WriteRow(KernelCode code)
        {
            if (Panels is TablePanels panels)
            {
                code.Line($"PanelRow.Copy(ref table, {Token}, {panels.Widths(code.Isa)}, inputs: {Width}, {panels.Format.Code()}, ref d);");
                if (Scale == 1 && !HasPositions)
                    return;
            }

            using (code.Vectors(CodeWriter.Number(Planning.Padding.Up(Width, Measures.Group))))
            {
                string e = code.Load(Panels is null ? "e" : "d", "i"), scale = code.Create(CodeWriter.Float(Scale));
                string value = (Scale != 1, HasPositions) switch
                {
                    (true, true) => code.MultiplyAdd(e, scale, code.Load("p", "i")),
                    (true, false) => $"({e} * {scale})",
                    (false, true) => $"({e} + {code.Load("p", "i")})",
                    (false, false) => e,
                };
                code.Line(Store(value, "d", "i"));
            }
        }
    }
}
