using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Reading;
using Attention.Generator.Shapes;
using Attention.Generator.Weights;

namespace Attention.Generator.Planning;

/// <summary>Gives every weight and every value its place and turns operations into steps.</summary>
internal sealed class Planner
{
    private readonly NamedGraph _named;
    private readonly List<PackedWeight> _weights = [];
    private readonly List<PlannedBuffer> _buffers = [];
    private readonly Dictionary<int, int> _tables = [];
    private readonly Dictionary<int, Rows> _places = [];
    private readonly HashSet<int> _read;
    private readonly List<PlannedBuffer> _lanes = [];
    private readonly Dictionary<int, int> _ends = [];
    private long _weightFloats;
    private long _kept;
    private long _transient;
    private long _laneFloats;
    private int _laneStart;

    private Planner(NamedGraph named)
    {
        _named = named;
        _read = new HashSet<int>(Graph.Stages.SelectMany(SourcesOf));
    }

    private ModelGraph Graph => _named.Graph;

    /// <summary>The stages whose rows a stage reads.</summary>
    private static IEnumerable<int> SourcesOf(StageGraph stage) =>
        stage.Operations.OfType<Attend>().Select(attend => attend.Source).Append(stage.Source.Stage).OfType<int>().Distinct();

    public static ModelPlan Plan(NamedGraph named)
    {
        EquatableArray<Finding> findings = TooManyWeights(named);
        if (findings.Count > 0)
            return Nothing(named, findings);
        try
        {
            return new Planner(named).Run();
        }
        catch (OverflowException)
        {
            return Nothing(named, EquatableArray.Of(new Finding(RuleIds.ModelTooLarge, new Target(-1),
                $"Model '{named.Graph.Name}' needs more than {Number(int.MaxValue)} floats of weights or of memory for a session; make it smaller or split it")));
        }
    }

    private static ModelPlan Nothing(NamedGraph named, EquatableArray<Finding> findings) => new(
        named.Graph.Name, 0, 0, 0, 0, 0, 0, EquatableArray<PackedWeight>.Empty, EquatableArray<PlannedBuffer>.Empty, EquatableArray<StagePlan>.Empty, findings);

    /// <summary>Products whose weights are more than a 32-bit number counts. Narrow ones might still be few enough floats.</summary>
    private static EquatableArray<Finding> TooManyWeights(NamedGraph named) => (
        from stage in named.Graph.Stages
        from project in stage.Operations.OfType<Project>()
        let inputs = named.Graph.Parameters[project.Weights[0]].Columns
        let outputs = named.Shaped[project.Result].Width
        where (long)inputs * Padding.Up(outputs, Measures.Group) > int.MaxValue
        group (stage.Name, inputs, outputs) by project.Origin into part
        let first = part.First()
        select new Finding(RuleIds.ModelTooLarge, new Target(part.Key.Stage, part.Key.Part),
            $"A linear map of stage '{first.Name}' has {Number(first.inputs)} × {Number(first.outputs)} weights, but offsets within one reach to {Number(int.MaxValue)} only; make it smaller"))
        .ToEquatableArray();

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private ModelPlan Run()
    {
        // What is kept between calls is placed first and the rest behind it, shared by all stages: they never run at once.
        // The lanes are last, as many as a session has beams. Vectors may be read beyond the end of what they belong to.
        var stages = Graph.Stages.Select(stage => new StagePlanner(this, stage)).ToArray();
        foreach (StagePlanner stage in stages)
            stage.PlaceKept();
        long kept = _kept;
        foreach (StagePlanner stage in stages)
            stage.PlaceTransient(checked((int)kept));
        _laneStart = checked((int)Math.Max(kept, _transient));
        _buffers.AddRange(_lanes.Select(lane => lane with { Offset = checked(lane.Offset + _laneStart) }));
        StagePlan[] plans = stages.Select(stage => stage.Plan()).ToArray();
        int laneFloats = checked((int)_laneFloats), memory = checked(_laneStart + Padding.WidestPanel);
        _ = checked(memory + laneFloats);
        int[] batches = [.. plans.Where(plan => plan.TakesBatches).Select(plan => plan.Graph.Index)];
        return new ModelPlan(
            Graph.Name, checked((int)_weightFloats), memory, laneFloats, _laneStart, plans.Max(plan => plan.ScratchFloats),
            batches.Length == 0 ? 0 : checked(batches.Max(index => _ends[index]) + Padding.WidestPanel),
            _weights.ToEquatableArray(), _buffers.ToEquatableArray(), plans.ToEquatableArray(), EquatableArray<Finding>.Empty);
    }

