using Attention.Text;
using EmbeddingCluster;
using SemanticSearch;
using Xunit;

[assembly: AssemblyFixture(typeof(Attention.Cluster.Tests.Model))]

namespace Attention.Cluster.Tests;

/// <summary>The real model, which all silos of all tests share.</summary>
public sealed class Model : IAsyncLifetime
{
    internal Embedders Embedders { get; private set; } = null!;

    /// <summary>An embedder apart from the cluster.</summary>
    internal TextEmbedder Alone { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        string folder = await Weights.FindAsync(null, default);
        Embedders = new(folder);
        MiniLm model = MiniLm.Load(folder);
        Alone = TextEmbedder.Of(model.CreateSession, folder, new() { Texts = new() { SpecialTokensInText = false } }, model);
    }

    public ValueTask DisposeAsync()
    {
        Alone.Dispose();
        Embedders.Dispose();
        return ValueTask.CompletedTask;
    }
}
