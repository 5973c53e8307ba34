using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Weights;

namespace Attention.Generator.Planning;

/// <summary>
/// Plans one stage: places for values that are kept, then for the others, then the steps. What a step needs its operation
/// asks for here.
/// </summary>
internal sealed class StagePlanner(NamedGraph named, StageGraph stage, WeightPlan weights, MemoryPlan memory)
{
    private readonly PlannedOperation[] _operations = [.. stage.Operations.Select(PlannedOf)];
    private readonly Lifetimes _lives = new(
        stage, [.. named.Graph.Stages.Where(other => other.Index != stage.Index).SelectMany(other => other.Operations).SelectMany(operation => operation.Reads)], operation => IsOfBlock(named.Shaped, stage, operation));
    private readonly Dictionary<int, RowPlace> _places = [];
    private readonly List<CaptureRequest> _requests = [];
    private readonly Dictionary<int, object> _found = [];
    private readonly List<Step> _steps = [];
    private Capture[] _captures = [];
    private int? _scoreStride;
    private int _tail;
    private int _lastRow;

    private static PlannedOperation PlannedOf(Operation operation) =>
        operation as PlannedOperation ?? throw new InvalidOperationException($"{operation.GetType().Name} is in a graph that is planned; expected a pass to fold it into another operation");

    /// <summary>Whether an operation of a layer takes rows block by block where there may be many: all that it reads and makes are the stage's rows.</summary>
    private static bool IsOfBlock(ShapedGraph shapes, StageGraph stage, Operation operation) =>
        StagePlan.HasBlocks(stage) && operation is PlannedOperation { IsOfEachRow: true, Section: Section.Layer, Loop: null } && operation.Reads.Append(operation.Result).All(value => shapes[value].Rows == shapes[stage.Sequence].Rows);

    public StageGraph Stage => stage;

    public WeightPlan Weights => weights;

    public MemoryPlan Memory => memory;

    /// <summary>How the weights of products are stored.</summary>
    public WeightFormat Format => named.Graph.Weights;

    /// <summary>Behind the last buffer that depends on how many rows there is room for.</summary>
    public int End { get; private set; }

    public Shape ShapeOf(int value) => named.Shaped[value];

    public int WidthOf(int value) => ShapeOf(value).Width;

    public Parameter ParameterOf(int id) => named.Graph.Parameters[id];

    public TensorBinding BindingOf(int id) => named.Bindings[id];

    /// <summary>Another stage, by its place in the declaration.</summary>
    public StageGraph StageOf(int index) => named.Graph.Stages.First(candidate => candidate.Index == index);

    /// <summary>Where a value stands.</summary>
    public RowPlace PlaceOf(int value) => _places.TryGetValue(value, out RowPlace rows) ? rows : PlaceOfOther(value);

    /// <summary>Told by the planner of the model: where values of other stages stand.</summary>
    public Func<int, RowPlace> PlaceOfOther { get; set; } = value => throw new InvalidOperationException("No place for value " + value.ToString(CultureInfo.InvariantCulture));

    public bool HasPlace(int value) => _places.ContainsKey(value);

    /// <summary>Where some columns of a value stand.</summary>
    public RowPlace PlaceOf(Slice slice)
    {
        RowPlace rows = PlaceOf(slice.Value);
        return rows with { Inner = rows.Inner + slice.Column };
    }

    /// <summary>The distance of two rows of scores in this stage.</summary>
    public int ScoreStride => _scoreStride ??= Padding.Stride(_operations.Max(operation => operation.ScoredKeys(this)));

    /// <summary>Whether the result is a product that writes into the caller's memory.</summary>
    public bool WritesToCaller => (stage.IsDecoder || stage.HasLogits) && !stage.IsPooled && stage.Output != stage.Sequence
        && _operations.Last(operation => operation.Result == stage.Output).CanWriteToCaller;

    /// <summary>Whether an operation's result is what the caller takes.</summary>
    public bool IsToCaller(int value) => value == stage.Output && WritesToCaller;

    /// <summary>Rows for the columns of the last panel where it is wider than what is left of the caller's rows.</summary>
    public RowPlace? Tail => WidthOf(stage.Output) % Measures.Group == 0 ? null : new RowPlace(_tail, Padding.WidestPanel);

