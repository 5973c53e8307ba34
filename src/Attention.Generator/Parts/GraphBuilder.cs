using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>
/// Writes a declaration out as operations, one by one and layer by layer, in the order of the papers and without any
/// thought of speed. It needs parts that nothing is wrong with.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly ModelParts _model;
    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<StageParts, StageGraph> _stages = [];
    private readonly Dictionary<StageParts, int> _tables = [];
    private readonly List<StageGraph> _order = [];
    private int _values;

    private GraphBuilder(ModelParts model) => _model = model;

    public static ModelGraph Build(ModelParts model)
    {
        var builder = new GraphBuilder(model);
        foreach (StageParts stage in model.Stages)
            builder.Stage(stage);
        return new ModelGraph(model.Declared.Name, model.Declared.Weights, builder._order.ToEquatableArray(), builder._parameters.ToEquatableArray());
    }

    public int NewValue() => _values++;

    /// <summary>A stage, which is built before the one that asks for it.</summary>
    public StageGraph Stage(string name) => Stage(_model.Find(name)!);

    private StageGraph Stage(StageParts parts)
    {
        if (!_stages.TryGetValue(parts, out StageGraph? stage))
        {
            stage = new StageBuilder(this, parts).Build();
            _stages.Add(parts, stage);
            _order.Add(stage);
        }

        return stage;
    }

    /// <summary>The embedding table of a stage, which may be another stage's.</summary>
    public int Table(StageParts stage)
    {
        if (_tables.TryGetValue(stage, out int table))
            return table;
        Embedding embedding = stage.Parts.OfType<Embedding>().First();
        table = embedding.Shares is string shared
            ? Table(_model.Find(shared)!)
            : Add(id => new Parameter(id, new Tensor(Roles.Embedding), new Origin(stage.Index, embedding.Index), -1, 0, embedding.Tokens, embedding.Width ?? stage.Header!.Width) { Name = embedding.Name });
        _tables.Add(stage, table);
        return table;
    }

    /// <summary>Rows of some tables together.</summary>
    public int RowsOf(IEnumerable<int> tables) => tables.Sum(table => _parameters[table].Rows);

    /// <summary>Adds a parameter, which is given its id.</summary>
    public int Add(Func<int, Parameter> parameter)
    {
        _parameters.Add(parameter(_parameters.Count));
        return _parameters.Count - 1;
    }
}

/// <summary>Builds one stage: what its parts are given to add their operations with.</summary>
internal sealed class StageBuilder(GraphBuilder model, StageParts stage)
{
    private readonly List<Operation> _operations = [];
    private readonly Dictionary<(Part Part, Role? Role, int Ordinal, bool IsBias), int> _shared = [];
    private Part _part = stage.Header!;
    private int _loops;

    public IReadOnlyList<Part> Parts => stage.Parts;

    public Header Header => stage.Header!;

    /// <summary>Channels of the rows; among the outputs, of what the part before has made.</summary>
    public int Width { get; set; } = stage.Header!.Width;

    /// <summary>The most rows of the sequence.</summary>
    public int Rows { get; set; }

    /// <summary>The labels of the rows; null without any.</summary>
    public int? Labels { get; set; }

    /// <summary>What rows have of their wishes to halt; null before the first.</summary>
    public int? Halting { get; set; }

    public Section Section { get; set; } = Section.Stem;

    /// <summary>The layer, −1 outside of the layers.</summary>
    public int Layer { get; private set; } = -1;

    /// <summary>The loop that what is added is part of; null outside of loops.</summary>
    public Loop? Loop { get; set; }

    public Spot Spot => new(Section, Layer, new Origin(stage.Index, _part.Index)) { Loop = Section == Section.Other ? null : Loop };

    /// <summary>The states in which a recurrent stage ends, layer by layer.</summary>
    public List<FinalState> States { get; } = [];

    /// <summary>Whether the layers are recurrent.</summary>
    public bool IsRecurrent => Parts.OfType<Recurrent>().Any();

