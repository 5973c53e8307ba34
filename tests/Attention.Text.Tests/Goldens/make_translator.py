#!/usr/bin/env python3
"""Writes a small BART (Lewis et al. 2020), by Hugging Face's names of tensors, and its translations, computed in float64 by this script alone.

tasks/translator has model.safetensors, config.json, tokenizer.json, variants.json and expected.json: for each variant, a generation_config.json, what
the search that it asks for finds. Debian: python3-torch (1.13), python3-numpy.
"""
import json, math
import torch
from make_tasks import HERE, LAYERS, LENGTH, Weights, attend, check_apart, first_seed, gelu, write
from task_search import beam_search, greedy
from task_texts import CORPUS, SENTENCES
from task_tokens import tokenizer_json, tokens, vocabulary_of

BART = dict(width=24, hidden=48, heads=2, vocabulary=200)
BART_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
BEGIN, PAD, END = 0, 1, 2
MOST = 24
STEPS, PAD_GAIN = 20, 6


def bart(seed):
    w, width, hidden = Weights(seed), BART["width"], BART["hidden"]
    w.add("model.shared.weight", BART["vocabulary"], width, scale=0.3)
    for side in ("encoder", "decoder"):
        w.add(f"model.{side}.embed_positions.weight", LENGTH + 2, width, scale=0.3)
        w.norm(f"model.{side}.layernorm_embedding", width)
        for i in range(LAYERS):
            layer = f"model.{side}.layers.{i}."
            for part in ("self_attn",) if side == "encoder" else ("self_attn", "encoder_attn"):
                for name, gain in (("q_proj", 1), ("k_proj", 1), ("v_proj", 1), ("out_proj", 1)):
                    w.linear(layer + part + "." + name, width, width, gain)
                w.norm(layer + part + "_layer_norm", width)
            w.linear(layer + "fc1", hidden, width)
            w.linear(layer + "fc2", width, hidden)
            w.norm(layer + "final_layer_norm", width)
    w.add("final_logits_bias", 1, BART["vocabulary"], scale=0.1)
    return w


