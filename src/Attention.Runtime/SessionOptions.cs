namespace Attention.Dsl;

/// <summary>What a session is created for; its memory is fixed by it.</summary>
public sealed class SessionOptions
{
    /// <summary>
    /// The most continuations that a decoder can run at once, as beam search does: 1 unless set, at most as many as the
    /// decoder has positions. Each takes keys and values of its own.
    /// </summary>
    public int Beams { get; init; } = 1;

    /// <summary>
    /// Whether attention weights are kept for attentions that are declared with <c>Capture</c>, to be read from the
    /// stage's <c>SelfAttentionWeights</c> and <c>CrossAttentionWeights</c>; false unless set. It costs their memory and time.
    /// </summary>
    public bool CaptureAttention { get; init; }
}
