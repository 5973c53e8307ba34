using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A call that normalises each row by the packed weights at <paramref name="Weight"/>; in place where the two rows are the same.</summary>
internal abstract record NormCall(RowCount Count, RowPlace From, RowPlace Destination, int Width, int Weight, float Epsilon) : Step, IRuns, ICall
{
    public override int? Weights => Weight;

    public abstract string Story { get; }

    protected abstract NormCode Code { get; }

    public override Step Move(Places by) => this with { Weight = Weight + by.Weights };

    public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? Code : null;

    public void Write(StageCode code) =>
        code.Line($"{code.NameOf(this)}(work, {code.RowsOf(Count)}, {code.At(From)}, {code.Weight(Weight)}, {code.At(Destination)});");
}

/// <summary>Normalises each row <c>s</c> into <c>d</c> by the weights <c>w</c>, the rows shared among the threads.</summary>
/// <param name="CyclesOfGroup">What an element of a row costs, for the sharing of the rows.</param>
internal abstract record NormCode(int Width, int SourceStride, int DestinationStride, float Epsilon, int CyclesOfGroup) : RowKernel
{
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

    /// <summary>Writes <c>squares</c>, the sum of the squares of row <c>s</c>, and the way out to <c>DoublePrecision</c> where float32 cannot hold it.</summary>
    internal static void WriteSquares(KernelCode code, int padded, string inDoublePrecision)
    {
        code.Declare("square", code.Zero);
        code.Groups(Number(padded), part =>
        {
            code.Line($"{code.V} value{part} = {code.Load("s", code.At("i", part))};");
            code.Line($"square{part} = {code.MultiplyAdd($"value{part}", $"value{part}", $"square{part}")};");
        });
        code.Line($"float squares = {code.Reduce("Sum", "square")};");
        using (code.Block("if (DoublePrecision.IsNeeded(squares, 0))"))
        {
            code.Line($"DoublePrecision.{inDoublePrecision};");
            code.Line("continue;");
        }
    }
}
