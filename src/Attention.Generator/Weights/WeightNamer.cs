using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Reading;
using Attention.Generator.Shapes;

namespace Attention.Generator.Weights;

/// <summary>Where a parameter is found: some rows of a tensor of a checkpoint, or nowhere if it is computed.</summary>
/// <param name="Template">The tensor's name, with <c>{layer}</c> for the layer in it; null for a computed parameter.</param>
/// <param name="Rows">Rows of the whole tensor.</param>
/// <param name="First">The first of them that is the parameter's.</param>
internal sealed record TensorBinding(string? Template, int Rows, int First);

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
        Layout layout = Layout.Of(model.Model.Int("Layout"));
        TensorBinding[] bindings = shaped.Graph.Parameters.Select(parameter => Bind(parameter, layout, model)).ToArray();
        return new NamedGraph(shaped, bindings.ToEquatableArray(), Collisions(shaped.Graph, bindings, model).ToEquatableArray());
    }

    private static TensorBinding Bind(Parameter parameter, Layout layout, ModelDeclaration model)
    {
        if (parameter.Role == ParameterRole.SinusoidalPositions)
            return new TensorBinding(null, parameter.Rows, 0);
        StageDeclaration stage = model.Stages[parameter.Stage];
        PartDeclaration head = stage.Parts.First(part => part.Kind is PartKind.Encoder or PartKind.Decoder);
        LayoutRow row = layout.Rows[parameter.Role];

        string stem = (row.OfStage ? null : stage.Parts[parameter.Part].Text("Name")) ?? row.Stem;
        string suffix = row.Suffix;
        bool stacked = row.Stack != Stack.None;
        if (stacked && row.Unstacked is not null && stage.Parts[parameter.Part] is { Kind: PartKind.CrossAttention } cross
            && cross.Int("SourceWidth", head.Int("width")) != head.Int("width"))
        {
            stacked = false;
            suffix = row.Unstacked;
        }

        string prefix = head.Text("Prefix") ?? (head.Kind == PartKind.Encoder ? layout.EncoderPrefix : layout.DecoderPrefix);
        string ordinal = (parameter.Ordinal + 1).ToString(CultureInfo.InvariantCulture);
        string name = (stem + suffix)
            .Replace("{prefix}.", prefix.Length == 0 ? "" : prefix + ".")
            .Replace("{n?}", parameter.Ordinal == 0 ? "" : ordinal)
            .Replace("{n}", ordinal);
        return stacked
            ? new TensorBinding(name, 3 * parameter.Rows, (int)row.Stack * parameter.Rows)
            : new TensorBinding(name, parameter.Rows, 0);
    }

    /// <summary>Two parameters that would read the same rows of one tensor, without either being declared as shared.</summary>
    private static IEnumerable<Finding> Collisions(ModelGraph graph, TensorBinding[] bindings, ModelDeclaration model)
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
            bool samePrefix = parameter.Stage != other.Stage && !part.Has("Name") && !theirs.Parts[other.Part].Has("Name");
            Target target = samePrefix ? new Target(parameter.Stage, head, mine.Parts[head].Has("Prefix") ? "Prefix" : null)
                : new Target(parameter.Stage, parameter.Part, part.Has("Name") ? "Name" : null);
            if (!reported.Add((target, other.Stage)))
                continue;
            string us = $"{StructureCheck.Attribute(part)} of stage '{mine.Name}'", them = $"{StructureCheck.Attribute(theirs.Parts[other.Part])} of stage '{theirs.Name}'";
            yield return new Finding(RuleIds.TensorReadTwice, target,
                samePrefix ? $"Stages '{theirs.Name}' and '{mine.Name}' would both read tensor '{tensor}'; give '{mine.Name}' a Prefix of its own"
                : samePart ? $"{us} would read tensor '{tensor}' in layers {other.Layer.ToString(CultureInfo.InvariantCulture)} and {parameter.Layer.ToString(CultureInfo.InvariantCulture)}; put {{layer}} into its name"
                : $"{us} and {them} would both read tensor '{tensor}'; give one of them another Name");
        }
    }
}
