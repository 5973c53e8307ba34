using System.Globalization;
using System.Text;
using System.Text.Json;
using Attention.Bench;
using Attention.Dsl;
using Attention.Tests.Reference;

namespace Attention.Tests.Models;

/// <summary>
/// A sequence of a test of the ONNX standard's <c>Attention</c>, as a declaration: rows are [q | k | v], weights of ones and zeros select from them, what
/// is past comes first, and masks are methods. Values wider than keys widen the heads, whose scale is told.
/// </summary>
internal sealed class OnnxAttention
{
    private readonly GoldenFile _file;
    private readonly JsonElement _attributes;
    private readonly int _sequence, _heads, _keyHeads, _queries, _past, _keys, _keyWidth, _valueWidth, _headWidth, _width, _position;
    private readonly bool _isFlat, _isBool;
    private readonly Dictionary<string, float[]> _tensors = [];

    public OnnxAttention(GoldenFile file, int sequence)
    {
        _file = file;
        _sequence = sequence;
        _attributes = JsonDocument.Parse(file.Told("attributes")).RootElement;
        _isFlat = file.Shape("input.Q").Length == 3;
        _isBool = JsonDocument.Parse(file.Told("converted")).RootElement.TryGetProperty("input.attn_mask", out JsonElement type) && type.GetString() == "BOOL";
        int[] q = Shape("Q", "q_num_heads"), k = Shape("K", "kv_num_heads"), v = Shape("V", "kv_num_heads");
        (_heads, _queries, _keyHeads) = (q[1], q[2], k[1]);
        _past = file.Has("input.past_key") ? file.Shape("input.past_key")[2] : 0;
        _keys = _past + k[2];
        (_keyWidth, _valueWidth) = (k[3], v[3]);
        _headWidth = Math.Max(_keyWidth, _valueWidth);
        _width = Math.Max((_heads * _keyWidth) + (_keyHeads * (_keyWidth + _valueWidth)), _heads * _valueWidth);
        _position = _past;
        if (file.Has("input.nonpad_kv_seqlen"))
        {
            _keys = checked((int)BitConverter.ToInt64(file.Bytes("input.nonpad_kv_seqlen")[(8 * sequence)..]));
            _position = IsCausal ? _keys - _queries : 0;
        }
    }

    public static int Sequences(GoldenFile file) => file.Shape("input.Q")[0];

    private bool IsCausal => Number("is_causal", 0) != 0;

    private bool HasMask => _file.Has("input.attn_mask");

    private int Rows => Math.Max(_keys, _position + _queries);

    private double Number(string attribute, double otherwise) => _attributes.TryGetProperty(attribute, out JsonElement value) ? value.GetDouble() : otherwise;

    /// <summary>A tensor's shape as sequences, heads, rows and channels.</summary>
    private int[] Shape(string name, string heads)
    {
        int[] shape = _file.Shape("input." + name);
        if (!_isFlat)
            return shape;
        int count = (int)Number(heads, 0);
        return [shape[0], count, shape[1], shape[2] / count];
    }

    private float[] Floats(string name)
    {
        if (!_tensors.TryGetValue(name, out float[]? values))
            _tensors.Add(name, values = _file.Floats(name));
        return values;
    }

    /// <summary>An element of a tensor of so many heads, rows and channels, whose heads may lie side by side in its rows.</summary>
    private float Element(string name, int heads, int rows, int width, int head, int row, int channel, bool isFlat) =>
        Floats(name)[isFlat ? (((_sequence * rows) + row) * heads * width) + (head * width) + channel : (((((_sequence * heads) + head) * rows) + row) * width) + channel];

    private float KeyOrValue(string name, string past, int width, int head, int row, int channel) => row < _past
        ? Element("input." + past, _keyHeads, _past, width, head, row, channel, isFlat: false)
        : Element("input." + name, _keyHeads, Shape(name, "kv_num_heads")[2], width, head, row - _past, channel, _isFlat);

    /// <summary>The mask's element, its axes broadcast; what lies outside of it is 0.</summary>
    private float Mask(int head, int query, int key)
    {
        int[] shape = _file.Shape("input.attn_mask");
        int[] place = [_sequence, head, query, key];
        int index = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int at = place[4 - shape.Length + axis];
            if (shape[axis] > 1 && at >= shape[axis])
                return 0;
            index = (index * shape[axis]) + (shape[axis] == 1 ? 0 : at);
        }

