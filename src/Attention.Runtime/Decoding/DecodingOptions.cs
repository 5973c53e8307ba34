using System.Runtime.CompilerServices;
using Attention.Runtime;

namespace Attention.Dsl;

/// <summary>
/// How tokens are generated: where a sequence begins and ends, and what happens to the logits before a token is chosen, by
/// <see cref="GreedySearch"/>, <see cref="Sampling"/> or <see cref="BeamSearch"/>. Cannot be changed; any number of decoders
/// may use the same options at once, if <see cref="Adjust"/> allows it.
/// </summary>
public abstract partial class DecodingOptions
{
    private readonly int[] _stop = [], _forcedLast = [], _suppressed = [], _suppressedFirst = [];
    private readonly int[][] _banned = [];

    private protected DecodingOptions()
    {
    }

    /// <summary>The token that a sequence begins with; it is not part of what is generated.</summary>
    public required int Begin { get; init; }

    /// <summary>
    /// Tokens that the decoder takes behind <see cref="Begin"/> before any is generated, not part of what is generated either;
    /// none unless set. It is not copied.
    /// </summary>
    public ReadOnlyMemory<int> Prompt { get; init; }

    /// <summary>The token that ends a sequence, not part of it either; null, the default, for none.</summary>
    public int? End { get; init; }

    /// <summary>More tokens that end a sequence as <see cref="End"/> does; none unless set. They are copied.</summary>
    /// <exception cref="ArgumentNullException">The list is missing.</exception>
    public IReadOnlyList<int> Stop
    {
        get => _stop;
        init => _stop = Copy(value);
    }

    /// <summary>
    /// The least tokens to generate, 0 unless set: <see cref="End"/> and <see cref="Stop"/> are vetoed until then. A sequence is
    /// shorter only where the decoder has no more room.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative; or, when used, above <see cref="MaximumLength"/>.</exception>
    public int MinimumLength
    {
        get;
        init => field = Checked(value, value >= 0, "at least 0");
    }

    /// <summary>
    /// The most tokens to generate; as many as the decoder has room for unless set. Begin, prompt and what is generated are
    /// never more than <see cref="IDecoder.Length"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int MaximumLength
    {
        get;
        init => field = Checked(value, value >= 0, "at least 0");
    } = int.MaxValue;

    /// <summary>
    /// Makes tokens less likely that were there before, those of the prompt and <see cref="Begin"/> among them (Keskar et al. 2019, CTRL): each one's logit is
    /// divided by it when positive and multiplied by it otherwise, once however often the token occurs. 1, the default, changes
    /// nothing; below 1 it makes them likelier. A <see cref="BeamSearch"/> has log-probabilities in place of logits.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a positive, finite number.</exception>
    public double RepetitionPenalty
    {
        get;
        init => field = Checked(value, double.IsFinite(value) && value > 0, "a positive, finite number");
    } = 1;

    /// <summary>
    /// No so many tokens in a row come twice (Paulus et al. 2018), those of the prompt and <see cref="Begin"/> among them: what would repeat some is vetoed. 0, the default, for no
    /// such rule (<c>no_repeat_ngram_size</c> of Hugging Face's library).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public int NoRepeatNgram
    {
        get;
        init => field = Checked(value, value >= 0, "at least 0");
    }

