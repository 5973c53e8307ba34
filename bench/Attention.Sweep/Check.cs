using Attention.Generator.Kernels;

namespace Attention.Sweep;

/// <summary>Holds a recorded sweep against the tiles that the generator takes, and those of the written cost rule.</summary>
internal static class Check
{
    public static void Run(IEnumerable<Measurement> measurements, bool isCold, TextWriter output)
    {
        var losses = new List<(string Shape, double Chosen, double Rule)>();
        output.WriteLine("work     isa     rows     k     n     best           chosen         loss    rule           loss");
        foreach (var group in measurements.GroupBy(line => (line.Work, line.Isa, line.Rows, line.K, line.N)))
        {
            (Work work, string name, int rows, int k, int n) = group.Key;
            Isa isa = Isa.All.Single(candidate => candidate.Name == name);
            Measurement best = group.MaxBy(line => line.Rate)!;
            Measurement? Of(Tile? tile) => group.FirstOrDefault(line => line.Tile == tile);
            Measurement? chosen = Of(Tile.Chosen(isa, work, rows, n));
            Measurement? rule = work == Work.Product ? Of(CostRule.Best(isa, group.Select(line => line.Tile), rows, k, n, isCold)) : chosen;
            double Loss(Measurement? line) => line is null ? double.NaN : 1 - (line.Rate / best.Rate);
            string shape = $"{work,-8} {name,-6} {rows,5} {k,5} {n,5}";
            output.WriteLine($"{shape}     {Text(best)}  {Text(chosen)} {Loss(chosen),6:P1}    {Text(rule)} {Loss(rule),6:P1}");
            losses.Add((shape, Loss(chosen), Loss(rule)));
        }

        foreach (var set in losses.Where(line => !double.IsNaN(line.Chosen)).GroupBy(line => string.Join(' ', line.Shape.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(2))))
        {
            output.WriteLine();
            output.WriteLine($"{set.Key}: {set.Count()} shapes; the chosen tile loses {set.Average(line => line.Chosen):P1} in the mean, the rule's {set.Average(line => line.Rule):P1}. Worst losses:");
            foreach ((string shape, double loss, _) in set.OrderByDescending(line => line.Chosen).Take(3))
                output.WriteLine($"  chosen  {shape}  {loss:P1}");
            foreach ((string shape, _, double loss) in set.OrderByDescending(line => line.Rule).Take(3))
                output.WriteLine($"  rule    {shape}  {loss:P1}");
        }

        int missing = losses.Count(line => double.IsNaN(line.Chosen));
        if (missing > 0)
            output.WriteLine($"\n{missing} shapes whose chosen tile was not recorded.");
    }

    private static string Text(Measurement? line) => line is null ? $"{"–",13}" : $"{line.Tile,5} {line.Share,7:P1}";
}
