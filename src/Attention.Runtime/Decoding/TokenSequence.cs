using Attention.Runtime;

namespace Attention.Dsl;

/// <summary>
/// Tokens that a decoder generates while they are enumerated, by <see cref="GreedySearch"/> or <see cref="Sampling"/>. Each
/// enumeration begins anew, and gives the same tokens if the decoder's sources are the same.
/// </summary>
public readonly struct TokenSequence
{
    private readonly IDecoder _decoder;
    private readonly DecodingOptions _options;
    private readonly CancellationToken _cancellation;

    /// <summary>Prepares to generate; nothing runs before the tokens are enumerated.</summary>
    /// <param name="decoder">What computes the logits. Nobody else may use it during an enumeration.</param>
    /// <param name="options">How tokens are chosen: a <see cref="GreedySearch"/> or a <see cref="Sampling"/>.</param>
    /// <param name="cancellation">Is asked before each step.</param>
    /// <exception cref="ArgumentNullException">The decoder or the options are missing.</exception>
    /// <exception cref="ArgumentException">
    /// The options are a <see cref="BeamSearch"/>, or the decoder has no logits, or no place for the prompt.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The options name a token that is not in the vocabulary, or contradict each other.</exception>
    public TokenSequence(IDecoder decoder, DecodingOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(options);
        if (options is BeamSearch)
            throw new ArgumentException($"A {nameof(BeamSearch)} knows no token before it knows whole sequences; expected {nameof(GreedySearch)} or {nameof(Sampling)}, or call {nameof(Hypotheses.Search)}.", nameof(options));
        options.Check(decoder);
        _decoder = decoder;
        _options = options;
        _cancellation = cancellation;
    }

    /// <summary>Resets the decoder and begins.</summary>
    public Enumerator GetEnumerator() => new(_decoder, _options, _cancellation);

    /// <summary>Generates all tokens.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Enumerator.MoveNext"/>.</exception>
    /// <exception cref="OperationCanceledException">It was asked for.</exception>
    public int[] ToArray()
    {
        var tokens = new List<int>();
        foreach (int token in this)
            tokens.Add(token);
        return [.. tokens];
    }

    /// <summary>
    /// Takes one step for each token. Holds scratch, if it needs any, until the sequence ends or <see cref="Dispose"/>: not to be
    /// copied.
    /// </summary>
    public struct Enumerator : IDisposable
    {
        private readonly IDecoder _decoder;
        private readonly DecodingOptions _options;
        private readonly CancellationToken _cancellation;
        private readonly int _start; // tokens taken before any is generated
        private readonly int _most;
        private Rented<int> _tokens; // Begin, the prompt and what was generated, unless nobody needs them
        private Rented<float> _adjusted;
        private Rented<double> _weights;
        private Rented<ulong> _ranks;
        private SplitMix64 _random;
        private int _generated;
        private bool _ended;

        internal Enumerator(IDecoder decoder, DecodingOptions options, CancellationToken cancellation)
        {
            decoder.Reset();
            _decoder = decoder;
            _options = options;
            _cancellation = cancellation;
            _start = 1 + options.Prompt.Length;
            _most = options.MostTokens(decoder);
            Current = options.Begin;
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
        public int Current { get; private set; }

        /// <summary>Generates one more token; false where a token ends the sequence and where there is no more room.</summary>
        /// <exception cref="InvalidOperationException">
        /// The decoder or its source was used by someone else meanwhile, every token is vetoed, or a logit is NaN or positive infinity.
        /// </exception>
        /// <exception cref="OperationCanceledException">It was asked for.</exception>
        public bool MoveNext()
        {
            if (_ended || _generated == _most)
            {
                Dispose();
                return false;
            }

            _cancellation.ThrowIfCancellationRequested();
            int taken = _generated == 0 ? 0 : _start + _generated - 1;
            if (_decoder.Position != taken)
                throw new InvalidOperationException($"The decoder is at position {_decoder.Position}, but this sequence left it at {taken}: it was used otherwise while the sequence was being generated.");
            int next = Choose(_generated == 0 && _start > 1 ? _decoder.Step(_tokens.Span[.._start]) : _decoder.Step([Current]));
            if (_options.Ends(next))
            {
                Dispose();
                return false;
            }

            if (!_tokens.Span.IsEmpty)
                _tokens.Span[_start + _generated] = next;
            _generated++;
            Current = next;
            return true;
        }

        /// <summary>Ends the sequence.</summary>
        public void Dispose()
        {
            _ended = true;
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
}