    /// <summary>
    /// Sequences of tokens that are not to be written (<c>bad_words_ids</c>): the last token of each is vetoed behind the others, a single one everywhere. Behind
    /// <see cref="Begin"/> the prompt counts. None unless set. They are copied.
    /// </summary>
    /// <exception cref="ArgumentNullException">The list or one of it is missing.</exception>
    /// <exception cref="ArgumentException">One is empty.</exception>
    public IReadOnlyList<IReadOnlyList<int>> Banned
    {
        get => _banned;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _banned = [.. value.Select(sequence => Copy(sequence) is { Length: > 0 } copy ? copy : throw new ArgumentException($"{nameof(Banned)} has a sequence of no tokens; expected one at least.", nameof(Banned)))];
        }
    }

    /// <summary>
    /// The token that is generated first, whatever the decoder says, <see cref="MinimumLength"/> and the vetoes above; null, the default, for none. With a prompt it comes behind that, where Hugging Face's
    /// <c>forced_bos_token_id</c> would do nothing.
    /// </summary>
    public int? ForcedFirst { get; init; }

    /// <summary>
    /// Tokens of which one is generated last where the sequence has not ended before (<c>forced_eos_token_id</c>): the only ones not vetoed where there is room for one more token, by <see cref="MaximumLength"/> or in the decoder.
    /// None unless set. They are copied.
    /// </summary>
    /// <exception cref="ArgumentNullException">The list is missing.</exception>
    public IReadOnlyList<int> ForcedLast
    {
        get => _forcedLast;
        init => _forcedLast = Copy(value);
    }

    /// <summary>Tokens that are never generated, not even where they are forced (<c>suppress_tokens</c>); none unless set. They are copied.</summary>
    /// <exception cref="ArgumentNullException">The list is missing.</exception>
    public IReadOnlyList<int> Suppressed
    {
        get => _suppressed;
        init => _suppressed = Copy(value);
    }

    /// <summary>Tokens that are not generated first, or, behind <see cref="ForcedFirst"/>, second (<c>begin_suppress_tokens</c>); none unless set. They are copied.</summary>
    /// <exception cref="ArgumentNullException">The list is missing.</exception>
    public IReadOnlyList<int> SuppressedFirst
    {
        get => _suppressedFirst;
        init => _suppressedFirst = Copy(value);
    }

    /// <summary>Changes the logits last, behind the repetition penalty, the vetoes and what is forced; null, the default, for nothing.</summary>
    public LogitsHook? Adjust { get; init; }

    /// <summary>At most so many tokens end a sequence.</summary>
    internal int Endings => _stop.Length + (End is null ? 0 : 1);

    internal static T Checked<T>(T value, bool valid, string expected, [CallerMemberName] string property = "") =>
        valid ? value : throw new ArgumentOutOfRangeException(property, value, $"{property} is {value}; expected {expected}.");

    private static int[] Copy(IReadOnlyList<int> tokens, [CallerMemberName] string property = "")
    {
        ArgumentNullException.ThrowIfNull(tokens, property);
        return [.. tokens];
    }

    /// <summary>Whether the token ends a sequence.</summary>
    internal bool Ends(int token) => token == End || _stop.AsSpan().Contains(token);

    /// <summary>Checks what depends on the decoder or on several options.</summary>
    /// <exception cref="ArgumentException">The decoder has no logits, or no place for the prompt.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary, or the lengths contradict each other.</exception>
    internal virtual void Check(IDecoder decoder)
    {
        if (decoder.Width != decoder.Vocabulary)
            throw new ArgumentException($"The decoder gives rows of {decoder.Width} channels; expected {decoder.Vocabulary}, a logit for each token of its vocabulary.", nameof(decoder));
        Token(Begin, nameof(Begin));
        if (End is { } end)
            Token(end, nameof(End));
        if (ForcedFirst is { } first)
            Token(first, nameof(ForcedFirst));
        Tokens(_stop, nameof(Stop));
        Tokens(Prompt.Span, nameof(Prompt));
        Tokens(_forcedLast, nameof(ForcedLast));
        Tokens(_suppressed, nameof(Suppressed));
        Tokens(_suppressedFirst, nameof(SuppressedFirst));
        foreach (int[] sequence in _banned)
            Tokens(sequence, nameof(Banned));
        if (Prompt.Length >= decoder.Length)
            throw new ArgumentException($"{nameof(Prompt)} has {Prompt.Length} tokens; expected at most {decoder.Length - 1}, what the decoder has room for behind {nameof(Begin)}.", nameof(Prompt));
        if (MinimumLength > MaximumLength)
            Checked(MinimumLength, false, $"at most {nameof(MaximumLength)}, {MaximumLength}", nameof(MinimumLength));

        void Tokens(ReadOnlySpan<int> tokens, string property)
        {
            foreach (int token in tokens)
                Token(token, property);
        }

        void Token(int token, string property)
        {
            if ((uint)token >= (uint)decoder.Vocabulary)
                throw new ArgumentOutOfRangeException(property, token, $"{property} has token {token}; expected 0 to {decoder.Vocabulary - 1}, the decoder's vocabulary.");
        }
    }

    /// <summary>How many tokens may be generated: all that is taken or generated fits into the decoder.</summary>
    internal int MostTokens(IDecoder decoder) => Math.Min(MaximumLength, decoder.Length - 1 - Prompt.Length);

    /// <summary>Begin and the prompt, to be taken in one step.</summary>
    internal void CopyStart(Span<int> tokens)
    {
        tokens[0] = Begin;
        Prompt.Span.CopyTo(tokens[1..]);
    }
}
