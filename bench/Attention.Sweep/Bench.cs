using System.Runtime.CompilerServices;
using Attention.Generator;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Runtime;

namespace Attention.Sweep;

/// <summary>The memory of one shape, and the loops that a generated model has around its kernels.</summary>
/// <param name="shape">What is computed.</param>
/// <param name="rows">For so many rows.</param>
/// <param name="isa">The instruction set, whose lanes count.</param>
/// <param name="kernels">Its kernels.</param>
/// <param name="coldFloats">Weights are taken in turn from so many floats, as those of different layers are; 0: always the same.</param>
internal sealed class Bench(Shape shape, int rows, Isa isa, Kernels kernels, int coldFloats)
{
    private readonly int _stride = Padding.Stride(shape.N);
    private readonly PinnedMemory _x = Filled(rows * Math.Max(Padding.Stride(shape.K), Kernels.QueryStride));
    private readonly PinnedMemory _weights = Filled(Math.Max(coldFloats, WeightFloats(shape)));
    private readonly PinnedMemory _bias = Filled(Padding.Up(shape.N, Measures.KeyPanel));
    private readonly PinnedMemory _y = new(rows * Math.Max(Padding.Stride(shape.N), Kernels.ScoreStride));
    private int _turn;

    /// <summary>One pass over the shape with a tile.</summary>
    public Action With(Tile tile)
    {
        int blocks = (rows + tile.Height - 1) / tile.Height, height = rows / blocks, taller = rows % blocks;
        switch (shape.Work)
        {
            case Work.Product:
                (TileKernel, Panel)[] panels = [.. tile.Panels(shape.N, isa).Select(panel => (kernels.Of<TileKernel>(shape, panel.Vectors), panel))];
                return () => Product(panels, blocks, height, taller);
            case Work.Scores:
                ScoresKernel scores = kernels.Of<ScoresKernel>(shape, tile.Vectors);
                return () => Scores(scores, blocks, height, taller);
            default:
                ContextKernel context = kernels.Of<ContextKernel>(shape, tile.Vectors);
                return () => Context(context, blocks, height, taller);
        }
    }

    /// <summary>Runs a product over poisoned memory: whatever a walk leaves out stays not a number.</summary>
    public void Verify(Action pass)
    {
        _y.Span.Fill(float.NaN);
        pass();
        for (int row = 0; row < rows && shape.Work == Work.Product; row++)
        {
            if (_y.Span.Slice(row * _stride, shape.N).ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                throw new InvalidOperationException($"Row {row} of {shape} was not computed.");
        }
    }

    private void Product((TileKernel, Panel)[] panels, int blocks, int height, int taller)
    {
        nint split = (nint)taller * (height + 1), sourceStride = Padding.Stride(shape.K);
        ref float x = ref _x.Start;
        ref float rest = ref Unsafe.Add(ref x, split * sourceStride);
        ref float w = ref Weights();
        ref float b = ref _bias.Start;
        ref float y = ref _y.Start;
        foreach ((TileKernel kernel, Panel panel) in panels)
        {
            int columns = panel.Vectors * isa.Lanes;
            for (int i = 0; i < panel.Count; i++)
            {
                if (taller > 0)
                    kernel(height + 1, taller, ref x, ref w, ref b, ref y, _stride, false);
                kernel(height, blocks - taller, ref rest, ref w, ref b, ref Unsafe.Add(ref y, split * _stride), _stride, false);
                w = ref Unsafe.Add(ref w, columns * shape.K);
                b = ref Unsafe.Add(ref b, columns);
                y = ref Unsafe.Add(ref y, columns);
            }
        }
    }

    private void Scores(ScoresKernel kernel, int strips, int height, int taller)
    {
        ref float q = ref _x.Start;
        for (int strip = 0; strip < strips; strip++)
        {
            int tall = strip < taller ? height + 1 : height;
            kernel(tall, shape.N / Measures.KeyPanel, ref q, ref _weights.Start, ref _y.Start);
            q = ref Unsafe.Add(ref q, tall * Kernels.QueryStride);
        }
    }

    private void Context(ContextKernel kernel, int strips, int height, int taller)
    {
        ref float y = ref _y.Start;
        for (int strip = 0; strip < strips; strip++)
        {
            int tall = strip < taller ? height + 1 : height;
            kernel(tall, shape.K, ref _x.Start, ref _weights.Start, ref y);
            y = ref Unsafe.Add(ref y, tall * Kernels.ValueStride);
        }
    }

    private ref float Weights()
    {
        int floats = WeightFloats(shape);
        _turn = (_turn + 1) % (int)(_weights.Length / floats);
        return ref Unsafe.Add(ref _weights.Start, _turn * (nint)floats);
    }

    private static int WeightFloats(Shape shape) => shape.K * (shape.Work == Work.Context ? Kernels.ValueStride : Padding.Up(shape.N, Measures.KeyPanel));

    private static PinnedMemory Filled(int floats)
    {
        var memory = new PinnedMemory(floats);
        uint state = 1;
        foreach (ref float value in memory.Span)
        {
            state = (state * 1664525) + 1013904223;
            value = ((int)state >> 8) * (1f / (1 << 23));
        }

        return memory;
    }
}
