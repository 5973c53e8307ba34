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
    private readonly Dictionary<(StageParts, int Passed), StageGraph> _stages = [];
    private readonly Dictionary<StageParts, int> _tables = [];
    private readonly List<StageGraph> _order = [];
    private int _values;

    private GraphBuilder(ModelParts model) => _model = model;

    public static ModelGraph Build(ModelParts model)
    {
        var builder = new GraphBuilder(model);
        foreach (StageParts stage in model.Stages)
            builder.Stage(stage, stage.Groups);
        return new ModelGraph(model.Declared.Name, model.Declared.Weights, model.Declared.KeyValues, builder._order.ToEquatableArray(), builder._parameters.ToEquatableArray()) { HasWideProducts = model.Declared.HasWideProducts };
    }

    /// <summary>In which numbers maps in layers multiply unless a part says it.</summary>
    public ProductFormat Products => _model.Declared.Products;

    public int NewValue() => _values++;

    /// <summary>A stage, which is built before the one that asks for it.</summary>
    public StageGraph Stage(string name) => Stage(_model.Find(name)!, int.MaxValue);

    /// <summary>What a stage is behind so many exchanges, or behind all of those that it has.</summary>
    public StageGraph Stage(StageParts parts, int passed)
    {
        passed = Math.Min(passed, parts.Groups);
        if (!_stages.TryGetValue((parts, passed), out StageGraph? stage))
        {
            stage = new StageBuilder(this, parts, passed).Build();
            _stages.Add((parts, passed), stage);
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
            : Add(id => new Parameter(id, new Tensor(Roles.Embedding), new Origin(stage.Index, embedding.Index), -1, 0, embedding.Tokens, embedding.Width ?? stage.Header!.Width) { Name = embedding.Name, Group = stage.Exchange?.FirstGroup ?? 0 });
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

/// <summary>Builds one stage, or what it is behind some of its exchanges: what its parts are given to add their operations with.</summary>
internal sealed class StageBuilder(GraphBuilder model, StageParts stage, int passed)
{
    private readonly List<Operation> _operations = [];
    private readonly Dictionary<int, int> _beside = [];
    private readonly Dictionary<(Part Part, Role? Role, int Ordinal, bool IsBias, int Group), int> _shared = [];
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

    /// <summary>The group of what is added: what is before the layers belongs to the first, what is behind them to the last.</summary>
    private int Group { get; set; } = Math.Max(0, passed - 1);

    /// <summary>How many layers are before those of the group, and how many there are in all groups.</summary>
    public int LayersBefore => Group * Header.Layers;

    public int AllLayers => Math.Max(1, stage.Groups) * Header.Layers;

    /// <summary>The loop that what is added is part of; null outside of loops.</summary>
    public Loop? Loop { get; set; }

    public Spot Spot => new(Section, Layer, new Origin(Index, _part.Index)) { Loop = Section == Section.Other ? null : Loop };

    private int Index { get; } = stage.Model.IndexOf(stage, passed);

    /// <summary>The stage's place in the declaration, whatever exchanges it has passed.</summary>
    public int Declared => stage.Index;

    /// <summary>The states in which a recurrent stage ends, layer by layer.</summary>
    public List<FinalState> States { get; } = [];

    /// <summary>Whether the layers are recurrent.</summary>
    public bool IsRecurrent => Parts.OfType<Recurrent>().Any();

    public StageGraph Build()
    {
        // Sources first, so that their values exist.
        foreach (Reference reference in Parts.Select(part => part.Reference).OfType<Reference>().Where(reference => !reference.IsTable && !reference.IsOfGroup))
            model.Stage(reference.Stage!);
        (StageSource source, int x) = passed == 0 ? Begin() : Exchanged();
        bool isLast = passed == stage.Groups;
        int layers = passed > 0 && isLast ? 0 : Header.Layers;
        Group = isLast ? Group : passed;
        Section = Section.Layer;
        HaltingPart? halting = Parts.OfType<HaltingPart>().FirstOrDefault();
        int? joined = null;
        for (Layer = 0; Layer < layers; Layer++)
        {
            int held = halting?.Begin(this, x) ?? x;
            x = Add(Place.Body, x);
            if (halting is not null)
                (x, joined) = halting.End(this, held, x, joined);
        }

        x = joined ?? x;
        Layer = -1;
        Section = Section.Final;
        int sequence = x = isLast ? Add(Place.Header, x) : x;
        Section = Section.Output;
        if (Parts.OfType<Logits>().FirstOrDefault() is Logits logits)
            x = As(logits, () => logits.Begin(this, x));
        x = Add(Place.Output, x);
        StageFacts facts = stage.Declared.Facts;
        return new StageGraph(
            passed == 0 ? stage.Name : StageDeclaration.NameBehind(stage.Name, passed), Index, Header.IsDecoder, source, Rows, Rows - source.Length, Header.Width, layers,
            _operations.ToEquatableArray(), sequence, x, facts.IsPooled, facts.HasLogits)
        {
            Labels = Labels,
            States = States.ToEquatableArray(),
        };
    }

    /// <summary>Source and stem.</summary>
    private (StageSource Source, int Value) Begin()
    {
        SourcePart first = Parts.OfType<SourcePart>().First();
        StageSource source = first.SourceOf(this);
        Rows = source.Length;
        int x = Add(Place.Source, -1);
        x = Add(Place.Stem, x);
        return (source, As(first, () => first.BehindStem(this, x)));
    }

    /// <summary>The rows of the group before, exchanged.</summary>
    private (StageSource Source, int Value) Exchanged()
    {
        StageGraph before = model.Stage(stage, passed - 1);
        var source = new RowSource(before.Length, before.Index, stage.Name);
        Rows = source.Length;
        return (source, As(stage.Exchange!, () => stage.Exchange!.Build(this, Emit(new CopyRows(New(), Spot, before.Sequence)))));
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

    /// <summary>
    /// What a part reads of which the sub-layer stands beside the others of its layer: the rows that the layer is given, by its own norm or by the first one's. All norms
    /// are computed before anything is added to the rows, so that each sum can take the place of the one before.
    /// </summary>
    /// <param name="part">The part.</param>
    /// <param name="x">The rows so far.</param>
    /// <param name="all">All such parts of the layer.</param>
    /// <param name="norm">Adds the norm of a part.</param>
    public int Beside(BodyPart part, int x, IReadOnlyList<BodyPart> all, Func<BodyPart, int, int> norm)
    {
        if (part == all[0])
        {
            _beside.Clear();
            foreach (BodyPart other in all)
                _beside.Add(other.Index, Header.Parallel == ParallelKind.OneNorm && other != part ? _beside[part.Index] : As(other, () => norm(other, x)));
        }

        return _beside[part.Index];
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

    /// <summary>What another stage is before the exchange that is being built.</summary>
    public StageGraph StageBefore(string name) => model.Stage(stage.Model.Find(name)!, passed - 1);

    /// <summary>The name of another stage as it is declared.</summary>
    public string NameOf(string name) => stage.Model.Find(name)!.Name;

    /// <summary>Channels of the rows of another stage.</summary>
    public int WidthOf(string name) => stage.Model.Find(name)!.RowWidth;

    /// <summary>Channels of what a bridge takes.</summary>
    public int WidthTaken(Bridge bridge) => bridge.WidthOf(stage.Model);

    /// <summary>The kinds of its tokens.</summary>
    public IReadOnlyList<SegmentParts> Segments => stage.Segments;

    /// <summary>How many rows each has, and how many ids.</summary>
    public EquatableArray<TokenSegment> Kinds => Segments.Select(segment => new TokenSegment(segment.Rows, segment.Tokens)).ToEquatableArray();

    /// <summary>The stage's embedding table.</summary>
    public int Table() => model.Table(stage);

    /// <summary>Values that are computed, one table for all layers, as wide as the rows unless told.</summary>
    public int Computed(int rows, Computed computed, int? columns = null) => model.Add(id => new Parameter(id, new Tensor(Roles.Positions), Spot.Origin, -1, 0, rows, columns ?? Width) { Computed = computed });

    /// <summary>Tables one below the other.</summary>
    public int Stack(IEnumerable<int> tables)
    {
        EquatableArray<int> all = tables.ToEquatableArray();
        return Computed(model.RowsOf(all), new Stack(all));
    }

    /// <summary>A trained array of the part that is being built.</summary>
    public int Parameter(Role role, int rows, int columns, int ordinal = 0, bool isBias = false, Func<Parameter, Parameter>? change = null) => Layer >= 0 && Header.Shared
        ? Once(() => Add(Header.WeightsOf(Layer), role, rows, columns, ordinal, isBias, change), role, ordinal, isBias, Header.WeightsOf(Layer)) : Add(Layer, role, rows, columns, ordinal, isBias, change);

    private int Add(int layer, Role role, int rows, int columns, int ordinal, bool isBias, Func<Parameter, Parameter>? change) => model.Add(id =>
    {
        var parameter = new Parameter(id, new Tensor(role, isBias), Spot.Origin, layer, ordinal, rows, columns)
        {
            Name = _part.Name,
            Group = Group + (stage.Exchange?.FirstGroup ?? 0),
            Sublayer = Parts.Take(_part.Index).OfType<BodyPart>().Count(),
        };
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

    /// <summary>A parameter that all layers of the part that is being built have in common, or all of a group.</summary>
    public int Once(Func<int> add, Role? role = null, int ordinal = 0, bool isBias = false, int group = 0)
    {
        (Part, Role?, int, bool, int) key = (_part, role, ordinal, isBias, group);
        if (!_shared.TryGetValue(key, out int parameter))
            _shared.Add(key, parameter = add());
        return parameter;
    }

    /// <summary>A trained array of the part that is being built, the same in all layers and none of any.</summary>
    public int Shared(Role role, int rows, int columns, int ordinal = 0, bool isBias = false) => Once(() => Add(-1, role, rows, columns, ordinal, isBias, null), role, ordinal, isBias);

    /// <summary>In which numbers the part multiplies.</summary>
    public ProductFormat Products => _part.Products ?? (_part is BodyPart ? model.Products : ProductFormat.Float32);

    /// <summary>A linear map, with a weight of its own unless one is given, of all rows or of so many at the beginning of each sequence; of a source, one that makes another stage's rows the stage's own.</summary>
    public int Linear(int x, Role role, int outputs, int inputs, int ordinal, bool bias, int? weight = null, Func<Parameter, Parameter>? change = null, int? first = null, bool isSource = false)
    {
        int map = weight ?? Parameter(role, outputs, inputs, ordinal, change: change);
        int result = Emit(new Product(New(), Spot, x, EquatableArray.Of(map), EquatableArray.Of(new int?[] { null }), Generator.Activation.Identity, null) { First = first, IsSource = isSource, Format = Products });
        return bias ? Emit(new AddBias(New(), Spot, result, Parameter(role, outputs, 1, ordinal, isBias: true, change))) : result;
    }

    /// <summary>Rows of a source with a width of its own mapped to the stage's; a recurrent layer takes them as they are, and a part that makes them as wide does.</summary>
    public int ToStageWidth(int x, bool bias)
    {
        if (IsRecurrent || Parts.OfType<BodyPart>().Any(part => part.InputWidth is not null))
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
        HeadNorm norm => Emit(norm with { Input = new Slice(Again(norm.Input.Value, x)), Result = New(), Spot = Spot }),
        Operation other => throw new InvalidOperationException("No map " + other.GetType().Name),
    };

    /// <summary>The map that made a value.</summary>
    public LinearMap MapOf(int made) => _operations.First(operation => operation.Result == made) switch
    {
        Product product => new LinearMap(product.Weights[0], null),
        AddBias add => MapOf(add.Input) with { Bias = add.Bias },
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

    /// <summary>A norm of each of some heads that lie side by side.</summary>
    public int HeadNorm(int x, Role role, int heads, int width, int ordinal, NormKind kind) => Emit(new HeadNorm(
        New(), Spot, new Slice(x), heads, width, kind, Parameter(role, width, 1, ordinal), kind == NormKind.Layer && Header.Bias ? Parameter(role, width, 1, ordinal, isBias: true) : null, Header.Epsilon));

    /// <summary>A norm by statistics of each channel, behind a linear map.</summary>
    public int BatchNorm(int x, int width, int ordinal)
    {
        int Of(Role role, bool isBias = false) => Parameter(role, width, 1, ordinal, isBias);
        return Emit(new BatchNorm(New(), Spot, x, new BatchStatistics(Of(Roles.BatchNorm), Of(Roles.BatchNorm, isBias: true), Of(Roles.BatchMean), Of(Roles.BatchVariance), Header.Epsilon)));
    }

    /// <summary>The residual sum.</summary>
    public int Add(int residual, int x) => Emit(new Add(New(), Spot, residual, x));
}
