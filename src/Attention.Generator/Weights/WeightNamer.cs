using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Reading;

namespace Attention.Generator.Weights;

/// <summary>Where a parameter is found: some rows of a tensor of a checkpoint, or nowhere if it is computed.</summary>
/// <param name="Template">The tensor's name, with <c>{layer}</c> for the layer in it, or several, divided by <c>|</c>, of which the first that a file has is taken; null for a computed parameter.</param>
/// <param name="Rows">Rows of the whole tensor; of a transposed one, columns.</param>
/// <param name="First">The first of them that is the parameter's.</param>
/// <param name="Transposed">Whether the tensor is input × output.</param>
/// <param name="ChannelsLast">Of the map of patches, whether a patch's values have the channel last.</param>
internal sealed record TensorBinding(string? Template, int Rows, int First, bool Transposed = false, bool ChannelsLast = false)
{
    /// <summary>In how many equal pieces the parameter's rows lie, each so many rows of the tensor behind the one before.</summary>
    public Pieces Pieces { get; init; } = new(1, 0);

    /// <summary>The names that the tensor of a layer may have; none of a computed one.</summary>
    public string[] NamesOf(int layer) => Template is null ? [] : LayerHole.Fill(Template, layer).Split(LayoutRow.Or);

    /// <summary>The row of the tensor that is one of the parameter's <paramref name="rows"/>.</summary>
    public int RowOf(int row, int rows) => First + (row / (rows / Pieces.Count) * Pieces.Step) + (row % (rows / Pieces.Count));
}

/// <summary>Equal pieces of rows, from the beginning of one to that of the next.</summary>
internal readonly record struct Pieces(int Count, int Step);

/// <summary>A shaped graph with the tensor of every parameter, by parameter id.</summary>
internal sealed record NamedGraph(ShapedGraph Shaped, EquatableArray<TensorBinding> Bindings)
{
    public ModelGraph Graph => Shaped.Graph;

    /// <summary>What the model may leave unread.</summary>
    public UnreadTensors Unread { get; init; } = UnreadTensors.None;

    /// <summary>The tensors of one number that the model shows.</summary>
    public EquatableArray<Scalar> Scalars { get; init; } = EquatableArray<Scalar>.Empty;
}

/// <summary>Finds the tensor of each parameter by the model's layout.</summary>
internal sealed class WeightNamer
{
    private readonly ModelGraph _graph;
    private readonly ModelDeclaration _model;
    private readonly Layout _layout;
    private readonly Func<TensorRole, EquatableArray<Role>> _rolesOf;
    private readonly Dictionary<(Origin, int, int, Role), Parameter> _weights;
    private readonly List<Finding> _findings;

    /// <summary>What a tensor has its name from.</summary>
    private readonly HashSet<Target> _namers = [];

    /// <summary>The stages of whose names some tell groups apart.</summary>
    private readonly HashSet<int> _grouped = [];

    /// <summary>Where it is told that heads stand one behind the other, and they do.</summary>
    private readonly HashSet<Target> _byHead = [];

    /// <summary>Names told to have groups that their stages have not.</summary>
    private readonly HashSet<Target> _ungrouped = [];

    private WeightNamer(ModelGraph graph, ModelDeclaration model, Layout layout, Func<TensorRole, EquatableArray<Role>> rolesOf, List<Finding> findings)
    {
        _findings = findings;
        _graph = graph;
        _model = model;
        _layout = layout;
        _rolesOf = rolesOf;
        _weights = graph.Parameters.Where(parameter => !parameter.Tensor.IsBias && parameter.Computed is null)
            .GroupBy(parameter => (parameter.Origin, parameter.Layer, parameter.Ordinal, parameter.Role)).ToDictionary(group => group.Key, group => group.First());
    }

    public static NamedGraph Name(ShapedGraph shaped, ModelDeclaration model, Layout layout, Func<TensorRole, EquatableArray<Role>> rolesOf, List<Finding> findings)
    {
        var namer = new WeightNamer(shaped.Graph, model, layout, rolesOf, findings);
        TensorBinding[] bindings = shaped.Graph.Parameters.Select(namer.Bind).ToArray();
        findings.AddRange(UnreadTensors.Check(model));
        if (findings.Count == 0)
            findings.AddRange(namer.Collisions(bindings).Concat(namer.Unused()));
        return new NamedGraph(shaped, bindings.ToEquatableArray())
        {
            Scalars = model.Scalars,
            Unread = UnreadTensors.Of(model, layout, namer.PrefixOf, bindings.Select(binding => binding.Template).OfType<string>()),
        };
    }

