using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Attention.Dsl;

namespace Attention.Bench;

/// <summary>
/// The command <c>peers</c>: the same encoders and weights, ours and ONNX Runtime's, in one process and in turns, on one
/// thread. Outputs are compared first. Of ONNX Runtime's graphs the fastest of a trial stands for it.
/// </summary>
/// <param name="filter">Part of the names of the cases to run; null for all.</param>
/// <param name="turns">How often each side has its turn.</param>
internal sealed class Peers(string? filter, int turns)
{
    private const double Tolerance = 1e-4;
    private const int Vocabulary = 1000;
    private const int Uncounted = 2;
    private const int LeastRuns = 20;
    private const double TurnMilliseconds = 250;

    private readonly List<Result> _results = [];
    private bool _agree = true;

    /// <summary>Runs the cases; the result is the process's exit code.</summary>
    /// <param name="json">Where the results go as a list of objects; null for nowhere.</param>
    public int Run(string? json)
    {
        // The thread that opens ONNX Runtime's first session treats denormals as zero from then on: ours keeps its own.
        using var theirs = new Worker();
        using OnnxRuntime? runtime = theirs.Do(OnnxRuntime.TryOpen);
        Console.WriteLine(runtime is null
            ? "There is no ONNX Runtime here, so only ours is measured: bench/fetch-onnxruntime fetches it."
            : $"ONNX Runtime {runtime.Version}; ratio: its time / ours, median over {turns} turns of at least {LeastRuns} runs");
        Console.WriteLine("case                    ours ms     p99  GFLOP/s    peak  of it   ort ms     p99  graph           ratio  bytes   error");

        var miniLM = new EncoderShape(6, 384, 12, 1536) { Epsilon = 1e-12f };
        Text("MiniLM", miniLM, 512, [1, 7, 16, 32, 64, 128, 256, 512], Stem.Normed, file => SentenceEncoder.Load(file), model => model.CreateSession(), session => tokens => session.Text.Forward(tokens));
        Image(theirs, runtime);
        Text("base", new EncoderShape(6, 512, 8, 2048) { Activation = Activation.Relu }, 64, [64], Stem.Plain, file => BaseEncoder.Load(file), model => model.CreateSession(), session => tokens => session.Text.Forward(tokens));
        Text("awkward", new EncoderShape(6, 200, 5, 776), 77, [77], Stem.Normed, file => AwkwardEncoder.Load(file), model => model.CreateSession(), session => tokens => session.Text.Forward(tokens));
        Text("BERT-base", new EncoderShape(12, 768, 12, 3072) { Epsilon = 1e-12f }, 128, [128], Stem.Normed, file => BertEncoder.Load(file), model => model.CreateSession(), session => tokens => session.Text.Forward(tokens));
        if (json is not null)
            File.WriteAllText(json, JsonSerializer.Serialize(_results, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true }));
        return _agree ? 0 : 1;