def learn(w, vocabulary, steps):
    """A little of how a sentence reads backwards: enough for sentences that end, too little to be sure of them."""
    pairs = []
    for text in SENTENCES + CORPUS:
        ids = [token[0] for token in tokens(text, vocabulary, "<unk>")][:MOST]
        pairs.append(([BEGIN, *ids, END], [END, *ids[::-1][:MOST - 4], END]))
    weights = list(w.values())
    optimizer = torch.optim.Adam(weights, lr=0.01)
    with torch.enable_grad():
        for value in weights:
            value.requires_grad_()
        for _ in range(steps):
            loss = 0
            for source, target in pairs:
                rows = bart_rows(w, "decoder", target[:-1], bart_rows(w, "encoder", source))
                loss = loss + torch.nn.functional.cross_entropy(rows @ w["model.shared.weight"].T + w["final_logits_bias"][0], torch.tensor(target[1:]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    for name, value in w.items():
        w[name] = value.detach().float().double()
    w["final_logits_bias"][0, PAD] += PAD_GAIN
    w["final_logits_bias"] = w["final_logits_bias"].float().double()


def bart_rows(w, side, ids, source=None):
    x = w["model.shared.weight"][ids] + w[f"model.{side}.embed_positions.weight"][2:2 + len(ids)]
    x = w.normed(f"model.{side}.layernorm_embedding", x, 1e-5)
    for i in range(LAYERS):
        layer = f"model.{side}.layers.{i}."
        for part, keys in (("self_attn", None), ("encoder_attn", source)):
            if part == "encoder_attn" and source is None:
                continue
            over = x if keys is None else keys
            mixed = attend(w.map(layer + part + ".q_proj", x), w.map(layer + part + ".k_proj", over), w.map(layer + part + ".v_proj", over), BART["heads"], part == "self_attn" and side == "decoder")
            x = w.normed(layer + part + "_layer_norm", x + w.map(layer + part + ".out_proj", mixed), 1e-5)
        x = w.normed(layer + "final_layer_norm", x + w.map(layer + "fc2", gelu(w.map(layer + "fc1", x))), 1e-5)
    return x


def text_of(ids, vocabulary):
    names = list(vocabulary)
    return " ".join(names[i] for i in ids if names[i] not in BART_SPECIALS).replace(" ##", "")


def variants_of(vocabulary):
    """What generation_config.json may say, beside bad_words_ids and a room of 24 tokens."""
    the, comma, point = (vocabulary[piece] for piece in ("the", ",", "."))
    return {
        "greedy": {}, "greedy with padding": {"bad_words_ids": None}, "greedy ngrams": {"no_repeat_ngram_size": 2}, "greedy words": {"no_repeat_ngram_size": 1}, "greedy penalty": {"repetition_penalty": 1.3},
        "greedy suppressed": {"suppress_tokens": [comma, point], "begin_suppress_tokens": [the]}, "greedy forced": {"forced_bos_token_id": the, "begin_suppress_tokens": [comma, point, END]},
        "greedy lengths": {"min_length": 12, "max_length": 14, "forced_eos_token_id": END},
        **{f"{width} {penalty}": {"num_beams": width, "length_penalty": penalty} for width, penalty in ((2, 1.0), (4, 0.0), (4, 1.0), (4, 2.0), (4, -1.0))},
        "never": {"num_beams": 4, "length_penalty": 2.0, "early_stopping": "never"}, "early": {"num_beams": 4, "length_penalty": 2.0, "early_stopping": True},
        "padding": {"num_beams": 4, "bad_words_ids": None}, "renormalized": {"num_beams": 4, "renormalize_logits": True},
        "penalty": {"num_beams": 3, "repetition_penalty": 1.4}, "renormalized penalty": {"num_beams": 3, "repetition_penalty": 1.4, "renormalize_logits": True},
        "ngrams": {"num_beams": 4, "no_repeat_ngram_size": 2, "early_stopping": True}, "suppressed": {"num_beams": 3, "suppress_tokens": [comma], "begin_suppress_tokens": [the, point]},
        "forced": {"num_beams": 4, "forced_bos_token_id": the, "length_penalty": 2.0}, "forced renormalized": {"num_beams": 4, "forced_bos_token_id": the, "renormalize_logits": True},
        "lengths": {"num_beams": 4, "min_length": 10, "max_length": 13, "forced_eos_token_id": END}, "new": {"num_beams": 4, "min_new_tokens": 7, "max_new_tokens": 9, "min_length": 2, "max_length": 30},
    }


def make_translator(seed, vocabulary):
    w, cases, counted = bart(seed), [], 0
    learn(w, vocabulary, STEPS)
    variants = {name: {"max_length": MOST + 1, "bad_words_ids": [[PAD]], **said} for name, said in variants_of(vocabulary).items()}
    for text in SENTENCES:
        whole = tokens(text, vocabulary, "<unk>")
        ids = [BEGIN, *(token[0] for token in whole[:LENGTH - 2]), END]
        source, known = bart_rows(w, "encoder", ids), {}

        def logits(written):
            if tuple(written) not in known:
                known[tuple(written)] = w["model.shared.weight"] @ bart_rows(w, "decoder", written, source)[-1] + w["final_logits_bias"][0]
            return known[tuple(written)]

        found = {name: (beam_search if "num_beams" in said else greedy)(logits, [END], [END], said) for name, said in variants.items()}
        prompted = beam_search(logits, [END, vocabulary["the"]], [END], variants["4 2.0"])
        counted += prompted["ids"] != found["forced"]["ids"][1:]
        for result in found.values():
            result["text"] = text_of(result["ids"], vocabulary)
        cases.append({"text": text, "ids": ids, "truncated": len(whole) > LENGTH - 2, "found": found})
    differ = lambda one, other: sum(case["found"][one]["ids"] != case["found"][other]["ids"] for case in cases)
    lengths = [len(case["found"]["4 1.0"]["ids"]) for case in cases]
    for one, other in (("greedy", "4 1.0"), ("2 1.0", "4 1.0"), ("4 0.0", "4 1.0"), ("4 2.0", "4 1.0"), ("forced", "4 2.0"), ("padding", "4 1.0"), ("renormalized", "4 1.0"), ("penalty", "4 1.0"), ("ngrams", "4 1.0"),
                       ("suppressed", "4 1.0"), ("lengths", "4 1.0"), ("new", "4 1.0"), ("renormalized penalty", "penalty"), ("never", "early"), *((name, "greedy") for name in variants if name.startswith("greedy "))):
        assert differ(one, other) >= 2, (one, other, differ(one, other))
    assert differ("never", "4 2.0") >= 1 and counted >= 1  # a forced token counts for the length, one of the prompt does not
    assert {case["truncated"] for case in cases} == {False, True} and len(set(lengths)) > 3
    config = {
        "architectures": ["BartForConditionalGeneration"], "model_type": "bart", "activation_function": "gelu", "d_model": BART["width"], "vocab_size": BART["vocabulary"],
        "encoder_layers": LAYERS, "decoder_layers": LAYERS, "encoder_attention_heads": BART["heads"], "decoder_attention_heads": BART["heads"],
        "encoder_ffn_dim": BART["hidden"], "decoder_ffn_dim": BART["hidden"], "max_position_embeddings": LENGTH, "scale_embedding": False,
        "bos_token_id": BEGIN, "pad_token_id": PAD, "eos_token_id": END, "decoder_start_token_id": END, "bad_words_ids": [[PAD]],
    }
    write("translator", w, config, tokenizer_json(vocabulary, BART_SPECIALS, "<s>", "</s>", "<unk>", True), cases)
    (HERE / "translator" / "variants.json").write_text(json.dumps(variants, indent=1) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    first_seed(make_translator, vocabulary_of(BART_SPECIALS, BART["vocabulary"], True))
