namespace Attention.Dsl;

/// <summary>
/// Draws each token by its probability. Everything is computed in an order and a precision of its own: the same seed and the
/// same logits give the same tokens on every machine and version of .NET.
/// </summary>
public sealed class Sampling : DecodingOptions
{
    /// <summary>
    /// Logits are divided by it: below 1, the default, likely tokens become likelier, above it all become more alike.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a positive, finite number.</exception>
    public double Temperature
    {
        get;
        init => field = Checked(value, double.IsFinite(value) && value > 0, $"a positive, finite number (for the likeliest token at each step use {nameof(GreedySearch)})");
    } = 1;

    /// <summary>
    /// Only so many of the likeliest tokens, of equally likely ones the lowest, may be drawn (Fan et al. 2018); null, the
    /// default, for all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? TopK
    {
        get;
        init => field = Checked(value, value is null or >= 1, "at least 1");
    }

    /// <summary>
    /// Only the nucleus may be drawn (Holtzman et al. 2020): the fewest of the likeliest tokens whose probabilities sum up to
    /// it, above 0 and at most 1. The probabilities are those at this temperature and of what <see cref="TopK"/> leaves. null,
    /// the default, and 1 for all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0 and at most 1.</exception>
    public double? TopP
    {
        get;
        init => field = Checked(value, value is null or (> 0 and <= 1), "above 0 and at most 1");
    }

    /// <summary>
    /// Only tokens may be drawn that are at least so likely as this share of the likeliest's probability (Nguyen et al. 2024, "Turning Up the Heat"), from 0 to 1; as in Hugging Face's library of
    /// those that <see cref="TopK"/> and <see cref="TopP"/> leave, by the probabilities at this temperature. null, the default, and 0 for all.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 0 to 1.</exception>
    public double? MinP
    {
        get;
        init => field = Checked(value, value is null or (>= 0 and <= 1), "from 0 to 1");
    }

    /// <summary>What all draws depend on, 0 unless set; each enumeration begins with it anew.</summary>
    public ulong Seed { get; init; }
}
