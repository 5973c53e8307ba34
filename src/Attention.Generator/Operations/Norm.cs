using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A norm of each row by trained weights, which may be added to other rows.</summary>
internal abstract record Norm(int Result, Spot Spot, int Input, int Weight, float Epsilon) : PlannedOperation(Result, Spot)
{
    /// <summary>What it is added to; null where it stands for itself.</summary>
    public int? Residual { get; init; }

    public sealed override bool IsOfEachRow => true;

    public sealed override EquatableArray<int> Reads => Residual is int residual ? EquatableArray.Of(Input, residual) : EquatableArray.Of(Input);

    public sealed override int? LiesOn => Residual ?? Input;

    public sealed override Shape ShapeOf(IShapes shapes) => shapes[Input];

    public sealed override Operation? Absorb(Operation next) => next is Add add && Residual is null && add.Input == Result ? this with { Result = add.Result, Residual = add.Residual } : null;

    public sealed override void Plan(StagePlanner plan)
    {
        (RowPlace from, RowPlace destination) = (plan.PlaceOf(Input), plan.PlaceOf(Result));
        plan.Add(new NormCall(plan.ShapeOf(Result).Rows, from, destination, WeightsIn(plan), CodeOf(plan.WidthOf(Input), from.Stride, destination.Stride)));
    }

    /// <summary>Where its weights are packed.</summary>
    protected abstract long WeightsIn(StagePlanner plan);

    /// <summary>The kernel for rows of a width, so far apart.</summary>
    protected abstract NormCode CodeOf(int width, int sourceStride, int destinationStride);
}

/// <summary>
/// A call that normalises each row by the packed weights at <paramref name="Weight"/>; in place where the two rows are the same, or added to the
/// destination.
/// </summary>
internal sealed record NormCall(RowCount Count, RowPlace From, RowPlace Destination, long Weight, NormCode Code) : Step, IRuns, ICall
{
    public override long? Weights => Weight;

    public string Story => $"{Code.Word} norm over {Code.Width}{(Code.Accumulate ? ", residual" : "")}";

    public override Step Move(Places by) => this with { Weight = Weight + by.Weights };

    public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? Code : null;

    public void Write(StageCode code) =>
        code.Line($"{code.NameOf(this)}(work, {code.RowsOf(Count)}, {code.At(From)}, {code.Weight(Weight)}, {code.At(Destination)});");
}

/// <summary>Normalises each row <c>s</c> into <c>d</c>, or adds it to that, by the weights <c>w</c>, the rows shared among the threads.</summary>
/// <param name="CyclesOfGroup">What an element of a row costs, for the sharing of the rows.</param>
internal abstract record NormCode(int Width, int SourceStride, int DestinationStride, float Epsilon, bool Accumulate, int CyclesOfGroup) : RowKernel
{
    public sealed override string Name => $"{Kind}Norm_{Width}{(Accumulate ? "_Residual" : "")}";

    protected abstract string Kind { get; }

    /// <summary>What norm it is, in the story.</summary>
    public abstract string Word { get; }

    protected string Becomes => Accumulate ? "y +=" : "y =";

    public override bool IsShared => true;

    protected int Padded => Padding.Up(Width, Measures.Group);

    protected override string Parameters => "int rows, ref float x, ref float w, ref float y";

    protected override IEnumerable<(string Name, string Start)> References =>
    [
        ("w", "work.W"),
        ("s", $"Unsafe.Add(ref work.X, (nint)row * {SourceStride})"),
        ("d", $"Unsafe.Add(ref work.Y, (nint)row * {DestinationStride})"),
    ];

    protected override string Run(KernelCode code) => $"Run({code.NumberOf(this)}, 1, rows, 1, {Padded * CyclesOfGroup}, ref x, ref w, ref y)";

    /// <summary>Writes what a row becomes.</summary>
    /// <param name="value">The normalised values at <c>i</c>.</param>
    protected void Write(KernelCode code, string value)
    {
        using (code.Vectors(Number(Padded)))
            code.Line(Store(Accumulate ? $"({code.Load("d", "i")} + {value})" : value, "d", "i"));
    }

    /// <summary>Writes a row's way through double precision; what is added to other rows is made in its own place first.</summary>
    /// <param name="method">The method that normalises.</param>
    protected void WriteInDoublePrecision(KernelCode code, string method)
    {
        code.Line($"DoublePrecision.{method}({Width}, {Float(Epsilon)}, ref s, ref w, ref {(Accumulate ? "s" : "d")});");
        if (Accumulate)
            Write(code, code.Load("s", "i"));
        code.Line("continue;");
    }

    /// <summary>Writes <c>squares</c>, the sum of the squares of row <c>s</c>, and the way out to <c>DoublePrecision</c> where float32 cannot hold it.</summary>
    internal static void WriteSquares(KernelCode code, int padded, Action inDoublePrecision)
    {
        code.Declare("square", code.Zero);
        code.Groups(Number(padded), part =>
        {
            code.Line($"{code.V} value{part} = {code.Load("s", code.At("i", part))};");
            code.Line($"square{part} = {code.MultiplyAdd($"value{part}", $"value{part}", $"square{part}")};");
        });
        code.Line($"float squares = {code.Reduce("Sum", "square")};");
        using (code.Block("if (DoublePrecision.IsNeeded(squares, 0))"))
            inDoublePrecision();
    }
}
