namespace Attention.Text;

/// <summary>
/// A regular expression over code points, with the meaning of a backtracking engine and a time that grows with the text's length alone:
/// once a search has cost more than it should, choices that have led to no match are marked, and none is tried twice.
/// </summary>
internal sealed class Expression
{
    private readonly Step[] _steps;
    private readonly Step[][] _aheads;

    /// <summary>Of each step the number of its mark; -1 if it needs none.</summary>
    private readonly int[] _marks;

    /// <exception cref="FormatException">The expression is none, or says what is not known.</exception>
    public Expression(string pattern)
    {
        (_steps, _aheads) = ExpressionCompiler.Compile(ExpressionParser.Parse(pattern));
        _marks = new int[_steps.Length];
        for (int i = 0; i < _steps.Length; i++)
            _marks[i] = _steps[i] is { Kind: StepKind.Either } or { Kind: StepKind.Loop, Most: int.MaxValue } ? MarkCount++ : -1;
    }

    internal ReadOnlySpan<Step> Steps => _steps;

    internal ReadOnlySpan<int> Marks => _marks;

    internal int MarkCount { get; }

    internal int AheadCount => _aheads.Length;

    /// <summary>At which places of a text, its end included, a program that is looked ahead with matches: from the end back, so in one pass.</summary>
    internal bool[] AheadPlaces(int ahead, ReadOnlySpan<char> text)
    {
        Step[] steps = _aheads[ahead];
        var places = new bool[text.Length + 1];
        bool[] next = new bool[steps.Length], current = new bool[steps.Length];
        for (int at = text.Length; at >= 0; at--)
        {
            if (at < text.Length && char.IsLowSurrogate(text[at])) continue;
            Array.Clear(current);
            for (bool changed = true; changed;)
            {
                changed = false;
                for (int i = steps.Length - 1; i >= 0; i--)
                {
                    if (current[i] || !Holds(steps[i], i, text, at, current, next)) continue;
                    current[i] = changed = true;
                }
            }
            places[at] = current[0];
            (current, next) = (next, current);
        }
        return places;
    }

    private bool Holds(in Step step, int number, ReadOnlySpan<char> text, int at, bool[] current, bool[] next) => step.Kind switch
    {
        StepKind.One => at < text.Length && step.Set!.HasAt(text, at, out _) && next[number + 1],
        StepKind.Loop when step.Most == int.MaxValue => current[number + 1] || (at < text.Length && step.Set!.HasAt(text, at, out _) && next[number]),
        StepKind.Either => current[step.Target] || current[step.Other],
        StepKind.Jump => current[step.Target],
        StepKind.AheadOne => (at < text.Length && step.Set!.HasAt(text, at, out _)) != step.Negative && current[number + 1],
        StepKind.Anchor => IsAt(step.Place, text, at) && current[number + 1],
        StepKind.Match => true,
        _ => throw new FormatException("what is looked ahead for is not known"),
    };

    internal static bool IsAt(AnchorKind place, ReadOnlySpan<char> text, int at) => place switch
    {
        AnchorKind.TextStart => at == 0,
        AnchorKind.TextEnd => at == text.Length,
        AnchorKind.LineStart => at == 0 || (text[at - 1] == '\n' && at < text.Length),
        _ => at == text.Length || text[at] == '\n',
    };
}
