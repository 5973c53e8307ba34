using System.Globalization;
using System.Numerics;
using Attention.Generator.Graph;
using Attention.Generator.Weights;

namespace Attention.Tests.Reference;

/// <summary>What a call of a stage is given: tokens, with types or without, or the values of an image or of features.</summary>
internal sealed record StageInput(int[] Tokens, int[] Types, float[] Values)
{
    /// <summary>Random input of a number of tokens or rows, where the source has a choice of it.</summary>
    public static StageInput Random(StageGraph stage, int count, Random random) => stage.Source.Kind switch
    {
        SourceKind.Tokens => new(
            [.. Enumerable.Range(0, count).Select(_ => random.Next(stage.Source.Vocabulary))],
            stage.Source.Types == 0 || random.Next(3) == 0 ? [] : [.. Enumerable.Range(0, count).Select(_ => random.Next(stage.Source.Types))], []),
        SourceKind.Patches => new([], [], Floats(stage.Source.Image!.Floats, random)),
        SourceKind.Features => new([], [], Floats(count * stage.Source.Width, random)),
        _ => new([], [], []),
    };

    private static float[] Floats(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
}

/// <summary>
/// Computes a graph by the definitions of the papers, one number after the other: in double the reference, in float what
/// a plain float32 program would give.
/// </summary>
internal sealed class GraphInterpreter<T>(NamedGraph named, IReadOnlyDictionary<string, float[]> checkpoint)
    where T : IFloatingPointIeee754<T>
{
    private readonly Dictionary<int, T[]> _parameters = [];
    private Action<Attend, T[][][]>? _see;

    private ModelGraph Graph => named.Graph;

    /// <summary>Runs one stage over its tokens, and first the stages that it attends to over theirs.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="inputs">What every stage that is run is given, by name.</param>
    /// <param name="see">Told the weights of each attention, head × query × key.</param>
    /// <returns>The rows of the stage's output; one row if it is pooled.</returns>
    public T[][] Run(string stage, IReadOnlyDictionary<string, StageInput> inputs, Action<Attend, T[][][]>? see = null)
    {
        _see = see;
        var values = new Dictionary<int, T[][]>();
        StageGraph graph = Graph.Stages.First(candidate => candidate.Name == stage);
        Run(graph, inputs, values, []);
        return values[graph.Output];
    }

    private void Run(StageGraph stage, IReadOnlyDictionary<string, StageInput> inputs, Dictionary<int, T[][]> values, HashSet<int> done)
    {
        if (!done.Add(stage.Index))
            return;
        foreach (int source in stage.Operations.OfType<Attend>().Select(attend => attend.Source).Append(stage.Source.Stage).OfType<int>())
            Run(Graph.Stages.First(candidate => candidate.Index == source), inputs, values, done);
        foreach (Operation operation in stage.Operations)
            values[operation.Result] = Compute(operation, inputs[stage.Name], values);
    }

    private T[][] Compute(Operation operation, StageInput input, Dictionary<int, T[][]> values)
    {
        switch (operation)
        {
            case Embed embed:
                T[] table = Parameter(embed.Table);
                int width = Graph.Parameters[embed.Table].Columns;
                T[][] rows = [.. input.Tokens.Select(token => Each(width, i => table[(token * width) + i] * T.CreateChecked(embed.Scale)))];
                return embed.Positions is int positions ? AddTable(rows, positions) : rows;
            case CutPatches cut:
                return Patches(cut, input.Values);
            case TakeFeatures features:
                return [.. input.Values.Chunk(features.Width).Select(row => Each(row.Length, i => T.CreateChecked(row[i])))];
            case CopyRows copy:
                return values[copy.Input];
            case Prepend prepend:
                return [Parameter(prepend.Token), .. values[prepend.Input]];
            case AddTypes add:
                T[] types = Parameter(add.Table);
                return [.. values[add.Input].Select((row, r) => Each(row.Length, i => row[i] + types[((input.Types.Length > 0 ? input.Types[r] : 0) * row.Length) + i]))];
            case AddPositions add:
                return AddTable(values[add.Input], add.Table);
            case Normalize normalize:
                return [.. values[normalize.Input].Select(row => LayerNorm(row, Parameter(normalize.Weight), normalize.Bias is int bias ? Parameter(bias) : null, T.CreateChecked(normalize.Epsilon)))];
            case Project project:
                T[][] result = [.. values[project.Input].Select(row => Linear(row, project))];
                result = [.. result.Select(row => Each(row.Length, i => Activate(row[i], project.Activation)))];
                return project.Residual is int residual ? Sum(values[residual], result) : result;
            case AddBias add:
                return [.. values[add.Input].Select(row => Each(row.Length, i => row[i] + Parameter(add.Bias)[i]))];
            case Activate activate:
                return [.. values[activate.Input].Select(row => Each(row.Length, i => Activate(row[i], activate.Activation)))];
            case Add add:
                return Sum(values[add.Residual], values[add.Input]);
            case Attend attend:
                return Attention(attend, values[attend.Query.Value], values[attend.Key.Value], values[attend.Value.Value]);
            case Pool pool:
                T[][] all = values[pool.Input];
                return [Each(all[0].Length, i => pool.Kind switch
                {
                    PoolingKind.First => all[0][i],
                    PoolingKind.Max => all.Select(row => row[i]).Aggregate(T.Max),
                    _ => all.Select(row => row[i]).Aggregate((a, b) => a + b) / T.CreateChecked(all.Length),
                })];
            case L2Normalize normalize:
                return [.. values[normalize.Input].Select(row =>
                {
                    T norm = T.Max(T.Sqrt(row.Select(x => x * x).Aggregate((a, b) => a + b)), T.CreateChecked(1e-12));
                    return Each(row.Length, i => row[i] / norm);
                })];
            default:
                throw new NotSupportedException(operation.ToString());
        }
    }

    private T[][] Patches(CutPatches cut, float[] image)
    {
        PatchGrid grid = cut.Grid;
        Project map = Graph.Stages.SelectMany(stage => stage.Operations).OfType<Project>().First(project => project.Input == cut.Result);
        bool channelsLast = named.Bindings[map.Weights[0]].ChannelsLast;
        int across = grid.Size / grid.Patch;
        return [.. Enumerable.Range(0, across * across).Select(patch =>
        {
            var row = new T[grid.PatchFloats];
            for (int y = 0; y < grid.Patch; y++)
            {
                for (int x = 0; x < grid.Patch; x++)
                {
                    for (int c = 0; c < grid.Channels; c++)
                    {
                        (int imageY, int imageX) = ((patch / across * grid.Patch) + y, (patch % across * grid.Patch) + x);
                        float value = grid.ChannelsLast ? image[(((imageY * grid.Size) + imageX) * grid.Channels) + c] : image[(((c * grid.Size) + imageY) * grid.Size) + imageX];
                        row[channelsLast ? (((y * grid.Patch) + x) * grid.Channels) + c : (((c * grid.Patch) + y) * grid.Patch) + x] = T.CreateChecked(value);
                    }
                }
            }

            return row;
        })];
    }

    private T[][] AddTable(T[][] rows, int table)
    {
        T[] positions = Parameter(table);
        return [.. rows.Select((row, p) => Each(row.Length, i => row[i] + positions[(p * row.Length) + i]))];
    }

    private static T[][] Sum(T[][] a, T[][] b) => [.. a.Zip(b, (x, y) => Each(x.Length, i => x[i] + y[i]))];

    private T[] Linear(T[] row, Project project) => [.. project.Weights.SelectMany((id, piece) =>
    {
        Parameter weight = Graph.Parameters[id];
        T[] w = Parameter(id);
        T[]? bias = project.Biases[piece] is int b ? Parameter(b) : null;
        return Each(weight.Rows, output =>
        {
            T sum = T.Zero;
            for (int i = 0; i < weight.Columns; i++)
                sum += row[i] * w[(output * weight.Columns) + i];
            return bias is null ? sum : sum + bias[output];
        });
    })];

    private static T[] LayerNorm(T[] row, T[] weight, T[]? bias, T epsilon)
    {
        T count = T.CreateChecked(row.Length);
        T mean = row.Aggregate((a, b) => a + b) / count;
        T variance = row.Select(x => (x - mean) * (x - mean)).Aggregate((a, b) => a + b) / count;
        T scale = T.One / T.Sqrt(variance + epsilon);
        return Each(row.Length, i => ((row[i] - mean) * scale * weight[i]) + (bias is null ? T.Zero : bias[i]));
    }

    private T[][] Attention(Attend attend, T[][] queries, T[][] keys, T[][] values)
    {
        T scale = T.CreateChecked(attend.Scale);
        var seenWeights = new T[attend.Heads][][];
        for (int head = 0; head < attend.Heads; head++)
            seenWeights[head] = new T[queries.Length][];
        T[][] result = [.. queries.Select((query, p) =>
        {
            var context = new T[attend.Heads * attend.HeadWidth];
            int seen = attend.Causal ? p + 1 : keys.Length;
            for (int head = 0; head < attend.Heads; head++)
            {
                int start = head * attend.HeadWidth;
                T[] scores = Each(seen, k =>
                {
                    T sum = T.Zero;
                    for (int i = 0; i < attend.HeadWidth; i++)
                        sum += query[attend.Query.Column + start + i] * keys[k][attend.Key.Column + start + i];
                    return sum * scale;
                });
                T largest = scores.Aggregate(T.Max);
                T[] weights = Each(seen, k => T.Exp(scores[k] - largest));
                T total = weights.Aggregate((a, b) => a + b);
                seenWeights[head][p] = Each(keys.Length, k => k < seen ? weights[k] / total : T.Zero);
                for (int i = 0; i < attend.HeadWidth; i++)
                {
                    T sum = T.Zero;
                    for (int k = 0; k < seen; k++)
                        sum += weights[k] / total * values[k][attend.Value.Column + start + i];
                    context[start + i] = sum;
                }
            }

            return context;
        })];
        _see?.Invoke(attend, seenWeights);
        return result;
    }

    private static T Activate(T x, Activation activation)
    {
        double wide = double.CreateChecked(x);
        return activation switch
        {
            Activation.Identity => x,
            Activation.Relu => T.Max(x, T.Zero),
            Activation.Gelu => T.CreateChecked(wide * NormalDistribution.Upper(-wide)),
            Activation.GeluTanh => T.CreateChecked(wide / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (wide + (0.044715 * wide * wide * wide))))),
            Activation.Silu => T.CreateChecked(wide / (1 + Math.Exp(-wide))),
            Activation.Tanh => T.CreateChecked(Math.Tanh(wide)),
            _ => throw new NotSupportedException(activation.ToString()),
        };
    }

    private T[] Parameter(int id)
    {
        if (!_parameters.TryGetValue(id, out T[]? values))
        {
            Parameter parameter = Graph.Parameters[id];
            values = parameter.Role is ParameterRole.SinusoidalPositions or ParameterRole.SinusoidalHalves
                ? Sinusoids(parameter.Rows, parameter.Columns, parameter.Role == ParameterRole.SinusoidalHalves) : Stored(parameter);
            _parameters.Add(id, values);
        }

        return values;
    }

    private T[] Stored(Parameter parameter)
    {
        TensorBinding binding = named.Bindings[parameter.Id];
        float[] tensor = checkpoint[binding.Template!.Replace("{layer}", parameter.Layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)];
        return Each(parameter.Rows * parameter.Columns, i => T.CreateChecked(binding.Transposed
            ? tensor[(i % parameter.Columns * binding.Rows) + binding.First + (i / parameter.Columns)]
            : tensor[(binding.First * parameter.Columns) + i]));
    }

    private static T[] Sinusoids(int length, int width, bool halves) => Each(length * width, i =>
    {
        (int position, int place) = (i / width, i % width);
        int sines = (width + 1) / 2, channel = !halves ? place : place < sines ? 2 * place : (2 * (place - sines)) + 1;
        double angle = position / Math.Pow(10000, (channel - (channel % 2)) / (double)width);
        return T.CreateChecked(channel % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
    });

    private static T[] Each(int count, Func<int, T> element)
    {
        var result = new T[count];
        for (int i = 0; i < count; i++)
            result[i] = element(i);
        return result;
    }
}
