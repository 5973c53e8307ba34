namespace Attention.Text;

/// <summary>What a step does.</summary>
internal enum StepKind
{
    /// <summary>Takes one code point of the set.</summary>
    One,

    /// <summary>Takes as many of the set as follow, up to <see cref="Step.Most"/>; gives back one by one.</summary>
    Loop,

    /// <summary>As <see cref="Loop"/>, and gives nothing back.</summary>
    PossessiveLoop,

    /// <summary>Goes on at <see cref="Step.Target"/>, and where that leads to no match at <see cref="Step.Other"/>.</summary>
    Either,

    /// <summary>Goes on at <see cref="Step.Target"/>.</summary>
    Jump,

    /// <summary>Goes on if one code point of the set follows, or does not.</summary>
    AheadOne,

    /// <summary>Goes on if the program <see cref="Step.Target"/> matches here, or does not.</summary>
    Ahead,

    /// <summary>Goes on at a place.</summary>
    Anchor,

    /// <summary>Is a match.</summary>
    Match,
}

/// <summary>A step of a program.</summary>
internal struct Step
{
    public StepKind Kind;
    public CodePointSet? Set;
    public int Target, Other, Most;
    public bool Negative;
    public AnchorKind Place;

    /// <summary>
    /// Of <see cref="StepKind.Either"/>: by the ASCII sign that stands here, and last for all else, the step that alone may lead on;
    /// -1 where both ways may.
    /// </summary>
    public short[]? Routes;
}

/// <summary>Turns an expression into steps.</summary>
internal sealed class ExpressionCompiler
{
    private const int MaxSteps = 5000;
    private readonly List<Step> _steps = [];
    private readonly List<Step[]> _aheads;
    private readonly Dictionary<Func<int, bool>, CodePointSet> _sets;

    private ExpressionCompiler(List<Step[]> aheads, Dictionary<Func<int, bool>, CodePointSet> sets) => (_aheads, _sets) = (aheads, sets);

    /// <summary>The program, and those that it looks ahead with.</summary>
    /// <exception cref="FormatException">The expression is too large, or repeats what it cannot.</exception>
    public static (Step[] Program, Step[][] Aheads) Compile(ExpressionNode node)
    {
        if (node.IsNullable) throw new FormatException("the expression matches the empty text, where it would split anywhere");
        var aheads = new List<Step[]>();
        Step[] program = new ExpressionCompiler(aheads, []).Program(node);
        return (program, [.. aheads]);
    }

    private Step[] Program(ExpressionNode node)
    {
        Write(node);
        Add(new() { Kind = StepKind.Match });
        Step[] steps = [.. _steps];
        var begins = new (UInt128 Ascii, bool Other)[steps.Length];
        for (int i = 0; i < steps.Length; i++) begins[i] = Begins(i, []);
        for (int i = 0; i < steps.Length; i++)
        {
            if (steps[i].Kind == StepKind.Either) steps[i].Routes = [.. Enumerable.Range(0, 129).Select(sign => (short)Route(i, sign, begins))];
        }
        return steps;
    }

    /// <summary>Where the steps lead for a sign without a choice.</summary>
    private int Route(int number, int sign, (UInt128 Ascii, bool Other)[] begins)
    {
        bool Leads(int to) => sign < 128 ? (begins[to].Ascii >> sign & UInt128.One) != 0 : begins[to].Other;
        int at = number;
        for (int hops = 0; hops < _steps.Count; hops++)
        {
            Step step = _steps[at];
            if (step.Kind == StepKind.Jump) at = step.Target;
            else if (step.Kind != StepKind.Either) return at;
            else if (!Leads(step.Target)) at = step.Other;
            else if (!Leads(step.Other)) at = step.Target;
            else return at == number ? -1 : at;
        }
        return -1;
    }

    private int Add(Step step)
    {
        if (_steps.Count >= MaxSteps) throw new FormatException($"the expression has more than {MaxSteps} steps");
        _steps.Add(step);
        return _steps.Count - 1;
    }

