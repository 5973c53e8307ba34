"""Writes the golden files of LanguageFamilyTests beside itself: families of language models, in float64, by their published code's behaviour.

Usage: python3 make_language_goldens.py FOLDER (NumPy; FOLDER holds the catalogue's reference.py; the files are the same at every run)

A file holds one model's weights under its family's names, and for each call c the tensors input.c and output.c, everything as F32.
"""
import math
import sys

import numpy as np

from make_catalogue_goldens import reference, weights, write
from reference import attend, causal, gelu_tanh, heads, lin, ln, relu, rms_norm, rope, silu, sub, window_causal

LENGTHS = [70, 5, 33]
VOCABULARY = 11


def calls(random, model, name, p, lengths=LENGTHS):
    tensors = {}
    for call, length in enumerate(lengths):
        tokens = random.integers(0, VOCABULARY, length)
        tensors |= {f"input.{call}": tokens, f"output.{call}": model(p, tokens)}
    write(name, p | tensors)


def sandwich(p, ids, H, G, norms, window, scale, embed, one_plus, norm_heads, last=None):
    """Gemma 3 and OLMo 2: norms behind the sub-layers; Gemma 3's before them too, and every sixth layer sees all, by another base."""
    E = p["model.embed_tokens.weight"]
    x, i, n = E[ids] * embed, 0, len(ids)
    while f"model.layers.{i}.self_attn.q_proj.weight" in p:
        q = sub(p, f"model.layers.{i}.")
        norm = lambda name, y: rms_norm(y, q[name + ".weight"], 1e-6, one_plus)
        a, y = sub(q, "self_attn."), norm("input_layernorm", x) if norms == "both" else x
        Q, K, V = lin(a, "q_proj", y), lin(a, "k_proj", y), heads(lin(a, "v_proj", y), G)
        if norm_heads == "each":
            Q, K = rms_norm(heads(Q, H), a["q_norm.weight"], 1e-6, one_plus), rms_norm(heads(K, G), a["k_norm.weight"], 1e-6, one_plus)
        else:
            Q, K = heads(rms_norm(Q, a["q_norm.weight"], 1e-6, one_plus), H), heads(rms_norm(K, a["k_norm.weight"], 1e-6, one_plus), G)
        whole = window is None or (i + 1) % 6 == 0
        at, base = np.arange(n) / (8 if whole and window else 1), (1e6 if whole and window else 5e5 if window is None else 1e4)
        rows, _ = attend(rope(Q, at, base=base), rope(K, at, base=base), V, scale=scale, mask=causal(n) if whole else window_causal(n, window))
        x = x + norm("post_attention_layernorm", lin(a, "o_proj", rows))
        y = norm("pre_feedforward_layernorm", x) if norms == "both" else x
        act = gelu_tanh if norms == "both" else silu
        x = x + norm("post_feedforward_layernorm", lin(q, "mlp.down_proj", act(lin(q, "mlp.gate_proj", y)) * lin(q, "mlp.up_proj", y)))
        i += 1
    x = rms_norm(x, p["model.norm.weight"], 1e-6, one_plus)
    return x @ (E if last is None else p[last]).T


def llama_shapes(layers, width, inner, shared, hidden, norms, more=lambda of: {}):
    shapes, ones = {"model.embed_tokens.weight": (VOCABULARY, width), "model.norm.weight": (width,)}, ["model.norm.weight"]
    for i in range(layers):
        of = f"model.layers.{i}."
        shapes |= {f"{of}self_attn.q_proj.weight": (inner, width), f"{of}self_attn.k_proj.weight": (shared, width), f"{of}self_attn.v_proj.weight": (shared, width),
                   f"{of}self_attn.o_proj.weight": (width, inner), f"{of}mlp.gate_proj.weight": (hidden, width), f"{of}mlp.up_proj.weight": (hidden, width), f"{of}mlp.down_proj.weight": (width, hidden)}
        shapes |= {f"{of}{norm}.weight": (width,) for norm in norms} | {of + name: shape for name, shape in more(of).items()}
        ones += [name for name in shapes if name.startswith(of) and "norm" in name]
    return shapes, ones


def gemma3(seed):
    """Seven layers, of which the sixth sees all rows, drawn together by 8; weights of norms around 0."""
    random, width, H, G, d = np.random.default_rng(seed), 20, 3, 1, 8
    norms = ["input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"]
    shapes, _ = llama_shapes(7, width, H * d, G * d, 37, norms, lambda of: {"self_attn.q_norm.weight": (d,), "self_attn.k_norm.weight": (d,)})
    calls(random, lambda p, ids: sandwich(p, ids, H, G, "both", 6, 10 ** -0.5, math.sqrt(width), True, "each"), "gemma3", weights(random, shapes))


def olmo2(seed):
    random, width, H, d = np.random.default_rng(seed), 24, 3, 8
    shapes, ones = llama_shapes(2, width, H * d, H * d, 37, ["post_attention_layernorm", "post_feedforward_layernorm"], lambda of: {"self_attn.q_norm.weight": (H * d,), "self_attn.k_norm.weight": (H * d,)})
    p = weights(random, shapes | {"lm_head.weight": (VOCABULARY, width)}, ones)
    calls(random, lambda p, ids: sandwich(p, ids, H, H, "behind", None, None, 1, False, "whole", "lm_head.weight"), "olmo2", p)


