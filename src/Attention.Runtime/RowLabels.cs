using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>
/// Labels of rows, which never fall from row to row, and the keys that rows see by them, which so are intervals. A row has <see cref="Stride"/>
/// floats: its label and where that begins, or where the keys that it sees begin and end; floats hold such numbers exactly. References are trusted,
/// not checked.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RowLabels
{
    private const int Stride = Measures.Group;

    private const int Page = Measures.KeyPanel;

    /// <summary>Labels that count a token.</summary>
    /// <param name="tokens">The tokens of the rows.</param>
    /// <param name="token">The one that is counted.</param>
    /// <param name="labels">Takes the labels.</param>
    public static void Count(ReadOnlySpan<int> tokens, int token, ref float labels)
    {
        (float Label, float Begin) last = default;
        for (int row = 0; row < tokens.Length; row++)
        {
            last = Next(last, tokens[row] == token, row);
            Write(ref labels, row, last);
        }
    }

    /// <summary>Labels that go on counting.</summary>
    /// <param name="tokens">The tokens of the rows.</param>
    /// <param name="token">The one that is counted.</param>
    /// <param name="position">The place of the first row.</param>
    /// <param name="kept">The labels of all rows from place 0 on, to which these are added.</param>
    /// <param name="labels">Takes the labels of the rows.</param>
    public static void Count(ReadOnlySpan<int> tokens, int token, int position, ref float kept, ref float labels)
    {
        (float Label, float Begin) last = position == 0 ? default : Read(ref kept, position - 1);
        for (int row = 0; row < tokens.Length; row++)
        {
            last = Next(last, tokens[row] == token, position + row);
            Write(ref kept, position + row, last);
            Write(ref labels, row, last);
        }
    }

    /// <summary>Labels of one row of each beam, all at one place.</summary>
    /// <param name="tokens">The tokens of the beams.</param>
    /// <param name="token">The one that is counted.</param>
    /// <param name="position">The place.</param>
    /// <param name="tracks">The track of each page of each beam.</param>
    /// <param name="trackFloats">The distance of two tracks.</param>
    /// <param name="kept">The labels that are kept in track 0.</param>
    /// <param name="labels">Takes the labels of the rows.</param>
    public static void CountBeams(ReadOnlySpan<int> tokens, int token, int position, ReadOnlySpan<int> tracks, int trackFloats, ref float kept, ref float labels)
    {
        for (int beam = 0; beam < tokens.Length; beam++)
        {
            int TrackOf(int place, ReadOnlySpan<int> tracks, int beams) => tracks[(place / Page * beams) + beam];
            (float Label, float Begin) last = position == 0 ? default
                : Read(ref Unsafe.Add(ref kept, TrackOf(position - 1, tracks, tokens.Length) * (nint)trackFloats), position - 1);
            last = Next(last, tokens[beam] == token, position);
            Write(ref Unsafe.Add(ref kept, TrackOf(position, tracks, tokens.Length) * (nint)trackFloats), position, last);
            Write(ref labels, beam, last);
        }
    }

    /// <summary>Labels 1, 2, … of so many rows each.</summary>
    /// <param name="position">The place of the first row.</param>
    /// <param name="step">From one row's place to the next, 0 where all rows stand at one.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="block">How many rows have one label.</param>
    /// <param name="labels">Takes the labels.</param>
    public static void Blocks(int position, int step, int rows, int block, ref float labels)
    {
        for (int row = 0; row < rows; row++)
        {
            int number = (position + (row * step)) / block;
            Write(ref labels, row, (number + 1, number * block));
        }
    }

    /// <summary>Labels that the caller gives.</summary>
    /// <param name="given">A label for each row.</param>
    /// <param name="labels">Takes the labels.</param>
    public static void Copy(ReadOnlySpan<int> given, ref float labels)
    {
        int begin = 0;
        for (int row = 0; row < given.Length; row++)
        {
            if (given[row] != given[begin])
                begin = row;
            Write(ref labels, row, (given[row], begin));
        }
    }

    /// <summary>Which of a sequence's own rows each of them sees.</summary>
    /// <param name="position">The place of the first row; those behind the last count as of other labels.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="upTo">Whether rows see smaller labels too.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="bounds">Takes where what each sees begins and ends.</param>
    public static void BoundsOfOwn(int position, int rows, bool upTo, ref float labels, ref float bounds)
    {
        int end = position + rows;
        for (int row = rows - 1; row >= 0; row--)
        {
            (float label, float begin) = Read(ref labels, row);
            if (row + 1 < rows && Read(ref labels, row + 1).Label != label)
                end = position + row + 1;
            Write(ref bounds, row, (upTo ? 0 : begin, end));
        }
    }

    /// <summary>Which rows of another stage each row sees.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="upTo">Whether rows see smaller labels too.</param>
    /// <param name="labels">Their labels.</param>
    /// <param name="keys">How many rows the other stage has.</param>
    /// <param name="keyLabels">The labels of those.</param>
    /// <param name="bounds">Takes where what each sees begins and ends.</param>
    public static void BoundsOfOther(int rows, bool upTo, ref float labels, int keys, ref float keyLabels, ref float bounds)
    {
        for (int row = 0; row < rows; row++)
        {
            float label = Read(ref labels, row).Label;
            Write(ref bounds, row, (upTo ? 0 : Below(label, keys, ref keyLabels), Below(label + 1, keys, ref keyLabels)));
        }
    }

    /// <summary>Which keys each row sees where before each block of another stage's rows a block of these stands, of the same label.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="block">How many of them have one label.</param>
    /// <param name="others">How many rows the other stage has.</param>
    /// <param name="otherBlock">How many of those have one label.</param>
    /// <param name="bounds">Takes where what each sees begins and ends.</param>
    public static void BoundsOfBlocks(int rows, int block, int others, int otherBlock, ref float bounds)
    {
        for (int row = 0; row < rows; row++)
        {
            int label = row / block, begin = label * (block + otherBlock);
            Write(ref bounds, row, (begin, begin + block + Math.Clamp(others - (label * otherBlock), 0, otherBlock)));
        }
    }

    /// <summary>The least of a bound of some rows.</summary>
    public static int Least(int rows, ref float bound)
    {
        float least = bound;
        for (int row = 1; row < rows; row++)
            least = Math.Min(least, Unsafe.Add(ref bound, row * (nint)Stride));
        return (int)least;
    }

    /// <summary>The largest of a bound of some rows.</summary>
    public static int Most(int rows, ref float bound)
    {
        float most = bound;
        for (int row = 1; row < rows; row++)
            most = Math.Max(most, Unsafe.Add(ref bound, row * (nint)Stride));
        return (int)most;
    }

    /// <summary>How many labels are below one.</summary>
    private static int Below(float label, int keys, ref float labels)
    {
        int from = 0, to = keys;
        while (from < to)
        {
            int middle = (from + to) / 2;
            if (Read(ref labels, middle).Label < label)
                from = middle + 1;
            else
                to = middle;
        }

        return from;
    }

    private static (float Label, float Begin) Next((float Label, float Begin) last, bool isCounted, int place) => isCounted ? (last.Label + 1, place) : last;

    private static (float Label, float Begin) Read(ref float rows, int row)
    {
        ref float at = ref Unsafe.Add(ref rows, row * (nint)Stride);
        return (at, Unsafe.Add(ref at, 1));
    }

    private static void Write(ref float rows, int row, (float First, float Second) numbers)
    {
        ref float at = ref Unsafe.Add(ref rows, row * (nint)Stride);
        (at, Unsafe.Add(ref at, 1)) = numbers;
    }
}
