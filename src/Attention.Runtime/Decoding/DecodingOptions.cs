using System.Runtime.CompilerServices;
using Attention.Runtime;

namespace Attention.Dsl;

/// <summary>
/// How tokens are generated: where a sequence begins and ends, and what happens to the logits before a token is chosen, by
/// <see cref="GreedySearch"/>, <see cref="Sampling"/> or <see cref="BeamSearch"/>. Cannot be changed; any number of decoders
/// may use the same options at once, if <see cref="Adjust"/> allows it.
/// </summary>
public abstract class DecodingOptions
{
    private readonly int[] _stop = [];

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
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _stop = [.. value];
        }
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
    /// Makes tokens of the prompt and those generated so far less likely (Keskar et al. 2019, CTRL): each one's logit is divided
    /// by it when positive and multiplied by it otherwise, once however often the token occurs. 1, the default, changes
    /// nothing; below 1 it makes them likelier.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not a positive, finite number.</exception>
    public double RepetitionPenalty
    {
        get;
        init => field = Checked(value, double.IsFinite(value) && value > 0, "a positive, finite number");
    } = 1;

    /// <summary>Changes the logits last, behind the repetition penalty and the vetoes; null, the default, for nothing.</summary>
    public LogitsHook? Adjust { get; init; }

    /// <summary>At most so many tokens end a sequence.</summary>
    internal int Endings => _stop.Length + (End is null ? 0 : 1);

    internal static T Checked<T>(T value, bool valid, string expected, [CallerMemberName] string property = "") =>
        valid ? value : throw new ArgumentOutOfRangeException(property, value, $"{property} is {value}; expected {expected}.");

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
        foreach (int token in _stop)
            Token(token, nameof(Stop));
        foreach (int token in Prompt.Span)
            Token(token, nameof(Prompt));
        if (Prompt.Length >= decoder.Length)
            throw new ArgumentException($"{nameof(Prompt)} has {Prompt.Length} tokens; expected at most {decoder.Length - 1}, what the decoder has room for behind {nameof(Begin)}.", nameof(Prompt));
        if (MinimumLength > MaximumLength)
            Checked(MinimumLength, false, $"at most {nameof(MaximumLength)}, {MaximumLength}", nameof(MinimumLength));

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

    /// <summary>Whether <see cref="AdjustTo"/> may change the logits behind so many generated tokens.</summary>
    internal bool Adjusts(int generated) => RepetitionPenalty != 1 || Adjust is not null || Vetoes(generated);

    /// <summary>Copies a row of logits and changes the copy as these options say.</summary>
    /// <param name="row">What the decoder gave.</param>
    /// <param name="tokens">The prompt and what was generated.</param>
    /// <param name="adjusted">As long as the row.</param>
    internal void AdjustTo(ReadOnlySpan<float> row, ReadOnlySpan<int> tokens, Span<float> adjusted)
    {
        row.CopyTo(adjusted);
        if (RepetitionPenalty != 1)
        {
            foreach (int token in tokens) // from the row, so that a token that occurs twice is penalized once
            {
                if (!Logits.IsVetoed(row[token]))
                    adjusted[token] = (float)(row[token] > 0 ? row[token] / RepetitionPenalty : row[token] * RepetitionPenalty);
            }
        }

        if (Vetoes(tokens.Length - Prompt.Length))
        {
            if (End is { } end)
                adjusted[end] = float.NegativeInfinity;
            foreach (int token in _stop)
                adjusted[token] = float.NegativeInfinity;
        }

        Adjust?.Invoke(tokens, adjusted);
    }

    private bool Vetoes(int generated) => generated < MinimumLength && Endings > 0;
}
