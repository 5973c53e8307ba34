using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>Finds the row of a sequence by its tokens, of which there are some.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TokenRows
{
    /// <summary>The row of the largest id, the first of equal ones.</summary>
    public static int Largest(ReadOnlySpan<int> tokens)
    {
        int largest = 0;
        for (int row = 1; row < tokens.Length; row++)
        {
            if (tokens[row] > tokens[largest])
                largest = row;
        }

        return largest;
    }

    /// <summary>The row of the first such token, 0 where there is none.</summary>
    public static int First(ReadOnlySpan<int> tokens, int token) => Math.Max(0, tokens.IndexOf(token));
}
