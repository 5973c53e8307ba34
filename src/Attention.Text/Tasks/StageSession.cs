using Attention.Dsl;

namespace Attention.Text;

/// <summary>A session of some model, and the stage of it that takes texts.</summary>
internal sealed class StageSession(IDisposable session, IBatchEncoder stage) : IDisposable
{
    /// <summary>Runs a batch at once; types count where the stage tells them apart.</summary>
    public Rows Run(TokenBatch batch) => stage is ITypedBatchEncoder typed
        ? typed.ForwardBatch(batch.Tokens, batch.Lengths, batch.Types)
        : stage.ForwardBatch(batch.Tokens, batch.Lengths);

    /// <summary>The same of tokens that are all of type 0.</summary>
    public Rows Run(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths) => stage.ForwardBatch(tokens, lengths);

    public void Dispose() => session.Dispose();
}
