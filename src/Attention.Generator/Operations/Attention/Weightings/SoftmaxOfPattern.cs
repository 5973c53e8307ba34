using Attention.Generator.Kernels;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <content>Rows that see a pattern.</content>
internal sealed partial record Softmax
{
    /// <summary>
    /// Softmax of a strip of scores that stand panel by panel, those alone that any row of the strip's group sees. What is summed in one
    /// block depends on where keys stand in the sequence, not in the strip, so that no other row changes a bit.
    /// </summary>
    /// <param name="Bounds">What rows see besides.</param>
    /// <param name="HasSink">Whether there is one more score, which stands nowhere.</param>
    internal sealed record PatternCode(int ScoreStride, float Scale, PatternBounds Bounds, bool HasSink) : Kernel
    {
        public override string Name => "Softmax_Pattern" + Bounds.Suffix + (HasSink ? "_Sink" : "");

        public override void Write(KernelCode code)
        {
            string vector = code.Isa.Vector, inverse = Number(ScoreStride - Measures.InverseSum);
            bool keepsTerms = code.Isa.KeepsTerms && !Bounds.Exist;
            using (code.Method(
                this, $"score = exp(scale · (score − largest of the row)) where a row sees the key, else 0; 1 / sum behind the row, at {inverse}, or 0 where it sees none.",
                $"int rows, int query, int keys, int begin, int count, PackedMask mask, {Bounds.Parameters}ref float scores{Code.SinkOf(HasSink)}"))
            using (code.Block("for (int row = 0; row < rows; row++)"))
            {
                code.Line($"ref float s = ref Unsafe.Add(ref scores, (nint)row * {ScoreStride});");
                if (keepsTerms)
                    code.Line($"{code.V} max0 = VectorMath.Largest(ref s, mask, begin, count, query + row, keys);");
                else
                    Largest();
                code.Line($"float most = {Code.LargestOf(code, HasSink)};");
                code.Line($"{code.V} largest = {code.Create("most")}, scale = {Code.ScaleOf(code, Scale)}");
                if (keepsTerms)
                    code.Line($"{code.V} sum0 = VectorMath.SoftmaxWeights(ref s, mask, begin, count, query + row, keys, largest, scale);");
                else
                    Weights();
                code.Line($"Unsafe.Add(ref s, {inverse}) = float.IsNegativeInfinity(most) ? 0f : 1f / {Code.SumOf(code, HasSink)};");
            }

            void Largest()
            {
                code.Declare("max", code.Create("float.NegativeInfinity"));
                using (code.Block("for (int slot = 0; slot < count; slot++)"))
                {
                    Seen();
                    Halves((at, part, seen) => code.Line($"max{part} = {vector}.MaxNative(max{part}, {vector}.ConditionalSelect({seen}, {code.Load("s", at)}, {code.Create("float.NegativeInfinity")}));"));
                }
            }

            void Weights()
            {
                code.Declare("sum", code.Zero);
                code.Declare("part", code.Zero);
                code.Line("int block = 0;");
                using (code.Block("for (int slot = 0; slot < count; slot++)"))
                {
                    code.Line($"int next = mask.Panel(begin + slot) / {Code.Block / Measures.KeyPanel};");
                    using (code.Block("if (next != block)"))
                    {
                        foreach (int part in code.Parts)
                            code.Line($"sum{part} += part{part};");
                        foreach (int part in code.Parts)
                            code.Line($"part{part} = {code.Zero};");
                        code.Line("block = next;");
                    }

                    Seen();
                    Halves((at, part, seen) =>
                    {
                        string weight = "weight" + at.Replace("at + ", "").Replace("at", "0");
                        code.Line($"{code.V} {weight} = {Code.Weight(code, at)} & {seen};");
                        code.Line($"part{part} += {weight};");
                        code.Line(Store(weight, "s", at));
                    });
                }

                foreach (int part in code.Parts)
                    code.Line($"sum{part} += part{part};");
            }

            void Seen()
            {
                code.Line($"uint seen = mask.Seen(begin + slot, query + row, {Bounds.EndOf("query + row", "keys")}{Bounds.FirstOf("query + row")});");
                code.Line($"nuint at = (nuint)slot * {Measures.KeyPanel};");
            }

            void Halves(Action<string, int, string> write)
            {
                for (int half = 0; half < Measures.KeyPanel; half += Measures.Group)
                {
                    foreach (int part in code.Parts)
                    {
                        int first = half + (part * code.Isa.Lanes);
                        write(first == 0 ? "at" : $"at + {Number(first)}", part, $"Lanes.Bits{32 * code.Isa.Lanes}(seen{(first == 0 ? "" : $" >> {Number(first)}")})");
                    }
                }
            }
        }
    }
}
