#!/usr/bin/env python3
"""Writes small checkpoints for the tasks over texts, and what they give, computed in float64 by this script alone.

Each folder of tasks/ has model.safetensors, config.json, tokenizer.json and expected.json. The encoders are BERT (Devlin et al. 2019), by Hugging Face's
names of tensors. Debian: python3-torch (1.13), python3-numpy.
"""
import json, math, pathlib, struct
import numpy, torch
from task_texts import NAMES, PAIRS, SENTENCES
from task_tokens import longest_first, tokenizer_json, tokens, vocabulary_of

HERE = pathlib.Path(__file__).parent / "tasks"
LENGTH, LAYERS = 64, 2


# Weights: random, of float32, and used in float64.

class Weights(dict):
    def __init__(self, seed):
        super().__init__()
        self.random = numpy.random.RandomState(seed)

    def add(self, name, *shape, scale, mean=0.0):
        value = (mean + scale * self.random.standard_normal(shape)).astype(numpy.float32)
        self[name] = torch.from_numpy(value.astype(numpy.float64))

    def linear(self, name, outputs, inputs, gain=1.0):
        self.add(name + ".weight", outputs, inputs, scale=gain / math.sqrt(inputs))
        self.add(name + ".bias", outputs, scale=0.1)

    def norm(self, name, width):
        self.add(name + ".weight", width, scale=0.1, mean=1.0)
        self.add(name + ".bias", width, scale=0.1)

    def save(self, path):
        header, data = {"__metadata__": {"format": "pt"}}, b""
        for name, value in self.items():
            raw = value.numpy().astype("<f4").tobytes()
            header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
            data += raw
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        path.write_bytes(struct.pack("<Q", len(text)) + text + data)

    def map(self, name, x):
        return x @ self[name + ".weight"].T + self[name + ".bias"]

    def normed(self, name, x, epsilon):
        return torch.nn.functional.layer_norm(x, x.shape[-1:], self[name + ".weight"], self[name + ".bias"], epsilon)


