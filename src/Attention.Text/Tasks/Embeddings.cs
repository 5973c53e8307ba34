namespace Attention.Text;

/// <summary>The vectors of some texts, in their order.</summary>
public sealed class Embeddings
{
    private readonly int[] _tokens;
    private readonly bool[] _truncated;

    internal Embeddings(int count, int dimensions)
    {
        Dimensions = dimensions;
        Values = new float[checked(count * dimensions)];
        _tokens = new int[count];
        _truncated = new bool[count];
    }

    /// <summary>How many there are.</summary>
    public int Count => _tokens.Length;

    /// <summary>Floats of each.</summary>
    public int Dimensions { get; }

    /// <summary>All of them, one behind the other: count × dimensions.</summary>
    public float[] Values { get; }

    /// <summary>The vector of a text.</summary>
    public ReadOnlySpan<float> this[int text] => Values.AsSpan(checked(text * Dimensions), Dimensions);

    /// <summary>How many tokens of a text were read.</summary>
    public int TokensOf(int text) => _tokens[text];

    /// <summary>Whether a text was too long, so that its end is not part of its vector.</summary>
    public bool IsTruncated(int text) => _truncated[text];

    /// <summary>The cosine of the angle between two vectors: 1 for the same direction.</summary>
    public float Similarity(int first, int second) => Cosine(this[first], this[second]);

    /// <summary>The cosine of the angle between two vectors of equal lengths; 0 where one is zero.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float Cosine(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        if (first.Length != second.Length) throw new ArgumentException($"Expected vectors of equal lengths, found {first.Length} and {second.Length}.", nameof(second));
        double product = 0, ones = 0, others = 0;
        for (int i = 0; i < first.Length; i++)
        {
            product += (double)first[i] * second[i];
            ones += (double)first[i] * first[i];
            others += (double)second[i] * second[i];
        }
        return ones == 0 || others == 0 ? 0 : (float)(product / Math.Sqrt(ones * others));
    }

    internal void MarkTruncated(int text) => _truncated[text] = true;

    /// <summary>Refuses a vector that is none.</summary>
    /// <exception cref="InvalidOperationException">It is not finite.</exception>
    internal static void Check(int text, ReadOnlySpan<float> vector)
    {
        foreach (float value in vector)
        {
            if (!float.IsFinite(value)) throw new InvalidOperationException($"Text {text} gave a vector that is not finite: the weights are damaged, or not this model's.");
        }
    }

    internal void Set(int text, int tokens, ReadOnlySpan<float> vector)
    {
        Check(text, vector);
        _tokens[text] = tokens;
        vector.CopyTo(Values.AsSpan(text * Dimensions));
    }
}
