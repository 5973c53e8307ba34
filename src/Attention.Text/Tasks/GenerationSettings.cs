using Attention.Dsl;

namespace Attention.Text;

/// <summary>How text is generated. Without anything the likeliest token is taken at each step.</summary>
public sealed record GenerationSettings
{
    /// <summary>What logits are divided by before a token is drawn; without it none is drawn: the likeliest is taken.</summary>
    public double? Temperature { get; init; }

    /// <summary>So many of the likeliest tokens may be drawn.</summary>
    public int? TopK { get; init; }

    /// <summary>The fewest likeliest tokens whose probabilities sum up to it may be drawn.</summary>
    public double? TopP { get; init; }

    /// <summary>What all draws depend on.</summary>
    public ulong Seed { get; init; }

    /// <summary>How many continuations a translator keeps at each step; 1 for none but the likeliest.</summary>
    public int Beams { get; init; } = 1;

    /// <summary>The power of its length that a translation's log-probability is divided by: see <see cref="BeamSearch.LengthPenalty"/>.</summary>
    public double LengthPenalty { get; init; } = 1;

    /// <summary>The least tokens to generate.</summary>
    public int MinimumLength { get; init; }

    /// <summary>The most tokens to generate; as many as the model has room for unless set.</summary>
    public int MaximumLength { get; init; } = int.MaxValue;

    /// <summary>Makes tokens less likely that were there before: see <see cref="DecodingOptions.RepetitionPenalty"/>.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    internal static GenerationSettings Default { get; } = new();

    /// <summary>The options of a decoder.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">Tokens are to be drawn, and beams to be searched.</exception>
    internal DecodingOptions Options(int begin, ReadOnlyMemory<int> prompt, TokenEnds ends, LogitsHook? adjust = null)
    {
        bool draws = Temperature is not null || TopK is not null || TopP is not null;
        if (Beams < 1) throw new ArgumentOutOfRangeException(nameof(Beams), Beams, "Expected at least 1 beam.");
        if (Beams > 1 && draws) throw new ArgumentException($"Expected either {Beams} beams or a temperature, {nameof(TopK)} or {nameof(TopP)}, found both: a search draws no tokens.");
        return Beams > 1 ? new BeamSearch
        {
            Begin = begin, Prompt = prompt, End = ends.End, Stop = ends.More, Width = Beams, LengthPenalty = LengthPenalty,
            MinimumLength = MinimumLength, MaximumLength = MaximumLength, RepetitionPenalty = RepetitionPenalty, Adjust = adjust,
        }
        : !draws ? new GreedySearch
        {
            Begin = begin, Prompt = prompt, End = ends.End, Stop = ends.More,
            MinimumLength = MinimumLength, MaximumLength = MaximumLength, RepetitionPenalty = RepetitionPenalty, Adjust = adjust,
        }
        : new Sampling
        {
            Begin = begin, Prompt = prompt, End = ends.End, Stop = ends.More, Temperature = Temperature ?? 1, TopK = TopK, TopP = TopP, Seed = Seed,
            MinimumLength = MinimumLength, MaximumLength = MaximumLength, RepetitionPenalty = RepetitionPenalty, Adjust = adjust,
        };
    }
}

/// <summary>The tokens that end a text.</summary>
/// <param name="End">The one.</param>
/// <param name="More">Others.</param>
internal sealed record TokenEnds(int? End, IReadOnlyList<int> More)
{
    /// <summary>What generation_config.json or else config.json says, or else the tokenizer.</summary>
    public static TokenEnds Of(ModelFolder files, Tokenizer tokenizer)
    {
        int[] ids = files.Numbers("generation_config.json", "eos_token_id") ?? files.Numbers("config.json", "eos_token_id") ?? (tokenizer.EndId is int id ? [id] : []);
        return new(ids.Length == 0 ? null : ids[0], [.. ids.Skip(1)]);
    }
}
