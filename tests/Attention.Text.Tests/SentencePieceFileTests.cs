using System.Text;
using Xunit;

namespace Attention.Text.Tests;

/// <summary>Files of SentencePiece that are not as they should be.</summary>
public sealed class SentencePieceFileTests
{
    private static Tokenizer Load(byte[] model) => Tokenizer.LoadSentencePiece(new MemoryStream(model), "m.model");

    private static byte[] Field(int number, params byte[] value) => [.. Varint(number << 3 | 2), .. Varint(value.Length), .. value];

    private static byte[] Number(int number, ulong value) => [.. Varint(number << 3), .. Varint((long)value)];

    private static byte[] Varint(long value)
    {
        List<byte> bytes = [];
        for (ulong rest = (ulong)value; ; rest >>= 7)
        {
            bytes.Add((byte)(rest > 127 ? rest & 127 | 128 : rest));
            if (rest <= 127) return [.. bytes];
        }
    }

    private static byte[] Piece(string text, float score = -1, PieceType type = PieceType.Normal) =>
        Field(1, [.. Field(1, Encoding.UTF8.GetBytes(text)), 0x15, .. BitConverter.GetBytes(score), .. Number(3, (ulong)type)]);

    private static readonly byte[] Unknown = Piece("<unk>", 0, PieceType.Unknown);

