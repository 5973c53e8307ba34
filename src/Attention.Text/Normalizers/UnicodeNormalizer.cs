using System.Buffers;

namespace Attention.Text;

/// <summary>Normalisation forms of Unicode (UAX #15): decomposed, canonically ordered, and composed where the form asks for it.</summary>
internal sealed class UnicodeNormalizer(bool compatibility, bool compose) : INormalizer
{
    public static readonly UnicodeNormalizer Nfc = new(false, true), Nfd = new(false, false), Nfkc = new(true, true), Nfkd = new(true, false);

    /// <summary>A code point with its canonical combining class and where it came from; the first of a decomposition, or not.</summary>
    private record struct Part(int CodePoint, int Class, int From, int To, bool IsFirst);

    public void Normalize(NormalizedText text)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int at = chars.IndexOfAnyExcept(UnitRanges.Whole);
        if (at < 0) return;
        var parts = new Parts();
        int kept = 0, before = Math.Max(0, at - 1);
        while (at < chars.Length)
        {
            int codePoint = Surrogates.CodePointAt(chars, at, out int units);
            if (!MayChange(codePoint))
            {
                (before, at) = (at, at + units);
                continue;
            }
            int from = compose ? before : at;
            if (!parts.IsRented) text.Begin();
            parts.Rent(chars.Length - from);
            text.Copy(kept, from);
            kept = Rewrite(text, from, ref parts);
            before = at = kept;
        }
        if (!parts.IsRented) return;
        text.Copy(kept, chars.Length);
        text.Commit();
        parts.Return();
    }

    /// <summary>Whether the code point may become another, change places with one before it, or be composed with it.</summary>
    private bool MayChange(int codePoint) => codePoint >= CodePoints.FirstDecomposed && (CodePoints.Has(codePoint, Traits.Decomposing)
        || (compatibility && CodePoints.IsDecomposed(codePoint)) || (compose && CodePoints.IsComposedWithStarter(codePoint)));

    /// <summary>Writes what stands from a place to before the next code point, but for the first, that may not change; where that is.</summary>
    private int Rewrite(NormalizedText text, int from, ref Parts parts)
    {
        ReadOnlySpan<char> chars = text.Chars;
        int at = from;
        do
        {
            int codePoint = Surrogates.CodePointAt(chars, at, out int units);
            if (at > from && !MayChange(codePoint)) break;
            Decompose(ref parts, codePoint, at, at + units);
            at += units;
        }
        while (at < chars.Length);
        Order(parts.Written);
        int count = compose ? Compose(parts.Written) : parts.Count;
        int start = 0, end = 0;
        foreach (Part part in parts.Written[..count])
        {
            // A mark between a letter and another that was composed with it ends where that one ended.
            (start, end) = (Math.Max(start, part.From), Math.Max(end, part.To));
            text.AppendCodePoint(part.CodePoint, start, end);
        }
        parts.Clear();
        return at;
    }

    private void Decompose(ref Parts parts, int codePoint, int from, int to)
    {
        if (Hangul.IsSyllable(codePoint))
        {
            Span<int> letters = stackalloc int[3];
            foreach (int letter in letters[..Hangul.Decompose(codePoint, letters)]) parts.Add(new(letter, 0, from, to, true));
            return;
        }
        ReadOnlySpan<char> decomposition = codePoint < CodePoints.FirstDecomposed ? default : CodePoints.Decomposition(codePoint, compatibility);
        if (decomposition.IsEmpty) parts.Add(new(codePoint, CodePoints.CombiningClass(codePoint), from, to, true));
        for (int at = 0; at < decomposition.Length;)
        {
            int inner = Surrogates.CodePointAt(decomposition, at, out int units);
            parts.Add(new(inner, CodePoints.CombiningClass(inner), from, to, at == 0));
            at += units;
        }
    }

    /// <summary>Sorts each run of combining code points by class; equal ones keep their order.</summary>
    private static void Order(Span<Part> parts)
    {
        for (int at = 0; at < parts.Length; at++)
        {
            if (parts[at].Class == 0) continue;
            int end = at;
            bool sorted = true;
            for (; end < parts.Length && parts[end].Class != 0; end++) sorted &= end == at || parts[end - 1].Class <= parts[end].Class;
            if (!sorted) SortRun(parts[at..end], parts[Math.Max(0, at - 1)]);
            at = end;
        }
    }

    /// <summary>By counting: a run may be as long as the text. Origins stay in the text's order: the first of a decomposition takes the next one, the others that of the part before.</summary>
    private static void SortRun(Span<Part> run, Part before)
    {
        Span<int> places = stackalloc int[257];
        places.Clear();
        foreach (Part part in run) places[part.Class + 1]++;
        for (int i = 1; i < places.Length; i++) places[i] += places[i - 1];
        Part[] sorted = ArrayPool<Part>.Shared.Rent(run.Length);
        foreach (Part part in run) sorted[places[part.Class]++] = part;
        int next = 0;
        foreach (ref Part part in sorted.AsSpan(0, run.Length))
        {
            if (part.IsFirst)
            {
                while (!run[next].IsFirst) next++;
                before = run[next++];
            }
            (part.From, part.To) = (before.From, before.To);
        }
        sorted.AsSpan(0, run.Length).CopyTo(run);
        ArrayPool<Part>.Shared.Return(sorted);
    }

    /// <summary>Composes each code point with the last starter before it unless one between them blocks it; the number that is left.</summary>
    private static int Compose(Span<Part> parts)
    {
        int count = 0, starter = -1, lastClass = 0;
        foreach (Part part in parts)
        {
            bool blocked = starter < 0 || (count - 1 > starter && (lastClass == 0 || lastClass >= part.Class));
            int composed = blocked ? -1 : CodePoints.Compose(parts[starter].CodePoint, part.CodePoint);
            if (composed >= 0)
            {
                parts[starter].CodePoint = composed;
                parts[starter].To = Math.Max(parts[starter].To, part.To);
                parts[starter].From = Math.Min(parts[starter].From, part.From);
                continue;
            }
            if (part.Class == 0) starter = count;
            lastClass = part.Class;
            parts[count++] = part;
        }
        return count;
    }

    /// <summary>A rented list.</summary>
    private ref struct Parts
    {
        private Part[]? _parts;

        public int Count { get; private set; }

        public readonly bool IsRented => _parts is not null;

        public readonly Span<Part> Written => _parts.AsSpan(0, Count);

        public void Rent(int length) => _parts ??= ArrayPool<Part>.Shared.Rent(length + 16);

        public void Clear() => Count = 0;

        public void Add(Part part)
        {
            if (Count == _parts!.Length)
            {
                Part[] larger = ArrayPool<Part>.Shared.Rent(2 * Count);
                Written.CopyTo(larger);
                Return();
                _parts = larger;
            }
            _parts[Count++] = part;
        }

        public readonly void Return() => ArrayPool<Part>.Shared.Return(_parts!);
    }
}
