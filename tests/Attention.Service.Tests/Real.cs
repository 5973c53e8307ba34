using Attention.Models;
using Attention.Text;
using EmbeddingService.Models;
using EmbeddingService.Options;
using Write;
using Xunit;

[assembly: AssemblyFixture(typeof(Attention.Service.Tests.Real))]

namespace Attention.Service.Tests;

/// <summary>What vectors and texts are held against: the models, called without any service.</summary>
public sealed class Real : IDisposable
{
    private readonly Storyteller _stories = Storyteller.Load(Gallery.Folder("stories260K"));

    public Real()
    {
        Embedder = Open(new() { SpecialTokensInText = false });
        Generator = TextGenerator.Of(_stories.CreateSession, Gallery.Folder("stories260K"), new() { SpecialTokensInText = false });
        Model = Gallery.Load(new EmbeddingOptions { Sessions = 1 }, () => { });
    }

    public TextEmbedder Embedder { get; }

    public TextGenerator Generator { get; }

    internal IEmbeddingModel Model { get; }

    public static TextEmbedder Open(TextSettings settings) => MiniLmL6.Open(Gallery.Folder("all-MiniLM-L6-v2"), new() { Texts = settings });

    public void Dispose()
    {
        Embedder.Dispose();
        Generator.Dispose();
        _stories.Dispose();
        Model.Dispose();
    }
}