        void Text<TModel, TSession>(string name, EncoderShape shape, int most, int[] lengths, Stem stem, Func<Stream, TModel> load, Func<TModel, TSession> open, Func<TSession, Forward> bind)
            where TModel : IDisposable
            where TSession : IDisposable
        {
            int[] chosen = [.. lengths.Where(length => IsChosen($"{name} {length}"))];
            if (chosen.Length == 0)
                return;
            Dictionary<string, (int[] Shape, float[] Values)> weights = RandomCheckpoint.Values(RandomCheckpoint.Encoder(shape.Layers, shape.Width, shape.Hidden, Vocabulary, most)
                .Where(tensor => stem == Stem.Normed || !tensor.Name.Contains("embedding_norm", StringComparison.Ordinal)));
            using TModel model = load(RandomCheckpoint.File(weights));
            using TSession session = open(model);
            Forward forward = bind(session);
            foreach (int length in chosen)
            {
                int[] tokens = [.. Enumerable.Range(0, length).Select(i => i * 7919 % Vocabulary)];
                Compare(theirs, runtime, $"{name} {length}", shape, weights, length, () => forward(tokens), peer =>
                {
                    Span<long> ids = peer.Input<long>(OnnxEncoder.Input, 1, length);
                    for (int i = 0; i < length; i++)
                        ids[i] = tokens[i];
                });
            }
        }
    }

    private delegate Rows Forward(int[] tokens);

    private enum Stem
    {
        Plain,
        Normed,
    }

    private bool IsChosen(string name) => filter is null || name.Contains(filter, StringComparison.OrdinalIgnoreCase);

    private void Image(Worker theirs, OnnxRuntime? runtime)
    {
        const int length = 197;
        if (!IsChosen($"DeiT-Ti {length}"))
            return;
        var shape = new EncoderShape(12, 192, 3, 768) { Norm = NormPlacement.Pre, FinalNorm = true, Epsilon = 1e-6f };
        Dictionary<string, (int[] Shape, float[] Values)> weights = RandomCheckpoint.Values(RandomCheckpoint.Layers(12, 192, 768).Concat(RandomCheckpoint.Norm("norm", 192)));
        using ImageEncoder model = ImageEncoder.Load(RandomCheckpoint.File(weights));
        using ImageEncoder.Session session = model.CreateSession();
        var random = new Random(2);
        float[] rows = [.. Enumerable.Range(0, length * shape.Width).Select(_ => (2 * random.NextSingle()) - 1)];
        Compare(theirs, runtime, $"DeiT-Ti {length}", shape, weights, length, () => session.Patches.Forward(rows), peer => rows.CopyTo(peer.Input<float>(OnnxEncoder.Input, 1, length, shape.Width)));
    }

    private void Compare(
        Worker theirs, OnnxRuntime? runtime, string name, EncoderShape shape, Dictionary<string, (int[] Shape, float[] Values)> weights, int length, Func<Rows> ours, Action<OnnxSession> bind)
    {
        // Products of the projections and of attention at the true length, nothing else.
        double flops = shape.Layers * ((2.0 * length * shape.Width * ((4 * shape.Width) + (2 * shape.Hidden))) + (4.0 * length * length * shape.Width));
        float[] expected = ours().ToArray();
        (OnnxSession? peer, string graph, double error) = runtime is null ? default : Fastest(theirs, runtime, shape, weights, length, bind, expected);
        _agree &= runtime is null || error < Tolerance;
        Burst(() => ours());

        var mine = new List<double>();
        var others = new List<double>();
        var ratios = new List<double>();
        var peaks = new List<double>();
        long allocated = 0;
        for (int turn = 0; turn < turns; turn++)
        {
            peaks.Add(Peak.Measure(20));
            long before = GC.GetAllocatedBytesForCurrentThread();
            ours();
            allocated = Math.Max(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            double[] here = Burst(() => ours());
            mine.AddRange(here);
            if (peer is null)
                continue;
            double[] there = theirs.Do(() => Burst(peer.Run));
            others.AddRange(there);
            ratios.Add(At(there, 0.5) / At(here, 0.5));
            OnnxRuntime.Settle();
        }

        if (peer is not null)
            theirs.Do(() => { peer.Dispose(); return 0; });
        double median = At(mine, 0.5), peak = At(peaks, 0.5), rate = flops / median / 1e6;
        var result = new Result(
            name, 1, median, At(mine, 0.99), peer is null ? null : At(others, 0.5), peer is null ? null : At(others, 0.99), peer is null ? null : At(ratios, 0.5), graph, rate, 100 * rate / peak, allocated);
        _results.Add(result);
        Console.WriteLine($"{name,-20} {median,10:F3} {result.OursP99Ms,7:F3} {rate,8:F1} {peak,7:F1} {result.PeakPercent,5:F1}% {result.OnnxruntimeMs,8:F3} {result.OnnxruntimeP99Ms,7:F3}  {graph,-14} {result.Ratio,6:F2} {allocated,6}  {error:E1}");
    }

    /// <summary>The graph that a trial finds fastest, opened, and the largest relative error of a row over all graphs.</summary>
    private static (OnnxSession Peer, string Graph, double Error) Fastest(
        Worker theirs, OnnxRuntime runtime, EncoderShape shape, Dictionary<string, (int[] Shape, float[] Values)> weights, int length, Action<OnnxSession> bind, float[] expected) => theirs.Do(() =>
    {
        OnnxSession? best = null;
        (string name, double least, double error) = ("", double.PositiveInfinity, 0);
        foreach (OnnxAttention graph in Enum.GetValues<OnnxAttention>())
        {
            OnnxSession peer = runtime.Open(OnnxEncoder.Build(shape, weights, length, graph).Model, 1, Spinning.Off);
            bind(peer);
            peer.Output<float>(OnnxEncoder.Output, 1, length, shape.Width);
            peer.Run();
            error = Math.Max(error, LargestError(expected, peer.Bound<float>(OnnxEncoder.Output), shape.Width));
            double time = At(Burst(peer.Run), 0.5);
            (OnnxSession? loser, best) = time < least ? (best, peer) : (peer, best);
            (name, least) = time < least ? (graph.ToString(), time) : (name, least);
            loser?.Dispose();
        }

        return (best!, name, error);
    });

    /// <summary>Milliseconds of each of many runs one after the other; the first two, which the other side's data delays, do not count.</summary>
    private static double[] Burst(Action run)
    {
        var times = new List<double>();
        double sum = 0;
        for (int i = -Uncounted; i < LeastRuns || sum < TurnMilliseconds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            sum += elapsed;
            if (i >= 0)
                times.Add(elapsed);
        }

        return [.. times];
    }

    private static double At(IEnumerable<double> values, double quantile)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Min(sorted.Length - 1, (int)(quantile * sorted.Length))];
    }

    /// <summary>The largest, over the rows, of the difference's Euclidean norm by the row's own.</summary>
    private static double LargestError(ReadOnlySpan<float> rows, ReadOnlySpan<float> others, int width)
    {
        double largest = 0;
        for (int start = 0; start < rows.Length; start += width)
        {
            double difference = 0, size = 0;
            for (int i = start; i < start + width; i++)
            {
                difference += ((double)rows[i] - others[i]) * ((double)rows[i] - others[i]);
                size += (double)rows[i] * rows[i];
            }

            double error = Math.Sqrt(difference / size);
            if (!(error <= largest))
                largest = error;
        }

        return largest;
    }

    /// <summary>One case: milliseconds are medians, <c>ratio</c> the median of the turns' ratios.</summary>
    private sealed record Result(
        string Case, int Threads, double OursMs, double OursP99Ms, double? OnnxruntimeMs, double? OnnxruntimeP99Ms, double? Ratio, string? Graph, double Gflops, double PeakPercent, long AllocatedBytes);

    /// <summary>A thread of its own, on which work is done while the caller waits.</summary>
    private sealed class Worker : IDisposable
    {
        private readonly BlockingCollection<Action> _work = [];
        private readonly Thread _thread;

        public Worker()
        {
            _thread = new Thread(() =>
            {
                foreach (Action action in _work.GetConsumingEnumerable())
                    action();
            });
            _thread.Start();
        }

        public T Do<T>(Func<T> function)
        {
            var result = new TaskCompletionSource<T>();
            _work.Add(() =>
            {
                try
                {
                    result.SetResult(function());
                }
                catch (Exception e)
                {
                    result.SetException(e);
                }
            });
            return result.Task.GetAwaiter().GetResult();
        }

        public void Dispose()
        {
            _work.CompleteAdding();
            _thread.Join();
            _work.Dispose();
        }
    }
}
