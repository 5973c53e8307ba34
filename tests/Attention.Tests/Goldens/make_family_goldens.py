"""Writes families/*.safetensors beside itself: small checkpoints named as published ones are, and what they give.

Usage: python3 make_family_goldens.py (PyTorch 1.13, NumPy; the files are the same at every run)

A file holds random weights under the very names and in the very shapes that one family of models has on Hugging Face
(or that vit-pytorch gives), and for each call i its inputs and outputs: i.source_ids, i.target_ids, i.token_ids and
i.token_types as I32; i.pixels, i.encoder_output, i.cross_attention [layer, head, target, source], i.sequence (the last
rows), i.pooled, i.embedding and i.logits as F32. Outputs are computed in float64 from the float32 weights and rounded
once. What sets a family apart is proved to matter: with an option changed and the same weights, some row must move by
ten times what the tests allow.
"""
import json
import math
import pathlib
import struct
import zlib
from functools import partial
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

BOUND = 1e-5  # what the tests allow of a row's norm
SMALL = 0.1  # how large residual rows are: small enough for the epsilon of their norm to matter
gelu_tanh = partial(F.gelu, approximate="tanh")


# The parts of a model, each with the spread of its random values.

def free(*shape, spread):
    parameter = nn.Parameter(torch.empty(shape))
    parameter.spread = spread
    return parameter


def linear(inputs, outputs, gain, bias=True):
    part = nn.Linear(inputs, outputs, bias=bias)
    part.weight.spread = gain / math.sqrt(inputs)
    if bias:
        part.bias.spread = 0.25 * min(gain, 1)
    return part


class Conv1D(nn.Module):
    """A linear map whose weight is [in, out], which is how GPT-2 keeps its own."""

    def __init__(self, inputs, outputs, gain, bias=True):
        super().__init__()
        self.weight = free(inputs, outputs, spread=gain / math.sqrt(inputs))
        self.bias = free(outputs, spread=0.25 * min(gain, 1))

    def forward(self, x):
        return x @ self.weight + self.bias


def embedding(count, width, spread=SMALL / 2):
    part = nn.Embedding(count, width)
    part.weight.spread = spread
    return part


def norm(width, epsilon, scale=1.0):
    part = nn.LayerNorm(width, epsilon)
    part.weight.middle, part.weight.spread, part.bias.spread = scale, 0.3 * scale, 0.2 * scale
    return part


def put(module, path, part):
    """Registers a part under a path such as output.dense, whose first names are modules of nothing else."""
    *parents, name = path.split(".")
    for parent in parents:
        if parent not in module._modules:
            module.add_module(parent, nn.Module())
        module = module._modules[parent]
    module.register_parameter(name, part) if isinstance(part, nn.Parameter) else module.add_module(name, part)
    return part


def attend(query, key, value, heads, causal=False):
    query, key, value = (x.reshape(len(x), heads, -1).transpose(0, 1) for x in (query, key, value))
    scores = query @ key.transpose(1, 2) / math.sqrt(query.shape[-1])
    if causal:
        scores = scores + torch.full(scores.shape[1:], -math.inf).triu(1).to(scores.dtype)
    weights = scores.softmax(-1)
    return (weights @ value).transpose(0, 1).flatten(1), weights


class Layer(nn.Module):
    """A layer under the names of its family, of which the separate or packed projections come first."""

    def __init__(self, names, width, heads, hidden, epsilon, activation, norm_first=False, causal=False, cross=None,
                 head_width=None, packed_bias=True, linear=linear):
        super().__init__()
        self.at = SimpleNamespace()  # the parts by what they do; a module knows them by their names in the file
        *projections, out, first_norm, up, down, second_norm = names.split()
        self.heads, self.activation, self.norm_first, self.causal = heads, activation, norm_first, causal
        inner = width if head_width is None else heads * head_width
        scale = 1.0 if norm_first else SMALL
        look, into, outof = 1.1 / scale, 1.4 / scale, 1.4 * SMALL
        share = 3 // len(projections)
        self.at.attention = (
            [put(self, name, linear(width, share * inner, look, packed_bias)) for name in projections],
            put(self, out, linear(inner, width, outof)))
        self.at.norms = [put(self, name, norm(width, epsilon, scale)) for name in (first_norm, second_norm)]
        self.at.maps = put(self, up, linear(width, hidden, into)), put(self, down, linear(hidden, width, outof))
        self.at.cross = None
        if cross is not None:
            *projections, out, cross_norm = cross.split()
            self.at.cross = (
                [put(self, name, linear(width, width, look)) for name in projections],
                put(self, out, linear(width, width, outof)), put(self, cross_norm, norm(width, epsilon, scale)))

    def look(self, x):
        projections, out = self.at.attention
        return out(attend(*torch.cat([part(x) for part in projections], -1).chunk(3, -1), self.heads, self.causal)[0])

    def feed(self, x):
        return self.at.maps[1](self.activation(self.at.maps[0](x)))

    def forward(self, x, memory=None):
        if self.norm_first:
            x = x + self.look(self.at.norms[0](x))
            return x + self.feed(self.at.norms[1](x)), None
        x, weights = self.at.norms[0](x + self.look(x)), None
        if self.at.cross is not None:
            (query, key, value), out, cross_norm = self.at.cross
            context, weights = attend(query(x), key(memory), value(memory), self.heads)
            x = cross_norm(x + out(context))
        return self.at.norms[1](x + self.feed(x)), weights


