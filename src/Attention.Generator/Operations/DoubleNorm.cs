using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>The softmax of each column over all rows, then each row divided by its sum: Guo et al. 2021, section 3.2.</summary>
/// <param name="Capture">Whether a session may keep the result, which weights a memory's units.</param>
internal sealed record DoubleNorm(int Result, Spot Spot, int Input, bool Capture) : PlannedOperation(Result, Spot)
{
    /// <summary>What is added to a row's sum.</summary>
    public const float Epsilon = 1e-9f;

    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override int? LiesOn => Input;

    public override string Word => "weights of the memory";

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Keep(StagePlanner plan)
    {
        if (Capture)
            plan.Capture(Spot, Planning.Capture.External, 1, isOfOne: false, plan.WidthOf(Input), null, isFixed: true);
    }

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Input).Rows, plan.PlaceOf(Input), plan.PlaceOf(Result), plan.WidthOf(Input), Capture ? plan.CaptureOf(Spot)?.Rows : null));

    /// <param name="Kept">Where a session that captures keeps the weights; null where none may.</param>
    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, int Width, RowPlace? Kept) : Step, IRuns, ICall
    {
        public override int? Captured => Kept?.Offset;

        public override Step Move(Places by) => this with { Kept = Kept is RowPlace kept ? kept with { Offset = kept.Offset + by.Captured } : null };

        public string Story => $"softmax of {Width} columns over the rows, then rows divided by their sums{(Kept is null ? "" : ", weights kept on request")}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new Code(Width, From.Stride, Destination.Stride) : null;

        public void Write(StageCode code)
        {
            code.EachSequence((rows, row, _) => code.Line($"{code.NameOf(this)}({rows ?? code.RowsOf(Count)}, {code.At(From, row)}, {code.At(Destination, row)});"));
            if (code.Way == Way.Captured && Kept is RowPlace kept)
                code.Line($"RowCopy.Copy({code.RowsOf(Count)}, {Number(Width)}, {code.At(Destination)}, {Destination.Stride}, {code.Captured(kept.Offset)}, {kept.Stride});");
        }
    }

    /// <summary>The exponentials of a column are summed in double precision, since the rows may be thousands.</summary>
    internal sealed record Code(int Width, int SourceStride, int DestinationStride) : Kernel
    {
        public override string Name => $"DoubleNorm_{Width}";

        public override void Write(KernelCode code)
        {
            int padded = Padding.Up(Width, Measures.Group);
            string vector = code.Isa.Vector, from = $"Unsafe.Add(ref x, (nint)row * {SourceStride})", to = $"Unsafe.Add(ref y, (nint)row * {DestinationStride})";
            using (code.Method(this, $"y = softmax of each of {Width} columns over the rows of x, then each row / ({Epsilon.ToString("R", System.Globalization.CultureInfo.InvariantCulture)} + its sum); padding is zero.", "int rows, ref float x, ref float y"))
            {
                using (code.Vectors(Number(padded)))
                {
                    code.Line($"{code.V} largest = {code.Load("x", "i")};");
                    using (code.Block("for (int row = 1; row < rows; row++)"))
                        code.Line($"largest = {vector}.Max(largest, {code.Load(from, "i")});");
                    code.Line($"{vector}<double> lower = {vector}<double>.Zero, upper = {vector}<double>.Zero;");
                    using (code.Block("for (int row = 0; row < rows; row++)"))
                    {
                        code.Line($"{code.V} weight = {code.VectorMath("ExpOfNonPositive", $"{code.Load(from, "i")} - largest")};");
                        code.Line($"lower += {vector}.WidenLower(weight);");
                        code.Line($"upper += {vector}.WidenUpper(weight);");
                        code.Line(Store("weight", to, "i"));
                    }

                    string inverse = $"{vector}.Narrow({vector}<double>.One / lower, {vector}<double>.One / upper)";
                    code.Line($"{code.V} inverse = {inverse}{(Width == padded ? "" : $" & {code.Below($"{Width} - (int)i", 0)}")};");
                    using (code.Block("for (int row = 0; row < rows; row++)"))
                        code.Line(Store($"({code.Load(to, "i")} * inverse)", to, "i"));
                }

                using (code.Block("for (int row = 0; row < rows; row++)"))
                {
                    code.Line($"ref float d = ref {to};");
                    code.Declare("sum", code.Zero);
                    code.Groups(Number(padded), part => code.Line($"sum{part} += {code.Load("d", code.At("i", part))};"));
                    code.Line($"{code.V} scale = {code.Create($"1f / ({Float(Epsilon)} + {code.Reduce("Sum", "sum")})")};");
                    using (code.Vectors(Number(padded)))
                        code.Line(Store($"({code.Load("d", "i")} * scale)", "d", "i"));
                }
            }
        }
    }
}
