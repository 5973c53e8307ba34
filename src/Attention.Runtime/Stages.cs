namespace Attention.Dsl;

/// <summary>A stage of a session that turns tokens into rows. Generated encoders implement it.</summary>
public interface IEncoder
{
    /// <summary>How many different tokens the stage knows: ids 0 to Vocabulary − 1.</summary>
    int Vocabulary { get; }

    /// <summary>The most tokens of a call.</summary>
    int Length { get; }

    /// <summary>Channels of a row of the result.</summary>
    int Width { get; }

    /// <summary>Runs the stage: tokens in, a row for each out, valid until the next call of this stage.</summary>
    Rows Forward(ReadOnlySpan<int> tokens);
}

/// <summary>A stage of a session that turns tokens into one vector. Generated stages with pooling implement it.</summary>
public interface IVectorEncoder
{
    /// <summary>How many different tokens the stage knows: ids 0 to Vocabulary − 1.</summary>
    int Vocabulary { get; }

    /// <summary>The most tokens of a call.</summary>
    int Length { get; }

    /// <summary>Channels of the result.</summary>
    int Width { get; }

    /// <summary>Runs the stage: tokens in, <see cref="Width"/> floats out, valid until the next call of this stage.</summary>
    ReadOnlySpan<float> Forward(ReadOnlySpan<int> tokens);
}

/// <summary>A stage of a session that can take several sequences at once. Generated encoders that read no other stage implement it.</summary>
public interface IBatchEncoder
{
    /// <summary>The most tokens of a batch, those of all its sequences together: what the session was created for.</summary>
    int BatchTokens { get; }

    /// <summary>
    /// Runs the stage over sequences that stand one behind the other, without padding: all their rows out, or a vector for
    /// each where the stage has pooling; valid until the next batch of the session.
    /// </summary>
    Rows ForwardBatch(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths);
}

/// <summary>A stage of a session that can take several sequences at once, and the types of their tokens. Generated encoders with token types that read no other stage implement it.</summary>
public interface ITypedBatchEncoder : IBatchEncoder
{
    /// <inheritdoc cref="IBatchEncoder.ForwardBatch"/>
    /// <param name="tokens">All tokens, sequence after sequence.</param>
    /// <param name="lengths">How many tokens each sequence has.</param>
    /// <param name="types">The type of each token, those of pairs 0 and 1; empty for type 0 throughout.</param>
    Rows ForwardBatch(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, ReadOnlySpan<int> types);
}

/// <summary>A stage of a session that scores the vocabulary for rows of a sequence, each of which sees all of it. Generated encoders with logits implement it.</summary>
public interface IRowScorer
{
    /// <summary>How many different tokens the stage knows, and how many scores a row has.</summary>
    int Vocabulary { get; }

    /// <summary>The most tokens of a call.</summary>
    int Length { get; }

    /// <summary>Runs the stage: tokens in, the logits of the rows named out.</summary>
    /// <param name="tokens">The tokens, 1 to <see cref="Length"/>.</param>
    /// <param name="rows">The rows to be scored, in any order, each from 0 to one less than there are tokens; empty for all.</param>
    /// <param name="logits">Takes <see cref="Vocabulary"/> floats a row, in the order of the rows named.</param>
    void Forward(ReadOnlySpan<int> tokens, ReadOnlySpan<int> rows, Span<float> logits);
}

/// <summary>A stage of a session that can be run a step at a time. Generated decoders implement it.</summary>
public interface IDecoder
{
    /// <summary>How many different tokens the stage knows: ids 0 to Vocabulary − 1.</summary>
    int Vocabulary { get; }

    /// <summary>The most tokens between two resets.</summary>
    int Length { get; }

    /// <summary>Channels of a row of the result: the vocabulary, for a decoder with logits.</summary>
    int Width { get; }

    /// <summary>How many tokens it has taken since the last reset.</summary>
    int Position { get; }

    /// <summary>Takes more tokens, at least one, and gives the last one's row, valid until the next call of this stage.</summary>
    ReadOnlySpan<float> Step(ReadOnlySpan<int> tokens);

    /// <summary>Forgets all tokens taken.</summary>
    void Reset();
}

/// <summary>A decoder several continuations of which can be run at once. Generated decoders implement it.</summary>
public interface IBeamDecoder : IDecoder
{
    /// <summary>The most beams at once: what the session was created for.</summary>
    int Beams { get; }

    /// <summary>
    /// Continues several sequences by one token each: beam i is what beam <paramref name="parents"/>[i] has taken and
    /// <paramref name="tokens"/>[i] behind it. There is one beam, 0, after <see cref="IDecoder.Reset"/> and after
    /// <see cref="IDecoder.Step"/>; there are as many as parents afterwards. Takes one position, however many beams there are.
    /// </summary>
    /// <returns>A row for each beam, valid until the next call of this stage.</returns>
    Rows StepBeams(ReadOnlySpan<int> parents, ReadOnlySpan<int> tokens);
}

/// <summary>A decoder that steps the sequences of several sessions together. Generated decoders implement it.</summary>
public interface IBatchDecoder : IDecoder
{
    /// <summary>The most sequences at once: what the session was created for.</summary>
    int Sequences { get; }

    /// <summary>
    /// Takes one token more for each of several sequences, as the rows of one product, so that weights are read once: sequence i,
    /// the decoder of a session of its own, takes <paramref name="tokens"/>[i], and has then what its <see cref="IDecoder.Step"/>
    /// had given it, bit for bit. They stand anywhere and have sources of their own; who is not named is as before. The decoder that this is
    /// called on lends the memory of the rows, and need not be among them: its sequence stays where it is, but rows that it has left for stages that read it are gone. Where anything is wrong, no sequence has taken its token.
    /// </summary>
    /// <param name="sequences">Decoders like this one, of sessions of one loaded model, each once.</param>
    /// <param name="tokens">The token of each.</param>
    /// <returns>A row for each sequence, valid until the next call of this stage.</returns>
    /// <exception cref="ArgumentException">There are no sequences, not a token for each, or a token that is not in the vocabulary; or a sequence is no stage like this one, of another loaded model, or named twice.</exception>
    /// <exception cref="InvalidOperationException">
    /// There are more than the session was created for; or one has no room for a token more, is in beams, keeps attention weights, has a stage attended to that has not run, or
    /// is in use by another thread.
    /// </exception>
    /// <exception cref="ObjectDisposedException">A session is disposed.</exception>
    Rows StepBatch(ReadOnlySpan<IBatchDecoder> sequences, ReadOnlySpan<int> tokens);
}
