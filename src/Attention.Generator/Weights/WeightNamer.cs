using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Reading;

namespace Attention.Generator.Weights;

/// <summary>Where a parameter is found: some rows of a tensor of a checkpoint, or nowhere if it is computed.</summary>
/// <param name="Template">The tensor's name, with <c>{layer}</c> for the layer in it; null for a computed parameter.</param>
/// <param name="Rows">Rows of the whole tensor; of a transposed one, columns.</param>
/// <param name="First">The first of them that is the parameter's.</param>
/// <param name="Transposed">Whether the tensor is input × output.</param>
/// <param name="ChannelsLast">Of the map of patches, whether a patch's values have the channel last.</param>
internal sealed record TensorBinding(string? Template, int Rows, int First, bool Transposed = false, bool ChannelsLast = false);

/// <summary>A shaped graph with the tensor of every parameter, by parameter id.</summary>
internal sealed record NamedGraph(ShapedGraph Shaped, EquatableArray<TensorBinding> Bindings, EquatableArray<Finding> Findings)
{
    public ModelGraph Graph => Shaped.Graph;
}

/// <summary>Finds the tensor of each parameter by the model's layout.</summary>
internal static class WeightNamer
{
    public static NamedGraph Name(ShapedGraph shaped, ModelDeclaration model)
    {
        Layout layout = Layout.Of((WeightLayout)model.Model.Int("Layout"));
        var findings = new List<Finding>();
        var namers = new HashSet<Target>();
        TensorBinding[] bindings = shaped.Graph.Parameters.Select(parameter => Bind(parameter, layout, model, namers, findings)).ToArray();
        if (findings.Count == 0)
            findings.AddRange(Collisions(shaped.Graph, bindings, model, layout).Concat(Unused(model, namers)));
        return new NamedGraph(shaped, bindings.ToEquatableArray(), findings.Distinct().ToEquatableArray());
    }

    private static TensorBinding Bind(Parameter parameter, Layout layout, ModelDeclaration model, HashSet<Target> namers, List<Finding> findings)
    {
        if (parameter.Role is ParameterRole.SinusoidalPositions or ParameterRole.SinusoidalHalves)
            return new TensorBinding(null, parameter.Rows, 0);
        StageDeclaration stage = model.Stages[parameter.Stage];
        PartDeclaration head = stage.Parts.First(candidate => candidate.Kind is PartKind.Encoder or PartKind.Decoder), part = stage.Parts[parameter.Part];

        // The part's own name is the nearest, then the stage's tensors, the model's, the layout.
        string? own = Layout.IsOfStage(parameter.Role) ? null : part.Text("Name");
        Target from = new(parameter.Stage, parameter.Part, own is null ? null : "Name");
        LayoutRow? row = own is not null
            ? (layout.RowOf(parameter.Role) ?? (Layout.IsBias(parameter.Role) ? new LayoutRow("").OfBias() : new LayoutRow(""))) with { Stem = own }
            : Given(parameter.Role, stage.Tensors, parameter.Stage, layout, findings, stage, ref from)
                ?? Given(parameter.Role, model.Tensors, Target.Model, layout, findings, stage, ref from)
                ?? layout.RowOf(parameter.Role);
        namers.Add(from);
        if (row is null)
        {
            findings.Add(new Finding(RuleIds.UnsoundTensorName, new Target(parameter.Stage, parameter.Part),
                $"Layout {layout.Name} has no name for the {RoleName(parameter.Role)} of {StructureCheck.Attribute(part)} in stage '{stage.Name}'; add [Tensor(TensorRole.{RoleName(parameter.Role)}, \"…\")]"));
            return new TensorBinding("", 0, 0);
        }

        string suffix = row.Suffix;
        bool stacked = row.Stack != Stack.None;
        if (stacked && part.Kind == PartKind.CrossAttention && row.Unstacked is not null && part.Int("SourceWidth", head.Int("width")) != head.Int("width"))
        {
            stacked = false;
            suffix = row.Unstacked;
        }

        string prefix = PrefixOf(stage, layout), name = Fill(row.Stem + suffix, prefix, parameter.Ordinal);
        if (parameter.Layer < 0 && name.Contains("{layer}"))
        {
            findings.Add(new Finding(RuleIds.UnsoundTensorName, prefix.Contains("{layer}") ? new Target(parameter.Stage, StructureCheck.Find(stage, candidate => candidate == head), "Prefix") : from,
                $"'{name}' names the {RoleName(parameter.Role)} of stage '{stage.Name}', which is in no layer; expected a name without {{layer}}"));
        }

        bool channelsLast = part.Has("Order") ? part.Int("Order") == (int)PatchOrder.ChannelsLast : row.ChannelsLast;
        return stacked ? new TensorBinding(name, 3 * parameter.Rows, (int)row.Stack * parameter.Rows, row.Transposed)
            : parameter.Role == ParameterRole.LearnedPositions ? new TensorBinding(name, part.Int("Rows", part.Int("Offset") + parameter.Rows), part.Int("Offset"))
            : new TensorBinding(name, parameter.Rows, 0, row.Transposed, channelsLast && parameter.Role == ParameterRole.Patches);
    }

