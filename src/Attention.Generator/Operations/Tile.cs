using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>A few rows of one panel of a product: a register tile for every height. Calls say how many blocks ask for memory ahead, where, and how many floats a step.</summary>
/// <param name="Format">What the panel holds; scratch memory holds floats, whatever the weights are stored as.</param>
/// <param name="HasScales">Whether each column has a scale; calls say how far behind its bias that lies.</param>
internal sealed record Tile(int K, int Vectors, int SourceStride, WeightFormat Format = WeightFormat.Float32, bool HasScales = false) : Kernel
{
    public override string Name => $"Tile_{K}x{Vectors}" + (Format == WeightFormat.Float32 ? "" : "_" + Format) + (HasScales && !Format.HasScales() ? "_Scaled" : "");

    /// <summary>Whether calls say where memory is asked for ahead: narrow weights ask always, ahead in their panel.</summary>
    private bool MayAsk => Format == WeightFormat.Float32;

    /// <summary>Where the scales are, as a last parameter.</summary>
    public string ScaleParameter => HasScales ? ", nint scales" : "";

    /// <inheritdoc cref="ScaleParameter"/>
    public string ScaleArgument => HasScales ? ", scales" : "";

    /// <summary>The tallest block.</summary>
    private int Height(Isa isa) => Format == WeightFormat.Float32 ? isa.Height : WeightFormats.DirectRows;

    public override void Write(KernelCode code) => code.Heights(
        this, Height(code.Isa), $"Blocks of rows of one panel, {Vectors} × {code.Isa.Lanes} columns, K = {K}; each height has a method of its own.",
        height => $"{height} × {Vectors} accumulators: y (+)= x[{height} × {K}] · w[{K} × {Vectors * code.Isa.Lanes}] + bias, block after block.",
        "int blocks, ref float x, ref float w, ref float bias, ref float y, nint stride" + (MayAsk ? ", int asks, ref float ahead, nint rate" : "") + ", bool accumulate" + ScaleParameter, "blocks, ref x, ref w, ref bias, ref y, stride" + (MayAsk ? ", asks, ref ahead, rate" : "") + ", accumulate" + ScaleArgument,
        height => WriteBlocks(code, height));

    private void WriteBlocks(KernelCode code, int height)
    {
        using (code.Block("while (true)"))
        {
            Multiply(code, height, height > 1 && Format == WeightFormat.Float32 ? 1 : Unroll(K), asks: height > 1 && MayAsk ? "asks" : null, wide: null);
            WriteResult(code, height);
            code.Line("if (--blocks == 0)");
            code.Line("    return;");
            code.Line($"x = ref Unsafe.Add(ref x, {Number(height * SourceStride)});");
            code.Line($"y = ref Unsafe.Add(ref y, {height} * stride);");
        }
    }

    /// <summary>The accumulators of a block.</summary>
    public void Multiply(KernelCode code, int height, int unroll, string? asks, string? wide) =>
        code.Multiply(height, Vectors, "x", "w", SourceStride, Vectors * code.Isa.Lanes, Number(K), unroll, Format, asks: asks, wide: wide);

    /// <summary>Scales accumulators, adds the bias and what was there, and stores them.</summary>
    public void WriteResult(KernelCode code, int height)
    {
        int lanes = code.Isa.Lanes;
        for (int vector = 0; vector < Vectors; vector++)
            code.Line($"{code.V} bias{vector} = {code.Load("bias", Number(vector * lanes))};");
        for (int vector = 0; vector < Vectors && HasScales; vector++)
            code.Line($"{code.V} scale{vector} = {code.Load("Unsafe.Add(ref bias, scales)", Number(vector * lanes))};");
        code.Line("ref float d = ref y;");
        for (int row = 0; row < height; row++)
        {
            for (int vector = 0; vector < Vectors; vector++)
                code.Line(HasScales ? $"a{row}{vector} = {code.MultiplyAdd($"a{row}{vector}", $"scale{vector}", $"bias{vector}")};" : $"a{row}{vector} += bias{vector};");
            using (code.Block("if (accumulate)"))
            {
                for (int vector = 0; vector < Vectors; vector++)
                    code.Line($"a{row}{vector} += {code.Load("d", Number(vector * lanes))};");
            }

            for (int vector = 0; vector < Vectors; vector++)
                code.Line(Store($"a{row}{vector}", "d", Number(vector * lanes)));
            if (row + 1 < height)
                code.Line("d = ref Unsafe.Add(ref d, stride);");
        }
    }
}
