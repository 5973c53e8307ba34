using Attention.Generator.Kernels;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Softmax of a strip of scores, in two passes over a row, nothing rescaled. Keys that a row does not see become exact zeros and never enter the
/// maximum; what the padding of the last panel holds is not looked at. The inverse of the sum stands behind the row.
/// </summary>
internal sealed record Softmax(int ScoreStride, float Scale) : Kernel
{
    /// <summary>Keys whose weights are summed before the sum is added to that of those before, as <c>VectorMath.SoftmaxBlock</c> has it.</summary>
    private const int Block = 512;

    public override string Name => "Softmax";

    public override void Write(KernelCode code)
    {
        using (code.Method(
            this, $"score = exp(scale · (score − largest of the row)), 0 from key first + r · step of row r on; 1 / sum behind the row, at {ScoreStride - Measures.InverseSum}.",
            "int rows, int first, int step, int keys, ref float scores"))
        using (code.Block("for (int row = 0; row < rows; row++)"))
        {
            code.Line($"ref float s = ref Unsafe.Add(ref scores, (nint)row * {ScoreStride});");
            code.Line("int seen = first + (row * step), last = seen & 15;");
            code.Line("nuint whole = (nuint)(seen - last), end = (nuint)((keys + 15) & ~15);");
            foreach (int part in code.Parts)
                code.Line($"{code.V} below{part} = {code.Below("last", part)};");
            code.Declare("max", code.Create("float.NegativeInfinity"));
            using (code.Block("for (nuint i = 0; i < whole; i += 16)"))
            {
                foreach (int part in code.Parts)
                    code.Line($"max{part} = {code.Isa.Vector}.MaxNative(max{part}, {code.Load("s", code.At("i", part))});");
            }

            using (code.Block("if (last > 0)"))
            {
                foreach (int part in code.Parts)
                    code.Line($"max{part} = {code.Isa.Vector}.MaxNative(max{part}, {code.Isa.Vector}.ConditionalSelect(below{part}, {code.Load("s", code.At("whole", part))}, {code.Create("float.NegativeInfinity")}));");
            }

            code.Line($"{code.V} largest = {code.Create(code.Reduce("Max", "max"))};");
            code.Line($"{code.V} scale = {code.Create(Float(Scale))};");
            if (code.Isa.KeepsTerms)
            {
                code.Line($"{code.V} sum0 = VectorMath.SoftmaxWeights(ref s, whole, largest, scale);");
            }
            else
            {
                code.Declare("sum", code.V + ".Zero");
                if (ScoreStride <= Block)
                {
                    using (code.Block("for (nuint i = 0; i < whole; i += 16)"))
                        Weights("i", "sum", masked: false);
                }
                else
                {
                    using (code.Block("for (nuint i = 0; i < whole;)"))
                    {
                        code.Declare("part", code.Zero);
                        using (code.Block($"for (nuint next = nuint.Min(whole, i + {Block}); i < next; i += 16)"))
                            Weights("i", "part", masked: false);
                        foreach (int part in code.Parts)
                            code.Line($"sum{part} += part{part};");
                    }
                }
            }

            using (code.Block("if (last > 0)"))
            {
                Weights("whole", "sum", masked: true);
                code.Line("whole += 16;");
            }

            using (code.Block($"for (; whole < end; whole += {code.Isa.Lanes})"))
                code.Line(Store(code.V + ".Zero", "s", "whole"));
            code.Line($"Unsafe.Add(ref s, {ScoreStride - Measures.InverseSum}) = 1f / {code.Reduce("Sum", "sum")};");
        }

        void Weights(string offset, string sum, bool masked)
        {
            foreach (int part in code.Parts)
            {
                string weight = $"VectorMath.ExpOfNonPositive(({code.Load("s", code.At(offset, part))} - largest) * scale)";
                code.Line($"{code.V} weight{part} = {(masked ? $"{weight} & below{part}" : weight)};");
                code.Line($"{sum}{part} += weight{part};");
                code.Line(Store($"weight{part}", "s", code.At(offset, part)));
            }
        }
    }
}
