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

    /// <summary>Refuses what only damaged weights give.</summary>
    /// <exception cref="InvalidOperationException">A score is not finite.</exception>
    public static void Check(ReadOnlySpan<float> scores, int text)
    {
        foreach (float score in scores)
        {
            if (!float.IsFinite(score)) throw new InvalidOperationException($"Text {text} gave scores that are not finite: the weights are damaged, or not this model's.");
        }
    }

    public static float Sigmoid(float score) => (float)(1 / (1 + Math.Exp(-(double)score)));
}
