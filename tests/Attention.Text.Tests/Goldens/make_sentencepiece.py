#!/usr/bin/env python3
"""Trains small SentencePiece models of every kind and writes what SentencePiece makes of hostile texts with them.

Writes sentencepiece.tar.br: the models, and golden.json with, for each model, ids, begins and ends of pieces (code points of the
text) and the decoded text, texts of random ids, and SHA-256 of
the ids (32 bits each, little endian) of 100,000 times one sign. Debian: python3-sentencepiece (0.1.97), python3-brotli.
With two arguments, a number of random texts and a file, writes that many there; with a third, a file of texts, its lines too.
"""
import hashlib, io, json, os, pathlib, random, struct, sys, tarfile, tempfile
import brotli
import sentencepiece as spm

HERE = pathlib.Path(__file__).parent
OWN = """The quick brown fox jumps over the lazy dog, and the other dogs do not know what to think of it.
Wer einen Text in Stücke schneidet, möchte ihn später wieder zusammensetzen können; größer wird er dadurch nicht.
Le café était fermé, l'hôtel aussi, et nous avons cherché longtemps une chambre où passer la nuit.
El niño comió una manzana mañana por la mañana, ¿verdad?
Мы читаем книги и пишем письма, а потом идём гулять по старому городу.
Η γλώσσα είναι ένα παιχνίδι με λέξεις και σημεία.
すべての言葉は小さな部分に分けることができます。カタカナとひらがなと漢字。
所有的文字都可以分成小块,然后再合在一起。這是一個例子。
모든 글은 작은 조각으로 나눌 수 있습니다.
كل نص يمكن تقسيمه إلى قطع صغيرة ثم جمعه من جديد.
כל טקסט אפשר לחלק לחלקים קטנים ולחבר אותם שוב.
हर पाठ को छोटे टुकड़ों में बाँटा जा सकता है।
ทุกข้อความสามารถแบ่งเป็นชิ้นเล็ก ๆ ได้
Mọi văn bản đều có thể chia thành từng mảnh nhỏ.
Ağaçların gölgesinde ılık bir çay içtik, İstanbul'a döndük.
Zażółć gęślą jaźń, a potem idź spać.
1234567890 3.14159 2,718 1/2 ½ 50% $100 €20 (a) [b] {c} <d> "e" 'f' x = y + z; int main() { return 0; }
""".splitlines()

COMMON = dict(model_type="unigram", vocab_size=600, character_coverage=0.9995, num_threads=1, minloglevel=2, hard_vocab_limit=False)
BYTES = dict(byte_fallback=True, vocab_size=900, character_coverage=0.98)
MODELS = {
    "unigram-nmt_nfkc": dict(normalization_rule_name="nmt_nfkc"),
    "unigram-nmt_nfkc_cf": dict(normalization_rule_name="nmt_nfkc_cf", control_symbols="<cls>,<sep>", user_defined_symbols="<mask>,dog,do,Text,ﬁ,▁the", pad_id=3),
    "unigram-nfkc-bytes": dict(normalization_rule_name="nfkc", **BYTES),
    "unigram-identity": dict(normalization_rule_name="identity", remove_extra_whitespaces=False, add_dummy_prefix=False, user_defined_symbols="ab,abc,bcd,<x>"),
    "unigram-suffix": dict(normalization_rule_name="nmt_nfkc", treat_whitespace_as_suffix=True, unk_surface="(?)"),
    "unigram-ties": dict(normalization_rule_name="identity", vocab_size=800),
    "unigram-unused": dict(normalization_rule_name="nmt_nfkc"),
    "unigram-high": dict(normalization_rule_name="identity", user_defined_symbols="ab,abc,bcd,<x>,th,ing,Text"),
    "unigram-near": dict(normalization_rule_name="identity", vocab_size=400, user_defined_symbols="ab,abc,bcd,<x>,th,ing,Text"),
    "bpe-nmt_nfkc": dict(model_type="bpe", normalization_rule_name="nmt_nfkc"),
    "bpe-bytes": dict(model_type="bpe", normalization_rule_name="identity", remove_extra_whitespaces=False, split_digits=True, allow_whitespace_only_pieces=True,
                      user_defined_symbols="\n,  ,ab,abc,bcd,<x>", **BYTES),
    "bpe-suffix": dict(model_type="bpe", normalization_rule_name="nfkc", treat_whitespace_as_suffix=True, add_dummy_prefix=False),
    "bpe-ties": dict(model_type="bpe", normalization_rule_name="identity", vocab_size=800, remove_extra_whitespaces=False),
    "bpe-unused": dict(model_type="bpe", normalization_rule_name="nmt_nfkc_cf"),
    "rules": dict(rules=["61 20 62>63 20 64", "20 61 61>", "61 61>20", "41>", "42>20 20 78 20", "43>2581", "44 45 46>1F600 301", "1F601>47 48"],
                  remove_extra_whitespaces=True, self_test_sample_size=10),
    "rules-spaces": dict(rules=["41>", "42>20 20 78 20", "43>2581"], remove_extra_whitespaces=False, model_type="bpe"),
    "char": dict(model_type="char", user_defined_symbols="ab,abc"),
    "word": dict(model_type="word", user_defined_symbols="ab,abc"),
}


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def fields(data):
    at = 0

    def read():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        begin, tag = at, read()
        if tag & 7 == 2:
            length = read()
            at += length
            yield tag >> 3, data[begin:at], data[at - length:at]
        else:
            at = at + 4 if tag & 7 == 5 else at
            if tag & 7 == 0:
                read()
            yield tag >> 3, data[begin:at], None


