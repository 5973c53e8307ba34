using Attention.Dsl;

namespace Attention.Text;

/// <summary>A session of some model, and the stage of it that takes texts.</summary>
internal sealed class StageSession(IDisposable session, IBatchEncoder stage) : IDisposable
{
    /// <summary>Runs a batch at once; types count where the stage tells them apart.</summary>
    public Rows Run(TokenBatch batch) => stage is ITypedBatchEncoder typed
        ? typed.ForwardBatch(batch.Tokens, batch.Lengths, batch.Types)
        : stage.ForwardBatch(batch.Tokens, batch.Lengths);

    public void Dispose() => session.Dispose();
}
