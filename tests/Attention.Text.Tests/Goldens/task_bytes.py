"""Byte-level BPE for make_generator.py (Sennrich et al. 2016, over bytes as Radford et al. 2019 have it)."""
import collections, unicodedata


def names_of_bytes():
    """A printable sign for each byte: itself where it is one, else the next from 256 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]


NAMES = names_of_bytes()


def kind(sign):
    return "space" if sign.isspace() else {"L": "letter", "N": "number"}.get(unicodedata.category(sign)[0], "other")


def words(text):
    """Runs of letters, of numbers or of other signs, each with one space before it; of more spaces the last belongs to what follows, if it is U+0020. No contractions."""
    result, at = [], 0
    while at < len(text):
        first = at + 1 if text[at] == " " and at + 1 < len(text) and kind(text[at + 1]) != "space" else at
        end = first
        while end < len(text) and kind(text[end]) == kind(text[first]):
            end += 1
        if kind(text[first]) == "space" and end < len(text) and end - first > 1:
            end -= 1
        result.append("".join(NAMES[byte] for byte in text[at:end].encode()))
        at = end
    return result


def merged(split, pair):
    result = []
    for piece in split:
        if result and (result[-1], piece) == pair:
            result[-1] += piece
        else:
            result.append(piece)
    return result


def learn(texts, merges):
    """What the most frequent pair of neighbours makes, again and again."""
    counts = collections.Counter(word for text in texts for word in words(text))
    splits, result = {word: list(word) for word in counts}, []
    while len(result) < merges:
        pairs = collections.Counter()
        for word, split in splits.items():
            for pair in zip(split, split[1:]):
                pairs[pair] += counts[word]
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        result.append(best)
        splits = {word: merged(split, best) for word, split in splits.items()}
    return result


def encode(text, vocabulary, merges):
    ids = []
    for word in words(text):
        split = list(word)
        for pair in merges:
            split = merged(split, pair)
        ids += [vocabulary[piece] for piece in split]
    return ids


def bytes_of(ids, vocabulary, specials):
    """The bytes of each token; none of a special one."""
    names = list(vocabulary)
    return [b"" if names[i] in specials else bytes(NAMES.index(sign) for sign in names[i]) for i in ids]


def tokenizer_json(vocabulary, merges, specials):
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": vocabulary[s], "content": s, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for s in specials],
        "normalizer": None, "pre_tokenizer": level, "post_processor": level, "decoder": level,
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": False,
                  "byte_fallback": False, "ignore_merges": False, "vocab": {piece: i for piece, i in vocabulary.items() if piece not in specials}, "merges": [" ".join(pair) for pair in merges]},
    }