def stack(module, path, count, layer):
    return [put(module, f"{path}.{index}", layer()) for index in range(count)]


# The families.

def sinusoids(count, width, halves):
    angles = torch.arange(count)[:, None].double() * 10000.0 ** (-torch.arange(0, width, 2).double() / width)
    return torch.cat([angles.sin(), angles.cos()], -1) if halves else torch.stack([angles.sin(), angles.cos()], -1).flatten(1)


BART_NAMES = ("self_attn.q_proj self_attn.k_proj self_attn.v_proj self_attn.out_proj self_attn_layer_norm fc1 fc2 "
              "final_layer_norm")
BART_CROSS = "encoder_attn.q_proj encoder_attn.k_proj encoder_attn.v_proj encoder_attn.out_proj encoder_attn_layer_norm"


class Bart(nn.Module):
    """BartForConditionalGeneration; and MarianMTModel, whose positions are in no file and whose embeddings are scaled."""

    def __init__(self, width, heads, hidden, vocabulary, length, activation=F.gelu, epsilon=1e-5, positions="learned",
                 offset=2, scaled=False, embedding_norm=True, causal=True, bias=True):
        super().__init__()
        self.at = SimpleNamespace()
        self.scale, self.kind, self.offset = math.sqrt(width) if scaled else 1.0, positions, offset
        self.at.shared = put(self, "model.shared", embedding(vocabulary, width))
        self.final_logits_bias = free(1, vocabulary, spread=0.02)
        self.bias = bias
        self.at.positions, self.at.norms, self.at.layers = {}, {}, {}
        for side, cross in ("encoder", None), ("decoder", BART_CROSS):
            if positions == "learned":
                self.at.positions[side] = put(self, f"model.{side}.embed_positions", embedding(length + 2, width))
            if embedding_norm:
                self.at.norms[side] = put(self, f"model.{side}.layernorm_embedding", norm(width, epsilon, SMALL))
            self.at.layers[side] = stack(self, f"model.{side}.layers", 2, partial(
                Layer, BART_NAMES, width, heads, hidden, epsilon, activation, causal=causal and cross is not None, cross=cross))

    def rows(self, side, ids, memory=None):
        x = self.at.shared(ids) * self.scale
        if self.kind == "learned":
            x = x + self.at.positions[side](torch.arange(len(ids)) + self.offset)
        else:
            x = x + sinusoids(*x.shape, self.kind == "halves").to(x.dtype)
        if side in self.at.norms:
            x = self.at.norms[side](x)
        attention = []
        for layer in self.at.layers[side]:
            x, weights = layer(x, memory)
            attention.append(weights)
        return x, attention

    def forward(self, source_ids, target_ids):
        memory, _ = self.rows("encoder", source_ids)
        x, attention = self.rows("decoder", target_ids, memory)
        logits = F.linear(x, self.at.shared.weight)
        if self.bias:
            logits = logits + self.final_logits_bias
        return {"encoder_output": memory, "logits": logits, "cross_attention": torch.stack(attention)}


BERT_NAMES = ("attention.self.query attention.self.key attention.self.value attention.output.dense "
              "attention.output.LayerNorm intermediate.dense output.dense output.LayerNorm")
DISTILBERT_NAMES = ("attention.q_lin attention.k_lin attention.v_lin attention.out_lin sa_layer_norm ffn.lin1 ffn.lin2 "
                    "output_layer_norm")
ALBERT_NAMES = ("attention.query attention.key attention.value attention.dense attention.LayerNorm ffn ffn_output "
                "full_layer_layer_norm")


