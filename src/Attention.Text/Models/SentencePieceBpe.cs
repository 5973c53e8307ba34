namespace Attention.Text;

/// <summary>
/// Byte-pair encoding as SentencePiece does it (Kudo and Richardson 2018): two neighbours become one where the text of both is a
/// piece, the one of the best score first, of equal ones the leftmost. User-defined pieces stand from the start; an unused piece is
/// taken apart again. Immutable.
/// </summary>
internal sealed class SentencePieceBpe(PieceVocabulary vocabulary, float[] scores, bool[] unused, UserDefinedPieces userDefined) : IModel
{
    public int Count => vocabulary.Count;

    public int TokenToId(ReadOnlySpan<char> token) => vocabulary.TokenToId(token);

    public string? IdToToken(int id) => vocabulary.Piece(id);

    public IPieceEncoder NewEncoder() => new Encoder(vocabulary, scores, unused, userDefined);

    private sealed class Encoder(PieceVocabulary vocabulary, float[] scores, bool[] unused, UserDefinedPieces userDefined) : IPieceEncoder
    {
        private readonly PriorityQueue<(int Right, int Length), ulong> _merges = new();
        private readonly Dictionary<int, int> _leftLengths = [];
        private readonly Stack<(int Start, int End)> _open = new();
        private readonly PieceWriter _writer = new(vocabulary);
        private Symbol[] _symbols = new Symbol[128];

        /// <summary>A stretch of the text, named by its first unit; the node of its text in the trie, negative where it leads nowhere. Merged into another, its end is its start.</summary>
        private struct Symbol
        {
            public int End, Previous, Next, Node;
            public bool Frozen;
        }

        public void Encode(ReadOnlySpan<char> piece, int offset, TokenList tokens)
        {
            if (piece.IsEmpty) return;
            Split(piece);
            for (int left = 0; _symbols[left].Next < piece.Length; left = _symbols[left].Next) Consider(piece, left, _symbols[left].Next);
            while (_merges.TryDequeue(out (int Right, int Length) merge, out ulong key)) Merge(piece, (int)(key & int.MaxValue), merge.Right, merge.Length);
            for (int start = 0; start < piece.Length; start = _symbols[start].Next) Write(piece, start, _symbols[start].End, offset, tokens);
            _writer.End(piece, piece.Length, offset, tokens);
        }

        /// <summary>Begins with a symbol for each user-defined piece and each other character.</summary>
        private void Split(ReadOnlySpan<char> text)
        {
            if (_symbols.Length < text.Length) _symbols = new Symbol[Math.Max(text.Length, 2 * _symbols.Length)];
            _leftLengths.Clear();
            for (int start = 0, previous = -1, length; start < text.Length; start += length)
            {
                bool frozen = userDefined.TryMatch(text[start..], out length);
                int node = vocabulary.Trie.Step(Trie.Root, text.Slice(start, length));
                _symbols[start] = new() { End = start + length, Previous = previous, Next = start + length, Node = node, Frozen = frozen };
                previous = start;
            }
        }

        private void Consider(ReadOnlySpan<char> text, int left, int right)
        {
            ref Symbol a = ref _symbols[left];
            ref Symbol b = ref _symbols[right];
            if (a.Frozen || b.Frozen || a.Node < 0) return;
            int node = vocabulary.Trie.Step(a.Node, text[right..b.End]);
            if (node < 0 || vocabulary.Trie.Value(node) is not (>= 0 and int id)) return;
            _merges.Enqueue((right, b.End - left), Key(scores[id], left));
            if (unused[id]) _leftLengths[id] = right - left;
        }

        /// <summary>Orders merges: a greater score before, then the further left.</summary>
        private static ulong Key(float score, int left)
        {
            uint bits = BitConverter.SingleToUInt32Bits(score + 0f);
            uint ascending = bits >> 31 == 0 ? bits | 0x80000000 : ~bits;
            return (ulong)~ascending << 32 | (uint)left;
        }

        private void Merge(ReadOnlySpan<char> text, int left, int right, int length)
        {
            ref Symbol a = ref _symbols[left];
            ref Symbol b = ref _symbols[right];
            if (a.End == left || b.End == right || a.End - left + b.End - right != length) return;
            a.Node = vocabulary.Trie.Step(a.Node, text[right..b.End]);
            (a.End, a.Next) = (b.End, b.Next);
            b.End = right;
            if (a.Next < text.Length) _symbols[a.Next].Previous = left;
            if (a.Previous >= 0) Consider(text, a.Previous, left);
            if (a.Next < text.Length) Consider(text, left, a.Next);
        }

        private void Write(ReadOnlySpan<char> text, int start, int end, int offset, TokenList tokens)
        {
            _open.Push((start, end));
            while (_open.TryPop(out (int Start, int End) part))
            {
                int id = vocabulary.TokenToId(text[part.Start..part.End]);
                if (id >= 0 && unused[id] && _leftLengths.TryGetValue(id, out int left))
                {
                    _open.Push((part.Start + left, part.End));
                    _open.Push((part.Start, part.Start + left));
                }
                else _writer.Add(text, id, part.Start, part.End, offset, tokens);
            }
        }
    }
}
