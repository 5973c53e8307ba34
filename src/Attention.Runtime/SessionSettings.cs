namespace Attention.Dsl;

/// <summary>What a session is created for; its memory is fixed by it.</summary>
public sealed class SessionSettings
{
    /// <summary>
    /// The most continuations that a decoder can run at once, as beam search does: 1 unless set, at most as many as the
    /// decoder has positions. Each takes keys and values of its own.
    /// </summary>
    public int Beams { get; init; } = 1;

    /// <summary>
    /// The most sequences, each of a session of its own, that <c>StepBatch</c> and <c>GenerateBatch</c> of this session's decoders
    /// step together: 0 unless set, which means none, at most as many as the decoder has positions. Only the session that they are
    /// called on needs it: for each a row of the result.
    /// </summary>
    public int Sequences { get; init; }

    /// <summary>
    /// The most tokens of one <c>ForwardBatch</c>, those of all its sequences and their class tokens together: 0 unless set,
    /// which means no batches. Their memory comes on top of what single sequences take.
    /// </summary>
    public int BatchTokens { get; init; }

    /// <summary>
    /// Whether attention weights are kept for attentions that are declared with <c>Capture</c>, to be read from the
    /// stage's <c>SelfAttentionWeights</c> and <c>CrossAttentionWeights</c>; false unless set. It costs their memory and time.
    /// </summary>
    public bool CaptureAttention { get; init; }
}
