using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Makes a row of <see cref="Width"/> channels of rows of several values, channel by channel.</summary>
internal abstract record Cell(int Result, Spot Spot, EquatableArray<int> Values, int Width) : PlannedOperation(Result, Spot)
{
    public sealed override EquatableArray<int> Reads => Values;

    public override string Word => "states";

    public sealed override Shape ShapeOf(IShapes shapes) => new(shapes[Values[0]].Rows, Width);

    /// <summary>What it does, in the story.</summary>
    protected abstract string Story { get; }

    /// <summary>The kernel.</summary>
    /// <param name="strides">The distances of two rows of what is read, and behind them that of the result's.</param>
    protected abstract CellCode Code(EquatableArray<int> strides);

    public sealed override void Plan(StagePlanner plan)
    {
        RowPlace[] places = [.. Values.Append(Result).Select(plan.PlaceOf)];
        plan.Add(new Call(plan.ShapeOf(Result).Rows, places.ToEquatableArray(), Story, Code(places.Select(place => place.Stride).ToEquatableArray())));
    }

    internal sealed record Call(RowCount Count, EquatableArray<RowPlace> Places, string Story, CellCode Code) : Step, IRuns, ICall
    {
        public Kernel? KernelOn(Isa isa, Way way, ModelPlan plan) => way == Way.Plain ? Code : null;

        public void Write(StageCode code) => code.Line($"{code.NameOf(this)}({code.RowsOf(Count)}, {string.Join(", ", Places.Select(place => code.At(place)))});");
    }
}

/// <summary>A cell's loop over rows and channels; references <c>x0</c>, <c>x1</c>, … are to what is read, <c>d</c> to the result.</summary>
internal abstract record CellCode(int Width, EquatableArray<int> Strides) : RowKernel
{
    private IEnumerable<string> Names => Enumerable.Range(0, Strides.Count).Select(i => i == Strides.Count - 1 ? "d" : "x" + Number(i));

    protected override string Parameters => "int rows, " + string.Join(", ", Names.Select(name => $"ref float {name}s"));

    protected override IEnumerable<(string Name, string Start)> References => Names.Zip(Strides, (name, stride) => (name, $"Unsafe.Add(ref {name}s, (nint)row * {stride})"));

    /// <summary>The result of a vector of channels, from <c>i</c> on.</summary>
    protected abstract string Value(KernelCode code);

    /// <summary>Some gate's channels from <c>i</c> on.</summary>
    protected string Gate(KernelCode code, string value, int gate) => code.Load(value, gate == 0 ? "i" : $"i + {Number(gate * Width)}");

    protected static string Sigmoid(KernelCode code, string value) => code.VectorMath("Sigmoid", value);

    protected static string Tanh(KernelCode code, string value) => code.VectorMath("Tanh", value);

    protected override void WriteRow(KernelCode code)
    {
        using (code.Vectors(Number(Padding.Up(Width, Measures.Group))))
        {
            string value = Value(code);
            code.Line(Store(Width % Measures.Group == 0 ? value : $"({value} & {code.Below($"{Width} - (int)i", 0)})", "d", "i"));
        }
    }
}

