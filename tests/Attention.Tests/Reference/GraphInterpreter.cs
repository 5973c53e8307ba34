using System.Globalization;
using System.Numerics;
using System.Reflection;
using Attention.Generator;
using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Parts;
using Attention.Generator.Weights;

namespace Attention.Tests.Reference;

/// <summary>What a call of a stage is given: tokens, with types or without, or the values of an image or of features.</summary>
internal sealed record StageInput(int[] Tokens, int[] Types, float[] Values)
{
    /// <summary>The label of each row, where a call gives them.</summary>
    public int[] Labels { get; init; } = [];

    /// <summary>What a stage is given that reads other stages alone.</summary>
    public static StageInput None { get; } = new([], [], []);

    /// <summary>Random input of a number of tokens or rows, where the source has a choice of it.</summary>
    public static StageInput Random(StageGraph stage, int count, Random random) => Unlabelled(stage, count, random) with
    {
        Labels = stage.Source is CallSource { TakesLabels: true } ? [.. Enumerable.Range(0, count).Select(_ => random.Next(5)).Order()] : [],
    };

    private static StageInput Unlabelled(StageGraph stage, int count, Random random) => stage.Source switch
    {
        TokenSource tokens => new(
            [.. Enumerable.Range(0, count).Select(position => TokenAt(tokens, position, random))],
            tokens.Types == 0 || random.Next(3) == 0 ? [] : [.. Enumerable.Range(0, count).Select(_ => random.Next(tokens.Types))], []),
        ImageSource image => new([], [], Floats(image.Grid.Floats, random)),
        FeatureSource features => new([], [], Floats(count * features.Width, random)),
        RowSource or QuerySource => None,
        _ => throw new InvalidOperationException("No input for " + stage.Source),
    };

    /// <summary>A random token of those that stand at a position.</summary>
    public static int TokenAt(TokenSource source, int position, Random random)
    {
        int first = 0, end = 0;
        foreach (TokenSegment kind in source.Segments)
        {
            end += kind.Rows;
            if (position < end)
                return first + random.Next(kind.Tokens);
            first += kind.Tokens;
        }

        return random.Next(source.Size);
    }