    private bool TakesBatches => StagePlan.CanTakeBatches(stage);

    /// <summary>
    /// Rows that a value needs room for. A batch gives a vector for each sequence, of which there may be as many as rows, and
    /// sequences begin in every buffer where their rows begin in the last.
    /// </summary>
    private int RowsOf(int value) => ShapeOf(value).IsVector && !TakesBatches ? 1 : StageOf(ShapeOf(value).Rows.Stage).Length;

    private string Name(int value) => stage.Name + " " + (value == stage.Sequence ? "rows" : value == stage.Output ? "output" : _operations.First(operation => operation.Result == value).Word);

    /// <summary>The steps come from what the operations add.</summary>
    public void Add(Step step) => _steps.Add(step);

    /// <summary>Holds what an operation found out while it kept things, until it is planned.</summary>
    public void Remember(int result, object found) => _found.Add(result, found);

    public T Recall<T>(int result) => (T)_found[result];

    /// <summary>Asks for memory in which a session may keep an attention's weights.</summary>
    public void Capture(Spot spot, string kind, int heads, bool isOfOne, int keys, int? sourceStage, bool isFixed, string sum = "1") => _requests.Add(new CaptureRequest(spot, kind, heads, isOfOne, keys, sourceStage, isFixed, sum));

    /// <summary>Where a session that captures keeps the weights of an attention; null where none may.</summary>
    public (RowPlace Rows, int HeadFloats)? CaptureOf(Spot spot)
    {
        if (_captures.FirstOrDefault(candidate => candidate.Part == spot.Origin.Part) is not Capture capture)
            return null;
        int before = _requests.Count(other => other.Spot.Origin.Part == spot.Origin.Part && other.Spot.Layer < spot.Layer);
        return (new RowPlace(capture.Offset + (before * capture.LayerFloats), capture.Stride), capture.HeadFloats);
    }

    public IEnumerable<Finding> TooLarge() => _operations.Select(operation => operation.TooLarge(this)).OfType<Finding>();

    public void PlaceKept()
    {
        bool IsKept(int group) => _lives.ValuesOf(group).Any(value => _lives.IsKept(value, WritesToCaller));
        _lives.Unite(WritesToCaller);
        foreach (int group in _lives.Groups.OrderBy(group => group))
        {
            if (IsKept(group))
                Place(group, memory.Keep(Name(_lives.LastOf(group)), Floats(group), ShapeText(group)));
        }

        foreach (PlannedOperation operation in _operations)
            operation.Keep(this);
        _captures = Captures().ToArray();
        if (WritesToCaller && stage.IsDecoder)
            _lastRow = memory.Keep(stage.Name + " last row", WidthOf(stage.Output), $"1 × {WidthOf(stage.Output)}");
    }

    public void PlaceTransient()
    {
        MemoryPlan.Transient transient = memory.OfStage();
        foreach (int group in _lives.Groups.Where(group => !_places.ContainsKey(group) && !IsToCaller(group)).OrderBy(_lives.FirstUse).ToArray())
            Place(group, transient.Place(_lives.FirstUse(group), _lives.LastUse(group), Floats(group), Name(group), ShapeText(group)));
        End = _lives.Groups.Where(_places.ContainsKey).Select(group => checked((int)(_places[group].Offset + Floats(group)))).DefaultIfEmpty(0).Max();
        if (WritesToCaller && WidthOf(stage.Output) % Measures.Group != 0)
            _tail = transient.Place(0, _operations.Length, (long)stage.Length * Padding.WidestPanel, stage.Name + " last columns", $"{stage.Length} × {Padding.WidestPanel}");
    }

    /// <summary>The rows of a decoder may be beams or sequences, which are taken all at once.</summary>
    private int RowsIn(int group, int value) => !stage.IsDecoder && _lives.IsOfBlock(group) ? Math.Min(RowsOf(value), Measures.RowBlock) : RowsOf(value);

    private long Floats(int group) => _lives.ValuesOf(group).Max(value => (long)RowsIn(group, value) * Padding.Stride(WidthOf(value)));

