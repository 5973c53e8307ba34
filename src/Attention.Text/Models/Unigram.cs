using System.Text.Json;

namespace Attention.Text;

/// <summary>
/// A unigram language model over pieces (Kudo 2018): a text is written by the pieces whose scores have the greatest sum, found by
/// Viterbi's algorithm from left to right, where a later best way must be better than an earlier one. Immutable.
/// </summary>
internal sealed class Unigram : IModel
{
    /// <summary>How much less than the worst piece a character without a piece scores.</summary>
    private const double UnknownPenalty = 10;

    private readonly PieceVocabulary _vocabulary;
    private readonly double[] _scores;
    private readonly double _unknownScore;
    private readonly bool _single;

    /// <param name="vocabulary">The pieces.</param>
    /// <param name="scores">Their scores by their ids: natural logarithms of probabilities.</param>
    /// <param name="worst">The least score, from which that of unknown characters is taken.</param>
    /// <param name="single">Whether sums are kept in single precision, as SentencePiece does; tokenizers' are double.</param>
    public Unigram(PieceVocabulary vocabulary, double[] scores, double worst, bool single)
    {
        (_vocabulary, _scores, _single) = (vocabulary, scores, single);
        _unknownScore = single ? (float)((float)worst - UnknownPenalty) : worst - UnknownPenalty;
    }

    public static Unigram Read(JsonPart part)
    {
        part.Only("type", "unk_id", "vocab", "byte_fallback");
        (string[] pieces, double[] scores) = ReadVocabulary(part["vocab"]);
        int unknown = part["unk_id"].IntOrNull() ?? -1;
        if (!part["unk_id"].IsNull && (uint)unknown >= (uint)pieces.Length)
            throw part["unk_id"].Error($"expected the place of a piece, below {pieces.Length}, found {unknown}");
        PieceVocabulary vocabulary = new(pieces, unknown, part["byte_fallback"].Bool(missing: false));
        return new(vocabulary, scores, scores.Length == 0 ? double.PositiveInfinity : scores.Min(), single: false);
    }

    /// <summary>Pieces with their scores. There may be hundreds of thousands, so a part that knows its path is made only of one that is wrong.</summary>
    private static (string[] Pieces, double[] Scores) ReadVocabulary(JsonPart vocabulary)
    {
        vocabulary.Expect(JsonValueKind.Array, "an array");
        string[] pieces = new string[vocabulary.Element.GetArrayLength()];
        double[] scores = new double[pieces.Length];
        int at = 0;
        foreach (JsonElement entry in vocabulary.Element.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2) throw vocabulary.ItemAt(at).Error("expected a piece and its score");
            (JsonElement piece, JsonElement score) = (entry[0], entry[1]);
            try
            {
                pieces[at] = piece.ValueKind == JsonValueKind.String ? piece.GetString()! : vocabulary.ItemAt(at).ItemAt(0).String();
            }
            catch (InvalidOperationException)
            {
                throw vocabulary.ItemAt(at).ItemAt(0).Error("a string holds an escaped surrogate that stands alone");
            }
            scores[at] = score.ValueKind == JsonValueKind.Number ? score.GetDouble() : vocabulary.ItemAt(at).ItemAt(1).Double();
            if (!double.IsFinite(scores[at])) throw vocabulary.ItemAt(at).ItemAt(1).Error("expected a number of 64 bits");
            at++;
        }
        return (pieces, scores);
    }

    public int Count => _vocabulary.Count;

    public int TokenToId(ReadOnlySpan<char> token) => _vocabulary.TokenToId(token);

    public string? IdToToken(int id) => _vocabulary.Piece(id);

    public IPieceEncoder NewEncoder() => new Encoder(this);

    private sealed class Encoder(Unigram model) : IPieceEncoder
    {
        private const int Unreached = -1;

        private readonly PieceWriter _writer = new(model._vocabulary, joins: !model._single);
        private Step[] _best = new Step[128];

        /// <summary>The best way to a place: its score, and its last piece, which begins at <see cref="From"/>.</summary>
        private struct Step
        {
            public double Score;
            public int From, Id;
        }

        public void Encode(ReadOnlySpan<char> piece, int offset, TokenList tokens)
        {
            if (piece.IsEmpty) return;
            FindBest(piece);
            TurnForward(piece.Length);
            for (int start = 0, end; start < piece.Length; start = end)
            {
                end = _best[start].From;
                _writer.Add(piece, _best[end].Id, start, end, offset, tokens);
            }
            _writer.End(piece, piece.Length, offset, tokens);
        }

        private void FindBest(ReadOnlySpan<char> text)
        {
            if (_best.Length <= text.Length) _best = new Step[Math.Max(text.Length + 1, 2 * _best.Length)];
            Step[] best = _best;
            best.AsSpan(0, text.Length + 1).Fill(new() { From = Unreached });
            best[0].Score = 0;
            Trie trie = model._vocabulary.Trie;
            for (int start = 0, units; start < text.Length; start += units)
            {
                int node = trie.Step(Trie.Root, Surrogates.CodePointAt(text, start, out units));
                bool alone = false;
                double before = best[start].Score;
                for (int end = start + units; node >= 0;)
                {
                    int id = trie.Value(node);
                    if (id >= 0)
                    {
                        Reach(end, start, id, before + model._scores[id]);
                        alone |= end == start + units;
                    }
                    if (end >= text.Length) break;
                    node = trie.Step(node, Surrogates.CodePointAt(text, end, out int more));
                    end += more;
                }
                if (!alone) ReachUnknown(text, start, start + units, before + model._unknownScore);
            }
        }

        private void Reach(int end, int start, int id, double score)
        {
            ref Step step = ref _best[end];
            if (step.From != Unreached && !(score > step.Score)) return;
            step = new() { Score = model._single ? (float)score : score, From = start, Id = id };
        }

        private void ReachUnknown(ReadOnlySpan<char> text, int start, int end, double score)
        {
            if (model._single) score = (float)score;
            if (_best[end].From != Unreached && !(score > _best[end].Score)) return;
            int unknown = model._vocabulary.Unknown;
            if (unknown < 0)
            {
                throw new InvalidOperationException(
                    $"the model has no piece for U+{Surrogates.CodePointAt(text, start, out _):X4} and no unknown piece (unk_id is null in its file)");
            }
            Reach(end, start, unknown, score);
        }

        /// <summary>Turns the way to the end around: each place of it then names the next one.</summary>
        private void TurnForward(int end)
        {
            int next = end;
            for (int at = end; at > 0;)
            {
                int from = _best[at].From;
                _best[at].From = next;
                (next, at) = (at, from);
            }
            _best[0].From = next;
        }
    }
}
