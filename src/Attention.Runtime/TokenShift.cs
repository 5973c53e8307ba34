using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Runtime;

/// <summary>
/// Rows with channels of earlier ones: of a text the first half comes from the row before, of the image behind it a quarter from the place above and a quarter from
/// the place to the left. References are trusted, not checked.
/// </summary>
/// <param name="width">Channels of a row.</param>
/// <param name="text">How many rows the text has.</param>
/// <param name="side">Columns of the image; 0 without one, so that all rows are text.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct TokenShift(int width, int text, int side)
{
    /// <summary>Shifts rows from a position on; those before them stand where position 0 does, a stride apart.</summary>
    public static void Shift(TokenShift shift, int position, int rows, ref float source, int sourceStride, ref float before, int beforeStride, ref float destination, int destinationStride)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<float> to = shift.Copy(ref Unsafe.Add(ref source, row * (nint)sourceStride), ref Unsafe.Add(ref destination, row * (nint)destinationStride));
            foreach ((int back, int first, int count, bool isThere) in shift.PiecesOf(position + row))
                Take(to.Slice(first, count), isThere, ref Unsafe.Add(ref before, ((position + row - back) * (nint)beforeStride) + first));
        }
    }

    /// <summary>The same of beams, all at one position: <paramref name="before"/> is where position 0 stands in track 0, <paramref name="tracks"/> tells the track of each page of each beam.</summary>
    public static void ShiftBeams(TokenShift shift, int position, int beams, ReadOnlySpan<int> tracks, int trackFloats, ref float source, int sourceStride, ref float before, int beforeStride, ref float destination, int destinationStride)
    {
        for (int beam = 0; beam < beams; beam++)
        {
            Span<float> to = shift.Copy(ref Unsafe.Add(ref source, beam * (nint)sourceStride), ref Unsafe.Add(ref destination, beam * (nint)destinationStride));
            foreach ((int back, int first, int count, bool isThere) in shift.PiecesOf(position))
            {
                int row = position - back, track = isThere ? tracks[(row / Measures.KeyPanel * beams) + beam] : 0;
                Take(to.Slice(first, count), isThere, ref Unsafe.Add(ref before, (track * (nint)trackFloats) + (row * (nint)beforeStride) + first));
            }
        }
    }

    /// <summary>Channels that come from <c>Back</c> rows before, or are zeros where that row is not there.</summary>
    private readonly record struct Piece(int Back, int First, int Count, bool IsThere);

    [InlineArray(2)]
    private struct Pieces
    {
        private Piece _first;
    }

    /// <summary>What a place reads of others.</summary>
    private Pieces PiecesOf(int position)
    {
        var pieces = default(Pieces);
        if (side == 0 || position < text)
        {
            pieces[0] = new Piece(1, 0, (width + 1) / 2, position > 0);
            return pieces;
        }

        int quarter = (width + 3) / 4, place = position - text;
        pieces[0] = new Piece(side, 0, quarter, place >= side);
        pieces[1] = new Piece(1, quarter, Math.Min(quarter, width - quarter), place % side > 0);
        return pieces;
    }

    /// <summary>Copies a row with the zeros that pad it.</summary>
    private Span<float> Copy(ref float source, ref float destination)
    {
        int padded = Measures.Whole(width);
        Span<float> to = MemoryMarshal.CreateSpan(ref destination, padded);
        MemoryMarshal.CreateReadOnlySpan(ref source, padded).CopyTo(to);
        return to;
    }

    private static void Take(Span<float> to, bool isThere, ref float from)
    {
        if (isThere)
            MemoryMarshal.CreateReadOnlySpan(ref from, to.Length).CopyTo(to);
        else
            to.Clear();
    }
}
