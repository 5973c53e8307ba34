namespace Attention.Sweep;

/// <summary>What a kernel computes.</summary>
internal enum Work
{
    /// <summary>rows × K by K × N, all panels.</summary>
    Product,

    /// <summary>Queries by keys: K is the width of a head, N the number of keys.</summary>
    Scores,

    /// <summary>Weights by values: K is the number of keys, N the width of a head.</summary>
    Context,
}

/// <summary>One shape of the sweep, apart from its rows.</summary>
/// <param name="Family">The model that has it.</param>
internal sealed record Shape(string Family, Work Work, int K, int N)
{
    public static readonly Shape[] All =
    [
        .. Encoder("minilm", 384, 1536, 1152), .. Encoder("deit", 192, 768, 576), .. Encoder("base", 512, 2048, 1536),
        .. Encoder("bert", 768, 3072, 2304), .. Encoder("awkward", 200, 776, 600),
        .. Attention(32), .. Attention(64), .. Attention(40),
    ];

    public double Flops(int rows) => 2.0 * rows * K * N;

    /// <summary>Whether an option names this shape: by its model, its work or as KxN.</summary>
    public bool Is(string name) =>
        string.Equals(name, Family, StringComparison.OrdinalIgnoreCase) || string.Equals(name, Work.ToString(), StringComparison.OrdinalIgnoreCase) || name == $"{K}x{N}";

    private static Shape[] Encoder(string family, int width, int hidden, int projections) =>
        [new(family, Work.Product, width, projections), new(family, Work.Product, width, width), new(family, Work.Product, width, hidden), new(family, Work.Product, hidden, width)];

    private static IEnumerable<Shape> Attention(int headWidth) =>
        new[] { 32, 64, 128, 256, 512 }.SelectMany(keys => new Shape[] { new("attention", Work.Scores, headWidth, keys), new("attention", Work.Context, keys, headWidth) });
}
