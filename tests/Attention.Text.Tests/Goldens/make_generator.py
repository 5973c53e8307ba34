#!/usr/bin/env python3
"""Writes a small GPT-2 (Radford et al. 2019), by Hugging Face's names of tensors, and what it writes, computed in float64 by this script alone.

tasks/generator has model.safetensors, config.json, generation_config.json, tokenizer.json, variants.json and expected.json: for each variant, members of
a generation_config.json, what is written as they ask for. Debian: python3-torch (1.13), python3-numpy.
"""
import json, math
import torch
import task_search
from make_tasks import HERE, Weights, attend, check_apart, first_seed, write
from task_bytes import NAMES, bytes_of, encode, learn, tokenizer_json

GPT = dict(width=32, hidden=64, heads=4, layers=2, length=64, merges=90)
SPECIALS = ["<|begin|>", "<|end|>", "<|pause|>"]
STEPS = 120

TEXTS = [
    ["The north wind and the sun were disputing which was the stronger."],
    ["A traveller came along 🧥 in a warm cloak 🎵.", "Rain ☔ fell on him."],
    ["Who wrote the letter? The editor ✉️ wrote it.", "The reader laughed 🎉🎉."],
    ["Café au lait costs 3.50 €, crème brûlée 4.20 €."],
    ["日本の駅は静か。"],
    ["Zoë's naïve façade fell.", "The trains were late."],
    ["The price of bread 🍞 is a question."],
]

PROMPTS = ["", "The north", "A traveller", "Who wrote", "Café au", "日", "Zo", "The price of", "the reader", "<|begin|>The trains", "." * (GPT["length"] - 1), "." * GPT["length"]]

SAMPLED = [dict(temperature=0.7), dict(temperature=1.0, top_k=3), dict(temperature=1.5, top_p=0.8), dict(temperature=1.3, top_k=20, top_p=0.9), dict(temperature=2.5, top_k=50), dict(temperature=1.4, min_p=0.1), dict(temperature=1.3, top_p=0.9, min_p=0.1)]


def variants_of(vocabulary):
    """What generation_config.json may say."""
    space, point, r = (vocabulary[piece] for piece in ("Ġ", ".", "r"))
    return {
        "penalty": {"repetition_penalty": 3.0}, "ngrams": {"no_repeat_ngram_size": 2}, "words": {"no_repeat_ngram_size": 1}, "lengths": {"min_length": 30, "max_length": 34},
        "new": {"min_new_tokens": 25, "max_new_tokens": 27, "max_length": 3}, "forced": {"forced_bos_token_id": r, "begin_suppress_tokens": [space, point, r]},
        "suppressed": {"suppress_tokens": [space], "begin_suppress_tokens": [r]}, "words banned": {"bad_words_ids": [[space, vocabulary["s"]], [point]]},
    }


def gpt(seed, vocabulary):
    w, width = Weights(seed), GPT["width"]
    w.add("transformer.wte.weight", vocabulary, width, scale=0.2)
    w.add("transformer.wpe.weight", GPT["length"], width, scale=0.1)
    for i in range(GPT["layers"]):
        layer = f"transformer.h.{i}."
        for name, inputs, outputs in (("attn.c_attn", width, 3 * width), ("attn.c_proj", width, width), ("mlp.c_fc", width, GPT["hidden"]), ("mlp.c_proj", GPT["hidden"], width)):
            w.add(layer + name + ".weight", inputs, outputs, scale=1 / math.sqrt(inputs))
            w.add(layer + name + ".bias", outputs, scale=0.1)
        w.norm(layer + "ln_1", width)
        w.norm(layer + "ln_2", width)
    w.norm("transformer.ln_f", width)
    return w