def edit(model, change):
    """The model with each piece's message changed; of repeated fields of a message the last counts."""
    out, index = b"", 0
    for number, whole, value in fields(model):
        if number == 1:
            value = value + change(index, value)
            whole = b"\x0a" + varint(len(value)) + value
            index += 1
        out += whole
    return out


def float_field(number, value):
    return bytes([number << 3 | 5]) + struct.pack("<f", value)


def score(piece):
    return struct.unpack("<f", [whole for number, whole, _ in fields(piece) if number == 2][0][1:])[0]


def normal(piece):
    return not any(number == 3 for number, _, _ in fields(piece))


def train(name, options, corpus):
    options = {**COMMON, **options}
    rules = options.pop("rules", None)
    if rules:
        pathlib.Path("rules.tsv").write_text("".join(rule.replace(">", "\t") + "\n" for rule in rules))
        pathlib.Path("back.tsv").write_text("1F600\t58 20 59\n63 20 64\t61 20 62\n")
        options |= dict(normalization_rule_tsv="rules.tsv", denormalization_rule_tsv="back.tsv")
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(sentence_iterator=iter(corpus), model_writer=model, **options)
    model = model.getvalue()
    choose = random.Random(name)
    if name.endswith("unused"):
        model = edit(model, lambda i, piece: b"\x18\x05" if i > 5 and normal(piece) and choose.random() < 0.3 else b"")
    if name.endswith(("high", "near")):
        factor, plus = (4, 30) if name.endswith("high") else (0.01, 0)
        model = edit(model, lambda i, piece: float_field(2, score(piece) * factor + plus) if normal(piece) else b"")
    if name.endswith("near"):
        model += b"\x1a\x02\x28\x00"  # normalizer_spec.escape_whitespaces: false
    if name.endswith("ties"):
        model = edit(model, lambda i, piece: float_field(2, round(score(piece) / (1 if score(piece) > -20 else 50))) if normal(piece) else b"")
    return model


SIGNS = ["a", "e", " ", "\u2581", "=", "\u3042", "\u0301", "\U0001F600", "\u200d", "ab", "a ", "\ufdfa", "<x>", "\n"]

PARTS = [
    lambda r, c: r.choice(c).strip(),
    lambda r, c: " ".join(r.choice(c).split()[:r.randint(1, 6)]),
    lambda r, c: "".join(r.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(r.randint(1, 12))),
    lambda r, c: "".join(r.choice("aabbcdABCDEFG ") for _ in range(r.randint(1, 20))),
    lambda r, c: r.choice(["abc", "abcd", "abcde", "bcd", "ab c", "aab bcd", "DEF", "DE", "DEFDEF", "dog", "doggo", "Text", "context", "a b"]),
    lambda r, c: r.choice(" \t\n\r\u00a0\u1680\u2000\u2003\u2009\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202f\u205f\u3000\ufeff\u0085\u180e\u2581") * r.choice([1, 1, 2, 3, 9]),
    lambda r, c: r.choice("aeoucnAEOÅàöşгиかハक") + "".join(chr(r.choice([0x300, 0x301, 0x302, 0x303, 0x308, 0x30a, 0x30c, 0x323, 0x327, 0x328, 0x338, 0x345, 0x3099, 0x309a, 0x5b0, 0x64b, 0x93c, 0x94d])) for _ in range(r.randint(1, 3))),
    lambda r, c: r.choice(["👨‍👩‍👧‍👦", "👍🏽", "🏳️‍🌈", "🇩🇪🇫🇷🇯", "❤️", "1️⃣", "☃", "😀😁", "🫠", "👩🏾‍🚀"]),
    lambda r, c: r.choice(["<s>", "</s>", "<unk>", "<pad>", "<mask>", "<cls>", "<sep>", "<x>", "<0x41>", "<0x0A>", "▁", "▁the", " \u2047 ", "[MASK]", "(?)"]),
    lambda r, c: "".join(chr(r.choice([r.randrange(0x20, 0x7f), r.randrange(0xa0, 0x250), r.randrange(0x370, 0x530), r.randrange(0x590, 0x700), r.randrange(0x900, 0xe80)])) for _ in range(r.randint(1, 6))),
    lambda r, c: "".join(chr(r.choice([r.randrange(0x1100, 0x1200), r.randrange(0xac00, 0xd7a4), r.randrange(0x3040, 0x3100), r.randrange(0x4e00, 0x9fff)])) for _ in range(r.randint(1, 6))),
    lambda r, c: "".join(chr(r.choice([r.randrange(0x2000, 0x2e00), r.randrange(0x3000, 0x3400), r.randrange(0xf900, 0xfb50), r.randrange(0xfb50, 0xfe00), r.randrange(0xfe10, 0xfff0)])) for _ in range(r.randint(1, 6))),
    lambda r, c: "".join(chr(r.choice([r.randrange(0x1d400, 0x1d800), r.randrange(0x1f100, 0x1f270), r.randrange(0x20000, 0x323b0), r.randrange(0x10000, 0x11000), r.randrange(0xe0000, 0xe0200), r.randrange(0xf0000, 0xf0100)])) for _ in range(r.randint(1, 4))),
    lambda r, c: "".join(chr(r.choice([r.randrange(0, 0x20), r.randrange(0x7f, 0xa0), 0xfffd, 0xfffe, 0xffff, 0xfff9, 0xe000, 0x10ffff, 0xfdd0, 0xad, 0x61c, 0x2066, 0x202e])) for _ in range(r.randint(1, 4))),
    lambda r, c: r.choice("aé漢👍 1.") * r.randint(2, 40),
    lambda r, c: chr(r.choice([n for n in [r.randrange(0x110000)] if not 0xd800 <= n < 0xe000] or [0xfffd])),
    lambda r, c: str(r.randrange(10 ** r.randint(1, 12))),
    lambda r, c: " ",
    lambda r, c: " ",
]


