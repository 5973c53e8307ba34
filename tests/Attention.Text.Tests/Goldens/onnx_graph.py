"""Runs the graph of an ONNX file in float64, node by node: the operators of an exported BERT."""
import math
import numpy

TYPES = {1: "<f4", 6: "<i4", 7: "<i8", 9: "?", 11: "<f8"}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def fields(data):
    """Numbers and values of a protobuf message."""
    at, result = 0, {}
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        else:
            size, at = (4, at) if key & 7 == 5 else (8, at) if key & 7 == 1 else varint(data, at)
            value, at = data[at:at + size], at + size
        result.setdefault(key >> 3, []).append(value)
    return result


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def integers(values):
    """Repeated integers, packed or not."""
    result = []
    for value in values:
        at = 0
        while not isinstance(value, int) and at < len(value):
            number, at = varint(value, at)
            result.append(signed(number))
        if isinstance(value, int):
            result.append(signed(value))
    return result


def tensor(data):
    f = fields(data)
    kind = TYPES[f[2][0]]
    if 9 in f:
        values = numpy.frombuffer(f[9][0], kind)
    else:
        values = numpy.frombuffer(b"".join(f[4]), "<f4") if 4 in f else numpy.array(integers(f.get(7, f.get(5, []))), kind)
    values = values.reshape(integers(f.get(1, [])))
    return values.astype(numpy.float64) if kind == "<f4" else values


def attributes(node):
    result = {}
    for data in node.get(5, []):
        f = fields(data)
        result[f[1][0].decode()] = tensor(f[5][0]) if 5 in f else integers(f[8]) if 8 in f else signed(f[3][0]) if 3 in f else numpy.frombuffer(f[2][0], "<f4")[0].item() if 2 in f else None
    return result


def softmax(x, axis):
    e = numpy.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def reshaped(x, shape):
    return x.reshape([x.shape[i] if size == 0 else size for i, size in enumerate(shape)])


def sliced(x, starts, ends, axes=None, steps=None):
    index = [slice(None)] * x.ndim
    for i, axis in enumerate(range(len(starts)) if axes is None else axes):
        index[axis] = slice(starts[i], ends[i], None if steps is None else steps[i])
    return x[tuple(index)]


def layer_norm(x, scale, shift, a):
    centred = x - x.mean(-1, keepdims=True)
    return centred / numpy.sqrt((centred * centred).mean(-1, keepdims=True) + a.get("epsilon", 1e-5)) * scale + shift


OPERATORS = {
    "Add": lambda a, x, y: x + y, "Sub": lambda a, x, y: x - y, "Mul": lambda a, x, y: x * y, "Pow": lambda a, x, y: x ** y, "MatMul": lambda a, x, y: x @ y,
    "Div": lambda a, x, y: x / y if x.dtype.kind == "f" else x // y, "Sqrt": lambda a, x: numpy.sqrt(x), "Erf": lambda a, x: numpy.vectorize(math.erf, otypes=[numpy.float64])(x),
    "Softmax": lambda a, x: softmax(x, a.get("axis", -1)), "ReduceMean": lambda a, x, axes=None: x.mean(tuple(a["axes"] if axes is None else axes), keepdims=a.get("keepdims", 1) == 1),
    "Transpose": lambda a, x: x.transpose(a["perm"]), "Reshape": lambda a, x, shape: reshaped(x, shape), "Gather": lambda a, x, i: x.take(i, a.get("axis", 0)),
    "Shape": lambda a, x: numpy.array(x.shape), "Unsqueeze": lambda a, x, axes=None: numpy.expand_dims(x, tuple(a["axes"] if axes is None else axes)), "Constant": lambda a: a["value"],
    "Concat": lambda a, *x: numpy.concatenate(x, a["axis"]), "Slice": lambda a, *x: sliced(*x), "Cast": lambda a, x: x.astype("<f8" if a["to"] in (1, 11) else TYPES[a["to"]]),
    "ConstantOfShape": lambda a, shape: numpy.full(shape, a["value"].flat[0]), "Where": lambda a, c, x, y: numpy.where(c, x, y), "Equal": lambda a, x, y: x == y,
    "Expand": lambda a, x, shape: x * numpy.ones(shape, x.dtype), "Identity": lambda a, x: x, "Tanh": lambda a, x: numpy.tanh(x), "LayerNormalization": lambda a, x, scale, shift: layer_norm(x, scale, shift, a),
    "Gemm": lambda a, x, y, z: x @ (y.T if a.get("transB") else y) + z,
}


class Graph:
    def __init__(self, data):
        graph = fields(fields(data)[7][0])
        self.weights = {fields(item)[8][0].decode(): tensor(item) for item in graph.get(5, [])}
        self.nodes = [fields(item) for item in graph[1]]
        self.inputs = [fields(item)[1][0].decode() for item in graph[11]]
        self.outputs = [fields(item)[1][0].decode() for item in graph[12]]

    def run(self, **inputs):
        """The first output."""
        values = {**self.weights, **inputs}
        for node in self.nodes:
            arguments = [values[name.decode()] for name in node.get(1, []) if name]
            values[node[2][0].decode()] = numpy.asarray(OPERATORS[node[4][0].decode()](attributes(node), *arguments))
        return values[self.outputs[0]]
