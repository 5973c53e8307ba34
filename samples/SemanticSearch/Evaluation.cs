using System.Globalization;
using Attention.Text;
using Spectre.Console;

namespace SemanticSearch;

/// <summary>How well cosines of sentences agree with people's judgement: Spearman's rank correlation on the STS benchmark (Cer et al. 2017), equal ranks averaged.</summary>
internal static class Evaluation
{
    public static int Run(string path, TextEmbedder embedder, IAnsiConsole console)
    {
        string[][] lines = [.. File.ReadLines(path).Select(line => line.Split('\t'))];
        double[] people = new double[lines.Length];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length < 7 || !double.TryParse(lines[i][4], CultureInfo.InvariantCulture, out people[i]))
                throw new InvalidOperationException($"{path}({i + 1}): expected seven columns, a score in the fifth and sentences in the sixth and the seventh.");
        }
        if (lines.Length < 2) throw new InvalidOperationException($"{path}: expected at least 2 pairs, found {lines.Length}.");
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Embeddings vectors = embedder.Embed([.. lines.Select(line => line[5]), .. lines.Select(line => line[6])]);
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        double spearman = Spearman([.. lines.Select((_, i) => (double)vectors.Similarity(i, lines.Length + i))], people);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{lines.Length} pairs, Spearman {spearman:0.0000}; {vectors.Count} sentences in {seconds:0.00} s"));
        return 0;
    }

    /// <summary>The rank correlation, equal ranks averaged.</summary>
    public static double Spearman(double[] first, double[] second) => Pearson(Ranks(first), Ranks(second));

    /// <summary>The linear correlation.</summary>
    public static double Pearson(double[] first, double[] second)
    {
        double mean = first.Average(), otherMean = second.Average(), product = 0, square = 0, other = 0;
        for (int i = 0; i < first.Length; i++)
        {
            product += (first[i] - mean) * (second[i] - otherMean);
            square += (first[i] - mean) * (first[i] - mean);
            other += (second[i] - otherMean) * (second[i] - otherMean);
        }
        return product / Math.Sqrt(square * other);
    }

    private static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        var ranks = new double[values.Length];
        for (int first = 0, end; first < order.Length; first = end)
        {
            for (end = first + 1; end < order.Length && values[order[end]] == values[order[first]];) end++;
            for (int i = first; i < end; i++) ranks[order[i]] = (first + 1 + end) / 2.0;
        }
        return ranks;
    }
}
