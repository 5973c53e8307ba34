namespace Attention.Dsl;

/// <summary>Changes the logits of the next token before it is chosen.</summary>
/// <param name="tokens">The prompt and what was generated behind it, without the token that the sequence begins with; only for this call.</param>
/// <param name="logits">One logit for each token of the vocabulary, in a <see cref="BeamSearch"/> its log-probability; negative infinity vetoes a token, and so does <see cref="float.MinValue"/>, which decoders give those that cannot follow. Only for this call.</param>
public delegate void LogitsHook(ReadOnlySpan<int> tokens, Span<float> logits);
