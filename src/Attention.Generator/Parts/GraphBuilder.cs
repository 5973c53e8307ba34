using System.Collections.Immutable;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>
/// Writes a declaration out as operations, one by one and layer by layer, in the order of the papers and without any
/// thought of speed. It needs a declaration that <see cref="StructureCheck"/> found nothing wrong with.
/// </summary>
internal sealed class GraphBuilder
{
    private readonly ModelDeclaration _model;
    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<int, StageGraph> _stages = [];
    private readonly Dictionary<int, int> _tables = [];
    private readonly List<StageGraph> _order = [];
    private int _values;

    private GraphBuilder(ModelDeclaration model) => _model = model;

    public static ModelGraph Build(ModelDeclaration model)
    {
        var builder = new GraphBuilder(model);
        for (int i = 0; i < model.Stages.Count; i++)
            builder.Stage(i);
        return new ModelGraph(model.Name, model.Weights, builder._order.ToEquatableArray(), builder._parameters.ToEquatableArray());
    }

    private StageGraph Stage(int index)
    {
        if (!_stages.TryGetValue(index, out StageGraph? stage))
        {
            stage = new StageBuilder(this, index).Build();
            _stages.Add(index, stage);
            _order.Add(stage);
        }

        return stage;
    }

    /// <summary>The embedding table of a stage, which may be another stage's.</summary>
    private int Table(int index)
    {
        if (_tables.TryGetValue(index, out int table))
            return table;
        StageDeclaration stage = _model.Stages[index];
        int part = StructureCheck.Find(stage, candidate => candidate.Kind == PartKind.Embedding);
        PartDeclaration embedding = stage.Parts[part];
        int width = stage.Parts.First(candidate => candidate.Kind is PartKind.Encoder or PartKind.Decoder).Int("width");
        table = embedding.Text("Shares") is string shared
            ? Table(StructureCheck.StageIndex(_model, shared))
            : Parameter(new Tensor(Roles.Embedding), new Origin(index, part), -1, 0, embedding.Int("vocabulary"), width, embedding.Text("Name"));
        _tables.Add(index, table);
        return table;
    }

    private int Parameter(Tensor tensor, Origin origin, int layer, int ordinal, int rows, int columns, string? name)
    {
        _parameters.Add(new Parameter(_parameters.Count, tensor, origin, layer, ordinal, rows, columns) { Name = name });
        return _parameters.Count - 1;
    }

    /// <summary>Builds one stage; its cursor is the section, layer and part that the next operation belongs to.</summary>
    private sealed class StageBuilder(GraphBuilder model, int index)
    {
        private readonly StageDeclaration _stage = model._model.Stages[index];
        private readonly ImmutableArray<Operation>.Builder _operations = ImmutableArray.CreateBuilder<Operation>();
        private Section _section;
        private int _layer = -1;
        private int _part;
        private int _rows;
        private int _norms;

        private Spot Here => new(_section, _layer, new Origin(index, _part));

        public StageGraph Build()
        {
            PartDeclaration head = _stage.Parts.First(part => part.Kind is PartKind.Encoder or PartKind.Decoder);
            bool decoder = head.Kind == PartKind.Decoder;
            int width = head.Int("width"), layers = head.Int("layers");

            // Sources first, so that their values exist.
            foreach (PartDeclaration part in _stage.Parts)
            {
                if (part.Text("from") is string from)
                    model.Stage(StructureCheck.StageIndex(model._model, from));
            }

            StageSource source = Source();
            _rows = source.Length;
            int x = Stem(head, source, width);
            _section = Section.Layer;
            for (_layer = 0; _layer < layers; _layer++)
                x = Layer(x, head, decoder, width);
            _layer = -1;
            if (head.Bool("FinalNorm"))
            {
                _section = Section.Final;
                _part = StructureCheck.Find(_stage, part => part == head);
                x = Norm(x, Roles.FinalNorm, width, head, head.Bool("Bias", true));
            }

            int sequence = x;
            _section = Section.Output;
            x = Outputs(x, head, width);
            return new StageGraph(
                _stage.Name, index, decoder, source, _rows, _rows - source.Length, width, layers,
                new EquatableArray<Operation>(_operations.ToImmutable()), sequence, x,
                StructureCheck.IsPooled(_stage), _stage.Parts.Any(part => part.Kind == PartKind.Logits));
        }

