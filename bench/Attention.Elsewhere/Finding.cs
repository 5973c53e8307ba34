namespace Attention.Elsewhere;

/// <summary>What came of something that was run on one system, a line that another system's is compared with.</summary>
/// <param name="Set">The instruction set that it was asked to compute with, or a dash.</param>
/// <param name="Name">What was run.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Bits">The hash of all that was computed, empty where nothing of it was looked at.</param>
/// <param name="Right">How many words are pronounced as the dictionary has them.</param>
/// <param name="Words">Of how many.</param>
/// <param name="Text">Why it was skipped, or failed.</param>
internal sealed record Finding(string Set, string Name, Outcome Outcome, string Bits, int Right = 0, int Words = 0, string Text = "")
{
    public static Finding? Parse(string line) =>
        line.Split('\t') is [string set, string name, string outcome, string bits, string right, string words, string text] && Enum.TryParse(outcome, out Outcome ended)
            ? new(set, name, ended, bits, int.Parse(right), int.Parse(words), text)
            : null;

    public string Line() => string.Join('\t', Set, OneLine(Name), Outcome, Bits, Right, Words, OneLine(Text));

    private static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}

/// <summary>How it ended.</summary>
internal enum Outcome
{
    Passed,
    Failed,
    Skipped,
}
