using System.Numerics;

namespace Attention.Text;

/// <summary>From a pair of tokens to the token that they merge to and the merge's rank: a hash table of open addressing.</summary>
internal sealed class MergeTable
{
    private readonly record struct Slot(ulong Pair, int Rank, int Id);

    private readonly Slot[] _slots;
    private readonly int _mask;

    /// <param name="merges">Merges by rank; of two of one pair the later counts.</param>
    public MergeTable(IReadOnlyList<(int Left, int Right, int Id)> merges)
    {
        _mask = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, 2 * merges.Count)) - 1;
        _slots = new Slot[_mask + 1];
        Array.Fill(_slots, new(0, -1, -1));
        for (int rank = 0; rank < merges.Count; rank++)
        {
            ulong pair = Pair(merges[rank].Left, merges[rank].Right);
            int at = Start(pair);
            while (_slots[at].Rank >= 0 && _slots[at].Pair != pair) at = (at + 1) & _mask;
            _slots[at] = new(pair, rank, merges[rank].Id);
        }
    }

    /// <summary>The rank of the pair's merge, and what it gives; <see cref="int.MaxValue"/> if there is none.</summary>
    public int Find(int left, int right, out int id)
    {
        ulong pair = Pair(left, right);
        for (int at = Start(pair); _slots[at].Rank >= 0; at = (at + 1) & _mask)
        {
            if (_slots[at].Pair != pair) continue;
            id = _slots[at].Id;
            return _slots[at].Rank;
        }
        id = -1;
        return int.MaxValue;
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int Start(ulong pair) => (int)((pair * 0x9E3779B97F4A7C15) >> 40) & _mask;
}
