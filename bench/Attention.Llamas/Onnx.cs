using System.Runtime.InteropServices;
using Attention.Bench;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Attention.Llamas;

/// <summary>ONNX Runtime, over the graph that its own tools make of a llama: attention with shared heads, rotation and cache in one node, norms with the sum before them, queries, keys and values by one product.</summary>
internal sealed class Onnx : Contender
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly Bound _alone, _together;

    public Onnx(string model, LlamaShape shape, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
        _session = new InferenceSession(model, options);
        _alone = new(_session, shape, 1);
        _together = new(_session, shape, LlamaShape.Together);
    }

    /// <summary>Memory of so many sequences that are at one position.</summary>
    private sealed class Bound : IDisposable
    {
        private readonly OrtIoBinding _binding;
        private readonly List<OrtValue> _values = [];
        private readonly int[] _past, _total = [0];
        private readonly float[] _logits;

        public Bound(InferenceSession session, LlamaShape shape, int sequences)
        {
            _binding = session.CreateIoBinding();
            _past = new int[sequences];
            _logits = new float[sequences * shape.Vocabulary];
            _binding.BindInput("past", Keep(OrtValue.CreateTensorValueFromMemory(_past, [sequences])));
            _binding.BindInput("total", Keep(OrtValue.CreateTensorValueFromMemory(_total, [1])));
            _binding.BindOutput("logits", Keep(OrtValue.CreateTensorValueFromMemory(_logits, [sequences, 1, shape.Vocabulary])));
            for (int layer = 0; layer < shape.Layers; layer++)
            {
                // Past and present are one buffer, which is extended where it lies.
                foreach (string what in new[] { "key", "value" })
                {
                    OrtValue cache = Keep(OrtValue.CreateTensorValueFromMemory(new float[sequences * shape.Shared * LlamaShape.Length], [sequences, shape.KeyValueHeads, LlamaShape.Length, shape.HeadWidth]));
                    _binding.BindInput($"past_{what}.{layer}", cache);
                    _binding.BindOutput($"present_{what}.{layer}", cache);
                }
            }
        }

        public int Position { get; set; }

        public int Scores => _logits.Length;

        /// <summary>Takes as many tokens of each sequence, those of one after those of another.</summary>
        public float[] Take(InferenceSession session, RunOptions run, ReadOnlySpan<int> tokens)
        {
            var given = new long[tokens.Length];
            for (int i = 0; i < given.Length; i++)
                given[i] = tokens[i];
            Position += given.Length / _past.Length;
            _past.AsSpan().Fill(Position - 1);
            _total[0] = Position;
            using OrtValue value = OrtValue.CreateTensorValueFromMemory(given, [_past.Length, given.Length / _past.Length]);
            _binding.BindInput("tokens", value);
            session.RunWithBinding(run, _binding);
            return _logits;
        }

        public void Dispose()
        {
            _binding.Dispose();
            _values.ForEach(value => value.Dispose());
        }

        private OrtValue Keep(OrtValue value)
        {
            _values.Add(value);
            return value;
        }
    }

    /// <summary>Writes the graph, and the same weights beside it, input × output as its products want them.</summary>
    public static void Write(LlamaShape shape, string format, string path)
    {
        string beside = Path.GetFileName(path) + ".weights";
        var graph = new OnnxGraph(shape.Name);
        using (FileStream weights = File.Create(path + ".weights"))
        {
            string tokens = graph.Input<long>("tokens", -1, -2), past = graph.Input<int>("past", -1), total = graph.Input<int>("total", 1);
            string x = graph.Node("Gather", [Table("model.embed_tokens.weight", [shape.Vocabulary, shape.Width]), tokens]), sum = x;
            int pairs = shape.HeadWidth / 2;
            double AngleOf(int i) => i / pairs * Math.Pow(10000, -(i % pairs) / (double)pairs);
            string cosines = graph.Constant<float>("cosines", [LlamaShape.Length, pairs], [.. Enumerable.Range(0, LlamaShape.Length * pairs).Select(i => (float)Math.Cos(AngleOf(i)))]);
            string sines = graph.Constant<float>("sines", [LlamaShape.Length, pairs], [.. Enumerable.Range(0, LlamaShape.Length * pairs).Select(i => (float)Math.Sin(AngleOf(i)))]);
            string normed = graph.Node("SimplifiedLayerNormalization", [x, Table("model.layers.0.input_layernorm.weight", [shape.Width])], ("epsilon", LlamaShape.Epsilon), ("axis", -1));
            for (int layer = 0; layer < shape.Layers; layer++)
            {
                string of = $"model.layers.{layer}.";
                string mixed = Product(normed, of + "qkv", (of + "self_attn.q_proj.weight", shape.Width), (of + "self_attn.k_proj.weight", shape.Shared), (of + "self_attn.v_proj.weight", shape.Shared));
                string[] caches = [.. new[] { "key", "value" }.Select(what => graph.Input<float>($"past_{what}.{layer}", -1, shape.KeyValueHeads, LlamaShape.Length, shape.HeadWidth))];
                string[] made = graph.Node(OnnxGraph.Microsoft, "GroupQueryAttention", [mixed, "", "", .. caches, past, total, cosines, sines], [true, true, true],
                    ("num_heads", shape.Heads), ("kv_num_heads", shape.KeyValueHeads), ("do_rotary", 1), ("rotary_interleaved", 1));
                graph.Output<float>(made[1], $"present_key.{layer}", -1, shape.KeyValueHeads, LlamaShape.Length, shape.HeadWidth);
                graph.Output<float>(made[2], $"present_value.{layer}", -1, shape.KeyValueHeads, LlamaShape.Length, shape.HeadWidth);
                (normed, sum) = Norm(Product(made[0], of + "o", (of + "self_attn.o_proj.weight", shape.Width)), sum, of + "post_attention_layernorm.weight");
                string gate = Product(normed, of + "gate", (of + "mlp.gate_proj.weight", shape.Hidden)), up = Product(normed, of + "up", (of + "mlp.up_proj.weight", shape.Hidden));
                string hidden = graph.Node("Mul", [graph.Fused("QuickGelu", [gate], ("alpha", 1f)), up]);
                (normed, sum) = Norm(ProductOf(hidden, of + "down", shape.Hidden, (of + "mlp.down_proj.weight", shape.Width)), sum, layer == shape.Layers - 1 ? "model.norm.weight" : $"model.layers.{layer + 1}.input_layernorm.weight");
            }

            // Of a prompt the last row alone is scored.
            string last = graph.Node("Gather", [normed, graph.Constant<long>("last", [1], [-1])], ("axis", 1));
            graph.Output<float>(Product(last, "scores", (shape.Tied ? "model.embed_tokens.weight" : "lm_head.weight", shape.Vocabulary)), "logits", -1, 1, shape.Vocabulary);

            (string, string) Norm(string made, string before, string name)
            {
                string[] results = graph.Node(OnnxGraph.Microsoft, "SkipSimplifiedLayerNormalization", [made, before, Table(name, [shape.Width])], [true, false, false, true], ("epsilon", LlamaShape.Epsilon));
                return (results[0], results[3]);
            }

            string Product(string rows, string name, params (string Tensor, int Outputs)[] maps) => ProductOf(rows, name, shape.Width, maps);

            string ProductOf(string rows, string name, int inputs, params (string Tensor, int Outputs)[] maps)
            {
                if (format != "float32")
                    return BlocksOf(rows, name, inputs, maps);
                int outputs = maps.Sum(map => map.Outputs), column = 0;
                var transposed = new float[(long)inputs * outputs];
                foreach ((string tensor, int own) in maps)
                {
                    float[] values = LlamaShape.ValuesOf(tensor, [own, inputs]);
                    int first = column;
                    Parallel.For(0, inputs, input =>
                    {
                        for (int output = 0; output < own; output++)
                            transposed[((long)input * outputs) + first + output] = values[((long)output * inputs) + input];
                    });
                    column += own;
                }

                return graph.Node("MatMul", [rows, Put(name, [inputs, outputs], transposed)]);
            }

            // Rows become whole numbers of eight bits as they are multiplied.
            string BlocksOf(string rows, string name, int inputs, (string Tensor, int Outputs)[] maps)
            {
                int bits = format == "int8" ? 8 : 4, outputs = maps.Sum(map => map.Outputs), blocks = inputs / Blocks.Length;
                Blocks whole = Blocks.Of([.. maps.SelectMany(map => LlamaShape.ValuesOf(map.Tensor, [map.Outputs, inputs], format))], bits);
                return graph.Fused(
                    "MatMulNBits", [rows, Put(name, [outputs, blocks, Blocks.Length * bits / 8], whole.ToOnnx()), Put(name + ".scales", [outputs * blocks], Array.ConvertAll(whole.Scales, scale => (float)scale))],
                    ("K", inputs), ("N", outputs), ("bits", bits), ("block_size", Blocks.Length), ("accuracy_level", 4));
            }

            string Table(string name, int[] sizes) => Put(name, sizes, LlamaShape.ValuesOf(name, sizes, format));

            string Put<T>(string name, int[] sizes, T[] values)
                where T : unmanaged
            {
                weights.Position = (weights.Length + 4095) / 4096 * 4096;
                long offset = weights.Position;
                weights.Write(MemoryMarshal.AsBytes(values.AsSpan()));
                return graph.External<T>(name, sizes, beside, offset, (long)Marshal.SizeOf<T>() * values.Length);
            }
        }

        File.WriteAllBytes(path, graph.Model);
    }

    public override ReadOnlySpan<float> Prompt(ReadOnlySpan<int> tokens)
    {
        _alone.Position = 0;
        return _alone.Take(_session, _run, tokens);
    }

    public override ReadOnlySpan<float> Step(int token) => _alone.Take(_session, _run, [token]);

    public override void PromptTogether(ReadOnlySpan<int> tokens, int length)
    {
        var all = new int[LlamaShape.Together * length];
        for (int i = 0; i < LlamaShape.Together; i++)
            tokens.Slice(i, length).CopyTo(all.AsSpan(i * length));
        _together.Position = 0;
        _together.Take(_session, _run, all);
    }

    public override ReadOnlySpan<float> StepTogether(ReadOnlySpan<int> tokens) => _together.Take(_session, _run, tokens).AsSpan((tokens.Length - 1) * (_together.Scores / tokens.Length));

    public override void Dispose()
    {
        _alone.Dispose();
        _together.Dispose();
        _session.Dispose();
        _run.Dispose();
    }
}
