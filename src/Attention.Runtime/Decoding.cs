namespace Attention.Dsl;

/// <summary>The search that takes the likeliest token at each step.</summary>
public sealed class GreedySearch
{
    /// <summary>The token that a sequence begins with; it is not part of what is generated.</summary>
    public required int Begin { get; init; }

    /// <summary>The token that ends a sequence, not part of it either; null for none.</summary>
    public int? End { get; init; }

    /// <summary>The most tokens to generate; as many as the decoder has room for unless set.</summary>
    public int MaximumLength { get; init; } = int.MaxValue;
}

/// <summary>Tokens that a decoder generates while they are enumerated; each enumeration begins anew.</summary>
public readonly struct GreedySequence
{
    private readonly IDecoder _decoder;
    private readonly GreedySearch _search;

    /// <summary>Prepares a search; nothing runs before it is enumerated.</summary>
    /// <exception cref="ArgumentNullException">The decoder or the search is missing.</exception>
    public GreedySequence(IDecoder decoder, GreedySearch search)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(search);
        _decoder = decoder;
        _search = search;
    }

    /// <summary>Resets the decoder and begins.</summary>
    public Enumerator GetEnumerator() => new(_decoder, _search);

    /// <summary>Takes one step for each token.</summary>
    public struct Enumerator
    {
        private readonly IDecoder _decoder;
        private readonly GreedySearch _search;
        private int _taken;
        private bool _ended;

        internal Enumerator(IDecoder decoder, GreedySearch search)
        {
            _decoder = decoder;
            _search = search;
            Current = search.Begin;
            decoder.Reset();
        }

        /// <summary>The token generated last.</summary>
        public int Current { get; private set; }

        /// <summary>Generates one more token; false at the end token and where there is no more room.</summary>
        /// <exception cref="InvalidOperationException">The decoder or its source was used by someone else meanwhile.</exception>
        public bool MoveNext()
        {
            // The begin token takes a place too, so that what was generated can always be given to the decoder again.
            if (_ended || _taken == _search.MaximumLength || _taken + 1 >= _decoder.Length)
                return false;
            if (_decoder.Position != _taken)
                throw new InvalidOperationException($"The decoder is at position {_decoder.Position}, but this sequence left it at {_taken}: it was used otherwise while the sequence was being generated.");
            int next = LargestOf(_decoder.Step([Current]));
            _taken++;
            _ended = next == _search.End;
            Current = next;
            return !_ended;
        }

        /// <summary>The index of the largest value, the first of equal ones.</summary>
        private static int LargestOf(ReadOnlySpan<float> values)
        {
            int largest = 0;
            for (int i = 1; i < values.Length; i++)
            {
                if (values[i] > values[largest])
                    largest = i;
            }

            return largest;
        }
    }
}
