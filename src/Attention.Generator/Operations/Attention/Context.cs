using Attention.Generator.Kernels;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Values weighted by a strip of scores.</summary>
/// <param name="HasStart">Whether the weights that are given begin with a later key than the first, so that what stands behind a row is nearer.</param>
internal sealed record Context(int HeadWidth, int ScoreStride, int ValueStride, int DestinationStride, bool HasStart = false) : Kernel
{
    public override string Name => $"Context_{HeadWidth}{(HasStart ? "_Window" : "")}";

    public override void Write(KernelCode code)
    {
        int whole = HeadWidth / code.Isa.Lanes, rest = HeadWidth % code.Isa.Lanes;
        (int vectors, int count)[] chunks = Chunks(code.Isa, whole, rest > 0).ToArray();
        code.Heights(
            this, $"y[height × {HeadWidth}] = weights[height × keys] · V / sum, k ascending over the keys.",
            $"int keys, {(HasStart ? "nint start, " : "")}ref float weights, ref float v, ref float y", $"keys, {(HasStart ? "start, " : "")}ref weights, ref v, ref y",
            height =>
            {
                int column = 0;
                foreach ((int vectors, int count) in chunks)
                {
                    int width = vectors * code.Isa.Lanes;
                    bool partial = column + (width * count) > HeadWidth;
                    using (count > 1 ? code.Block($"for (nint chunk = {column}; chunk < {column + (width * count)}; chunk += {width})") : code.Block())
                    {
                        string start = count > 1 ? "chunk" : Number(column);
                        code.Multiply(height, vectors, "weights", start == "0" ? "v" : $"Unsafe.Add(ref v, {start})", ScoreStride, ValueStride, "keys", 1);
                        code.Line($"ref float d = ref Unsafe.Add(ref y, {start});");
                        for (int row = 0; row < height; row++)
                        {
                            code.Line($"{code.V} inverse{row} = {code.Create($"Unsafe.Add(ref weights, {Number((row * ScoreStride) + ScoreStride - Measures.InverseSum)}{(HasStart ? " - start" : "")})")};");
                            for (int vector = 0; vector < vectors; vector++)
                            {
                                int offset = (row * DestinationStride) + (vector * code.Isa.Lanes);
                                code.Line(partial && vector == vectors - 1
                                    ? $"Lanes.StorePartial(a{row}{vector} * inverse{row}, ref Unsafe.Add(ref d, {Number(offset)}), {rest});"
                                    : Store($"(a{row}{vector} * inverse{row})", "d", Number(offset)));
                            }
                        }
                    }

                    column += width * count;
                }
            });
    }

    /// <summary>Cuts a head's channels into chunks as wide as a tile; the last one may end within a vector.</summary>
    public static IEnumerable<(int Vectors, int Count)> Chunks(Isa isa, int whole, bool rest)
    {
        int vectors = isa.Vectors == 3 && whole % 3 != 0 && whole % 2 == 0 && !rest ? 2 : isa.Vectors;
        if (whole / vectors > 0)
            yield return (vectors, whole / vectors);
        int left = (whole % vectors) + (rest ? 1 : 0);
        if (left > 0)
            yield return (left, 1);
    }
}
