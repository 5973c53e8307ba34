using Attention.Dsl;
using Attention.Text;
using SemanticSearch;

namespace EmbeddingCluster;

/// <summary>all-MiniLM-L6-v2, loaded once for a silo, whose workers have an embedder each.</summary>
/// <param name="folder">The model's.</param>
internal sealed class Embedders(string folder) : IDisposable
{
    private readonly MiniLm _model = MiniLm.Load(folder, keepPacked: true);
    private readonly Tokenizer _tokenizer = Tokenizer.Load(folder);

    /// <summary>What the model is computed with.</summary>
    public string InstructionSet { get; } = InstructionSets.Choose().ToString().ToLowerInvariant();

    /// <summary>An embedder of one session, which is one thread's work.</summary>
    /// <param name="truncate">Whether texts that are too long are cut instead of being refused.</param>
    public TextEmbedder Create(bool truncate) =>
        TextEmbedder.Of(_model.CreateSession, folder, new() { Tokenizer = _tokenizer, Texts = new() { Sessions = 1, Truncate = truncate, SpecialTokensInText = false } });

    public void Dispose() => _model.Dispose();
}
