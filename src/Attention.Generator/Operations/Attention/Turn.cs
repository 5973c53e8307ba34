using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Pairs of channels of each head turned by an angle that grows with the row's position, in place; the columns beside the heads stay: Su et al. 2021.</summary>
/// <param name="Input">The rows, and the column at which the heads begin.</param>
/// <param name="Heads">How many heads lie side by side.</param>
/// <param name="HeadWidth">Channels of a head, of which the first turn.</param>
/// <param name="Rotations">Which turn, and how fast.</param>
/// <param name="Table">Their cosines and sines.</param>
internal sealed record Turn(int Result, Spot Spot, Slice Input, int Heads, int HeadWidth, Rotations Rotations, int Table) : PlannedOperation(Result, Spot), IChangesColumns
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input.Value);

    public override int? LiesOn => Input.Value;

    public Slice Changed => Input;

    public Operation On(Slice changed) => this with { Input = changed };

    public override Shape ShapeOf(IShapes shapes) => shapes[Input.Value];

    /// <summary>Heads that begin where these end are turned with them.</summary>
    public override Operation? Absorb(Operation next) =>
        next is Turn turn && turn.Input == new Slice(Result, Input.Column + (Heads * HeadWidth)) && turn.HeadWidth == HeadWidth && turn.Table == Table
            ? this with { Result = turn.Result, Heads = checked(Heads + turn.Heads) } : null;

    /// <summary>The table lies before the layers' weights, so that these have one distance.</summary>
    public override void Keep(StagePlanner plan) => plan.Weights.Table(Table);

    public override void Plan(StagePlanner plan)
    {
        RowPlace rows = plan.PlaceOf(Result);
        plan.Add(new Call(plan.ShapeOf(Result).Rows, rows with { Inner = rows.Inner + Input.Column }, plan.Weights.Table(Table), Padding.Stride(Rotations.Columns), Heads, HeadWidth, Rotations));
    }

    internal sealed record Call(RowCount Count, RowPlace Rows, long Table, int TableStride, int Heads, int HeadWidth, Rotations Rotations) : Step, IRuns, ICall
    {
        /// <summary>All layers have one table.</summary>
        public override bool ReadsShared => true;

        public override bool GoesBySequence => true;

        public string Story => $"turn {StoryWriter.Count(Heads, "head")}{(Rotations.Width == HeadWidth ? "" : $", {Rotations.Width} of {HeadWidth} channels")}{(Rotations.Frequencies.Image is RotaryImage image ? $", by {(image.Text == 0 ? "" : $"places in a text of {image.Text} and ")}lines and columns of {image.Side}" : "")}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new Code(Heads, HeadWidth, Rotations.Width, Rotations.IsInterleaved, Rotations.Columns / 2, Rows.Stride, TableStride) : null;

        public void Write(StageCode code)
        {
            string table = StageCode.SharedWeight(Table);
            if (code.IsOfBeams)
            {
                using (code.Block("for (int beam = 0; beam < rows; beam++)"))
                    code.Line($"{code.NameOf(this)}(work, 1, {AtPosition("position")}, {code.At(Rows, "beam")});");
                return;
            }

            // Each sequence of a batch has positions of its own.
            code.EachSequence((rows, start, _) => code.Line($"{code.NameOf(this)}(work, {rows ?? code.RowsOf(Count)}, {(start is null ? AtPosition(code.Position) : table)}, {code.At(Rows, start)});"));

            string AtPosition(string position) => position == "0" ? table : $"ref Unsafe.Add({table}, {position} * (nint){TableStride})";
        }
    }

    /// <param name="Width">Channels of a head that turn.</param>
    /// <param name="Sines">Where the sines begin in a row of the table.</param>
    internal sealed record Code(int Heads, int HeadWidth, int Width, bool IsInterleaved, int Sines, int Stride, int TableStride) : RowKernel
    {
        public override string Name => $"Turn_{Heads}x{HeadWidth}{(Width == HeadWidth ? "" : "_" + Number(Width))}{(IsInterleaved ? "_Interleaved" : "")}";

        public override bool IsShared => true;

        protected override string Formula => $"(a, b) = (a · cos − b · sin, b · cos + a · sin), pairs of {(IsInterleaved ? "neighbours" : $"channels {Width / 2} apart")} in each of {Heads} heads.";

        protected override string Parameters => "int rows, ref float table, ref float y";

        protected override IEnumerable<(string Name, string Start)> References =>
        [
            ("t", $"Unsafe.Add(ref work.W, (nint)row * {TableStride})"),
            ("d", $"Unsafe.Add(ref work.Y, (nint)row * {Stride})"),
        ];

        protected override string Run(KernelCode code) => $"Run({code.NumberOf(this)}, 1, rows, 1, {Number(4L * Heads * Width)}, ref y, ref table, ref y)";

        protected override void WriteRow(KernelCode code)
        {
            int turned = IsInterleaved ? Width : Width / 2, rest = turned % code.Isa.Lanes, whole = turned - rest;
            if (whole > 0)
            {
                using (code.Vectors(Number(whole)))
                    WriteHeads(code, "i", 0);
            }

            if (rest > 0)
            {
                using (code.Block())
                    WriteHeads(code, Number(whole), rest);
            }
        }

        /// <summary>A vector of each head, or so many of its first lanes.</summary>
        private void WriteHeads(KernelCode code, string at, int lanes)
        {
            code.Line($"{code.V} cos = {code.Load("t", at)}, sin = {code.Load("t", at == "i" ? $"i + {Number(Sines)}" : Number(Sines + int.Parse(at, System.Globalization.CultureInfo.InvariantCulture)))};");
            using (code.Block($"for (nuint head = 0; head < {Number((long)Heads * HeadWidth)}; head += {Number(HeadWidth)})"))
            {
                code.Line($"ref float a = ref Unsafe.Add(ref d, head + {at});");
                if (IsInterleaved)
                {
                    string neighbours = string.Join(", ", Enumerable.Range(0, code.Isa.Lanes).Select(lane => Number(lane ^ 1)));
                    code.Line($"{code.V} x = {code.Load("a")};");
                    code.Line(Put(code.MultiplyAdd("x", "cos", $"{code.Isa.Vector}.Shuffle(x, {code.Create(neighbours)}) * sin"), "a"));
                    return;
                }

                code.Line($"ref float b = ref Unsafe.Add(ref a, {Number(Width / 2)});");
                code.Line($"{code.V} x = {code.Load("a")}, y = {code.Load("b")};");
                code.Line(Put(code.MultiplyAdd("x", "cos", "-(y * sin)"), "a"));
                code.Line(Put(code.MultiplyAdd("y", "cos", "x * sin"), "b"));
            }

            string Put(string value, string to) => lanes == 0 ? Store($"{value}", to) : $"Lanes.StorePartial({value}, ref {to}, {Number(lanes)});";
        }
    }
}