    private void Write(ExpressionNode node)
    {
        switch (node)
        {
            case ExpressionNode.One one:
                Add(new() { Kind = StepKind.One, Set = SetOf(one) });
                break;
            case ExpressionNode.Sequence sequence:
                foreach (ExpressionNode part in sequence.Parts) Write(part);
                break;
            case ExpressionNode.Alternatives alternatives:
                WriteAlternatives(alternatives.Parts);
                break;
            case ExpressionNode.Ahead { Part: ExpressionNode.One one } ahead:
                Add(new() { Kind = StepKind.AheadOne, Set = SetOf(one), Negative = ahead.Negative });
                break;
            case ExpressionNode.Ahead ahead:
                Step[] program = new ExpressionCompiler(_aheads, _sets).Program(ahead.Part);
                _aheads.Add(program);
                Add(new() { Kind = StepKind.Ahead, Target = _aheads.Count - 1, Negative = ahead.Negative });
                break;
            case ExpressionNode.Anchor anchor:
                Add(new() { Kind = StepKind.Anchor, Place = anchor.Kind });
                break;
            case ExpressionNode.Repeat repeat:
                WriteRepeat(repeat);
                break;
        }
    }

    private CodePointSet SetOf(ExpressionNode.One one)
    {
        if (!_sets.TryGetValue(one.Rule, out CodePointSet? set)) _sets.Add(one.Rule, set = new(one.Rule, one.IsAscii));
        return set;
    }

    private void WriteAlternatives(IReadOnlyList<ExpressionNode> parts)
    {
        var ends = new List<int>();
        for (int i = 0; i < parts.Count - 1; i++)
        {
            int either = Add(new() { Kind = StepKind.Either });
            Write(parts[i]);
            ends.Add(Add(new() { Kind = StepKind.Jump }));
            _steps[either] = _steps[either] with { Target = either + 1, Other = _steps.Count };
        }
        Write(parts[^1]);
        foreach (int end in ends) _steps[end] = _steps[end] with { Target = _steps.Count };
    }

    private void WriteRepeat(ExpressionNode.Repeat repeat)
    {
        for (int i = 0; i < repeat.Min; i++) Write(repeat.Part);
        int? more = repeat.Max - repeat.Min;
        if (more == 0) return;
        if (repeat.Part is ExpressionNode.One one && repeat.Kind != RepeatKind.Lazy)
        {
            StepKind kind = repeat.Kind == RepeatKind.Possessive ? StepKind.PossessiveLoop : StepKind.Loop;
            Add(new() { Kind = kind, Set = SetOf(one), Most = more ?? int.MaxValue });
            return;
        }
        if (repeat.Kind == RepeatKind.Possessive) throw new FormatException("only a class may be repeated possessively");
        if (more is null && repeat.Part.IsNullable) throw new FormatException("what may be empty is repeated without end");
        bool lazy = repeat.Kind == RepeatKind.Lazy;
        var eithers = new List<int>();
        for (int i = 0; i < (more ?? 1); i++)
        {
            eithers.Add(Add(new() { Kind = StepKind.Either }));
            Write(repeat.Part);
        }
        if (more is null) Add(new() { Kind = StepKind.Jump, Target = eithers[0] });
        foreach (int either in eithers)
        {
            (int again, int end) = (either + 1, _steps.Count);
            _steps[either] = _steps[either] with { Target = lazy ? end : again, Other = lazy ? again : end };
        }
    }

    /// <summary>The ASCII signs with which a match from a step may begin, and whether it may begin with others, or with none.</summary>
    private (UInt128 Ascii, bool Other) Begins(int at, HashSet<int> seen)
    {
        if (!seen.Add(at)) return (0, false);
        Step step = _steps[at];
        switch (step.Kind)
        {
            case StepKind.One:
                return Begins(step.Set!);
            case StepKind.Loop or StepKind.PossessiveLoop:
                return Either(Begins(step.Set!), Begins(at + 1, seen));
            case StepKind.Either:
                return Either(Begins(step.Target, seen), Begins(step.Other, seen));
            case StepKind.Jump:
                return Begins(step.Target, seen);
            default:
                return (UInt128.MaxValue, true);
        }
    }

    private static (UInt128, bool) Begins(CodePointSet set)
    {
        UInt128 ascii = 0;
        for (int c = 0; c < 128; c++)
        {
            if (set.HasUnit(c)) ascii |= UInt128.One << c;
        }
        return (ascii, !set.IsAscii);
    }

    private static (UInt128, bool) Either((UInt128 Ascii, bool Other) first, (UInt128 Ascii, bool Other) second) => (first.Ascii | second.Ascii, first.Other || second.Other);
}