    private TensorBinding Bind(Parameter parameter)
    {
        if (parameter.Computed is not null)
            return new TensorBinding(null, parameter.Rows, 0);
        StageDeclaration stage = _model.Stages[parameter.Stage];
        PartDeclaration part = stage.Parts[parameter.Part];
        Tensor tensor = parameter.Tensor;

        // The part's own name is the nearest, then the stage's tensors, the model's, the layout.
        string? own = tensor.Role.IsOfStage ? null : parameter.Name;
        int declared = DeclaredOf(parameter);
        Target from = new(declared, parameter.Part, own is null ? null : "Name");
        LayoutRow? row = own is not null
            ? (_layout.RowOf(tensor, stage.Facts.HasLogits) ?? (tensor.IsBias ? new LayoutRow("", ".weight").OfBias() : new LayoutRow("", ".weight"))) with { Stem = own }
            : Given(parameter, stage.Tensors, declared, stage, ref from) ?? Given(parameter, _model.Tensors, Target.Model, stage, ref from) ?? _layout.RowOf(tensor, stage.Facts.HasLogits);
        _namers.Add(from);
        if (row is null)
        {
            _findings.Add(new Finding(RuleIds.UnsoundTensorName, new Target(declared, parameter.Part),
                $"Layout {_model.Layout} has no name for the {tensor.Role.Name} of {part.Label} in stage '{stage.Title}'; add [Tensor(TensorRole.{tensor.Role.Name}, \"…\")]"));
            return new TensorBinding("", 0, 0);
        }

        Parameter[] stack = [.. row.Stack.Select(role => _weights.TryGetValue((parameter.Origin, parameter.Layer, parameter.Ordinal, role), out Parameter? part) ? part : null).OfType<Parameter>()];
        bool stacked = stack.Length > 0 && (row.Unstacked is null || stack.All(weight => weight.Columns == stack[0].Columns));
        bool isBeside = row.Other is Role other && _weights.ContainsKey((parameter.Origin, parameter.Layer, parameter.Ordinal, other));
        string prefix = PrefixOf(stage), filled = Fill(string.Join("|", row.NamesWith(isBeside ? row.Beside! : stacked || stack.Length == 0 ? row.Suffix : row.Unstacked!)), prefix, parameter.Ordinal, parameter.Sublayer);
        string name = filled.Replace("{group}", parameter.Group.ToString(CultureInfo.InvariantCulture));
        if (name != filled)
            _grouped.Add(declared);
        Target NamerOf(string hole) => prefix.Contains(hole) ? new Target(declared, stage.Facts.Header, "Prefix") : from;
        if (parameter.Layer < 0 && LayerHole.IsIn(name))
        {
            _findings.Add(new Finding(RuleIds.UnsoundTensorName, NamerOf("{layer"),
                $"'{name}' names the {tensor.Role.Name} of stage '{stage.Title}', which is in no layer; expected a name without {{layer}}"));
        }

        // A layout's own names are of the first group where there are none.
        bool isGivenGroup = prefix.Contains("{group}") || (from.Argument is not null && row.Stem.Contains("{group}"));
        if (isGivenGroup && _model.Stages[declared].Facts.Groups == 0 && _ungrouped.Add(NamerOf("{group}")))
        {
            _findings.Add(new Finding(RuleIds.UnsoundTensorName, NamerOf("{group}"),
                $"'{filled}' names the {tensor.Role.Name} of stage '{stage.Title}', which has no groups; expected a name without {{group}}, or [ClassExchange] in the stage"));
        }

        // Where heads stand one behind the other, each has its rows of all that share the tensor; some may share those of keys and values.
        int pieces = stacked && row.ByHead ? Math.Max(1, stack.Min(weight => weight.Heads)) : 1;
        if (stacked && stack.All(weight => weight.Heads > 0))
            _byHead.Add(from);
        int rows = stack.Sum(weight => weight.Rows);
        return stacked
            ? new TensorBinding(name, rows, stack.TakeWhile(weight => weight.Role != tensor.Role).Sum(weight => weight.Rows) / pieces, row.Transposed) { Pieces = new(pieces, pieces == 1 ? 0 : rows / pieces) }
            : new TensorBinding(name, parameter.TensorRows ?? (parameter.Offset + parameter.Rows), parameter.Offset, row.Transposed, parameter.ChannelsLast ?? row.ChannelsLast);
    }

    /// <summary>The stage that the user declares, of which a parameter is.</summary>
    private int DeclaredOf(Parameter parameter) => _model.Stages[parameter.Stage].Continues?.Stage ?? parameter.Stage;

