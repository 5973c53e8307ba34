using Attention.Generator.Reading;

namespace Attention.Generator.Weights;

/// <summary>
/// Which tensors of a checkpoint a model may leave unread, as patterns of their names, <c>*</c> for any characters: what the
/// runtime needs to tell what a declaration forgets.
/// </summary>
/// <param name="Counted">Those that are the model's, and so must be read.</param>
/// <param name="Heads">Those of heads that the model does not declare; the patterns of one head are joined by <c>|</c>.</param>
/// <param name="LeftOut">Those that the user leaves out.</param>
internal sealed record UnreadTensors(EquatableArray<string> Counted, EquatableArray<string> Heads, EquatableArray<string> LeftOut)
{
    public static readonly UnreadTensors None = new(EquatableArray<string>.Empty, EquatableArray<string>.Empty, EquatableArray<string>.Empty);

    /// <summary>What is wrong with the patterns that the user gives.</summary>
    public static IEnumerable<Finding> Check(ModelDeclaration model)
    {
        if (model.Unread is not EquatableArray<string> patterns)
            yield break;
        Finding Unsound(string message) => new(RuleIds.UnsoundTensorName, new Target(Target.Model, 0, "Unread"), message);

        if (patterns.Count == 0)
            yield return Unsound($"Unread of '{model.Name}' has no pattern; leave it out, or name tensors, such as \"encoder.layers.8.*\"");
        foreach (string pattern in patterns.Distinct())
        {
            if (pattern.Trim().Length == 0)
                yield return Unsound($"A pattern in Unread of '{model.Name}' is empty; expected names of tensors, * for any characters, such as \"encoder.layers.8.*\"");
            else if (pattern.Any(char.IsWhiteSpace))
                yield return Unsound($"'{pattern}' in Unread of '{model.Name}' has white space in it, as no tensor's name has; remove it, and give each pattern a string of its own");
            else if (pattern.IndexOfAny(['{', '}', '?']) >= 0)
                yield return Unsound($"'{pattern}' in Unread of '{model.Name}' has a hole that is not filled; expected the whole names of tensors, * for any characters, such as \"encoder.layers.*.bias\"");
        }
    }

    /// <summary>The patterns of a model.</summary>
    /// <param name="model">The declaration.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="prefixOf">The prefix of a stage.</param>
    /// <param name="templates">The names of the tensors that it reads, <c>{layer}</c> for the layer.</param>
    public static UnreadTensors Of(ModelDeclaration model, Layout layout, Func<StageDeclaration, string> prefixOf, IEnumerable<string> templates)
    {
        var counted = new List<string>();
        var heads = new List<string[]>();
        string[] stems = [.. layout.SelectMany(row => row.Value.Stem.Split(LayoutRow.Or))];
        foreach (StageDeclaration stage in model.Stages)
        {
            string prefix = prefixOf(stage).Replace("{group}", "*");
            counted.Add(prefix.Length == 0 ? "*" : prefix + ".*");

            // What a layout keeps beside the prefix, by the word that says what it is.
            counted.AddRange(stems.Where(stem => stem.StartsWith("{parent}.", StringComparison.Ordinal))
                .Select(stem => WeightNamer.Fill(string.Join(".", stem.Split('.').Take(2)), prefix) + "*"));

            // What stands before a number within the name.
            counted.AddRange(stems.Where(stem => stem.IndexOf('{') > 0).Select(stem => stem.Substring(0, stem.IndexOf('{')) + "*")
                .Where(pattern => !layout.Heads.Any(head => head.Patterns.Contains(pattern))));
            bool hasLogits = stage.Facts.HasLogits;
            foreach ((HeadKind kind, string[] patterns) in layout.Heads)
            {
                string[] names = [.. patterns.Select(pattern => WeightNamer.Fill(pattern, prefix))];
                if (kind == HeadKind.Logits && hasLogits)
                    counted.AddRange(names);
                else
                    heads.Add(names);
            }
        }

        // Layers that are called otherwise.
        counted.AddRange(templates.SelectMany(names => names.Split(LayoutRow.Or)).Where(LayerHole.IsIn).Select(name => LayerHole.Before(name) + "*"));
        string[] distinct = [.. counted.Distinct()];
        return new UnreadTensors(
            distinct.Where(pattern => !distinct.Any(other => other != pattern && other.EndsWith("*", StringComparison.Ordinal) && pattern.StartsWith(other.Substring(0, other.Length - 1), StringComparison.Ordinal))).ToEquatableArray(),
            heads.Where(head => !head.All(distinct.Contains)).Select(head => string.Join("|", head)).Distinct().ToEquatableArray(),
            (model.Unread ?? EquatableArray<string>.Empty).Distinct().ToEquatableArray());
    }
}