        private StageSource Source()
        {
            PartDeclaration part = _stage.Parts.First(candidate => StructureCheck.IsSource(candidate.Kind));
            switch (part.Kind)
            {
                case PartKind.Patches:
                    var grid = new PatchGrid(part.Int("image"), part.Int("patch"), part.Int("Channels", 1), part.Bool("ChannelsLast"));
                    return new StageSource(SourceKind.Patches, grid.Patches, Image: grid);
                case PartKind.Features:
                    PartDeclaration head = _stage.Parts.First(candidate => candidate.Kind is PartKind.Encoder or PartKind.Decoder);
                    return new StageSource(SourceKind.Features, part.Int("length"), Width: part.Int("Width", head.Int("width")));
                case PartKind.Input:
                    StageGraph other = model.Stage(StructureCheck.StageIndex(model._model, part.Text("from")!));
                    return new StageSource(SourceKind.Stage, other.Length, Stage: other.Index);
                default:
                    int types = _stage.Parts.FirstOrDefault(candidate => candidate.Kind == PartKind.TokenTypes)?.Int("count") ?? 0;
                    return new StageSource(SourceKind.Tokens, part.Int("length"), part.Int("vocabulary"), types > 1 ? types : 0);
            }
        }

        private int Stem(PartDeclaration head, StageSource source, int width)
        {
            int x = -1;
            for (_part = 0; _part < _stage.Parts.Count; _part++)
            {
                PartDeclaration part = _stage.Parts[_part];
                switch (part.Kind)
                {
                    case PartKind.Embedding:
                        float scale = part.Bool("Scaled") ? (float)Math.Sqrt(width) : 1;
                        x = Emit(new Embed(New(), Here, model.Table(index), scale, null));
                        break;
                    case PartKind.Patches:
                        int map = Parameter(Roles.Patches, width, source.Image!.PatchFloats);
                        model._parameters[map] = model._parameters[map] with { ChannelsLast = part.Has("Order") ? (PatchOrder)part.Int("Order") == PatchOrder.ChannelsLast : null };
                        x = Emit(new CutPatches(New(), Here, source.Image!, map));
                        x = Linear(x, Roles.Patches, width, source.Image!.PatchFloats, 0, part.Bool("Bias", true), map);
                        break;
                    case PartKind.Features:
                        x = Emit(new TakeFeatures(New(), Here, source.Width));
                        if (part.Has("Width"))
                            x = Linear(x, Roles.Source, width, source.Width, 0, part.Bool("Bias", true));
                        break;
                    case PartKind.Input:
                        int rows = model.Stage(source.Stage!.Value).Sequence;
                        x = part.Has("SourceWidth")
                            ? Linear(rows, Roles.Source, width, part.Int("SourceWidth"), 0, part.Bool("Bias", true))
                            : Emit(new CopyRows(New(), Here, rows));
                        break;
                    case PartKind.ClassToken:
                        x = Emit(new Prepend(New(), Here, x, Parameter(Roles.ClassToken, width, 1)));
                        _rows++;
                        break;
                    case PartKind.TokenTypes:
                        x = Emit(new AddTypes(New(), Here, x, Parameter(Roles.TokenTypes, part.Int("count"), width)));
                        break;
                    case PartKind.Positions:
                        var kind = (PositionKind)part.Int("kind");
                        int positions = Parameter(Roles.Positions, _rows, width);
                        model._parameters[positions] = model._parameters[positions] with
                        {
                            Computed = kind == PositionKind.Learned ? null : new Sinusoids(kind == PositionKind.SinusoidalHalves),
                            Offset = part.Int("Offset"),
                            TensorRows = part.Has("Rows") ? part.Int("Rows") : null,
                        };
                        x = Emit(new AddPositions(New(), Here, x, positions));
                        break;
                    case PartKind.LayerNorm when !StructureCheck.IsOutput(_stage, _part):
                        x = Norm(x, Roles.StemNorm, width, head, head.Bool("Bias", true), _norms++);
                        break;
                }
            }

            return x;
        }