    private string PrefixOf(StageDeclaration stage) => stage.Facts.Prefix ?? (stage.Facts.IsDecoder ? _layout.DecoderPrefix : _layout.EncoderPrefix);

    public static string Fill(string template, string prefix, int ordinal = 0, int sublayer = 0)
    {
        string parent = prefix.Contains('.') ? prefix.Substring(0, prefix.LastIndexOf('.')) : "", n = (ordinal + 1).ToString(CultureInfo.InvariantCulture);
        return template
            .Replace("{prefix}.", prefix.Length == 0 ? "" : prefix + ".").Replace("{prefix}", prefix)
            .Replace("{parent}.", parent.Length == 0 ? "" : parent + ".").Replace("{parent}", parent)
            .Replace("{part}", sublayer.ToString(CultureInfo.InvariantCulture))
            .Replace("{n?}", ordinal == 0 ? "" : n)
            .Replace("{n}", n);
    }

    /// <summary>The row that a <c>[Tensor]</c> attribute gives a parameter's tensor, the most particular one; null without one.</summary>
    private LayoutRow? Given(Parameter parameter, EquatableArray<PartDeclaration> tensors, int place, StageDeclaration stage, ref Target from)
    {
        Tensor of = parameter.Tensor;
        foreach (TensorAttribute tensor in TensorAttribute.Of(tensors).OrderBy(tensor => tensor.N is null).ThenBy(tensor => _rolesOf(tensor.Role).Count))
        {
            EquatableArray<Role> roles = _rolesOf(tensor.Role);
            if (!roles.Contains(of.Role) || (tensor.N is int n && n != parameter.Ordinal + 1))
                continue;
            EquatableArray<Role> stack = roles.Count > 1 ? roles : EquatableArray<Role>.Empty;
            string template = tensor.Template!;
            from = Target.OfTensor(place, tensor.Index, of.IsBias && tensor.Bias is not null ? "Bias" : "template");

            // The name is another, the form is the family's.
            LayoutRow? usual = _layout.RowOf(of, stage.Facts.HasLogits);
            if (!of.IsBias)
                return new LayoutRow(template, "") { Stack = stack, Transposed = tensor.Transposed ?? usual?.Transposed ?? false, ByHead = tensor.ByHead ?? usual?.ByHead ?? false, ChannelsLast = usual?.ChannelsLast ?? false };
            if ((tensor.Bias ?? LayoutRow.BiasName(template)) is string bias)
                return new LayoutRow(bias, "") { Stack = stack, ByHead = tensor.ByHead ?? usual?.ByHead ?? false };
            _findings.Add(new Finding(RuleIds.UnsoundTensorName, Target.OfTensor(place, tensor.Index, "template"),
                $"'{template}' names the {of.Role.Name} of stage '{stage.Name}', which has a bias, but has no 'weight' or 'gamma' in it to make the bias's name of; say Bias = \"…\", or turn the bias off"));
            return new LayoutRow("", "");
        }

        return null;
    }

    /// <summary>Names that the user gives to no tensor.</summary>
    private IEnumerable<Finding> Unused()
    {
        for (int i = 0; i < _model.Stages.Count; i++)
        {
            StageDeclaration stage = _model.Stages[i];
            if (stage.Continues is not null)
                break;
            for (int j = 0; j < stage.Parts.Count; j++)
            {
                if (stage.Parts[j].TensorName is not null && !_namers.Contains(new Target(i, j, "Name")))
                    yield return new Finding(RuleIds.WithoutEffect, new Target(i, j, "Name"),
                        $"Name is given in {stage.Parts[j].Label} of stage '{stage.Name}', which reads no tensor of its own; remove Name");
                if (stage.Parts[j].Has("FirstGroup") && !_grouped.Contains(i))
                    yield return new Finding(RuleIds.WithoutEffect, new Target(i, j, "FirstGroup"),
                        $"FirstGroup is given in {stage.Parts[j].Label} of stage '{stage.Name}', but none of its names has {{group}}; remove FirstGroup, or put {{group}} into Prefix or a name");
            }
        }

        foreach ((EquatableArray<PartDeclaration> tensors, int place, string name) in _model.Stages
            .Where(stage => stage.Continues is null).Select((stage, index) => (stage.Tensors, index, stage.Name)).Prepend((_model.Tensors, Target.Model, _model.Name)))
        {
            foreach (TensorAttribute tensor in TensorAttribute.Of(tensors))
            {
                string what = tensor.Role.ToString(), owner = $"[Tensor] of '{name}'";
                Target Of(string? argument = null) => Target.OfTensor(place, tensor.Index, argument);
                if (!_namers.Contains(Of("template")) && !_namers.Contains(Of("Bias")))
                    yield return new Finding(RuleIds.WithoutEffect, Of(), $"{owner} names the {what}, which no part has, or none that has no nearer name; remove it");
                else if (tensor.Bias is not null && !_namers.Contains(Of("Bias")))
                    yield return new Finding(RuleIds.WithoutEffect, Of("Bias"), $"{owner} names a bias of the {what}, which has none; remove Bias");
                if (tensor.ByHead is not null && !_byHead.Contains(Of("template")))
                    yield return new Finding(RuleIds.WithoutEffect, Of("ByHead"), $"{owner} says whether heads stand one behind the other in the {what}, which is no one tensor of an attention's queries, keys and values; remove ByHead");
                if (tensor.Transposed is not null && _rolesOf(tensor.Role)[0].Kind != RoleKind.Map)
                    yield return new Finding(RuleIds.WithoutEffect, Of("Transposed"), $"{owner} says whether the {what} is transposed, which is no linear map; remove Transposed");
            }
        }
    }

