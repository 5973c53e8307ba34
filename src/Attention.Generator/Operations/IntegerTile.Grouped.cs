using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <content>Weights of four bits, in groups of 32 inputs: sums of a group are whole numbers, which its scale makes floats.</content>
internal sealed partial record IntegerTile
{
    private const int Groups = Measures.QuantizedStep / Measures.QuantizedGroup, WordsOfGroup = Measures.QuantizedGroup / 4, Halves = Measures.FourBitGroup;

    /// <summary>The most rows of a tile. Where pairs are multiplied by methods that differ between processors, so many of them are inlined and no more.</summary>
    public static int MostRows(Isa isa, IntegerLevel level) => level.IsGrouped && isa.Lanes == 4 ? 4 : isa.Height;

    /// <summary>Writes a step, group after group; what is made of their sums is multiplied and added in two roundings.</summary>
    private void WriteGroups(KernelCode code, int height, string? wide)
    {
        int width = Vectors * code.Isa.Lanes;
        for (int vector = 0; vector < Vectors; vector++)
        {
            string Behind(int row) => $"{code.Isa.Vector}.LoadUnsafe(ref Unsafe.As<float, int>(ref wk), {Number((((Groups * Halves) + row) * width) + (vector * code.Isa.Lanes))})";
            code.Line($"{code.Isa.Vector}<int> scales{vector} = {Behind(0)};");
            if (Level.HasMinimum)
                code.Line($"{code.Isa.Vector}<int> minima{vector} = {Behind(1)};");
        }

        using (code.Block($"for (int group = {Groups}; group > 0; group--)"))
        {
            for (int vector = 0; vector < Vectors; vector++)
            {
                using (code.Block())
                    WriteGroup(code, height, vector, wide);
            }

            code.Line($"xk = ref Unsafe.Add(ref xk, {WordsOfGroup});");
            code.Line("sums = ref Unsafe.Add(ref sums, 1);");
            code.Line($"wk = ref Unsafe.Add(ref wk, {Number(Halves * width)});");
        }

        code.Line($"wk = ref Unsafe.Add(ref wk, {Number((Level.Depth - (Groups * Halves)) * width)});");
    }

    private void WriteGroup(KernelCode code, int height, int vector, string? wide)
    {
        Isa isa = code.Isa;
        for (int pair = 0; pair < Halves; pair++)
        {
            code.Line($"{isa.Vector}<byte> pair{pair} = {code.Load("wk", Number((pair * Vectors * isa.Lanes) + (vector * isa.Lanes)))}.AsByte();");
            code.Line($"{isa.Vector}<byte> lower{pair} = pair{pair} & half, upper{pair} = (pair{pair}.AsUInt16() >>> 4).AsByte() & half;");
            for (int row = 0; row < height; row++)
            {
                string X(int word) => $"{code.Create(Element("xk", (row * SourceStride) + word))}.AsSByte()";
                foreach ((int word, string w) in new[] { (pair, $"lower{pair}"), (pair + Halves, $"upper{pair}") })
                {
                    string sum = word == 0 ? $"{isa.Vector}<{(wide is null ? "short" : "int")}> sum{row} =" : $"sum{row} {(wide is null ? "+=" : "=")}";
                    code.Line(wide is null ? $"{sum} {Adjacent(isa, w, X(word))};" : $"{sum} {wide}.MultiplyWideningAndAdd({(word == 0 ? isa.Vector + "<int>.Zero" : "sum" + row)}, {w}, {X(word)});");
                }
            }
        }

        Take("scale", "scales");
        if (Level.HasMinimum)
            Take("minimum", "minima");
        for (int row = 0; row < height; row++)
        {
            string sum = $"{isa.Vector}.ConvertToSingle({(wide is null ? Adjacent(isa, $"sum{row}") : $"sum{row}")})", numbers = code.Create(Element("sums", row * SourceStride));
            code.Line($"s{row}{vector} += {(Level.HasMinimum ? sum : $"({sum} - {numbers})")} * scale;");
            if (Level.HasMinimum)
                code.Line($"s{row}{vector} += {numbers} * minimum;");
        }

        void Take(string one, string both)
        {
            code.Line($"{code.V} {one} = WholeNumbers.Half({both}{vector});");
            code.Line($"{both}{vector} >>= 16;");
        }
    }

    /// <summary>Sums of two neighbouring products, or of two neighbouring sums of 16 bits: by the instruction itself where there surely is one, since so many small methods would not be inlined.</summary>
    private static string Adjacent(Isa isa, string x, string? w = null) => isa.Lanes switch
    {
        16 => $"global::System.Runtime.Intrinsics.X86.Avx512BW.MultiplyAddAdjacent({x}, {w ?? "Vector512<short>.One"})",
        8 => $"global::System.Runtime.Intrinsics.X86.Avx2.MultiplyAddAdjacent({x}, {w ?? "Vector256<short>.One"})",
        _ => w is null ? $"WholeNumbers.Widen({x})" : $"WholeNumbers.Pairs({x}, {w})",
    };
}
