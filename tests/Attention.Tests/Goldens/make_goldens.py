"""Writes the golden files of VariantTests beside itself: random weights, token ids and what PyTorch makes of them.

Usage: python3 make_goldens.py (PyTorch 1.13, NumPy; the files are the same at every run)

A file holds one model's weights under the names that the model in VariantModels.cs expects, and for each call c and
stage s the tensors input.c.s (token ids) and output.c.s (rows, a pooled vector, or logits), everything as F32. Outputs
are computed in float64 from the float32 weights and rounded once. Each option of a model is proved to matter: with the
option changed and the same weights, some row must move by ten times what the tests allow.
"""
import json
import math
import pathlib
import re
import struct
import zlib
from functools import partial

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

BOUND = 1e-5  # what the tests allow of a row's norm
gelu_tanh = partial(F.gelu, approximate="tanh")


def sinusoids(count, width):
    angles = torch.arange(count)[:, None].double() * 10000.0 ** (-torch.arange(0, width, 2).double() / width)
    return torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


def causal_mask(count):
    return torch.full((count, count), -math.inf).triu(1)


class Stem:
    """What a stage does before its layers; nn.Transformer leaves that to its user."""

    def add_stem(self, width, vocabulary, length, scaled=False, positions=None, norm=None, shares=None):
        self.embedding = nn.Embedding(vocabulary, width) if shares is None else shares
        self.scale = math.sqrt(width) if scaled else 1.0
        self.sinusoidal = positions == "sinusoidal"
        self.positions = nn.Embedding(length, width) if positions == "learned" else None
        self.embedding_norm = norm
        return self

    def stem(self, ids):
        x = self.embedding(ids) * self.scale
        if self.sinusoidal:
            x = x + sinusoids(*x.shape).to(x.dtype)
        if self.positions is not None:
            x = x + self.positions(torch.arange(len(ids)))
        return x if self.embedding_norm is None else self.embedding_norm(x)


class Encoder(nn.TransformerEncoder, Stem):
    def forward(self, ids, causal=False):
        x = self.stem(ids)
        return super().forward(x, causal_mask(len(ids)).to(x.dtype) if causal else None)


class Decoder(nn.TransformerDecoder, Stem):
    def forward(self, ids, memory):
        x = self.stem(ids)
        return super().forward(x, memory, causal_mask(len(ids)).to(x.dtype))


class WideAttention(nn.Module):
    """nn.MultiheadAttention without biases, but for heads whose widths do not add up to the model's."""

    batch_first = False

    def __init__(self, width, heads, head_width):
        super().__init__()
        self.heads, self.head_width = heads, head_width
        self.in_proj_weight = nn.Parameter(torch.empty(3 * heads * head_width, width))
        self.out_proj = nn.Linear(heads * head_width, width, bias=False)

    def forward(self, query, key, value, attn_mask=None, **_):
        query, key, value = (
            F.linear(x, weight).unflatten(-1, (self.heads, self.head_width)).transpose(0, 1)
            for x, weight in zip((query, key, value), self.in_proj_weight.chunk(3)))
        scores = query @ key.transpose(1, 2) / math.sqrt(self.head_width)
        if attn_mask is not None:
            scores = scores + attn_mask
        return self.out_proj((scores.softmax(-1) @ value).transpose(0, 1).flatten(1)), None


def without_biases(module):
    for part in module.modules():
        for name in [name for name, _ in part.named_parameters(recurse=False) if name.endswith("bias")]:
            part.register_parameter(name, None)
    return module


# The models. Each is a function of its options that gives the stages by the prefixes of their names, and what a call
# does: token ids of each stage -> outputs of each stage.

def pre_norm_encoder(norm_first=True, final_norm=True, activation=F.relu, scaled=True, positions="sinusoidal", heads=3):
    layer = nn.TransformerEncoderLayer(36, heads, 50, activation=activation, norm_first=norm_first)
    text = Encoder(layer, 2, nn.LayerNorm(36) if final_norm else None)
    text.add_stem(36, 29, 17, scaled, positions)
    return {"transformer.encoder": text}, lambda call: {"text": text(call["text"])}


