using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A few rows of one panel of a product in whole numbers, as <see cref="Tile"/> is of one in floats. Both rows and panel hold four inputs in the place of a float.</summary>
internal sealed partial record IntegerTile(int K, int Vectors, int SourceStride, IntegerLevel Level) : Kernel
{
    public override string Name => $"Tile_{K}x{Vectors}_{Level.Format}";

    private int Words => IntegerLevel.Words(K);

    public override void Write(KernelCode code) => code.Heights(
        this, MostRows(code.Isa, Level), $"Blocks of quantised rows of one panel, {Vectors} × {code.Isa.Lanes} columns, K = {K}; each height has a method of its own.",
        height => $"{height} × {Vectors} accumulators: y (+)= scale · scales · (u[{height} × {K}] · w[{K} × {Vectors * code.Isa.Lanes}] − zero · sums) + bias, block after block{(Level.IsGrouped ? "; w by the scales of groups" : "")}.",
        "int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride, int asks, ref float ahead, nint rate, bool accumulate, nint columns", "blocks, ref x, ref w, ref bias, ref y, stride, asks, ref ahead, rate, accumulate, columns",
        height => WriteBlocks(code, height));

    /// <summary>The instruction that adds four products to 32 bits, where a compilation may know it; null where there is none.</summary>
    private string? WideAdd(Isa isa) => isa.Lanes switch
    {
        16 when Level.HasWide => "global::System.Runtime.Intrinsics.X86.AvxVnni.V512",
        8 => "global::System.Runtime.Intrinsics.X86.AvxVnni",
        _ => null,
    };

    private void WriteBlocks(KernelCode code, int height)
    {
        Isa isa = code.Isa;
        string integers = isa.Vector + "<int>";
        using (code.Block("while (true)"))
        {
            for (int row = 0; row < height; row++)
            {
                for (int vector = 0; vector < Vectors; vector++)
                    code.Line(Level.IsGrouped ? $"{code.V} s{row}{vector} = {code.Zero};" : $"{integers} s{row}{vector} = {integers}.Zero;");
            }

            code.Line("ref int xk = ref Unsafe.As<float, int>(ref x);");
            code.Line("ref float wk = ref w;");
            if (Level.IsGrouped)
            {
                code.Line($"{isa.Vector}<byte> half = {code.Create("(byte)15")};");
                code.Line($"ref float sums = ref Unsafe.Add(ref x, {Number(IntegerLevel.SumsAt(K))});");
            }

            if (WideAdd(isa) is string wide)
            {
                using (code.Block($"if ({wide}.IsSupported)"))
                    WriteSums(code, height, wide);
                using (code.Block("else"))
                    WriteSums(code, height, null);
            }
            else
            {
                WriteSums(code, height, null);
            }

            WriteResults(code, height);
            code.Line("if (--blocks == 0)");
            code.Line("    return;");
            code.Line($"x = ref Unsafe.Add(ref x, {Number(height * SourceStride)});");
            code.Line($"y = ref Unsafe.Add(ref y, {height} * stride);");
        }
    }

    /// <summary>Writes the loop over k, which asks for memory as that of <see cref="KernelCode.Accumulate"/> does.</summary>
    private void WriteSums(KernelCode code, int height, string? wide)
    {
        int width = Vectors * code.Isa.Lanes, unroll = Level.IsGrouped ? 1 : height == 1 ? 4 : Math.Max(2, Level.Sums);

        // One row is multiplied as fast as memory comes by itself, asked for or not.
        if (height == 1)
            WriteLoop(isAsking: false);
        else
            code.Asking("asks", WriteLoop);

        void WriteLoop(bool isAsking)
        {
            using (code.Block($"for (int k = {Number(Level.Steps(K))}; k > 0; k -= {unroll})"))
            {
                if (isAsking)
                {
                    code.Ask(unroll * width * Level.Depth, isNear: false);
                    code.Line($"ahead = ref Unsafe.Add(ref ahead, {unroll} * rate);");
                }

                if (Level.IsGrouped)
                {
                    WriteGroups(code, height, wide);
                    return;
                }

                int together = wide is null ? Math.Max(1, Level.Sums) : 1;
                for (int step = 0; step < unroll; step += together)
                    WriteStep(code, height, step, together, wide);
                code.Line($"xk = ref Unsafe.Add(ref xk, {unroll});");
                code.Line($"wk = ref Unsafe.Add(ref wk, {Number(unroll * width)});");
            }
        }
    }

