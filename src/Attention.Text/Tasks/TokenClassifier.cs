using Attention.Dsl;

namespace Attention.Text;

/// <summary>What is named in a text.</summary>
/// <param name="Label">Of what kind it is, without the marks of a beginning (<c>B-</c>) and of what follows (<c>I-</c>).</param>
/// <param name="Start">Where it begins in the text, in UTF-16 units.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Score">The mean of its words' probabilities.</param>
public readonly record struct Entity(string Label, int Start, int End, float Score);

/// <summary>Which of a word's tokens say what the word is.</summary>
public enum WordScores
{
    /// <summary>The first one.</summary>
    First,

    /// <summary>The mean of all.</summary>
    Average,

    /// <summary>The one that is surest.</summary>
    Max,
}

/// <summary>
/// The words of a text to labels, and neighbours of one label to entities, by a model that scores every token: names, places, parts of speech (Devlin et al. 2019,
/// section 5.3). The stage ends in a <c>[Linear]</c> map of each row; labels are those of config.json. Any number of threads may call.
/// </summary>
/// <remarks>Weights belong to the model, which outlives this object.</remarks>
public sealed class TokenClassifier : IDisposable
{
    private const string Outside = "O";

    private readonly TextStage _stage;
    private readonly string[] _labels;
    private readonly WordScores _words;

    private TokenClassifier(TextStage stage, string[] labels, WordScores words)
    {
        if (labels.Length != stage.Width)
        {
            stage.Dispose();
            throw new InvalidDataException($"Expected as many labels as the model has scores, {stage.Width}, found {labels.Length}.");
        }
        (_stage, _labels, _words) = (stage, labels, words);
    }

    /// <summary>The labels, in the order of the model's scores.</summary>
    public IReadOnlyList<string> Labels => _labels;

    /// <summary>The most tokens of a text, special ones included; what is beyond has no entities.</summary>
    public int MaxLength => _stage.MaxLength;

    /// <summary>A classifier of a model that is a stage itself.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="folder">The checkpoint's folder, with tokenizer and config.json, of which <c>id2label</c> are the labels.</param>
    /// <param name="settings">How texts are run.</param>
    /// <param name="words">Which of a word's tokens count.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, or there are not as many labels as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static TokenClassifier Of<TSession>(Func<SessionSettings?, TSession> createSession, string folder, TextSettings? settings = null, WordScores words = WordScores.First)
        where TSession : class, IEncoder, IBatchEncoder, IDisposable => Of(createSession, session => session, folder, settings, words);

    /// <summary>A classifier of one stage of a model.</summary>
    /// <param name="createSession">The model's CreateSession.</param>
    /// <param name="stage">The session's stage.</param>
    /// <param name="folder">The checkpoint's folder, with tokenizer and config.json, of which <c>id2label</c> are the labels.</param>
    /// <param name="settings">How texts are run.</param>
    /// <param name="words">Which of a word's tokens count.</param>
    /// <exception cref="FileNotFoundException">The folder has no tokenizer.</exception>
    /// <exception cref="InvalidDataException">A file of it is not as expected, or there are not as many labels as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is less than 1.</exception>
    public static TokenClassifier Of<TSession, TStage>(
        Func<SessionSettings?, TSession> createSession, Func<TSession, TStage> stage, string folder, TextSettings? settings = null, WordScores words = WordScores.First)
        where TSession : class, IDisposable
        where TStage : IEncoder, IBatchEncoder
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = new ModelFolder(folder);
        Tokenizer tokenizer = Tokenizer.Load(folder);
        string[] labels = files.Labels() ?? throw new InvalidDataException($"{Path.Combine(folder, "config.json")}: expected labels in id2label, found none.");
        return new(TextStage.Of(createSession, stage, it => (it.Length, it.Width), tokenizer, files.MaxLength(tokenizer), settings), labels, words);
    }

    /// <summary>The entities of a text, in its order.</summary>
    /// <exception cref="ArgumentException">The text has no tokens, or too many where none is to be cut.</exception>
    /// <exception cref="InvalidOperationException">The scores are not finite: the weights are damaged, or not this model's.</exception>
    public IReadOnlyList<Entity> Find(string text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Find([text], null, cancellation)[0];
    }

    /// <summary>The entities of texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="progress">Is told how many are done.</param>
    /// <param name="cancellation">Ends the work between two batches.</param>
    /// <exception cref="ArgumentException">A text is null, or has no tokens, or too many where none is to be cut; the message says which.</exception>
    /// <exception cref="InvalidOperationException">The scores are not finite: the weights are damaged, or not this model's.</exception>
    public IReadOnlyList<IReadOnlyList<Entity>> Find(IReadOnlyList<string> texts, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var results = new IReadOnlyList<Entity>[texts.Count];
        _stage.Run(texts.Count, i => (texts[i], null), Take, null, progress, cancellation);
        return results;

        void Take(TokenBatch batch, Rows rows)
        {
            if (rows.Count != batch.Tokens.Length)
                throw new InvalidOperationException($"Expected a stage with a row for each of {batch.Tokens.Length} tokens, found one with {rows.Count}.");
            int first = 0;
            for (int i = 0; i < batch.Lengths.Length; first += batch.Lengths[i++])
            {
                int text = batch.Texts[i];
                var scores = new float[batch.Lengths[i]][];
                for (int token = 0; token < scores.Length; token++)
                {
                    Probabilities.Check(rows[first + token], text);
                    Probabilities.Softmax(scores[token] = rows[first + token].ToArray());
                }
                results[text] = Join(Words(_stage.Tokenizer.Encode(texts[text], _stage.Options), scores));
            }
        }
    }

    /// <summary>Ends the sessions; the model lives on.</summary>
    public void Dispose() => _stage.Dispose();

    /// <summary>The label of each word.</summary>
    private List<(int Label, float Score, int Start, int End)> Words(EncodedText text, float[][] scores)
    {
        var words = new List<(int Label, float Score, int Start, int End)>();
        for (int first = 0, end; first < text.Ids.Length; first = end)
        {
            for (end = first + 1; end < text.Ids.Length && text.Words[end] == text.Words[first];) end++;
            if (text.Words[first] < 0) continue;
            float[] word = _words switch
            {
                WordScores.Average => [.. Enumerable.Range(0, _labels.Length).Select(label => scores[first..end].Average(token => token[label]))],
                WordScores.Max => scores[first..end].MaxBy(token => token.Max())!,
                _ => scores[first],
            };
            int label = Array.IndexOf(word, word.Max());
            words.Add((label, word[label], text.Offsets[first].Start.Value, text.Offsets[end - 1].End.Value));
        }
        return words;
    }

    /// <summary>Neighbouring words of one label as one entity, unless the second begins another.</summary>
    private List<Entity> Join(List<(int Label, float Score, int Start, int End)> words)
    {
        var entities = new List<Entity>();
        for (int first = 0, end; first < words.Count; first = end)
        {
            (_, string label) = Parts(words[first].Label);
            float sum = words[first].Score;
            for (end = first + 1; end < words.Count && Parts(words[end].Label) is (false, string next) && next == label; end++) sum += words[end].Score;
            if (label != Outside) entities.Add(new(label, words[first].Start, words[end - 1].End, sum / (end - first)));
        }
        return entities;
    }

    private (bool Begins, string Label) Parts(int label)
    {
        string name = _labels[label];
        return name.StartsWith("B-", StringComparison.Ordinal) ? (true, name[2..]) : (false, name.StartsWith("I-", StringComparison.Ordinal) ? name[2..] : name);
    }
}
