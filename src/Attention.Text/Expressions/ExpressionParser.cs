using System.Globalization;

namespace Attention.Text;

/// <summary>
/// Reads the regular expressions of pre-tokenizers: what Oniguruma, the reference's engine, makes of alternation, groups, classes with
/// intersections, properties by general category, repetition, and what follows or not. All else is refused, never guessed.
/// </summary>
internal ref struct ExpressionParser(string pattern)
{
    private const int MaxRepeat = 1000, MaxDepth = 50;
    private int _at, _depth, _classes;
    private bool _ignoresCase;

    /// <exception cref="FormatException">The expression is none, or says what is not known.</exception>
    public static ExpressionNode Parse(string pattern)
    {
        var parser = new ExpressionParser(pattern);
        ExpressionNode node = parser.Alternatives();
        return parser._at == pattern.Length ? node : throw parser.Error("')' closes nothing");
    }

    private readonly bool AtEnd => _at >= pattern.Length;

    private readonly char Peek => _at < pattern.Length ? pattern[_at] : '\0';

    private bool Take(string text)
    {
        if (string.CompareOrdinal(pattern, _at, text, 0, text.Length) != 0) return false;
        _at += text.Length;
        return true;
    }

    private readonly FormatException Error(string message) => new($"the expression '{pattern}' at {_at}: {message}");

    private ExpressionNode Alternatives()
    {
        if (++_depth > MaxDepth) throw Error($"more than {MaxDepth} groups in one another");
        var parts = new List<ExpressionNode> { Sequence() };
        while (Take("|")) parts.Add(Sequence());
        _depth--;
        return parts.Count == 1 ? parts[0] : new ExpressionNode.Alternatives(parts);
    }

    private ExpressionNode Sequence()
    {
        var parts = new List<ExpressionNode>();
        char last = '\0';
        while (!AtEnd && Peek is not '|' and not ')')
        {
            char first = Peek;
            ExpressionNode part = Repeated(Atom());
            if (_ignoresCase && part is ExpressionNode.One && FoldsTogether(last, first)) throw Error($"'{last}{first}' without case is also one sign, which is not known");
            last = part is ExpressionNode.One ? first : '\0';
            parts.Add(part);
        }
        return parts.Count == 1 ? parts[0] : new ExpressionNode.Sequence(parts);
    }

    /// <summary>Letters that are also one code point where case does not count: ss as ß, st, ff, fi and fl as ligatures.</summary>
    private static bool FoldsTogether(char first, char second) => ((char)(first | 0x20), (char)(second | 0x20)) is ('s', 's' or 't') or ('f', 'f' or 'i' or 'l');

    private ExpressionNode Repeated(ExpressionNode part)
    {
        while (!AtEnd)
        {
            int start = _at;
            (int min, int? max, bool interval) = (0, (int?)null, false);
            if (Take("*")) { }
            else if (Take("+")) min = 1;
            else if (Take("?")) max = 1;
            else if (Peek == '{' && Interval(out min, out max)) interval = true;
            else break;
            if (part is ExpressionNode.Ahead or ExpressionNode.Anchor) throw Error("a place is repeated");
            if (max < min) throw Error($"from {min} to {max}");
            RepeatKind kind = RepeatKind.Greedy;
            if (interval && Peek is '?' or '+' && interval) throw Error("what follows an interval means different things to different engines");
            if (Take("?")) kind = RepeatKind.Lazy;
            else if (Take("+")) kind = RepeatKind.Possessive;
            part = new ExpressionNode.Repeat(part, min, max, kind);
        }
        return part;
    }

    private bool Interval(out int min, out int? max)
    {
        int start = _at++;
        (min, max) = (0, null);
        bool hasMin = Number(out int first), comma = Take(","), hasMax = comma && Number(out int second) && (max = second) >= 0;
        if (!Take("}") || !(hasMin || hasMax)) throw Error("expected an interval as {2,5}");
        if (hasMin) min = first;
        if (!comma) max = first;
        return true;
    }

    private bool Number(out int value)
    {
        int start = _at;
        while (char.IsAsciiDigit(Peek)) _at++;
        value = 0;
        if (_at == start) return false;
        return int.TryParse(pattern.AsSpan(start, _at - start), NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= MaxRepeat
            ? true : throw Error($"more than {MaxRepeat} repetitions");
    }

    private ExpressionNode Atom()
    {
        switch (Peek)
        {
            case '(':
                return Group();
            case '[':
                return new ExpressionNode.One(Class());
            case '.':
                _at++;
                return new ExpressionNode.One(c => c != '\n');
            case '^':
                _at++;
                return new ExpressionNode.Anchor(AnchorKind.LineStart);
            case '$':
                _at++;
                return new ExpressionNode.Anchor(AnchorKind.LineEnd);
            case '*' or '+' or '?':
                throw Error("nothing to repeat");
            case '\\' when Take("\\A"):
                return new ExpressionNode.Anchor(AnchorKind.TextStart);
            case '\\' when Take("\\z"):
                return new ExpressionNode.Anchor(AnchorKind.TextEnd);
            case '\\':
                return Escape(out int escaped) is { } rule ? new ExpressionNode.One(rule) : One(escaped);
            default:
                return One(CodePoint());
        }
    }

    private ExpressionNode Group()
    {
        _at++;
        bool outer = _ignoresCase, negative = false, ahead = false;
        if (Take("?i:")) _ignoresCase = true;
        else if (Take("?="))
            ahead = true;
        else if (Take("?!"))
            ahead = negative = true;
        else if (!Take("?:") && Peek == '?')
            throw Error("this kind of group is not known; known are (?:, (?i:, (?= and (?!");
        ExpressionNode node = Alternatives();
        if (!Take(")")) throw Error("a group is not closed");
        _ignoresCase = outer;
        return ahead ? new ExpressionNode.Ahead(node, negative) : node;
    }

    private readonly ExpressionNode.One One(int codePoint) => new(Literal(codePoint), codePoint < 0x80 && !_ignoresCase);

    /// <summary>A literal; without case, what folds to the same: of ASCII's letters the other case, and the long s and the Kelvin sign.</summary>
    private readonly Func<int, bool> Literal(int codePoint)
    {
        if (!_ignoresCase) return c => c == codePoint;
        if (codePoint >= 0x80) throw Error("without case, letters beyond ASCII are not known");
        if (!char.IsAsciiLetter((char)codePoint)) return c => c == codePoint;
        int lower = codePoint | 0x20;
        return c => (c < 0x80 && (c | 0x20) == lower) || (c == 0x17F && lower == 's') || (c == 0x212A && lower == 'k');
    }

    private int CodePoint()
    {
        int codePoint = Surrogates.CodePointAt(pattern, _at, out int units);
        _at += units;
        return codePoint;
    }

    /// <summary>A class of code points, or null and the code point that is meant.</summary>
    private Func<int, bool>? Escape(out int codePoint)
    {
        codePoint = -1;
        _at++;
        if (AtEnd) throw Error("a '\\' stands at the end");
        char kind = pattern[_at++];
        switch (kind)
        {
            case 's':
                return CodePoints.IsWhiteSpace;
            case 'S':
                return c => !CodePoints.IsWhiteSpace(c);
            case 'd':
                return c => CodePoints.Category(c) == 8;
            case 'D':
                return c => CodePoints.Category(c) != 8;
            case 'w' or 'W':
                return Word(kind == 'W');
            case 'p' or 'P':
                return Property(kind == 'P');
        }
        codePoint = kind switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'f' => '\f',
            'v' => '\v',
            'a' => '\a',
            'e' => 0x1B,
            'u' => Hex(4),
            'x' when Take("{") => HexInBraces(),
            'x' => Hex(2),
            _ when !char.IsAsciiLetterOrDigit(kind) && kind < 0x80 => kind,
            _ => throw Error($"the escape '\\{kind}' is not known"),
        };
        return null;
    }

    /// <summary>Letters, marks, digits and connectors; alone, but not in a class, Latin-1's superscripts and fractions are such to the reference, too.</summary>
    private readonly Func<int, bool> Word(bool negative)
    {
        bool inClass = _classes > 0;
        return c => (CodePoints.Has(c, Traits.ExpressionWord) && !(inClass && c < 0x100 && CodePoints.Category(c) == 10)) != negative;
    }

    private int Hex(int digits)
    {
        if (_at + digits > pattern.Length || !int.TryParse(pattern.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
            throw Error($"expected {digits} hexadecimal digits");
        _at += digits;
        // Beyond ASCII, \xHH is a byte to the reference.
        return digits > 2 || value < 0x80 ? value : throw Error("a byte above 7F is no code point");
    }

    private int HexInBraces()
    {
        int end = pattern.IndexOf('}', _at);
        if (end < 0 || !int.TryParse(pattern.AsSpan(_at, end - _at), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) || value is < 0 or > 0x10FFFF)
            throw Error("expected a code point as {1F600}");
        _at = end + 1;
        return value;
    }

    private Func<int, bool> Property(bool negative)
    {
        int end = pattern.IndexOf('}', _at);
        if (!Take("{") || end < 0) throw Error("expected a property as {Lu}");
        if (Take("^")) negative = !negative;
        string name = pattern[_at..end];
        uint categories = GeneralCategories.Named(name);
        if (categories == 0) throw Error($"the property '{name}' is not known; known are general categories as L and Lu");
        _at = end + 1;
        return c => (categories >> CodePoints.Category(c) & 1) != 0 != negative;
    }

    /// <summary>A class in brackets: ranges, classes within, and what they have in common (&amp;&amp;).</summary>
    private Func<int, bool> Class()
    {
        _at++;
        if (++_depth > MaxDepth) throw Error($"more than {MaxDepth} classes in one another");
        _classes++;
        bool negative = Take("^");
        if (Peek == ']') throw Error("a class is empty");
        if (Peek == '[' && _at + 1 < pattern.Length && pattern[_at + 1] == ':') throw Error("classes as [:alpha:] are not known");
        var parts = new List<Func<int, bool>>();
        Func<int, bool>? common = null;
        while (Peek != ']')
        {
            if (AtEnd) throw Error("a class is not closed");
            if (Take("&&"))
            {
                common = Both(common, AnyOf(parts));
                parts = [];
                continue;
            }
            parts.Add(Peek == '[' ? Class() : Item());
        }
        _at++;
        _classes--;
        _depth--;
        Func<int, bool> rule = Both(common, AnyOf(parts));
        return negative ? c => !rule(c) : rule;
    }

    private static Func<int, bool> AnyOf(List<Func<int, bool>> parts) => parts.Count == 1 ? parts[0] : c => parts.Exists(part => part(c));

    private static Func<int, bool> Both(Func<int, bool>? first, Func<int, bool> second) => first is null ? second : c => first(c) && second(c);

    /// <summary>A code point, a range of them, or an escape's class.</summary>
    private Func<int, bool> Item()
    {
        int first;
        if (Peek == '\\')
        {
            if (Escape(out first) is { } escaped) return escaped;
        }
        else
        {
            first = CodePoint();
        }
        bool range = Peek == '-' && _at + 1 < pattern.Length && pattern[_at + 1] != ']';
        if (!range) return Literal(first);
        _at++;
        if (Peek == '[') throw Error("a range ends in a class");
        int last;
        if (Peek == '\\')
        {
            if (Escape(out last) is not null) throw Error("a range ends in a class");
        }
        else
        {
            last = CodePoint();
        }
        if (last < first) throw Error("a range ends before it begins");
        if (_ignoresCase) throw Error("without case, ranges are not known");
        return c => c >= first && c <= last;
    }
}
