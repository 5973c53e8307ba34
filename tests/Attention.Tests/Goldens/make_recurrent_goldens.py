"""Writes the golden files of RecurrentTests beside itself: random weights, inputs, and what the float64 reference makes of them.

Usage: python3 make_recurrent_goldens.py FOLDER (NumPy; FOLDER holds the catalogue's reference.py; the files are the same at every run)

A file holds one model's weights under the names that the model in RecurrentModels.cs expects, and golden.* as the catalogue's files have
them, everything as F32. Outputs are computed in float64 from the float32 weights and rounded once.
"""
import sys

import numpy as np

from make_catalogue_goldens import weights, write

sys.path.insert(0, sys.argv[1])
import reference  # noqa: E402


def cells(prefix, gates, states, inputs, layers=1, both=False):
    shapes = {}
    for layer in range(layers):
        for end in ("", "_reverse")[: 1 + both]:
            wide = inputs if layer == 0 else states * (1 + both)
            shapes |= {f"{prefix}weight_ih_l{layer}{end}": (gates * states, wide), f"{prefix}weight_hh_l{layer}{end}": (gates * states, states),
                       f"{prefix}bias_ih_l{layer}{end}": (gates * states,), f"{prefix}bias_hh_l{layer}{end}": (gates * states,)}
    return shapes


def layers(name, kind, count, states, inputs, both, reset_after, seed):
    """Rows of three lengths through several layers."""
    random = np.random.default_rng(seed)
    p, tensors = weights(random, cells("rnn.", 3 if kind == "gru" else 4, states, inputs, count, both)), {}
    for call, length in enumerate([31, 1, 6]):
        x = random.normal(size=(length, inputs)).astype(np.float32).astype(np.float64)
        tensors |= {f"input.{call}": x, f"output.{call}": reference.rnn(reference.sub(p, "rnn."), x, kind, count, both, reset_after=reset_after)[0]}
    write(name, p | tensors)


def luong(name, kind, cell, count, seed):
    """OpenNMT's names, nothing fed back: a decoder of several layers, as nn.GRU has them."""
    random, gates, states, wide = np.random.default_rng(seed), 3 if cell == "gru" else 4, 20, 9
    shapes = {"encoder.embeddings.make_embedding.emb_luts.0.weight": (13, wide), "decoder.embeddings.make_embedding.emb_luts.0.weight": (17, wide), "generator.weight": (17, states), "generator.bias": (17,),
              "decoder.attn.linear_out.weight": (states, 2 * states)} | cells("encoder.rnn.", gates, states // 2, wide, count, True) | cells("decoder.rnn.", gates, states, wide, count)
    if kind == "general":
        shapes["decoder.attn.linear_in.weight"] = (states, states)
    p = weights(random, shapes)
    source, target = random.integers(13, size=29), random.integers(17, size=23)
    logits, attention, _, _ = reference.luong(p, source, target, kind, cell, count, input_feed=False)
    write(name, p | {"golden.input.source": source, "golden.input.target": target, "golden.output.logits": logits, "golden.attention.cross": attention[None]})


def bahdanau(name, seed):
    """The paper's model with PyTorch's cells, its outputs made of the state behind the word."""
    random, states, wide, hidden, maxout = np.random.default_rng(seed), 11, 7, 10, 6
    shapes = {"encoder.embedding.weight": (13, wide), "decoder.embedding.weight": (17, wide), "decoder.init.weight": (states, states), "decoder.init.bias": (states,),
              "decoder.attention.query.weight": (hidden, states), "decoder.attention.key.weight": (hidden, 2 * states), "decoder.attention.score.weight": (1, hidden),
              "decoder.readout.state.weight": (2 * maxout, states), "decoder.readout.state.bias": (2 * maxout,), "decoder.readout.embedding.weight": (2 * maxout, wide),
              "decoder.readout.context.weight": (2 * maxout, 2 * states), "decoder.output.weight": (17, maxout), "decoder.output.bias": (17,)}
    p = weights(random, shapes | cells("encoder.rnn.", 3, states, wide, 1, True) | cells("decoder.rnn.", 3, states, wide + 2 * states))
    source, target = random.integers(13, size=29), random.integers(17, size=23)
    logits, attention, _ = reference.bahdanau_paper(p, source, target, reset_after=True, readout="current")
    write(name, p | {"golden.input.source": source, "golden.input.target": target, "golden.output.logits": logits, "golden.attention.cross": attention[None]})


def caption(name, draws, seed):
    """Regions of which now this, now that one is chosen or drawn, and never by a hair."""
    random, regions, features, states, hidden, wide, words = np.random.default_rng(seed), 19, 10, 20, 7, 9, 11
    shapes = {f"attention.{part}.{end}": size for part, (rows, columns) in {"encoder_att": (hidden, features), "decoder_att": (hidden, states), "full_att": (1, hidden)}.items() for end, size in (("weight", (rows, columns)), ("bias", (rows,)))}
    shapes |= {f"{part}.{end}": size for part, (rows, columns) in {"init_h": (states, features), "init_c": (states, features), "f_beta": (features, states), "fc": (words, states)}.items() for end, size in (("weight", (rows, columns)), ("bias", (rows,)))}
    shapes |= {"embedding.weight": (words, wide), "decode_step.weight_ih": (4 * states, wide + features), "decode_step.weight_hh": (4 * states, states), "decode_step.bias_ih": (4 * states,), "decode_step.bias_hh": (4 * states,)}
    p = weights(random, shapes)
    for part in ("decoder_att.weight", "full_att.weight"):
        p[f"attention.{part}"] = (4 * p[f"attention.{part}"]).astype(np.float32).astype(np.float64)
    x, tokens = random.normal(size=(regions, features)).astype(np.float32).astype(np.float64), random.integers(words, size=24)
    numbers = reference.splitmix64(draws)
    uniforms = np.array([next(numbers) for _ in tokens])
    tensors = {"golden.input.features": x, "golden.input.tokens": tokens}
    for mode in ("soft", "argmax", "sample"):
        logits, attention, chosen, _ = reference.caption(p, x, tokens, mode, uniforms=uniforms)
        best = np.sort(attention, 1)
        assert mode != "argmax" or (best[:, -1] - best[:, -2]).min() > 1e-3, (best[:, -1] - best[:, -2]).min()
        assert mode != "sample" or np.abs(np.cumsum(attention, 1) - uniforms[:, None]).min() > 1e-4
        assert mode == "soft" or len(set(chosen)) > 4, chosen
        tensors |= {f"golden.output.logits.{mode}": logits, f"golden.attention.cross.{mode}": attention[None], f"golden.output.chosen.{mode}": chosen}
    write(name, p | tensors)


if __name__ == "__main__":
    layers("recurrent-lstm", "lstm", 3, 9, 10, True, True, 1)
    layers("recurrent-gru", "gru", 2, 21, 5, False, True, 2)
    layers("recurrent-gru-reset-before", "gru", 2, 12, 7, True, False, 3)
    luong("luong-unfed-general", "general", "gru", 2, 4)
    luong("luong-unfed-dot", "dot", "lstm", 1, 5)
    bahdanau("bahdanau-current", 6)
    caption("caption-chosen", 77, 34)
