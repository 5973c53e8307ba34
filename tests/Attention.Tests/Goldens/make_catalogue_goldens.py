"""Writes the golden files of CatalogueTests beside itself: random weights, inputs, and what the float64 reference makes of them.

Usage: python3 make_catalogue_goldens.py FOLDER (NumPy; FOLDER holds the catalogue's reference.py; the files are the same at every run)

A file holds one model's weights under the names that the model in CatalogueModels.cs expects, and for each call c the tensors
input.c and output.c, everything as F32. Outputs are computed in float64 from the float32 weights and rounded once.
"""
import json
import pathlib
import struct
import sys

import numpy as np

sys.path.insert(0, sys.argv[1])
import reference  # noqa: E402

WIDTH, HEADS = 24, 3
LENGTHS = [70, 1, 5, 33, 64]
PREFIX = "transformer.encoder."


def write(name, tensors):
    header, data = {}, b""
    for key, value in tensors.items():
        raw = np.ascontiguousarray(value, np.float32).tobytes()
        header[key] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (pathlib.Path(__file__).parent / f"{name}.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)


def weights(random, shapes, norms=()):
    """float32 values in float64, as the checkpoint has them."""
    return {name: ((name in norms) + random.normal(size=shape) / np.sqrt(shape[-1] if len(shape) > 1 else 25)).astype(np.float32).astype(np.float64) for name, shape in shapes.items()}


def attention(prefix):
    return {f"{prefix}self_attn.in_proj_weight": (3 * WIDTH, WIDTH), f"{prefix}self_attn.in_proj_bias": (3 * WIDTH,),
            f"{prefix}self_attn.out_proj.weight": (WIDTH, WIDTH), f"{prefix}self_attn.out_proj.bias": (WIDTH,)}


def calls(random, model):
    tensors = {}
    for call, length in enumerate(LENGTHS):
        x = random.normal(size=(length, WIDTH)).astype(np.float32).astype(np.float64)
        tensors[f"input.{call}"], tensors[f"output.{call}"] = x, model(x)
    return tensors


def windows(name, mask, seed, divides=False):
    """Two layers, x + attention(LayerNorm(x)), with a window; behind them x / max(x) and a norm, where told."""
    random = np.random.default_rng(seed)
    shapes, norms = {}, []
    for layer in range(2):
        shapes |= attention(f"{PREFIX}layers.{layer}.") | {f"{PREFIX}layers.{layer}.norm1.weight": (WIDTH,), f"{PREFIX}layers.{layer}.norm1.bias": (WIDTH,)}
        norms.append(f"{PREFIX}layers.{layer}.norm1.weight")
    if divides:
        shapes |= {f"{PREFIX}output_norm.weight": (WIDTH,), f"{PREFIX}output_norm.bias": (WIDTH,)}
        norms.append(f"{PREFIX}output_norm.weight")
    p = weights(random, shapes, norms)

    def model(x):
        for layer in range(2):
            of = reference.sub(p, f"{PREFIX}layers.{layer}.")
            x = x + reference.mha(reference.sub(of, "self_attn."), reference.ln(of, "norm1", x), HEADS, mask=mask(len(x)))[0]
        return reference.ln(p, f"{PREFIX}output_norm", x / x.max(-1, keepdims=True), 0.05) if divides else x

    write(name, p | calls(random, model))


def distances(name, seed, heads, causal=False, buckets=None, most=128):
    """Two layers, x + attention(LayerNorm(x)), with a bias by distance: ALiBi's, or one of buckets; a decoder's rows are those of tokens."""
    random, prefix = np.random.default_rng(seed), "transformer.decoder." if causal else PREFIX
    shapes, norms = {}, []
    for layer in range(2):
        shapes |= attention(f"{prefix}layers.{layer}.") | {f"{prefix}layers.{layer}.norm1.weight": (WIDTH,), f"{prefix}layers.{layer}.norm1.bias": (WIDTH,)}
        norms.append(f"{prefix}layers.{layer}.norm1.weight")
    p = weights(random, shapes | ({f"{prefix}embedding.weight": (11, WIDTH)} if causal else {}), norms)
    if buckets:
        p[f"{prefix}relative_attention_bias.weight"] = random.normal(size=(buckets, heads)).astype(np.float32).astype(np.float64)

    def model(x):
        n = len(x)
        if buckets:
            bias = reference.t5_bias(p[f"{prefix}relative_attention_bias.weight"], n, n, not causal, buckets, most)
        else:
            bias = reference.alibi(heads, n) if causal else -np.abs(reference.alibi(heads, n))
        for layer in range(2):
            of = reference.sub(p, f"{prefix}layers.{layer}.")
            x = x + reference.mha(reference.sub(of, "self_attn."), reference.ln(of, "norm1", x), heads, mask=reference.causal(n) if causal else None, bias=bias)[0]
        return x

    if causal:
        tensors = {}
        for call, length in enumerate(LENGTHS):
            tokens = random.integers(0, 11, length)
            tensors |= {f"input.{call}": tokens, f"output.{call}": model(p[f"{prefix}embedding.weight"][tokens])}
        write(name, p | tensors)
    else:
        write(name, p | calls(random, model))


def image(kind, **options):
    """Of 6 rows of text and an image of 8 x 8; a shorter call has less of the image."""
    return lambda n: reference.image_mask(kind, 6, 8, **options)[:n, :n]


def rms(seed):
    """A stem norm (1 + w), a layer rms(x + attention(x)), a final norm, and one of the output."""
    random = np.random.default_rng(seed)
    norms = [f"{PREFIX}layers.0.norm1.weight", f"{PREFIX}norm.weight", f"{PREFIX}output_norm.weight"]
    p = weights(random, attention(f"{PREFIX}layers.0.") | {f"{PREFIX}embedding_norm.weight": (WIDTH,)} | {norm: (WIDTH,) for norm in norms}, norms)

    def model(x):
        x = reference.rms_norm(x, p[f"{PREFIX}embedding_norm.weight"], 1e-5, one_plus=True)
        x = x + reference.mha(reference.sub(p, f"{PREFIX}layers.0.self_attn."), x, HEADS)[0]
        x = reference.rms_norm(x, p[norms[0]], 1e-6)
        x = reference.rms_norm(x, p[norms[1]], 1e-6)
        return reference.rms_norm(x, p[norms[2]], 0.25)

    write("rms-norms", p | calls(random, model))


def external_heads(name, heads, expansion, memory, bias, seed):
    """Two layers, x + external attention of heads(LayerNorm(x))."""
    random, shapes, norms, inner, d = np.random.default_rng(seed), {}, [], expansion * WIDTH, WIDTH // heads
    for layer in range(2):
        of = f"{PREFIX}layers.{layer}."
        shapes |= {f"{of}external_attn.trans_dims.weight": (inner, WIDTH), f"{of}external_attn.trans_dims.bias": (inner,), f"{of}external_attn.linear_0.weight": (memory, d),
                   f"{of}external_attn.linear_1.weight": (d, memory), f"{of}external_attn.proj.weight": (WIDTH, inner), f"{of}external_attn.proj.bias": (WIDTH,), f"{of}norm1.weight": (WIDTH,), f"{of}norm1.bias": (WIDTH,)}
        if bias:
            shapes |= {f"{of}external_attn.linear_0.bias": (memory,), f"{of}external_attn.linear_1.bias": (d,)}
        norms.append(f"{of}norm1.weight")
    p = weights(random, shapes, norms)

    def model(x):
        for layer in range(2):
            of = reference.sub(p, f"{PREFIX}layers.{layer}.")
            x = x + reference.external_attention_multihead(reference.sub(of, "external_attn."), reference.ln(of, "norm1", x), heads, expansion)[0]
        return x

    write(name, p | calls(random, model))


def external_block(name, memory, seed):
    """Two of EANet's blocks, a map's pixels being the rows; the last map of a block has a bias here, which the norm takes in."""
    random, shapes, norms = np.random.default_rng(seed), {}, []
    for layer in range(2):
        of = f"{PREFIX}layers.{layer}."
        shapes |= {f"{of}external_attn.trans_dims.weight": (WIDTH, WIDTH), f"{of}external_attn.trans_dims.bias": (WIDTH,), f"{of}external_attn.linear_0.weight": (memory, WIDTH),
                   f"{of}external_attn.linear_1.weight": (WIDTH, memory), f"{of}external_attn.proj.weight": (WIDTH, WIDTH), f"{of}external_attn.proj.bias": (WIDTH,)}
        shapes |= {f"{of}batch_norm1.{part}": (WIDTH,) for part in ("weight", "bias", "running_mean", "running_var")}
        norms += [f"{of}batch_norm1.weight", f"{of}batch_norm1.running_var"]
    p = weights(random, shapes, norms)

    def model(x):
        for layer in range(2):
            of = reference.sub(p, f"{PREFIX}layers.{layer}.")
            maps, norm = reference.sub(of, "external_attn."), reference.sub(of, "batch_norm1.")
            folded = norm | {"running_mean": norm["running_mean"] - maps["proj.bias"]}
            block = {"conv1.weight": maps["trans_dims.weight"][:, :, None, None], "conv1.bias": maps["trans_dims.bias"], "linear_0.weight": maps["linear_0.weight"][:, :, None],
                     "linear_1.weight": maps["linear_1.weight"][:, :, None], "conv2.0.weight": maps["proj.weight"][:, :, None, None]} | {f"conv2.1.{part}": value for part, value in folded.items()}
            x = reference.external_attention_block(block, x.T[:, :, None])[0][:, :, 0].T
        return x

    write(name, p | calls(random, model))


def low_rank(name, rank, seed, sharing="headwise", first=False, values_are_keys=False, key_heads=HEADS):
    """Two layers, x + Linformer(LayerNorm(x)); a call that is shorter than the 70 rows of E and F uses the first of their columns."""
    random, shapes, norms, d = np.random.default_rng(seed), {}, [], WIDTH // HEADS
    widths = [WIDTH, key_heads * d] + ([] if values_are_keys else [key_heads * d])
    map_shape = (HEADS, rank, LENGTHS[0]) if sharing == "none" else (rank, LENGTHS[0])
    for layer in range(2):
        of = f"{PREFIX}layers.{layer}."
        shapes |= attention(of) | {f"{of}self_attn.in_proj_weight": (sum(widths), WIDTH), f"{of}self_attn.in_proj_bias": (sum(widths),)}
        shapes |= {f"{of}norm1.weight": (WIDTH,), f"{of}norm1.bias": (WIDTH,)}
        if sharing != "layerwise":
            shapes |= {f"{of}self_attn.compress_k.weight": map_shape} | ({} if values_are_keys else {f"{of}self_attn.compress_v.weight": map_shape})
        norms.append(f"{of}norm1.weight")
    p = weights(random, shapes | ({f"{PREFIX}compress.weight": map_shape} if sharing == "layerwise" else {}), norms)

    def layer(x, of):
        parts = np.split(of["self_attn.in_proj_weight"], np.cumsum(widths)[:-1]), np.split(of["self_attn.in_proj_bias"], np.cumsum(widths)[:-1])
        e = p.get(f"{PREFIX}compress.weight", of.get("self_attn.compress_k.weight"))
        f = e if values_are_keys or sharing == "layerwise" else of["self_attn.compress_v.weight"]
        (wq, wk, wv), (bq, bk, bv) = (list(part) + [part[1]] * (3 - len(part)) for part in parts)
        e, f = e[..., :len(x)], f[..., :len(x)]
        if first:
            k, v = (reference.heads(m @ x @ w.T + b, key_heads) for m, w, b in ((e, wk, bk), (f, wv, bv)))
        else:
            k, v = (m @ reference.heads(x @ w.T + b, key_heads) for m, w, b in ((e, wk, bk), (f, wv, bv)))
        return reference.lin(of, "self_attn.out_proj", reference.attend(reference.heads(x @ wq.T + bq, HEADS), k, v)[0])

    def model(x):
        for i in range(2):
            of = reference.sub(p, f"{PREFIX}layers.{i}.")
            x = x + layer(reference.ln(of, "norm1", x), of)
        return x

    write(name, p | calls(random, model))
def clip_at_token(seed):
    """A text's encoder of CLIP whose last token is 7 and not the largest."""
    random = np.random.default_rng(seed)
    layer, shapes, norms = "text_model.encoder.layers.{}.", {"text_model.embeddings.token_embedding.weight": (11, 20), "text_model.embeddings.position_embedding.weight": (13, 20), "text_projection.weight": (9, 20)}, []
    for name in ["text_model.final_layer_norm"] + [layer.format(i) + norm for i in range(2) for norm in ("layer_norm1", "layer_norm2")]:
        shapes |= {name + ".weight": (20,), name + ".bias": (20,)}
        norms.append(name + ".weight")
    for i in range(2):
        for name, outputs, inputs in [("self_attn.q_proj", 20, 20), ("self_attn.k_proj", 20, 20), ("self_attn.v_proj", 20, 20), ("self_attn.out_proj", 20, 20), ("mlp.fc1", 37, 20), ("mlp.fc2", 20, 37)]:
            shapes |= {layer.format(i) + name + ".weight": (outputs, inputs), layer.format(i) + name + ".bias": (outputs,)}
    p = weights(random, shapes, norms)
    texts = [[3, 10, 7, 7, 10], [7], [10, 9, 8, 0, 1, 2, 3, 4, 5, 6, 10, 8, 7], [1, 10, 2]]
    outputs = {f"output.{call}": reference.clip_text(p, np.array(text), 4, eos=7, act="gelu")[1] for call, text in enumerate(texts)}
    write("clip-at-token", p | {f"input.{call}": np.array(text) for call, text in enumerate(texts)} | outputs)


def gated_decoder(name, only_immediate, seed):
    """Two layers of a gated cross-attention to images, its gated feed-forward, and causal self-attention; token 6 stands for the next image."""
    random = np.random.default_rng(seed)
    of = "transformer.decoder.layers.{}."
    shapes, norms = {"transformer.decoder.embedding.weight": (9, WIDTH), "transformer.decoder.positions.weight": (40, WIDTH)}, []
    for i in range(2):
        layer = of.format(i)
        shapes |= attention(layer) | {f"{layer}attn.to_q.weight": (20, WIDTH), f"{layer}attn.to_kv.weight": (40, 15), f"{layer}attn.to_out.weight": (WIDTH, 20), f"{layer}attn_gate": (1,),
                                      f"{layer}ff.1.weight": (37, WIDTH), f"{layer}ff.3.weight": (WIDTH, 37), f"{layer}ff_gate": (1,)}
        for norm in ("attn.norm", "ff.0", "norm3"):
            shapes |= {f"{layer}{norm}.weight": (WIDTH,), f"{layer}{norm}.bias": (WIDTH,)}
            norms.append(f"{layer}{norm}.weight")
    p = weights(random, shapes, norms)
    for i in range(2):
        p[of.format(i) + "attn_gate"], p[of.format(i) + "ff_gate"] = np.float32([[0.8], [-0.6]]).astype(np.float64)[i], np.float32([[-1.1], [0.3]]).astype(np.float64)[i]

    def model(tokens, media):
        x = p["transformer.decoder.embedding.weight"][tokens] + p["transformer.decoder.positions.weight"][:len(tokens)]
        for i in range(2):
            layer = reference.sub(p, of.format(i))
            x = reference.gated_cross_attention(layer, x, media, tokens == 6, 4, only_immediate)[0]
            x = x + reference.mha(reference.sub(layer, "self_attn."), reference.ln(layer, "norm3", x), HEADS, mask=reference.causal(len(x)))[0]
        return x

    tensors = {}
    for call, (length, images, at) in enumerate([(40, 3, (4, 5, 20)), (9, 2, (0, 8)), (7, 3, ()), (35, 4, (2, 33)), (12, 1, (3, 7))]):
        tokens = random.integers(0, 6, length)
        tokens[list(at)] = 6
        media = random.normal(size=(images, 5, 15)).astype(np.float32).astype(np.float64)
        tensors |= {f"input.{call}": tokens, f"media.{call}": media.reshape(-1, 15), f"output.{call}": model(tokens, media)}
    write(name, p | tensors)


def resampler(seed):
    """Three latents for each image of five rows, in two layers; the last call has one image alone."""
    random = np.random.default_rng(seed)
    shapes, norms = {"latents": (3, WIDTH), "norm.weight": (WIDTH,), "norm.bias": (WIDTH,)}, ["norm.weight"]
    for i in range(2):
        shapes |= {f"layers.{i}.0.to_q.weight": (20, WIDTH), f"layers.{i}.0.to_kv.weight": (40, WIDTH), f"layers.{i}.0.to_out.weight": (WIDTH, 20), f"layers.{i}.1.1.weight": (37, WIDTH), f"layers.{i}.1.3.weight": (WIDTH, 37)}
        for norm in ("0.norm_media", "0.norm_latents", "1.0"):
            shapes |= {f"layers.{i}.{norm}.weight": (WIDTH,), f"layers.{i}.{norm}.bias": (WIDTH,)}
            norms.append(f"layers.{i}.{norm}.weight")
    p, tensors = weights(random, shapes, norms), {}
    for call, images in enumerate([4, 2, 3, 1]):
        media = random.normal(size=(images, 5, WIDTH)).astype(np.float32).astype(np.float64)
        tensors |= {f"input.{call}": media.reshape(-1, WIDTH), f"output.{call}": reference.perceiver_resampler(p, media, 4).reshape(-1, WIDTH)}
    write("resampler", p | tensors)


def big_bird(name, block, r, seed, first, weights_seed):
    """Two layers of BigBird's attention; the last block of a call may lack rows, and one of up to 5 + 2 r blocks is seen whole."""
    random, shapes, norms, lengths = np.random.default_rng(weights_seed), {}, [], [70, 1, (5 + 2 * r) * block, (5 + 2 * r) * block + 1, 64]
    for layer in range(2):
        shapes |= attention(f"{PREFIX}layers.{layer}.") | {f"{PREFIX}layers.{layer}.norm1.weight": (WIDTH,), f"{PREFIX}layers.{layer}.norm1.bias": (WIDTH,)}
        norms.append(f"{PREFIX}layers.{layer}.norm1.weight")
    p = weights(random, shapes, norms)

    def counts(n, layer):
        blocks = -(-n // block)
        if blocks <= 5 + 2 * r:
            return np.ones((HEADS, n, n))
        table = np.zeros((HEADS, blocks - 2, r), int) if first else reference.bigbird_random(blocks * block, block, HEADS, r, seed + layer)
        seen = np.zeros((HEADS, blocks, blocks))
        for head, rows in enumerate(reference.bigbird_blocks(blocks, table)):
            for row, keys in enumerate(rows):
                np.add.at(seen[head, row], keys, 1)
        return seen.repeat(block, 1).repeat(block, 2)[:, :n, :n]

    def model(x):
        for layer in range(2):
            of, times = reference.sub(p, f"{PREFIX}layers.{layer}."), counts(len(x), layer)
            x = x + reference.mha(reference.sub(of, "self_attn."), reference.ln(of, "norm1", x), HEADS, mask=times > 0, bias=np.log(np.maximum(times, 1)))[0]
        return x

    tensors = {}
    for call, length in enumerate(lengths):
        x = random.normal(size=(length, WIDTH)).astype(np.float32).astype(np.float64)
        tensors[f"input.{call}"], tensors[f"output.{call}"] = x, model(x)
    write(name, p | tensors)


def global_rows(name, each_side, count, own, seed):
    """Two layers, x + Longformer's attention(LayerNorm(x)), the first rows global; without projections of their own they have the others'."""
    random, shapes, norms = np.random.default_rng(seed), {}, []
    for layer in range(2):
        of = f"{PREFIX}layers.{layer}."
        shapes |= attention(of) | {f"{of}norm1.weight": (WIDTH,), f"{of}norm1.bias": (WIDTH,)}
        if own:
            shapes |= {f"{of}self_attn.global_{part}_proj.weight": (WIDTH, WIDTH) for part in "qkv"} | {f"{of}self_attn.global_{part}_proj.bias": (WIDTH,) for part in "qkv"}
        norms.append(f"{of}norm1.weight")
    p = weights(random, shapes, norms)

    def model(x):
        for layer in range(2):
            of, maps = reference.sub(p, f"{PREFIX}layers.{layer}."), {}
            for i, part in enumerate(("query", "key", "value")):
                for kind in ("weight", "bias"):
                    maps[f"{part}.{kind}"] = np.split(of[f"self_attn.in_proj_{kind}"], 3)[i]
                    maps[f"{part}_global.{kind}"] = of[f"self_attn.global_{part[0]}_proj.{kind}"] if own else maps[f"{part}.{kind}"]
            rows = reference.longformer_self_attention(maps, reference.ln(of, "norm1", x), HEADS, 2 * each_side, np.arange(len(x)) < count)[0]
            x = x + reference.lin(of, "self_attn.out_proj", rows)
        return x

    write(name, p | calls(random, model))


def universal_decoder(seed):
    """Four times one layer with norms behind its sub-layers, causal, with the paper's signals."""
    random = np.random.default_rng(seed)
    shapes, norms = {"embedding.weight": (9, WIDTH)} | attention("layers.0."), ["layers.0.norm1.weight", "layers.0.norm2.weight"]
    shapes |= {"layers.0.linear1.weight": (37, WIDTH), "layers.0.linear1.bias": (37,), "layers.0.linear2.weight": (WIDTH, 37), "layers.0.linear2.bias": (WIDTH,)}
    shapes |= {norm: (WIDTH,) for norm in norms} | {norm.replace("weight", "bias"): (WIDTH,) for norm in norms}
    p, tensors = weights(random, shapes, norms), {}
    of = {"layer." + name: value for name, value in reference.sub(p, "layers.0.").items()}
    for call, length in enumerate([40, 1, 9, 33]):
        tokens = random.integers(0, 9, length)
        rows = reference.universal_transformer(of, p["embedding.weight"][tokens], HEADS, 4, norm_first=False, layout="interleaved", first_step=1, mask=reference.causal(length))[0]
        tensors |= {f"input.{call}": tokens, f"output.{call}": rows}
    write("universal-decoder", p | tensors)


def gated(seed):
    """Three stages of one layer x + gated(LayerNorm(x)), with the names and orders of llama, ModernBERT ([gate; up]) and Moonshine ([up; gate])."""
    random, hidden = np.random.default_rng(seed), 37
    shapes, norms = {}, [f"{stage}.layers.0.norm.weight" for stage in ("llama", "modernbert", "moonshine")]
    for norm in norms:
        shapes |= {norm: (WIDTH,), norm.replace("weight", "bias"): (WIDTH,)}
    shapes |= {f"llama.layers.0.mlp.{name}.weight": (WIDTH, hidden) if name == "down_proj" else (hidden, WIDTH) for name in ("gate_proj", "up_proj", "down_proj")}
    shapes |= {"modernbert.layers.0.mlp.Wi.weight": (2 * hidden, WIDTH), "modernbert.layers.0.mlp.Wo.weight": (WIDTH, hidden)}
    shapes |= {f"moonshine.layers.0.mlp.{name}": shape for name, shape in (("fc1.weight", (2 * hidden, WIDTH)), ("fc1.bias", (2 * hidden,)), ("fc2.weight", (WIDTH, hidden)), ("fc2.bias", (WIDTH,)))}
    p = weights(random, shapes, norms)

    def model(x):
        of = reference.sub(p, "llama.layers.0.")
        y = reference.ln(of, "norm", x)
        x = x + reference.lin(of, "mlp.down_proj", reference.silu(reference.lin(of, "mlp.gate_proj", y)) * reference.lin(of, "mlp.up_proj", y))
        of = reference.sub(p, "modernbert.layers.0.")
        gate, up = np.split(reference.lin(of, "mlp.Wi", reference.ln(of, "norm", x)), 2, -1)
        x = x + reference.lin(of, "mlp.Wo", reference.gelu(gate) * up)
        of = reference.sub(p, "moonshine.layers.0.")
        up, gate = np.split(reference.lin(of, "mlp.fc1", reference.ln(of, "norm", x)), 2, -1)
        return x + reference.lin(of, "mlp.fc2", reference.silu(gate) * up)

    write("gated-feed-forward", p | calls(random, model))


def llama(seed):
    """Hugging Face's names and form: two layers, a head's width not that of its share, positions over more than a panel of keys."""
    random, hidden, inner, vocabulary = np.random.default_rng(seed), 37, 3 * 10, 9
    shapes, norms = {"model.embed_tokens.weight": (vocabulary, WIDTH), "model.norm.weight": (WIDTH,), "lm_head.weight": (vocabulary, WIDTH)}, ["model.norm.weight"]
    for i in range(2):
        of = f"model.layers.{i}."
        shapes |= {f"{of}self_attn.{name}_proj.weight": (inner, WIDTH) for name in "qkv"} | {f"{of}self_attn.o_proj.weight": (WIDTH, inner)}
        shapes |= {f"{of}mlp.gate_proj.weight": (hidden, WIDTH), f"{of}mlp.up_proj.weight": (hidden, WIDTH), f"{of}mlp.down_proj.weight": (WIDTH, hidden)}
        shapes |= {f"{of}{norm}.weight": (WIDTH,) for norm in ("input_layernorm", "post_attention_layernorm")}
        norms += [f"{of}input_layernorm.weight", f"{of}post_attention_layernorm.weight"]
    p, tensors = weights(random, shapes, norms), {f"model.layers.{i}.self_attn.rotary_emb.inv_freq": reference.frequencies(10, 500.0) for i in range(2)}
    for call, length in enumerate([40, 1, 9, 33]):
        tokens = random.integers(0, vocabulary, length)
        tensors |= {f"input.{call}": tokens, f"output.{call}": reference.llama(p, tokens, HEADS, HEADS, base=500.0)[0]}
    write("llama-heads", p | tensors)


def rotary(seed):
    """Two layers, x + attention(LayerNorm(x)), neighbours among the first six channels of each head turned, the second layer by other angles."""
    random = np.random.default_rng(seed)
    shapes, norms = {}, [f"{PREFIX}layers.{layer}.norm{layer + 1}.weight" for layer in range(2)]
    for layer in range(2):
        shapes |= attention(f"{PREFIX}layers.{layer}.") | {norms[layer]: (WIDTH,), norms[layer].replace("weight", "bias"): (WIDTH,)}
    p = weights(random, shapes, norms)

    def model(x):
        for layer, options in enumerate([dict(r=6, base=700.0, interleaved=True), dict(base=50.0)]):
            of = reference.sub(p, f"{PREFIX}layers.{layer}.")
            y, maps = reference.ln(of, f"norm{layer + 1}", x), reference.sub(of, "self_attn.")
            q, k, v = (reference.heads(t, HEADS) for t in np.split(y @ maps["in_proj_weight"].T + maps["in_proj_bias"], 3, -1))
            at = np.arange(len(x)) / (1 if layer == 0 else 2.5)
            rows, _ = reference.attend(reference.rope(q, at, **options), reference.rope(k, at, **options), v)
            x = x + reference.lin(maps, "out_proj", rows)
        return x

    write("rotary", p | calls(random, model))


def shared_heads(seed):
    """Two layers of a decoder, x + attention(LayerNorm(x)), six heads of queries on few of keys and values, with norms of both before the rotation or behind it."""
    random, prefix, heads, d = np.random.default_rng(seed), "transformer.decoder.", 6, 8
    layers = [dict(keys=2, whole=True, options=dict(sinks=True), mask=reference.causal), dict(keys=1, whole=False, options=dict(cap=2.0), mask=lambda n: reference.window_causal(n, 20))]
    shapes, norms = {f"{prefix}embedding.weight": (11, WIDTH)}, []
    for i, layer in enumerate(layers):
        of, rows = f"{prefix}layers.{i}.", (heads + 2 * layer["keys"]) * d
        shapes |= {f"{of}norm{i + 1}.weight": (WIDTH,), f"{of}norm{i + 1}.bias": (WIDTH,), f"{of}self_attn.in_proj_weight": (rows, WIDTH), f"{of}self_attn.in_proj_bias": (rows,),
                   f"{of}self_attn.out_proj.weight": (WIDTH, heads * d), f"{of}self_attn.out_proj.bias": (WIDTH,),
                   f"{of}self_attn.q_norm.weight": (heads * d if layer["whole"] else d,), f"{of}self_attn.k_norm.weight": (layer["keys"] * d if layer["whole"] else d,)}
        norms += [f"{of}norm{i + 1}.weight"] + ([f"{of}self_attn.q_norm.weight", f"{of}self_attn.k_norm.weight"] if layer["whole"] else [])
    shapes[f"{prefix}layers.0.self_attn.sinks"] = (heads,)
    p = weights(random, shapes, norms)

    def model(x):
        at = np.arange(len(x))
        for i, layer in enumerate(layers):
            of = reference.sub(p, f"{prefix}layers.{i}.")
            maps, y, keys = reference.sub(of, "self_attn."), reference.ln(of, f"norm{i + 1}", x), layer["keys"]
            q, k, v = np.split(y @ maps["in_proj_weight"].T + maps["in_proj_bias"], [heads * d, (heads + keys) * d], -1)
            if layer["whole"]:
                q, k = reference.rms_norm(q, maps["q_norm.weight"], 1e-5), reference.rms_norm(k, maps["k_norm.weight"], 1e-5)
            q, k = reference.rope(reference.heads(q, heads), at, base=50.0), reference.rope(reference.heads(k, keys), at, base=50.0)
            if not layer["whole"]:
                q, k = reference.rms_norm(q, maps["q_norm.weight"], 1e-5, True), reference.rms_norm(k, maps["k_norm.weight"], 1e-5, True)
            options = {name: maps["sinks"] if name == "sinks" else value for name, value in layer["options"].items()}
            x = x + reference.lin(maps, "out_proj", reference.attend(q, k, reference.heads(v, keys), mask=layer["mask"](len(x)), **options)[0])
        return x

    tensors = {}
    for call, length in enumerate(LENGTHS):
        tokens = random.integers(0, 11, size=length)
        tensors |= {f"input.{call}": tokens, f"output.{call}": model(p[f"{prefix}embedding.weight"][tokens])}
    write("shared-heads", p | tensors)


def rotary_scaled(seed):
    """A layer for each way to reach positions beyond the trained ones, x + attention(x)."""
    random, width, base, most = np.random.default_rng(seed), WIDTH // HEADS, 500.0, max(LENGTHS)
    grown, longer = base * (4 * most / 32 - 3) ** (width / (width - 2)), np.array([1.0, 1.25, 3.5, 20.0])
    ways = [(reference.llama3_frequencies(reference.frequencies(width, base), 8, 1, 4, 64), 1.0),
            (reference.llama3_frequencies(reference.frequencies(width, base), 3, 0.25, 5, 40), 1.0),
            (reference.yarn_frequencies(width, 16, 64, base), reference.yarn_factor(16)),
            (reference.yarn_frequencies(width, 4, 64, base, fast=4, slow=0.5, truncate=False), 1.3),
            (reference.yarn_frequencies(width, 40, 64, base), reference.yarn_factor(40, 0.7) / reference.yarn_factor(40, 1.2)),
            (reference.frequencies(width, grown), 1.0),
            (reference.frequencies(width, base) / longer, np.sqrt(1 + np.log(8) / np.log(64)))]
    shapes = {}
    for layer in range(len(ways)):
        shapes |= attention(f"{PREFIX}layers.{layer}.")
    p = weights(random, shapes)

    def model(x):
        for layer, (rates, amplitude) in enumerate(ways):
            maps = reference.sub(reference.sub(p, f"{PREFIX}layers.{layer}."), "self_attn.")
            q, k, v = (reference.heads(t, HEADS) for t in np.split(x @ maps["in_proj_weight"].T + maps["in_proj_bias"], 3, -1))
            angle = np.arange(len(x))[:, None] * rates
            angle = np.concatenate([angle, angle], -1)
            q, k = (reference.rotate(t, amplitude * np.cos(angle), amplitude * np.sin(angle), False) for t in (q, k))
            x = x + reference.lin(maps, "out_proj", reference.attend(q, k, v)[0])
        return x

    write("rotary-scaled", p | calls(random, model))


def crossvit(name, depth, seed, classes=7):
    """Two branches of unequal widths, heads, images and patches, of which the larger image is the other, resized."""
    random, widths, heads, images, patches, shapes, norms = np.random.default_rng(seed), [12, 20], [3, 2], [20, 21], [5, 7], {}, []

    def norm(of, width):
        shapes.update({f"{of}.weight": (width,), f"{of}.bias": (width,)})
        norms.append(f"{of}.weight")

    def linear(of, outputs, inputs):
        shapes.update({f"{of}.weight": (outputs, inputs), f"{of}.bias": (outputs,)})

    for b, (width, other) in enumerate([(12, 20), (20, 12)]):
        shapes |= {f"cls_token.{b}": (1, 1, width), f"pos_embed.{b}": (1, 1 + (images[b] // patches[b]) ** 2, width), f"patch_embed.{b}.proj.weight": (width, 3, patches[b], patches[b]), f"patch_embed.{b}.proj.bias": (width,)}
        norm(f"norm.{b}", width)
        linear(f"head.{b}", classes, width)
        for group, layers in enumerate(depth):
            for i in range(layers[b]):
                of = f"blocks.{group}.blocks.{b}.{i}."
                norm(of + "norm1", width), norm(of + "norm2", width)
                linear(of + "attn.qkv", 3 * width, width), linear(of + "attn.proj", width, width), linear(of + "mlp.fc1", 2 * width + 1, width), linear(of + "mlp.fc2", width, 2 * width + 1)
            of = f"blocks.{group}."
            norm(f"{of}projs.{b}.0", width), linear(f"{of}projs.{b}.2", other, width)
            norm(f"{of}fusion.{b}.norm1", other), norm(f"{of}revert_projs.{b}.0", other), linear(f"{of}revert_projs.{b}.2", width, other)
            for map in ("wq", "wk", "wv", "proj"):
                linear(f"{of}fusion.{b}.attn.{map}", other, other)
    p, tensors = weights(random, shapes, norms), {}
    for call in range(3):
        small = random.normal(size=(3, images[0], images[0])).astype(np.float32).astype(np.float64)
        logits, rows, crosses = reference.crossvit(p, small, images, patches, depth, heads)
        tensors |= {f"input.small.{call}": small, f"input.large.{call}": reference.bicubic(small, images[1]), f"output.{call}": logits[None], f"class.small.{call}": rows[0][None], f"class.large.{call}": rows[1][None]}
        tensors |= {f"weights.{call}.{i}": w for i, w in enumerate(crosses)}
    write(name, p | tensors)


def dalle(name, seed, kinds, head_width=7, shift=True, rotary=False):
    """Layers of DALLE-pytorch's decoder, of a width that neither two nor four divide, with shifted tokens or positions by rotation, or both; images that are not finished, and none."""
    random, width, heads, text_len, side, num_text, num_image, hidden = np.random.default_rng(seed), 21, 3, 5, 3, 11, 13, 17
    places = {} if rotary else {"text_pos_emb.weight": (text_len + 1, width)}
    lines = {} if rotary else {"image_pos_emb.weights.0": (1, side, 1, width), "image_pos_emb.weights.1": (1, 1, side, width)}
    inner, within = heads * head_width, "fn.fn." if shift else ""
    shapes = {"text_emb.weight": (num_text + text_len, width)} | places | {"image_emb.weight": (num_image, width)} | lines | {
              "to_logits.0.weight": (width,), "to_logits.0.bias": (width,),
              "to_logits.1.weight": (num_text + text_len + num_image, width), "to_logits.1.bias": (num_text + text_len + num_image,)}
    norms = ["to_logits.0.weight"]
    for layer in range(len(kinds)):
        attend, net = (f"transformer.layers.layers.{layer}.{part}." for part in (0, 1))
        shapes |= {f"{attend}scale": (1, 1, width), f"{attend}fn.norm.weight": (width,), f"{attend}fn.norm.bias": (width,), f"{attend}fn.fn.fn.{within}to_qkv.weight": (3 * inner, width),
                   f"{attend}fn.fn.fn.{within}to_out.0.weight": (width, inner), f"{attend}fn.fn.fn.{within}to_out.0.bias": (width,),
                   f"{net}scale": (1, 1, width), f"{net}fn.norm.weight": (width,), f"{net}fn.norm.bias": (width,), f"{net}fn.fn.{within}net.0.weight": (2 * hidden, width),
                   f"{net}fn.fn.{within}net.0.bias": (2 * hidden,), f"{net}fn.fn.{within}net.3.weight": (width, hidden), f"{net}fn.fn.{within}net.3.bias": (width,)}
        norms += [f"{attend}fn.norm.weight", f"{net}fn.norm.weight"]
    p, tensors = weights(random, shapes, norms), {}
    for call, (words, places) in enumerate([(5, 9), (2, 4), (0, 1), (4, 0)]):
        text, image = np.concatenate([random.integers(1, num_text, words), np.zeros(text_len - words, int)]), random.integers(0, num_image, places)
        logits = reference.dalle(p, text, image, text_len, side, num_text, kinds, heads, kernel=2, shift=shift, rotary=rotary)
        tokens = np.concatenate([[0], text, num_text + text_len + image])[:len(logits)]
        tensors |= {f"input.{call}": tokens, f"output.{call}": np.maximum(logits, -np.finfo(np.float32).max)}
    write(name, p | tensors)


def neox(name, parallel, seed):
    """GPT-NeoX of two layers, with or without parallel residuals."""
    random, shapes, norms = np.random.default_rng(seed), {"gpt_neox.embed_in.weight": (11, WIDTH), "embed_out.weight": (11, WIDTH)}, ["gpt_neox.final_layer_norm"]
    for layer in range(2):
        of = f"gpt_neox.layers.{layer}."
        for map, outputs, inputs in ("attention.query_key_value", 3 * WIDTH, WIDTH), ("attention.dense", WIDTH, WIDTH), ("mlp.dense_h_to_4h", 37, WIDTH), ("mlp.dense_4h_to_h", WIDTH, 37):
            shapes |= {f"{of}{map}.weight": (outputs, inputs), f"{of}{map}.bias": (outputs,)}
        norms += [f"{of}input_layernorm", f"{of}post_attention_layernorm"]
    p, tensors = weights(random, shapes | {f"{norm}.{part}": (WIDTH,) for norm in norms for part in ("weight", "bias")}, [f"{norm}.weight" for norm in norms]), {}
    for call, length in enumerate(LENGTHS):
        tokens = random.integers(0, 11, length)
        tensors |= {f"input.{call}": tokens, f"output.{call}": reference.gpt_neox(p, tokens, HEADS, rotary_pct=0.75, parallel=parallel, base=500.0)[0]}
    write(name, p | tensors)


def quick_gelu(seed):
    """CLIP's text tower of two layers: QuickGELU, causal, the last row mapped without a bias and of unit length."""
    random, of, width, hidden = np.random.default_rng(seed), "text_model.encoder.layers.", 16, 32
    shapes, norms = {"text_model.embeddings.token_embedding.weight": (30, width), "text_model.embeddings.position_embedding.weight": (10, width), "text_projection.weight": (12, width)}, ["text_model.final_layer_norm"]
    for i in range(2):
        for map, outputs, inputs in *((f"self_attn.{name}", width, width) for name in ("q_proj", "k_proj", "v_proj", "out_proj")), ("mlp.fc1", hidden, width), ("mlp.fc2", width, hidden):
            shapes |= {f"{of}{i}.{map}.weight": (outputs, inputs), f"{of}{i}.{map}.bias": (outputs,)}
        norms += [f"{of}{i}.layer_norm1", f"{of}{i}.layer_norm2"]
    p = weights(random, shapes | {f"{norm}.{part}": (width,) for norm in norms for part in ("weight", "bias")} | {"logit_scale": (1,)}, [f"{norm}.weight" for norm in norms])
    tokens = np.array([27, 5, 14, 9, 28])
    x = p["text_model.embeddings.token_embedding.weight"][tokens] + p["text_model.embeddings.position_embedding.weight"][:len(tokens)]
    for i in range(2):
        q = reference.sub(p, f"{of}{i}.")
        y = reference.ln(q, "layer_norm1", x, 1e-5)
        rows, _ = reference.attend(*(reference.heads(reference.lin(q, f"self_attn.{name}_proj", y), 2) for name in "qkv"), mask=reference.causal(len(tokens)))
        x = x + reference.lin(q, "self_attn.out_proj", rows)
        h = reference.lin(q, "mlp.fc1", reference.ln(q, "layer_norm2", x, 1e-5))
        x = x + reference.lin(q, "mlp.fc2", h / (1 + np.exp(-1.702 * h)))
    x = reference.lin(p, "text_projection", reference.ln(p, "text_model.final_layer_norm", x, 1e-5)[-1])
    write("quick-gelu", p | {"golden.input.tokens": tokens, "golden.output.embedding": x / np.linalg.norm(x)})


if __name__ == "__main__":
    windows("window-both", lambda n: reference.window_both(n, 5, 5), 1)
    windows("window-causal", lambda n: reference.window_causal(n, 6), 2)
    rms(3)
    windows("local-blocks", lambda n: reference.block_local(n, 9, 1, 1, is_causal=False), 4)
    windows("local-blocks-exact", lambda n: reference.block_local(n, 8, 2, 0, is_causal=False, exact=True), 5)
    windows("local-blocks-causal", lambda n: reference.block_local(n, 7), 6)
    windows("image-rows", image("axial_row"), 7)
    windows("image-columns", image("axial_col"), 8)
    windows("image-convolution", image("conv_like", dilation=2), 9)
    external_heads("external-heads", heads=3, expansion=2, memory=37, bias=True, seed=10)
    external_heads("external-heads-paper", heads=2, expansion=1, memory=31, bias=False, seed=11)
    external_block("external-block", memory=19, seed=12)
    low_rank("low-rank-headwise", 9, 13)
    low_rank("low-rank-heads", 33, 14, sharing="none")
    low_rank("low-rank-layerwise-first", 17, 15, sharing="layerwise", first=True)
    low_rank("low-rank-values-are-keys", 9, 16, values_are_keys=True)
    low_rank("low-rank-one-key-head", 9, 17, key_heads=1)
    clip_at_token(10)
    gated_decoder("gated-immediate", True, 11)
    gated_decoder("gated-all-before", False, 12)
    resampler(13)
    big_bird("random-blocks", 5, 2, 7, False, 18)
    big_bird("first-blocks", 4, 3, 0, True, 19)
    universal_decoder(14)
    global_rows("global-rows", each_side=5, count=3, own=False, seed=20)
    global_rows("global-projections", each_side=4, count=11, own=True, seed=21)
    windows("sinks", lambda n: (reference.window_causal(n, 6) | (np.arange(n) < 3)) & reference.causal(n), 22)
    windows("prefix-window", lambda n: reference.window_causal(n, 6) | (np.arange(n) < 4), 23)
    gated(20)
    llama(21)
    rotary(22)
    rotary_scaled(23)
    crossvit("crossvit-groups", [[2, 1, 0]] * 3, 20)
    crossvit("crossvit-chain", [[2, 1, 0], [1, 2, 0], [0, 1, 0]], 21)
    dalle("shifted-dalle", 21, ["axial_col", "conv_like"])
    distances("relative-both", 20, heads=3, buckets=12, most=50)
    distances("relative-causal", 21, heads=6, causal=True, buckets=7, most=40)
    distances("alibi-both", 22, heads=6)
    distances("alibi-causal", 23, heads=3, causal=True)
    dalle("rotary-dalle", 24, ["full", "axial_row", "conv_like"], head_width=17, shift=False, rotary=True)
    dalle("rotary-shifted-dalle", 25, ["axial_col", "full"], rotary=True)
    windows("divided-by-largest", reference.causal, 26, divides=True)
    shared_heads(27)
    neox("neox-sequential", False, 27)
    quick_gelu(28)