def sentence_encoder(activation=F.gelu, epsilon=1e-12, stem_norm=True, positions="learned", pooling="mean", unit=True):
    layer = nn.TransformerEncoderLayer(20, 5, 45, activation=activation, layer_norm_eps=epsilon)
    text = Encoder(layer, 2).add_stem(20, 31, 13, False, positions, nn.LayerNorm(20, epsilon) if stem_norm else None)
    text.linear = nn.Linear(20, 11)

    def run(call):
        rows = text(call["text"])
        vector = text.linear(rows.mean(0) if pooling == "mean" else rows[0])
        return {"text": F.normalize(vector, dim=0) if unit else vector}
    return {"transformer.encoder": text}, run


def classifier(activation=gelu_tanh, head_activation=gelu_tanh, head_epsilon=1e-3, scaled=True, pooling="first"):
    layer = nn.TransformerEncoderLayer(50, 5, 30, activation=activation)
    text = Encoder(layer, 2).add_stem(50, 23, 9, scaled, "sinusoidal")
    text.output_norm = nn.LayerNorm(50, head_epsilon)
    text.linear = nn.Linear(50, 33)
    text.linear2 = nn.Linear(33, 7, bias=False)

    def run(call):
        rows = text(call["text"])
        vector = text.output_norm(rows[0] if pooling == "first" else rows.mean(0))
        return {"text": text.linear2(head_activation(text.linear(vector)))}
    return {"transformer.encoder": text}, run


def biasless_encoder(activation=F.silu, norm_first=True, pooling="max", bias=False):
    layer = nn.TransformerEncoderLayer(36, 3, 41, activation=activation, norm_first=norm_first)
    text = Encoder(layer, 2, nn.LayerNorm(36)).add_stem(36, 19, 11, False, "learned", nn.LayerNorm(36))
    if not bias:
        without_biases(text)

    def run(call):
        rows = text(call["text"])
        return {"text": rows.amax(0) if pooling == "max" else rows.mean(0)}
    return {"transformer.encoder": text}, run


def translator(norm_first=True, final_norm=True, scaled=True, tied=True, cross_heads=4, source_activation=gelu_tanh):
    layer = nn.TransformerEncoderLayer(24, 3, 40, activation=source_activation)
    source = Encoder(layer, 2).add_stem(24, 21, 12, True, "sinusoidal")
    layer = nn.TransformerDecoderLayer(36, 3, 50, norm_first=norm_first)
    layer.multihead_attn = nn.MultiheadAttention(36, cross_heads, kdim=24, vdim=24)
    target = Decoder(layer, 2, nn.LayerNorm(36) if final_norm else None).add_stem(36, 27, 17, scaled, "learned")
    if not tied:
        target.logits = nn.Linear(36, 27)

    def run(call):
        rows = source(call["source"])
        target_rows = target(call["target"], rows)
        return {"source": rows, "target": F.linear(target_rows, target.embedding.weight) if tied else target.logits(target_rows)}
    return {"transformer.encoder": source, "transformer.decoder": target}, run


def causal_encoder(causal=True, activation=F.gelu):
    text = Encoder(nn.TransformerEncoderLayer(20, 5, 35, activation=activation), 2).add_stem(20, 18, 17)
    return {"transformer.encoder": text}, lambda call: {"text": text(call["text"], causal)}


def summarizer(reader_scaled=True, writer_scaled=False, activation=F.silu, head_width=8):
    layer = nn.TransformerEncoderLayer(20, 1, 33, activation=activation)
    layer.self_attn = WideAttention(20, 3, head_width)
    reader = Encoder(layer, 1).add_stem(20, 23, 14, reader_scaled, "sinusoidal")
    layer = nn.TransformerDecoderLayer(20, 1, 28, activation=activation)
    layer.self_attn = WideAttention(20, 3, head_width)
    layer.multihead_attn = WideAttention(20, 3, head_width)
    writer = Decoder(layer, 2).add_stem(20, 23, 10, writer_scaled, "sinusoidal", shares=reader.embedding)
    writer.logits = nn.Linear(20, 23, bias=False)

    def run(call):
        rows = reader(call["reader"])
        return {"reader": rows, "writer": writer.logits(writer(call["writer"], rows))}
    return {"transformer.encoder": reader, "transformer.decoder": writer}, run


