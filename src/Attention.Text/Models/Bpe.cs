using System.Globalization;
using System.Text;

namespace Attention.Text;

/// <summary>Byte-pair encoding (Gage, 1994; Sennrich et al., 2016), over code points or over the signs of <see cref="ByteLevel"/>.</summary>
internal sealed class Bpe : IModel
{
    private readonly Vocabulary _vocabulary;
    private readonly MergeTable _merges;
    private readonly BpeOptions _options;

    /// <summary>Ids of single units below U+0400, which take a look-up each; -1 is none.</summary>
    private readonly int[] _units = new int[0x400];

    /// <summary>Ids of bytes; empty where they do not serve what the vocabulary lacks.</summary>
    private readonly int[] _bytes = [];

    public Bpe(Vocabulary vocabulary, IReadOnlyList<(int Left, int Right, int Id)> merges, BpeOptions options)
    {
        (_vocabulary, _merges, _options) = (vocabulary, new(merges), options);
        for (char unit = '\0'; unit < _units.Length; unit++) _units[unit] = vocabulary.Table.Find([unit]);
        if (options.ByteFallback) _bytes = [.. Enumerable.Range(0, 256).Select(value => vocabulary.Table.Find(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>")))];
    }

    public int Count => _vocabulary.Count;

    public int TokenToId(ReadOnlySpan<char> token) => _vocabulary.Table.Find(token);

    public string? IdToToken(int id) => _vocabulary[id];

    public IPieceEncoder NewEncoder() => new CachedEncoder(new Encoder(this), 1 << 15);

    private sealed class Encoder(Bpe model) : IPieceEncoder
    {
        private readonly Merger _merger = new(model._merges);
        private Symbol[] _symbols = new Symbol[64];
        private int _count;

        /// <summary>What the vocabulary lacks, not yet among the symbols.</summary>
        private Symbol? _unknown;

        public void Encode(ReadOnlySpan<char> piece, int offset, TokenList tokens)
        {
            if (model._options.IgnoreMerges && model._vocabulary.Table.Find(piece) is >= 0 and int whole)
            {
                tokens.Add(whole, offset, offset + piece.Length);
                return;
            }
            _count = 0;
            for (int at = 0; at < piece.Length;)
            {
                int codePoint = Surrogates.CodePointAt(piece, at, out int units);
                Add(piece, at, at + units, codePoint);
                at += units;
            }
            FlushUnknown();
            int count = _merger.Merge(_symbols.AsSpan(0, _count));
            foreach (Symbol symbol in _symbols.AsSpan(0, count)) tokens.Add(symbol.Id, offset + symbol.Start, offset + symbol.End);
        }

        private void Add(ReadOnlySpan<char> piece, int start, int end, int codePoint)
        {
            string prefix = start > 0 ? model._options.ContinuingPrefix : "", suffix = end == piece.Length ? model._options.EndSuffix : "";
            bool plain = prefix.Length + suffix.Length == 0;
            ReadOnlySpan<char> token = plain ? piece[start..end] : string.Concat(prefix, piece[start..end], suffix);
            int id = plain && codePoint < model._units.Length ? model._units[codePoint] : model._vocabulary.Table.Find(token);
            if (id >= 0)
            {
                FlushUnknown();
                Add(new(id, start, end));
            }
            else if (!AddBytes(token, start, end) && model._options.Unknown is int unknown)
            {
                if (_unknown is { } last && model._options.FuseUnknown)
                {
                    _unknown = last with { End = end };
                    return;
                }
                FlushUnknown();
                _unknown = new(unknown, start, end);
            }
        }

        /// <summary>Adds the bytes of a code point and its marks, if the vocabulary has all of them. What is unknown before it comes after it, as in the reference.</summary>
        private bool AddBytes(ReadOnlySpan<char> token, int start, int end)
        {
            if (model._bytes.Length == 0) return false;
            byte[]? large = token.Length > 64 ? new byte[Encoding.UTF8.GetByteCount(token)] : null;
            Span<byte> bytes = large ?? stackalloc byte[192];
            bytes = bytes[..Encoding.UTF8.GetBytes(token, bytes)];
            foreach (byte value in bytes)
            {
                if (model._bytes[value] < 0) return false;
            }
            foreach (byte value in bytes) Add(new(model._bytes[value], start, end));
            return true;
        }

        private void FlushUnknown()
        {
            if (_unknown is { } symbol) Add(symbol);
            _unknown = null;
        }

        private void Add(Symbol symbol)
        {
            if (_count == _symbols.Length) Array.Resize(ref _symbols, 2 * _count);
            _symbols[_count++] = symbol;
        }
    }
}