    private int Reserve(long floats)
    {
        int offset = checked((int)_weightFloats);
        _weightFloats = checked((int)(_weightFloats + ((floats + Measures.Group - 1) / Measures.Group * Measures.Group)));
        return offset;
    }

    private int Keep(string name, long floats, string shape)
    {
        int offset = checked((int)_kept);
        _kept = checked((int)(_kept + ((floats + Measures.Group - 1) / Measures.Group * Measures.Group)));
        _buffers.Add(new PlannedBuffer(name, offset, checked((int)floats), shape, true));
        return offset;
    }

    /// <summary>A place in every lane, counted from the lane's beginning.</summary>
    private int KeepInLanes(string name, long floats, string shape)
    {
        int offset = checked((int)_laneFloats);
        _laneFloats = checked((int)(_laneFloats + ((floats + Measures.Group - 1) / Measures.Group * Measures.Group)));
        _lanes.Add(new PlannedBuffer(name, offset, checked((int)floats), shape, true));
        return offset;
    }

    /// <summary>Plans one stage: places for values that are kept, then for the others, then the steps.</summary>
    private sealed class StagePlanner(Planner model, StageGraph stage)
    {
        private readonly IReadOnlyList<Operation> _operations = stage.Operations;
        private readonly Dictionary<int, (int keys, int values)> _caches = [];
        private readonly Dictionary<int, int> _group = [];
        private readonly HashSet<int> _shifted = [];
        private Capture[] _captures = [];
        private int _tail;
        private int _lastRow;

        private KeyPlace PlaceOf(Attend attend) => attend.Source is not null ? KeyPlace.Source : stage.IsDecoder ? KeyPlace.Own : KeyPlace.Passing;

        private int KeyLength(Attend attend) => attend.Source is int source
            ? model.Graph.Stages.First(candidate => candidate.Index == source).Length
            : stage.Length;

        private int HeadFloats(Attend attend) => checked(Padding.Up(KeyLength(attend), Measures.KeyPanel) * attend.HeadWidth);

        private int Inner(Attend attend) => attend.Heads * attend.HeadWidth;

        /// <summary>Whether the result is a product that writes into the caller's memory.</summary>
        private bool WritesToCaller => stage.IsDecoder && !stage.IsPooled && stage.Output != stage.Sequence
            && _operations.Last(operation => operation.Result == stage.Output) is Project;

        private bool TakesBatches => !stage.IsDecoder && !SourcesOf(stage).Any();

        private Shape ShapeOf(int value) => model._named.Shaped[value];

        /// <summary>A batch gives a vector for each sequence, of which there may be as many as rows.</summary>
        private int RowsOf(int value) => ShapeOf(value).IsVector ? TakesBatches ? stage.Length : 1
            : model.Graph.Stages.First(candidate => candidate.Index == ShapeOf(value).Stage).Length;

        private string Name(int value) => stage.Name + " " + (value == stage.Sequence ? "rows" : value == stage.Output ? "output" : Word(value));

        private string Word(int value) => _operations.First(operation => operation.Result == value) switch
        {
            Project { Weights.Count: 3 } => "query, key, value",
            Project { Section: Section.Source } => "source keys, values",
            Project { Activation: not Activation.Identity } => "hidden",
            CutPatches => "patches",
            TakeFeatures => "features",
            Attend => "context",
            Project => "query",
            _ => "rows",
        };

