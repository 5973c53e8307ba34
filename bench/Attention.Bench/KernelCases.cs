using System.Globalization;
using System.Runtime.CompilerServices;
using Attention.Runtime;

namespace Attention.Bench;

/// <summary>One kernel at one size, and what a call computes (FLOPs), passes over (floats) or reads from memory (bytes).</summary>
public sealed record KernelCase(string Name, Action Run)
{
    public double Flops { get; init; }

    public double Floats { get; init; }

    public double Bytes { get; init; }

    public override string ToString() => Name;
}

/// <summary>The kernels of an encoder one by one. Their sizes are those in their names.</summary>
/// <param name="kernels">Of the encoder, for the session's instruction set.</param>
/// <param name="work">Of a session of the encoder.</param>
/// <param name="rows">Tokens, and keys: no more than the encoder's length.</param>
/// <param name="weightBytes">Weights that the products of one row pass over before they take the same again.</param>
internal sealed class KernelCases(GeneratedKernels kernels, TeamWork work, int rows, long weightBytes)
{
    private const int KeyPanel = 32;

    /// <summary>More than any row's stride times the rows, and than any one kernel's weights.</summary>
    private const long BufferBytes = 16L << 20;

    public IEnumerable<KernelCase> All()
    {
        work.Single(rows);
        PagedMemory x = Buffer(), w = Buffer(), y = Buffer();
        var memory = new PagedMemory(weightBytes, hugePages: true);
        foreach ((string name, GeneratedKernels.Product run) in kernels.Find<GeneratedKernels.Product>("Product_"))
        {
            (int k, int n) = Sizes(name);
            double flops = 2.0 * k * n;
            foreach (int count in new[] { rows, 7, 1 })
                yield return new KernelCase($"{name}, {count} row{(count == 1 ? "" : "s")}", () => run(work, count, ref x.Start, ref w.Start, ref y.Start)) { Flops = count * flops };

            // Each call takes the next weights, the first again when all have been read.
            int floats = (k + 1) * n, sets = (int)(weightBytes / sizeof(float) / floats), at = 0;
            yield return new KernelCase($"{name}, 1 row, memory", () =>
            {
                run(work, 1, ref x.Start, ref Unsafe.Add(ref memory.Start, (nint)at * floats), ref y.Start);
                at = at + 1 == sets ? 0 : at + 1;
            }) { Flops = flops, Bytes = sizeof(float) * (double)floats };
        }

        foreach ((string name, GeneratedKernels.Scores run) in kernels.Find<GeneratedKernels.Scores>("Scores_"))
        {
            int height = kernels.Tallest(name);
            yield return new KernelCase($"{name}, {height} × {rows} keys", () => run(height, (rows + KeyPanel - 1) / KeyPanel, ref x.Start, ref w.Start, ref y.Start)) { Flops = 2.0 * height * rows * Size(name) };
        }

        foreach ((string name, GeneratedKernels.Softmax run) in kernels.Find<GeneratedKernels.Softmax>("Softmax"))
        {
            const int height = 8;
            yield return new KernelCase($"{name}, {height} × {rows} keys", () => run(height, rows, 0, rows, ref y.Start)) { Floats = height * rows };
        }

        foreach ((string name, GeneratedKernels.Context run) in kernels.Find<GeneratedKernels.Context>("Context_"))
        {
            int height = kernels.Tallest(name);
            yield return new KernelCase($"{name}, {height} × {rows} keys", () => run(height, rows, ref x.Start, ref w.Start, ref y.Start)) { Flops = 2.0 * height * rows * Size(name) };
        }

        foreach ((string name, GeneratedKernels.Attend run) in kernels.Find<GeneratedKernels.Attend>("Attend_"))
        {
            // Queries, keys and values lie behind one another in the rows of one buffer, as the model has them.
            (int heads, int headWidth) = Sizes(name);
            int width = heads * headWidth;
            yield return new KernelCase($"{name}, {rows} × {rows} keys", () => run(work, ref x.Start, ref Unsafe.Add(ref x.Start, width), ref Unsafe.Add(ref x.Start, 2 * width), ref y.Start)) { Flops = 4.0 * rows * rows * width };
        }

        foreach ((string name, GeneratedKernels.LayerNorm run) in kernels.Find<GeneratedKernels.LayerNorm>("LayerNorm_"))
            yield return new KernelCase($"{name}, {rows} rows", () => run(work, rows, ref x.Start, ref w.Start, ref y.Start)) { Floats = rows * Size(name) };

        // Where gelu(x) = x to the last bit, so that calls in place do not run into denormals.
        PagedMemory strip = Buffer();
        const int columns = 48;
        for (int i = 0; i < rows * columns; i++)
            Unsafe.Add(ref strip.Start, i) = 20 + (i % 7);
        foreach ((string name, GeneratedKernels.Activate run) in kernels.Find<GeneratedKernels.Activate>("Gelu"))
            yield return new KernelCase($"{name}, {rows} × {columns}", () => run(rows, columns, columns, ref strip.Start)) { Floats = rows * columns };
    }

    /// <summary>The sizes in a name like <c>Product_384x1536_Gelu</c>.</summary>
    private static (int, int) Sizes(string name) => name.Split('_')[1].Split('x') is [string first, string second]
        ? (Number(first), Number(second))
        : throw new FormatException($"{name} does not name two sizes.");

    private static int Size(string name) => Number(name.Split('_')[1]);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static PagedMemory Buffer() => new(BufferBytes, hugePages: true);
}