    private static string PrefixOf(StageDeclaration stage, Layout layout)
    {
        PartDeclaration head = stage.Parts.First(candidate => candidate.Kind is PartKind.Encoder or PartKind.Decoder);
        return head.Text("Prefix") ?? (head.Kind == PartKind.Encoder ? layout.EncoderPrefix : layout.DecoderPrefix);
    }

    private static string Fill(string template, string prefix, int ordinal)
    {
        string parent = prefix.Contains('.') ? prefix.Substring(0, prefix.LastIndexOf('.')) : "", n = (ordinal + 1).ToString(CultureInfo.InvariantCulture);
        return template
            .Replace("{prefix}.", prefix.Length == 0 ? "" : prefix + ".").Replace("{prefix}", prefix)
            .Replace("{parent}.", parent.Length == 0 ? "" : parent + ".").Replace("{parent}", parent)
            .Replace("{n?}", ordinal == 0 ? "" : n)
            .Replace("{n}", n);
    }

    /// <summary>The row that a <c>[Tensor]</c> attribute gives a role, null without one.</summary>
    private static LayoutRow? Given(ParameterRole role, EquatableArray<PartDeclaration> tensors, int place, Layout layout, List<Finding> findings, StageDeclaration stage, ref Target from)
    {
        ParameterRole weight = Layout.WeightOf(role);
        foreach ((PartDeclaration tensor, int index) in tensors.Select((tensor, index) => (tensor, index)).Where(pair => pair.tensor.Has("role")).OrderBy(pair => s_roles[pair.tensor.Int("role")].Length))
        {
            int third = Array.IndexOf(s_roles[tensor.Int("role")], weight);
            if (third < 0)
                continue;
            Stack stack = s_roles[tensor.Int("role")].Length > 1 ? (Stack)third : Stack.None;
            string template = tensor.Text("template")!;
            from = Target.OfTensor(place, index, Layout.IsBias(role) && tensor.Has("Bias") ? "Bias" : "template");

            // The name is another, the form is the family's.
            LayoutRow? usual = layout.RowOf(role);
            if (!Layout.IsBias(role))
                return new LayoutRow(template, "", stack) { Transposed = tensor.Bool("Transposed", usual?.Transposed ?? false), ChannelsLast = usual?.ChannelsLast ?? false };
            if ((tensor.Text("Bias") ?? LayoutRow.BiasName(template)) is string bias)
                return new LayoutRow(bias, "", stack);
            findings.Add(new Finding(RuleIds.UnsoundTensorName, Target.OfTensor(place, index, "template"),
                $"'{template}' names the {RoleName(role)} of stage '{stage.Name}', which has a bias, but has no 'weight' in it to make the bias's name of; say Bias = \"…\", or turn the bias off"));
            return new LayoutRow("", "");
        }

        return null;
    }

    /// <summary>Names that the user gives to no tensor.</summary>
    /// <param name="model">The declaration.</param>
    /// <param name="namers">What a tensor has its name from.</param>
    private static IEnumerable<Finding> Unused(ModelDeclaration model, HashSet<Target> namers)
    {
        for (int i = 0; i < model.Stages.Count; i++)
        {
            StageDeclaration stage = model.Stages[i];
            for (int j = 0; j < stage.Parts.Count; j++)
            {
                if (stage.Parts[j].Text("Name") is not null && !namers.Contains(new Target(i, j, "Name")))
                    yield return new Finding(RuleIds.WithoutEffect, new Target(i, j, "Name"),
                        $"Name is given in {StructureCheck.Attribute(stage.Parts[j])} of stage '{stage.Name}', which reads no tensor of its own; remove Name");
            }
        }

        foreach ((EquatableArray<PartDeclaration> tensors, int place, string name) in model.Stages
            .Select((stage, index) => (stage.Tensors, index, stage.Name)).Prepend((model.Tensors, Target.Model, model.Name)))
        {
            for (int i = 0; i < tensors.Count; i++)
            {
                if (!tensors[i].Has("role"))
                    continue;
                ParameterRole[] roles = s_roles[tensors[i].Int("role")];
                string what = roles.Length == 1 ? RoleName(roles[0]) : roles[0].ToString() + "KeyValue", owner = $"[Tensor] of '{name}'";
                Target bias = Target.OfTensor(place, i, "Bias"), template = Target.OfTensor(place, i, "template");
                if (!namers.Contains(template) && !namers.Contains(bias))
                    yield return new Finding(RuleIds.WithoutEffect, Target.OfTensor(place, i), $"{owner} names the {what}, which no part has, or none that has no nearer name; remove it");
                else if (tensors[i].Text("Bias") is not null && !namers.Contains(bias))
                    yield return new Finding(RuleIds.WithoutEffect, bias, $"{owner} names a bias of the {what}, which has none; remove Bias");
                if (tensors[i].Has("Transposed") && !Layout.IsMap(roles[0]))
                    yield return new Finding(RuleIds.WithoutEffect, Target.OfTensor(place, i, "Transposed"), $"{owner} says whether the {what} is transposed, which is no linear map; remove Transposed");
            }
        }
    }