def texts(count, corpus, seed):
    r = random.Random(seed)
    out = ["", " ", "   ", "\u3000 \t", "a", " a", "a ", "  a  b  ", "▁", "▁▁a", " ▁ a", "\n", "\u0000", "a\u0000b", "\ufffd", "é", "e\u0301", "ﬁ", "ﷺ", "㌀", "Å", "\ud55c", "\u1112\u1161\u11ab"]
    while len(out) < count:
        text = "".join(r.choice(PARTS)(r, corpus) for _ in range(r.choice([1, 1, 2, 3, 5, 8, 13])))
        out.append(text[:r.choice([5, 40, 400])])
    return out


def golden(model, all_texts, seed):
    sp = spm.SentencePieceProcessor(model_proto=model)
    r = random.Random(seed)
    ids, begins, ends, decoded = [], [], [], []
    for text in all_texts:
        proto = sp.encode(text, out_type="immutable_proto")
        ids.append([piece.id for piece in proto.pieces])
        begins.append([piece.begin for piece in proto.pieces])
        ends.append([piece.end for piece in proto.pieces])
        decoded.append(sp.decode(ids[-1]))
    bytes_from = sp.piece_to_id("<0x00>")
    random_ids = []
    for _ in range(len(all_texts) // 4):
        count = r.randint(1, 12)
        random_ids.append([r.choice([r.randrange(sp.vocab_size()), r.randrange(min(sp.vocab_size(), 8)), r.randrange(max(bytes_from, 0), max(bytes_from, 0) + 256) % sp.vocab_size(), sp.piece_to_id("▁")]) for _ in range(count)])
    long = [hashlib.sha256(struct.pack(f"<{len(i)}i", *i)).hexdigest() for i in (sp.encode(sign * 100000) for sign in SIGNS)]
    return dict(long=long, ids=ids, begins=begins, ends=ends, decoded=decoded, random_ids=random_ids, random_decoded=[sp.decode(i) for i in random_ids])


def main():
    count, target = (int(sys.argv[1]), sys.argv[2]) if len(sys.argv) > 2 else (250, HERE / "sentencepiece.tar.br")
    target = pathlib.Path(target).absolute()
    root = HERE.absolute().parents[2]
    pages = [root / "README.md", root / "CONTRIBUTING.md", root / "CHANGELOG.md"]
    english = [line.strip() for page in pages for line in page.read_text().splitlines() if line.strip()]
    corpus = OWN * 3 + english
    os.chdir(tempfile.mkdtemp())
    tar = io.BytesIO()
    all_texts = texts(count, corpus, 1)
    if len(sys.argv) > 3:
        all_texts += pathlib.Path(sys.argv[3]).read_text().split("\n")
    result = dict(texts=all_texts, signs=SIGNS, models={})
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as archive:
        def add(name, data):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name, options in MODELS.items():
            model = train(name, options, corpus)
            add(name + ".model", model)
            result["models"][name] = golden(model, all_texts, name)
        add("golden.json", json.dumps(result, separators=(",", ":"), ensure_ascii=True).encode())
    target.write_bytes(brotli.compress(tar.getvalue(), quality=11 if len(all_texts) < 1000 else 5, lgwin=24))
    print(target, target.stat().st_size)


if __name__ == "__main__":
    main()
