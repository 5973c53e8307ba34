using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Queries or keys normalised in place, each head for itself by the same weights, or all channels as one head; the columns beside the heads stay: Henry et al. 2020,
/// "Query-Key Normalization for Transformers"; Dehghani et al. 2023, "Scaling Vision Transformers to 22 Billion Parameters".
/// </summary>
/// <param name="Input">The rows, and the column at which the heads begin.</param>
/// <param name="Heads">How many heads lie side by side.</param>
/// <param name="HeadWidth">Channels of a head.</param>
/// <param name="Weight">The weights of a head's channels.</param>
/// <param name="Bias">What is added of a layer norm; null for nothing.</param>
internal sealed record HeadNorm(int Result, Spot Spot, Slice Input, int Heads, int HeadWidth, NormKind Kind, int Weight, int? Bias, float Epsilon) : PlannedOperation(Result, Spot), IChangesColumns
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input.Value);

    public override int? LiesOn => Input.Value;

    public Slice Changed => Input;

    public Operation On(Slice changed) => this with { Input = changed };

    public override Shape ShapeOf(IShapes shapes) => shapes[Input.Value];

    public override void Plan(StagePlanner plan)
    {
        RowPlace rows = plan.PlaceOf(Result);
        long weights = Kind == NormKind.Layer ? plan.Weights.Vectors(Spot, HeadWidth, Weight, Bias) : plan.Weights.Vector(Spot, Weight, Kind == NormKind.RmsPlusOne ? 1 : 0);
        plan.Add(new Call(plan.ShapeOf(Result).Rows, rows with { Inner = rows.Inner + Input.Column }, weights, Heads, HeadWidth, Kind == NormKind.Layer, Epsilon));
    }

    /// <param name="IsCentred">Whether the mean is taken away, as a layer norm does; the bias follows the weight then.</param>
    internal sealed record Call(RowCount Count, RowPlace Rows, long Weight, int Heads, int HeadWidth, bool IsCentred, float Epsilon) : Step, IRuns, ICall
    {
        public override long? Weights => Weight;

        public override Step Move(Places by) => this with { Weight = Weight + by.Weights };

        public string Story => $"{(IsCentred ? "layer" : "RMS")} norm over {HeadWidth}{(Heads == 1 ? "" : $", {StoryWriter.Count(Heads, "head")}")}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new Code(Heads, HeadWidth, IsCentred, Rows.Stride, Epsilon) : null;

        public void Write(StageCode code) => code.Line($"{code.NameOf(this)}(work, {code.RowsOf(Count)}, {code.Weight(Weight)}, {code.At(Rows)});");
    }

    /// <summary>A head's last group may end within it, and what is behind is another head's.</summary>
    internal sealed record Code(int Heads, int HeadWidth, bool IsCentred, int Stride, float Epsilon) : RowKernel
    {
        public override string Name => $"{(IsCentred ? "Layer" : "Rms")}Norm_{Heads}x{HeadWidth}";

        public override bool IsShared => true;

        private int Whole => HeadWidth / Measures.Group * Measures.Group;

        protected override string Formula => $"y = {(IsCentred ? "(y − mean) / √(variance + ε) · weight + bias" : "y / √(mean(y²) + ε) · weight")}, each of {Heads} heads of {HeadWidth}; what is beside them stays.";

        protected override string Parameters => "int rows, ref float w, ref float y";

        protected override IEnumerable<(string Name, string Start)> References => [("w", "work.W"), ("row0", $"Unsafe.Add(ref work.Y, (nint)row * {Stride})")];

        protected override string Run(KernelCode code) => $"Run({code.NumberOf(this)}, 1, rows, 1, {Number((long)Heads * Padding.Up(HeadWidth, Measures.Group) * (IsCentred ? 8 : 5))}, ref y, ref w, ref y)";

        protected override void WriteRow(KernelCode code)
        {
            using (Heads == 1 ? code.Block() : code.Block($"for (nuint head = 0; head < {Number((long)Heads * HeadWidth)}; head += {Number(HeadWidth)})"))
            {
                code.Line($"ref float d = ref {(Heads == 1 ? "row0" : "Unsafe.Add(ref row0, head)")};");
                if (IsCentred)
                    WriteCentred(code);
                else
                    WriteSquares(code);
            }
        }

        private void WriteSquares(KernelCode code)
        {
            code.Declare("square", code.Zero);
            Groups(code, "", (value, part) =>
            {
                code.Line($"{code.V} value{part} = {value};");
                code.Line($"square{part} = {code.MultiplyAdd($"value{part}", $"value{part}", $"square{part}")};");
            });
            code.Line($"float squares = {code.Reduce("Sum", "square")};");
            Exactly(code, "squares, 0", "RmsNormalize");
            code.Line($"{code.V} scale = {code.Create($"1f / MathF.Sqrt((squares / {HeadWidth}f) + {Float(Epsilon)})")};");
            Result(code, at => $"(({code.Load("d", at)} * scale) * {code.Load("w", at)})");
        }

        private void WriteCentred(KernelCode code)
        {
            code.Declare("sum", code.Zero);
            Groups(code, "", (value, part) => code.Line($"sum{part} += {value};"));
            code.Line($"{code.V} mean = {code.Create($"{code.Reduce("Sum", "sum")} / {HeadWidth}f")};");
            code.Declare("rest", code.Zero);
            code.Declare("square", code.Zero);
            Groups(code, " - mean", (value, part) =>
            {
                code.Line($"{code.V} difference{part} = {value};");
                code.Line($"rest{part} += difference{part};");
                code.Line($"square{part} = {code.MultiplyAdd($"difference{part}", $"difference{part}", $"square{part}")};");
            });
            code.Line($"float off = {code.Reduce("Sum", "rest")} / {HeadWidth}f, variance = ({code.Reduce("Sum", "square")} / {HeadWidth}f) + {Float(Epsilon)}; // off: what the rounded mean lacks");
            Exactly(code, "variance, off", "Normalize");
            code.Line("float factor = 1f / MathF.Sqrt(variance - (off * off));");
            code.Line($"{code.V} scale = {code.Create("factor")}, shift = {code.Create("-off * factor")};");
            string bias = Number(Padding.Up(HeadWidth, Measures.Group));
            Result(code, at => code.MultiplyAdd(code.MultiplyAdd($"{code.Load("d", at)} - mean", "scale", "shift"), code.Load("w", at), code.Load("w", $"{at} + {bias}")));
        }

        /// <summary>A head's values, what is done to each of them, and zero behind the last, a part of the 16 lanes at a time.</summary>
        private void Groups(KernelCode code, string change, Action<string, int> each)
        {
            int rest = HeadWidth - Whole;
            if (Whole > 0)
                code.Groups(Number(Whole), part => each(code.Load("d", code.At("i", part)) + change, part));
            if (rest == 0)
                return;
            using (code.Block())
            {
                foreach (int part in code.Parts.Where(part => part * code.Isa.Lanes < rest))
                    each($"({code.Load("d", Number(Whole + (part * code.Isa.Lanes)))}{change}) & {code.Below(Number(rest), part)}", part);
            }
        }

        private void Exactly(KernelCode code, string needed, string how)
        {
            using (code.Block($"if (DoublePrecision.IsNeeded({needed}))"))
            {
                code.Line($"DoublePrecision.{how}({HeadWidth}, {Float(Epsilon)}, ref d, ref w, ref d, pads: false);");
                code.Line("continue;");
            }
        }

        private void Result(KernelCode code, Func<string, string> of)
        {
            int rest = HeadWidth % code.Isa.Lanes, whole = HeadWidth - rest;
            if (whole > 0)
            {
                using (code.Vectors(Number(whole)))
                    code.Line(Store(of("i"), "d", "i"));
            }

            if (rest > 0)
                code.Line($"Lanes.StorePartial({of(Number(whole))}, ref Unsafe.Add(ref d, {Number(whole)}), {Number(rest)});");
        }
    }
}
