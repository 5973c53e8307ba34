using System.Text.Json;

namespace Attention.Bench;

/// <summary>What the commands do with their figures.</summary>
internal static class Figures
{
    private static readonly JsonSerializerOptions s_readable = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    public static double Median(params IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value below which so much of all lie, one of them.</summary>
    public static double At(IEnumerable<double> values, double quantile)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(quantile * sorted.Length))];
    }

    /// <summary>Writes results to a file, if there is to be one.</summary>
    public static void Write<T>(string? path, T results)
    {
        if (path is not null)
            File.WriteAllText(path, JsonSerializer.Serialize(results, s_readable));
    }
}
