using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Kernels.KernelCode;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Values weighted by a strip of scores.</summary>
/// <param name="HeadWidth">Channels of a value.</param>
/// <param name="ScoreStride">The distance of two rows of scores.</param>
/// <param name="ValueStride">The distance of two values, in floats.</param>
/// <param name="DestinationStride">The distance of two results.</param>
/// <param name="Form">Which keys the weights belong to.</param>
internal sealed record Context(int HeadWidth, int ScoreStride, int ValueStride, int DestinationStride, ContextForm Form = ContextForm.Prefix) : Kernel
{
    /// <summary>How the values are kept.</summary>
    public WeightFormat Format { get; init; }

    /// <summary>How many rows there are at most, where they are few.</summary>
    public FewRows? Few { get; init; }

    public override string Name => $"Context_{HeadWidth}{(Form == ContextForm.Prefix ? "" : "_" + Form)}{Format.Suffix()}{Few?.Suffix}";

    private bool HasStart => Form == ContextForm.Window;

    private string Arguments => Form switch
    {
        ContextForm.Prefix => "keys, ",
        ContextForm.Window => "keys, start, ",
        ContextForm.Pattern => "keys, begin, count, mask, ",
        _ => throw new InvalidOperationException("No context of " + Form),
    };

    private string Parameters => Form switch
    {
        ContextForm.Prefix => "int keys, ",
        ContextForm.Window => "int keys, nint start, ",
        ContextForm.Pattern => "int keys, int begin, int count, PackedMask mask, ",
        _ => throw new InvalidOperationException("No context of " + Form),
    };

    public override void Write(KernelCode code)
    {
        int whole = HeadWidth / code.Isa.Lanes, rest = HeadWidth % code.Isa.Lanes;
        code.Heights(
            this, $"y[height × {HeadWidth}] = weights[height × keys] · V / sum, k ascending over the keys.",
            Parameters + "ref float weights, ref float v, ref float y" + Few?.Parameters, Arguments + "ref weights, ref v, ref y" + Few?.Arguments,
            height =>
            {
                (int Vectors, int Count)[] chunks = [.. Chunks(code.Isa, height, whole, rest > 0)];
                int column = 0, passes = 0, part = Few is null ? 0 : Padding.Up(Padding.Over(Few.Piece, chunks.Sum(chunk => chunk.Count)), Measures.Group);
                foreach ((int vectors, int count) in chunks)
                {
                    int width = vectors * code.Isa.Lanes;
                    bool partial = column + (width * count) > HeadWidth;
                    using (count > 1 ? code.Block($"for (nint chunk = {column}; chunk < {column + (width * count)}; chunk += {width})") : code.Block())
                    {
                        string start = count > 1 ? "chunk" : Number(column);
                        string values = start == "0" ? "v" : Format == WeightFormat.Float32 ? $"Unsafe.Add(ref v, {start})" : $"Unsafe.Add(ref v, {start} / {Format.PerFloat()})";
                        if (Few is not null)
                            code.Line($"ref float soon = ref Unsafe.Add(ref ahead, {(count > 1 ? $"(((chunk - {column}) / {width}) + {passes}) * {part}" : Number(passes * part))}); // each pass asks for a part");
                        if (Form == ContextForm.Pattern)
                            Runs(height, vectors, values);
                        else
                            code.Multiply(height, vectors, "weights", values, ScoreStride, ValueStride * Format.PerFloat(), "keys", 1, Format, asksAhead: false, beside: Few is not null ? () => FewRows.Ask(code, part, "soon") : null);
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
                    passes += count;
                }
            },
            Few?.Most);

        // The panels of a run follow each other, in the weights and among the values.
        void Runs(int height, int vectors, string values)
        {
            code.Accumulators(height, vectors);
            using (code.Block("for (int slot = 0; slot < count;)"))
            {
                code.Line("int run = mask.Run(begin + slot, count - slot), first = mask.First(begin + slot), end = Math.Min(mask.End(begin + slot + run - 1), keys);");
                code.Accumulate(
                    height, vectors, $"Unsafe.Add(ref weights, (slot * (nint){Measures.KeyPanel}) + (first % {Measures.KeyPanel}))", $"Unsafe.Add(ref {values}, first * (nint){ValueStride})", ScoreStride, ValueStride * Format.PerFloat(),
                    "end - first", 1, Format, asksAhead: false);
                code.Line("slot += run;");
            }
        }
    }

    /// <summary>Cuts a head's channels into one chunk where so few rows have registers for it, which reads each value at once, else into chunks as wide as a tile; the last one may end within a vector.</summary>
    public static IEnumerable<(int Vectors, int Count)> Chunks(Isa isa, int height, int whole, bool rest)
    {
        int all = whole + (rest ? 1 : 0);
        if ((height + 1) * all <= (isa.Height + 1) * isa.Vectors)
        {
            yield return (all, 1);
            yield break;
        }

        int vectors = isa.Vectors == 3 && whole % 3 != 0 && whole % 2 == 0 && !rest ? 2 : isa.Vectors;
        if (whole / vectors > 0)
            yield return (vectors, whole / vectors);
        int left = (whole % vectors) + (rest ? 1 : 0);
        if (left > 0)
            yield return (left, 1);
    }
}

/// <summary>Which keys the weights of a context belong to.</summary>
internal enum ContextForm
{
    /// <summary>Those from the first on.</summary>
    Prefix,

    /// <summary>Those from a later one on, so that what stands behind a row of weights is nearer.</summary>
    Window,

    /// <summary>Those of the panels that a pattern lists.</summary>
    Pattern,
}
