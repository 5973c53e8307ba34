using System.Globalization;
using Attention.Generator.Kernels;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Weights in proportion to the exponentials of the scores: Vaswani et al. 2017, section 3.2.1.</summary>
internal sealed partial record Softmax : Weighting
{
    public override string Formula(string scores) => $"softmax({scores}{(HasSinks ? ", sink" : "")})";

    public override string Suffix => HasSinks ? "_Sink" : "";

    public override string Story => HasSinks ? ", a sink for each head" : "";

    public override Kernel KernelOf(int scoreStride, float scale, Mask mask, QueryEnd query) => mask switch
    {
        Interval { IsPrefix: true } => new Code(scoreStride, scale, null, HasSinks),
        Interval interval => new Code(scoreStride, scale, interval, HasSinks),
        Pattern pattern => new PatternCode(scoreStride, scale, pattern.Bounds, HasSinks),
        _ => throw new InvalidOperationException("No softmax under " + mask.GetType().Name),
    };

    /// <summary>
    /// Softmax of a strip of scores, in two passes over a row, nothing rescaled. Keys that a row does not see become exact zeros and never enter the
    /// maximum; what the padding of the last panel holds is not looked at. The inverse of the sum stands behind the row.
    /// </summary>
    /// <param name="Mask">What rows see, where that is not what begins with the first key.</param>
    /// <param name="HasSink">Whether there is one more score, which stands nowhere.</param>
    internal sealed record Code(int ScoreStride, float Scale, Interval? Mask, bool HasSink = false) : Kernel
    {
        /// <summary>Keys whose weights are summed before the sum is added to that of those before, as <c>VectorMath.SoftmaxBlock</c> has it.</summary>
        public const int Block = 512;

        private const double Log2E = 1.4426950408889634;

        public override string Name => "Softmax" + Mask?.Suffix + (HasSink ? "_Sink" : "");

        public override void Write(KernelCode code)
        {
            if (Mask is not null)
            {
                WriteInterval(code, Mask);
                return;
            }

            using (code.Method(
                this, $"score = exp(scale · (score − largest of the row)), 0 from key first + r · step of row r on; 1 / sum behind the row, at {ScoreStride - Measures.InverseSum}.",
                "int rows, int first, int step, int keys, ref float scores" + SinkOf(HasSink)))
            using (code.Block("for (int row = 0; row < rows; row++)"))
            {
                code.Line($"ref float s = ref Unsafe.Add(ref scores, (nint)row * {ScoreStride});");
                code.Line("int seen = first + (row * step), last = seen & 15;");
                code.Line("nuint whole = (nuint)(seen - last), end = (nuint)((keys + 15) & ~15);");
                foreach (int part in code.Parts)
                    code.Line($"{code.V} below{part} = {code.Below("last", part)};");
                code.Declare("max", code.Create("float.NegativeInfinity"));
                Largest(code, "0", "whole");

                using (code.Block("if (last > 0)"))
                {
                    foreach (int part in code.Parts)
                        code.Line($"max{part} = {code.Isa.Vector}.MaxNative(max{part}, {code.Isa.Vector}.ConditionalSelect(below{part}, {code.Load("s", code.At("whole", part))}, {code.Create("float.NegativeInfinity")}));");
                }

                code.Line($"{code.V} largest = {code.Create(LargestOf(code, HasSink))};");
                code.Line($"{code.V} scale = {ScaleOf(code, Scale)}");
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
                code.Line($"Unsafe.Add(ref s, {ScoreStride - Measures.InverseSum}) = 1f / {SumOf(code, HasSink)};");
            }

            void Weights(string offset, string sum, bool masked) => WriteWeights(code, offset, sum, part => masked ? $" & below{part}" : "");
        }

