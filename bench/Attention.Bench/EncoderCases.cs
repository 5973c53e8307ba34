using System.Diagnostics;
using Attention.Dsl;

namespace Attention.Bench;

/// <summary>The encoders measured, one sequence at a time.</summary>
/// <param name="threads">How many threads each side has.</param>
/// <param name="isChosen">Whether the case of a name is to be measured.</param>
internal sealed class EncoderCases(int threads, Func<string, bool> isChosen)
{
    private const int Vocabulary = 1000;

    private static readonly OnnxProduct[] s_int8 = [OnnxProduct.DynamicQuantize, OnnxProduct.EightBits];

    private delegate Rows Forward(int[] tokens);

    private enum Stem
    {
        Plain,
        Normed,
    }

    /// <summary>The sizes of MiniLM-L6.</summary>
    public static EncoderShape MiniLM { get; } = new(6, 384, 12, 1536) { Epsilon = 1e-12f };

    /// <summary>The weights of an encoder of tokens.</summary>
    public static Dictionary<string, (int[] Shape, float[] Values)> Weights(EncoderShape shape, int most, bool normed = true) =>
        RandomCheckpoint.Values(RandomCheckpoint.Encoder(shape.Layers, shape.Width, shape.Hidden, Vocabulary, most)
            .Where(tensor => normed || !tensor.Name.Contains("embedding_norm", StringComparison.Ordinal)));

    /// <summary>Some tokens.</summary>
    public static int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(i => (int)(i * 7919L % Vocabulary))];

    public IEnumerable<Contest> All() =>
        Text("MiniLM", MiniLM, 512, [1, 7, 16, 32, 64, 128, 256, 512], Stem.Normed, Models.Sentence, model => model.CreateSession(), session => tokens => session.Text.Forward(tokens))
        .Concat(Text("MiniLM int8", MiniLM, 512, [7, 16, 32, 128, 256, 512], Stem.Normed, Models.IntegerSentence, model => model.CreateSession(), session => tokens => session.Text.Forward(tokens), s_int8))
        .Concat(Image())
        .Concat(Text("base", new EncoderShape(6, 512, 8, 2048) { Activation = Activation.Relu }, 64, [64], Stem.Plain, Models.Base, model => model.CreateSession(), session => tokens => session.Text.Forward(tokens)))
        .Concat(Text("awkward", new EncoderShape(6, 200, 5, 776), 77, [77], Stem.Normed, Models.Awkward, model => model.CreateSession(), session => tokens => session.Text.Forward(tokens)))
        .Concat(Text("BERT-base", new EncoderShape(12, 768, 12, 3072) { Epsilon = 1e-12f }, 128, [128], Stem.Normed, Models.Bert, model => model.CreateSession(), session => tokens => session.Text.Forward(tokens)))
        .Concat(Text("BERT-base int8", new EncoderShape(12, 768, 12, 3072) { Epsilon = 1e-12f }, 128, [128], Stem.Normed, Models.IntegerBert, model => model.CreateSession(), session => tokens => session.Text.Forward(tokens), s_int8))
        .Concat(Text("long", new EncoderShape(2, 384, 12, 1536) { Epsilon = 1e-12f }, 8192, [128, 512, 2048, 8192], Stem.Normed, Models.Long, model => model.CreateSession(), session => tokens => session.Text.Forward(tokens)));

    private IEnumerable<Contest> Text<TModel, TSession>(
        string name, EncoderShape shape, int most, int[] lengths, Stem stem, Func<Stream, int, TModel> load, Func<TModel, TSession> open, Func<TSession, Forward> bind, OnnxProduct[]? products = null)
        where TModel : IDisposable
        where TSession : IDisposable
    {
        int[] chosen = [.. lengths.Where(length => isChosen($"{name} {length}"))];
        if (chosen.Length == 0)
            yield break;
        Dictionary<string, (int[] Shape, float[] Values)> weights = Weights(shape, most, stem == Stem.Normed);
        using TModel model = load(TensorFile.Of(weights), threads);
        using TSession session = open(model);
        Forward forward = bind(session);
        foreach (int length in chosen)
        {
            int[] tokens = Tokens(length);
            yield return Case($"{name} {length}", shape, weights, length, session, () => forward(tokens), peer =>
            {
                Span<long> ids = peer.Input<long>(OnnxEncoder.Input, 1, length);
                for (int i = 0; i < length; i++)
                    ids[i] = tokens[i];
            }, products);
        }
    }

    private IEnumerable<Contest> Image()
    {
        const int length = 197;
        if (!isChosen($"DeiT-Ti {length}"))
            yield break;
        var shape = new EncoderShape(12, 192, 3, 768) { Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6f };
        Dictionary<string, (int[] Shape, float[] Values)> weights = RandomCheckpoint.Values(RandomCheckpoint.Layers(12, 192, 768).Concat(RandomCheckpoint.Norm("norm", 192)));
        using ImageEncoder model = Models.Image(TensorFile.Of(weights), threads);
        using ImageEncoder.Session session = model.CreateSession();
        var random = new Random(2);
        float[] rows = [.. Enumerable.Range(0, length * shape.Width).Select(_ => (2 * random.NextSingle()) - 1)];
        yield return Case($"DeiT-Ti {length}", shape, weights, length, session, () => session.Patches.Forward(rows), peer => rows.CopyTo(peer.Input<float>(OnnxEncoder.Input, 1, length, shape.Width)));
    }

    private Contest Case(
        string name, EncoderShape shape, Dictionary<string, (int[] Shape, float[] Values)> weights, int length, object session, Func<Rows> forward, Action<OnnxBinding> bind, OnnxProduct[]? products = null)
    {
        // Attention with its own projections takes floats only.
        var graphs = (products ?? [OnnxProduct.Float]).SelectMany(product => Enum.GetValues<OnnxAttention>().Where(attention => product == OnnxProduct.Float || attention != OnnxAttention.Fused).Select(attention => (product, attention)));
        IEnumerable<Candidate> candidates = graphs.SelectMany(graph => Candidate.Of(
            (graph.product == OnnxProduct.Float ? "" : graph.product + " ") + graph.attention, threads, length == 1, () => OnnxEncoder.Build(shape, weights, length, graph.attention, graph.product), peer =>
            {
                OnnxBinding binding = peer.NewBinding();
                bind(binding);
                binding.Output<float>(OnnxEncoder.Output, 1, length, shape.Width);
                return new OnnxPeer(peer, [binding], () => binding.Bound<float>(OnnxEncoder.Output).ToArray());
            }));
        return new Contest(name, threads, shape.Flops(length), Run, forward().ToArray(), shape.Width, Footprint.Of(session), new Rival("", candidates, products is null ? Rival.FloatTolerance : Rival.Int8Tolerance))
        {
            RowBytes = length == 1 ? shape.MatrixBytes : 0,
        };

        double Run()
        {
            long start = Stopwatch.GetTimestamp();
            forward();
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }
}