def gelu(x):
    return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def attend(query, key, value, heads, causal=False):
    split = lambda x: x.reshape(len(x), heads, -1).transpose(0, 1)
    scores = split(query) @ split(key).transpose(1, 2) / math.sqrt(query.shape[1] // heads)
    if causal:
        scores = scores + torch.full(scores.shape[1:], -math.inf, dtype=torch.float64).triu(1)
    return (scores.softmax(-1) @ split(value)).transpose(0, 1).reshape(len(query), -1)


# BERT.

BERT = dict(width=32, hidden=64, heads=4, vocabulary=300)
BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def bert(seed, labels, pooler, gain):
    w, width, hidden = Weights(seed), BERT["width"], BERT["hidden"]
    w.add("bert.embeddings.word_embeddings.weight", BERT["vocabulary"], width, scale=1)
    w.add("bert.embeddings.position_embeddings.weight", LENGTH, width, scale=0.3)
    w.add("bert.embeddings.token_type_embeddings.weight", 2, width, scale=0.7)
    w.norm("bert.embeddings.LayerNorm", width)
    for i in range(LAYERS):
        layer = f"bert.encoder.layer.{i}."
        for name in ("query", "key"):
            w.linear(layer + "attention.self." + name, width, width, 1.5)
        w.linear(layer + "attention.self.value", width, width)
        w.linear(layer + "attention.output.dense", width, width)
        w.norm(layer + "attention.output.LayerNorm", width)
        w.linear(layer + "intermediate.dense", hidden, width)
        w.linear(layer + "output.dense", width, hidden)
        w.norm(layer + "output.LayerNorm", width)
    if pooler:
        w.linear("bert.pooler.dense", width, width)
    w.linear("classifier", labels, width, gain)
    return w


def bert_rows(w, ids, types):
    x = w["bert.embeddings.word_embeddings.weight"][ids] + w["bert.embeddings.position_embeddings.weight"][:len(ids)] + w["bert.embeddings.token_type_embeddings.weight"][types]
    x = w.normed("bert.embeddings.LayerNorm", x, 1e-12)
    for i in range(LAYERS):
        layer = f"bert.encoder.layer.{i}."
        q, k, v = (w.map(layer + "attention.self." + name, x) for name in ("query", "key", "value"))
        x = w.normed(layer + "attention.output.LayerNorm", x + w.map(layer + "attention.output.dense", attend(q, k, v, BERT["heads"])), 1e-12)
        x = w.normed(layer + "output.LayerNorm", x + w.map(layer + "output.dense", gelu(w.map(layer + "intermediate.dense", x))), 1e-12)
    return x


def bert_scores(w, ids, types):
    return w.map("classifier", torch.tanh(w.map("bert.pooler.dense", bert_rows(w, ids, types)[0])))


def bert_config(kind, labels, **more):
    return {
        "architectures": [kind], "model_type": "bert", "hidden_act": "gelu", "hidden_size": BERT["width"], "intermediate_size": BERT["hidden"],
        "num_attention_heads": BERT["heads"], "num_hidden_layers": LAYERS, "max_position_embeddings": LENGTH, "type_vocab_size": 2,
        "vocab_size": BERT["vocabulary"], "layer_norm_eps": 1e-12, "id2label": {str(i): label for i, label in enumerate(labels)},
        "label2id": {label: i for i, label in enumerate(labels)}, **more,
    }


def bert_input(vocabulary, first, second=None, lower=True):
    """Ids, types, the tokens of the first text that are left, and whether any was cut."""
    cls, sep = vocabulary["[CLS]"], vocabulary["[SEP]"]
    a = tokens(first, vocabulary, "[UNK]", lower)
    if second is None:
        left = a[:LENGTH - 2]
        ids = [cls, *(token[0] for token in left), sep]
        return ids, [0] * len(ids), left, len(left) < len(a)
    b = tokens(second, vocabulary, "[UNK]", lower)
    m, n = longest_first(len(a), len(b), LENGTH - 3)
    ids = [cls, *(token[0] for token in a[:m]), sep, *(token[0] for token in b[:n]), sep]
    return ids, [0] * (m + 2) + [1] * (n + 1), a[:m], m < len(a) or n < len(b)


def write(name, weights, config, tokenizer, expected, generation=None):
    folder = HERE / name
    folder.mkdir(parents=True, exist_ok=True)
    weights.save(folder / "model.safetensors")
    for file, value in (("config", config), ("tokenizer", tokenizer), ("expected", expected), ("generation_config", generation)):
        if value is None:
            continue
        text = json.dumps(value, ensure_ascii=False, indent=1 if file.endswith("config") else None)
        (folder / (file + ".json")).write_text(text.replace('}, {"text"', '},\n{"text"') + "\n", encoding="utf-8")


def check_apart(values, least=1e-3):
    """Values are far enough apart that float32 orders them alike."""
    values = sorted(float(v) for v in values)
    assert all(b - a > least for a, b in zip(values, values[1:])), values


def make_classifier(seed, vocabulary, tokenizer):
    w, cases = bert(seed, 3, True, 3), []
    for first, second in [(text, None) for text in SENTENCES] + PAIRS:
        ids, types, _, cut = bert_input(vocabulary, first, second)
        scores = bert_scores(w, ids, types)
        check_apart(scores.softmax(0))
        check_apart(scores.sigmoid())
        cases.append({"text": first, "second": second, "ids": ids, "types": types, "truncated": cut, "softmax": scores.softmax(0).tolist(), "sigmoid": scores.sigmoid().tolist()})
    assert len({max(range(3), key=case["softmax"].__getitem__) for case in cases}) == 3
    assert {case["truncated"] for case in cases if case["second"] is None} == {case["truncated"] for case in cases if case["second"]} == {False, True}
    write("classifier", w, bert_config("BertForSequenceClassification", ["calm", "curious", "café ☕"]), tokenizer, cases)


def make_cross_encoder(seed, vocabulary, tokenizer):
    w, cases = bert(seed, 1, True, 3), []
    for first, second in PAIRS:
        ids, types, _, cut = bert_input(vocabulary, first, second)
        score = bert_scores(w, ids, types)[0]
        assert abs(score - bert_scores(w, ids, [0] * len(ids))[0]) > 1e-2
        cases.append({"text": first, "second": second, "ids": ids, "types": types, "truncated": cut, "score": score.item(), "sigmoid": score.sigmoid().item()})
    check_apart((case["sigmoid"] for case in cases), 1e-5)
    assert min(case["sigmoid"] for case in cases) < 0.3 and max(case["sigmoid"] for case in cases) > 0.7
    write("cross-encoder", w, bert_config("BertForSequenceClassification", ["LABEL_0"], sbert_ce_default_activation_function="torch.nn.modules.linear.Identity"), tokenizer, cases)


LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def entities(left, rows, labels, strategy):
    """Words of one label in a row, but a B begins anew."""
    found = []
    for word in sorted({token[3] for token in left}):
        at = [i for i, token in enumerate(left) if token[3] == word]
        scores = rows[at[0]] if strategy == "First" else rows[at].mean(0) if strategy == "Average" else rows[max(at, key=lambda i: rows[i].max().item())]
        check_apart(scores.topk(2)[0], 1e-4)
        check_apart({rows[i].max().item() for i in at}, 1e-6)
        label = labels[int(scores.argmax())]
        begins, name = label.startswith("B-"), label.split("-")[-1]
        if found and found[-1]["label"] == name and not begins:
            found[-1]["end"] = left[at[-1]][2]
            found[-1]["scores"].append(scores.max().item())
        else:
            found.append({"label": name, "start": left[at[0]][1], "end": left[at[-1]][2], "scores": [scores.max().item()]})
    return [{"label": e["label"], "start": e["start"], "end": e["end"], "words": len(e["scores"]), "score": sum(e["scores"]) / len(e["scores"])} for e in found if e["label"] != "O"]


def make_token_classifier(seed, vocabulary):
    w, cases = bert(seed, len(LABELS), False, 2), []
    for text in NAMES:
        ids, types, left, cut = bert_input(vocabulary, text, lower=False)
        rows = w.map("classifier", bert_rows(w, ids, types))[1:-1].softmax(-1)
        cases.append({"text": text, "ids": ids, "offsets": [token[1:3] for token in left], "truncated": cut,
                      "entities": {strategy: entities(left, rows, LABELS, strategy) for strategy in ("First", "Average", "Max")}})
    first = [case["entities"]["First"] for case in cases]
    assert sum(entity["words"] > 2 for found in first for entity in found) >= 4
    assert sum(a["label"] == b["label"] and a["end"] + 1 >= b["start"] for found in first for a, b in zip(found, found[1:])) >= 2
    assert len({str([[(e["label"], e["start"], e["end"]) for e in case["entities"][strategy]] for case in cases]) for strategy in ("First", "Average", "Max")}) == 3
    assert {entity["label"] for found in first for entity in found} == {"PER", "LOC"} and {case["truncated"] for case in cases} == {False, True}
    write("token-classifier", w, bert_config("BertForTokenClassification", LABELS), tokenizer_json(vocabulary, BERT_SPECIALS, "[CLS]", "[SEP]", "[UNK]", False), cases)


def first_seed(make, *inputs):
    """Numbers that float32 and float64 order alike, and that show all that is to be shown, come of the first seed of which make says so."""
    for seed in range(200):
        try:
            make(seed, *inputs)
            return print(make.__name__, seed)
        except AssertionError:
            pass
    raise SystemExit(f"{make.__name__}: no seed does")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    uncased, cased = (vocabulary_of(BERT_SPECIALS, BERT["vocabulary"], lower) for lower in (True, False))
    file = tokenizer_json(uncased, BERT_SPECIALS, "[CLS]", "[SEP]", "[UNK]", True)
    first_seed(make_classifier, uncased, file)
    first_seed(make_cross_encoder, uncased, file)
    first_seed(make_token_classifier, cased)