class Bert(nn.Module):
    """BertModel, RobertaModel, DistilBertModel, AlbertModel and ElectraModel, with what their ForSequenceClassification adds."""

    def __init__(self, width, heads, hidden, vocabulary, length, labels=None, prefix="bert.", layers="encoder.layer",
                 names=BERT_NAMES, activation=F.gelu, epsilon=1e-12, types=2, typed=True, reserved=0, offset=0,
                 pooler="bert.pooler.dense", head="classifier", head_activation=torch.tanh, stem_norm=True, narrow=None,
                 project=None, depth=2, groups=None):
        super().__init__()
        tables = narrow or width
        self.at = SimpleNamespace()
        self.offset, self.head_activation, self.stem_norm = offset, head_activation, stem_norm
        self.at.words = put(self, prefix + "embeddings.word_embeddings", embedding(vocabulary, tables))
        self.at.positions = put(self, prefix + "embeddings.position_embeddings", embedding(length + reserved, tables))
        self.at.types = put(self, prefix + "embeddings.token_type_embeddings", embedding(types, tables)) if types else None
        self.typed = typed
        self.at.norm = put(self, prefix + "embeddings.LayerNorm", norm(tables, epsilon, SMALL))
        self.at.project = put(self, prefix + project, linear(tables, width, 1)) if project else None
        layer = partial(Layer, names, width, heads, hidden, epsilon, activation)
        if groups:
            parts = [put(self, f"{prefix}{layers}.{group}.albert_layers.0", layer()) for group in range(groups)]
            self.at.layers = [parts[int(index / (depth / groups))] for index in range(depth)]
        else:
            self.at.layers = stack(self, prefix + layers, depth, layer)
        self.at.pooler = put(self, pooler, linear(width, width, 1.4 / SMALL)) if pooler else None
        self.at.head = put(self, head, linear(width, labels, 1.4)) if labels else None

    def forward(self, token_ids, token_types=None):
        x = self.at.words(token_ids) + self.at.positions(torch.arange(len(token_ids)) + self.offset)
        if self.at.types is not None and self.typed:
            x = x + self.at.types(torch.zeros_like(token_ids) if token_types is None else token_types)
        if self.stem_norm:
            x = self.at.norm(x)
        if self.at.project is not None:
            x = self.at.project(x)
        for layer in self.at.layers:
            x, _ = layer(x)
        if self.at.head is None:
            return {"sequence": x, "embedding": F.normalize(x.mean(0), dim=0)}
        pooled = self.head_activation(self.at.pooler(x[0]))
        return {"sequence": x, "pooled": pooled, "logits": self.at.head(pooled)}


class MaskedBert(Bert):
    """BertForMaskedLM and its like of the other families: the last map is the table of words."""

    def __init__(self, width, vocabulary, transform, transform_norm, bias, epsilon=1e-12, mask_activation=F.gelu,
                 transformed=True, normed=True, biased=True, **options):
        super().__init__(width=width, vocabulary=vocabulary, epsilon=epsilon, **options)
        self.mask_activation, self.transformed, self.normed, self.biased = mask_activation, transformed, normed, biased
        self.at.transform = put(self, transform, linear(width, self.at.words.embedding_dim, 1.4 / SMALL))
        self.at.transform_norm = put(self, transform_norm, norm(self.at.words.embedding_dim, epsilon))
        self.at.bias = put(self, bias, free(vocabulary, spread=0.05))

    def forward(self, token_ids, token_types=None):
        x = super().forward(token_ids, token_types)["sequence"]
        if self.transformed:
            x = self.mask_activation(self.at.transform(x))
        if self.normed:
            x = self.at.transform_norm(x)
        logits = F.linear(x, self.at.words.weight)
        return {"logits": logits + self.at.bias if self.biased else logits}


class Discriminator(Bert):
    """ElectraForPreTraining: one score a row, above 0 where its token has been replaced."""

    def __init__(self, width, score_activation=F.gelu, **options):
        super().__init__(width=width, **options)
        self.score_activation = score_activation
        self.at.dense = put(self, "discriminator_predictions.dense", linear(width, width, 1.4 / SMALL))
        self.at.score = put(self, "discriminator_predictions.dense_prediction", linear(width, 1, 1.4))
        self.at.score.bias.middle = 1  # so that no row is of scores that nearly cancel

    def forward(self, token_ids, token_types=None):
        x = super().forward(token_ids, token_types)["sequence"]
        return {"scores": self.at.score(self.score_activation(self.at.dense(x)))[:, 0]}