def qwen2(seed):
    """Biases of queries, keys and values alone; a window on the layers from the second on."""
    random, width, H, G, d = np.random.default_rng(seed), 24, 3, 1, 8
    shapes, ones = llama_shapes(2, width, H * d, G * d, 37, ["input_layernorm", "post_attention_layernorm"],
                                lambda of: {"self_attn.q_proj.bias": (H * d,), "self_attn.k_proj.bias": (G * d,), "self_attn.v_proj.bias": (G * d,)})

    def model(p, ids):
        E, n = p["model.embed_tokens.weight"], len(ids)
        x, at = E[ids], np.arange(n)
        for i in range(2):
            q = sub(p, f"model.layers.{i}.")
            a, y = sub(q, "self_attn."), rms_norm(x, q["input_layernorm.weight"], 1e-6)
            Q, K, V = heads(lin(a, "q_proj", y), H), heads(lin(a, "k_proj", y), G), heads(lin(a, "v_proj", y), G)
            x = x + lin(a, "o_proj", attend(rope(Q, at, base=1e6), rope(K, at, base=1e6), V, mask=window_causal(n, 7) if i >= 1 else causal(n))[0])
            y = rms_norm(x, q["post_attention_layernorm.weight"], 1e-6)
            x = x + lin(q, "mlp.down_proj", silu(lin(q, "mlp.gate_proj", y)) * lin(q, "mlp.up_proj", y))
        return rms_norm(x, p["model.norm.weight"], 1e-6) @ E.T

    calls(random, model, "qwen2", weights(random, shapes, ones))


def phi(seed):
    """One norm a layer, part of a head turning, biases everywhere."""
    random, width, H, r = np.random.default_rng(seed), 24, 3, 4
    shapes = {"model.embed_tokens.weight": (VOCABULARY, width)}
    linear = lambda name, outputs, inputs: {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}
    norms = ["model.final_layernorm"]
    for i in range(2):
        of = f"model.layers.{i}."
        for name in "q_proj", "k_proj", "v_proj", "dense":
            shapes |= linear(of + "self_attn." + name, width, width)
        shapes |= linear(of + "mlp.fc1", 37, width) | linear(of + "mlp.fc2", width, 37)
        norms.append(of + "input_layernorm")
    shapes |= linear("lm_head", VOCABULARY, width) | {f"{norm}.{part}": (width,) for norm in norms for part in ("weight", "bias")}

    def model(p, ids):
        x, n = p["model.embed_tokens.weight"][ids], len(ids)
        at = np.arange(n)
        for i in range(2):
            q = sub(p, f"model.layers.{i}.")
            a, y = sub(q, "self_attn."), ln(q, "input_layernorm", x)
            Q, K, V = (heads(lin(a, name, y), H) for name in ("q_proj", "k_proj", "v_proj"))
            x = x + lin(a, "dense", attend(rope(Q, at, r), rope(K, at, r), V, mask=causal(n))[0]) + lin(q, "mlp.fc2", gelu_tanh(lin(q, "mlp.fc1", y)))
        return lin(p, "lm_head", ln(p, "model.final_layernorm", x))

    calls(random, model, "phi", weights(random, shapes, [f"{norm}.weight" for norm in norms]))


def phi3(seed):
    """Maps of the same rows in one tensor, heads of keys shared, part of a head turning, a window."""
    random, width, H, G, d, hidden = np.random.default_rng(seed), 20, 4, 2, 8, 37
    shapes, norms = {"model.embed_tokens.weight": (VOCABULARY, width), "lm_head.weight": (VOCABULARY, width), "model.norm.weight": (width,)}, ["model.norm.weight"]
    for i in range(2):
        of = f"model.layers.{i}."
        shapes |= {f"{of}self_attn.qkv_proj.weight": ((H + 2 * G) * d, width), f"{of}self_attn.o_proj.weight": (width, H * d), f"{of}mlp.gate_up_proj.weight": (2 * hidden, width), f"{of}mlp.down_proj.weight": (width, hidden)}
        norms += [f"{of}input_layernorm.weight", f"{of}post_attention_layernorm.weight"]
    shapes |= {norm: (width,) for norm in norms}

    def model(p, ids):
        x, n = p["model.embed_tokens.weight"][ids], len(ids)
        at = np.arange(n)
        for i in range(2):
            q = sub(p, f"model.layers.{i}.")
            t = lin(q, "self_attn.qkv_proj", rms_norm(x, q["input_layernorm.weight"], 1e-5))
            Q, K, V = heads(t[:, :H * d], H), heads(t[:, H * d:(H + G) * d], G), heads(t[:, (H + G) * d:], G)
            x = x + lin(q, "self_attn.o_proj", attend(rope(Q, at, 6), rope(K, at, 6), V, mask=window_causal(n, 9))[0])
            gate, up = np.split(lin(q, "mlp.gate_up_proj", rms_norm(x, q["post_attention_layernorm.weight"], 1e-5)), 2, -1)
            x = x + lin(q, "mlp.down_proj", up * silu(gate))
        return rms_norm(x, p["model.norm.weight"], 1e-5) @ p["lm_head.weight"].T

    calls(random, model, "phi3", weights(random, shapes, norms))


