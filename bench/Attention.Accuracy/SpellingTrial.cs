using Attention.Dsl;

namespace Attention.Accuracy;

/// <summary>A word's letters, the end among them, and what may be said.</summary>
internal sealed record Word(int[] Letters, string[] Accepted);

/// <summary>Words spoken greedily; the rows are the logits of what is said in float32.</summary>
internal sealed class SpellingTrial(string name, string? missing, Func<ILevel, Decoding> open, Func<(Word[] Words, Func<int[], string> Read)> read) : Trial
{
    private const int Begin = 1;

    private static readonly GreedySearch s_greedy = new() { Begin = Begin, End = 2 };

    public override string Name => name;

    public override string Told => "words that equal no accepted pronunciation; words said as in float32; errors of logits, of the row's norm";

    public override string? Missing => missing;

    public override Answers Run(ILevel level, Answers? exact)
    {
        (Word[] words, Func<int[], string> text) = read();
        using Decoding model = open(level);
        var said = new int[words.Length][];
        var rows = new List<float[]>();
        for (int i = 0; i < words.Length; i++)
        {
            model.Source!.Forward(words[i].Letters);
            said[i] = new TokenSequence(model.Target, s_greedy).ToArray();
            rows.AddRange(model.LogitsBehind([Begin, .. (exact?.Said ?? said)[i]]));
        }
        int wrong = words.Zip(said).Count(pair => !pair.First.Accepted.Contains(text(pair.Second)));
        return new($"{wrong} of {words.Length}", said, rows);
    }
}
