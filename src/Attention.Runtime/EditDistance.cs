#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Runtime;
#endif

/// <summary>Finds the name that was meant. Compiled into the runtime and the generator alike.</summary>
internal static class EditDistance
{
    /// <summary>The first of the candidates that take the fewest edits to become the name; null where there are none.</summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int fewest = int.MaxValue;
        foreach (string candidate in candidates)
        {
            if (Between(name, candidate, fewest) is int edits)
                (nearest, fewest) = (candidate, edits);
        }

        return nearest;
    }

    /// <summary>
    /// The first of the candidates that take the fewest edits to become the name, whatever the case of their letters; null where
    /// all take more than a slip would: one and a third of their letters.
    /// </summary>
    public static string? Slip(string name, IEnumerable<string> candidates)
    {
        string? nearest = null;
        int fewest = int.MaxValue;
        foreach (string candidate in candidates)
        {
            int limit = Math.Min(fewest, 2 + (candidate.Length / 3));
            if (Between(name.ToUpperInvariant(), candidate.ToUpperInvariant(), limit) is int edits)
                (nearest, fewest) = (candidate, edits);
        }

        return nearest;
    }

    /// <summary>
    /// Insertions, deletions and substitutions between two names (Levenshtein 1966); null when
    /// <paramref name="limit"/> or more.
    /// </summary>
    public static int? Between(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit)
            return null;
        if (a.Length < b.Length)
            (a, b) = (b, a);

        int[] row = new int[b.Length + 1];
        for (int j = 1; j <= b.Length; j++)
            row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            int least = row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, 1 + Math.Min(row[j], row[j - 1]));
                least = Math.Min(least, row[j]);
            }

            if (least >= limit)
                return null;
        }

        return row[b.Length] < limit ? row[b.Length] : null;
    }
}