    public StageGraph Build()
    {
        // Sources first, so that their values exist.
        foreach (Reference reference in Parts.Select(part => part.Reference).OfType<Reference>().Where(reference => !reference.IsTable))
            model.Stage(reference.Stage!);
        SourcePart first = Parts.OfType<SourcePart>().First();
        StageSource source = first.SourceOf(this);
        Rows = source.Length;
        int x = Add(Place.Source, -1);
        x = Add(Place.Stem, x);
        x = As(first, () => first.BehindStem(this, x));
        Section = Section.Layer;
        HaltingPart? halting = Parts.OfType<HaltingPart>().FirstOrDefault();
        int? joined = null;
        for (Layer = 0; Layer < Header.Layers; Layer++)
        {
            int held = halting?.Begin(this, x) ?? x;
            x = Add(Place.Body, x);
            if (halting is not null)
                (x, joined) = halting.End(this, held, x, joined);
        }

        x = joined ?? x;
        Layer = -1;
        Section = Section.Final;
        int sequence = x = Add(Place.Header, x);
        Section = Section.Output;
        x = Add(Place.Output, x);
        StageFacts facts = stage.Declared.Facts;
        return new StageGraph(
            stage.Name, stage.Index, Header.IsDecoder, source, Rows, Rows - source.Length, Header.Width, Header.Layers,
            _operations.ToEquatableArray(), sequence, x, facts.IsPooled, facts.HasLogits)
        {
            Labels = Labels,
            States = States.ToEquatableArray(),
        };
    }

    /// <summary>Begins a loop of its own.</summary>
    public void Begin(bool isBackward = false) => Loop = new Loop(_loops++, isBackward);

    /// <summary>Has another part add what is its own.</summary>
    public T As<T>(Part part, Func<T> add)
    {
        Part own = _part;
        _part = part;
        T result = add();
        _part = own;
        return result;
    }

    private int Add(Place place, int x)
    {
        foreach (Part part in Parts.Where(part => part.Place == place))
        {
            _part = part;
            x = part.Build(this, x);
        }

        return x;
    }

    /// <summary>Whether the stage's class has a static method: what it gives, its name, and the types that it takes.</summary>
    public bool HasMethod(string method) => OwnMethods.BodyOf(stage).StaticMethods.Contains(method);

    /// <summary>A new value.</summary>
    public int New() => model.NewValue();

    public int Emit(Operation operation)
    {
        _operations.Add(operation);
        return operation.Result;
    }

    public StageGraph Stage(string name) => model.Stage(name);

    /// <summary>Channels of the rows of another stage.</summary>
    public int WidthOf(string name) => stage.Model.Find(name)!.RowWidth;

    /// <summary>Channels of what a bridge takes.</summary>
    public int WidthTaken(Bridge bridge) => bridge.WidthOf(stage.Model);

    /// <summary>The kinds of its tokens.</summary>
    public IReadOnlyList<SegmentParts> Segments => stage.Segments;

    /// <summary>The stage's embedding table.</summary>
    public int Table() => model.Table(stage);

    /// <summary>Values that are computed, one table for all layers.</summary>
    public int Computed(int rows, Computed computed) => model.Add(id => new Parameter(id, new Tensor(Roles.Positions), Spot.Origin, -1, 0, rows, Width) { Computed = computed });

    /// <summary>Tables one below the other.</summary>
    public int Stack(IEnumerable<int> tables)
    {
        EquatableArray<int> all = tables.ToEquatableArray();
        return Computed(model.RowsOf(all), new Stack(all));
    }

    /// <summary>A trained array of the part that is being built.</summary>
    public int Parameter(Role role, int rows, int columns, int ordinal = 0, bool isBias = false, Func<Parameter, Parameter>? change = null) => Layer >= 0 && Header.Shared
        ? Once(() => Add(0, role, rows, columns, ordinal, isBias, change), role, ordinal, isBias) : Add(Layer, role, rows, columns, ordinal, isBias, change);

    private int Add(int layer, Role role, int rows, int columns, int ordinal, bool isBias, Func<Parameter, Parameter>? change) => model.Add(id =>
    {
        var parameter = new Parameter(id, new Tensor(role, isBias), Spot.Origin, layer, ordinal, rows, columns) { Name = _part.Name };
        Parameter changed = change is null ? parameter : change(parameter);
        return isBias ? changed with { FirstColumn = 0, TensorColumns = null } : changed; // it belongs to outputs, not to inputs
    });

