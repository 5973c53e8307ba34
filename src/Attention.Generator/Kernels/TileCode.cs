using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Kernels;

/// <content>The heart of every product.</content>
internal sealed partial class KernelCode
{
    /// <summary>
    /// How far ahead narrow weights ask for memory: 8 KB. The widening keeps the core too busy to have many
    /// lines under way by itself; one row of wide weights comes as fast without.
    /// </summary>
    private const int NarrowAhead = 2048;

    /// <summary>
    /// How far ahead the one block of several rows asks for its panel's weights: 16 KB. Without it multiplications fill the core, and few lines are under way.
    /// </summary>
    public const int WideAhead = 4096;

    /// <summary>
    /// The most rows that wait for memory rather than for multiplications: what they ask for goes into the first-level cache. More rows find it in the second soon enough, and keep the first for themselves.
    /// </summary>
    private const int NearRows = 3;

    /// <summary>
    /// How many blocks of a panel ask for the next one where there are several, each for its part: the panel comes while they multiply, and those behind them find it in the
    /// second-level cache.
    /// </summary>
    public const int AskingBlocks = 2;

    /// <summary>
    /// Accumulators a[row][vector] from zero, k ascending. The rows of x are <paramref name="sourceStride"/> apart, those of
    /// w <paramref name="weightStride"/>; both walk on by references, so that every address is a register and a constant.
    /// The elements of a row of x follow each other, or are <paramref name="sourceStep"/> apart. A variable <paramref name="asks"/>
    /// says how many blocks more ask for memory, from <c>ahead</c> on, <c>rate</c> floats a step; without it narrow weights ask ahead, unless they are too few (<paramref name="asksAhead"/>).
    /// What is done <paramref name="beside"/> stands in the loop, once for each of its turns. Widened weights are left from a reference <paramref name="wide"/> on.
    /// </summary>
    public void Multiply(int height, int vectors, string x, string w, int sourceStride, int weightStride, string count, int unroll, WeightFormat format = WeightFormat.Float32, int sourceStep = 1, string? asks = null, bool asksAhead = true, Action? beside = null, string? wide = null)
    {
        Accumulators(height, vectors);
        Accumulate(height, vectors, x, w, sourceStride, weightStride, count, unroll, format, sourceStep, asks, asksAhead, beside, wide);
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
    public void Accumulate(int height, int vectors, string x, string w, int sourceStride, int weightStride, string count, int unroll, WeightFormat format = WeightFormat.Float32, int sourceStep = 1, string? asks = null, bool asksAhead = true, Action? beside = null, string? wide = null)
    {
        Line($"ref float xk = ref {x};");
        Line($"ref float wk = ref {w};");
        if (asks is null)
        {
            WriteSteps(format == WeightFormat.Float32 || !asksAhead ? 0 : NarrowAhead);
            return;
        }

        Asking(asks, isAsking =>
        {
            if (!isAsking)
            {
                WriteSteps(0);
                return;
            }

            using (Block($"for (int k = {count}; k > 0; k -= {unroll})"))
            {
                Ask(unroll * weightStride, isNear: height <= NearRows);
                Line("ahead = ref Unsafe.Add(ref ahead, rate);");
                WriteStep(0);
            }
        });

        void WriteSteps(int ahead)
        {
            using (Block($"for (int k = {count}; k > 0; k -= {unroll})"))
            {
                beside?.Invoke();
                WriteStep(ahead);
            }
        }

        void WriteStep(int ahead)
        {
            for (int line = 0; ahead > 0 && line < unroll * weightStride / format.PerFloat(); line += Measures.Group)
                Line($"Widening.Prefetch(ref wk, {Number(ahead + line)});");
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
                    Line($"{V} w{vector}{suffix} = {Load(format, "wk", at)};");
                    if (wide is not null)
                        Line(Store($"w{vector}{suffix}", wide, at));
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
            if (wide is not null)
                Line($"{wide} = ref Unsafe.Add(ref {wide}, {Number(unroll * weightStride)});");
        }
    }

    /// <summary>Writes a loop twice: for a block that asks for memory, as many as the variable <paramref name="asks"/> says, and for one that does not.</summary>
    public void Asking(string asks, Action<bool> loop)
    {
        using (Block($"if ({asks} > 0)"))
        {
            Line($"{asks}--;");
            loop(true);
        }

        using (Block("else"))
            loop(false);
    }

    /// <summary>Asks for so many floats from a reference on.</summary>
    /// <param name="floats">How many.</param>
    /// <param name="isNear">Whether they come into the first-level cache rather than the second.</param>
    /// <param name="from">The reference.</param>
    public void Ask(int floats, bool isNear, string from = "ahead")
    {
        for (int line = 0; line < floats; line += Measures.Group)
            Line($"Widening.{(isNear ? "Prefetch" : "PrefetchFar")}(ref {from}, {Number(line)});");
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