def logits(w, ids):
    """A row for each token."""
    conv = lambda name, x: x @ w[name + ".weight"] + w[name + ".bias"]
    x = w["transformer.wte.weight"][ids] + w["transformer.wpe.weight"][:len(ids)]
    for i in range(GPT["layers"]):
        layer = f"transformer.h.{i}."
        query, key, value = conv(layer + "attn.c_attn", w.normed(layer + "ln_1", x, 1e-5)).split(GPT["width"], 1)
        x = x + conv(layer + "attn.c_proj", attend(query, key, value, GPT["heads"], True))
        inner = conv(layer + "mlp.c_fc", w.normed(layer + "ln_2", x, 1e-5))
        inner = 0.5 * inner * (1 + torch.tanh(math.sqrt(2 / math.pi) * (inner + 0.044715 * inner ** 3)))
        x = x + conv(layer + "mlp.c_proj", inner)
    return w.normed("transformer.ln_f", x, 1e-5) @ w["transformer.wte.weight"].T


def train(w, vocabulary, merges):
    """Until the texts are known by heart, from their beginning and from their first words on."""
    begin, end, pause = (vocabulary[s] for s in SPECIALS)
    rows = []
    for parts in TEXTS:
        ids = encode(parts[0], vocabulary, merges) + [token for part in parts[1:] for token in (pause, *encode(part, vocabulary, merges))] + [end]
        assert len(ids) < GPT["length"], len(ids)
        rows += [[begin] + ids, ids]
    weights = list(w.values())
    optimizer = torch.optim.Adam(weights, lr=0.01)
    with torch.enable_grad():
        for value in weights:
            value.requires_grad_()
        for _ in range(STEPS):
            loss = sum(torch.nn.functional.cross_entropy(logits(w, row[:-1]), torch.tensor(row[1:])) for row in rows)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    for name, value in w.items():
        w[name] = value.detach().float().double()


