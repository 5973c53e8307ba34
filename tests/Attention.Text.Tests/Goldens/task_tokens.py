"""WordPiece for make_tasks.py: clean, strip accents, split at spaces and punctuation, longest match first (Wu et al. 2016)."""
import collections, unicodedata
from task_texts import CORPUS, LETTERS, SENTENCES


def is_punctuation(sign):
    return unicodedata.category(sign)[0] == "P" or 33 <= ord(sign) <= 47 or 58 <= ord(sign) <= 64 or 91 <= ord(sign) <= 96 or 123 <= ord(sign) <= 126


def normalized(text, lower):
    """Signs, each with where it begins and ends in UTF-16 units."""
    signs, at = [], 0
    for sign in text:
        end = at + (2 if ord(sign) > 0xFFFF else 1)
        if sign.isspace():
            signs.append((" ", at, end))
        elif 0x4E00 <= ord(sign) <= 0x9FFF:
            signs += [(" ", at, end), (sign, at, end), (" ", at, end)]
        elif unicodedata.category(sign) not in ("Cc", "Cf"):
            signs += [(s.lower() if lower else s, at, end) for s in unicodedata.normalize("NFD", sign) if unicodedata.category(s) != "Mn"]
        at = end
    return signs


def words(text, lower):
    result = [[]]
    for sign in normalized(text, lower):
        if sign[0] == " ":
            result.append([])
        elif is_punctuation(sign[0]):
            result += [[sign], []]
        else:
            result[-1].append(sign)
    return [word for word in result if word]


def pieces(word, vocabulary, unknown):
    """Ids of a word's pieces, each with its begin and end."""
    result, first = [], 0
    while first < len(word):
        for end in range(len(word), first, -1):
            piece = ("##" if first else "") + "".join(sign for sign, _, _ in word[first:end])
            if piece in vocabulary:
                break
        else:
            return [(vocabulary[unknown], word[0][1], word[-1][2])]
        result.append((vocabulary[piece], word[first][1], word[end - 1][2]))
        first = end
    return result


def tokens(text, vocabulary, unknown, lower=True):
    """Ids, begins and ends, and the number of the word."""
    return [(*piece, i) for i, word in enumerate(words(text, lower)) for piece in pieces(word, vocabulary, unknown)]


def longest_first(first, second, room):
    """The two lengths: the longer text gives way, and where both must, the longer one has the odd place."""
    shorter, longer = sorted((first, second))
    if shorter + longer > room:
        longer = max(shorter, room - shorter)
        if shorter + longer > room:
            shorter, longer = room // 2, room - room // 2
    return (longer, shorter) if first > second else (shorter, longer)


def vocabulary_of(specials, size, lower):
    """All letters, then what the most frequent pair of neighbours makes, until there are enough."""
    texts = CORPUS + SENTENCES + [LETTERS]
    counts = collections.Counter("".join(sign for sign, _, _ in word) for text in texts for word in words(text, lower))
    splits = {word: [word[0]] + ["##" + sign for sign in word[1:]] for word in counts}
    alphabet = sorted({piece for split in splits.values() for piece in split})
    result = list(dict.fromkeys(specials + alphabet))
    while len(result) < size:
        pairs = collections.Counter()
        for word, split in splits.items():
            for pair in zip(split, split[1:]):
                pairs[pair] += counts[word]
        (left, right), _ = min(pairs.items(), key=lambda pair: (-pair[1], pair[0]))
        made = left + right[2:]
        if made not in result:
            result.append(made)
        for split in splits.values():
            for i in range(len(split) - 1, 0, -1):
                if split[i - 1:i + 1] == [left, right]:
                    split[i - 1:i + 1] = [made]
    assert len(result) == size, len(result)
    return {piece: i for i, piece in enumerate(result)}


def tokenizer_json(vocabulary, specials, begin, end, unknown, lower):
    token = lambda content, type_id: {"SpecialToken": {"id": content, "type_id": type_id}}
    text = lambda name, type_id: {"Sequence": {"id": name, "type_id": type_id}}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": vocabulary[s], "content": s, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for s in specials],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": True, "lowercase": lower},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [token(begin, 0), text("A", 0), token(end, 0)],
            "pair": [token(begin, 0), text("A", 0), token(end, 0), text("B", 1), token(end, 1)],
            "special_tokens": {s: {"id": s, "ids": [vocabulary[s]], "tokens": [s]} for s in (begin, end)},
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": False},
        "model": {"type": "WordPiece", "unk_token": unknown, "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocabulary},
    }