/// <summary>
/// A gated recurrent unit's next state, <c>h' = (1 − z) ∘ n + z ∘ h</c> with <c>r = σ(x_r + u_r)</c>, <c>z = σ(x_z + u_z)</c>: Cho et al. 2014, with
/// PyTorch's sense of z.
/// </summary>
/// <param name="Inputs">What the row gives to the gates, in their order.</param>
/// <param name="States">What the state gives to them; where there is a candidate, to r and z.</param>
/// <param name="Previous">The state.</param>
/// <param name="Order">Where the gates stand; the last is n.</param>
/// <param name="Candidate">What the reset state gives to n, <c>n = tanh(x_n + u(r ∘ h))</c>; null where it is reset behind the product, <c>n = tanh(x_n + r ∘ u_n)</c>.</param>
internal sealed record GruCell(int Result, Spot Spot, int Inputs, int States, int Previous, int? Candidate, int Width, GateOrder Order)
    : Cell(Result, Spot, new[] { Inputs, States, Previous, Candidate }.OfType<int>().ToEquatableArray(), Width)
{
    protected override string Story => $"gates and state of {Width} GRU cells";

    protected override CellCode Code(EquatableArray<int> strides) => new RowCode(Width, strides, Candidate is not null, Order);

    internal sealed record RowCode(int Width, EquatableArray<int> Strides, bool IsReset, GateOrder Order) : CellCode(Width, Strides)
    {
        public override string Name => $"Gru_{Width}{(IsReset ? "_Reset" : "")}{Order.Suffix()}";

        protected override string Formula => IsReset
            ? "d = n + z · (h − n) with z = σ(x_z + u_z), n = tanh(x_n + c), c what the reset state gives; padding is zero."
            : "d = n + z · (h − n) with r = σ(x_r + u_r), z = σ(x_z + u_z), n = tanh(x_n + r · u_n); padding is zero.";

        protected override string Value(KernelCode code)
        {
            string Sum(int gate) => $"{Gate(code, "x0", gate)} + {Gate(code, "x1", gate)}";
            code.Line($"{code.V} z = {Sigmoid(code, Sum(Order.Update()))};");
            if (IsReset)
            {
                code.Line($"{code.V} n = {Tanh(code, $"{Gate(code, "x0", 2)} + {Gate(code, "x3", 0)}")};");
            }
            else
            {
                code.Line($"{code.V} r = {Sigmoid(code, Sum(Order.Reset()))};");
                code.Line($"{code.V} n = {Tanh(code, code.MultiplyAdd("r", Gate(code, "x1", 2), Gate(code, "x0", 2)))};");
            }

            return code.MultiplyAdd("z", $"{Gate(code, "x2", 0)} - n", "n");
        }
    }
}

/// <summary>The state of a gated recurrent unit, reset: <c>σ(x_r + u_r) ∘ h</c>, Cho et al. 2014.</summary>
internal sealed record ResetState(int Result, Spot Spot, int Inputs, int States, int Previous, int Width, GateOrder Order) : Cell(Result, Spot, EquatableArray.Of(Inputs, States, Previous), Width)
{
    public override string Word => "reset states";

    protected override string Story => $"reset {Width} states";

    protected override CellCode Code(EquatableArray<int> strides) => new RowCode(Width, strides, Order);

    internal sealed record RowCode(int Width, EquatableArray<int> Strides, GateOrder Order) : CellCode(Width, Strides)
    {
        public override string Name => $"Reset_{Width}{Order.Suffix()}";

        protected override string Formula => "d = σ(x_r + u_r) · h; padding is zero.";

        protected override string Value(KernelCode code) => $"({Sigmoid(code, $"{Gate(code, "x0", Order.Reset())} + {Gate(code, "x1", Order.Reset())}")} * {Gate(code, "x2", 0)})";
    }
}

/// <summary>What an LSTM's cells hold next, <c>c' = σ(f) ∘ c + σ(i) ∘ tanh(g)</c>: Hochreiter and Schmidhuber 1997, Gers et al. 2000.</summary>
/// <param name="Gates">The sums at the gates, in their order.</param>
/// <param name="Previous">What they hold.</param>
/// <param name="Order">Where the gates stand.</param>
internal sealed record LstmCell(int Result, Spot Spot, int Gates, int Previous, int Width, GateOrder Order) : Cell(Result, Spot, EquatableArray.Of(Gates, Previous), Width)
{
    public override string Word => "cells";

    protected override string Story => $"{Width} LSTM cells";

    protected override CellCode Code(EquatableArray<int> strides) => new RowCode(Width, strides, Order);

    internal sealed record RowCode(int Width, EquatableArray<int> Strides, GateOrder Order) : CellCode(Width, Strides)
    {
        public override string Name => $"LstmCell_{Width}{Order.Suffix()}";

        protected override string Formula => "d = σ(f) · c + σ(i) · tanh(g); padding is zero.";

        protected override string Value(KernelCode code) =>
            code.MultiplyAdd(Sigmoid(code, Gate(code, "x0", Order.Forget())), Gate(code, "x1", 0), $"{Sigmoid(code, Gate(code, "x0", 0))} * {Tanh(code, Gate(code, "x0", Order.Cell()))}");
    }
}

