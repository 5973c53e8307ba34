using System.Globalization;
using Attention.Text;

namespace Attention.Accuracy;

/// <summary>Vectors of sentences, by how their cosines agree with people's scores of the STS benchmark's test part (Cer et al. 2017).</summary>
internal sealed class SentenceTrial(string name, string correlation, string? missing, Func<ILevel, TextEmbedder> open, Func<double[], double[], double> correlate, string path) : Trial
{
    public override string Name => name;

    public override string Told => $"{correlation}'s correlation with people on the STS benchmark; errors are 1 - cosine";

    public override string? Missing => missing;

    public override Answers Run(ILevel level, Answers? exact)
    {
        string[][] lines = [.. File.ReadLines(path).Select(line => line.Split('\t'))];
        using TextEmbedder embedder = open(level);
        Embeddings vectors = embedder.Embed([.. lines.Select(line => line[5]), .. lines.Select(line => line[6])]);
        float[][] rows = [.. Enumerable.Range(0, vectors.Count).Select(text => vectors[text].ToArray())];
        double[] cosines = [.. lines.Select((_, i) => Cosine(rows[i], rows[lines.Length + i]))];
        double figure = correlate(cosines, [.. lines.Select(line => double.Parse(line[4], CultureInfo.InvariantCulture))]);
        return new(figure.ToString("0.00000", CultureInfo.InvariantCulture), [], rows);
    }

    public override double Error(float[] exact, float[] row) => 1 - Cosine(exact, row);

    /// <summary>In float64, since vectors that are nearly the same are compared.</summary>
    private static double Cosine(float[] one, float[] other)
    {
        double product = 0, ones = 0, others = 0;
        for (int i = 0; i < one.Length; i++)
        {
            product += (double)one[i] * other[i];
            ones += (double)one[i] * one[i];
            others += (double)other[i] * other[i];
        }
        return product / Math.Sqrt(ones * others);
    }
}
