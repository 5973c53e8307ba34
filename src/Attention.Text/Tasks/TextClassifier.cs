using Attention.Dsl;

namespace Attention.Text;

/// <summary>A label and how likely it is, 0 to 1.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Score">The probability.</param>
public readonly record struct LabelScore(string Label, float Score);

/// <summary>
/// Texts, or pairs of them, to labels, by a model whose <c>[Head(classes)]</c> scores each: sentiment, topic, inference (Devlin et al. 2019, section 4.1). Labels are those of
/// config.json. Any number of threads may call.
/// </summary>
public sealed class TextClassifier : IDisposable
{
    private readonly TextStage _stage;
    private readonly string[] _labels;

    private TextClassifier(TextStage stage, string[]? labels, bool isMultiLabel)
    {
        if (labels is not null && labels.Length != stage.Width)
        {
            stage.Dispose();
            throw new InvalidDataException($"Expected as many labels as the model has scores, {stage.Width}, found {labels.Length}.");
        }
        _stage = stage;
        _labels = labels ?? [.. Enumerable.Range(0, stage.Width).Select(i => $"LABEL_{i}")];
        IsMultiLabel = isMultiLabel || stage.Width == 1;
    }

    /// <summary>The labels, in the order of the model's scores.</summary>
    public IReadOnlyList<string> Labels => _labels;

    /// <summary>Whether a text may have several labels, or the only one not, so that each has a probability of its own instead of a share of 1.</summary>
    public bool IsMultiLabel { get; }

    /// <summary>The most tokens of a text, special ones included.</summary>
    public int MaxLength => _stage.MaxLength;

    /// <summary>A classifier of a model that is a stage itself.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="folder">The checkpoint's folder, with tokenizer and config.json: of this <c>id2label</c> are the labels, and <c>problem_type</c> says whether a text may have several.</param>
    /// <param name="settings">How texts are run.</param>
    /// <param name="labels">The labels, where config.json has none or others.</param>
    /// <param name="owned">What is disposed with this object, such as the model.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, the scores are those of a regression, or there are not as many labels as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static TextClassifier Of<TSession>(Func<SessionSettings?, TSession> createSession, string folder, TextSettings? settings = null, IReadOnlyList<string>? labels = null, IDisposable? owned = null)
        where TSession : class, IVectorEncoder, IBatchEncoder, IDisposable => Of(createSession, session => session, folder, settings, labels, owned);

    /// <summary>A classifier of one stage of a model.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="stage">The session's stage.</param>
    /// <param name="folder">The checkpoint's folder, with tokenizer and config.json: of this <c>id2label</c> are the labels, and <c>problem_type</c> says whether a text may have several.</param>
    /// <param name="settings">How texts are run.</param>
    /// <param name="labels">The labels, where config.json has none or others.</param>
    /// <param name="owned">What is disposed with this object, such as the model.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, the scores are those of a regression, or there are not as many labels as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static TextClassifier Of<TSession, TStage>(
        Func<SessionSettings?, TSession> createSession, Func<TSession, TStage> stage, string folder, TextSettings? settings = null, IReadOnlyList<string>? labels = null, IDisposable? owned = null)
        where TSession : class, IDisposable
        where TStage : IVectorEncoder, IBatchEncoder
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = new ModelFolder(folder);
        Tokenizer tokenizer = Tokenizer.Load(folder);
        bool isMultiLabel = files.Text("config.json", "problem_type") switch
        {
            null or "single_label_classification" => false,
            "multi_label_classification" => true,
            string other => throw new InvalidDataException(
                $"{Path.Combine(folder, "config.json")}: $.problem_type: expected single_label_classification or multi_label_classification, found '{other}', whose scores are no probabilities."),
        };
        return new(TextStage.Of(createSession, stage, it => (it.Length, it.Width), tokenizer, files.MaxLength(tokenizer), settings, owned), labels?.ToArray() ?? files.Labels(), isMultiLabel);
    }

    /// <summary>A classifier of a class that knows where its files are, which it owns.</summary>
    /// <typeparam name="TModel">The model's class, such as those of the package AttentionDsl.Models.</typeparam>
    /// <param name="folder">Where its files are; the cache of Hugging Face's tools unless given, see <see cref="Pretrained.Find"/>.</param>
    /// <param name="settings">How texts are treated, where the files do not say.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="FileNotFoundException">The files are not there; the message says what brings them.</exception>
    /// <exception cref="InvalidDataException">A file is not as expected.</exception>
    /// <exception cref="WeightsException">The weights do not fit.</exception>
    public static Task<TextClassifier> LoadAsync<TModel>(string? folder = null, TextSettings? settings = null, CancellationToken cancellation = default)
        where TModel : IPretrainedClassifier => Task.Run(() => TModel.Open(folder ?? TModel.Source.Find(), settings), cancellation);

    /// <summary>The labels of a text, the likeliest first.</summary>
    /// <param name="text">The text.</param>
    /// <param name="second">The second of a pair, such as the hypothesis beside a premise.</param>
    /// <param name="cancellation">Ends the wait for a session.</param>
    /// <exception cref="ArgumentException">The text has no tokens, or too many where none is to be cut.</exception>
    /// <exception cref="InvalidOperationException">The scores are not finite: the weights are damaged, or not this model's.</exception>
    public IReadOnlyList<LabelScore> Classify(string text, string? second = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Run(1, _ => (text, second), null, cancellation)[0];
    }

    /// <summary>The labels of texts, in their order, of each the likeliest first.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="progress">Is told how many are done.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text is null, or has no tokens, or too many where none is to be cut; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The scores are not finite: the weights are damaged, or not this model's.</exception>
    public IReadOnlyList<IReadOnlyList<LabelScore>> Classify(IReadOnlyList<string> texts, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Run(texts.Count, i => (texts[i], null), progress, cancellation);
    }

    /// <summary>The labels of pairs, in their order, of each the likeliest first.</summary>
    /// <param name="pairs">The pairs, such as premises with hypotheses.</param>
    /// <param name="progress">Is told how many are done.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text is null, or a pair has no tokens, or too many where none is to be cut; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The scores are not finite: the weights are damaged, or not this model's.</exception>
    public IReadOnlyList<IReadOnlyList<LabelScore>> Classify(IReadOnlyList<(string First, string Second)> pairs, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Run(pairs.Count, i => (pairs[i].First, pairs[i].Second ?? throw new ArgumentException($"The second text of pair {i} is null.")), progress, cancellation);
    }

    /// <summary>Ends the sessions, and what this object owns.</summary>
    public void Dispose() => _stage.Dispose();

    private IReadOnlyList<LabelScore>[] Run(int count, Func<int, (string, string?)> text, IProgress<int>? progress, CancellationToken cancellation)
    {
        var results = new IReadOnlyList<LabelScore>[count];
        _stage.Run(count, text, Take, null, progress, cancellation);
        return results;

        void Take(TokenBatch batch, Rows rows)
        {
            for (int i = 0; i < rows.Count; i++)
            {
                Probabilities.Check(rows[i], batch.Texts[i]);
                float[] probabilities = rows[i].ToArray();
                if (IsMultiLabel) Probabilities.Sigmoid(probabilities);
                else Probabilities.Softmax(probabilities);
                LabelScore[] scores = [.. _labels.Zip(probabilities, (label, score) => new LabelScore(label, score))];
                results[batch.Texts[i]] = [.. scores.OrderByDescending(score => score.Score)];
            }
        }
    }
}