        /// <summary>
        /// Rows that see an interval of keys: groups at its ends are masked, those between them are not. Sums are taken in blocks that
        /// begin where they would if every key were seen, so that where a strip begins changes no bit.
        /// </summary>
        private void WriteInterval(KernelCode code, Interval mask)
        {
            string vector = code.Isa.Vector;
            using (code.Method(
                this, $"score = exp(scale · (score − largest of the row)) between the first key that a row sees and the last, 0 elsewhere from key start to end; 1 / sum behind the row, at {ScoreStride - Measures.InverseSum}.",
                $"int rows, int position, int keys, int start, int end, {mask.Parameters}ref float scores{SinkOf(HasSink)}"))
            using (code.Block("for (int row = 0; row < rows; row++)"))
            {
                code.Line($"ref float s = ref Unsafe.Add(ref scores, (nint)row * {ScoreStride});");
                code.Line($"int query = position + row, from = {mask.First("query")}, to = {mask.End("query", "keys")};");
                code.Line($"nuint first = (nuint)(from & ~15), last = {(mask.MayBeBlind ? "nuint.Max(first + 16, (nuint)((to + 15) & ~15))" : "(nuint)((to + 15) & ~15)")}, final = last - 16, stop = (nuint)((end + 15) & ~15);");
                Seen("atFirst", "first");
                Seen("atFinal", "final");
                foreach (int part in code.Parts)
                    code.Line($"{code.V} max{part} = {vector}.MaxNative({Masked("atFirst", "first", part)}, {Masked("atFinal", "final", part)});");
                Largest(code, "first + 16", "final");

                code.Line($"{code.V} largest = {code.Create(LargestOf(code, HasSink))};");
                code.Line($"{code.V} scale = {ScaleOf(code, Scale)}");
                using (code.Block("for (nuint i = (nuint)start; i < first; i += 16)"))
                    Clear("i");
                if (code.Isa.KeepsTerms)
                {
                    code.Line($"{code.V} sum0 = VectorMath.SoftmaxWeights(ref s, first, final, atFirst0, atFinal0, largest, scale);");
                }
                else
                {
                    code.Declare("sum", code.Zero);
                    using (code.Block("for (nuint i = first; i < last;)"))
                    {
                        code.Declare("part", code.Zero);
                        using (code.Block($"for (nuint next = nuint.Min(last, (i & ~(nuint){Block - 1}) + {Block}); i < next; i += 16)"))
                        {
                            Seen("seen", "i");
                            WriteWeights(code, "i", "part", part => $" & seen{part}");
                        }

                        foreach (int part in code.Parts)
                            code.Line($"sum{part} += part{part};");
                    }
                }

                using (code.Block("for (nuint i = last; i < stop; i += 16)"))
                    Clear("i");
                string inverse = $"1f / {SumOf(code, HasSink)}";
                code.Line($"Unsafe.Add(ref s, {ScoreStride - Measures.InverseSum}) = {(mask.MayBeBlind ? $"from < to ? {inverse} : 0f" : inverse)};");
            }

            string Masked(string seen, string at, int part) => $"{vector}.ConditionalSelect({seen}{part}, {code.Load("s", code.At(at, part))}, {code.Create("float.NegativeInfinity")})";

            void Seen(string name, string at)
            {
                foreach (int part in code.Parts)
                    code.Line($"{code.V} {name}{part} = {vector}.AndNot({code.Below($"to - (int){at}", part)}, {code.Below($"from - (int){at}", part)});");
            }

            void Clear(string at)
            {
                foreach (int part in code.Parts)
                    code.Line(Store(code.Zero, "s", code.At(at, part)));
            }
        }

        /// <summary>Goes on with the largest over groups all of which are seen.</summary>
        private static void Largest(KernelCode code, string first, string end)
        {
            if (code.Isa.KeepsTerms)
            {
                code.Line($"max0 = VectorMath.Largest(ref s, {first}, {end}, max0);");
                return;
            }

            using (code.Block($"for (nuint i = {first}; i < {end}; i += 16)"))
            {
                foreach (int part in code.Parts)
                    code.Line($"max{part} = {code.Isa.Vector}.MaxNative(max{part}, {code.Load("s", code.At("i", part))});");
            }
        }

        /// <summary>What scores are multiplied by, times log₂e, since weights are powers of two: rounded once. The rest of a declaration.</summary>
        internal static string ScaleOf(KernelCode code, float scale) => $"{code.Create(Float((float)(scale * Log2E)))}; // {scale.ToString("R", CultureInfo.InvariantCulture)} · log₂ e";

        /// <summary>The sink as a last parameter.</summary>
        internal static string SinkOf(bool hasSink) => hasSink ? ", float sink" : "";

        /// <summary>The largest of all scores.</summary>
        internal static string LargestOf(KernelCode code, bool hasSink) => hasSink ? $"Math.Max({code.Reduce("Max", "max")}, sink)" : code.Reduce("Max", "max");

        /// <summary>The sum of all weights.</summary>
        internal static string SumOf(KernelCode code, bool hasSink) =>
            hasSink ? $"({code.Reduce("Sum", "sum")} + {code.VectorMath("SoftmaxWeight", $"{code.Create("sink")} - largest, scale")}.ToScalar())" : code.Reduce("Sum", "sum");

        /// <summary>The weight of the score at an offset.</summary>
        internal static string Weight(KernelCode code, string at) => code.VectorMath("SoftmaxWeight", $"{code.Load("s", at)} - largest, scale");

        internal static void WriteWeights(KernelCode code, string offset, string sum, Func<int, string> mask)
        {
            foreach (int part in code.Parts)
            {
                code.Line($"{code.V} weight{part} = {Weight(code, code.At(offset, part))}{mask(part)};");
                code.Line($"{sum}{part} += weight{part};");
                code.Line(Store($"weight{part}", "s", code.At(offset, part)));
            }
        }
    }
}