    private static float[] Floats(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
}

/// <summary>
/// Computes a graph by the definitions of the papers, one number after the other: in double the reference, in float what
/// a plain float32 program would give.
/// </summary>
/// <param name="named">The graph.</param>
/// <param name="checkpoint">The values of every tensor.</param>
/// <param name="own">The user's methods that say what rows see.</param>
/// <param name="ownBias">And those that say what is added to scores.</param>
/// <param name="ownBlocks">And those that say random blocks.</param>
internal sealed partial class GraphInterpreter<T>(NamedGraph named, IReadOnlyDictionary<string, float[]> checkpoint, Func<OwnPattern, Func<int, int, bool>> own, Func<OwnBias, Func<int, int, int, float>> ownBias, Func<OwnBlocks, Func<int, int, int, int, int, int>> ownBlocks)
    where T : IFloatingPointIeee754<T>
{
    private readonly Dictionary<int, T[]> _parameters = [];
    private Action<Operation, T[][][]>? _see;

    private ModelGraph Graph => named.Graph;

    /// <summary>
    /// How near the last run came to choosing something else, where keys, places or layers are chosen by what is computed: the least difference that decided, as a part of what
    /// was compared, at least of 1. Where two things are the same, the first is chosen however they are computed.
    /// </summary>
    public double Closest { get; private set; }

    /// <summary>In which order the terms of products are summed.</summary>
    public SumOrder Order { get; init; }

    /// <summary>The values as they are before any is rounded; null where none is.</summary>
    public IReadOnlyDictionary<string, float[]>? Exact { get; init; }

    private int Place(int term, int count) => Order switch
    {
        SumOrder.Backwards => count - 1 - term,
        SumOrder.EveryOther => 2 * term < count ? 2 * term : (2 * (term - ((count + 1) / 2))) + 1,
        _ => term,
    };

    /// <summary>Notes what decided a choice.</summary>
    private void Decide(T one, T other)
    {
        double difference = double.CreateChecked(T.Abs(one - other));
        if (difference > 0)
            Closest = Math.Min(Closest, difference / Math.Max(1, double.CreateChecked(T.Abs(other))));
    }

    /// <summary>Runs one stage over its tokens, and first the stages that it attends to over theirs.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="inputs">What every stage that is run is given, by name.</param>
    /// <param name="see">Told the weights of each attention, head × query × key.</param>
    /// <returns>The rows of the stage's output; one row if it is pooled.</returns>
    public T[][] Run(string stage, IReadOnlyDictionary<string, StageInput> inputs, Action<Operation, T[][][]>? see = null)
    {
        _see = see;
        Closest = double.PositiveInfinity;
        var values = new Dictionary<int, T[][]>();
        StageGraph graph = Graph.Stages.First(candidate => candidate.Name == stage);
        Run(graph, inputs, values, []);
        return values[graph.Output];
    }

    private void Run(StageGraph stage, IReadOnlyDictionary<string, StageInput> inputs, Dictionary<int, T[][]> values, HashSet<int> done)
    {
        if (!done.Add(stage.Index))
            return;
        StageInput given = inputs.GetValueOrDefault(stage.Name, StageInput.None);
        foreach (int source in stage.OtherStages)
            Run(Graph.Stages.First(candidate => candidate.Index == source), inputs, values, done);
        for (int i = 0; i < stage.Operations.Count;)
        {
            Operation operation = stage.Operations[i];
            Operation[] loop = [.. stage.Operations.Skip(i).TakeWhile(next => operation.Loop is not null && next.Loop == operation.Loop)];
            if (loop.Length == 0)
                values[operation.Result] = Compute(operation, new Inputs(given, values, Graph.Stages));
            else
                RowByRow(stage, loop, given, values);
            i += Math.Max(1, loop.Length);
        }
    }

    /// <summary>The operations of a loop, for one row after the other.</summary>
    private void RowByRow(StageGraph stage, Operation[] loop, StageInput given, Dictionary<int, T[][]> values)
    {
        int rows = loop.SelectMany(operation => operation.Reads).Where(read => values.ContainsKey(read) && named.Shaped[read].Rows is not One && named.Shaped[read].Rows.Stage == stage.Index).Max(read => values[read].Length);
        foreach (Operation operation in loop)
            values[operation.Result] = new T[rows][];
        Action<Operation, T[][][]>? see = _see;
        var seen = new Dictionary<Operation, List<T[][][]>>();
        _see = (attend, weights) =>
        {
            if (!seen.TryGetValue(attend, out List<T[][][]>? all))
                seen.Add(attend, all = []);
            all.Add(weights);
        };
        for (int i = 0; i < rows; i++)
        {
            int row = loop[0].Loop!.IsBackward ? rows - 1 - i : i;
            foreach (Operation operation in loop)
                values[operation.Result][row] = Compute(operation, new Inputs(given, values, Graph.Stages) { Row = row })[0];
        }

        _see = see;
        foreach ((Operation attend, List<T[][][]> all) in seen)
            see?.Invoke(attend, [.. Enumerable.Range(0, all[0].Length).Select(head => all.Select(row => row[head][0]).ToArray())]);
    }

    /// <summary>By the type of operation, the method <c>Of</c> that computes it; each has a file of its own.</summary>
    private static readonly Dictionary<Type, MethodInfo> s_methods = typeof(GraphInterpreter<T>).GetMethods(BindingFlags.Instance | BindingFlags.NonPublic)
        .Where(method => method.Name == nameof(Of)).ToDictionary(method => method.GetParameters()[0].ParameterType);

    /// <summary>The types of operation that there is a method for.</summary>
    public static IEnumerable<Type> Known => s_methods.Keys;

    private T[][] Compute(Operation operation, Inputs inputs) => s_methods.TryGetValue(operation.GetType(), out MethodInfo? method)
        ? (T[][])method.Invoke(this, BindingFlags.DoNotWrapExceptions, null, [operation, inputs], CultureInfo.InvariantCulture)!
        : throw new NotSupportedException(operation.ToString());

    /// <summary>What an operation may read: what the stage is given, and the values made before.</summary>
    private sealed record Inputs(StageInput Given, Dictionary<int, T[][]> Values, EquatableArray<StageGraph> Stages)
    {
        /// <summary>The row of a loop that is computed; null where all are.</summary>
        public int? Row { get; init; }

        /// <summary>What is read of a value: the rows, or the row that is computed.</summary>
        public T[][] this[int value] => Row is int row ? [Values[value][row]] : Values[value];

        /// <summary>How many rows another stage has made.</summary>
        public int RowsOf(int stage) => Values[Stages.First(other => other.Index == stage).Sequence].Length;

        /// <summary>A value whose rows are not those that are computed.</summary>
        public T[][] All(int value) => Values[value];
    }

    private T[] Parameter(int id)
    {
        if (!_parameters.TryGetValue(id, out T[]? values))
        {
            Parameter parameter = Graph.Parameters[id];
            values = parameter.Computed switch
            {
                Sinusoids sinusoids => Positions(parameter.Rows, parameter.Columns, sinusoids),
                AxialSum axial => Sum(parameter, Parameter(axial.Lines), Parameter(axial.Columns), Graph.Parameters[axial.Columns].Rows),
                Stack stack => [.. stack.Tables.SelectMany(Parameter)],
                Zeros => new T[parameter.Rows * parameter.Columns],
                _ => Stored(parameter, checkpoint),
            };
            _parameters.Add(id, values);
        }

        return values;
    }

    private T[] Stored(Parameter parameter, IReadOnlyDictionary<string, float[]> values)
    {
        TensorBinding binding = named.Bindings[parameter.Id];
        float[] tensor = values[binding.NamesOf(parameter.Layer)[0]];
        if (parameter.Stacked > 1 && binding.Transposed)
        {
            int each = parameter.Rows / parameter.Stacked, map = each * parameter.Columns;
            return Each(parameter.Rows * parameter.Columns, i => T.CreateChecked(tensor[(i / map * map) + (i % parameter.Columns * each) + (i % map / parameter.Columns)]));
        }

        return Each(parameter.Rows * parameter.Columns, i => T.CreateChecked(binding.Transposed
            ? tensor[((parameter.FirstColumn + (i % parameter.Columns)) * binding.Rows) + binding.RowOf(i / parameter.Columns, parameter.Rows)]
            : parameter.Tensor.IsBias ? tensor[binding.RowOf(i, parameter.Rows)]
            : tensor[(binding.RowOf(i / parameter.Columns, parameter.Rows) * parameter.AllColumns) + parameter.FirstColumn + (i % parameter.Columns)]));
    }

    private static T[] Positions(int length, int width, Sinusoids sinusoids) => Each(length * width, i =>
    {
        (int position, int place) = (sinusoids.First + (i / width), i % width);
        if (sinusoids.Kind == PositionKind.SinusoidalTimescales)
        {
            int half = width / 2;
            double turn = position / Math.Pow(10000, place % Math.Max(1, half) / (double)Math.Max(1, half - 1));
            return T.CreateChecked(place < half ? Math.Sin(turn) : place < 2 * half ? Math.Cos(turn) : 0);
        }

        int sines = (width + 1) / 2, channel = sinusoids.Kind == PositionKind.Sinusoidal ? place : place < sines ? 2 * place : (2 * (place - sines)) + 1;
        double angle = position / Math.Pow(10000, (channel - (channel % 2)) / (double)width);
        return T.CreateChecked(channel % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
    });

    private static T[] Sum(Parameter table, T[] lines, T[] columns, int each) => Each(table.Rows * table.Columns, i =>
    {
        (int row, int channel) = (i / table.Columns, i % table.Columns);
        return lines[(row / each * table.Columns) + channel] + columns[(row % each * table.Columns) + channel];
    });

    private static T[] Each(int count, Func<int, T> element)
    {
        var result = new T[count];
        for (int i = 0; i < count; i++)
            result[i] = element(i);
        return result;
    }
}

/// <summary>In which order a program sums.</summary>
internal enum SumOrder
{
    Forwards,
    Backwards,

    /// <summary>The terms of even number, then the others.</summary>
    EveryOther,
}
