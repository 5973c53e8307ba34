using System.Runtime.ExceptionServices;
using Attention.Dsl;

namespace EmbeddingService.Completions;

/// <summary>A decoder whose single tokens are stepped together with those of others; used by a thread at a time, which says when its sequence has ended.</summary>
internal sealed class JoinedDecoder(IBatchDecoder inner, Stepper stepper) : IDecoder
{
    private readonly float[] _row = new float[inner.Width];
    private ExceptionDispatchInfo? _failure;
    private bool _joined;

    public IBatchDecoder Inner => inner;

    public int Vocabulary => inner.Vocabulary;

    public int Length => inner.Length;

    public int Width => inner.Width;

    public int Position => inner.Position;

    /// <summary>How many rows the sequence has asked for, one for each of its tokens.</summary>
    public int Steps { get; private set; }

    public ReadOnlySpan<float> Step(ReadOnlySpan<int> tokens)
    {
        Steps++;
        if (!_joined)
        {
            inner.Step(tokens).CopyTo(_row);
            stepper.Join();
            _joined = true;
        }
        else if (tokens.Length == 1) stepper.Step(this, tokens[0]);
        else return inner.Step(tokens);
        return _row;
    }

    public void Reset()
    {
        Leave();
        Steps = 0;
        inner.Reset();
    }

    /// <summary>The sequence has ended.</summary>
    public void Leave()
    {
        if (!_joined) return;
        _joined = false;
        stepper.Leave();
    }

    public void Set(ReadOnlySpan<float> row)
    {
        row.CopyTo(_row);
        _failure = null;
    }

    public void Fail(Exception e) => _failure = ExceptionDispatchInfo.Capture(e);

    public void ThrowIfFailed() => _failure?.Throw();
}
