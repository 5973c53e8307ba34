using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>
/// Tokens of several kinds that follow each other: how many rows the first kind has, and how many ids, then the same of the next; their ids follow each other
/// too. References are trusted, not checked.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class TokenKinds
{
    /// <summary>The token that stands for another where that fills places up: of each place behind the first its own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Padded(int token, int position, int padding, int vocabulary, int length) =>
        token == padding && position > 0 && position < length ? vocabulary + position - 1 : token;

    /// <summary>The ids that can stand at a position; behind the last, those of the last kind.</summary>
    public static (int First, int Count) At(ReadOnlySpan<int> kinds, int position)
    {
        int first = 0, kind = 0;
        for (int end = kinds[0]; position >= end && kind + 2 < kinds.Length; end += kinds[kind])
        {
            first += kinds[kind + 1];
            kind += 2;
        }

        return (first, kinds[kind + 1]);
    }

    /// <summary>Makes logits of tokens that cannot stand in the next row the least number there is, so that no search takes them.</summary>
    /// <param name="kinds">The kinds.</param>
    /// <param name="position">The position of the first row.</param>
    /// <param name="apart">How far rows stand apart: 0 where all have one position.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="logits">A logit for each id, row after row.</param>
    public static void Forbid(ReadOnlySpan<int> kinds, int position, int apart, int rows, ref float logits)
    {
        int vocabulary = 0;
        for (int kind = 1; kind < kinds.Length; kind += 2)
            vocabulary += kinds[kind];
        for (int row = 0; row < rows; row++)
        {
            Span<float> scores = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref logits, row * (nint)vocabulary), vocabulary);
            (int first, int count) = At(kinds, position + (row * apart) + 1);
            scores[..first].Fill(float.MinValue);
            scores[(first + count)..].Fill(float.MinValue);
        }
    }
}