DEBERTA_NAMES = BERT_NAMES.replace("query", "query_proj").replace("key", "key_proj").replace("value", "value_proj")
DEBERTA_1_NAMES = DEBERTA_NAMES.replace("attention.self.query_proj attention.self.key_proj attention.self.value_proj", "attention.self.in_proj")


class Deberta(nn.Module):
    """DebertaV2Model and DebertaModel, with what their ForSequenceClassification adds."""

    def __init__(self, width, heads, hidden, vocabulary, labels=None, buckets=6, most=None, terms="c2p p2c", first=False, shared=True,
                 table_norm=True, activation=F.gelu, head_activation=F.gelu, epsilon=1e-7, depth=2, prefix="deberta."):
        super().__init__()
        self.at = SimpleNamespace()
        self.heads, self.buckets, self.most, self.terms, self.first = heads, buckets, most, terms.split(), first
        self.shared, self.table_norm, self.head_activation = shared, table_norm, head_activation
        self.at.words = put(self, prefix + "embeddings.word_embeddings", embedding(vocabulary, width))
        self.at.norm = put(self, prefix + "embeddings.LayerNorm", norm(width, epsilon, SMALL))
        self.at.layers = stack(self, prefix + "encoder.layer", depth, partial(
            Layer, DEBERTA_1_NAMES if first else DEBERTA_NAMES, width, heads, hidden, epsilon, activation, packed_bias=not first))
        self.at.table = put(self, prefix + "encoder.rel_embeddings", embedding(2 * buckets, width, SMALL))
        self.at.table_norm = None if first else put(self, prefix + "encoder.LayerNorm", norm(width, epsilon, SMALL))
        self.at.maps = []
        for index in range(depth):
            own = prefix + f"encoder.layer.{index}.attention.self."
            names = ("pos_proj", "pos_q_proj") if first else ("pos_key_proj", "pos_query_proj")
            maps = {} if shared else {
                "key": put(self, own + names[0], linear(width, width, 1.1 / SMALL, not first)),
                "query": put(self, own + names[1], linear(width, width, 1.1 / SMALL))}
            if first:
                maps |= {name: put(self, own + name, free(width, spread=0.25)) for name in ("q_bias", "v_bias")}
            self.at.maps.append(maps)
        self.at.pooler = put(self, "pooler.dense", linear(width, width, 1.4 / SMALL)) if labels else None
        self.at.head = put(self, "classifier", linear(width, labels, 1.4)) if labels else None

    def bucket(self, distance):
        """One of the buckets of a side; with none for far ones each distance has its own."""
        if self.most is None:
            return distance
        middle, sign = self.buckets // 2, np.sign(distance)
        near = np.where((distance < middle) & (distance > -middle), middle - 1, np.abs(distance))
        far = np.ceil(np.log(near / middle) / np.log((self.most - 1) / middle) * (middle - 1)) + middle
        return np.where(near <= middle, distance, far * sign).astype(np.int64)

    def look(self, layer, own, x):
        by_head = lambda rows: rows.reshape(len(rows), self.heads, -1).transpose(0, 1)
        projections, out = layer.at.attention
        if self.first:
            query, key, value = by_head(projections[0](x)).chunk(3, -1)
            query, value = query + own["q_bias"].reshape(self.heads, 1, -1), value + own["v_bias"].reshape(self.heads, 1, -1)
        else:
            query, key, value = (by_head(part(x)) for part in projections)
        table = self.at.table.weight
        if self.at.table_norm is not None and self.table_norm:
            table = self.at.table_norm(table)
        scale = math.sqrt(query.shape[-1] * (1 + len(self.terms)))
        scores = query @ key.transpose(1, 2) / scale
        distances = torch.from_numpy(self.bucket(np.arange(len(x))[:, None] - np.arange(len(x))[None, :]))
        if "c2p" in self.terms:
            keys = by_head(own.get("key", projections[1] if not self.first else None)(table))
            places = torch.clamp(distances + self.buckets, 0, 2 * self.buckets - 1)
            scores = scores + torch.gather(query @ keys.transpose(1, 2), -1, places.expand(self.heads, -1, -1)) / scale
        if "p2c" in self.terms:
            queries = by_head(own.get("query", projections[0])(table))
            places = torch.clamp(self.buckets - distances, 0, 2 * self.buckets - 1)
            scores = scores + torch.gather(key @ queries.transpose(1, 2), -1, places.expand(self.heads, -1, -1)).transpose(1, 2) / scale
        return out((scores.softmax(-1) @ value).transpose(0, 1).flatten(1))

    def forward(self, token_ids):
        x = self.at.norm(self.at.words(token_ids))
        for layer, own in zip(self.at.layers, self.at.maps):
            x = layer.at.norms[0](x + self.look(layer, own, x))
            x = layer.at.norms[1](x + layer.feed(x))
        if self.at.head is None:
            return {"sequence": x}
        pooled = self.head_activation(self.at.pooler(x[0]))
        return {"sequence": x, "pooled": pooled, "logits": self.at.head(pooled)}


