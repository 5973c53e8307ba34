using System.Buffers.Binary;
using System.Text;

namespace Attention.Text.Tests;

/// <summary>Writes rules of normalisation as SentencePiece's files hold them. Each node's children have a block of 256 units to themselves.</summary>
internal static class CharsmapWriter
{
    public static byte[] Write(params (string From, string To)[] rules)
    {
        List<byte> strings = [];
        List<uint> units = [.. Enumerable.Repeat(0x80000000u, 256)];
        units[0] = 0;
        Dictionary<string, (int Unit, int Block)> nodes = new() { [""] = (0, -1) };
        foreach ((string from, string to) in rules)
        {
            string key = string.Concat(Encoding.UTF8.GetBytes(from).Select(value => (char)value));
            for (int length = 1; length <= key.Length; length++)
            {
                if (nodes.ContainsKey(key[..length])) continue;
                int block = Block(key[..(length - 1)]);
                int unit = block ^ key[length - 1];
                units[unit] |= key[length - 1];
                units[unit] &= 0x7FFFFFFF;
                nodes[key[..length]] = (unit, -1);
            }
            int leaf = Block(key);
            units[nodes[key].Unit] |= 1 << 8;
            units[leaf] = 0x80000000u | (uint)strings.Count;
            strings.AddRange([.. Encoding.UTF8.GetBytes(to), 0]);
        }
        byte[] blob = new byte[4 + 4 * units.Count + strings.Count];
        BinaryPrimitives.WriteInt32LittleEndian(blob, 4 * units.Count);
        for (int i = 0; i < units.Count; i++) BinaryPrimitives.WriteUInt32LittleEndian(blob.AsSpan(4 + 4 * i), units[i]);
        strings.CopyTo(blob, 4 + 4 * units.Count);
        return blob;

        int Block(string node)
        {
            (int unit, int block) = nodes[node];
            if (block >= 0) return block;
            block = units.Count;
            units.AddRange(Enumerable.Repeat(0x80000000u, 256));
            // The offset is a multiple of 256 but for the unit's own low bits; one too large for 21 bits would need the other form.
            units[unit] |= (uint)(unit ^ block) << 10;
            nodes[node] = (unit, block);
            return block;
        }
    }
}