    public static TheoryData<string, byte[], string> Malformed => new()
    {
        { "nothing", [], "m.model: expected a SentencePiece model, found a file without pieces." },
        { "no pieces", Field(2), "m.model: expected a SentencePiece model, found a file without pieces." },
        { "text", "hello"u8.ToArray(), "m.model: ModelProto, field 13, before byte 3: wire type 4 is none that is known." },
        { "field 0", [0x02, 0x00], "m.model: ModelProto, field 0, before byte 1: expected a field's number from 1 to 536870911, found 0." },
        { "group", [0x53], "m.model: ModelProto, field 10, before byte 1: wire type 3 is none that is known." },
        { "long number", [0x50, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], "a number is longer than 10 bytes." },
        { "cut", [0x0A, 5, 1], "m.model: ModelProto, field 1, before byte 2: expected 5 bytes, found the message's end after 1." },
        { "beyond", [0x0A, 255, 255, 255, 255, 255, 1], "a length of 68719476735 is beyond the message's end." },
        { "wire type", [.. Unknown, 0x08, 1], "expected wire type 2, found 0." },
        { "no UTF-8", [.. Unknown, .. Field(1, Field(1, 0xC3))], "m.model: piece 1, field 1, before byte 21: a string is not UTF-8." },
        { "empty piece", [.. Unknown, .. Field(1)], "piece 1, field 0, before byte 18: the piece is empty." },
        { "no number", [.. Unknown, .. Piece("a", float.NaN)], "expected a finite score, found NaN." },
        { "type", [.. Unknown, .. Piece("a", 0, (PieceType)7)], "expected a type from 1 to 6, found 7." },
        { "kind", [.. Unknown, .. Field(2, Number(3, 5))], "trainer_spec, field 3, before byte 20: expected a model_type from 1 to 4, found 5." },
        { "no unknown", Piece("a"), "m.model: expected an unknown piece (type 2), found none." },
        { "two unknown", [.. Unknown, .. Piece("a", 0, PieceType.Unknown)], "m.model: piece 1, \"a\": piece 0 is the unknown one already." },
        { "twice", [.. Unknown, .. Piece("a"), .. Piece("b"), .. Piece("a")], "m.model: pieces 1 and 3 have the same text, \"a\"." },
        { "byte", [.. Unknown, .. Piece("<0x41>", 0, PieceType.Byte)], "m.model: piece 1, \"<0x41>\", stands for a byte, but trainer_spec.byte_fallback is false." },
        { "no byte", [.. Unknown, .. Piece("<0x4G>", 0, PieceType.Byte), .. Field(2, Number(35, 1))], "expected a text from <0x00> to <0xFF>, found \"<0x4G>\"." },
        { "few bytes", [.. Unknown, .. Piece("<0x41>", 0, PieceType.Byte), .. Field(2, Number(35, 1))], "expected 256 pieces that stand for bytes, found 1." },
        { "rules", [.. Unknown, .. Field(3, Field(2, 1, 2, 3))], "m.model: normalizer_spec, field 2, before byte 23: precompiled_charsmap: expected rules of at least 4 bytes, found 3." },
        { "rules' size", [.. Unknown, .. Field(3, Field(2, 8, 0, 0, 0, 1))], "found its size 8." },
        { "rules' strings", [.. Unknown, .. Field(3, Field(2, 4, 0, 0, 0, 0, 0, 0, 0, 65))], "the last replacement does not end." },
        { "rules' array", [.. Unknown, .. Field(3, Field(2, 4, 0, 0, 0, 0, 0, 16, 0, 0))], "the array's unit 0 leads to 1024, beyond its 256 units." },
        { "rules' values", [.. Unknown, .. Field(3, Field(2, 4, 0, 0, 0, 0, 1, 0, 0, 0))], "names a replacement at" },
        { "its own test", [.. Unknown, .. Piece("\u2581a"), .. Field(4, Field(1, [.. Field(1, "a"u8.ToArray()), .. Field(2, "a"u8.ToArray())]))], "m.model: self_test_data: of \"a\" the file expects \"a\", found \"\u2581a\"." },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void WhatIsWrongIsSaid(string what, byte[] model, string message)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Load(model));
        Assert.True(error.Message.Contains(message, StringComparison.Ordinal), $"{what}: {error.Message}");
    }

    /// <summary>A model whose every byte matters somewhere is loaded and used after each change, or refused; nothing else happens.</summary>
    [Theory]
    [InlineData("unigram-identity")]
    [InlineData("unigram-nmt_nfkc_cf")]
    [InlineData("bpe-bytes")]
    [InlineData("rules")]
    [InlineData("bpe-unused")]
    [InlineData("char")]
    public void ChangedBytesAreRefusedOrHarmless(string name)
    {
        byte[] model = SentencePieceGoldens.Model(name);
        Random random = new(7);
        int refused = 0, used = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] changed = i % 3 == 0 ? model[..random.Next(model.Length)] : [.. model];
            for (int flips = i % 3; flips > 0; flips--) changed[random.Next(Math.Min(changed.Length, i % 2 == 0 ? changed.Length : 4000))] ^= (byte)(1 << random.Next(8));
            try
            {
                Tokenizer tokenizer = Load(changed);
                used++;
                for (int t = 0; t < 20; t++)
                {
                    string text = SentencePieceGoldens.Texts[random.Next(SentencePieceGoldens.Texts.Length)];
                    EncodedText encoded = tokenizer.Encode(text);
                    Assert.All(encoded.Offsets, range => Assert.InRange(range.End.Value, range.Start.Value, text.Length));
                    tokenizer.Decode(encoded.Ids);
                }
            }
            catch (InvalidDataException error)
            {
                Assert.StartsWith("m.model: ", error.Message);
                refused++;
            }
        }
        Assert.True(refused > 10 && used > 10, $"{refused} refused, {used} used");
    }

    /// <summary>Rules whose bytes are changed, read alone: every walk stays within the array.</summary>
    [Fact]
    public void ChangedRulesAreRefusedOrHarmless()
    {
        byte[] rules = CharsmapWriter.Write(("a", "x"), ("ab", "y"), ("\u00E9", ""), ("\u3042\u3044", "\U0001F600"));
        Random random = new(9);
        int refused = 0, used = 0;
        for (int i = 0; i < 20000; i++)
        {
            byte[] changed = [.. rules];
            for (int flips = 1 + i % 3; flips > 0; flips--) changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                PrecompiledCharsmap map = new(changed);
                foreach (bool longest in (ReadOnlySpan<bool>)[true, false])
                {
                    foreach (string text in (ReadOnlySpan<string>)["abc", "\u00E9\u3042\u3044", "\u0000\u0001z\U0001F600"])
                    {
                        if (map.TryMatch(text, longest, out int length, out _)) Assert.InRange(length, 1, text.Length);
                    }
                }
                used++;
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }
        Assert.True(refused > 100 && used > 100, $"{refused} refused, {used} used");
    }
}