def tagger(activation=F.relu, positions="learned"):
    text = Encoder(nn.TransformerEncoderLayer(21, 3, 37, activation=activation), 3).add_stem(21, 25, 17, False, positions)
    text.linear = nn.Linear(21, 9)
    return {"tagger": text}, lambda call: {"text": text.linear(text(call["text"]))}


def language_model(bias=True, activation=gelu_tanh, final_norm=True):
    # A decoder with nothing to attend to but itself is, to PyTorch, an encoder with a mask.
    layer = nn.TransformerEncoderLayer(20, 5, 33, activation=activation, norm_first=True)
    text = Encoder(layer, 2, nn.LayerNorm(20) if final_norm else None).add_stem(20, 26, 15, False, "learned")
    text.logits = nn.Module()
    text.logits.bias = nn.Parameter(torch.empty(26)) if bias else None
    return {"transformer.decoder": text}, lambda call: {
        "text": F.linear(text(call["text"], True), text.embedding.weight, text.logits.bias)}


def named_parameters(stages):
    """Every parameter once, under the name of the first stage that has it."""
    seen = set()
    for prefix, stage in stages.items():
        for name, parameter in stage.named_parameters():
            if id(parameter) not in seen:
                seen.add(id(parameter))
                yield f"{prefix}.{name}", parameter


# How steep the linear maps are where norms are small, so that softmax and activation are as far from linear as
# elsewhere, and what they add to the residual is small too.
SMALL_NORM_GAINS = {"in_proj": 8.0, "out_proj": 0.2, "linear1": 20.0, "linear2": 1.0, "linear": 13.0}


def fill(stages, small_norms):
    """Gives every parameter float32 values that depend on its name alone, of sizes as training leaves them; or with
    norms small enough for their epsilon to matter."""
    for name, parameter in named_parameters(stages):
        values = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(parameter.shape)
        if name.endswith("bias"):
            values *= 0.02 if small_norms and "norm" in name else 0.3
        elif "norm" in name:
            values = (0.1 if small_norms else 1.0) * (1 + 0.3 * values)
        elif name.endswith(("embedding.weight", "positions.weight")):
            values *= 0.02 if small_norms else 0.5
        else:
            gain = next((gain for part, gain in SMALL_NORM_GAINS.items() if small_norms and f".{part}" in name), 1.3)
            values *= gain / math.sqrt(values.shape[1])
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(values.astype(np.float32)))


def build(variant, dtype, small_norms, weights=None, **options):
    """A variant's run function, and its parameters by their names in the file."""
    stages, run = variant(**options)
    fill(stages, small_norms)
    parameters = dict(named_parameters(stages))
    for name, parameter in parameters.items():
        if weights is not None and name in weights:
            with torch.no_grad():
                parameter.copy_(weights[name])
    for stage in stages.values():
        stage.to(dtype).eval()
    return run, parameters


def row_errors(outputs, expected):
    for stage in expected:
        a, b = (torch.atleast_2d(x[stage]).double() for x in (outputs, expected))
        yield from ((a - b).norm(dim=1) / b.norm(dim=1)).tolist()


