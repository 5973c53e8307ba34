namespace Attention.Runtime;

/// <summary>Patterns of whole tensor names, in which <c>*</c> stands for any characters, dots too, or none.</summary>
internal static class TensorPattern
{
    /// <summary>Whether any of the patterns is the name's.</summary>
    public static bool AnyMatches(IReadOnlyList<string> patterns, string name)
    {
        for (int i = 0; i < patterns.Count; i++)
        {
            if (Matches(patterns[i], name))
                return true;
        }

        return false;
    }

    /// <summary>Whether the pattern is the name's; linear but for what lies behind a star that has to be tried again.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }

    /// <summary>
    /// The fewest patterns, nearly, that together are those of all the names and of none of the others: of whole branches, of
    /// all layers, of one kind of tensor (<c>encoder.*.bias</c>); what most names have first, as closely as it can be said.
    /// </summary>
    public static List<(string Pattern, int Count)> Cover(IReadOnlyList<string> names, IReadOnlyList<string> others)
    {
        var candidates = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        for (int i = 0; i < names.Count; i++)
        {
            foreach (string pattern in Of(names[i]).Distinct())
            {
                if (!candidates.TryGetValue(pattern, out List<int>? covered))
                    candidates.Add(pattern, covered = []);
                covered.Add(i);
            }
        }

        // A name is always a pattern of itself, so that there is one for each.
        var own = new HashSet<string>(names, StringComparer.Ordinal);
        (string Pattern, List<int> Covered)[] sound = [.. candidates
            .Where(candidate => own.Contains(candidate.Key) || !others.Any(other => Matches(candidate.Key, other)))
            .OrderBy(candidate => candidate.Key, StringComparer.Ordinal)
            .Select(candidate => (candidate.Key, candidate.Value))];
        var left = new HashSet<int>(Enumerable.Range(0, names.Count));
        var result = new List<(string, int)>();
        while (left.Count > 0)
        {
            (string pattern, List<int> covered) = sound.MaxBy(candidate =>
                (candidate.Covered.Count(left.Contains), -candidate.Pattern.Count(letter => letter == '*'), candidate.Pattern.Length));
            result.Add((pattern, covered.Count(left.Contains)));
            left.ExceptWith(covered);
        }

        return result;
    }

    private static IEnumerable<string> Of(string name)
    {
        string[] words = name.Split('.'), anyLayer = [.. words.Select(word => word.Length > 0 && word.All(char.IsAsciiDigit) ? "*" : word)];
        yield return name;
        yield return string.Join('.', anyLayer);
        for (int count = 0; count < words.Length; count++)
        {
            if (count > 0)
            {
                yield return string.Join('.', [.. words[..count], "*"]);
                yield return string.Join('.', [.. anyLayer[..count], "*"]);
            }

            if (count < words.Length - 1)
                yield return string.Join('.', [.. anyLayer[..count], "*", words[^1]]);
        }
    }
}
