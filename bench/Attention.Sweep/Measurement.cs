using System.Globalization;

namespace Attention.Sweep;

/// <summary>One line of a recorded sweep.</summary>
internal sealed record Measurement(Work Work, string Isa, Tile Tile, int Rows, int K, int N, double Rate, double Peak)
{
    public const string Header = "work,isa,height,vectors,rows,k,n,gflops,peak_gflops,share";

    public double Share => Rate / Peak;

    public static Measurement Parse(string line)
    {
        string[] cells = line.Split(',');
        int Whole(int cell) => int.Parse(cells[cell], CultureInfo.InvariantCulture);
        double Real(int cell) => double.Parse(cells[cell], CultureInfo.InvariantCulture);
        return new(Enum.Parse<Work>(cells[0], ignoreCase: true), cells[1], new Tile(Whole(2), Whole(3)), Whole(4), Whole(5), Whole(6), Real(7), Real(8));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Work.ToString().ToLowerInvariant()},{Isa},{Tile.Height},{Tile.Vectors},{Rows},{K},{N},{Rate:F2},{Peak:F2},{Share:F4}");
}