/// <summary>An LSTM's state, <c>h = σ(o) ∘ tanh(c)</c>.</summary>
/// <param name="Gates">The sums at the gates, in their order.</param>
/// <param name="Cells">What its cells hold.</param>
/// <param name="Order">Where the gates stand.</param>
internal sealed record LstmState(int Result, Spot Spot, int Gates, int Cells, int Width, GateOrder Order) : Cell(Result, Spot, EquatableArray.Of(Gates, Cells), Width)
{
    protected override string Story => $"state of {Width} LSTM cells";

    protected override CellCode Code(EquatableArray<int> strides) => new RowCode(Width, strides, Order);

    internal sealed record RowCode(int Width, EquatableArray<int> Strides, GateOrder Order) : CellCode(Width, Strides)
    {
        public override string Name => $"LstmState_{Width}{Order.Suffix()}";

        protected override string Formula => "d = σ(o) · tanh(c); padding is zero.";

        protected override string Value(KernelCode code) => $"({Sigmoid(code, Gate(code, "x0", Order.Output()))} * {Tanh(code, Gate(code, "x1", 0))})";
    }
}

/// <summary>Where each gate stands among those of a cell; an LSTM's i is first, and a GRU's n last.</summary>
internal static class GatePlaces
{
    public static int Reset(this GateOrder order) => order == GateOrder.PyTorch ? 0 : 1;

    public static int Update(this GateOrder order) => order == GateOrder.PyTorch ? 1 : 0;

    public static int Forget(this GateOrder order) => order == GateOrder.Onnx ? 2 : 1;

    public static int Cell(this GateOrder order) => order == GateOrder.Onnx ? 3 : 2;

    public static int Output(this GateOrder order) => order == GateOrder.Onnx ? 1 : 3;

    /// <summary>What kernels are called behind the shape.</summary>
    public static string Suffix(this GateOrder order) => order == GateOrder.PyTorch ? "" : "_" + order;
}

/// <summary>Rows times other rows, channel by channel.</summary>
internal sealed record Multiply(int Result, Spot Spot, int Rows, int Factors, int Width) : Cell(Result, Spot, EquatableArray.Of(Rows, Factors), Width)
{
    public override string Word => "gated rows";

    protected override string Story => $"{Width} channels, gated";

    protected override CellCode Code(EquatableArray<int> strides) => new RowCode(Width, strides);

    internal sealed record RowCode(int Width, EquatableArray<int> Strides) : CellCode(Width, Strides)
    {
        public override string Name => $"Multiply_{Width}";

        protected override string Formula => "d = x0 · x1; padding is zero.";

        protected override string Value(KernelCode code) => $"({Gate(code, "x0", 0)} * {Gate(code, "x1", 0)})";
    }
}

/// <summary>Of each two neighbours the larger: Goodfellow et al. 2013.</summary>
internal sealed record Maxout(int Result, Spot Spot, int Input, int Width) : Cell(Result, Spot, EquatableArray.Of(Input), Width)
{
    public override string Word => "readout";

    protected override string Story => $"the larger of two neighbours, {2 * Width} → {Width}";

    protected override CellCode Code(EquatableArray<int> strides) => new RowCode(Width, strides);

    internal sealed record RowCode(int Width, EquatableArray<int> Strides) : CellCode(Width, Strides)
    {
        public override string Name => $"Maxout_{Width}";

        protected override string Formula => "d_i = max(x_2i, x_2i+1); padding is zero.";

        protected override string Value(KernelCode code) => throw new InvalidOperationException("Neighbours lie in one vector");

        protected override void WriteRow(KernelCode code)
        {
            using (code.Block($"for (int i = 0; i < {Number(Padding.Up(Width, Measures.Group))}; i++)"))
                code.Line($"Unsafe.Add(ref d, i) = {(Width % Measures.Group == 0 ? "" : $"i >= {Number(Width)} ? 0 : ")}MathF.Max(Unsafe.Add(ref x0, 2 * i), Unsafe.Add(ref x0, (2 * i) + 1));");
        }
    }
}
