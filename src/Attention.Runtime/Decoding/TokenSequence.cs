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
        Generation.Check(decoder, options);
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
        private readonly CancellationToken _cancellation;
        private Generation _sequence;

        internal Enumerator(IDecoder decoder, DecodingOptions options, CancellationToken cancellation)
        {
            decoder.Reset();
            _decoder = decoder;
            _cancellation = cancellation;
            _sequence = new(decoder, options);
            Current = options.Begin;
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
            if (_sequence.HasEnded)
                return false;
            _cancellation.ThrowIfCancellationRequested();
            if (!_sequence.Take(_decoder.Step(_sequence.Given(_decoder))))
                return false;
            Current = _sequence.Current;
            return true;
        }

        /// <summary>Ends the sequence.</summary>
        public void Dispose() => _sequence.Dispose();
    }
}