class SplitMix64:
    """Steele, Lea and Flood 2014."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2 ** 64
        z = self.state
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2 ** 64
        z = (z ^ z >> 27) * 0x94D049BB133111EB % 2 ** 64
        return (z ^ z >> 31) / 2 ** 64


def draw(row, random, temperature, top_k=None, top_p=None, min_p=0.0):
    """A token by its probability: those left by top_k, then by top_p, then by min_p, stand side by side in their order, and a number from 0 to 1 points at one."""
    ranked = sorted(range(len(row)), key=lambda token: -row[token])
    if top_k is not None:
        assert row[ranked[top_k - 1]] - row[ranked[top_k]] > 5e-4
        ranked = ranked[:top_k]
    shares = torch.tensor([row[token] / temperature for token in ranked], dtype=torch.float64).softmax(0).tolist()
    if top_p is not None:
        sums = [sum(shares[:i + 1]) for i in range(len(shares))]
        assert min(abs(total - top_p) for total in sums) > 1e-4
        ranked = ranked[:next(i for i, total in enumerate(sums) if total > top_p) + 1]
    assert min(abs(share - min_p * shares[0]) for share in shares) > 1e-5 * (min_p > 0)
    left = sorted((token, share) for token, share in zip(ranked, shares) if share >= min_p * shares[0])
    left = [(token, share / sum(share for _, share in left)) for token, share in left]
    at, total = random.next(), 0.0
    for token, share in left:
        assert abs(at - total) > 1e-4
        total += share
        if at < total:
            return token
    raise AssertionError


def greedy(row):
    check_apart(sorted(row)[-2:], 1e-3)
    return max(range(len(row)), key=row.__getitem__)


def generate(w, prompt, choose, ends, most):
    ids = list(prompt)
    while len(ids) < GPT["length"] and len(ids) - len(prompt) < most:
        token = choose(logits(w, ids)[-1].tolist())
        if token in ends:
            break
        ids.append(token)
    return ids[len(prompt):]


def sample(w, start, ends, vocabulary, **how):
    """By the first seed whose draws are all clear."""
    for seed in range(1, 100):
        random = SplitMix64(seed)
        try:
            return {**how, "seed": seed, **written(generate(w, start, lambda row: draw(row, random, **how), ends, 32), vocabulary)}
        except AssertionError:
            pass
    raise AssertionError(how)


def written(ids, vocabulary):
    """The text, and what of it each token makes whole: bytes at the end that are no sign yet are held back."""
    bytes_so_far, shown, pieces = b"", 0, []
    for part in bytes_of(ids, vocabulary, SPECIALS):
        bytes_so_far += part
        whole = bytes_so_far.decode("utf-8", "replace").rstrip("\uFFFD")
        pieces.append(whole[shown:])
        shown = max(shown, len(whole))
    text = bytes_so_far.decode("utf-8", "replace")
    return {"ids": ids, "text": text, "pieces": [piece for piece in [*pieces, text[shown:]] if piece]}


def make_generator(seed, vocabulary, merges):
    w, cases = gpt(seed, len(vocabulary)), []
    train(w, vocabulary, merges)
    begin, end, pause = (vocabulary[s] for s in SPECIALS)
    variants = variants_of(vocabulary)
    for text in PROMPTS:
        ids = [begin] * text.startswith(SPECIALS[0]) + encode(text.replace(SPECIALS[0], ""), vocabulary, merges)
        case = {"text": text, "ids": ids, "truncated": len(ids) >= GPT["length"]}
        if not case["truncated"]:
            start = ids or [begin]
            case["greedy"] = written(generate(w, start, greedy, [end, pause], 64), vocabulary)
            case["one end"] = written(generate(w, start, greedy, [end], 64), vocabulary)
            case["no end"] = written(generate(w, start, greedy, [], 64), vocabulary)
            case["cut"] = [written(generate(w, start, greedy, [end], most), vocabulary) for most in range(1, 12)]
            case["variants"] = {}
            for name, said in variants.items():
                said = {"max_length": GPT["length"], **said}
                if len(start) < task_search.most_of(said, len(start)) <= GPT["length"]:
                    case["variants"][name] = written(task_search.greedy(lambda text: logits(w, text)[-1], start, [end, pause], said)["ids"], vocabulary)
            case["sampled"] = []
            for options in SAMPLED:
                case["sampled"].append(sample(w, start, [end, pause], vocabulary, **options))
        cases.append(case)
    whole = [case for case in cases if not case["truncated"]]
    split = [case for case in whole if len(case["greedy"]["pieces"]) < len(case["greedy"]["ids"])]
    assert len(split) >= 5 and any("🎉🎉" in case["one end"]["text"] for case in whole)
    assert sum(case["greedy"]["ids"] != case["one end"]["ids"] for case in whole) >= 3 and sum(case["no end"]["ids"] != case["one end"]["ids"] for case in whole) >= 5
    for name in variants:
        differ = sum(case["variants"].get(name, case["greedy"])["ids"] != case["greedy"]["ids"] for case in whole)
        assert differ >= 2, (name, differ)
    assert any(cut["text"].endswith("\uFFFD") for case in whole for cut in case["cut"])
    assert sum(one["ids"] != case["greedy"]["ids"] for case in whole for one in case["sampled"]) >= 15
    assert sorted(len(case["ids"]) for case in cases)[-2:] == [GPT["length"] - 1, GPT["length"]]
    config = {
        "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "activation_function": "gelu_new", "n_embd": GPT["width"], "n_inner": GPT["hidden"], "n_head": GPT["heads"],
        "n_layer": GPT["layers"], "n_positions": GPT["length"], "layer_norm_epsilon": 1e-5, "vocab_size": len(vocabulary), "bos_token_id": begin, "eos_token_id": end,
    }
    write("generator", w, config, tokenizer_json(vocabulary, merges, SPECIALS), cases, {"bos_token_id": begin, "eos_token_id": [end, pause]})
    (HERE / "generator" / "variants.json").write_text(json.dumps(variants, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    merges = learn([part for parts in TEXTS for part in parts], GPT["merges"])
    pieces = NAMES + [left + right for left, right in merges] + SPECIALS
    first_seed(make_generator, {piece: i for i, piece in enumerate(pieces)}, merges)
