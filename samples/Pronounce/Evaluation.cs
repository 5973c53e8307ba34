using System.Diagnostics;

namespace Pronounce;

/// <summary>A word that the model has not been trained on.</summary>
/// <param name="Word">Its spelling.</param>
/// <param name="Accepted">The dictionary's pronunciations, each a list of phonemes.</param>
/// <param name="Greedy">What greedy search gives when the model is computed in float64.</param>
public sealed record TestWord(string Word, string[][] Accepted, string[] Greedy)
{
    /// <summary>Reads a table: a line of headings, then word, pronunciations separated by <c>|</c> and greedy output, with tabs between.</summary>
    /// <exception cref="InvalidDataException">A line has not three columns.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TestWord[] Read(string path) => [.. File.ReadLines(path).Index().Skip(1).Select(line => line.Item.Split('\t') switch
    {
        [string word, string accepted, string greedy] => new TestWord(word, [.. accepted.Split('|').Select(Phonemes)], Phonemes(greedy)),
        { Length: int columns } => throw new InvalidDataException(
            $"{Path.GetFileName(path)}, line {line.Index + 1}: expected 3 columns separated by tabs, found {columns}."),
    })];

    private static string[] Phonemes(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>How many words, and how many of their phonemes, are wrong. Scores add up.</summary>
/// <param name="Words">How many words were pronounced.</param>
/// <param name="Wrong">How many of them equal none of their accepted pronunciations.</param>
/// <param name="WrongWithoutStress">As <paramref name="Wrong"/>, leaving the digits 0, 1, 2 after vowels out of the comparison.</param>
/// <param name="PhonemeErrors">
/// Phonemes to insert, remove or replace to reach the nearest accepted pronunciation, without stress. The nearest has
/// the fewest errors for its length; the first of equal ones.
/// </param>
/// <param name="Phonemes">How many phonemes those nearest pronunciations have.</param>
public readonly record struct Score(int Words, int Wrong, int WrongWithoutStress, int PhonemeErrors, int Phonemes)
{
    /// <summary>Scores one word against its accepted pronunciations, at least one.</summary>
    public static Score Of(string[] spoken, string[][] accepted)
    {
        string[] plain = WithoutStress(spoken);
        string[][] plainAccepted = [.. accepted.Select(WithoutStress)];
        string[] nearest = plainAccepted.MinBy(candidate => (double)Distance(plain, candidate) / candidate.Length)!;
        int errors = Distance(plain, nearest);
        return new Score(
            1,
            accepted.Any(spoken.SequenceEqual) ? 0 : 1,
            plainAccepted.Any(plain.SequenceEqual) ? 0 : 1,
            errors,
            nearest.Length);
    }

    /// <summary>The score of the words of both.</summary>
    public static Score operator +(Score a, Score b) => new(
        a.Words + b.Words,
        a.Wrong + b.Wrong,
        a.WrongWithoutStress + b.WrongWithoutStress,
        a.PhonemeErrors + b.PhonemeErrors,
        a.Phonemes + b.Phonemes);

    private static string[] WithoutStress(string[] phonemes) => [.. phonemes.Select(phoneme => phoneme.TrimEnd('0', '1', '2'))];

    /// <summary>Levenshtein's edit distance.</summary>
    private static int Distance(string[] from, string[] to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 0; i < from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < to.Length; j++)
            {
                int replaced = diagonal + (from[i] == to[j] ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(replaced, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[^1];
    }
}

/// <summary>Errors and speed of a <see cref="Speller"/> on test words.</summary>
/// <param name="Score">The errors.</param>
/// <param name="WordsPerSecond">Words pronounced in a second, one after the other.</param>
public readonly record struct Evaluation(Score Score, double WordsPerSecond)
{
    private const int WarmUp = 16;

    /// <summary>Pronounces all words after warming up with the first few; only the pronouncing is timed.</summary>
    /// <param name="speller">Pronounces them.</param>
    /// <param name="words">The words.</param>
    /// <param name="advance">Called after each word.</param>
    /// <exception cref="InvalidDataException">A word cannot be spelled with the model's letters.</exception>
    public static Evaluation Run(Speller speller, IReadOnlyCollection<TestWord> words, Action advance)
    {
        foreach (TestWord word in words.Take(WarmUp))
            Pronounce(speller, word);

        var score = new Score();
        var clock = new Stopwatch();
        foreach (TestWord word in words)
        {
            clock.Start();
            string[] spoken = Pronounce(speller, word);
            clock.Stop();
            score += Score.Of(spoken, word.Accepted);
            advance();
        }

        return new Evaluation(score, words.Count / clock.Elapsed.TotalSeconds);
    }

    private static string[] Pronounce(Speller speller, TestWord word) =>
        speller.TryPronounce(word.Word, out string[] phonemes, out string? problem) ? phonemes : throw new InvalidDataException(problem);
}