    /// <summary>Two parameters that would read the same rows of one tensor, without either being declared as shared.</summary>
    private IEnumerable<Finding> Collisions(TensorBinding[] bindings)
    {
        var readers = new Dictionary<(string, int, int), Parameter>();
        var reported = new HashSet<(Target, int)>();
        foreach (Parameter parameter in _graph.Parameters)
        {
            TensorBinding binding = bindings[parameter.Id];
            string[] names = binding.NamesOf(parameter.Layer);
            if (names.FirstOrDefault(name => readers.ContainsKey((name, binding.First, parameter.FirstColumn))) is not string tensor)
            {
                foreach (string name in names)
                    readers[(name, binding.First, parameter.FirstColumn)] = parameter;
                continue;
            }

            Parameter other = readers[(tensor, binding.First, parameter.FirstColumn)];

            StageDeclaration mine = _model.Stages[parameter.Stage], theirs = _model.Stages[other.Stage];
            PartDeclaration part = mine.Parts[parameter.Part];
            int head = mine.Facts.Header;
            bool sameStage = parameter.Stage != other.Stage && DeclaredOf(parameter) == DeclaredOf(other);
            bool samePart = parameter.Part == other.Part && parameter.Stage == other.Stage;
            bool tables = parameter.Role.Name == nameof(TensorRole.Embedding) && other.Role == parameter.Role && PrefixOf(mine) != PrefixOf(theirs);
            bool samePrefix = !sameStage && parameter.Stage != other.Stage && part.TensorName is null && theirs.Parts[other.Part].TensorName is null;
            Target target = tables ? new Target(parameter.Stage, parameter.Part) : samePrefix ? new Target(parameter.Stage, head, mine.Facts.Prefix is not null ? "Prefix" : null)
                : new Target(parameter.Stage, parameter.Part, part.TensorName is not null ? "Name" : null);
            if (!reported.Add((target with { Stage = DeclaredOf(parameter) }, DeclaredOf(other))))
                continue;
            string us = $"{part.Label} of stage '{mine.Title}'", them = $"{theirs.Parts[other.Part].Label} of stage '{theirs.Title}'";
            yield return new Finding(RuleIds.TensorReadTwice, target,
                tables ? $"{us} and {them} would both read tensor '{tensor}'; write Shares = \"{theirs.Name}\" if they are one table, else give one of them another Name"
                : samePrefix ? $"Stages '{theirs.Title}' and '{mine.Title}' would both read tensor '{tensor}'; give '{mine.Title}' a Prefix of its own"
                : sameStage && parameter.Part == other.Part ? $"{us} would read tensor '{tensor}' in groups {other.Group.ToString(CultureInfo.InvariantCulture)} and {parameter.Group.ToString(CultureInfo.InvariantCulture)}; put {{group}} into its name, or into the stage's Prefix"
                : samePart && parameter.Layer == other.Layer ? $"{us} would read tensor '{tensor}' as its {other.Role.Name} and as its {parameter.Role.Name}; name them apart with [Tensor]"
                : samePart ? $"{us} would read tensor '{tensor}' in layers {other.Layer.ToString(CultureInfo.InvariantCulture)} and {parameter.Layer.ToString(CultureInfo.InvariantCulture)}; put {{layer}} into its name"
                : $"{us} and {them} would both read tensor '{tensor}'; give one of them another Name");
        }
    }
}
