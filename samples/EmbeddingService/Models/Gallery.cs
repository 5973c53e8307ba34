using Attention.Models;
using Attention.Text;
using EmbeddingService.Options;

namespace EmbeddingService.Models;

/// <summary>The models that the service can have, by their names.</summary>
internal static class Gallery
{
    private delegate TextEmbedder Open(string folder, TextEmbedderSettings? settings);

    private static readonly Dictionary<string, (Pretrained Source, Open Open)> s_models = new()
    {
        ["all-MiniLM-L6-v2"] = Of<MiniLmL6>(),
        ["all-MiniLM-L12-v2"] = Of<MiniLmL12>(),
        ["multi-qa-MiniLM-L6-cos-v1"] = Of<MultiQaMiniLmL6>(),
        ["bge-small-en-v1.5"] = Of<BgeSmallEn>(),
        ["bge-base-en-v1.5"] = Of<BgeBaseEn>(),
        ["e5-small-v2"] = Of<E5Small>(),
        ["e5-base-v2"] = Of<E5Base>(),
        ["gte-small"] = Of<GteSmall>(),
        ["snowflake-arctic-embed-xs"] = Of<ArcticXs>(),
    };

    public static IReadOnlyCollection<string> Names => s_models.Keys;

    /// <summary>Loads the model that options name. A batch that is alone computes on as many threads as there are sessions; others take their places.</summary>
    /// <param name="options">The options.</param>
    /// <param name="truncated">Is called for each text that is cut.</param>
    /// <exception cref="FileNotFoundException">Its files are not there; the message says what brings them.</exception>
    public static IEmbeddingModel Load(EmbeddingOptions options, Action truncated)
    {
        (Pretrained source, Open open) = s_models[options.Model];
        string own = Folder(options.Model), folder = options.Folder ?? (Directory.Exists(own) ? own : source.Find());
        return new AttentionModel(open(folder, new TextEmbedderSettings
        {
            Threads = options.Sessions,
            Texts = new TextSettings
            {
                Sessions = options.Sessions, BatchTokens = options.BatchTokens, Truncate = options.Truncate, SpecialTokensInText = options.SpecialTokensInText, OnTruncated = _ => truncated(),
            },
        }));
    }

    /// <summary>The folder of a model that comes with the program.</summary>
    public static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "models", name);

    private static (Pretrained, Open) Of<TModel>()
        where TModel : IPretrainedEmbedder => (TModel.Source, TModel.Open);
}