        private int Layer(int x, PartDeclaration head, bool decoder, int width)
        {
            bool preNorm = (NormPlacement)head.Int("Norm") == NormPlacement.Pre;
            bool bias = head.Bool("Bias", true);
            int norms = -1, selves = -1, crosses = -1, feeds = -1;
            for (_part = 0; _part < _stage.Parts.Count; _part++)
            {
                // A part counts on layers that lack it too, so that names do not depend on where it is.
                PartDeclaration part = _stage.Parts[_part];
                if (!StructureCheck.IsBody(part.Kind))
                    continue;
                norms++;
                int ordinal = part.Kind switch { PartKind.SelfAttention => ++selves, PartKind.CrossAttention => ++crosses, _ => ++feeds };
                if (!IsAt(part, _layer))
                    continue;
                Role norm = part.Kind switch
                {
                    PartKind.SelfAttention => Roles.SelfNorm,
                    PartKind.CrossAttention => Roles.CrossNorm,
                    _ => Roles.FeedForwardNorm,
                };
                int input = preNorm ? Norm(x, norm, width, head, bias, norms) : x;
                int result = part.Kind switch
                {
                    PartKind.SelfAttention => SelfAttention(input, part, decoder || part.Bool("Causal"), width, bias, ordinal),
                    PartKind.CrossAttention => CrossAttention(input, part, width, bias, ordinal),
                    _ => FeedForward(input, part, width, bias, ordinal),
                };
                x = Emit(new Add(New(), Here, x, result));
                if (!preNorm)
                    x = Norm(x, norm, width, head, bias, norms);
            }

            return x;
        }

        /// <summary>Whether a layer has a part of the body.</summary>
        private static bool IsAt(PartDeclaration part, int layer) =>
            part.Ints("At") is EquatableArray<int> at ? at.Contains(layer) : layer % part.Int("Every", 1) == 0;

        private int SelfAttention(int input, PartDeclaration part, bool causal, int width, bool stageBias, int ordinal)
        {
            int heads = part.Int("heads");
            bool bias = part.Bool("Bias", stageBias);
            int inner = part.Has("HeadWidth") ? heads * part.Int("HeadWidth") : width;
            int query = Linear(input, Roles.SelfQuery, inner, width, ordinal, part.Bool("QueryBias", bias));
            int key = Linear(input, Roles.SelfKey, inner, width, ordinal, part.Bool("KeyBias", bias));
            int value = Linear(input, Roles.SelfValue, inner, width, ordinal, part.Bool("ValueBias", bias));
            int context = Attend(query, key, value, heads, inner, causal, null);
            return Linear(context, Roles.SelfOutput, width, inner, ordinal, part.Bool("OutputBias", bias));
        }

        private int CrossAttention(int input, PartDeclaration part, int width, bool stageBias, int ordinal)
        {
            StageGraph source = model.Stage(StructureCheck.StageIndex(model._model, part.Text("from")!));
            PartDeclaration? self = _stage.Parts.FirstOrDefault(candidate => candidate.Kind == PartKind.SelfAttention);
            int heads = part.Has("heads") ? part.Int("heads") : self!.Int("heads");
            bool bias = part.Bool("Bias", stageBias);
            int inner = part.Has("HeadWidth") ? heads * part.Int("HeadWidth") : width;
            int sourceWidth = part.Int("SourceWidth", width);

            int query = Linear(input, Roles.CrossQuery, inner, width, ordinal, part.Bool("QueryBias", bias));
            _section = Section.Source;
            int key = Linear(source.Sequence, Roles.CrossKey, inner, sourceWidth, ordinal, part.Bool("KeyBias", bias));
            int value = Linear(source.Sequence, Roles.CrossValue, inner, sourceWidth, ordinal, part.Bool("ValueBias", bias));
            _section = Section.Layer;
            int context = Attend(query, key, value, heads, inner, false, source.Index);
            return Linear(context, Roles.CrossOutput, width, inner, ordinal, part.Bool("OutputBias", bias));
        }

        private int Attend(int query, int key, int value, int heads, int inner, bool causal, int? source)
        {
            int headWidth = inner / heads;
            return Emit(new Attend(
                New(), Here, new Slice(query), new Slice(key), new Slice(value),
                heads, headWidth, (float)(1 / Math.Sqrt(headWidth)), causal, source, _stage.Parts[_part].Bool("Capture")));
        }

