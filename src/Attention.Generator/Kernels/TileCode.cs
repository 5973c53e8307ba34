using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Kernels;

/// <content>The heart of every product.</content>
internal sealed partial class KernelCode
{
    /// <summary>
    /// How far ahead one row of narrow weights asks for memory: 8 KB. The widening keeps the core too busy to have many
    /// lines under way by itself; wide weights come as fast without.
    /// </summary>
    private const int PrefetchFloats = 2048;

    /// <summary>
    /// Accumulators a[row][vector] from zero, k ascending. The rows of x are <paramref name="sourceStride"/> apart, those of
    /// w <paramref name="weightStride"/>; both walk on by references, so that every address is a register and a constant.
    /// The elements of a row of x follow each other, or are <paramref name="sourceStep"/> apart.
    /// </summary>
    public void Multiply(int height, int vectors, string x, string w, int sourceStride, int weightStride, string count, int unroll, WeightFormat format = WeightFormat.Float32, int sourceStep = 1)
    {
        Accumulators(height, vectors);
        Accumulate(height, vectors, x, w, sourceStride, weightStride, count, unroll, format, sourceStep);
    }

    /// <summary>Accumulators a[row][vector], zero.</summary>
    public void Accumulators(int height, int vectors)
    {
        for (int row = 0; row < height; row++)
        {
            for (int vector = 0; vector < vectors; vector++)
                Line($"{V} a{row}{vector} = {V}.Zero;");
        }
    }

    /// <summary>Goes on with accumulators over more k.</summary>
    public void Accumulate(int height, int vectors, string x, string w, int sourceStride, int weightStride, string count, int unroll, WeightFormat format = WeightFormat.Float32, int sourceStep = 1)
    {
        Line($"ref float xk = ref {x};");
        Line($"ref float wk = ref {w};");
        using (Block($"for (int k = {count}; k > 0; k -= {unroll})"))
        {
            for (int line = 0; format != WeightFormat.Float32 && height == 1 && line < unroll * weightStride / format.PerFloat(); line += Measures.Group)
                Line($"Widening.Prefetch(ref wk, {Number(PrefetchFloats + line)});");
            for (int step = 0; step < unroll; step++)
            {
                string suffix = unroll == 1 ? "" : "_" + step;
                for (int vector = 0; vector < vectors; vector++)
                {
                    if (format.IsInterleaved(unroll))
                    {
                        InterleavedWeights((step * vectors) + vector, $"w{vector}{suffix}");
                        continue;
                    }

                    string at = Number((step * weightStride) + (vector * isa.Lanes));
                    Line($"{V} w{vector}{suffix} = {(format == WeightFormat.Float32 ? Load("wk", at) : $"Widening.{format}To{32 * isa.Lanes}(ref wk, {at})")};");
                }

                for (int row = 0; row < height; row++)
                {
                    Line($"{V} x{row}{suffix} = {Create(row == 0 && step == 0 ? "xk" : $"Unsafe.Add(ref xk, {Number((row * sourceStride) + (step * sourceStep))})")};");
                    for (int vector = 0; vector < vectors; vector++)
                        Line($"a{row}{vector} = {MultiplyAdd($"x{row}{suffix}", $"w{vector}{suffix}", $"a{row}{vector}")};");
                }
            }

            Line($"xk = ref Unsafe.Add(ref xk, {Number(unroll * sourceStep)});");
            Line($"wk = ref Unsafe.Add(ref wk, {Number(unroll * weightStride / format.PerFloat())});");
        }
    }

    /// <summary>How many steps of k a loop takes at once where one row alone has too few chains to hide the loop; several rows have enough.</summary>
    public static int Unroll(int k) => k % 4 == 0 ? 4 : k % 2 == 0 ? 2 : 1;

    /// <summary>Vector <paramref name="number"/> of the groups that begin at <c>wk</c>, as <c>Widening.Int8Groups512</c> has it.</summary>
    private void InterleavedWeights(int number, string name)
    {
        string group = "group" + Number(number / 4);
        if (number % 4 == 0)
            Line($"{isa.Vector}<int> {group} = {isa.Vector}.LoadUnsafe(ref Unsafe.As<float, int>(ref wk), {Number(number / 4 * isa.Lanes)});");
        string highest = isa.Vector + ".Create(Widening.HighestByte)";
        string bytes = (number % 4) switch { 0 => group + " << 24", 3 => $"{group} & {highest}", int place => $"({group} << {24 - (8 * place)}) & {highest}" };
        Line($"{V} {name} = {isa.Vector}.ConvertToSingle({bytes});");
    }
}
