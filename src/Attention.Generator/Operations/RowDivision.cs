using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>Each row divided by a number that it gives itself.</summary>
internal abstract record RowDivision(int Result, Spot Spot, int Input) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Input);

    public override int? LiesOn => Input;

    public override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public override void Plan(StagePlanner plan)
    {
        (RowPlace from, RowPlace destination) = (plan.PlaceOf(Input), plan.PlaceOf(Result));
        plan.Add(new Call(plan.ShapeOf(Result).Rows, from, destination, KernelOf(plan.WidthOf(Input), from.Stride, destination.Stride)));
    }

    /// <summary>The kernel for rows of a width, so far apart.</summary>
    protected abstract Division KernelOf(int width, int sourceStride, int destinationStride);

    internal sealed record Call(RowCount Count, RowPlace From, RowPlace Destination, Division Division) : Step, IRuns, ICall
    {
        public string Story => "divide by " + Division.Divisor;

        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? Division : null;

        public void Write(StageCode code) => code.Line($"{code.NameOf(this)}({code.RowsOf(Count)}, {code.At(From)}, {code.At(Destination)});");
    }

    /// <summary>Divides rows s to rows d.</summary>
    internal abstract record Division(int Width, int SourceStride, int DestinationStride) : RowKernel
    {
        /// <summary>What rows are divided by, in words.</summary>
        public abstract string Divisor { get; }

        protected override string Parameters => "int rows, ref float x, ref float y";

        protected override IEnumerable<(string Name, string Start)> References =>
            [("s", $"Unsafe.Add(ref x, (nint)row * {SourceStride})"), ("d", $"Unsafe.Add(ref y, (nint)row * {DestinationStride})")];
    }
}
