using System.Diagnostics;

namespace Attention.Bench;

/// <summary>
/// The command <c>recurrent</c>: a GRU and an LSTM of 256 states both ways over 128 rows, and one step of a decoder that attends with its state,
/// against ONNX Runtime's <c>GRU</c> and <c>LSTM</c>.
/// </summary>
/// <param name="threads">How many threads each side has.</param>
internal sealed class RecurrentCases(int threads)
{
    private const string Input = "input", Output = "output", State = "state", Token = "token", Keys = "keys", Values = "values";
    private const int Rows = 128, States = 256, Inputs = 256, Width = 512, Vocabulary = 1000;

    /// <summary>Where ONNX has the gates that PyTorch has as r, z, n and as i, f, g, o.</summary>
    private static readonly int[] s_gruGates = [1, 0, 2], s_lstmGates = [0, 3, 1, 2];

    public IEnumerable<Contest> All()
    {
        foreach ((string name, int gates) in new[] { ("GRU 256 both ways", 3), ("LSTM 256 both ways", 4) })
        {
            Dictionary<string, (int[] Shape, float[] Values)> weights = RandomCheckpoint.Values(Cells(gates, Inputs, "", "_reverse"));
            if (gates == 3)
            {
                using GruBothWays model = GruBothWays.Load(TensorFile.Of(weights), threads: threads);
                using GruBothWays.Session session = model.CreateSession();
                yield return Layer(name, weights, gates, session, rows => session.Forward(rows));
            }
            else
            {
                using LstmBothWays model = LstmBothWays.Load(TensorFile.Of(weights), threads: threads);
                using LstmBothWays.Session session = model.CreateSession();
                yield return Layer(name, weights, gates, session, rows => session.Forward(rows));
            }
        }

        yield return Step();
    }

    private delegate Attention.Dsl.Rows Forward(float[] rows);

    private static IEnumerable<(string Name, int[] Shape)> Cells(int gates, int inputs, params string[] ends) => ends.SelectMany(end => new (string, int[])[]
    {
        ($"rnn.weight_ih_l0{end}", [gates * States, inputs]), ($"rnn.weight_hh_l0{end}", [gates * States, States]), ($"rnn.bias_ih_l0{end}", [gates * States]), ($"rnn.bias_hh_l0{end}", [gates * States]),
    });

    private static float[] Random(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }

    private Contest Layer(string name, Dictionary<string, (int[] Shape, float[] Values)> weights, int gates, object session, Forward forward)
    {
        float[] rows = Random(Rows * Inputs);
        OnnxGraph Build()
        {
            var graph = new OnnxGraph("layer");
            string[] results = graph.Node("", gates == 3 ? "GRU" : "LSTM", [graph.Input<float>(Input, Rows, 1, Inputs), .. Tensors(graph, weights, gates, Inputs, "", "_reverse")], [true], Attributes(gates, "bidirectional"));
            graph.Output<float>(results[0], Output, Rows, 2, 1, States);
            return graph;
        }

        IEnumerable<Candidate> candidates = Candidate.Of("node", threads, false, Build, peer =>
        {
            OnnxBinding binding = peer.NewBinding();
            rows.CopyTo(binding.Input<float>(Input, Rows, 1, Inputs));
            binding.Output<float>(Output, Rows, 2, 1, States);
            return new OnnxPeer(peer, [binding], () => binding.Bound<float>(Output).ToArray());
        });
        double flops = 2.0 * Rows * 2 * gates * States * (Inputs + States);
        return new Contest(name, threads, flops, () => Timed(() => forward(rows)), forward(rows).ToArray(), Width, Footprint.Of(session), new Rival("", candidates));
    }