    /// <summary>
    /// Writes some words of all rows. Where registers are few for several words one vector of weights after the other is multiplied, and rows are read again for each.
    /// </summary>
    private void WriteStep(KernelCode code, int height, int first, int together, string? wide)
    {
        Isa isa = code.Isa;
        int[][] passes = isa.Lanes == 16 || together == 1 ? [[.. Enumerable.Range(0, Vectors)]] : [.. Enumerable.Range(0, Vectors).Select(vector => new[] { vector })];
        foreach (int[] vectors in passes)
        {
            using (code.Block())
            {
                for (int step = 0; step < together; step++)
                {
                    foreach (int vector in vectors)
                    {
                        code.Line($"{isa.Vector}<sbyte> w{vector}_{step} = {code.Load("wk", Number(((first + step) * Vectors * isa.Lanes) + (vector * isa.Lanes)))}.AsSByte();");
                        if (wide is null && Level.Sums == 0)
                            code.Line($"{isa.Vector}<short> even{vector} = WholeNumbers.Even(w{vector}_0), odd{vector} = WholeNumbers.Odd(w{vector}_0);");
                    }
                }

                for (int row = 0; row < height; row++)
                {
                    for (int step = 0; step < together; step++)
                    {
                        int offset = (row * SourceStride) + first + step;
                        code.Line($"{isa.Vector}<byte> x{row}_{step} = {isa.Vector}.Create({Element("xk", offset)}).AsByte();");
                    }

                    foreach (int vector in vectors)
                    {
                        string Pairs(int step) => $"WholeNumbers.Pairs(x{row}_{step}, w{vector}_{step})";
                        string sum = $"s{row}{vector}";
                        code.Line(wide is not null ? $"{sum} = {wide}.MultiplyWideningAndAdd({sum}, x{row}_0, w{vector}_0);"
                            : Level.Sums == 0 ? $"{sum} += WholeNumbers.Dot(WholeNumbers.Even(x{row}_0), even{vector}) + WholeNumbers.Dot(WholeNumbers.Odd(x{row}_0), odd{vector});"
                            : $"{sum} += WholeNumbers.Widen({string.Join(" + ", Enumerable.Range(0, together).Select(Pairs))});");
                    }
                }
            }
        }
    }

    /// <summary>Writes what becomes of the sums: multiplied and added in two roundings, as every processor can.</summary>
    private void WriteResults(KernelCode code, int height)
    {
        Isa isa = code.Isa;
        for (int vector = 0; vector < Vectors; vector++)
        {
            string at = Number(vector * isa.Lanes);
            code.Line($"{code.V} bias{vector} = {code.Load("bias", at)}, scale{vector} = {code.Load("Unsafe.Add(ref bias, columns)", at)};");
            code.Line(Level.IsGrouped ? $"{code.V} sums{vector} = {code.Load("Unsafe.Add(ref bias, 2 * columns)", at)};" : $"{isa.Vector}<int> sums{vector} = {code.Load("Unsafe.Add(ref bias, 2 * columns)", at)}.AsInt32();");
        }

        code.Line("ref float d = ref y;");
        for (int row = 0; row < height; row++)
        {
            int offset = (row * SourceStride) + Words;
            code.Line($"{code.V} scale_{row} = {code.Create($"Unsafe.Add(ref x, {Number(offset)})")};");
            string zero = $"Unsafe.As<float, int>(ref Unsafe.Add(ref x, {Number(offset + 1)}))";
            code.Line(Level.IsGrouped ? $"{code.V} zero_{row} = {code.Create("(float)" + zero)};" : $"{isa.Vector}<int> zero_{row} = {code.Create(zero)};");
            for (int vector = 0; vector < Vectors; vector++)
            {
                string sum = $"s{row}{vector} - (zero_{row} * sums{vector})";
                code.Line($"{code.V} y{row}{vector} = ({(Level.IsGrouped ? $"({sum})" : $"{isa.Vector}.ConvertToSingle({sum})")} * (scale_{row} * scale{vector})) + bias{vector};");
            }

            using (code.Block("if (accumulate)"))
            {
                for (int vector = 0; vector < Vectors; vector++)
                    code.Line($"y{row}{vector} += {code.Load("d", Number(vector * isa.Lanes))};");
            }

            for (int vector = 0; vector < Vectors; vector++)
                code.Line(Store($"y{row}{vector}", "d", Number(vector * isa.Lanes)));
            if (row + 1 < height)
                code.Line("d = ref Unsafe.Add(ref d, stride);");
        }
    }
}