def t5(name, seed, gated, tied, scaled):
    """Two layers each; heads wider in all than the rows; distances beyond the last bucket."""
    random, width, H, d, hidden, buckets, most = np.random.default_rng(seed), 24, 3, 10, 37, 12, 40
    shapes, norms = {"shared.weight": (VOCABULARY, width)} | ({} if tied else {"lm_head.weight": (VOCABULARY, width)}), []
    for stage in "encoder", "decoder":
        shapes[f"{stage}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"] = (buckets, H)
        norms.append(f"{stage}.final_layer_norm.weight")
        for i in range(2):
            parts = ["SelfAttention"] + ["EncDecAttention"] * (stage == "decoder")
            for j, part in enumerate(parts):
                of = f"{stage}.block.{i}.layer.{j}."
                shapes |= {f"{of}{part}.{map}.weight": (H * d, width) for map in "qkv"} | {f"{of}{part}.o.weight": (width, H * d)}
                norms.append(of + "layer_norm.weight")
            of = f"{stage}.block.{i}.layer.{len(parts)}."
            norms.append(of + "layer_norm.weight")
            shapes |= {f"{of}DenseReluDense.{map}.weight": (hidden, width) for map in (["wi_0", "wi_1"] if gated else ["wi"])} | {f"{of}DenseReluDense.wo.weight": (width, hidden)}
    p, tensors = weights(random, shapes | {norm: (width,) for norm in norms}, norms), {}
    for call, (source, target) in enumerate([(70, 45), (3, 1), (1, 34)]):
        given, taken = random.integers(0, VOCABULARY, source), random.integers(0, VOCABULARY, target)
        logits, rows, _ = reference.t5(p, given, taken, H, buckets, most, scaled=scaled, own_head=not tied)
        tensors |= {f"source.{call}": given, f"input.{call}": taken, f"rows.{call}": rows, f"output.{call}": logits}
    write(name, p | tensors)


def m2m(seed):
    """M2M100 and NLLB: norms before, positions from 2 at tensor2tensor's rates, embeddings times the root of the width, scores by the table."""
    random, width, H, hidden = np.random.default_rng(seed), 24, 3, 37
    shapes, norms = {"model.shared.weight": (VOCABULARY, width)}, []
    linear = lambda name, outputs, inputs: {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}
    for stage in "encoder", "decoder":
        norms.append(f"model.{stage}.layer_norm")
        for i in range(2):
            of = f"model.{stage}.layers.{i}."
            for part in ["self_attn"] + ["encoder_attn"] * (stage == "decoder"):
                for map in "q_proj", "k_proj", "v_proj", "out_proj":
                    shapes |= linear(f"{of}{part}.{map}", width, width)
                norms.append(f"{of}{part}_layer_norm")
            shapes |= linear(of + "fc1", hidden, width) | linear(of + "fc2", width, hidden)
            norms.append(of + "final_layer_norm")
    p, tensors = weights(random, shapes | {f"{norm}.{part}": (width,) for norm in norms for part in ("weight", "bias")}, [f"{norm}.weight" for norm in norms]), {}

    def embed(ids):
        half = width // 2
        angle = (np.arange(len(ids)) + 2)[:, None] * np.exp(np.arange(half) * -(math.log(10000) / (half - 1)))
        return p["model.shared.weight"][ids] * math.sqrt(width) + np.concatenate([np.sin(angle), np.cos(angle)], 1)

    def stage(name, x, source=None):
        for i in range(2):
            q = sub(p, f"model.{name}.layers.{i}.")
            y = ln(q, "self_attn_layer_norm", x)
            x = x + reference.bart_attention(sub(q, "self_attn."), y, H, mask=None if source is None else causal(len(x)))[0]
            if source is not None:
                x = x + reference.bart_attention(sub(q, "encoder_attn."), ln(q, "encoder_attn_layer_norm", x), H, source)[0]
            x = x + lin(q, "fc2", relu(lin(q, "fc1", ln(q, "final_layer_norm", x))))
        return ln(p, f"model.{name}.layer_norm", x)

    for call, (source, target) in enumerate([(40, 35), (3, 1)]):
        given, taken = random.integers(0, VOCABULARY, source), random.integers(0, VOCABULARY, target)
        rows = stage("encoder", embed(given))
        tensors |= {f"source.{call}": given, f"input.{call}": taken, f"rows.{call}": rows, f"output.{call}": stage("decoder", embed(taken), rows) @ p["model.shared.weight"].T}
    write("m2m", p | tensors)


if __name__ == "__main__":
    gemma3(1)
    olmo2(2)
    qwen2(3)
    phi(4)
    phi3(5)
    t5("t5-tied", 6, gated=False, tied=True, scaled=True)
    t5("t5-own-scaled", 7, gated=True, tied=False, scaled=True)
    m2m(8)
