using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Attention.Tests;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>Models of SentencePiece against SentencePiece itself.</summary>
public sealed class SentencePieceTests
{
    public static TheoryData<string> Models => [.. SentencePieceGoldens.Models];

    private static Tokenizer Load(string model) => Tokenizer.LoadSentencePiece(new MemoryStream(SentencePieceGoldens.Model(model)), model);

    [Theory]
    [MemberData(nameof(Models))]
    public void IdsAreSentencePieces(string model)
    {
        Tokenizer tokenizer = Load(model);
        int[][] expected = SentencePieceGoldens.Ids(model, "ids");
        Assert.Equal(SentencePieceGoldens.Texts.Length, expected.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            string text = SentencePieceGoldens.Texts[i];
            int[] found = tokenizer.EncodeToIds(text);
            Assert.True(expected[i].AsSpan().SequenceEqual(found), $"text {i}, {Show(text)}: expected {Pieces(tokenizer, expected[i])}, found {Pieces(tokenizer, found)}");
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void IdsOfAHundredThousandTimesOneSignAreSentencePieces(string model)
    {
        Tokenizer tokenizer = Load(model);
        foreach ((string sign, string expected) in SentencePieceGoldens.Signs.Zip(SentencePieceGoldens.Strings(model, "long")))
        {
            int[] ids = tokenizer.EncodeToIds(string.Concat(Enumerable.Repeat(sign, 100_000)));
            string found = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<int>(ids)));
            Assert.True(expected == found, Show(sign));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void NothingIsAllocatedByAText(string model)
    {
        Tokenizer tokenizer = Load(model);
        int[] ids = new int[10000];
        Allocations.AssertNone(model, () =>
        {
            foreach (string text in SentencePieceGoldens.Texts) tokenizer.Encode(text, ids);
        });
    }

    /// <summary>
    /// A token begins where SentencePiece's does, but within a user-defined piece, all of whose characters begin with it there. It ends
    /// there too, but for text that becomes nothing, and for a character whose rest is in the next token or a space that is dropped: it counts whole here.
    /// </summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void SpansAreSentencePieces(string model)
    {
        Tokenizer tokenizer = Load(model);
        string[] userDefined = [.. SentencePieceFile.Read(SentencePieceGoldens.Model(model), model).Pieces.Where(piece => piece.Type == PieceType.UserDefined).Select(piece => piece.Text)];
        int[][] ids = SentencePieceGoldens.Ids(model, "ids"), begins = SentencePieceGoldens.Ids(model, "begins"), ends = SentencePieceGoldens.Ids(model, "ends");
        for (int i = 0; i < ids.Length; i++)
        {
            string text = SentencePieceGoldens.Texts[i];
            int[] places = PlacesOfCodePoints(text);
            Piece[] spans = [.. tokenizer.Encode(text).Offsets.Select(range => new Piece(range.Start.Value, range.End.Value))];
            for (int t = 0; t < spans.Length; t++)
            {
                (int start, int end) = spans[t];
                int begin = places[begins[i][t]], stop = places[ends[i][t]];
                bool isByte = PieceVocabulary.ByteOf(tokenizer.IdToToken(ids[i][t])) >= 0;
                // Of a character's bytes the last one alone has its span there; here all have.
                if (isByte && begin == stop) stop = end;
                bool follows = t == 0 || (spans[t - 1].Start <= start && spans[t - 1].End <= end);
                bool begun = start == begin || (start == end && start < begin && BecomesNothing(tokenizer, text[start..begin])) || userDefined.Any(piece => text.AsSpan(begin).StartsWith(piece) && start > begin && start < begin + piece.Length);
                bool ended = end == stop || (end < stop ? BecomesNothing(tokenizer, text[end..stop])
                    : BecomesNothing(tokenizer, text[stop..end]) || (t + 1 < spans.Length && spans[t + 1].Start < end) || userDefined.Any(piece => text.AsSpan(stop).StartsWith(piece) && end < stop + piece.Length)
                    || (t + 1 == spans.Length && PlacesOfCodePoints(text[stop..end]).Length == 2));
                Assert.True(follows && begun && ended, $"text {i}, {Show(text)}, token {t}, {Show(tokenizer.IdToToken(ids[i][t])!)}: expected {begin} to {stop}, found {spans[t]}");
            }
        }
    }

    private static bool BecomesNothing(Tokenizer tokenizer, string part)
    {
        NormalizedText text = new();
        text.Reset(part, 0, tracks: false);
        tokenizer.Parts.Normalizer!.Normalize(text);
        return text.Chars.Trim('\u2581').IsEmpty;
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void DecodesAsSentencePiece(string model)
    {
        Tokenizer tokenizer = Load(model);
        foreach ((string ids, string texts) in (ReadOnlySpan<(string, string)>)[("ids", "decoded"), ("random_ids", "random_decoded")])
        {
            int[][] given = SentencePieceGoldens.Ids(model, ids);
            string[] expected = SentencePieceGoldens.Strings(model, texts);
            for (int i = 0; i < given.Length; i++)
            {
                string found = tokenizer.Decode(given[i], skipSpecialTokens: false);
                Assert.True(expected[i] == found, $"{ids} {i}, {Pieces(tokenizer, given[i])}: expected {Show(expected[i])}, found {Show(found)}");
            }
        }
    }

    /// <summary>Models without rules for what they decode: such a rule may rewrite what has been shown.</summary>
    public static TheoryData<string> Streaming => [.. SentencePieceGoldens.Models.Where(model => !model.StartsWith("rules", StringComparison.Ordinal))];

    /// <summary>Control pieces, spaces and broken bytes in any order: what is shown token by token is the text.</summary>
    [Theory]
    [MemberData(nameof(Streaming))]
    public void StreamsWhatItDecodes(string model)
    {
        Tokenizer tokenizer = Load(model);
        StreamingDecoder decoder = new(tokenizer, skipSpecialTokens: false);
        int space = tokenizer.TokenToId("\u2581") ?? 0;
        int[][] runs = [[.. Enumerable.Repeat(space, 200), 5], [6, .. Enumerable.Repeat(space, 200), 5], [.. Enumerable.Repeat(1, 200), space, 6, 7], [6, .. Enumerable.Repeat(1, 200), space, space, 6]];
        foreach (int[] ids in (int[][])[.. SentencePieceGoldens.Ids(model, "ids"), .. SentencePieceGoldens.Ids(model, "random_ids"), .. runs])
        {
            string found = string.Concat(ids.Select(decoder.Append)) + decoder.Finish();
            string expected = tokenizer.Decode(ids, skipSpecialTokens: false);
            Assert.True(expected == found, $"{Pieces(tokenizer, ids)}: expected {Show(expected)}, found {Show(found)}");
        }
    }

    internal static string Show(string text)
    {
        StringBuilder shown = new("\"");
        foreach (char unit in text) shown.Append(unit is >= ' ' and < '\u007f' ? unit.ToString() : $"\\u{(int)unit:x4}");
        return shown.Append('"').ToString();
    }

    private static string Pieces(Tokenizer tokenizer, int[] ids) => string.Join(' ', ids.Select(id => Show(tokenizer.IdToToken(id)!)));

    private static int[] PlacesOfCodePoints(string text)
    {
        List<int> places = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsLowSurrogate(text[i]) || i == 0 || !char.IsHighSurrogate(text[i - 1])) places.Add(i);
        }
        return [.. places, text.Length];
    }

    /// <summary>A surrogate that stands alone is U+FFFD, and no unit of the text is lost.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void LoneSurrogatesAreReplacements(string model)
    {
        Tokenizer tokenizer = Load(model);
        foreach (string text in (ReadOnlySpan<string>)["\uD800", "a\uDC00b", "\uD83D x", "\uDE00\uD83D", "ab\uD800\uD800\uDC00\uDC00"])
        {
            string replaced = string.Create(text.Length, text, (span, from) =>
            {
                from.CopyTo(span);
                Surrogates.Repair(span);
            });
            Assert.Equal(text.Length, replaced.Length);
            Assert.Contains('\uFFFD', replaced);
            Assert.Equal(tokenizer.EncodeToIds(replaced), tokenizer.EncodeToIds(text));
            Assert.Equal(tokenizer.Encode(replaced).Offsets, tokenizer.Encode(text).Offsets);
        }
    }
}
