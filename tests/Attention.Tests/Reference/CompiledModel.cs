using System.Reflection;
using Attention.Dsl;
using Attention.Generator;
using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Parts;
using Attention.Generator.Passes;
using Attention.Generator.Reading;
using Attention.Generator.Weights;
using Attention.Runtime;
using Attention.Tests.Generator;
using WeightFormat = Attention.Dsl.WeightFormat;
using Xunit;

namespace Attention.Tests.Reference;

/// <summary>Takes tokens, writes rows.</summary>
internal delegate void DecoderForward(ReadOnlySpan<int> tokens, Span<float> rows);

/// <summary>Takes tokens, and what else the stage takes, and writes the logits of the rows named.</summary>
internal delegate void ScorerForward(ReadOnlySpan<int> tokens, ReadOnlySpan<int> rows, Span<float> logits);

internal delegate void TypedScorerForward(ReadOnlySpan<int> tokens, ReadOnlySpan<int> more, ReadOnlySpan<int> rows, Span<float> logits);

/// <summary>Takes what a stage takes, gives rows.</summary>
internal delegate Rows RowsOfTyped(ReadOnlySpan<int> tokens, ReadOnlySpan<int> types);

internal delegate ReadOnlySpan<float> VectorOfTyped(ReadOnlySpan<int> tokens, ReadOnlySpan<int> types);

internal delegate Rows RowsOfFloats(ReadOnlySpan<float> values);

internal delegate ReadOnlySpan<float> VectorOfFloats(ReadOnlySpan<float> values);

internal delegate Rows RowsOfNothing();

/// <summary><c>ForwardBatch</c> of a stage with token types.</summary>
internal delegate Rows BatchOfTyped(ReadOnlySpan<int> tokens, ReadOnlySpan<int> lengths, ReadOnlySpan<int> types);

/// <summary><c>ForwardBatch</c> of a stage that takes rows.</summary>
internal delegate Rows BatchOfRows(ReadOnlySpan<float> features, ReadOnlySpan<int> lengths);

internal delegate ReadOnlySpan<float> VectorOfNothing();

/// <summary><c>Forward</c> and <c>ForwardBatch</c> of a stage that is given labels.</summary>
internal delegate Rows RowsOfLabelled(ReadOnlySpan<float> values, ReadOnlySpan<int> labels);

internal delegate ReadOnlySpan<float> VectorOfLabelled(ReadOnlySpan<float> values, ReadOnlySpan<int> labels);

internal delegate Rows BatchOfLabelled(ReadOnlySpan<float> values, ReadOnlySpan<int> lengths, ReadOnlySpan<int> labels);

internal delegate AttentionWeights WeightsProperty();

/// <summary>A model declared in source text, compiled in memory, with a random checkpoint and its float64 reference.</summary>
internal sealed class CompiledModel
{
    private readonly Type _type;
    private readonly NamedGraph _named;
    private readonly byte[] _checkpoint;

    private CompiledModel(Type type, NamedGraph named, int declared, int seed, WeightFormat format)
    {
        _type = type;
        Stages = [.. named.Graph.Stages.Where(stage => stage.Index < declared)];
        _named = named;
        RandomCheckpoint checkpoint = RandomCheckpoint.Of(named, seed);
        _checkpoint = checkpoint.ToFile();
        IReadOnlyDictionary<string, float[]> weights = RoundedWeights.Of(named, checkpoint.Values, format);
        Wide = new GraphInterpreter<double>(named, weights, OwnOf, OwnBiasOf, OwnBlocksOf) { Exact = checkpoint.Values };
        Plain = new GraphInterpreter<float>(named, weights, OwnOf, OwnBiasOf, OwnBlocksOf) { Exact = checkpoint.Values };
        OtherPlain = [.. new[] { SumOrder.Backwards, SumOrder.EveryOther }.Select(order => new GraphInterpreter<float>(named, weights, OwnOf, OwnBiasOf, OwnBlocksOf) { Order = order, Exact = checkpoint.Values })];
        Quantized = new GraphInterpreter<double>(QuantizePass.Run(CachePass.Run(FusionPass.Run(named))), weights, OwnOf, OwnBiasOf, OwnBlocksOf);
        Fused = new GraphInterpreter<double>(CachePass.Run(FusionPass.Run(named)), weights, OwnOf, OwnBiasOf, OwnBlocksOf) { Exact = checkpoint.Values };
    }

    public string Name => _type.Name;

    /// <summary>The model's class.</summary>
    public Type Type => _type;

