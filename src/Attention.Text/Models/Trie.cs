using System.Text;

namespace Attention.Text;

/// <summary>
/// A set of strings with a number each, walked one code point at a time: a double array over their UTF-8 (Aoe 1989). A node's child
/// by a byte stands at the node's base plus the byte, where the check names the node. Immutable.
/// </summary>
internal sealed class Trie
{
    public const int Root = 0;

    /// <summary>The value of a node where no string ends.</summary>
    public const int None = -1;

    private Node[] _nodes = new Node[512];

    private struct Node
    {
        public int Base, Check, Value;
    }

    /// <summary>A trie of strings with values that are not <see cref="None"/>. An empty string is left out; of equal ones the last counts.</summary>
    public Trie(IReadOnlyList<string> keys, ReadOnlySpan<int> values)
    {
        byte[][] bytes = [.. keys.Select(Encoding.UTF8.GetBytes)];
        int[] order = [.. Enumerable.Range(0, bytes.Length)];
        Array.Sort(order, (a, b) => bytes[a].AsSpan().SequenceCompareTo(bytes[b]) is int c and not 0 ? c : a.CompareTo(b));
        _nodes.AsSpan().Fill(new() { Check = -1, Value = None });
        _nodes[Root].Check = int.MaxValue;
        int free = 1;
        List<byte> labels = [];
        Stack<(int Node, int From, int To, int Depth)> open = new([(Root, 0, order.Length, 0)]);
        while (open.TryPop(out (int Node, int From, int To, int Depth) at))
        {
            for (; at.From < at.To && bytes[order[at.From]].Length == at.Depth; at.From++)
            {
                if (at.Depth > 0) _nodes[at.Node].Value = values[order[at.From]];
            }
            if (at.From >= at.To) continue;
            labels.Clear();
            for (int i = at.From; i < at.To; i++)
            {
                byte label = bytes[order[i]][at.Depth];
                if (labels.Count == 0 || labels[^1] != label) labels.Add(label);
            }
            int place = FindBase(labels, ref free);
            _nodes[at.Node].Base = place;
            foreach (byte label in labels) _nodes[place + label].Check = at.Node;
            for (int from = at.From, to; from < at.To; from = to)
            {
                byte label = bytes[order[from]][at.Depth];
                for (to = from + 1; to < at.To && bytes[order[to]][at.Depth] == label;) to++;
                open.Push((place + label, from, to, at.Depth + 1));
            }
        }
    }

    /// <summary>The number of the string that ends at a node.</summary>
    public int Value(int node) => _nodes[node].Value;

    /// <summary>The node that a code point leads to; negative if no string goes on so.</summary>
    public int Step(int node, int codePoint)
    {
        if (codePoint < 0x80) return StepByte(node, codePoint);
        if (codePoint < 0x800) node = StepByte(node, 0xC0 | (codePoint >> 6));
        else
        {
            if (codePoint < 0x10000) node = StepByte(node, 0xE0 | (codePoint >> 12));
            else
            {
                node = StepByte(node, 0xF0 | (codePoint >> 18));
                if (node >= 0) node = StepByte(node, 0x80 | ((codePoint >> 12) & 0x3F));
            }
            if (node >= 0) node = StepByte(node, 0x80 | ((codePoint >> 6) & 0x3F));
        }
        return node < 0 ? node : StepByte(node, 0x80 | (codePoint & 0x3F));
    }

    /// <summary>The node that a text leads to from another; negative if no string goes on so.</summary>
    public int Step(int node, ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length && node >= 0;)
        {
            node = Step(node, Surrogates.CodePointAt(text, i, out int units));
            i += units;
        }
        return node;
    }

    /// <summary>The number of a string; <see cref="None"/> if it is not in the set.</summary>
    public int Find(ReadOnlySpan<char> text) => Step(Root, text) is int node and >= 0 ? Value(node) : None;

    /// <summary>The number of the longest string that a text begins with, and its units; <see cref="None"/> and 0 if there is none.</summary>
    public int LongestPrefix(ReadOnlySpan<char> text, out int length)
    {
        (int node, int found) = (Root, None);
        length = 0;
        for (int i = 0; i < text.Length;)
        {
            node = Step(node, Surrogates.CodePointAt(text, i, out int units));
            if (node < 0) break;
            i += units;
            if (Value(node) != None) (found, length) = (Value(node), i);
        }
        return found;
    }

    private int StepByte(int node, int label)
    {
        Node[] nodes = _nodes;
        int next = nodes[node].Base + label;
        return (uint)next < (uint)nodes.Length && nodes[next].Check == node ? next : -1;
    }

    /// <summary>A base that puts all children on free places. What has been looked at often enough is given up, holes included, so that the search stays near-linear.</summary>
    private int FindBase(List<byte> labels, ref int free)
    {
        const int patience = 512;
        int looked = 0;
        for (int first = free; ; first++)
        {
            while (_nodes.Length < first + 512) Grow();
            bool taken = _nodes[first].Check >= 0;
            if (++looked >= patience || (taken && first == free)) free = first + 1;
            if (taken) continue;
            int place = first - labels[0];
            bool fits = true;
            for (int i = 1; fits && i < labels.Count; i++) fits = _nodes[place + labels[i]].Check < 0;
            if (fits) return place;
        }
    }

    private void Grow()
    {
        int length = _nodes.Length;
        Array.Resize(ref _nodes, 2 * length);
        _nodes.AsSpan(length).Fill(new() { Check = -1, Value = None });
    }
}
