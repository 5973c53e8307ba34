using EmbeddingService.Models;
using Xunit;

namespace Attention.Service.Tests;

/// <summary>A model whose batches are written down, held at a gate until it is opened, and failed where they have a certain token.</summary>
internal sealed class WatchedModel(IEmbeddingModel inner) : IEmbeddingModel
{
    private readonly List<int[]> _batches = [];
    private readonly SemaphoreSlim _entered = new(0);

    public ManualResetEventSlim Gate { get; } = new(true);

    /// <summary>The token that fails a batch.</summary>
    public int Failing { get; init; } = -1;

    /// <summary>The lengths of the texts of each batch, in the order in which they began.</summary>
    public int[][] Batches
    {
        get
        {
            lock (_batches) return [.. _batches];
        }
    }

    public int Dimensions => inner.Dimensions;

    public int MaxLength => inner.MaxLength;

    public int Vocabulary => inner.Vocabulary;

    /// <summary>Waits until one more batch has begun.</summary>
    public Task EnteredAsync() => _entered.WaitAsync(TestContext.Current.CancellationToken);

    public int[] Encode(string text) => inner.Encode(text);

    public void Embed(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, Span<float> vectors)
    {
        lock (_batches) _batches.Add(lengths.ToArray());
        _entered.Release();
        Gate.Wait();
        if (tokens.Contains(Failing)) throw new InvalidOperationException("This token fails.");
        inner.Embed(tokens, lengths, vectors);
    }

    public void Dispose() => Gate.Set();
}