        public void PlaceKept()
        {
            Unite();
            foreach (int group in _group.Values.Distinct().OrderBy(group => group))
            {
                if (IsKept(group))
                    Place(group, model.Keep(Name(Widest(group)), Floats(group), ShapeText(group)));
            }

            foreach (Attend attend in _operations.OfType<Attend>().Where(attend => PlaceOf(attend) != KeyPlace.Passing))
            {
                bool own = attend.Source is null;
                string where = $"{stage.Name} layer {attend.Layer.ToString(CultureInfo.InvariantCulture)} {(own ? "own" : "source")} ";
                int length = KeyLength(attend), stride = Padding.Stride(Inner(attend));
                Func<string, long, string, int> keep = own ? model.KeepInLanes : model.Keep;
                int keys = keep(where + "keys", (long)attend.Heads * HeadFloats(attend),
                    $"[{attend.Heads} heads][{Padding.Up(length, Measures.KeyPanel) / Measures.KeyPanel} panels][{attend.HeadWidth}][{Measures.KeyPanel} keys]");
                int values = keep(where + "values", (long)length * stride, $"{length} × {stride}");
                _caches.Add(attend.Result, (keys, values));
            }

            _captures = Captures().ToArray();
            if (WritesToCaller)
                _lastRow = model.Keep(stage.Name + " last row", ShapeOf(stage.Output).Width, $"1 × {ShapeOf(stage.Output).Width}");
        }

        /// <summary>The attentions whose weights may be kept, layer by layer, one part behind the other.</summary>
        private IEnumerable<Capture> Captures()
        {
            int offset = 0, selves = 0, crosses = 0;
            foreach (IGrouping<int, Attend> part in _operations.OfType<Attend>().Where(attend => attend.Capture).GroupBy(attend => attend.Origin.Part).OrderBy(group => group.Key))
            {
                Attend first = part.First();
                int ordinal = first.Source is null ? ++selves : ++crosses;
                string property = (first.Source is null ? "SelfAttentionWeights" : "CrossAttentionWeights") + (ordinal == 1 ? "" : ordinal.ToString(CultureInfo.InvariantCulture));
                var capture = new Capture(property, part.Key, offset, part.Count(), first.Heads, stage.Length, Padding.Up(KeyLength(first), Measures.Group), first.Source);
                offset = checked(offset + capture.Floats);
                yield return capture;
            }
        }

        /// <summary>
        /// Puts values that may lie in one place into one group: a residual sum onto its residual, a norm onto its input,
        /// each where that dies there; rows that a class token is put in front of, one row further on.
        /// </summary>
        private void Unite()
        {
            for (int i = 0; i < _operations.Count; i++)
            {
                Operation operation = _operations[i];
                int? onto = operation switch
                {
                    Project { Residual: int residual } => residual,
                    AddPositions positions => positions.Input,
                    AddTypes types => types.Input,
                    Prepend prepend => prepend.Input,
                    Normalize normalize when Dies(normalize.Input, i) => normalize.Input,
                    L2Normalize normalize when Dies(normalize.Input, i) => normalize.Input,
                    _ => null,
                };
                if (operation is Prepend before)
                    _shifted.UnionWith(_group.Where(pair => pair.Value == _group[before.Input]).Select(pair => pair.Key));
                _group[operation.Result] = onto is int value && _group.TryGetValue(value, out int group) ? group : operation.Result;
            }
        }

        private bool Dies(int value, int at) => value != stage.Sequence && !IsKeptValue(value)
            && !_operations.Skip(at + 1).Any(operation => Operands.Of(operation).Contains(value));

        private bool IsKeptValue(int value) =>
            (value == stage.Sequence && (model._read.Contains(stage.Index) || stage.Sequence == stage.Output))
            || (value == stage.Output && !WritesToCaller);

        private bool IsKept(int group) => _group.Any(pair => pair.Value == group && IsKeptValue(pair.Key));