def write(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        values = tensor.detach().float().contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    path.write_bytes(struct.pack("<Q", len(head)) + head + data)


@torch.no_grad()
def golden(name, variant, calls, changes, rename=(), small_norms=False):
    """Writes a file. calls: lengths of each stage's input; changes: options that must matter; rename: what the file
    calls tensors that VariantModels.cs gives a Name of their own."""
    vocabularies = {stage: vocabulary for stage, (vocabulary, _) in calls.items()}
    generator = np.random.default_rng(zlib.crc32(name.encode()))
    inputs = [
        {stage: torch.from_numpy(generator.integers(0, vocabularies[stage], length)) for stage, length in zip(calls, lengths)}
        for lengths in zip(*(lengths for _, lengths in calls.values()))]

    run, parameters = build(variant, torch.float64, small_norms)
    outputs = [run(call) for call in inputs]
    weights = {name: parameter.detach().clone() for name, parameter in parameters.items()}

    plain, _ = build(variant, torch.float32, small_norms, weights)
    plain_error = max(error for call, output in zip(inputs, outputs) for error in row_errors(plain(call), output))
    assert plain_error < BOUND / 3, f"{name}: plain float32 is off by {plain_error:.1e}, which leaves the tests no room"

    for option, value in changes:
        changed, _ = build(variant, torch.float64, small_norms, weights, **{option: value})
        moved = max(error for call, output in zip(inputs, outputs) for error in row_errors(changed(call), output))
        assert moved > 10 * BOUND, f"{name}: {option}={value!r} moves no row by more than {moved:.1e}"

    tensors = {}
    for tensor_name, weight in weights.items():
        for pattern, replacement in rename:
            tensor_name = re.sub(pattern, replacement, tensor_name)
        assert tensor_name not in tensors
        tensors[tensor_name] = weight
    for index, (call, output) in enumerate(zip(inputs, outputs)):
        tensors |= {f"input.{index}.{stage}": ids for stage, ids in call.items()}
        tensors |= {f"output.{index}.{stage}": rows for stage, rows in output.items()}
    path = pathlib.Path(__file__).with_name(f"{name}.safetensors")
    write(path, tensors)
    print(f"{path.name}: {path.stat().st_size} bytes, plain float32 within {plain_error:.1e}")


# The longest first, then the shortest: what a call leaves behind must not show in the next.
golden(
    "pre-norm-encoder", pre_norm_encoder, {"text": (29, [17, 1, 7, 2, 16, 17])},
    [("norm_first", False), ("final_norm", False), ("activation", F.gelu), ("scaled", False), ("positions", None), ("heads", 4)])
golden(
    "sentence-encoder", sentence_encoder, {"text": (31, [13, 1, 5, 8, 2, 13])},
    [("activation", gelu_tanh), ("epsilon", 1e-5), ("stem_norm", False), ("positions", None), ("pooling", "first"), ("unit", False)],
    small_norms=True)
golden(
    "classifier", classifier, {"text": (23, [9, 1, 4, 7, 2, 9])},
    [("activation", F.gelu), ("head_activation", F.gelu), ("head_epsilon", 1e-5), ("scaled", False), ("pooling", "mean")],
    rename=[
        (r"^transformer\.encoder\.embedding\.", "words."),
        (r"^transformer\.encoder\.layers\.(\d+)\.self_attn\.", r"blocks.\1.attn."),
        (r"^transformer\.encoder\.layers\.(\d+)\.linear", r"blocks.\1.mlp.linear"),
        (r"^transformer\.encoder\.output_norm\.", "head.norm.")])
golden(
    "biasless-encoder", biasless_encoder, {"text": (19, [11, 1, 3, 10, 6, 11])},
    [("activation", F.gelu), ("norm_first", False), ("pooling", "mean"), ("bias", True)])
golden(
    "translator", translator, {"source": (21, [12, 1, 5, 11, 2, 8]), "target": (27, [17, 1, 6, 3, 16, 9])},
    [("norm_first", False), ("final_norm", False), ("scaled", False), ("tied", False), ("cross_heads", 3), ("source_activation", F.gelu)])
golden(
    "causal-encoder", causal_encoder, {"text": (18, [17, 1, 2, 8, 15, 17])},
    [("causal", False), ("activation", gelu_tanh)])
golden(
    "summarizer", summarizer, {"reader": (23, [14, 1, 6, 13, 3, 9]), "writer": (23, [10, 1, 9, 2, 5, 7])},
    [("reader_scaled", False), ("writer_scaled", True), ("activation", F.gelu)],
    rename=[(r"^transformer\.encoder\.embedding\.", "shared."), (r"^transformer\.decoder\.logits\.", "output.")])
golden(
    "tagger", tagger, {"text": (25, [17, 1, 4, 9, 14, 17])},
    [("activation", F.silu), ("positions", None)],
    rename=[(r"^tagger\.positions\.", "places."), (r"^tagger\.linear\.", "tags.")])
golden(
    "language-model", language_model, {"text": (26, [15, 1, 8, 2, 13, 15])},
    [("bias", False), ("activation", F.gelu), ("final_norm", False)])