        private int FeedForward(int input, PartDeclaration part, int width, bool stageBias, int ordinal)
        {
            bool bias = part.Bool("Bias", stageBias);
            int hidden = Linear(input, Roles.Hidden, part.Int("hidden"), width, ordinal, part.Bool("HiddenBias", bias));
            hidden = Activation(hidden, part.Int("activation"));
            return Linear(hidden, Roles.Contract, width, part.Int("hidden"), ordinal, part.Bool("OutputBias", bias));
        }

        private int Outputs(int x, PartDeclaration head, int width)
        {
            int linears = 0, norms = 0;
            for (_part = 0; _part < _stage.Parts.Count; _part++)
            {
                PartDeclaration part = _stage.Parts[_part];
                switch (part.Kind)
                {
                    case PartKind.Pooling:
                        x = Emit(new Pool(New(), Here, x, (PoolingKind)part.Int("kind")));
                        break;
                    case PartKind.L2Normalize:
                        x = Emit(new L2Normalize(New(), Here, x));
                        break;
                    case PartKind.LayerNorm when StructureCheck.IsOutput(_stage, _part):
                        x = Norm(x, Roles.OutputNorm, width, head, head.Bool("Bias", true), norms++);
                        break;
                    case PartKind.Linear:
                        x = Linear(x, Roles.Linear, part.Int("width"), width, linears++, part.Bool("Bias", true));
                        x = Activation(x, part.Int("Activation"));
                        width = part.Int("width");
                        break;
                    case PartKind.Head:
                        bool bias = part.Bool("Bias", true);
                        if (_stage.Parts.All(candidate => candidate.Kind != PartKind.Pooling))
                            x = Emit(new Pool(New(), Here, x, (PoolingKind)part.Int("Pooling", (int)PoolingKind.First)));
                        if (part.Has("Pooler"))
                            x = Activation(Linear(x, Roles.Pooler, width, width, 0, bias), part.Int("Pooler"));
                        x = Linear(x, Roles.Head, part.Int("classes"), width, 0, bias);
                        width = part.Int("classes");
                        break;
                    case PartKind.Logits:
                        bool tied = part.Bool("Tied");
                        int vocabulary = _stage.Parts.First(candidate => candidate.Kind == PartKind.Embedding).Int("vocabulary");
                        x = Linear(x, Roles.Logits, vocabulary, width, 0, part.Bool("Bias", !tied), tied ? model.Table(index) : null);
                        break;
                }
            }

            return x;
        }

        private int Linear(int input, Role role, int outputs, int inputs, int ordinal, bool bias, int? weight = null)
        {
            int parameter = weight ?? Parameter(role, outputs, inputs, ordinal);
            int result = Emit(new Product(
                New(), Here, input, EquatableArray.Of(parameter), EquatableArray.Of(new int?[] { null }), Generator.Activation.Identity, null));
            return bias ? Emit(new AddBias(New(), Here, result, Parameter(role, outputs, 1, ordinal, isBias: true))) : result;
        }

        private int Activation(int input, int activation) => activation == 0
            ? input
            : Emit(new Activate(New(), Here, input, (Activation)activation));

        private int Norm(int input, Role role, int width, PartDeclaration head, bool bias, int ordinal = 0)
        {
            double epsilon = _stage.Parts[_part].Kind == PartKind.LayerNorm
                ? _stage.Parts[_part].Double("Epsilon", head.Double("Epsilon", 1e-5))
                : head.Double("Epsilon", 1e-5);
            return Emit(new LayerNorm(
                New(), Here, input, Parameter(role, width, 1, ordinal),
                bias ? Parameter(role, width, 1, ordinal, isBias: true) : null, (float)epsilon));
        }

        private int Parameter(Role role, int rows, int columns, int ordinal = 0, bool isBias = false) =>
            model.Parameter(new Tensor(role, isBias), new Origin(index, _part), _layer, ordinal, rows, columns, _stage.Parts[_part].Text("Name"));

        private int New() => model._values++;

        private int Emit(Operation operation)
        {
            _operations.Add(operation);
            return operation.Result;
        }
    }
}
