using Attention.Dsl;

namespace Attention.Text;

/// <summary>
/// How text is generated. What is null is as the checkpoint's generation_config.json says, or config.json where there is no such file, and as Hugging Face's library has it where
/// they say nothing: the likeliest token is taken at each step. Only a text's length is then what the model has room for, rather than 20 tokens.
/// </summary>
public sealed record GenerationSettings
{
    /// <summary>
    /// Whether tokens are drawn by their probabilities rather than the likeliest taken (<c>do_sample</c>); yes where a <see cref="Temperature"/>, <see cref="TopK"/>, <see cref="TopP"/> or
    /// <see cref="MinP"/> is given, no where several <see cref="Beams"/> are.
    /// </summary>
    public bool? Sample { get; init; }

    /// <summary>What logits are divided by before a token is drawn (<c>temperature</c>).</summary>
    public double? Temperature { get; init; }

    /// <summary>So many of the likeliest tokens may be drawn (<c>top_k</c>, which is 50 where a file draws without saying it); <see cref="int.MaxValue"/> for all.</summary>
    public int? TopK { get; init; }

    /// <summary>The fewest likeliest tokens whose probabilities sum up to it may be drawn (<c>top_p</c>); 1 for all.</summary>
    public double? TopP { get; init; }

    /// <summary>Tokens may be drawn that are at least so likely as this share of the likeliest's probability (<c>min_p</c>); 0 for all.</summary>
    public double? MinP { get; init; }

    /// <summary>What all draws depend on: a text is the same each time unless it is set.</summary>
    public ulong Seed { get; init; }

    /// <summary>How many continuations a translator keeps at each step (<c>num_beams</c>); 1 for none but the likeliest.</summary>
    public int? Beams { get; init; }

    /// <summary>
    /// The power of its length that a translation's log-probability is divided by (<c>length_penalty</c>), see <see cref="BeamSearch.LengthPenalty"/>: all that is generated counts, a
    /// forced token and the end included, but no prompt.
    /// </summary>
    public double? LengthPenalty { get; init; }

    /// <summary>When a search by beams ends (<c>early_stopping</c>: <c>false</c> is the heuristic, <c>"never"</c> goes on until nothing can be better).</summary>
    public EarlyStopping? EarlyStop { get; init; }

    /// <summary>Whether a search by beams makes what penalties and vetoes leave a distribution again (<c>renormalize_logits</c>): see <see cref="BeamSearch.Renormalize"/>.</summary>
    public bool? Renormalize { get; init; }

    /// <summary>The least tokens to generate (<c>min_new_tokens</c>, or <c>min_length</c>, which counts the prompt and what a text begins with).</summary>
    public int? MinimumLength { get; init; }

    /// <summary>The most tokens to generate (<c>max_new_tokens</c>, or <c>max_length</c>, which counts the prompt and what a text begins with), the one that ends a text included.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>
    /// Makes tokens less likely that were there before, in the prompt too (<c>repetition_penalty</c>; Keskar et al. 2019): see <see cref="DecodingOptions.RepetitionPenalty"/>. Beams
    /// are compared by log-probabilities, so that there it multiplies these.
    /// </summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>No so many tokens in a row come twice (<c>no_repeat_ngram_size</c>; Paulus et al. 2018), those of the prompt among them; 0 for no such rule.</summary>
    public int? NoRepeatNgram { get; init; }

    /// <summary>
    /// The token that is generated first, whatever the model says, where nothing but the token that a text begins with stands before it (<c>forced_bos_token_id</c>): a target language, for one.
    /// </summary>
    public int? FirstToken { get; init; }
}