    /// <summary>A method of the declaration's that says what rows see.</summary>
    private Func<int, int, bool> OwnOf(OwnPattern pattern) => MethodOf(pattern.Stage, pattern.Method, 2).CreateDelegate<Func<int, int, bool>>();

    /// <summary>A method of the declaration's that says what is added to scores, of head, query and key.</summary>
    private Func<int, int, int, float> OwnBiasOf(OwnBias bias)
    {
        if (bias.OfPairs)
            return MethodOf(bias.Stage, bias.Method, 3).CreateDelegate<Func<int, int, int, float>>();
        Func<int, int, float> ofDistance = MethodOf(bias.Stage, bias.Method, 2).CreateDelegate<Func<int, int, float>>();
        return (head, query, key) => ofDistance(head, query - key);
    }

    /// <summary>A method of the declaration's that says random blocks.</summary>
    private Func<int, int, int, int, int, int> OwnBlocksOf(OwnBlocks blocks) => MethodOf(blocks.Stage, blocks.Method, 5).CreateDelegate<Func<int, int, int, int, int, int>>();

    private MethodInfo MethodOf(int stage, string method, int parameters) =>
        (_type.GetNestedType(Stages.First(candidate => candidate.Index == stage).Name, BindingFlags.Public | BindingFlags.NonPublic) ?? _type)
        .GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public, [.. Enumerable.Repeat(typeof(int), parameters)])!;

    /// <summary>The graph as it is built, with what stages are behind exchanges.</summary>
    public ModelGraph Graph => _named.Graph;

    /// <summary>The random checkpoint as a file.</summary>
    public byte[] Checkpoint => [.. _checkpoint];

    /// <summary>The reference.</summary>
    public GraphInterpreter<double> Wide { get; }

    /// <summary>What a plain float32 program gives.</summary>
    public GraphInterpreter<float> Plain { get; }

    /// <summary>Others, which sum in another order.</summary>
    public IReadOnlyList<GraphInterpreter<float>> OtherPlain { get; }

    /// <summary>The reference of the rewritten graph.</summary>
    public GraphInterpreter<double> Fused { get; }

    /// <summary>The reference with products of whole numbers where the model has them.</summary>
    public GraphInterpreter<double> Quantized { get; }

    /// <summary>The stages that the declaration names, without what they are behind exchanges.</summary>
    public IReadOnlyList<StageGraph> Stages { get; }

    /// <summary>
    /// Compiles the bodies of model classes, by name, in one go; nothing may be said of them, not even a warning. A body of
    /// attributes only makes the model a stage itself, and one with the model's own attribute is all of the class.
    /// </summary>
    public static Dictionary<string, CompiledModel> Compile(params (string Name, string Body)[] models) => Compile(WeightFormat.Float32, models);

    /// <summary>The same with weights stored in another format.</summary>
    public static Dictionary<string, CompiledModel> Compile(WeightFormat format, params (string Name, string Body)[] models) => Compile(format, null, models);

    /// <summary>The same with the kernels of one instruction set's text only, which <paramref name="only"/> gives by a model's name; null for all.</summary>
    public static Dictionary<string, CompiledModel> Compile(WeightFormat format, Func<string, InstructionSet>? only, params (string Name, string Body)[] models)
    {
        string attribute = format == WeightFormat.Float32 ? "[AttentionModel]" : $"[AttentionModel(Weights = WeightFormat.{format})]";
        string source = "using Attention.Dsl;\n" + string.Join("\n", models.Select(model =>
            model.Body.Contains("[AttentionModel", StringComparison.Ordinal) ? model.Body
            : model.Body.Contains("partial class", StringComparison.Ordinal)
                ? $"{attribute} public sealed partial class {model.Name}\n{{\n{model.Body}\n}}"
                : $"{attribute} {model.Body} public sealed partial class {model.Name};"));
        GeneratorRun run = GeneratorRun.Of(source);
        Assert.Null(run.Result.Results[0].Exception);
        ModelDeclaration[] declarations = [.. models.Select(model => DeclarationReader.Read(run.Input.GetTypeByMetadataName(model.Name)!, default))];
        Assert.Empty(declarations.SelectMany(declaration => Pipeline.FindingsOf(declaration)).Select(finding => finding.Message));
        if (only is not null)
        {
            string[] kept = [.. models.Select(model => $".{model.Name}.{KernelClass.TextOf(only(model.Name))}")];
            run = run.WithKernels((kernels, _) => kept.Any(end => kernels.EndsWith(end, StringComparison.Ordinal)));
        }

        Assembly assembly = run.Load();
        var result = new Dictionary<string, CompiledModel>();
        foreach (ModelDeclaration declaration in declarations)
        {
            NamedGraph named = Pipeline.Name(Pipeline.Shape(Pipeline.Build(declaration))).Value!;
            result.Add(declaration.Name, new CompiledModel(assembly.GetType(declaration.Name)!, named, declaration.Stages.Count, 1 + result.Count, format));
        }

        return result;
    }

    public static CompiledModel Compile(string name, string body) => Compile((name, body))[name];

    /// <summary>Loads the random checkpoint, or another one, and opens a session.</summary>
    public CompiledSession CreateSession(InstructionSet instructionSet, SessionSettings? options = null, int threads = 1, Stream? checkpoint = null)
    {
        object model = Load(instructionSet, threads, checkpoint);
        var session = new CompiledSession(this, _type.GetMethod("CreateSession")!.Invoke(model, [options])!);
        session.Core.Work.RowBlock = RowsOfBlock;
        return session;
    }

    /// <summary>So few that rows of tests are several blocks, and enough for tiles of every height.</summary>
    private const int RowsOfBlock = 21;

    /// <summary>Loads it once for several sessions, of which the first has the settings.</summary>
    public CompiledSession[] CreateSessions(InstructionSet instructionSet, int count, SessionSettings settings, int threads = 1)
    {
        object model = Load(instructionSet, threads);
        return [.. Enumerable.Range(0, count).Select(i => new CompiledSession(this, _type.GetMethod("CreateSession")!.Invoke(model, [i == 0 ? settings : null])!))];
    }

    public object Load(InstructionSet instructionSet, int threads = 1, Stream? checkpoint = null) =>
        _type.GetMethod("Load", [typeof(Stream), typeof(InstructionSet?), typeof(int)])!.Invoke(null, [checkpoint ?? new MemoryStream(_checkpoint), instructionSet, threads])!;
}