    /// <summary>The parameters that each member of the DSL's <c>TensorRole</c> stands for.</summary>
    private static readonly ParameterRole[][] s_roles =
    [
        [ParameterRole.Embedding], [ParameterRole.LearnedPositions], [ParameterRole.TokenTypes], [ParameterRole.ClassToken],
        [ParameterRole.Patches], [ParameterRole.Source], [ParameterRole.StemNormWeight],
        [ParameterRole.SelfQuery], [ParameterRole.SelfKey], [ParameterRole.SelfValue],
        [ParameterRole.SelfQuery, ParameterRole.SelfKey, ParameterRole.SelfValue], [ParameterRole.SelfOutput], [ParameterRole.SelfNormWeight],
        [ParameterRole.CrossQuery], [ParameterRole.CrossKey], [ParameterRole.CrossValue],
        [ParameterRole.CrossQuery, ParameterRole.CrossKey, ParameterRole.CrossValue], [ParameterRole.CrossOutput], [ParameterRole.CrossNormWeight],
        [ParameterRole.Hidden], [ParameterRole.Contract], [ParameterRole.FeedForwardNormWeight], [ParameterRole.FinalNormWeight],
        [ParameterRole.OutputNormWeight], [ParameterRole.Linear], [ParameterRole.Pooler], [ParameterRole.Head], [ParameterRole.Logits],
    ];

    /// <summary>The member of the DSL's <c>TensorRole</c> that a parameter belongs to.</summary>
    private static string RoleName(ParameterRole role) => Layout.WeightOf(role) switch
    {
        ParameterRole.LearnedPositions => "Positions",
        ParameterRole weight => weight.ToString().Replace("NormWeight", "Norm"),
    };

    /// <summary>Two parameters that would read the same rows of one tensor, without either being declared as shared.</summary>
    private static IEnumerable<Finding> Collisions(ModelGraph graph, TensorBinding[] bindings, ModelDeclaration model, Layout layout)
    {
        var readers = new Dictionary<(string, int), Parameter>();
        var reported = new HashSet<(Target, int)>();
        foreach (Parameter parameter in graph.Parameters)
        {
            TensorBinding binding = bindings[parameter.Id];
            if (binding.Template is null)
                continue;
            string tensor = binding.Template.Replace("{layer}", parameter.Layer.ToString(CultureInfo.InvariantCulture));
            if (!readers.TryGetValue((tensor, binding.First), out Parameter? other))
            {
                readers.Add((tensor, binding.First), parameter);
                continue;
            }

            StageDeclaration mine = model.Stages[parameter.Stage], theirs = model.Stages[other.Stage];
            PartDeclaration part = mine.Parts[parameter.Part];
            int head = StructureCheck.Find(mine, candidate => candidate.Kind is PartKind.Encoder or PartKind.Decoder);
            bool samePart = parameter.Part == other.Part && parameter.Stage == other.Stage;
            bool tables = parameter.Role == ParameterRole.Embedding && other.Role == ParameterRole.Embedding && PrefixOf(mine, layout) != PrefixOf(theirs, layout);
            bool samePrefix = parameter.Stage != other.Stage && !part.Has("Name") && !theirs.Parts[other.Part].Has("Name");
            Target target = tables ? new Target(parameter.Stage, parameter.Part) : samePrefix ? new Target(parameter.Stage, head, mine.Parts[head].Has("Prefix") ? "Prefix" : null)
                : new Target(parameter.Stage, parameter.Part, part.Has("Name") ? "Name" : null);
            if (!reported.Add((target, other.Stage)))
                continue;
            string us = $"{StructureCheck.Attribute(part)} of stage '{mine.Name}'", them = $"{StructureCheck.Attribute(theirs.Parts[other.Part])} of stage '{theirs.Name}'";
            yield return new Finding(RuleIds.TensorReadTwice, target,
                tables ? $"{us} and {them} would both read tensor '{tensor}'; write Shares = \"{theirs.Name}\" if they are one table, else give one of them another Name"
                : samePrefix ? $"Stages '{theirs.Name}' and '{mine.Name}' would both read tensor '{tensor}'; give '{mine.Name}' a Prefix of its own"
                : samePart && parameter.Layer == other.Layer ? $"{us} would read tensor '{tensor}' as its {RoleName(other.Role)} and as its {RoleName(parameter.Role)}; name them apart with [Tensor]"
                : samePart ? $"{us} would read tensor '{tensor}' in layers {other.Layer.ToString(CultureInfo.InvariantCulture)} and {parameter.Layer.ToString(CultureInfo.InvariantCulture)}; put {{layer}} into its name"
                : $"{us} and {them} would both read tensor '{tensor}'; give one of them another Name");
        }
    }
}
