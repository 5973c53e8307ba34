using System.Diagnostics.CodeAnalysis;
using Attention.Dsl;

namespace Attention.Runtime;

/// <summary>A sequence that is being generated: what it is so far, and how its next token is chosen. Holds scratch, if it needs any, until it ends or <see cref="Dispose"/>: not to be copied.</summary>
internal struct Generation : IDisposable
{
    private readonly DecodingOptions _options;
    private readonly int _start; // tokens taken before any is generated
    private readonly int _most;
    private Rented<int> _tokens; // Begin, the prompt and what was generated, unless nobody needs them
    private Rented<float> _adjusted;
    private Rented<double> _weights;
    private Rented<ulong> _ranks;
    private SplitMix64 _random;
    private int _current;
    private int _generated;

    /// <summary>Checks whether a decoder can generate as options say.</summary>
    /// <exception cref="ArgumentNullException">The options are missing.</exception>
    /// <exception cref="ArgumentException">They are a <see cref="BeamSearch"/>, or the decoder has no logits, or no place for the prompt.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The options name a token that is not in the vocabulary, or contradict each other.</exception>
    public static void Check(IDecoder decoder, DecodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options is BeamSearch)
            throw new ArgumentException($"A {nameof(BeamSearch)} knows no token before it knows whole sequences; expected {nameof(GreedySearch)} or {nameof(Sampling)}, or call {nameof(Hypotheses.Search)}.", nameof(options));
        options.Check(decoder);
    }

    /// <summary>Begins.</summary>
    /// <param name="decoder">Any like that whose logits are taken.</param>
    /// <param name="options">How tokens are chosen, which the decoder can do.</param>
    public Generation(IDecoder decoder, DecodingOptions options)
    {
        _options = options;
        _start = 1 + options.Prompt.Length;
        _most = options.MostTokens(decoder);
        _current = options.Begin;
        HasEnded = _most == 0;
        if (HasEnded)
            return;
        bool adjusts = options.Adjusts;
        if (adjusts)
            _adjusted = new(decoder.Width);
        if (adjusts || _start > 1)
        {
            _tokens = new(_start + _most);
            options.CopyStart(_tokens.Span);
        }

        if (options is Sampling sampling)
        {
            _random = new(sampling.Seed);
            _weights = new(decoder.Width);
            if (Sampler.Ranks(sampling))
                _ranks = new(decoder.Width);
        }
    }

    /// <summary>The token generated last.</summary>
    public readonly int Current => _current;

    /// <summary>Whether no token follows.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>What the decoder is to take for the next token: first Begin and the prompt, then the token generated last.</summary>
    /// <exception cref="InvalidOperationException">It was used by someone else meanwhile.</exception>
    [UnscopedRef]
    public readonly ReadOnlySpan<int> Given(IDecoder decoder)
    {
        int taken = _generated == 0 ? 0 : _start + _generated - 1;
        if (decoder.Position != taken)
            throw new InvalidOperationException($"The decoder is at position {decoder.Position}, but this sequence left it at {taken}: it was used otherwise while the sequence was being generated.");
        return _generated == 0 && _start > 1 ? _tokens.Span[.._start] : new ReadOnlySpan<int>(in _current);
    }

    /// <summary>Takes what the decoder gave for that; false where a token ends the sequence.</summary>
    /// <exception cref="InvalidOperationException">Every token is vetoed, or a logit is NaN or positive infinity.</exception>
    public bool Take(ReadOnlySpan<float> logits)
    {
        int next = Choose(logits);
        if (_options.Ends(next))
        {
            Dispose();
            return false;
        }

        if (!_tokens.Span.IsEmpty)
            _tokens.Span[_start + _generated] = next;
        _current = next;
        if (++_generated == _most)
            Dispose();
        return true;
    }

    /// <summary>Ends the sequence.</summary>
    public void Dispose()
    {
        HasEnded = true;
        _tokens.Dispose();
        _adjusted.Dispose();
        _weights.Dispose();
        _ranks.Dispose();
    }

    private int Choose(ReadOnlySpan<float> logits)
    {
        if (_options.Adjusts)
        {
            Span<float> adjusted = _adjusted.Span[..logits.Length];
            _options.AdjustTo(logits, _tokens.Span[..(_start + _generated)], _most, adjusted);
            logits = adjusted;
        }

        int position = _start + _generated;
        int largest = Logits.Largest(logits, position);
        if (largest < 0)
            throw Logits.NoneLeft(position);
        return _options is Sampling sampling
            ? Sampler.Draw(sampling, logits, logits[largest], _weights.Span, _ranks.Span, ref _random)
            : largest;
    }
}