    /// <summary>Builds what is made of another stage's rows, once for all rows of this one.</summary>
    public T OfOther<T>(Func<T> build)
    {
        Section before = Section;
        Section = Section.Other;
        T built = build();
        Section = before;
        return built;
    }

    /// <summary>A parameter that all layers of the part that is being built have in common.</summary>
    public int Once(Func<int> add, Role? role = null, int ordinal = 0, bool isBias = false)
    {
        (Part, Role?, int, bool) key = (_part, role, ordinal, isBias);
        if (!_shared.TryGetValue(key, out int parameter))
            _shared.Add(key, parameter = add());
        return parameter;
    }

    /// <summary>A trained array of the part that is being built, the same in all layers and none of any.</summary>
    public int Shared(Role role, int rows, int columns, int ordinal = 0) => Once(() => Add(-1, role, rows, columns, ordinal, isBias: false, null), role, ordinal);

    /// <summary>A linear map, with a weight of its own unless one is given.</summary>
    public int Linear(int x, Role role, int outputs, int inputs, int ordinal, bool bias, int? weight = null, Func<Parameter, Parameter>? change = null)
    {
        int map = weight ?? Parameter(role, outputs, inputs, ordinal, change: change);
        int result = Emit(new Product(New(), Spot, x, EquatableArray.Of(map), EquatableArray.Of(new int?[] { null }), Generator.Activation.Identity, null));
        return bias ? Emit(new AddBias(New(), Spot, result, Parameter(role, outputs, 1, ordinal, isBias: true, change))) : result;
    }

    /// <summary>Rows of a source with a width of its own mapped to the stage's; a recurrent layer takes them as they are.</summary>
    public int ToStageWidth(int x, bool bias)
    {
        if (IsRecurrent)
            return x;
        int mapped = Linear(x, Roles.Source, Header.Width, Width, 0, bias);
        Width = Header.Width;
        return mapped;
    }

    /// <summary>What the map that made a value makes of other rows.</summary>
    public int Again(int made, int x) => _operations.First(operation => operation.Result == made) switch
    {
        Product product => Emit(product with { Result = New(), Spot = Spot, Input = x }),
        AddBias add => Emit(add with { Input = Again(add.Input, x), Result = New(), Spot = Spot }),
        Operation other => throw new InvalidOperationException("No map " + other.GetType().Name),
    };

    public int Activation(int x, Activation activation) => activation == Generator.Activation.Identity ? x : Emit(new Activate(New(), Spot, x, activation));

    /// <summary>A norm; of its kind, and of what it adds to the variance, the stage decides unless they are told.</summary>
    public int Norm(int x, Role role, int width, int ordinal, NormKind? kind = null, float? epsilon = null)
    {
        int weight = Parameter(role, width, 1, ordinal), result = New();
        float added = epsilon ?? Header.Epsilon;
        return Emit((kind ?? Header.Kind) switch
        {
            NormKind.Layer => new LayerNorm(result, Spot, x, weight, Header.Bias ? Parameter(role, width, 1, ordinal, isBias: true) : null, added),
            NormKind.Rms => new RmsNorm(result, Spot, x, weight, PlusOne: false, added),
            NormKind.RmsPlusOne => new RmsNorm(result, Spot, x, weight, PlusOne: true, added),
            NormKind other => throw new InvalidOperationException("No norm of kind " + other),
        });
    }

    /// <summary>A norm by statistics of each channel, behind a linear map.</summary>
    public int BatchNorm(int x, int width, int ordinal)
    {
        int Of(Role role, bool isBias = false) => Parameter(role, width, 1, ordinal, isBias);
        return Emit(new BatchNorm(New(), Spot, x, new BatchStatistics(Of(Roles.BatchNorm), Of(Roles.BatchNorm, isBias: true), Of(Roles.BatchMean), Of(Roles.BatchVariance), Header.Epsilon)));
    }

    /// <summary>The residual sum.</summary>
    public int Add(int residual, int x) => Emit(new Add(New(), Spot, residual, x));
}
