using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>RMS normalisation of each row, <c>x / √(mean(x²) + ε) · w</c>: Zhang and Sennrich 2019.</summary>
/// <param name="PlusOne">Whether the weights are stored as what they differ from one by.</param>
internal sealed record RmsNorm(int Result, Spot Spot, int Input, int Weight, bool PlusOne, float Epsilon) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override int? LiesOn => Input;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan) => plan.Add(new Call(
        plan.ShapeOf(Result).Rows, plan.PlaceOf(Input), plan.PlaceOf(Result), plan.WidthOf(Input), plan.Weights.Vector(Spot, Weight, PlusOne ? 1 : 0), Epsilon));

    /// <summary>In place where the two rows are the same. One is added to the weights when they are packed.</summary>
    internal sealed record Call(RowCount Count, Rows From, Rows Destination, int Width, int Weight, float Epsilon) : Step, IRuns, ICall
    {
        public override int? Weights => Weight;

        public override Step Move(Places by) => this with { Weight = Weight + by.Weights };

        public string Story => $"RMS norm over {Width}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new Code(Width, From.Stride, Destination.Stride, Epsilon) : null;

        public void Write(StageCode code) =>
            code.Line($"{code.NameOf(this)}(work, {code.RowsOf(Count)}, {code.At(From)}, {code.Weight(Weight)}, {code.At(Destination)});");
    }

    internal sealed record Code(int Width, int SourceStride, int DestinationStride, float Epsilon) : RowKernel
    {
        private const int CyclesOfGroup = 5;

        private int Padded => Padding.Up(Width, Measures.Group);

        public override string Name => $"RmsNorm_{Width}";

        public override bool IsShared => true;

        protected override string Formula => $"y = x / √(mean(x²) + ε) · weight, each row of {Width}; padding stays zero.";

        protected override string Parameters => "int rows, ref float x, ref float w, ref float y";

        protected override string Run(KernelCode code) => $"Run({code.NumberOf(this)}, 1, rows, 1, {Padded * CyclesOfGroup}, ref x, ref w, ref y)";

        protected override IEnumerable<(string Name, string Start)> References =>
        [
            ("w", "work.W"),
            ("s", $"Unsafe.Add(ref work.X, (nint)row * {SourceStride})"),
            ("d", $"Unsafe.Add(ref work.Y, (nint)row * {DestinationStride})"),
        ];

        protected override void WriteRow(KernelCode code)
        {
            code.Declare("square", code.Zero);
            code.Groups(Number(Padded), part =>
            {
                code.Line($"{code.V} value{part} = {code.Load("s", code.At("i", part))};");
                code.Line($"square{part} = {code.MultiplyAdd($"value{part}", $"value{part}", $"square{part}")};");
            });
            code.Line($"float squares = {code.Reduce("Sum", "square")};");
            using (code.Block("if (DoublePrecision.IsNeeded(squares, 0))"))
            {
                code.Line($"DoublePrecision.RmsNormalize({Width}, {Float(Epsilon)}, ref s, ref w, ref d);");
                code.Line("continue;");
            }

            code.Line($"{code.V} scale = {code.Create($"1f / MathF.Sqrt((squares / {Width}f) + {Float(Epsilon)})")};");
            using (code.Vectors(Number(Padded)))
                code.Line(Store($"(({code.Load("s", "i")} * scale) * {code.Load("w", "i")})", "d", "i"));
        }
    }
}