VIT_NAMES = ("attention.attention.query attention.attention.key attention.attention.value attention.output.dense "
             "layernorm_before intermediate.dense output.dense layernorm_after")


class Vit(nn.Module):
    """ViTForImageClassification."""

    def __init__(self, width, heads, hidden, image, patch, labels, channels=3, activation=F.gelu, epsilon=1e-12,
                 norm_first=True, final_norm=True, by_rows=True, channels_first=True):
        super().__init__()
        self.at = SimpleNamespace()
        self.by_rows, self.channels_first, self.final_norm = by_rows, channels_first, final_norm
        projection = nn.Conv2d(channels, width, patch, patch)
        projection.weight.spread, projection.bias.spread = SMALL / math.sqrt(channels * patch * patch), SMALL / 4
        self.at.token = put(self, "vit.embeddings.cls_token", free(1, 1, width, spread=SMALL / 2))
        self.at.positions = put(
            self, "vit.embeddings.position_embeddings", free(1, (image // patch) ** 2 + 1, width, spread=SMALL / 2))
        self.at.projection = put(self, "vit.embeddings.patch_embeddings.projection", projection)
        self.at.layers = stack(self, "vit.encoder.layer", 2, partial(
            Layer, VIT_NAMES, width, heads, hidden, epsilon, activation, norm_first=norm_first))
        self.at.norm = put(self, "vit.layernorm", norm(width, epsilon))
        self.at.head = put(self, "classifier", linear(width, labels, 1.4))

    def forward(self, pixels):
        weight = self.at.projection.weight
        if not self.channels_first:
            weight = weight.flatten(1).reshape(len(weight), *weight.shape[2:], -1).permute(0, 3, 1, 2)
        x = F.conv2d(pixels[None], weight, self.at.projection.bias, self.at.projection.stride)[0]
        x = (x if self.by_rows else x.transpose(1, 2)).flatten(1).T
        x = torch.cat([self.at.token[0], x]) + self.at.positions[0]
        for layer in self.at.layers:
            x, _ = layer(x)
        if self.final_norm:
            x = self.at.norm(x)
        return {"sequence": x, "logits": self.at.head(x[0])}


VIT_PYTORCH_NAMES = "0.fn.to_qkv 0.fn.to_out.0 0.norm 1.fn.net.0 1.fn.net.3 1.norm"


class VitPytorch(nn.Module):
    """ViT of vit-pytorch, as it was while a PreNorm held each part's norm."""

    def __init__(self, width, heads, head_width, hidden, image, patch, labels, channels=3, activation=F.gelu, epsilon=1e-5,
                 by_rows=True, channels_first=False):
        super().__init__()
        self.at = SimpleNamespace()
        self.patch, self.by_rows, self.channels_first = patch, by_rows, channels_first
        self.pos_embedding = free(1, (image // patch) ** 2 + 1, width, spread=SMALL / 2)
        self.cls_token = free(1, 1, width, spread=SMALL / 2)
        self.at.projection = put(self, "to_patch_embedding.1", linear(channels * patch * patch, width, SMALL))
        self.at.layers = stack(self, "transformer.layers", 2, partial(
            Layer, VIT_PYTORCH_NAMES, width, heads, hidden, epsilon, activation, norm_first=True, head_width=head_width,
            packed_bias=False))
        self.at.norm = put(self, "mlp_head.0", norm(width, epsilon))
        self.at.head = put(self, "mlp_head.1", linear(width, labels, 1.4))

    def forward(self, pixels):
        x = pixels.unfold(1, self.patch, self.patch).unfold(2, self.patch, self.patch)  # channel, row, column, y, x
        x = x.permute(1, 2, 0, 3, 4) if self.channels_first else x.permute(1, 2, 3, 4, 0)
        x = (x if self.by_rows else x.transpose(0, 1)).flatten(2).flatten(0, 1)
        x = torch.cat([self.cls_token[0], self.at.projection(x)]) + self.pos_embedding[0]
        for layer in self.at.layers:
            x, _ = layer(x)
        return {"sequence": x, "logits": self.at.head(self.at.norm(x[0]))}


GPT2_NAMES = "attn.c_attn attn.c_proj ln_1 mlp.c_fc mlp.c_proj ln_2"


class Gpt2(nn.Module):
    """GPT2LMHeadModel."""

    def __init__(self, width, heads, hidden, vocabulary, length, activation=gelu_tanh, epsilon=1e-5, norm_first=True,
                 final_norm=True, causal=True):
        super().__init__()
        self.at = SimpleNamespace()
        self.at.words = put(self, "transformer.wte", embedding(vocabulary, width))
        self.at.positions = put(self, "transformer.wpe", embedding(length, width))
        self.at.layers = stack(self, "transformer.h", 2, partial(
            Layer, GPT2_NAMES, width, heads, hidden, epsilon, activation, norm_first=norm_first, causal=causal, linear=Conv1D))
        self.at.norm = put(self, "transformer.ln_f", norm(width, epsilon))
        self.final_norm = final_norm

    def forward(self, token_ids):
        x = self.at.words(token_ids) + self.at.positions(torch.arange(len(token_ids)))
        for layer in self.at.layers:
            x, _ = layer(x)
        if self.final_norm:
            x = self.at.norm(x)
        return {"logits": F.linear(x, self.at.words.weight)}


# The files.

def build(family, dtype, weights=None, **options):
    """A family's model with weights that depend on their names alone, or with those given."""
    model = family(**options)
    for name, parameter in model.named_parameters():
        values = np.random.default_rng(zlib.crc32(name.encode())).standard_normal(parameter.shape)
        values = getattr(parameter, "middle", 0) + parameter.spread * values
        with torch.no_grad():
            if weights is None or name not in weights:
                parameter.copy_(torch.from_numpy(values.astype(np.float32)))
            else:
                parameter.copy_(weights[name])
    return model.to(dtype).eval()


def run(model, call, dtype):
    return model(**{name: x if x.dtype == torch.int64 else x.to(dtype) for name, x in call.items()})


def row_errors(outputs, expected):
    for name in expected:
        if outputs[name].shape != expected[name].shape:  # attention of a changed number of heads
            continue
        a, b = (torch.atleast_2d(x[name]).flatten(0, -2).double() for x in (outputs, expected))
        yield from ((a - b).norm(dim=1) / b.norm(dim=1)).tolist()


def write(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        kind, dtype = ("I32", "<i4") if tensor.dtype == torch.int64 else ("F32", "<f4")
        values = tensor.detach().contiguous().numpy().astype(dtype).tobytes()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    path.write_bytes(struct.pack("<Q", len(head)) + head + data)


@torch.no_grad()
def golden(name, family, calls, changes, outputs=None, copies=None):
    """Writes a file. changes: options that must matter; outputs: those to write, if not all; copies: further names of weights."""
    calls = calls(np.random.default_rng(zlib.crc32(name.encode())))
    model = build(family, torch.float64)
    weights = {name: parameter.detach().float() for name, parameter in model.named_parameters()}
    expected = [run(model, call, torch.float64) for call in calls]
    if outputs is not None:
        expected = [{output: rows[output] for output in outputs} for rows in expected]

    plain = build(family, torch.float32, weights)
    plain_error = max(
        error for call, rows in zip(calls, expected) for error in row_errors(run(plain, call, torch.float32), rows))
    assert plain_error < BOUND / 3, f"{name}: plain float32 is off by {plain_error:.1e}, which leaves the tests no room"

    for option, value in changes:
        changed = build(family, torch.float64, weights, **{option: value})
        moved = max(
            error for call, rows in zip(calls, expected) for error in row_errors(run(changed, call, torch.float64), rows))
        assert moved > 10 * BOUND, f"{name}: {option}={value!r} moves no row by more than {moved:.1e}"

    tensors = weights | {copy: weights[of] for copy, of in (copies or {}).items()}
    for index, (call, rows) in enumerate(zip(calls, expected)):
        tensors |= {f"{index}.{input}": values for input, values in call.items()}
        tensors |= {f"{index}.{output}": values for output, values in rows.items()}
    path = pathlib.Path(__file__).with_name("families") / f"{name}.safetensors"
    path.parent.mkdir(exist_ok=True)
    write(path, tensors)
    print(f"{path.name}: {path.stat().st_size} bytes, plain float32 within {plain_error:.1e}")


def ids(generator, vocabulary, length):
    """Token ids above those that families reserve, for RoBERTa gives its padding (1) no position of its own."""
    return torch.from_numpy(generator.integers(3, vocabulary, length))


def translations(vocabulary, lengths):
    return lambda generator: [
        {"source_ids": ids(generator, vocabulary, source), "target_ids": ids(generator, vocabulary, target)}
        for source, target in lengths]


def texts(vocabulary, lengths, mixed_types=()):
    def calls(generator):
        for index, length in enumerate(lengths):
            call = {"token_ids": ids(generator, vocabulary, length)}
            if mixed_types:
                call["token_types"] = torch.arange(length) // mixed_types[index]
            yield call
    return lambda generator: list(calls(generator))


def images(size, count):
    return lambda generator: [
        {"pixels": torch.from_numpy(generator.standard_normal((3, size, size))).float()} for _ in range(count)]


# The longest first, then the shortest: what a call leaves behind must not show in the next.
golden(
    "bart", partial(Bart, width=20, heads=4, hidden=32, vocabulary=41, length=14),
    translations(41, [(14, 11), (1, 14), (6, 1)]),
    [("heads", 2), ("activation", gelu_tanh), ("epsilon", 1e-12), ("offset", 0), ("scaled", True), ("embedding_norm", False),
     ("causal", False), ("bias", False)])
golden(
    "marian", partial(Bart, width=16, heads=2, hidden=40, vocabulary=37, length=16, activation=F.silu, positions="halves",
                      scaled=True, embedding_norm=False),
    translations(37, [(16, 13), (1, 16), (7, 1)]),
    [("heads", 4), ("activation", F.gelu), ("epsilon", 1e-12), ("positions", "interleaved"), ("scaled", False),
     ("embedding_norm", True), ("causal", False), ("bias", False)])
golden(
    "bert", partial(Bert, width=24, heads=4, hidden=40, vocabulary=45, length=13, labels=3),
    texts(45, [13, 1, 8], [13, 1, 5]),  # the first two calls are one segment each, the third is of five tokens and three
    [("heads", 2), ("activation", gelu_tanh), ("epsilon", 1e-5), ("typed", False), ("stem_norm", False),
     ("head_activation", F.relu)])
MASKED = [("heads", 2), ("activation", gelu_tanh), ("mask_activation", gelu_tanh), ("stem_norm", False), ("transformed", False),
          ("normed", False), ("biased", False)]
golden(
    "bert-mlm", partial(MaskedBert, width=24, heads=4, hidden=40, vocabulary=45, length=13, transform="cls.predictions.transform.dense",
                        transform_norm="cls.predictions.transform.LayerNorm", bias="cls.predictions.bias"),
    texts(45, [13, 1, 8], [13, 1, 5]), [*MASKED, ("epsilon", 1e-5), ("typed", False)])
golden(
    "roberta-mlm", partial(MaskedBert, width=20, heads=4, hidden=36, vocabulary=47, length=12, prefix="roberta.", epsilon=1e-5, types=1,
                           reserved=2, offset=2, pooler=None, transform="lm_head.dense", transform_norm="lm_head.layer_norm",
                           bias="lm_head.bias"),
    texts(47, [12, 1, 5]), [*MASKED, ("epsilon", 1e-12), ("offset", 0)],
    copies={"lm_head.decoder.weight": "roberta.embeddings.word_embeddings.weight", "lm_head.decoder.bias": "lm_head.bias"})
golden(
    "distilbert-mlm", partial(MaskedBert, width=24, heads=4, hidden=32, vocabulary=43, length=15, prefix="distilbert.",
                              layers="transformer.layer", names=DISTILBERT_NAMES, types=0, pooler=None, transform="vocab_transform",
                              transform_norm="vocab_layer_norm", bias="vocab_projector.bias"),
    texts(43, [15, 1, 6]), [*MASKED, ("epsilon", 1e-5)],
    copies={"vocab_projector.weight": "distilbert.embeddings.word_embeddings.weight"})
ALBERT = dict(width=24, heads=4, hidden=40, vocabulary=45, length=13, prefix="albert.", layers="encoder.albert_layer_groups",
              names=ALBERT_NAMES, activation=gelu_tanh, narrow=12, project="encoder.embedding_hidden_mapping_in", depth=5, groups=2)
golden(
    "albert", partial(Bert, **ALBERT, pooler="albert.pooler", labels=3), texts(45, [13, 1, 8], [13, 1, 5]),
    [("heads", 2), ("activation", F.gelu), ("epsilon", 1e-5), ("typed", False), ("depth", 4)])
golden(
    "albert-mlm", partial(MaskedBert, **ALBERT, pooler="albert.pooler", mask_activation=gelu_tanh, transform="predictions.dense",
                          transform_norm="predictions.LayerNorm", bias="predictions.bias"),
    texts(45, [13, 1, 8], [13, 1, 5]), [("mask_activation", F.gelu), ("normed", False), ("biased", False), ("epsilon", 1e-5)],
    copies={"predictions.decoder.weight": "albert.embeddings.word_embeddings.weight", "predictions.decoder.bias": "predictions.bias"})
ELECTRA = dict(width=24, heads=4, hidden=40, vocabulary=45, length=13, prefix="electra.", narrow=16, project="embeddings_project", pooler=None)
golden(
    "electra", partial(Discriminator, **ELECTRA), texts(45, [13, 1, 8], [13, 1, 5]),
    [("heads", 2), ("activation", gelu_tanh), ("score_activation", gelu_tanh), ("epsilon", 1e-5), ("typed", False)])
golden(
    "electra-mlm", partial(MaskedBert, **ELECTRA, transform="generator_predictions.dense",
                           transform_norm="generator_predictions.LayerNorm", bias="generator_lm_head.bias"),
    texts(45, [13, 1, 8], [13, 1, 5]), [("mask_activation", gelu_tanh), ("normed", False), ("biased", False), ("epsilon", 1e-5)],
    copies={"generator_lm_head.weight": "electra.embeddings.word_embeddings.weight"})
DEBERTA = [("terms", "c2p"), ("terms", "p2c"), ("activation", gelu_tanh), ("epsilon", 1e-5)]
golden(
    "deberta-v2", partial(Deberta, width=24, heads=4, hidden=40, vocabulary=45, labels=3, buckets=6, most=24),
    texts(45, [40, 1, 9, 23]),  # of 6 buckets the first 3 hold a distance each, and distances from 23 on are in the last
    [*DEBERTA, ("heads", 2), ("most", None), ("most", 20), ("table_norm", False), ("head_activation", torch.tanh)])
golden(
    "deberta", partial(Deberta, width=20, heads=4, hidden=36, vocabulary=47, labels=2, buckets=16, first=True, shared=False),
    texts(47, [29, 1, 8]), [*DEBERTA, ("most", 40)])
golden(
    "minilm", partial(Bert, width=16, heads=2, hidden=28, vocabulary=50, length=16, prefix="", pooler="pooler.dense"),
    texts(50, [16, 1, 7]),
    [("heads", 4), ("activation", gelu_tanh), ("epsilon", 1e-5), ("typed", False), ("stem_norm", False)])
golden(
    "roberta", partial(Bert, width=20, heads=4, hidden=36, vocabulary=47, length=12, labels=5, prefix="roberta.", epsilon=1e-5,
                       types=1, reserved=2, offset=2, pooler="classifier.dense", head="classifier.out_proj"),
    texts(47, [12, 1, 5]),
    [("heads", 2), ("activation", gelu_tanh), ("epsilon", 1e-12), ("typed", False), ("offset", 0), ("stem_norm", False),
     ("head_activation", F.relu)],
    outputs=["sequence", "logits"])
golden(
    "distilbert", partial(Bert, width=24, heads=2, hidden=32, vocabulary=43, length=15, labels=2, prefix="distilbert.",
                          layers="transformer.layer", names=DISTILBERT_NAMES, types=0, pooler="pre_classifier",
                          head_activation=F.relu),
    texts(43, [15, 1, 6]),
    [("heads", 4), ("activation", gelu_tanh), ("epsilon", 1e-5), ("stem_norm", False), ("head_activation", torch.tanh)],
    outputs=["sequence", "logits"])
golden(
    "vit", partial(Vit, width=20, heads=4, hidden=36, image=12, patch=4, labels=6),
    images(12, 2),
    [("heads", 2), ("activation", gelu_tanh), ("epsilon", 1e-5), ("norm_first", False), ("final_norm", False),
     ("by_rows", False), ("channels_first", False)])
golden(
    "vit_pytorch", partial(VitPytorch, width=20, heads=4, head_width=6, hidden=32, image=12, patch=4, labels=7),
    images(12, 2),
    [("activation", F.relu), ("epsilon", 1e-12), ("by_rows", False), ("channels_first", True)])
golden(
    "gpt2", partial(Gpt2, width=24, heads=4, hidden=40, vocabulary=53, length=16),
    texts(53, [16, 1, 9]),
    [("heads", 2), ("activation", F.gelu), ("epsilon", 1e-12), ("norm_first", False), ("final_norm", False), ("causal", False)])
