using System.Buffers;

namespace Attention.Text;

/// <summary>Finds an expression's matches in one text, one after the other.</summary>
internal ref struct ExpressionSearch
{
    /// <summary>What a search may cost for each unit of the text before it keeps marks.</summary>
    private const int StepsPerUnit = 64;

    /// <summary>A choice that is left: where to go on, at which place, and down to where a loop gives back (or -1).</summary>
    private record struct Choice(int Step, int At, int Down);

    private readonly Expression _expression;
    private readonly ReadOnlySpan<char> _text;
    private readonly bool[]?[]? _aheads;
    private Choice[] _choices = ArrayPool<Choice>.Shared.Rent(64);
    private int _choiceCount;
    private ulong[]? _marks;
    private long _cost;

    /// <param name="expression">The expression.</param>
    /// <param name="text">The text.</param>
    /// <param name="keepsMarks">Whether to keep marks from the start.</param>
    public ExpressionSearch(Expression expression, ReadOnlySpan<char> text, bool keepsMarks = false)
    {
        _expression = expression;
        _text = text;
        _aheads = expression.AheadCount == 0 ? null : new bool[expression.AheadCount][];
        if (keepsMarks) KeepMarks();
    }

    /// <summary>Steps that were taken: what the time is bounded by.</summary>
    public readonly long Cost => _cost;

    /// <summary>The first match that begins at or after a place.</summary>
    public bool Find(int from, out int start, out int end)
    {
        for (start = from; start < _text.Length; start += char.IsHighSurrogate(_text[start]) ? 2 : 1)
        {
            end = MatchAt(start);
            if (end < 0) continue;
            Unmark(end);
            return true;
        }
        end = start = _text.Length;
        return false;
    }

    public void Dispose()
    {
        ArrayPool<Choice>.Shared.Return(_choices);
        if (_marks is not null) ArrayPool<ulong>.Shared.Return(_marks);
    }

    private int MatchAt(int at)
    {
        ReadOnlySpan<Step> steps = _expression.Steps;
        _choiceCount = 0;
        int number = 0;
        while (true)
        {
            if (++_cost > StepsPerUnit * (at + 64L) && _marks is null) KeepMarks();
            ref readonly Step step = ref steps[number];
            bool goesOn;
            switch (step.Kind)
            {
                case StepKind.One:
                    goesOn = at < _text.Length && step.Set!.HasAt(_text, at, out int units) && (at += units) > 0;
                    number++;
                    break;
                case StepKind.Loop or StepKind.PossessiveLoop:
                    goesOn = TryLoop(step, number, ref at);
                    number++;
                    break;
                case StepKind.Either:
                    int sign = at < _text.Length && _text[at] < 128 ? _text[at] : 128;
                    int route = step.Routes![sign];
                    goesOn = route >= 0 || TryMark(number, at);
                    if (route < 0 && goesOn) Push(new(step.Other, at, -1));
                    number = route >= 0 ? route : step.Target;
                    break;
                case StepKind.Jump:
                    goesOn = true;
                    number = step.Target;
                    break;
                case StepKind.AheadOne:
                    goesOn = (at < _text.Length && step.Set!.HasAt(_text, at, out _)) != step.Negative;
                    number++;
                    break;
                case StepKind.Ahead:
                    goesOn = (_aheads![step.Target] ??= _expression.AheadPlaces(step.Target, _text))[at] != step.Negative;
                    number++;
                    break;
                case StepKind.Anchor:
                    goesOn = Expression.IsAt(step.Place, _text, at);
                    number++;
                    break;
                default:
                    return at;
            }
            if (!goesOn && !TryGoBack(out number, out at)) return -1;
        }
    }

    /// <summary>Takes all that the loop may; the places at which it may end before that are a choice.</summary>
    private bool TryLoop(in Step step, int number, ref int at)
    {
        int start = at, end = at, before = at;
        for (int left = step.Most; left > 0 && end < _text.Length && step.Set!.HasAt(_text, end, out int units); left--)
        {
            if (_marks is not null && !TryMark(number, end))
            {
                // From here on the loop has led to nothing: it may end before.
                if (end == start) return false;
                at = before;
                Push(new(number + 1, at, start));
                return true;
            }
            before = end;
            end += units;
        }
        _cost += (end - start) / 8;
        if (_marks is not null && !TryMark(number, end))
        {
            if (end == start) return false;
            end = before;
        }
        at = end;
        if (step.Kind == StepKind.Loop && end > start) Push(new(number + 1, end, start));
        return true;
    }

    private void Push(Choice choice)
    {
        if (choice.Down >= 0 && choice.At == choice.Down) return;
        if (_choiceCount == _choices.Length)
        {
            Choice[] larger = ArrayPool<Choice>.Shared.Rent(2 * _choiceCount);
            _choices.AsSpan(0, _choiceCount).CopyTo(larger);
            ArrayPool<Choice>.Shared.Return(_choices);
            _choices = larger;
        }
        _choices[_choiceCount++] = choice;
    }

    private bool TryGoBack(out int number, out int at)
    {
        (number, at) = (-1, -1);
        if (_choiceCount == 0) return false;
        ref Choice choice = ref _choices[_choiceCount - 1];
        number = choice.Step;
        if (choice.Down >= 0)
        {
            Surrogates.CodePointBefore(_text, choice.At, out int units);
            choice.At -= units;
        }
        at = choice.At;
        if (choice.Down < 0 || choice.At <= choice.Down) _choiceCount--;
        return true;
    }

    private void KeepMarks()
    {
        int size = (int)(((long)(_text.Length + 1) * _expression.MarkCount + 63) / 64);
        _marks = ArrayPool<ulong>.Shared.Rent(Math.Max(size, 1));
        Array.Clear(_marks);
    }

    /// <summary>Marks a choice at a place; false if it was marked, which means that it leads to no match.</summary>
    private readonly bool TryMark(int number, int at)
    {
        if (_marks is null || _expression.Marks[number] < 0) return true;
        long bit = (long)at * _expression.MarkCount + _expression.Marks[number];
        ref ulong word = ref _marks[bit >> 6];
        ulong mask = 1UL << (int)(bit & 63);
        if ((word & mask) != 0) return false;
        word |= mask;
        return true;
    }

    /// <summary>A match ends here: what was chosen here has led to one, and may again.</summary>
    private readonly void Unmark(int at)
    {
        for (int mark = 0; _marks is not null && mark < _expression.MarkCount; mark++)
        {
            long bit = (long)at * _expression.MarkCount + mark;
            _marks[bit >> 6] &= ~(1UL << (int)(bit & 63));
        }
    }
}