/// <summary>A session of a compiled model, its stages behind the runtime's interfaces.</summary>
internal sealed class CompiledSession(CompiledModel model, object session)
{
    public CompiledModel Model => model;

    public SessionCore Core { get; } = (SessionCore)session.GetType().GetField("_attentionCore", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(session)!;

    public IDisposable Disposable => (IDisposable)session;

    /// <summary>A stage, which of a model that is one itself is the session.</summary>
    public object Stage(string name) => session.GetType().GetProperty(name) is { } property ? property.GetValue(session)! : session;

    public IBeamDecoder Decoder(string name) => (IBeamDecoder)Stage(name);

    /// <summary>The same behind the interface of steps of several sessions.</summary>
    public IBatchDecoder BatchDecoder(string name) => (IBatchDecoder)Stage(name);

    /// <summary>The attention weights that a property of a stage shows.</summary>
    public AttentionWeights Weights(string name, string property)
    {
        object stage = Stage(name);
        return stage.GetType().GetProperty(property)!.GetGetMethod()!.CreateDelegate<WeightsProperty>(stage)();
    }

    /// <summary>Fills everything the session owns with NaN, caches too; what matters must be written before it is read.</summary>
    public void Poison()
    {
        Core.Memory.Span.Fill(float.NaN);
        Core.Work.AllScratch.Fill(float.NaN);
        Core.BatchMemory?.Span.Fill(float.NaN);
    }

    /// <summary>Runs a stage: its rows one after the other, one row if it is pooled.</summary>
    public float[] Forward(string name, StageInput input)
    {
        object stage = Stage(name);
        if (stage is IDecoder decoder)
        {
            var rows = new float[input.Tokens.Length * decoder.Width];
            Array.Fill(rows, float.NaN);
            Of<DecoderForward>()(input.Tokens, rows);
            return rows;
        }

        StageGraph graph = model.Stages.First(candidate => candidate.Name == name);
        if (graph.ScoresRows)
            return Score(name, input, []);
        if (graph.Source is CallSource { TakesLabels: true })
        {
            return (graph.Source is TokenSource, graph.IsPooled) switch
            {
                (true, false) => Of<RowsOfTyped>()(input.Tokens, input.Labels).ToArray(),
                (true, true) => Of<VectorOfTyped>()(input.Tokens, input.Labels).ToArray(),
                (false, false) => Of<RowsOfLabelled>()(input.Values, input.Labels).ToArray(),
                (false, true) => Of<VectorOfLabelled>()(input.Values, input.Labels).ToArray(),
            };
        }

        return (graph.Source, input.Types.Length > 0, graph.IsPooled) switch
        {
            (TokenSource, true, false) => Of<RowsOfTyped>()(input.Tokens, input.Types).ToArray(),
            (TokenSource, true, true) => Of<VectorOfTyped>()(input.Tokens, input.Types).ToArray(),
            (TokenSource, false, false) => ((IEncoder)stage).Forward(input.Tokens).ToArray(),
            (TokenSource, false, true) => ((IVectorEncoder)stage).Forward(input.Tokens).ToArray(),
            (RowSource or QuerySource, _, false) => Of<RowsOfNothing>()().ToArray(),
            (RowSource or QuerySource, _, true) => Of<VectorOfNothing>()().ToArray(),
            (_, _, false) => Of<RowsOfFloats>()(input.Values).ToArray(),
            _ => Of<VectorOfFloats>()(input.Values).ToArray(),
        };

        T Of<T>()
            where T : Delegate => Method<T>(stage, "Forward")!;
    }

    /// <summary>Runs a stage that scores rows: the logits of those named, of all where none is.</summary>
    public float[] Score(string name, StageInput input, int[] rows)
    {
        object stage = Stage(name);
        var source = (TokenSource)model.Stages.First(candidate => candidate.Name == name).Source;
        var logits = new float[(rows.Length == 0 ? input.Tokens.Length : rows.Length) * source.Size];
        Array.Fill(logits, float.NaN);
        if (source.TakesLabels || input.Types.Length > 0)
            Method<TypedScorerForward>(stage, "Forward")!(input.Tokens, source.TakesLabels ? input.Labels : input.Types, rows, logits);
        else
            ((IRowScorer)stage).Forward(input.Tokens, rows, logits);
        return logits;
    }

    /// <summary>Asserts that rows have the same bits whichever are named, some of them twice.</summary>
    private void CheckPicked(StageGraph stage, StageInput input, float[] logits)
    {
        var random = new Random(input.Tokens.Length);
        int[] rows = [.. Enumerable.Range(0, random.Next(1, stage.Length + 1)).Select(_ => random.Next(input.Tokens.Length))];
        int width = logits.Length / input.Tokens.Length;
        Assert.Equal(
            rows.SelectMany(row => logits.AsSpan(row * width, width).ToArray()).Select(BitConverter.SingleToInt32Bits),
            Score(stage.Name, input, rows).Select(BitConverter.SingleToInt32Bits));
    }

    private static float[]? ArrayOf<T>(T? batch, Func<T, float[]> run) => batch is null ? null : run(batch);

    private static T? Method<T>(object stage, string name)
        where T : Delegate =>
        stage.GetType().GetMethod(name, [.. typeof(T).GetMethod("Invoke")!.GetParameters().Select(parameter => parameter.ParameterType)])?.CreateDelegate<T>(stage);

    /// <summary>Runs a stage over several inputs in one call: what it gives, all rows one after the other. Null for a stage that takes no batches.</summary>
    public float[]? ForwardBatch(string name, IReadOnlyList<StageInput> inputs)
    {
        object stage = Stage(name);
        StageGraph graph = model.Stages.First(candidate => candidate.Name == name);
        int[] tokens = [.. inputs.SelectMany(input => input.Tokens)];
        float[] values = [.. inputs.SelectMany(input => input.Values)];
        int[] labels = [.. inputs.SelectMany(input => input.Labels)];
        if (labels.Length > 0)
        {
            return graph.Source is FeatureSource rows
                ? ArrayOf(Method<BatchOfLabelled>(stage, "ForwardBatch"), batch => batch(values, [.. inputs.Select(input => input.Values.Length / rows.Width)], labels).ToArray())
                : ArrayOf(Method<BatchOfTyped>(stage, "ForwardBatch"), batch => batch(tokens, [.. inputs.Select(input => input.Tokens.Length)], labels).ToArray());
        }

        return graph.Source switch
        {
            TokenSource when inputs[0].Types.Length > 0 => (stage as ITypedBatchEncoder)?.ForwardBatch(tokens, [.. inputs.Select(input => input.Tokens.Length)], [.. inputs.SelectMany(input => input.Types)]).ToArray(),
            TokenSource => (stage as IBatchEncoder)?.ForwardBatch(tokens, [.. inputs.Select(input => input.Tokens.Length)]).ToArray(),
            FeatureSource features => Method<BatchOfRows>(stage, "ForwardBatch")?.Invoke(values, [.. inputs.Select(input => input.Values.Length / features.Width)]).ToArray(),
            ImageSource => Method<RowsOfFloats>(stage, "ForwardBatch")?.Invoke(values).ToArray(),
            _ => null,
        };
    }

    /// <summary>How near a choice must come to another for float32 not to be asked which is made.</summary>
    private const double Thread = 1e-5;

    /// <summary>Runs all stages in the order they need each other, over poisoned memory, and holds each output against the reference, and the attention weights that the session keeps.</summary>
    /// <param name="inputs">What each stage is given.</param>
    /// <param name="hangs">Told of a stage where a choice hangs by a thread, which is not compared then; where it is null all are.</param>
    /// <param name="known">What the reference has made of these inputs before, by the stage's name.</param>
    /// <returns>The largest error of a row, in units of what is allowed.</returns>
    public double Check(IReadOnlyDictionary<string, StageInput> inputs, Action? hangs = null, Func<string, ReferenceRun>? known = null)
    {
        Poison();
        double worst = 0;
        foreach (StageGraph stage in model.Stages)
        {
            string what = $"{model.Name}.{stage.Name} on {Core.InstructionSet}, {inputs[stage.Name].Tokens.Length} tokens";
            float[] found = Forward(stage.Name, inputs[stage.Name]);
            if (stage.ScoresRows)
                CheckPicked(stage, inputs[stage.Name], found);
            ReferenceRun run = known?.Invoke(stage.Name) ?? new ReferenceRun(model, stage.Name, inputs);
            if (hangs is not null && run.Closest < Thread)
            {
                hangs();
                continue;
            }

            worst = Math.Max(worst, NumericContract.Check(found, run.Rows, run.Plain.Rows, what, run.Others.Select(other => other.Rows)));
            if (Core.CapturesAttention)
                worst = Math.Max(worst, CheckWeights(stage, run, what));
        }

        return worst;
    }

    /// <summary>
    /// Holds the attention weights of a stage's last pass against the reference, all that it keeps. Those of a head are one row: a query may see so few keys that by chance
    /// the plain program's rounding is a fraction of any other's.
    /// </summary>
    private double CheckWeights(StageGraph stage, ReferenceRun run, string what)
    {
        double worst = 0;
        foreach ((string property, Operation[] layers) in KeptWeights<double>.Properties(stage))
        {
            AttentionWeights weights = Weights(stage.Name, property);
            Assert.Equal(layers.Length, weights.Layers);
            for (int layer = 0; layer < layers.Length; layer++)
            {
                for (int head = 0; head < weights.Heads; head++)
                {
                    float[] found = [.. Enumerable.Range(0, weights.Queries).SelectMany(query => Weights(stage.Name, property)[layer, head, query].ToArray())];
                    double[] expected = [.. run.Weights[layers[layer]][head].SelectMany(row => row)];
                    Assert.All(expected.Zip(found).Where(pair => pair.First == 0), pair => Assert.Equal(0f, pair.Second));
                    worst = Math.Max(worst, NumericContract.Check(found, [expected], All(run.Plain.Weights), $"{what}, {property} of layer {layer}, head {head}", run.Others.Select(other => All(other.Weights))));

                    float[][] All(KeptWeights<float> kept) => [[.. kept[layers[layer]][head].SelectMany(row => row)]];
                }
            }
        }

        return worst;
    }
}

/// <summary>
/// The numeric contract: a row's error is at most 1e-5 of its norm, or three times that of a plain float32 program. One such program may round well by chance:
/// where it alone says that a row is off, others that sum in another order are asked too.
/// </summary>
internal static class NumericContract
{
    public static double Check(float[] actual, double[][] expected, float[][] plain, string what, IEnumerable<float[][]>? others = null)
    {
        int width = expected[0].Length;
        Assert.True(actual.Length == expected.Length * width, $"{what}: {actual.Length} floats instead of {expected.Length} × {width}");
        double worst = 0;
        for (int row = 0; row < expected.Length; row++)
        {
            RowError error = RowError.Of<double>(expected[row], actual.AsSpan(row * width, width));
            double allowed = Math.Max(1e-5 * error.Norm, 3 * RowError.Of<double>(expected[row], plain[row]).Distance);
            if (error.Distance > allowed)
            {
                double[] plainly = [RowError.Of<double>(expected[row], plain[row]).Distance, .. (others ?? []).Select(other => RowError.Of<double>(expected[row], other[row]).Distance)];
                allowed = Math.Max(allowed, 3 * plainly.Max());
            }

            Assert.True(double.IsFinite(allowed), $"{what}: row {row} of norm {error.Norm:G6} says nothing, since {allowed:G3} is allowed");
            Assert.True(error.Distance <= allowed, $"{what}: row {row} of norm {error.Norm:G6} is off by {error.Distance:G3}, allowed {allowed:G3}");
            if (allowed > 0)
                worst = Math.Max(worst, error.Distance / allowed);
        }

        return worst;
    }
}
