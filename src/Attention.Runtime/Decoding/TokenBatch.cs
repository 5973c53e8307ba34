using Attention.Runtime;

namespace Attention.Dsl;

/// <summary>Prepares a session for a sequence before its first token: runs what the decoder attends to.</summary>
/// <param name="sequence">Which of the sequences begins.</param>
/// <param name="session">Which of the sessions it has.</param>
public delegate void SequenceHook(int sequence, int session);

/// <summary>
/// Tokens of several sequences that decoders generate together while they are enumerated, each by a <see cref="GreedySearch"/> or
/// a <see cref="Sampling"/> of its own. As many are under way as there are sessions and as step together; where one ends, the
/// next begins in its session. Each has exactly the tokens that <see cref="TokenSequence"/> gives of it alone.
/// </summary>
public readonly struct TokenBatch
{
    private readonly IBatchDecoder _decoder;
    private readonly IReadOnlyList<IBatchDecoder> _sessions;
    private readonly IReadOnlyList<DecodingOptions> _options;
    private readonly SequenceHook? _begin;
    private readonly CancellationToken _cancellation;

    /// <summary>Prepares to generate; nothing runs before the tokens are enumerated.</summary>
    /// <param name="decoder">Which steps them together: its session is created for so many.</param>
    /// <param name="sessions">Decoders of sessions of one loaded model, each once, <paramref name="decoder"/> among them or not. Nobody else may use them during an enumeration.</param>
    /// <param name="options">How the tokens of each sequence are chosen; those that begin alike may share one.</param>
    /// <param name="begin">Is called before each sequence begins, which another stage's rows may be for; null for nothing.</param>
    /// <param name="cancellation">Is asked before each step.</param>
    /// <exception cref="ArgumentNullException">A decoder, the sessions or options are missing.</exception>
    /// <exception cref="ArgumentException">There are no sessions, or one of them twice; or options are a <see cref="BeamSearch"/>, or the decoder has no logits, or no place for a prompt.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Options name a token that is not in the vocabulary, or contradict each other.</exception>
    /// <exception cref="InvalidOperationException">The decoder's session was not created for sequences that step together.</exception>
    public TokenBatch(IBatchDecoder decoder, IReadOnlyList<IBatchDecoder> sessions, IReadOnlyList<DecodingOptions> options, SequenceHook? begin = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(options);
        if (sessions.Count == 0)
            throw new ArgumentException("There are no sessions; expected at least one.", nameof(sessions));
        for (int i = 0; i < sessions.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(sessions[i], nameof(sessions));
            for (int before = 0; before < i; before++)
            {
                if (ReferenceEquals(sessions[before], sessions[i]))
                    throw new ArgumentException($"Sessions {before} and {i} are one; expected each once.", nameof(sessions));
            }
        }

        foreach (DecodingOptions one in options)
            Generation.Check(decoder, one);
        if (decoder.Sequences == 0)
            throw new InvalidOperationException("The decoder's session was not created for sequences that step together. Create it with SessionSettings.Sequences.");
        _decoder = decoder;
        _sessions = sessions;
        _options = options;
        _begin = begin;
        _cancellation = cancellation;
    }

    /// <summary>Begins.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Generates all tokens, those of each sequence in an array.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Enumerator.MoveNext"/>.</exception>
    /// <exception cref="OperationCanceledException">It was asked for.</exception>
    public int[][] ToArrays()
    {
        var tokens = new List<int>[_options.Count];
        for (int sequence = 0; sequence < tokens.Length; sequence++)
            tokens[sequence] = [];
        foreach ((int sequence, int token) in this)
            tokens[sequence].Add(token);
        return [.. tokens.Select(list => list.ToArray())];
    }

    /// <summary>Takes a step for the next token of each sequence that is under way.</summary>
    public sealed class Enumerator : IDisposable
    {
        private readonly TokenBatch _batch;
        private readonly Generation[] _generations; // of each session
        private readonly int[] _sequences; // that each session has; −1 for none
        private readonly IBatchDecoder[] _called;
        private readonly int[] _callers; // the sessions of those
        private readonly int[] _given;
        private readonly Queue<(int Sequence, int Token)> _ready;
        private int _begun;

        internal Enumerator(TokenBatch batch)
        {
            int most = Math.Min(Math.Min(batch._sessions.Count, batch._decoder.Sequences), batch._options.Count);
            _batch = batch;
            _generations = new Generation[most];
            _sequences = new int[most];
            _sequences.AsSpan().Fill(-1);
            _called = new IBatchDecoder[most];
            _callers = new int[most];
            _given = new int[most];
            _ready = new(most);
        }

        /// <summary>The token generated last, and the sequence that it is of.</summary>
        public (int Sequence, int Token) Current { get; private set; }

        /// <summary>Generates one more token; false where all sequences have ended.</summary>
        /// <exception cref="InvalidOperationException">
        /// A decoder or its source was used by someone else meanwhile, a source is missing, every token of a sequence is vetoed, or a logit is NaN or positive infinity.
        /// </exception>
        /// <exception cref="ArgumentException">The sessions are not of one loaded model.</exception>
        /// <exception cref="OperationCanceledException">It was asked for.</exception>
        public bool MoveNext()
        {
            while (_ready.Count == 0)
            {
                bool begins = Begin();
                if (_ready.Count == 0 && !Step() && !begins)
                    return false;
            }

            Current = _ready.Dequeue();
            return true;
        }

        /// <summary>Ends all sequences.</summary>
        public void Dispose()
        {
            for (int session = 0; session < _generations.Length; session++)
                _generations[session].Dispose();
            _sequences.AsSpan().Fill(-1);
            _begun = _batch._options.Count;
            _ready.Clear();
        }

        /// <summary>Has waiting sequences begin where sessions are free, with the rows of a prompt in one pass; false where none has.</summary>
        private bool Begin()
        {
            bool begins = false;
            for (int session = 0; session < _generations.Length; session++)
            {
                while (_sequences[session] < 0 && _begun < _batch._options.Count)
                {
                    _batch._cancellation.ThrowIfCancellationRequested();
                    IBatchDecoder decoder = _batch._sessions[session];
                    int sequence = _begun++;
                    begins = true;
                    _batch._begin?.Invoke(sequence, session);
                    decoder.Reset();
                    _generations[session] = new(decoder, _batch._options[sequence]);
                    _sequences[session] = sequence;
                    if (_generations[session].HasEnded)
                        _sequences[session] = -1;
                    else
                        Take(session, decoder.Step(_generations[session].Given(decoder)));
                }
            }

            return begins;
        }

        /// <summary>A token more for all that are under way; false where none is.</summary>
        private bool Step()
        {
            int count = 0;
            for (int session = 0; session < _generations.Length; session++)
            {
                if (_sequences[session] < 0)
                    continue;
                IBatchDecoder decoder = _batch._sessions[session];
                _called[count] = decoder;
                _callers[count] = session;
                _given[count++] = _generations[session].Given(decoder)[0];
            }

            if (count == 0)
                return false;
            _batch._cancellation.ThrowIfCancellationRequested();
            Rows rows = _batch._decoder.StepBatch(_called.AsSpan(0, count), _given.AsSpan(0, count));
            for (int i = 0; i < count; i++)
                Take(_callers[i], rows[i]);
            return true;
        }

        private void Take(int session, ReadOnlySpan<float> logits)
        {
            if (_generations[session].Take(logits))
                _ready.Enqueue((_sequences[session], _generations[session].Current));
            if (_generations[session].HasEnded)
                _sequences[session] = -1;
        }
    }
}