        private int Widest(int group) => _group.Where(pair => pair.Value == group).OrderByDescending(pair => pair.Key).First().Key;

        private long Floats(int group) => _group.Where(pair => pair.Value == group).Max(pair => (long)RowsOf(pair.Key) * Padding.Stride(ShapeOf(pair.Key).Width));

        private string ShapeText(int group) => $"{RowsOf(Widest(group))} × {Padding.Stride(ShapeOf(Widest(group)).Width)}";

        private void Place(int group, int offset)
        {
            foreach (int value in _group.Where(pair => pair.Value == group).Select(pair => pair.Key))
            {
                int stride = Padding.Stride(ShapeOf(value).Width);
                model._places[value] = new Rows(offset, stride, _shifted.Contains(value) ? stride : 0);
            }
        }

        public void PlaceTransient(int start)
        {
            // First fit in order of birth, over the span of operations that a group lives through.
            var placed = new List<(int first, int last, long offset, long end)>();
            long Fit(int first, int last, long floats, string name, string shape)
            {
                floats = (floats + Measures.Group - 1) / Measures.Group * Measures.Group;
                long offset = start;
                foreach ((int _, int _, long begin, long end) in placed.Where(other => other.first <= last && first <= other.last).OrderBy(other => other.offset).ToArray())
                {
                    if (offset + floats <= begin)
                        break;
                    offset = Math.Max(offset, end);
                }

                placed.Add((first, last, offset, offset + floats));
                model._transient = checked((int)Math.Max(model._transient, offset + floats));
                model._buffers.Add(new PlannedBuffer(name, checked((int)offset), checked((int)floats), shape, false));
                return offset;
            }

            foreach (int group in _group.Values.Distinct().Where(group => !IsKept(group) && !(group == stage.Output && WritesToCaller)).OrderBy(group => FirstUse(group)).ToArray())
                Place(group, checked((int)Fit(FirstUse(group), LastUse(group), Floats(group), Name(group), ShapeText(group))));

            model._ends[stage.Index] = _group.Values.Distinct().Where(group => model._places.ContainsKey(group))
                .Select(group => checked((int)(model._places[group].Offset + Floats(group)))).DefaultIfEmpty(0).Max();
            if (WritesToCaller && ShapeOf(stage.Output).Width % Measures.Group != 0)
                _tail = checked((int)Fit(0, _operations.Count, (long)stage.Length * Padding.WidestPanel, stage.Name + " last columns", $"{stage.Length} × {Padding.WidestPanel}"));
        }

        private int ScoreStride => Padding.Stride(_operations.OfType<Attend>().Max(attend => Padding.Up(KeyLength(attend), Measures.KeyPanel)));

        /// <summary>A strip of scores, and behind it the panels of a head's keys where these are not cached; at other times a widened panel of weights.</summary>
        private int ScratchFloats => _operations
            .Select(operation => operation switch
            {
                Attend attend => checked((Padding.StripRows * ScoreStride) + (PlaceOf(attend) == KeyPlace.Passing ? HeadFloats(attend) : 0)),
                Project project when model.Graph.Weights != WeightFormat.Float32 => checked(model.Graph.Parameters[project.Weights[0]].Columns * Padding.WidestPanel),
                _ => 0,
            })
            .DefaultIfEmpty(0).Max();

        private int FirstUse(int group) => Index(operation => _group[operation.Result] == group);

        private int LastUse(int group) => _group.Where(pair => pair.Value == group).Max(pair =>
            pair.Key == stage.Sequence ? Math.Max(LastRead(pair.Key), Index(operation => operation.Section == Section.Output, _operations.Count)) : LastRead(pair.Key));

        private int LastRead(int value)
        {
            for (int i = _operations.Count - 1; i >= 0; i--)
            {
                if (_operations[i].Result == value || Operands.Of(_operations[i]).Contains(value))
                    return i;
            }

            return 0;
        }

