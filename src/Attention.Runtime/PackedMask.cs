using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Runtime;

/// <summary>
/// Which keys the rows of an attention see: of each group of rows the panels of keys of which any row sees any, and of those that
/// not all see whole the bits. What no row of a group sees is nowhere, and costs nothing.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PackedMask
{
    /// <summary>Rows that share a list of panels: a strip of queries is never taller, nor in two groups.</summary>
    public const int Group = 8;

    private const int Keys = Measures.KeyPanel;

    // Of group g the entries _starts[g] to _ends[g] in ascending order of panels; an entry's bits are a word for each row of the group. Groups
    // that see the same share them.
    private readonly int[] _starts;
    private readonly int[] _ends;
    private readonly Entry[] _entries;
    private readonly uint[] _words;

    private PackedMask(int[] starts, int[] ends, Entry[] entries, uint[] words) => (_starts, _ends, _entries, _words) = (starts, ends, entries, words);

    /// <summary>Asks for every head, row and key what is seen.</summary>
    /// <param name="heads">How many heads there are, each with a mask of its own.</param>
    /// <param name="length">How many rows there are at most.</param>
    /// <param name="sees">Whether a row of a head sees a key.</param>
    /// <param name="keys">How many keys there are at most; as many as rows unless given.</param>
    public static PackedMask[] Of(int heads, int length, Func<int, int, int, bool> sees, int? keys = null) =>
        [.. Enumerable.Range(0, heads).Select(head => Of(length, (query, key) => sees(head, query, key), keys))];

    /// <summary>Asks for every pair what is seen.</summary>
    /// <param name="length">How many rows there are at most.</param>
    /// <param name="sees">Whether a row sees a key.</param>
    /// <param name="keys">How many keys there are at most; as many as rows unless given.</param>
    public static PackedMask Of(int length, Func<int, int, bool> sees, int? keys = null)
    {
        int most = keys ?? length;
        int[] all = [.. Enumerable.Range(0, (most + Keys - 1) / Keys)];
        return Of(length, most, _ => all, BitsOf, _ => null);

        uint BitsOf(int query, int panel)
        {
            uint bits = 0;
            for (int key = panel * Keys; key < Math.Min(most, (panel + 1) * Keys); key++)
                bits |= sees(query, key) ? 1u << (key % Keys) : 0;
            return bits;
        }
    }

    /// <summary>Packs what whole blocks see of each other.</summary>
    /// <param name="block">How many rows, and keys, a block has.</param>
    /// <param name="seen">The blocks of keys that each block of rows sees, ascending.</param>
    public static PackedMask OfBlocks(int block, int[][] seen)
    {
        int length = checked(seen.Length * block);
        var sees = new bool[seen.Length, seen.Length];
        for (int row = 0; row < seen.Length; row++)
        {
            foreach (int key in seen[row])
                sees[row, key] = true;
        }

        return Of(length, length, PanelsOf, BitsOf, group => RowsOf(group) is var (first, last) && first == last ? first : null);

        (int First, int Last) RowsOf(int group) => (group * Group / block, Math.Min(length - 1, (group * Group) + Group - 1) / block);

        IEnumerable<int> PanelsOf(int group)
        {
            (int first, int last) = RowsOf(group);
            var panels = new SortedSet<int>();
            foreach (int key in Enumerable.Range(first, last - first + 1).SelectMany(row => seen[row]))
            {
                for (int panel = key * block / Keys; panel <= (((key + 1) * block) - 1) / Keys; panel++)
                    panels.Add(panel);
            }

            return panels;
        }

        uint BitsOf(int query, int panel)
        {
            uint bits = 0;
            for (int key = panel * Keys, next, end = Math.Min(length, (panel + 1) * Keys); key < end; key = next)
            {
                next = Math.Min(end, ((key / block) + 1) * block);
                if (sees[query / block, key / block])
                    bits |= uint.MaxValue >> (Keys - (next - key)) << (key % Keys);
            }

            return bits;
        }
    }

    /// <summary>Packs what rows see.</summary>
    /// <param name="length">How many rows there are at most.</param>
    /// <param name="most">How many keys.</param>
    /// <param name="panelsOf">The panels of which a group may see any key, ascending.</param>
    /// <param name="bitsOf">The keys of a panel that a row sees, the first in the lowest bit.</param>
    /// <param name="kindOf">What a group has in common with the one before it if both see the same; null for nothing.</param>
    private static PackedMask Of(int length, int most, Func<int, IEnumerable<int>> panelsOf, Func<int, int, uint> bitsOf, Func<int, int?> kindOf)
    {
        int groups = (length + Group - 1) / Group;
        int[] starts = new int[groups], ends = new int[groups];
        var entries = new List<Entry>();
        var words = new List<uint>();
        Span<uint> bits = stackalloc uint[Group];
        for (int group = 0; group < groups; group++)
        {
            if (group > 0 && kindOf(group) is int kind && kind == kindOf(group - 1))
            {
                (starts[group], ends[group]) = (starts[group - 1], ends[group - 1]);
                continue;
            }

            starts[group] = entries.Count;
            int rows = Math.Min(Group, length - (group * Group));
            foreach (int panel in panelsOf(group))
            {
                int keys = Math.Min(Keys, most - (panel * Keys));
                uint whole = keys == Keys ? uint.MaxValue : (1u << keys) - 1, any = 0, all = uint.MaxValue;
                bits.Clear();
                for (int row = 0; row < rows; row++)
                {
                    bits[row] = bitsOf((group * Group) + row, panel);
                    any |= bits[row];
                    all &= bits[row];
                }

                if (any == 0)
                    continue;
                int at = -1;
                if (all != whole)
                {
                    at = words.Count;
                    foreach (uint word in bits)
                        words.Add(word);
                }

                entries.Add(new Entry { Panel = panel, Words = at, First = (byte)BitOperations.TrailingZeroCount(any), End = (byte)(Keys - BitOperations.LeadingZeroCount(any)) });
            }

            ends[group] = entries.Count;
        }

        Entry[] packed = [.. entries];
        for (int group = 0; group < groups; group++)
        {
            for (int i = ends[group] - 1; i >= starts[group]; i--)
                packed[i].Run = i + 1 < ends[group] && packed[i + 1].Panel == packed[i].Panel + 1 ? packed[i + 1].Run + 1 : 1;
        }

        return new PackedMask(starts, ends, packed, [.. words]);
    }

    /// <summary>The bytes that it takes.</summary>
    public long Bytes => ((long)(_starts.Length + _ends.Length) * sizeof(int)) + ((long)_entries.Length * Unsafe.SizeOf<Entry>()) + ((long)_words.Length * sizeof(uint));

    /// <summary>The first entry of a row's group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Begin(int row) => At(_starts, (int)((uint)row / Group));

    /// <summary>How many entries a row's group has, of those whose panels begin before a number of keys.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Count(int row, int keys)
    {
        int begin = Begin(row), end = At(_ends, (int)((uint)row / Group));
        while (end > begin && At(_entries, end - 1).Panel * Keys >= keys)
            end--;
        return end - begin;
    }

    /// <summary>The keys that any of some rows sees, from the beginning of a panel on; none from 0 to 0.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="keys">How many keys there are.</param>
    /// <param name="first">The first key.</param>
    /// <param name="end">The key behind the last.</param>
    public void Bounds(int row, int rows, int keys, out int first, out int end)
    {
        (first, end) = (int.MaxValue, 0);
        for (int group = row / Group; group * Group < row + rows; group++)
        {
            int begin = _starts[group], count = Count(group * Group, keys);
            if (count == 0)
                continue;
            first = Math.Min(first, _entries[begin].Panel * Keys);
            end = Math.Max(end, Math.Min(keys, (_entries[begin + count - 1].Panel + 1) * Keys));
        }

        first = Math.Min(first, end);
    }

    /// <summary>The panel of an entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Panel(int entry) => At(_entries, entry).Panel;

    /// <summary>The first key of an entry's panel that any row of the group sees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int First(int entry) => (At(_entries, entry).Panel * Keys) + At(_entries, entry).First;

    /// <summary>The key behind the last one of an entry's panel that any row of the group sees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int End(int entry) => (At(_entries, entry).Panel * Keys) + At(_entries, entry).End;

    /// <summary>How many panels follow each other from an entry on, its own among them; no more than there are entries left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Run(int entry, int left) => Math.Min(left, At(_entries, entry).Run);

    /// <summary>Of the 32 keys of an entry's panel those that a row sees, and that there are, the first in the lowest bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Seen(int entry, int row, int keys)
    {
        ref Entry seen = ref At(_entries, entry);
        uint bits = seen.Words < 0 ? uint.MaxValue : At(_words, seen.Words + (row & (Group - 1)));
        int left = keys - (seen.Panel * Keys);
        return left >= Keys ? bits : bits & ((1u << left) - 1);
    }

    /// <summary>Whether a row sees a key.</summary>
    public bool Sees(int row, int key)
    {
        int begin = Begin(row);
        for (int i = 0; i < Count(row, int.MaxValue); i++)
        {
            if (Panel(begin + i) == key / Keys)
                return (Seen(begin + i, row, int.MaxValue) >> (key % Keys) & 1) != 0;
        }

        return false;
    }

    /// <summary>An element of an array, which has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref T At<T>(T[] array, int index) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), index);

    private struct Entry
    {
        public int Panel;
        public int Words;
        public int Run;
        public byte First;
        public byte End;
    }
}
