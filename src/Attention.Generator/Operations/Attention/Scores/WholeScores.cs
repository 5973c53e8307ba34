using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Scores of a strip of queries with all keys as whole numbers of 16 bits, by the greatest magnitude of each: finer than what quantised maps have left of them, and the same at every level.
/// </summary>
internal sealed record WholeScores(int HeadWidth, int ScoreStride) : Kernel
{
    /// <summary>The most keys of which scores are made in floats: so few are quantised no faster than they are multiplied.</summary>
    public const int MostFloatKeys = 256;

    /// <summary>The most channels of a head: sums of products have 32 bits.</summary>
    private const int MostChannels = 512;

    /// <summary>Words that the loop takes at once.</summary>
    private const int Unroll = 2;

    public override string Name => $"Scores_{HeadWidth}_Whole";

    /// <summary>Whether queries and keys of so many channels can be quantised.</summary>
    public static bool Takes(int headWidth) => headWidth % Measures.Group == 0 && headWidth <= MostChannels;

    /// <summary>Floats in whose place a quantised query stands, and a key in its panel.</summary>
    public static int Floats(int headWidth) => (headWidth / 2) + 1;

    /// <summary>Floats that a panel's keys take while they are quantised, and after that a strip's queries.</summary>
    public static int BufferFloats(int headWidth) => Padding.Up(Measures.KeyPanel * Floats(headWidth), Measures.Group);

    /// <summary>Keys of a panel: as many as a tile takes.</summary>
    public static int PanelKeys(Isa isa) => 2 * isa.Lanes;

    public override void Write(KernelCode code)
    {
        int columns = PanelKeys(code.Isa), words = HeadWidth / 2, floats = Floats(HeadWidth), lanes = code.Isa.Lanes;
        string vector = code.Isa.Vector;
        code.Heights(
            this, $"scores[height × keys] = q[height × {HeadWidth}] · Kᵀ in whole numbers, keys in panels of {columns}.",
            "int panels, ref float q, ref float keys, ref float scores", "panels, ref q, ref keys, ref scores",
            height =>
            {
                code.Line("ref float d = ref scores;");
                code.Line("ref float panel = ref keys;");
                code.Line($"int blocks = panels * {Number(Measures.KeyPanel / columns)};");
                using (code.Block("while (true)"))
                {
                    for (int row = 0; row < height; row++)
                        code.Line($"{vector}<int> s{row}0 = {vector}<int>.Zero, s{row}1 = {vector}<int>.Zero;");
                    code.Line("ref int xk = ref Unsafe.As<float, int>(ref q);");
                    code.Line("ref float wk = ref panel;");
                    using (code.Block($"for (int k = {Number(words)}; k > 0; k -= {Unroll})"))
                    {
                        for (int step = 0; step < Unroll; step++)
                            WriteStep(height, step);
                        code.Line($"xk = ref Unsafe.Add(ref xk, {Unroll});");
                        code.Line($"wk = ref Unsafe.Add(ref wk, {Unroll * columns});");
                    }

                    code.Line($"{code.V} scale0 = {code.Load("wk", "0")}, scale1 = {code.Load("wk", Number(lanes))};");
                    for (int row = 0; row < height; row++)
                    {
                        code.Line($"{code.V} scale_{row} = {code.Create(Element("q", (row * floats) + words))};");
                        for (int part = 0; part < 2; part++)
                            code.Line(Store($"({vector}.ConvertToSingle(s{row}{part}) * (scale_{row} * scale{part}))", "d", Number((row * ScoreStride) + (part * lanes))));
                    }

                    code.Line($"d = ref Unsafe.Add(ref d, {columns});");
                    code.Line("if (--blocks == 0)");
                    code.Line("    return;");
                    code.Line($"panel = ref Unsafe.Add(ref panel, {floats * columns});");
                }
            });

        void WriteStep(int height, int step)
        {
            for (int part = 0; part < 2; part++)
                code.Line($"{vector}<short> w{part}_{step} = {code.Load("wk", Number((step * columns) + (part * lanes)))}.AsInt16();");
            for (int row = 0; row < height; row++)
            {
                code.Line($"{vector}<short> x{row}_{step} = {code.Create(Element("xk", (row * floats) + step))}.AsInt16();");
                for (int part = 0; part < 2; part++)
                    code.Line($"s{row}{part} += WholeNumbers.WideDot(x{row}_{step}, w{part}_{step});");
            }
        }
    }
}