        private int Index(Func<Operation, bool> predicate, int absent = 0)
        {
            for (int i = 0; i < _operations.Count; i++)
            {
                if (predicate(_operations[i]))
                    return i;
            }

            return absent;
        }

        public StagePlan Plan()
        {
            // Weights lie in order of use: a stage's sources run before its rows.
            List<(int layer, Step[] steps)> sources = Layers(Section.Source);
            Step[] stem = Steps(Section.Stem, -1);
            List<(int layer, Step[] steps)> layers = Layers(Section.Layer);
            Step[] final = Steps(Section.Final, -1);
            Step[] output = Steps(Section.Output, -1);

            Shape result = ShapeOf(stage.Output);
            long flops = _operations.OfType<Project>().Where(project => project.Section is not Section.Source && !ShapeOf(project.Result).IsVector)
                .Sum(project => project.Weights.Sum(weight => 2L * model.Graph.Parameters[weight].Rows * model.Graph.Parameters[weight].Columns));
            return new StagePlan(
                stage, stem.ToEquatableArray(), Runs(layers), final.ToEquatableArray(), Runs(sources), output.ToEquatableArray(),
                model._places[stage.Sequence], WritesToCaller ? new Rows(_lastRow, result.Width) : model._places[stage.Output], result.Width, WritesToCaller,
                SourcesOf(stage).ToEquatableArray(), ScratchFloats, _captures.ToEquatableArray(), flops,
                model.Graph.Parameters.Where(parameter => parameter.Stage == stage.Index && parameter.Role is not (ParameterRole.SinusoidalPositions or ParameterRole.SinusoidalHalves))
                    .Sum(parameter => (long)parameter.Rows * parameter.Columns));
        }

        private List<(int layer, Step[] steps)> Layers(Section section) => Enumerable.Range(0, stage.Layers)
            .Select(layer => (layer, steps: Steps(section, layer)))
            .Where(entry => entry.steps.Length > 0).ToList();

        private static EquatableArray<LayerRun> Runs(List<(int layer, Step[] steps)> layers)
        {
            var runs = new List<LayerRun>();
            foreach ((int layer, Step[] steps) in layers)
            {
                LayerRun? last = runs.LastOrDefault();
                if (last is not null && ShiftOf(last, layer, steps) is Places shift)
                    runs[runs.Count - 1] = last with { Count = last.Count + 1, Shift = shift };
                else
                    runs.Add(new LayerRun(layer, 1, default, steps.ToEquatableArray()));
            }

            return runs.ToEquatableArray();
        }

        /// <summary>The shift by which a run goes on with a layer's steps, or null if they differ in more than that.</summary>
        private static Places? ShiftOf(LayerRun run, int layer, Step[] steps)
        {
            if (layer != run.First + run.Count || steps.Length != run.Steps.Count)
                return null;
            int Distance(Func<Step, int?> of) => run.Steps.Zip(steps, (a, b) => of(b) - of(a)).FirstOrDefault(distance => distance is not null) ?? 0;
            var moved = new Places(Distance(step => step.Weights), Distance(step => step.Own), Distance(step => step.Source), Distance(step => step.Captured));
            var shift = new Places(moved.Weights / run.Count, moved.Own / run.Count, moved.Source / run.Count, moved.Captured / run.Count);
            bool isMultiple = moved == new Places(shift.Weights * run.Count, shift.Own * run.Count, shift.Source * run.Count, shift.Captured * run.Count);
            return isMultiple && (run.Count == 1 || shift == run.Shift) && run.Steps.Zip(steps, (a, b) => a.Move(moved) == b).All(same => same) ? shift : null;
        }

        private Step[] Steps(Section section, int layer) => _operations
            .Where(operation => operation.Section == section && operation.Layer == layer)
            .SelectMany(StepsOf).ToArray();

