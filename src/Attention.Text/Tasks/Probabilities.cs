namespace Attention.Text;

/// <summary>Scores to probabilities, in place and in double.</summary>
internal static class Probabilities
{
    /// <summary>Shares of 1.</summary>
    public static void Softmax(Span<float> scores)
    {
        float largest = float.NegativeInfinity;
        foreach (float score in scores) largest = Math.Max(largest, score);
        double sum = 0;
        foreach (float score in scores) sum += Math.Exp((double)score - largest);
        foreach (ref float score in scores) score = (float)(Math.Exp((double)score - largest) / sum);
    }

    /// <summary>Each by itself.</summary>
    public static void Sigmoid(Span<float> scores)
    {
        foreach (ref float score in scores) score = Sigmoid(score);
    }

    public static float Sigmoid(float score) => (float)(1 / (1 + Math.Exp(-(double)score)));
}
