using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Each row in whole numbers from 0 to <paramref name="Largest"/>, <c>x ≈ scale · (u − zero)</c>, by the row's least and greatest value, 0 among them: Jacob et al. 2018. Products read it.
/// </summary>
/// <param name="IsGrouped">Whether numbers are less by 128, so that they are signed bytes, and eight times the sum of each group stands behind them.</param>
internal sealed record Quantize(int Result, Spot Spot, int Input, int Largest, bool IsGrouped) : PlannedOperation(Result, Spot)
{
    /// <summary>Whether it makes another stage's rows the stage's own, as <see cref="Product.IsSource"/>.</summary>
    public bool IsSource { get; init; }

    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override bool IsOfEachRow => true;

    public override string Word => "whole numbers";

    public override Shape ShapeOf(IShapes shapes) => new(IsSource ? shapes.Given : shapes[Input].Rows, IntegerLevel.Width(shapes[Input].Width, IsGrouped));

    public override void Plan(StagePlanner plan)
    {
        (RowPlace from, RowPlace destination) = (plan.PlaceOf(Input), plan.PlaceOf(Result));
        plan.Add(new Call(plan.ShapeOf(Result).Rows, from, destination, new Code(plan.WidthOf(Input), from.Stride, destination.Stride, Largest, IsGrouped)));
    }

    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, Code Kernel) : Step, IRuns, ICall
    {
        public string Story => $"rows of {Kernel.Width} in whole numbers up to {Kernel.Largest}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? Kernel : null;

        public void Write(StageCode code) => code.Line($"{code.NameOf(this)}(work, {code.RowsOf(Count)}, {code.At(From)}, {code.At(Destination)});");
    }

    /// <summary>
    /// Rows shared among the threads. A float beside 2²³ + 2²² is the nearest whole number, ties to even: its low byte is that number from 0 to 255. A row with a NaN or an infinity
    /// gets the scale NaN, and so does everything that is made of it.
    /// </summary>
    internal sealed record Code(int Width, int SourceStride, int DestinationStride, int Largest, bool IsGrouped) : RowKernel
    {
        /// <summary>What a value costs, for the sharing of the rows.</summary>
        private const int CostOfValue = 4;

        public override string Name => $"Quantize_{Width}_{Largest}{(IsGrouped ? "_Grouped" : "")}";

        public override bool IsShared => true;

        protected override string Formula => $"u = round(x / scale) + zero, from 0 to {Largest}, each row of {Width} by its own scale and zero point.";

        protected override string Parameters => "int rows, ref float x, ref float y";

        protected override IEnumerable<(string Name, string Start)> References =>
            [("s", $"Unsafe.Add(ref work.X, (nint)row * {SourceStride})"), ("d", $"Unsafe.Add(ref work.Y, (nint)row * {DestinationStride})")];

        protected override string Run(KernelCode code) => $"Run({code.NumberOf(this)}, 1, rows, 1, {Number((long)Padding.Up(Width, Measures.Group) * CostOfValue)}, ref x, ref x, ref y)";

        protected override void WriteRow(KernelCode code)
        {
            Isa isa = code.Isa;
            int padded = Padding.Up(Width, Measures.Group), words = IntegerLevel.Words(Width), whole = Width / Measures.QuantizedStep * Measures.QuantizedStep, sums = IntegerLevel.SumsAt(Width);
            string integers = isa.Vector + "<int>";
            code.Declare("least", code.Zero);
            code.Declare("greatest", code.Zero);
            if (Width >= Measures.Group)
            {
                code.Groups(Number(Width / Measures.Group * Measures.Group), part =>
                {
                    code.Line($"{code.V} x{part} = {code.Load("s", code.At("i", part))};");
                    Extend(part, "x" + part);
                });
            }

            for (int part = 0; Width < padded && part < isa.Parts; part++)
            {
                code.Line($"{code.V} last{part} = {Value(padded - Measures.Group + (part * isa.Lanes), part, "")};");
                Extend(part, "last" + part);
            }

            code.Line($"RowScale range = new(-{code.Reduce("Max", "-least")}, {code.Reduce("Max", "greatest")}, {Largest});");
            code.Line($"{code.V} inverse = {code.Create("range.Inverse")}, start = {code.Create("range.Start")}, most = {code.Create($"RowScale.Origin + {Number(Largest)}f")};");
            code.Line($"{integers} seen = {integers}.Zero;");
            if (Width >= Measures.QuantizedStep)
            {
                using (code.Block($"for (nuint i = 0, word = 0; i < {Number(whole)}; i += {Measures.QuantizedStep}, word += {Measures.Group})"))
                    WriteGroup(4, "i", "word");
            }

            if (whole < padded)
            {
                using (code.Block())
                    WriteGroup((padded - whole) / Measures.Group, Number(whole), Number(whole / 4));
            }

            code.Line($"Unsafe.Add(ref d, {Number(words)}) = range.ScaleIf({isa.Vector}.EqualsAll(seen >> 8, {isa.Vector}.Create(RowScale.OriginBits >> 8)));");
            code.Line($"Unsafe.Add(ref d, {Number(words + 1)}) = BitConverter.Int32BitsToSingle(range.Zero{(IsGrouped ? " - 128" : "")});");

            void Extend(int part, string value)
            {
                code.Line($"least{part} = {isa.Vector}.MinNative({value}, least{part});");
                code.Line($"greatest{part} = {isa.Vector}.MaxNative({value}, greatest{part});");
            }

            // What pads the rows is not read: an attention leaves there what was before.
            string Value(int at, int part, string last) => at < Width / Measures.Group * Measures.Group ? code.Load("s", Number(at))
                : last.Length > 0 ? last : $"{code.Load("s", Number(at))} & {code.Below(Number(Width % Measures.Group), part)}";

            // The values lie in pieces of a vector; byte b of a vector of words is of the piece, or of two halves of pieces, that lies 8 b values behind its first.
            void WriteGroup(int count, string at, string word)
            {
                for (int k = 0; k < count; k++)
                {
                    foreach (int part in code.Parts)
                    {
                        int offset = (k * Measures.Group) + (part * isa.Lanes);
                        string value = at == "i" ? code.Load("s", $"i + {Number(offset)}") : Value(whole + offset, part, $"last{part}");
                        code.Line($"{integers} u{k}_{part} = {isa.Vector}.MinNative(most, ({value} * inverse) + start).AsInt32();");
                        code.Line($"seen |= u{k}_{part};");
                    }
                }

                foreach (int part in code.Parts)
                {
                    string low = $"{isa.Vector}.ConditionalSelect({isa.Vector}.Create(0x0000FFFF), {Byte(part, 0)}, {Byte(part, 2)} << 16)", high = $"{isa.Vector}.ConditionalSelect({isa.Vector}.Create(0x0000FFFF), {Byte(part, 1)}, {Byte(part, 3)} << 16)";
                    code.Line($"{integers} words{part} = {isa.Vector}.ConditionalSelect({isa.Vector}.Create(0x00FF00FF), {low}, ({high}) << 8){(IsGrouped ? " ^ " + code.Create("unchecked((int)0x80808080)") : "")};");
                    code.Line($"words{part}.AsSingle().StoreUnsafe(ref d, {word} + {Number(part * isa.Lanes)});");
                }

                for (int group = 0; IsGrouped && group < 2; group++)
                    code.Line($"Unsafe.Add(ref d, {Number(sums)} + (nint)({word} / {Measures.QuantizedGroup / 4}) + {group}) = 8 * ({SumOf(group)});");

                string Byte(int part, int number)
                {
                    string Piece(int values) => values / Measures.Group < count ? $"u{values / Measures.Group}_{values % Measures.Group / isa.Lanes}" : code.Create("range.Zero");
                    int first = (part * isa.Lanes / 8 * Measures.QuantizedGroup) + (number * 8) + (part * isa.Lanes % 8);
                    if (isa.Lanes <= 8)
                        return Piece(first);
                    string half = number % 2 == 0 ? "GetLower" : "GetUpper";
                    return $"{isa.Vector}.Create({Piece(first)}.{half}(), {Piece(first + Measures.QuantizedGroup)}.{half}())";
                }
            }

            string SumOf(int group) => isa.Lanes switch
            {
                16 => $"WholeNumbers.Sum(words0.{(group == 0 ? "GetLower" : "GetUpper")}())",
                8 => $"WholeNumbers.Sum(words{group})",
                _ => $"WholeNumbers.Sum(words{2 * group}) + WholeNumbers.Sum(words{(2 * group) + 1})",
            };
        }
    }
}