        private IEnumerable<Step> StepsOf(Operation operation)
        {
            switch (operation)
            {
                case Embed embed:
                    Parameter table = model.Graph.Parameters[embed.Table];
                    int positions = embed.Positions is int id ? Table(id) : -1;
                    yield return new EmbedStep(
                        Table(embed.Table), Padding.Stride(table.Columns), table.Columns, embed.Scale,
                        positions < 0 ? null : positions, Padding.Stride(table.Columns), model._places[embed.Result]);
                    break;
                case CutPatches cut:
                    Project map = _operations.OfType<Project>().First(project => project.Input == cut.Result);
                    yield return new CutPatchesStep(cut.Grid, model._named.Bindings[map.Weights[0]].ChannelsLast, model._places[cut.Result]);
                    break;
                case TakeFeatures features:
                    yield return new TakeFeaturesStep(features.Width, model._places[features.Result]);
                    break;
                case CopyRows copy:
                    yield return new CopyRowsStep(model._places[copy.Input], model._places[copy.Result], ShapeOf(copy.Result).Width, ShapeOf(copy.Input).Stage);
                    break;
                case Prepend prepend:
                    int token = model.Reserve(Padding.Up(ShapeOf(prepend.Result).Width, Measures.Group));
                    Vector(prepend.Token, token, prepend.Section, prepend.Layer);
                    yield return new PrependStep(token, ShapeOf(prepend.Result).Width, model._places[prepend.Result]);
                    break;
                case AddTypes types:
                    yield return new AddTypesStep(model._places[types.Result], Table(types.Table), Padding.Stride(ShapeOf(types.Result).Width), ShapeOf(types.Result).Width, model.Graph.Parameters[types.Table].Rows > 1);
                    break;
                case AddPositions add:
                    yield return new AddPositionsStep(model._places[add.Result], Table(add.Table), Padding.Stride(ShapeOf(add.Result).Width), ShapeOf(add.Result).Width);
                    break;
                case Normalize normalize:
                    int width = ShapeOf(normalize.Input).Width, padded = Padding.Up(width, Measures.Group);
                    int weights = model.Reserve(2L * padded);
                    Vector(normalize.Weight, weights, normalize.Section, normalize.Layer);
                    if (normalize.Bias is int bias)
                        Vector(bias, weights + padded, normalize.Section, normalize.Layer);
                    yield return new NormalizeStep(model._places[normalize.Input], model._places[normalize.Result], width, weights, normalize.Epsilon);
                    break;
                case Project project:
                    yield return ProductOf(project);
                    if (project.Section == Section.Source)
                    {
                        Attend attend = _operations.OfType<Attend>().First(candidate => candidate.Key.Value == project.Result);
                        foreach (Step step in Keep(attend))
                            yield return step;
                    }

                    break;
                case Attend attend:
                    if (PlaceOf(attend) == KeyPlace.Own)
                    {
                        foreach (Step step in Keep(attend))
                            yield return step;
                    }

                    yield return AttendOf(attend);
                    break;
                case Pool pool:
                    yield return new PoolStep(model._places[pool.Input], model._places[pool.Result], ShapeOf(pool.Input).Width, pool.Kind);
                    break;
                case L2Normalize normalize:
                    yield return new L2NormalizeStep(model._places[normalize.Input], model._places[normalize.Result], ShapeOf(normalize.Input).Width, ShapeOf(normalize.Input).IsVector);
                    break;
                default:
                    throw new InvalidOperationException("No step for " + operation.GetType().Name);
            }
        }

