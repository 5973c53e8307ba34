using Attention.Dsl;

namespace EmbeddingService.Completions;

/// <summary>
/// Where sequences that are written at once, each on a thread of its own, meet at every token: once all of them are there, one step takes the token of each, so that weights are
/// read once for all. A prompt is read by its own session while the others go on, and its sequence joins them behind it.
/// </summary>
/// <param name="lead">Lends the memory of the rows, and has room for as many sequences as there may be.</param>
internal sealed class Stepper(IBatchDecoder lead)
{
    private readonly object _gate = new(); // is waited at, which no Lock can be
    private readonly List<(JoinedDecoder Decoder, int Token)> _waiting = [];
    private int _sequences;
    private long _step;

    /// <summary>How many sequences step together.</summary>
    public int Sequences => Volatile.Read(ref _sequences);

    /// <summary>A sequence has read its prompt, and steps with the others.</summary>
    public void Join()
    {
        lock (_gate) _sequences++;
    }

    /// <summary>A sequence has ended; the others do not wait for it.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _sequences--;
            StepIfAll();
        }
    }

    /// <summary>Takes a token of a sequence, with those of all others, and gives it its row.</summary>
    public void Step(JoinedDecoder decoder, int token)
    {
        lock (_gate)
        {
            long step = _step;
            _waiting.Add((decoder, token));
            StepIfAll();
            while (_step == step) Monitor.Wait(_gate);
        }
        decoder.ThrowIfFailed();
    }

    private void StepIfAll()
    {
        if (_waiting.Count == 0 || _waiting.Count < _sequences) return;
        try
        {
            Rows rows = lead.StepBatch([.. _waiting.Select(one => one.Decoder.Inner)], [.. _waiting.Select(one => one.Token)]);
            for (int i = 0; i < _waiting.Count; i++) _waiting[i].Decoder.Set(rows[i]);
        }
        catch (Exception e)
        {
            foreach ((JoinedDecoder decoder, _) in _waiting) decoder.Fail(e);
        }
        _waiting.Clear();
        _step++;
        Monitor.PulseAll(_gate);
    }
}