    /// <summary>The first step of a decoder whose state is zero; the maps of the rows attended to are done before, on both sides.</summary>
    private Contest Step()
    {
        Dictionary<string, (int[] Shape, float[] Values)> weights = RandomCheckpoint.Values(
        [
            ("embedding.weight", [Vocabulary, States]), ("attention.query.weight", [States, States]), ("attention.query.bias", [States]), ("attention.key.weight", [States, Width]),
            ("attention.score.weight", [1, States]), .. Cells(3, States + Width, ""), ("logits.weight", [Vocabulary, States]),
        ]);
        BahdanauStep model = BahdanauStep.Load(TensorFile.Of(weights), threads: threads);
        BahdanauStep.Session session = model.CreateSession();
        float[] source = Random(Rows * Width);
        session.Source.Forward(source);
        float[] expected = session.Target.Step([7]).ToArray();
        OnnxGraph Build()
        {
            var graph = new OnnxGraph("step");
            var tensors = new OnnxWeights(graph, weights.ToDictionary(pair => "." + pair.Key, pair => pair.Value), "");
            string state = graph.Input<float>(State, 1, 1, States), embedded = graph.Node("Gather", [tensors.Tensor("embedding.weight"), graph.Input<long>(Token, 1)]);
            string query = graph.Node("Add", [tensors.Product(graph.Node("Reshape", [state, graph.Constant<long>("row", [2], [1, States])]), "attention.query.weight"), tensors.Tensor("attention.query.bias")]);
            string scores = tensors.Product(graph.Node("Tanh", [graph.Node("Add", [graph.Input<float>(Keys, Rows, States), query])]), "attention.score.weight");
            string attended = graph.Node("Softmax", [graph.Node("Reshape", [scores, graph.Constant<long>("keys.row", [2], [1, Rows])])], ("axis", 1));
            string context = graph.Node("MatMul", [attended, graph.Input<float>(Values, Rows, Width)]);
            string x = graph.Node("Reshape", [graph.Node("Concat", [embedded, context], ("axis", 1)), graph.Constant<long>("sequence", [3], [1, 1, States + Width])]);
            string[] results = graph.Node("", "GRU", [x, .. Tensors(graph, weights, 3, States + Width, ""), "", state], [false, true], Attributes(3, "forward"));
            graph.Output<float>(results[1], "next", 1, 1, States);
            graph.Output<float>(tensors.Product(graph.Node("Reshape", [results[1], graph.Constant<long>("row", [2], [1, States])]), "logits.weight"), Output, 1, Vocabulary);
            return graph;
        }

        IEnumerable<Candidate> candidates = Candidate.Of("nodes", threads, true, Build, peer =>
        {
            OnnxBinding binding = peer.NewBinding();
            binding.Input<float>(State, 1, 1, States);
            binding.Input<long>(Token, 1)[0] = 7;
            Span<float> keys = binding.Input<float>(Keys, Rows, States);
            float[] map = weights["attention.key.weight"].Values;
            for (int i = 0; i < keys.Length; i++)
            {
                double sum = 0;
                for (int k = 0; k < Width; k++)
                    sum += (double)source[(i / States * Width) + k] * map[(i % States * Width) + k];
                keys[i] = (float)sum;
            }

            source.CopyTo(binding.Input<float>(Values, Rows, Width));
            binding.Output<float>("next", 1, 1, States);
            binding.Output<float>(Output, 1, Vocabulary);
            return new OnnxPeer(peer, [binding], () => binding.Bound<float>(Output).ToArray());
        });
        double flops = 2.0 * ((States * States) + (Rows * (States + Width)) + (3 * States * (States + Width + States)) + (States * Vocabulary));
        Action step = () => session.Target.Step([7]);
        return new Contest("Bahdanau step", threads, flops, Run, expected, Vocabulary, Footprint.Of(session), new Rival("", candidates))
        {
            RowBytes = sizeof(float) * (((long)States * States) + (3L * States * ((2 * States) + Width)) + ((long)States * Vocabulary)),
        };

        double Run()
        {
            if (session.Target.Position == session.Target.Length)
                session.Target.Reset();
            return Timed(step);
        }
    }

    private static double Timed(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static (string, object)[] Attributes(int gates, string direction) =>
        [("hidden_size", States), ("direction", direction), .. gates == 3 ? new (string, object)[] { ("linear_before_reset", 1) } : []];

    /// <summary>Weights of inputs, of states, and both biases, direction after direction, gates in ONNX's order.</summary>
    private static string[] Tensors(OnnxGraph graph, Dictionary<string, (int[] Shape, float[] Values)> weights, int gates, int inputs, params string[] ends)
    {
        float[] Of(string name, int width) => [.. ends.SelectMany(end => Ordered($"rnn.{name}_l0{end}", width))];
        IEnumerable<float> Ordered(string name, int width) =>
            (gates == 3 ? s_gruGates : s_lstmGates).SelectMany(gate => weights[name].Values.Skip(gate * States * width).Take(States * width));
        float[] biases = [.. ends.SelectMany(end => Ordered($"rnn.bias_ih_l0{end}", 1).Concat(Ordered($"rnn.bias_hh_l0{end}", 1)))];
        return
        [
            graph.Constant<float>("W", [ends.Length, gates * States, inputs], Of("weight_ih", inputs)),
            graph.Constant<float>("R", [ends.Length, gates * States, States], Of("weight_hh", States)),
            graph.Constant<float>("B", [ends.Length, 2 * gates * States], biases),
        ];
    }
}
