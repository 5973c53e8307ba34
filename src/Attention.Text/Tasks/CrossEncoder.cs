using Attention.Dsl;

namespace Attention.Text;

/// <summary>A passage that was ranked.</summary>
/// <param name="Index">Its place in the list that was given.</param>
/// <param name="Score">How well it answers the query.</param>
public readonly record struct RankedPassage(int Index, float Score);

/// <summary>
/// Pairs of texts to one score each, by a model that reads both at once, for reranking what a search has found (Nogueira and Cho 2019, "Passage re-ranking with
/// BERT"). The model's head has one class. Any number of threads may call.
/// </summary>
public sealed class CrossEncoder : IDisposable
{
    private readonly TextStage _stage;

    private CrossEncoder(TextStage stage, bool isSigmoid) => (_stage, IsSigmoid) = (stage, isSigmoid);

    /// <summary>Whether scores are probabilities, 0 to 1, rather than the head's own.</summary>
    public bool IsSigmoid { get; }

    /// <summary>The most tokens of a pair, special ones included; where it is longer, the longer text is cut first.</summary>
    public int MaxLength => _stage.MaxLength;

    /// <summary>A cross-encoder of a model that is a stage itself.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="folder">The checkpoint's folder: its tokenizer, and config.json, which says what is made of the head's score.</param>
    /// <param name="settings">How pairs are run.</param>
    /// <param name="sigmoid">Whether scores are mapped to 0 to 1; unless given, as config.json says, and yes where it says nothing, as sentence-transformers does.</param>
    /// <param name="owned">What is disposed with this object, such as the model.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, or config.json names a function that is neither the identity nor the sigmoid.</exception>
    /// <exception cref="ArgumentException">The stage gives more than one score.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static CrossEncoder Of<TSession>(Func<SessionSettings?, TSession> createSession, string folder, TextSettings? settings = null, bool? sigmoid = null, IDisposable? owned = null)
        where TSession : class, IVectorEncoder, IBatchEncoder, IDisposable => Of(createSession, session => session, folder, settings, sigmoid, owned);

    /// <summary>A cross-encoder of one stage of a model.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="stage">The session's stage.</param>
    /// <param name="folder">The checkpoint's folder: its tokenizer, and config.json, which says what is made of the head's score.</param>
    /// <param name="settings">How pairs are run.</param>
    /// <param name="sigmoid">Whether scores are mapped to 0 to 1; unless given, as config.json says, and yes where it says nothing, as sentence-transformers does.</param>
    /// <param name="owned">What is disposed with this object, such as the model.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, or config.json names a function that is neither the identity nor the sigmoid.</exception>
    /// <exception cref="ArgumentException">The stage gives more than one score.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static CrossEncoder Of<TSession, TStage>(Func<SessionSettings?, TSession> createSession, Func<TSession, TStage> stage, string folder, TextSettings? settings = null, bool? sigmoid = null, IDisposable? owned = null)
        where TSession : class, IDisposable
        where TStage : IVectorEncoder, IBatchEncoder
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = new ModelFolder(folder);
        Tokenizer tokenizer = Tokenizer.Load(folder);
        TextStage texts = TextStage.Of(createSession, stage, it => (it.Length, it.Width), tokenizer, files.MaxLength(tokenizer), settings, owned);
        if (texts.Width == 1) return new(texts, sigmoid ?? HasSigmoid(files));
        texts.Dispose();
        throw new ArgumentException($"Expected a stage with one score, found {texts.Width}; a {nameof(TextClassifier)} takes pairs too.", nameof(stage));
    }

    /// <summary>A cross-encoder of a class that knows where its files are, which it owns.</summary>
    /// <typeparam name="TModel">The model's class, such as those of the package AttentionDsl.Models.</typeparam>
    /// <param name="folder">Where its files are; the cache of Hugging Face's tools unless given, see <see cref="Pretrained.Find"/>.</param>
    /// <param name="settings">How texts are treated, where the files do not say.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FileNotFoundException">The files are not there; the message says what brings them.</exception>
    /// <exception cref="InvalidDataException">A file is not as expected.</exception>
    /// <exception cref="WeightsException">The weights do not fit.</exception>
    public static Task<CrossEncoder> LoadAsync<TModel>(string? folder = null, TextSettings? settings = null, CancellationToken cancellation = default)
        where TModel : IPretrainedCrossEncoder => Task.Run(() => TModel.Open(folder ?? TModel.Source.Find(), settings), cancellation);

    /// <summary>How well a passage answers a query.</summary>
    /// <exception cref="ArgumentException">The pair has no tokens, or too many where none is to be cut.</exception>
    /// <exception cref="InvalidOperationException">The scores are not finite: the weights are damaged, or not this model's.</exception>
    public float Score(string query, string passage, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(passage);
        return Score([(query, passage)], null, cancellation)[0];
    }

    /// <summary>The scores of pairs, in their order.</summary>
    /// <param name="pairs">Queries and passages.</param>
    /// <param name="progress">Is told how many are done.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text is null, or a pair has no tokens, or too many where none is to be cut; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The scores are not finite: the weights are damaged, or not this model's.</exception>
    public float[] Score(IReadOnlyList<(string Query, string Passage)> pairs, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        float[] scores = new float[pairs.Count];
        _stage.Run(pairs.Count, i => (pairs[i].Query, pairs[i].Passage ?? throw new ArgumentException($"The passage of pair {i} is null.")), Take, null, progress, cancellation);
        return scores;

        void Take(TokenBatch batch, Rows rows)
        {
            for (int i = 0; i < rows.Count; i++)
            {
                Probabilities.Check(rows[i], batch.Texts[i]);
                scores[batch.Texts[i]] = IsSigmoid ? Probabilities.Sigmoid(rows[i][0]) : rows[i][0];
            }
        }
    }

    /// <summary>Passages by how well they answer a query, the best first; equal ones as they stand.</summary>
    /// <param name="query">The query.</param>
    /// <param name="passages">The passages.</param>
    /// <param name="top">How many of the best; all unless given.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text is null, or a pair has no tokens, or too many where none is to be cut; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The scores are not finite: the weights are damaged, or not this model's.</exception>
    public IReadOnlyList<RankedPassage> Rank(string query, IReadOnlyList<string> passages, int? top = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(passages);
        if (top < 0) throw new ArgumentOutOfRangeException(nameof(top), top, "Expected at least 0 passages.");
        float[] scores = Score([.. passages.Select(passage => (query, passage))], null, cancellation);
        return [.. scores.Select((score, i) => new RankedPassage(i, score)).OrderByDescending(passage => passage.Score).Take(top ?? int.MaxValue)];
    }

    /// <summary>Ends the sessions, and what this object owns.</summary>
    public void Dispose() => _stage.Dispose();

    private static bool HasSigmoid(ModelFolder files) =>
        (files.Text("config.json", "sentence_transformers", "activation_fn") ?? files.Text("config.json", "sbert_ce_default_activation_function")) switch
        {
            null or "torch.nn.modules.activation.Sigmoid" => true,
            "torch.nn.modules.linear.Identity" => false,
            string other => throw new InvalidDataException($"config.json: expected the activation of a cross-encoder to be torch.nn.modules.activation.Sigmoid or torch.nn.modules.linear.Identity, found '{other}'; say it by the argument sigmoid."),
        };
}
