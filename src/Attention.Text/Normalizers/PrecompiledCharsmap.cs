using System.Buffers.Binary;
using System.Text;

namespace Attention.Text;

/// <summary>
/// SentencePiece's rules of normalisation as its files hold them: the size of a double array (four bytes, little endian), the array
/// (of Darts-clone's units) with the UTF-8 of what is replaced, and the replacements, each ended by a zero byte. Immutable.
/// </summary>
internal sealed class PrecompiledCharsmap
{
    private const uint Leaf = 1u << 31;
    private const int Block = 256;

    /// <summary>The array; a leaf's value is a place in <see cref="_replacements"/>. Every place that a walk can look at is within it.</summary>
    private readonly uint[] _units;
    private readonly string _replacements;
    private readonly bool[] _plain = new bool[128];

    /// <summary>Reads the rules.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such rules. The message does not know the file.</exception>
    public PrecompiledCharsmap(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < 4) throw new InvalidDataException($"expected rules of at least 4 bytes, found {blob.Length}");
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(blob);
        if (size == 0 || size % 4 != 0 || size > blob.Length - 4)
            throw new InvalidDataException($"expected an array of whole units of 4 bytes within the {blob.Length - 4} bytes that follow, found its size {size}");
        ReadOnlySpan<byte> array = blob.Slice(4, (int)size), strings = blob[(4 + (int)size)..];
        uint[] units = new uint[(array.Length / 4 + Block - 1) / Block * Block];
        units.AsSpan().Fill(uint.MaxValue);
        for (int i = 0; i < array.Length / 4; i++) units[i] = BinaryPrimitives.ReadUInt32LittleEndian(array[(4 * i)..]);
        if (!System.Text.Unicode.Utf8.IsValid(strings)) throw new InvalidDataException("the replacements are not UTF-8");
        if (strings.IsEmpty || strings[^1] != 0) throw new InvalidDataException("the last replacement does not end");
        _replacements = Encoding.UTF8.GetString(strings);
        _units = WithPlacesInUtf16(units, strings);
        for (int first = 1; first < _plain.Length; first++) _plain[first] = IsPlainAfter(first);
    }

    /// <summary>Whether rules leave an ASCII character alone where it stands at the end or before another ASCII character.</summary>
    public bool IsPlain(char ascii) => _plain[ascii];

    /// <summary>Finds the longest, or the shortest, string of the rules that a text begins with.</summary>
    public bool TryMatch(ReadOnlySpan<char> text, bool longest, out int length, out ReadOnlySpan<char> replacement)
    {
        length = 0;
        int found = -1, place = Root;
        for (int i = 0; i < text.Length && (longest || found < 0);)
        {
            Rune.DecodeFromUtf16(text[i..], out Rune rune, out int units);
            if (!Step(ref place, rune, out int value)) break;
            i += units;
            if (value >= 0) (found, length) = (value, i);
        }
        replacement = found < 0 ? default : _replacements.AsSpan(found, _replacements.IndexOf('\0', found) - found);
        return found >= 0;
    }

    private int Root => (int)Offset(_units[0]);

    private bool Step(ref int place, int label, out int value)
    {
        int child = place ^ label;
        uint unit = _units[child];
        value = -1;
        if ((unit & (Leaf | 0xFF)) != (uint)label) return false;
        place = child ^ (int)Offset(unit);
        if (HasLeaf(unit)) value = (int)(_units[place] & ~Leaf);
        return true;
    }

    private bool Step(ref int place, Rune rune, out int value)
    {
        Span<byte> utf8 = stackalloc byte[4];
        value = -1;
        foreach (byte next in utf8[..rune.EncodeToUtf8(utf8)])
        {
            if (!Step(ref place, next, out value)) return false;
        }
        return true;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1u << 9)) >> 6);

    private static bool HasLeaf(uint unit) => (unit & (1u << 8)) != 0;

    /// <summary>Checks that each unit's children lie within the array and its value within the strings, and counts values in UTF-16.</summary>
    private static uint[] WithPlacesInUtf16(uint[] units, ReadOnlySpan<byte> strings)
    {
        int[] places = new int[strings.Length];
        for (int i = 0, utf16 = 0; i < strings.Length; i++)
        {
            bool begins = (strings[i] & 0xC0) != 0x80;
            places[i] = begins ? utf16 : -1;
            if (begins) utf16 += strings[i] >= 0xF0 ? 2 : 1;
        }
        uint[] result = [.. units];
        for (int i = 0; i < units.Length; i++)
        {
            if ((units[i] & Leaf) != 0) continue;
            long children = i ^ Offset(units[i]);
            if ((children | 0xFF) >= units.Length) throw new InvalidDataException($"the array's unit {i} leads to {children}, beyond its {units.Length} units");
            if (!HasLeaf(units[i])) continue;
            uint value = units[children] & ~Leaf;
            if (value >= strings.Length || places[value] < 0)
                throw new InvalidDataException($"the array's unit {children} names a replacement at {value}, where none of the {strings.Length} bytes begins one");
            result[children] = Leaf | (uint)places[value];
        }
        if ((units[0] & Leaf) != 0) throw new InvalidDataException("the array has no root");
        return result;
    }

    private bool IsPlainAfter(int first)
    {
        int place = Root;
        if (!Step(ref place, first, out int value)) return true;
        if (value >= 0) return false;
        for (int second = 1; second < 128; second++)
        {
            int after = place;
            if (Step(ref after, second, out _)) return false;
        }
        return true;
    }
}