        return _isBool ? _file.Bytes("input.attn_mask")[index] != 0 ? 0 : float.NegativeInfinity : Floats("input.attn_mask")[index];
    }

    private bool Sees(int head, int query, int key)
    {
        double right = Number("right_window_size", -1), left = Number("left_window_size", -1);
        return key < _keys && (right < 0 || key - query <= right) && (IsCausal || left < 0 || query - key <= left)
            && (!HasMask || query < _position || query >= _position + _queries || !float.IsNegativeInfinity(Mask(head, query - _position, key)));
    }

    private float Bias(int head, int query, int key) =>
        HasMask && query >= _position && query < _position + _queries && float.IsFinite(Mask(head, query - _position, key)) ? Mask(head, query - _position, key) : 0;

    /// <summary>Whether a decoder can say it, which goes on from what is past: queries then see what is before them.</summary>
    public bool CanStep => IsCausal && _position > 0;

    /// <summary>The stage <c>Alone</c>, its methods with it; as a decoder, whose tokens are the numbers of the rows.</summary>
    public string Declaration(bool isDecoder = false)
    {
        IEnumerable<(int Query, int Key)> pairs = [.. Enumerable.Range(0, Rows).SelectMany(query => Enumerable.Range(0, Rows).Select(key => (query, key)))];
        var code = new StringBuilder();
        code.AppendLine("[Tensor(TensorRole.SelfQuery, \"q\"), Tensor(TensorRole.SelfKey, \"k\"), Tensor(TensorRole.SelfValue, \"v\"), Tensor(TensorRole.SelfOutput, \"o\")]");
        code.AppendLine(CultureInfo.InvariantCulture, $"{(isDecoder ? "[Tensor(TensorRole.Embedding, \"rows\"), Decoder" : "[Encoder")}(layers: 1, width: {_width}, Norm = NormPlacement.None), {(isDecoder ? $"Embedding({Rows}, {Rows})" : $"Features({Rows})")}]");
        code.Append(CultureInfo.InvariantCulture, $"[SelfAttention(heads: {_heads}, HeadWidth = {_headWidth}, Bias = false, Residual = false, Scale = {Number("scale", 1 / Math.Sqrt(_keyWidth)):R}");
        if (_keyHeads != _heads)
            code.Append(CultureInfo.InvariantCulture, $", KeyValueHeads = {_keyHeads}");
        if (Number("softcap", 0) is var cap and not 0)
            code.Append(CultureInfo.InvariantCulture, $", SoftCap = {cap:R}");
        if (IsCausal && !isDecoder)
            code.Append(", Causal = true");
        if (HasWeights)
            code.Append(", Capture = true");
        if (IsCausal && Number("left_window_size", -1) is var left and >= 0)
            code.Append(CultureInfo.InvariantCulture, $", Window = {left + 1}");
        if (HasMask || pairs.Any(pair => !Sees(0, pair.Query, pair.Key)))
            code.Append(", Mask = nameof(Sees)");
        bool hasBias = HasMask && !_isBool;
        if (hasBias)
            code.Append(", ScoreBias = nameof(Bias)");
        code.AppendLine(")]\npublic sealed partial class Alone\n{");
        if (Enumerable.Range(1, _heads - 1).Any(head => pairs.Any(pair => Sees(head, pair.Query, pair.Key) != Sees(0, pair.Query, pair.Key))))
            throw new NotSupportedException("A mask of each head's own.");
        code.AppendLine(CultureInfo.InvariantCulture, $"private static bool Sees(int query, int key) => \"{string.Concat(pairs.Select(pair => Sees(0, pair.Query, pair.Key) ? '1' : '0'))}\"[(query * {Rows}) + key] == '1';");
        if (hasBias)
        {
            string all = string.Join(", ", Enumerable.Range(0, _heads).SelectMany(head => pairs.Select(pair => Bias(head, pair.Query, pair.Key).ToString("R", CultureInfo.InvariantCulture) + "f")));
            code.AppendLine(CultureInfo.InvariantCulture, $"private static readonly float[] s_biases = [{all}];\nprivate static float Bias(int head, int query, int key) => s_biases[(((head * {Rows}) + query) * {Rows}) + key];");
        }

        return code.AppendLine("}").ToString();
    }

    /// <summary>The weights, which select.</summary>
    public MemoryStream Checkpoint(bool isDecoder = false)
    {
        int inside = _heads * _headWidth, shared = _keyHeads * _headWidth, keys = _heads * _keyWidth, values = keys + (_keyHeads * _keyWidth);
        float[] q = new float[inside * _width], k = new float[shared * _width], v = new float[shared * _width], o = new float[_width * inside];
        for (int head = 0; head < _heads; head++)
        {
            for (int channel = 0; channel < _headWidth; channel++)
            {
                int row = (head * _headWidth) + channel;
                if (channel < _keyWidth)
                    q[(row * _width) + (head * _keyWidth) + channel] = 1;
                if (channel < _keyWidth && head < _keyHeads)
                    k[(row * _width) + keys + (head * _keyWidth) + channel] = 1;
                if (channel < _valueWidth && head < _keyHeads)
                    v[(row * _width) + values + (head * _valueWidth) + channel] = 1;
                if (channel < _valueWidth)
                    o[(((head * _valueWidth) + channel) * inside) + row] = 1;
            }
        }

        var tensors = new Dictionary<string, (int[] Shape, float[] Values)>
        {
            ["q"] = ([inside, _width], q), ["k"] = ([shared, _width], k), ["v"] = ([shared, _width], v), ["o"] = ([_width, inside], o),
        };
        if (isDecoder)
            tensors.Add("rows", ([Rows, _width], Input()));
        return TensorFile.Of(tensors);
    }

    /// <summary>The rows, [q | k | v].</summary>
    public float[] Input()
    {
        var rows = new float[Rows * _width];
        for (int row = 0; row < Rows; row++)
        {
            Span<float> at = rows.AsSpan(row * _width, _width);
            for (int i = 0; row >= _position && row < _position + _queries && i < _heads * _keyWidth; i++)
                at[i] = Element("input.Q", _heads, _queries, _keyWidth, i / _keyWidth, row - _position, i % _keyWidth, _isFlat);
            at = at[(_heads * _keyWidth)..];
            for (int i = 0; row < _keys && i < _keyHeads * _keyWidth; i++)
                at[i] = KeyOrValue("K", "past_key", _keyWidth, i / _keyWidth, row, i % _keyWidth);
            at = at[(_keyHeads * _keyWidth)..];
            for (int i = 0; row < _keys && i < _keyHeads * _valueWidth; i++)
                at[i] = KeyOrValue("V", "past_value", _valueWidth, i / _valueWidth, row, i % _valueWidth);
        }

        return rows;
    }

    /// <summary>The largest error of a query's row, as a part of its norm; of one that is zero, the error itself.</summary>
    public double Error(ReadOnlySpan<float> rows)
    {
        double worst = 0;
        for (int query = 0; query < _queries; query++)
        {
            float[] expected = [.. Enumerable.Range(0, _heads * _valueWidth).Select(i => Element("output.Y", _heads, _queries, _valueWidth, i / _valueWidth, query, i % _valueWidth, _isFlat))];
            RowError error = RowError.Of<float>(expected, rows.Slice((_position + query) * _width, expected.Length));
            worst = Math.Max(worst, error.Norm > 0 ? error.Relative : error.Distance);
        }

        return worst;
    }

    /// <summary>The same of a decoder's steps: one through all that is past, then one for each query.</summary>
    public double Error(IDecoder decoder)
    {
        var rows = new float[Rows * _width];
        decoder.Reset();
        decoder.Step([.. Enumerable.Range(0, _position)]);
        for (int query = _position; query < _position + _queries; query++)
            decoder.Step([query]).CopyTo(rows.AsSpan(query * _width));
        return Error(rows);
    }

    /// <summary>Whether the test has the attention weights too.</summary>
    public bool HasWeights => Number("qk_matmul_output_mode", 0) == 3;

    /// <summary>The largest error of an attention weight; those of rows that do not exist here do not count.</summary>
    public double Error(AttentionWeights weights)
    {
        double worst = 0;
        for (int head = 0; head < _heads; head++)
        {
            for (int query = 0; query < _queries; query++)
            {
                for (int key = 0; key < _keys; key++)
                    worst = Math.Max(worst, Math.Abs(Element("output.qk_matmul_output", _heads, _queries, _keys, head, query, key, isFlat: false) - weights[0, head, _position + query][key]));
            }
        }

        return worst;
    }
}
