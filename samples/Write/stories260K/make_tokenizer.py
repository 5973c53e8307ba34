#!/usr/bin/env python3
"""Writes tokenizer.json of the pieces and scores that llama2.c has in tok512.bin: make_tokenizer.py tok512.bin"""
import json, struct, sys

BEGIN, END, SPACE = "<s>", "</s>", "\u2581"

pieces, data = [], open(sys.argv[1], "rb").read()[4:]
while data:
    score, length = struct.unpack("<fi", data[:8])
    pieces.append((data[8:8 + length].decode(), score))
    data = data[8 + length:]
pieces = [(piece.replace(" ", SPACE), score) for piece, score in pieces]
pieces[1:3] = [(BEGIN, 0.0), (END, 0.0)]  # which llama2.c puts on lines of their own
ids = {piece: i for i, (piece, _) in enumerate(pieces)}
assert len(ids) == len(pieces)

# A piece of a better score is made before others, of whichever two pieces it can be made.
merges = [(-score, ids[piece[:i]], ids[piece[i:]]) for piece, score in pieces for i in range(1, len(piece)) if piece[:i] in ids and piece[i:] in ids]
special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
begin, one, other = {"SpecialToken": {"id": BEGIN, "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}
tokenizer = {
    "version": "1.0", "truncation": None, "padding": None,
    "added_tokens": [{"id": ids[token], "content": token, **special} for token in (BEGIN, END)],
    "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": SPACE}, {"type": "Replace", "pattern": {"String": " "}, "content": SPACE}]},
    "pre_tokenizer": None,
    "post_processor": {"type": "TemplateProcessing", "single": [begin, one], "pair": [begin, one, other], "special_tokens": {BEGIN: {"id": BEGIN, "ids": [ids[BEGIN]], "tokens": [BEGIN]}}},
    "decoder": {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": SPACE}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
    "model": {
        "type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True,
        "vocab": ids, "merges": [[pieces[left][0], pieces[right][0]] for _, left, right in sorted(merges)],
    },
}
with open("tokenizer.json", "w", encoding="utf-8") as file:
    json.dump(tokenizer, file, ensure_ascii=False, separators=(",", ":"))
    file.write("\n")