    private string ShapeText(int group) => $"{RowsIn(group, _lives.LastOf(group))} × {Padding.Stride(WidthOf(_lives.LastOf(group)))}";

    private void Place(int group, int offset)
    {
        foreach (int value in _lives.ValuesOf(group))
        {
            int stride = Padding.Stride(WidthOf(value));
            _places[value] = new RowPlace(offset, stride, _lives.RowsBefore(value) * stride, _lives.IsOfBlock(group));
        }
    }

    /// <summary>The attentions whose weights may be kept, layer by layer, one part behind the other.</summary>
    private IEnumerable<Capture> Captures()
    {
        int offset = 0;
        var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (IGrouping<int, CaptureRequest> part in _requests.GroupBy(request => request.Spot.Origin.Part).OrderBy(group => group.Key))
        {
            CaptureRequest first = part.First();
            int number = ordinals[first.Kind] = ordinals.TryGetValue(first.Kind, out int before) ? before + 1 : 1;
            var capture = new Capture(first.Kind, Planning.Capture.PropertyOf(first.Kind, number), part.Key, offset, part.Count(), first.Heads, first.IsOfOne ? 1 : stage.Length, Padding.Up(first.Keys, Measures.Group), first.Other, first.IsFixed ? first.Keys : null, first.IsOfOne) { Sum = first.Sum };
            offset = checked(offset + capture.Floats);
            yield return capture;
        }
    }

    public StagePlan Plan()
    {
        // Weights lie in order of use: a stage's sources run before its rows.
        EquatableArray<LayerRun> others = LayerRun.Of(Layers(Section.Other));
        EquatableArray<Step> stem = Steps(Section.Stem, -1);
        EquatableArray<LayerRun> layers = LayerRun.Of(Layers(Section.Layer));
        EquatableArray<Step> final = Steps(Section.Final, -1), output = Steps(Section.Output, -1);
        int width = WidthOf(stage.Output);
        return new StagePlan(
            stage, stem, layers, final, others, output,
            PlaceOf(stage.Sequence), WritesToCaller ? new RowPlace(_lastRow, width) : PlaceOf(stage.Output), width, WritesToCaller,
            stage.OtherStages.ToEquatableArray(), _operations.Select(operation => operation.ScratchFloats(this)).DefaultIfEmpty(0).Max(), _captures.ToEquatableArray(),
            _operations.Where(operation => operation.Section != Section.Other && !ShapeOf(operation.Result).IsVector).Sum(operation => operation.FlopsPerRow(this)),
            named.Graph.Parameters.Where(parameter => parameter.Stage == stage.Index && parameter.Computed is null).Sum(parameter => (long)parameter.Rows * parameter.Columns));
    }

    private List<(int Layer, Step[] Steps)> Layers(Section section) => Enumerable.Range(0, stage.Layers)
        .Select(layer => (Layer: layer, Steps: Steps(section, layer).ToArray()))
        .Where(entry => entry.Steps.Length > 0).ToList();

    private EquatableArray<Step> Steps(Section section, int layer)
    {
        _steps.Clear();
        Loop? loop = null;
        int? block = null;
        int begin = 0;
        for (int i = 0; i < _operations.Length; i++)
        {
            PlannedOperation operation = _operations[i];
            if (operation.Section != section || operation.Layer != layer)
                continue;
            if (operation.Loop != loop || _lives.BlockOf(i) != block)
            {
                Close();
                (loop, block, begin) = (operation.Loop, _lives.BlockOf(i), _steps.Count);
            }

            operation.Plan(this);
        }

        Close();
        return _steps.ToEquatableArray();

        // The steps of a loop, or of a block, become one.
        void Close()
        {
            if (loop is null && block is null)
                return;
            EquatableArray<Step> steps = _steps.Skip(begin).ToEquatableArray();
            _steps.RemoveRange(begin, _steps.Count - begin);
            _steps.Add(loop is null ? new InBlocks(steps) : new RowByRow(steps, loop.IsBackward));
        }
    }

    private sealed record CaptureRequest(Spot Spot, string Kind, int Heads, bool IsOfOne, int Keys, int? Other, bool IsFixed, string Sum);
}
