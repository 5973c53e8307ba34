using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>One vector of all rows.</summary>
internal sealed record Pool(int Result, Spot Spot, int Input, PoolingKind Kind) : PlannedOperation(Result, Spot)
{
    /// <summary>The stage whose rows they are, by its place in the declaration; null for the stage's own.</summary>
    public int? Stage { get; init; }

    /// <summary>Of one kind, the row that is taken, or the last where there are not so many.</summary>
    public int? Row { get; init; }

    public override int? OtherStage => Stage;

    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override Shape ShapeOf(IShapes shapes) => shapes[Input] with { Rows = new One(shapes.Given.Stage) };

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Input).Rows, plan.PlaceOf(Input), plan.PlaceOf(Result), plan.WidthOf(Input), Kind, Row));

    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, int Width, PoolingKind Kind, int? Taken) : Step, IRuns, ICall
    {
        public string Story => $"pooling, {(Taken is int row ? $"row {Number(row)}" : Kind.ToString().ToLowerInvariant())}";

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? new Code(Kind, Taken, Width, From.Stride) : null;

        public void Write(StageCode code) => code.EachSequence((rows, row, sequence) =>
            code.Line($"{code.NameOf(this)}({rows ?? code.RowsOf(Count)}, {code.At(From, row)}, {code.At(Destination, sequence)});"));
    }

    /// <summary>The mean is summed in double precision, since the rows may be thousands: what is rounded is the result.</summary>
    internal sealed record Code(PoolingKind Kind, int? Taken, int Width, int SourceStride) : Kernel
    {
        public override string Name => $"Pool{Kind}{Taken}_{Width}";

        public override void Write(KernelCode code)
        {
            string what = Kind switch { PoolingKind.Mean => "mean", PoolingKind.Max => "largest", PoolingKind.First => "first", PoolingKind.Last => "last", PoolingKind.AtRow => $"row {Number(Taken!.Value)}, or the last,", _ => throw new InvalidOperationException("No pooling " + Kind) };
            using (code.Method(this, $"y[{Width}] = {(Kind == PoolingKind.AtRow ? what : "the " + what)} of the rows of x.", "int rows, ref float x, ref float y"))
            using (code.Vectors(Number(Padding.Up(Width, Measures.Group))))
            {
                string first = Kind switch { PoolingKind.Last => $"Unsafe.Add(ref x, (nint)(rows - 1) * {SourceStride})", PoolingKind.AtRow => $"Unsafe.Add(ref x, (nint)Math.Min({Number(Taken!.Value)}, rows - 1) * {SourceStride})", _ => "x" };
                code.Line($"{code.V} value = {code.Load(first, "i")};");
                string vector = code.Isa.Vector, next = code.Load($"Unsafe.Add(ref x, (nint)row * {SourceStride})", "i");
                if (Kind == PoolingKind.Mean)
                {
                    code.Line($"{vector}<double> lower = {vector}.WidenLower(value), upper = {vector}.WidenUpper(value);");
                    using (code.Block("for (int row = 1; row < rows; row++)"))
                    {
                        code.Line($"value = {next};");
                        code.Line($"lower += {vector}.WidenLower(value);");
                        code.Line($"upper += {vector}.WidenUpper(value);");
                    }

                    code.Line($"value = {vector}.Narrow(lower / (double)rows, upper / (double)rows);");
                }
                else if (Kind == PoolingKind.Max)
                {
                    using (code.Block("for (int row = 1; row < rows; row++)"))
                        code.Line($"value = {vector}.Max(value, {next});");
                }

                code.Line(Store("value", "y", "i"));
            }
        }
    }
}
