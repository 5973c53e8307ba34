using System.Collections.Immutable;
using Attention.Generator.Reading;

namespace Attention.Generator.Graph;

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
        return new ModelGraph(model.Name, builder._order.ToEquatableArray(), builder._parameters.ToEquatableArray());
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
            : Parameter(ParameterRole.Embedding, index, -1, part, 0, embedding.Int("vocabulary"), width);
        _tables.Add(index, table);
        return table;
    }

    private int Parameter(ParameterRole role, int stage, int layer, int part, int ordinal, int rows, int columns = 1)
    {
        _parameters.Add(new Parameter(_parameters.Count, role, stage, layer, part, ordinal, rows, columns));
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

        private Origin Here => new(index, _part);

        public StageGraph Build()
        {
            PartDeclaration head = _stage.Parts.First(part => part.Kind is PartKind.Encoder or PartKind.Decoder);
            PartDeclaration embedding = _stage.Parts.First(part => part.Kind == PartKind.Embedding);
            bool decoder = head.Kind == PartKind.Decoder;
            int width = head.Int("width"), layers = head.Int("layers");

            // Sources first, so that their values exist.
            foreach (PartDeclaration part in _stage.Parts)
            {
                if (part.Text("from") is string from)
                    model.Stage(StructureCheck.StageIndex(model._model, from));
            }

            int x = Stem(head, embedding, width);
            _section = Section.Layer;
            for (_layer = 0; _layer < layers; _layer++)
                x = Layer(x, head, decoder, width);
            _layer = -1;
            if (head.Bool("FinalNorm"))
            {
                _section = Section.Final;
                _part = StructureCheck.Find(_stage, part => part == head);
                x = Norm(x, ParameterRole.FinalNormWeight, width, head, head.Bool("Bias", true));
            }

            int sequence = x;
            _section = Section.Output;
            x = Outputs(x, head, width);
            return new StageGraph(
                _stage.Name, index, decoder, embedding.Int("vocabulary"), embedding.Int("length"), width, layers,
                new EquatableArray<Operation>(_operations.ToImmutable()), sequence, x,
                _stage.Parts.Any(part => part.Kind == PartKind.Pooling), _stage.Parts.Any(part => part.Kind == PartKind.Logits));
        }

        private int Stem(PartDeclaration head, PartDeclaration embedding, int width)
        {
            int x = -1;
            for (_part = 0; _part < _stage.Parts.Count; _part++)
            {
                PartDeclaration part = _stage.Parts[_part];
                switch (part.Kind)
                {
                    case PartKind.Embedding:
                        float scale = part.Bool("Scaled") ? (float)Math.Sqrt(width) : 1;
                        x = Emit(new Embed(New(), _section, _layer, Here, model.Table(index), scale, null));
                        break;
                    case PartKind.Positions:
                        ParameterRole role = (PositionKind)part.Int("kind") == PositionKind.Learned ? ParameterRole.LearnedPositions : ParameterRole.SinusoidalPositions;
                        x = Emit(new AddPositions(New(), _section, _layer, Here, x, Parameter(role, embedding.Int("length"), width)));
                        break;
                    case PartKind.LayerNorm when !StructureCheck.IsOutput(_stage, _part):
                        x = Norm(x, ParameterRole.StemNormWeight, width, head, head.Bool("Bias", true));
                        break;
                }
            }

            return x;
        }

        private int Layer(int x, PartDeclaration head, bool decoder, int width)
        {
            bool preNorm = (NormPlacement)head.Int("Norm") == NormPlacement.Pre;
            bool bias = head.Bool("Bias", true);
            int norms = 0, selves = 0, crosses = 0, feeds = 0;
            for (_part = 0; _part < _stage.Parts.Count; _part++)
            {
                PartDeclaration part = _stage.Parts[_part];
                if (!StructureCheck.IsBody(part.Kind))
                    continue;
                int input = preNorm ? Norm(x, ParameterRole.NormWeight, width, head, bias, norms) : x;
                int result = part.Kind switch
                {
                    PartKind.SelfAttention => SelfAttention(input, part, decoder || part.Bool("Causal"), width, bias, selves++),
                    PartKind.CrossAttention => CrossAttention(input, part, width, bias, crosses++),
                    _ => FeedForward(input, part, width, bias, feeds++),
                };
                x = Emit(new Add(New(), _section, _layer, Here, x, result));
                if (!preNorm)
                    x = Norm(x, ParameterRole.NormWeight, width, head, bias, norms);
                norms++;
            }

            return x;
        }

        private int SelfAttention(int input, PartDeclaration part, bool causal, int width, bool stageBias, int ordinal)
        {
            int heads = part.Int("heads");
            bool bias = part.Bool("Bias", stageBias);
            int inner = part.Has("HeadWidth") ? heads * part.Int("HeadWidth") : width;
            int query = Linear(input, ParameterRole.SelfQuery, inner, width, ordinal, bias);
            int key = Linear(input, ParameterRole.SelfKey, inner, width, ordinal, bias);
            int value = Linear(input, ParameterRole.SelfValue, inner, width, ordinal, bias);
            int context = Attend(query, key, value, heads, inner, causal, null);
            return Linear(context, ParameterRole.SelfOutput, width, inner, ordinal, bias);
        }

        private int CrossAttention(int input, PartDeclaration part, int width, bool stageBias, int ordinal)
        {
            StageGraph source = model.Stage(StructureCheck.StageIndex(model._model, part.Text("from")!));
            PartDeclaration? self = _stage.Parts.FirstOrDefault(candidate => candidate.Kind == PartKind.SelfAttention);
            int heads = part.Has("heads") ? part.Int("heads") : self!.Int("heads");
            bool bias = part.Bool("Bias", stageBias);
            int inner = part.Has("HeadWidth") ? heads * part.Int("HeadWidth") : width;
            int sourceWidth = part.Int("SourceWidth", width);

            int query = Linear(input, ParameterRole.CrossQuery, inner, width, ordinal, bias);
            _section = Section.Source;
            int key = Linear(source.Sequence, ParameterRole.CrossKey, inner, sourceWidth, ordinal, bias);
            int value = Linear(source.Sequence, ParameterRole.CrossValue, inner, sourceWidth, ordinal, bias);
            _section = Section.Layer;
            int context = Attend(query, key, value, heads, inner, false, source.Index);
            return Linear(context, ParameterRole.CrossOutput, width, inner, ordinal, bias);
        }

        private int Attend(int query, int key, int value, int heads, int inner, bool causal, int? source)
        {
            int headWidth = inner / heads;
            return Emit(new Attend(
                New(), _section, _layer, Here, new Slice(query), new Slice(key), new Slice(value),
                heads, headWidth, (float)(1 / Math.Sqrt(headWidth)), causal, source));
        }

        private int FeedForward(int input, PartDeclaration part, int width, bool bias, int ordinal)
        {
            int hidden = Linear(input, ParameterRole.Hidden, part.Int("hidden"), width, ordinal, bias);
            hidden = Activation(hidden, part.Int("activation"));
            return Linear(hidden, ParameterRole.Contract, width, part.Int("hidden"), ordinal, bias);
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
                        x = Emit(new Pool(New(), _section, _layer, Here, x, (PoolingKind)part.Int("kind")));
                        break;
                    case PartKind.L2Normalize:
                        x = Emit(new L2Normalize(New(), _section, _layer, Here, x));
                        break;
                    case PartKind.LayerNorm when StructureCheck.IsOutput(_stage, _part):
                        x = Norm(x, ParameterRole.OutputNormWeight, width, head, head.Bool("Bias", true), norms++);
                        break;
                    case PartKind.Linear:
                        x = Linear(x, ParameterRole.Linear, part.Int("width"), width, linears++, part.Bool("Bias", true));
                        x = Activation(x, part.Int("Activation"));
                        width = part.Int("width");
                        break;
                    case PartKind.Logits:
                        bool tied = part.Bool("Tied");
                        int vocabulary = _stage.Parts.First(candidate => candidate.Kind == PartKind.Embedding).Int("vocabulary");
                        x = Linear(x, ParameterRole.Logits, vocabulary, width, 0, part.Bool("Bias", !tied), tied ? model.Table(index) : null);
                        break;
                }
            }

            return x;
        }

        private int Linear(int input, ParameterRole role, int outputs, int inputs, int ordinal, bool bias, int? weight = null)
        {
            int parameter = weight ?? Parameter(role, outputs, inputs, ordinal);
            int result = Emit(new Project(
                New(), _section, _layer, Here, input, EquatableArray.Of(parameter), EquatableArray.Of(new int?[] { null }), Graph.Activation.Identity, null));
            return bias ? Emit(new AddBias(New(), _section, _layer, Here, result, Parameter(BiasOf(role), outputs, 1, ordinal))) : result;
        }

        private int Activation(int input, int activation) => activation == 0
            ? input
            : Emit(new Activate(New(), _section, _layer, Here, input, (Activation)activation));

        /// <summary>A layer normalisation; its bias role is the one behind its weight role.</summary>
        private int Norm(int input, ParameterRole weight, int width, PartDeclaration head, bool bias, int ordinal = 0)
        {
            double epsilon = _stage.Parts[_part].Kind == PartKind.LayerNorm
                ? _stage.Parts[_part].Double("Epsilon", head.Double("Epsilon", 1e-5))
                : head.Double("Epsilon", 1e-5);
            return Emit(new Normalize(
                New(), _section, _layer, Here, input, Parameter(weight, width, 1, ordinal),
                bias ? Parameter(weight + 1, width, 1, ordinal) : null, (float)epsilon));
        }

        private int Parameter(ParameterRole role, int rows, int columns, int ordinal = 0) =>
            model.Parameter(role, index, _layer, _part, ordinal, rows, columns);

        private int New() => model._values++;

        private int Emit(Operation operation)
        {
            _operations.Add(operation);
            return operation.Result;
        }

        private static ParameterRole BiasOf(ParameterRole weight) => weight switch
        {
            ParameterRole.SelfQuery => ParameterRole.SelfQueryBias,
            ParameterRole.SelfKey => ParameterRole.SelfKeyBias,
            ParameterRole.SelfValue => ParameterRole.SelfValueBias,
            ParameterRole.SelfOutput => ParameterRole.SelfOutputBias,
            ParameterRole.CrossQuery => ParameterRole.CrossQueryBias,
            ParameterRole.CrossKey => ParameterRole.CrossKeyBias,
            ParameterRole.CrossValue => ParameterRole.CrossValueBias,
            ParameterRole.CrossOutput => ParameterRole.CrossOutputBias,
            ParameterRole.Hidden => ParameterRole.HiddenBias,
            ParameterRole.Contract => ParameterRole.ContractBias,
            ParameterRole.Linear => ParameterRole.LinearBias,
            _ => ParameterRole.LogitsBias,
        };
    }

    private enum NormPlacement
    {
        Post,
        Pre,
    }
}