        private ProductStep ProductOf(Project project)
        {
            Parameter first = model.Graph.Parameters[project.Weights[0]];
            int inputs = first.Columns, outputs = ShapeOf(project.Result).Width, padded = Padding.Up(outputs, Measures.Group);
            WeightFormat format = model.Graph.Weights;
            long panels = format.PanelFloats(inputs, padded);
            int offset = model.Reserve(panels + (format.HasScales() ? 2 * padded : padded)), column = 0;
            for (int i = 0; i < project.Weights.Count; i++)
            {
                Parameter weight = model.Graph.Parameters[project.Weights[i]];
                TensorBinding binding = model._named.Bindings[weight.Id];
                model._weights.Add(new PackedProduct(offset, stage.Index, project.Section, project.Layer, binding.Template!, binding.Transposed, binding.Rows, binding.First, weight.Rows, inputs, padded, column, format));
                if (project.Biases[i] is int bias)
                    Vector(bias, checked(offset + (int)panels + column), project.Section, project.Layer);
                column += weight.Rows;
            }

            bool toCaller = project.Result == stage.Output && WritesToCaller;
            Rows destination = toCaller ? new Rows(0, outputs) : model._places[project.Result];
            return new ProductStep(
                model._places[project.Input], destination, inputs, outputs, offset, format, project.Activation, project.Residual is not null,
                project.Section == Section.Source ? ShapeOf(project.Input).Stage : null, toCaller, toCaller && outputs % Measures.Group != 0 ? new Rows(_tail, Padding.WidestPanel) : null);
        }

        /// <summary>Keys and values to the cache.</summary>
        private IEnumerable<Step> Keep(Attend attend)
        {
            KeyPlace place = PlaceOf(attend);
            yield return new PackKeysStep(Of(attend.Key), KeysOf(attend).Offset, place, attend.Heads, attend.HeadWidth, HeadFloats(attend));
            yield return new KeepValuesStep(Of(attend.Value), ValuesOf(attend), place, Inner(attend));
        }

        private AttendStep AttendOf(Attend attend)
        {
            Capture? capture = _captures.FirstOrDefault(candidate => candidate.Part == attend.Origin.Part);
            int before = _operations.OfType<Attend>().Count(other => other.Origin.Part == attend.Origin.Part && other.Layer < attend.Layer);
            return new AttendStep(
                Of(attend.Query), KeysOf(attend), PlaceOf(attend), ValuesOf(attend), ScoreStride, model._places[attend.Result],
                attend.Heads, attend.HeadWidth, HeadFloats(attend), attend.Scale, attend.Causal, attend.Source,
                capture is null ? null : new Rows(capture.Offset + (before * capture.LayerFloats), capture.Stride), capture?.HeadFloats ?? 0);
        }

        private Rows KeysOf(Attend attend) => PlaceOf(attend) switch
        {
            KeyPlace.Own => new Rows(model._laneStart + _caches[attend.Result].keys, 0),
            KeyPlace.Source => new Rows(_caches[attend.Result].keys, 0),
            _ => Of(attend.Key),
        };

        private Rows ValuesOf(Attend attend) => PlaceOf(attend) switch
        {
            KeyPlace.Own => new Rows(model._laneStart + _caches[attend.Result].values, Padding.Stride(Inner(attend))),
            KeyPlace.Source => new Rows(_caches[attend.Result].values, Padding.Stride(Inner(attend))),
            _ => Of(attend.Value),
        };

        private Rows Of(Slice slice)
        {
            Rows rows = model._places[slice.Value];
            return rows with { Inner = rows.Inner + slice.Column };
        }

        private int Table(int parameter)
        {
            if (!model._tables.TryGetValue(parameter, out int offset))
            {
                Parameter table = model.Graph.Parameters[parameter];
                int stride = Padding.Stride(table.Columns);
                offset = model.Reserve((long)table.Rows * stride);
                model._tables.Add(parameter, offset);
                TensorBinding binding = model._named.Bindings[parameter];
                model._weights.Add(new PackedTable(
                    offset, table.Stage, Section.Stem, -1, binding.Template, binding.Rows, binding.First, table.Rows, table.Columns, stride, table.Role == ParameterRole.SinusoidalHalves));
            }

            return offset;
        }

        private void Vector(int parameter, int offset, Section section, int layer)
        {
            TensorBinding binding = model._named.Bindings[parameter];
            model._weights.Add(new PackedVector(offset, stage.Index, section, layer, binding.Template!, binding.Rows, binding.First, model.Graph.Parameters[parameter].Rows));
        }
    }
}
