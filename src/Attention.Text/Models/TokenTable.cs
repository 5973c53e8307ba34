using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Text;

/// <summary>From tokens' exact units to ids: a hash table of open addressing, looked up by span.</summary>
internal sealed class TokenTable
{
    private readonly record struct Slot(uint Hash, int Start, int Length, int Id);

    private readonly Slot[] _slots;
    private readonly char[] _chars;
    private readonly int _mask;

    /// <summary>Of each beginning of two units the lengths of its tokens, a bit each.</summary>
    private readonly ulong[] _lengths = new ulong[1 << 12];

    /// <summary>Lengths of tokens that have no bit, the longest first.</summary>
    private readonly int[] _longLengths;

    /// <summary>Of two equal tokens the later counts.</summary>
    public TokenTable(IEnumerable<KeyValuePair<string, int>> tokens)
    {
        KeyValuePair<string, int>[] all = [.. tokens];
        _chars = new char[all.Sum(token => (long)token.Key.Length)];
        _mask = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, 2 * all.Length)) - 1;
        _slots = new Slot[_mask + 1];
        Array.Fill(_slots, new(0, 0, -1, -1));
        _longLengths = [.. all.Select(token => token.Key.Length).Where(length => length >= 64).Distinct().OrderDescending()];
        int used = 0;
        foreach ((string token, int id) in all)
        {
            token.CopyTo(_chars.AsSpan(used));
            uint hash = Hash(token);
            int at = (int)hash & _mask;
            while (_slots[at].Length >= 0 && !Is(_slots[at], hash, token)) at = (at + 1) & _mask;
            _slots[at] = new(hash, used, token.Length, id);
            used += token.Length;
            MaxLength = Math.Max(MaxLength, token.Length);
            if (token.Length is > 1 and < 64) _lengths[Beginning(token)] |= 1UL << token.Length;
        }
    }

    /// <summary>Units of the longest token.</summary>
    public int MaxLength { get; }

    /// <summary>The longest token at the start of a text, and its length; -1 if there is none. A token ends at the end of a code point.</summary>
    public int FindLongest(ReadOnlySpan<char> text, out int length)
    {
        length = 0;
        if (text.IsEmpty) return -1;
        ulong lengths = _lengths[Beginning(text)];
        int most = Math.Min(text.Length, MaxLength);
        foreach (int many in _longLengths)
        {
            if (many > most || FindPrefix(text, many) is not (>= 0 and int id)) continue;
            length = many;
            return id;
        }
        if (most < 63) lengths &= (2UL << most) - 1;
        for (; lengths != 0; lengths &= ~(1UL << length))
        {
            length = BitOperations.Log2(lengths);
            if (FindPrefix(text, length) is >= 0 and int id) return id;
        }
        if (FindPrefix(text, 1) is >= 0 and int unit)
        {
            length = 1;
            return unit;
        }
        return -1;
    }

    private int FindPrefix(ReadOnlySpan<char> text, int length) =>
        length < text.Length && char.IsLowSurrogate(text[length]) ? -1 : Find(text[..length]);

    /// <summary>Where lengths of tokens that begin with the first two units are noted.</summary>
    private static int Beginning(ReadOnlySpan<char> text) => text.Length < 2 ? 0 : (int)((text[0] | ((uint)text[1] << 16)) * 0x9E3779B1u >> 20);

    /// <summary>The token's id; -1 if there is none.</summary>
    public int Find(ReadOnlySpan<char> token)
    {
        uint hash = Hash(token);
        for (int at = (int)hash & _mask; _slots[at].Length >= 0; at = (at + 1) & _mask)
        {
            if (Is(_slots[at], hash, token)) return _slots[at].Id;
        }
        return -1;
    }

    /// <summary>A hash of units, the same in every process.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Hash(ReadOnlySpan<char> units)
    {
        ref ushort first = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(units));
        int length = units.Length;
        ulong hash = (ulong)length * 0x9E3779B97F4A7C15;
        if (length >= 4)
        {
            for (int at = 0; at <= length - 4; at += 4) hash = Mix(hash ^ Four(ref first, at));
            hash = Mix(hash ^ Four(ref first, length - 4));
        }
        else if (length > 0)
        {
            hash = Mix(hash ^ first ^ ((ulong)Unsafe.Add(ref first, length >> 1) << 16) ^ ((ulong)Unsafe.Add(ref first, length - 1) << 32));
        }
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Four(ref ushort first, int at) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref Unsafe.Add(ref first, at)));

    private static ulong Mix(ulong value)
    {
        ulong high = Math.BigMul(value, 0xD6E8FEB86659FD93, out ulong low);
        return high ^ low;
    }

    private bool Is(in Slot slot, uint hash, ReadOnlySpan<char> token) =>
        slot.Hash == hash && slot.Length == token.Length && token.SequenceEqual(_chars.AsSpan(slot.Start, slot.Length));
}
