using System.Globalization;
using System.Numerics;
using Attention.Generator.Graph;
using Attention.Generator.Weights;

namespace Attention.Tests.Reference;

/// <summary>
/// Computes a graph by the definitions of the papers, one number after the other: in double the reference, in float what
/// a plain float32 program would give.
/// </summary>
internal sealed class GraphInterpreter<T>(NamedGraph named, IReadOnlyDictionary<string, float[]> checkpoint)
    where T : IFloatingPointIeee754<T>
{
    private readonly Dictionary<int, T[]> _parameters = [];

    private ModelGraph Graph => named.Graph;

    /// <summary>Runs one stage over its tokens, and first the stages that it attends to over theirs.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="tokens">The tokens of every stage that is run, by name.</param>
    /// <returns>The rows of the stage's output; one row if it is pooled.</returns>
    public T[][] Run(string stage, IReadOnlyDictionary<string, int[]> tokens)
    {
        var values = new Dictionary<int, T[][]>();
        StageGraph graph = Graph.Stages.First(candidate => candidate.Name == stage);
        Run(graph, tokens, values, []);
        return values[graph.Output];
    }

    private void Run(StageGraph stage, IReadOnlyDictionary<string, int[]> tokens, Dictionary<int, T[][]> values, HashSet<int> done)
    {
        if (!done.Add(stage.Index))
            return;
        foreach (Attend attend in stage.Operations.OfType<Attend>().Where(attend => attend.Source is not null))
            Run(Graph.Stages.First(candidate => candidate.Index == attend.Source), tokens, values, done);
        foreach (Operation operation in stage.Operations)
            values[operation.Result] = Compute(operation, tokens[stage.Name], values);
    }

    private T[][] Compute(Operation operation, int[] tokens, Dictionary<int, T[][]> values)
    {
        switch (operation)
        {
            case Embed embed:
                T[] table = Parameter(embed.Table);
                int width = Graph.Parameters[embed.Table].Columns;
                T[][] rows = [.. tokens.Select(token => Each(width, i => table[(token * width) + i] * T.CreateChecked(embed.Scale)))];
                return embed.Positions is int positions ? AddTable(rows, positions) : rows;
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

    private static T[][] Attention(Attend attend, T[][] queries, T[][] keys, T[][] values)
    {
        T scale = T.CreateChecked(attend.Scale);
        return [.. queries.Select((query, p) =>
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
            _ => throw new NotSupportedException(activation.ToString()),
        };
    }

    private T[] Parameter(int id)
    {
        if (!_parameters.TryGetValue(id, out T[]? values))
        {
            Parameter parameter = Graph.Parameters[id];
            values = parameter.Role == ParameterRole.SinusoidalPositions ? Sinusoids(parameter.Rows, parameter.Columns) : Stored(parameter);
            _parameters.Add(id, values);
        }

        return values;
    }

    private T[] Stored(Parameter parameter)
    {
        TensorBinding binding = named.Bindings[parameter.Id];
        float[] tensor = checkpoint[binding.Template!.Replace("{layer}", parameter.Layer.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)];
        return Each(parameter.Rows * parameter.Columns, i => T.CreateChecked(tensor[(binding.First * parameter.Columns) + i]));
    }

    private static T[] Sinusoids(int length, int width) => Each(length * width, i =>
    {
        (int position, int channel) = (i / width, i % width);
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
