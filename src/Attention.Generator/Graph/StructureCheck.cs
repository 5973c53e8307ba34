using System.Globalization;
using Attention.Generator.Reading;

namespace Attention.Generator.Graph;

/// <summary>Whether a declaration has the parts it needs, in order, with sizes that make sense: what a graph can be built of.</summary>
internal static class StructureCheck
{
    /// <summary>Members that the generator writes into a model class.</summary>
    private static readonly string[] s_generated = ["Load", "CreateSession", "Session", "Dispose", "InstructionSet", "Finalize"];

    /// <summary>Members that a stage's class has, written by the generator or inherited: no class may have one called like itself.</summary>
    private static readonly string[] s_ofStage =
        ["Forward", "Length", "Width", "Vocabulary", "Step", "Position", "Reset", "Generate", "Equals", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString"];

    public static EquatableArray<Finding> Check(ModelDeclaration model)
    {
        var findings = new List<Finding>();
        CheckModel(model, findings);
        for (int i = 0; i < model.Stages.Count; i++)
            CheckStage(model, i, findings);
        CheckReferences(model, findings);
        return findings.ToEquatableArray();
    }

    private static void CheckModel(ModelDeclaration model, List<Finding> findings)
    {
        void Unsuitable(string message) => findings.Add(new Finding(RuleIds.UnsuitableClass, new Target(-1), message));

        if (model.Keyword != "class" || model.IsStatic)
            Unsuitable($"'{model.Name}' must be a class that can be created, neither static nor abstract, for Load to return one; declare 'public sealed partial class {model.Name}'");
        else if (model.IsGeneric)
            Unsuitable($"'{model.Name}' must not have type parameters: its shapes are fixed at compile time; remove them");
        else if (!model.IsPartial)
            Unsuitable($"'{model.Name}' and the classes it is nested in must be partial, so that the generated half can join it; add 'partial'");
        if (model.Stages.Count == 0)
            findings.Add(new Finding(RuleIds.MissingPart, new Target(-1),
                $"Model '{model.Name}' has no stage; add a nested 'public sealed partial class' with [Encoder(layers, width)] or [Decoder(layers, width)]"));
        foreach (string member in model.Members.Where(member => s_generated.Contains(member)))
            findings.Add(new Finding(RuleIds.StageNameTaken, new Target(-1),
                $"'{model.Name}' has a member '{member}', which the generator writes; rename it"));
    }

    private static void CheckStage(ModelDeclaration model, int index, List<Finding> findings)
    {
        StageDeclaration stage = model.Stages[index];
        void Report(string rule, int part, string message, string? argument = null) =>
            findings.Add(new Finding(rule, new Target(index, part, argument), message));

        if (!stage.IsPlainClass)
            Report(RuleIds.UnsuitableClass, -1, $"Stage '{stage.Name}' must be a plain class: not static, abstract or generic, no record, no base class; declare 'public sealed partial class {stage.Name}'");
        else if (!stage.IsPartial)
            Report(RuleIds.UnsuitableClass, -1, $"Stage '{stage.Name}' must be partial, so that the generated half can join it; add 'partial'");
        else if (stage.Accessibility is not ("public" or "internal"))
            Report(RuleIds.UnsuitableClass, -1, $"Stage '{stage.Name}' is {stage.Accessibility}, so that no session could show it; declare it public or internal");
        else if (stage.Declarations > 1)
            Report(RuleIds.UnsuitableClass, -1, $"The attributes of stage '{stage.Name}' stand on {stage.Declarations} declarations, which have no order among them; put all on one");

        if (s_ofStage.Contains(stage.Name))
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' is called like a member that the generator writes into every stage; rename it");
        else if (s_generated.Contains(stage.Name))
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' is called like a member that the generator writes into '{model.Name}'; rename it");
        for (int i = 0; i < index; i++)
        {
            if (string.Equals(model.Stages[i].Name, stage.Name, StringComparison.OrdinalIgnoreCase))
                Report(RuleIds.StageNameTaken, -1, $"Stages '{model.Stages[i].Name}' and '{stage.Name}' differ in upper and lower case only, which 'from' does not tell apart; rename one");
        }

        CheckParts(stage, Report);
        for (int part = 0; part < stage.Parts.Count; part++)
            CheckSizes(stage, stage.Parts[part], (rule, message, argument) => Report(rule, part, message, argument));
    }

    private delegate void Reporter(string rule, int part, string message, string? argument = null);

    private static void CheckParts(StageDeclaration stage, Reporter report)
    {
        int kind = Find(stage, part => part.Kind is PartKind.Encoder or PartKind.Decoder);
        if (kind < 0)
        {
            report(RuleIds.MissingPart, -1, $"Stage '{stage.Name}' has parts but is neither encoder nor decoder; put [Encoder(layers, width)] or [Decoder(layers, width)] above them");
            return;
        }

        // A part before another one that must come earlier: the first that is out of order is reported, with the right order.
        int[] ranks = Ranks(stage);
        for (int i = 1; i < ranks.Length; i++)
        {
            if (ranks[i] >= ranks[i - 1])
                continue;
            string order = string.Join(", ", Enumerable.Range(0, ranks.Length).OrderBy(part => ranks[part]).Select(part => Attribute(stage.Parts[part])));
            report(RuleIds.MisplacedPart, i, $"{Attribute(stage.Parts[i])} stands behind {Attribute(stage.Parts[i - 1])} in stage '{stage.Name}', but a stage reads source, stem, body, outputs; the right order is {order}");
            break;
        }

        foreach (PartKind[] once in new PartKind[][] { [PartKind.Encoder, PartKind.Decoder], [PartKind.Embedding], [PartKind.Positions], [PartKind.Pooling], [PartKind.Logits], [PartKind.L2Normalize] })
        {
            int first = Find(stage, part => once.Contains(part.Kind));
            int second = first < 0 ? -1 : Find(stage, part => once.Contains(part.Kind), first + 1);
            if (second >= 0)
                report(RuleIds.DoubledPart, second, $"Stage '{stage.Name}' has {Attribute(stage.Parts[first])} and {Attribute(stage.Parts[second])}, but there can be only one; remove one of them");
        }

        PartDeclaration head = stage.Parts[kind];
        int body = Find(stage, part => IsBody(part.Kind));
        if (Find(stage, part => part.Kind == PartKind.Embedding) < 0)
            report(RuleIds.MissingPart, kind, $"Stage '{stage.Name}' has no source; add [Embedding(vocabulary, length)] below {Attribute(head)}");
        if (body < 0 && head.Int("layers") > 0)
            report(RuleIds.MissingPart, kind, $"Stage '{stage.Name}' has {Number(head.Int("layers"))} layers but no body; add [SelfAttention(heads)] and [FeedForward(hidden, activation)], or say layers: 0", "layers");
        if (body >= 0 && head.Int("layers") == 0)
            report(RuleIds.MisplacedPart, body, $"{Attribute(stage.Parts[body])} is the body of a layer, but stage '{stage.Name}' has 0 layers; remove it or say how many layers");

        int pooling = Find(stage, part => part.Kind == PartKind.Pooling);
        int logits = Find(stage, part => part.Kind == PartKind.Logits);
        if (logits >= 0 && head.Kind == PartKind.Encoder)
            report(RuleIds.MisplacedPart, logits, $"[Logits] scores the next token, which encoder '{stage.Name}' does not predict; use [Linear(width)] for scores of each row");
        else if (logits >= 0 && pooling >= 0)
            report(RuleIds.MisplacedPart, logits, $"[Logits] needs a row for every token, but [Pooling] has left one vector of them; remove one of the two, or use [Linear(width)]");
        else if (logits >= 0 && logits != stage.Parts.Count - 1 && ranks[stage.Parts.Count - 1] >= ranks[logits])
            report(RuleIds.MisplacedPart, logits + 1, $"{Attribute(stage.Parts[logits + 1])} stands behind [Logits], which is the last part of a decoder; put it before");

        for (int i = 0; i < stage.Parts.Count; i++)
        {
            if (stage.Parts[i].Kind == PartKind.CrossAttention && !stage.Parts[i].Has("heads") && Find(stage, part => part.Kind == PartKind.SelfAttention) < 0)
                report(RuleIds.MissingPart, i, $"[CrossAttention] takes its heads from the stage's [SelfAttention], which '{stage.Name}' does not have; say heads: n");
        }
    }

    private static void CheckSizes(StageDeclaration stage, PartDeclaration part, Action<string, string, string> report)
    {
        foreach (string size in new[] { "layers", "width", "vocabulary", "length", "heads", "hidden", "HeadWidth", "SourceWidth" })
        {
            (int least, int most) = size == "layers" ? (0, MaximumLayers) : (1, MaximumSize);
            if (part.Has(size) && part.Int(size) is int value && (value < least || value > most))
                report(RuleIds.InvalidSize, $"{size} is {Number(value)} in {Attribute(part)} of stage '{stage.Name}'; expected {Number(least)} to {Number(most)}", size);
        }

        if (part.Has("HeadWidth") && (long)part.Int("heads", 1) * part.Int("HeadWidth") > MaximumSize)
            report(RuleIds.InvalidSize, $"{Number(part.Int("heads", 1))} heads × HeadWidth {Number(part.Int("HeadWidth"))} in {Attribute(part)} of stage '{stage.Name}' is more than {Number(MaximumSize)}; expected fewer or narrower heads", "HeadWidth");

        if (part.Has("Epsilon") && part.Double("Epsilon", 0) is double epsilon && !(epsilon >= 1e-30 && epsilon <= 1))
            report(RuleIds.InvalidSize, $"Epsilon is {epsilon.ToString("R", CultureInfo.InvariantCulture)} in {Attribute(part)} of stage '{stage.Name}'; expected 1e-30 to 1, such as 1e-5", "Epsilon");

        foreach ((string argument, int values) in new[] { ("Norm", 2), ("kind", part.Kind == PartKind.Positions ? 2 : 3), ("activation", 5), ("Activation", 5) })
        {
            if (part.Has(argument) && part.Int(argument) is int value && (value < 0 || value >= values))
                report(RuleIds.InvalidSize, $"{argument} is {Number(value)} in {Attribute(part)} of stage '{stage.Name}', which the enum does not define; name one of its members", argument);
        }
    }

    /// <summary>Bounds every dimension, so that no product of two of them overflows 64 bits.</summary>
    private const int MaximumSize = 1 << 24;

    /// <summary>Bounds the graph, whose layers are expanded.</summary>
    private const int MaximumLayers = 256;

    private static void CheckReferences(ModelDeclaration model, List<Finding> findings)
    {
        for (int i = 0; i < model.Stages.Count; i++)
        {
            StageDeclaration stage = model.Stages[i];
            for (int j = 0; j < stage.Parts.Count; j++)
            {
                PartDeclaration part = stage.Parts[j];
                string? argument = part.Kind == PartKind.CrossAttention ? "from" : part.Kind == PartKind.Embedding && part.Has("Shares") ? "Shares" : null;
                if (argument is null)
                    continue;
                string name = part.Text(argument) ?? "";
                int other = StageIndex(model, name);
                if (other < 0)
                {
                    string known = string.Join(", ", model.Stages.Where((_, index) => index != i).Select(candidate => "'" + candidate.Name + "'"));
                    string mend = Nearest(name, model.Stages.Where((_, index) => index != i).Select(candidate => candidate.Name)) is string nearest
                        ? $"did you mean '{nearest}'?" : known.Length > 0 ? $"the others are {known}" : "the model has no other stage";
                    findings.Add(new Finding(RuleIds.UnknownStage, new Target(i, j, argument), $"'{model.Name}' has no stage '{name}'; {mend}"));
                }
                else if (Reaches(model, other, i, argument, []))
                {
                    findings.Add(new Finding(RuleIds.CircularReference, new Target(i, j, argument),
                        other == i ? $"Stage '{stage.Name}' refers to itself; name another stage" + (argument == "from" ? ", or use [SelfAttention]" : "")
                        : $"Stages '{stage.Name}' and '{model.Stages[other].Name}' depend on each other; one of them must come first"));
                }
            }
        }
    }

    private static bool Reaches(ModelDeclaration model, int from, int to, string argument, HashSet<int> seen)
    {
        if (from == to)
            return true;
        return seen.Add(from) && model.Stages[from].Parts
            .Select(part => part.Text(argument)).Where(name => name is not null)
            .Select(name => StageIndex(model, name!)).Any(next => next >= 0 && Reaches(model, next, to, argument, seen));
    }

    public static int StageIndex(ModelDeclaration model, string name)
    {
        for (int i = 0; i < model.Stages.Count; i++)
        {
            if (string.Equals(model.Stages[i].Name, name, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }

    public static bool IsBody(PartKind kind) => kind is PartKind.SelfAttention or PartKind.CrossAttention or PartKind.FeedForward;

    /// <summary>Whether the part at an index belongs to the outputs: a norm does when a body part or an output precedes it.</summary>
    public static bool IsOutput(StageDeclaration stage, int part) => Ranks(stage)[part] == OutputRank;

    private const int OutputRank = 4;

    private static int[] Ranks(StageDeclaration stage)
    {
        bool behindBody = false;
        var ranks = new int[stage.Parts.Count];
        for (int i = 0; i < ranks.Length; i++)
        {
            ranks[i] = stage.Parts[i].Kind switch
            {
                PartKind.Encoder or PartKind.Decoder => 0,
                PartKind.Embedding => 1,
                PartKind.Positions => 2,
                PartKind.LayerNorm => behindBody ? OutputRank : 2,
                PartKind.SelfAttention or PartKind.CrossAttention or PartKind.FeedForward => 3,
                _ => OutputRank,
            };
            behindBody |= ranks[i] >= 3;
        }

        return ranks;
    }

    public static int Find(StageDeclaration stage, Func<PartDeclaration, bool> predicate, int start = 0)
    {
        for (int i = start; i < stage.Parts.Count; i++)
        {
            if (predicate(stage.Parts[i]))
                return i;
        }

        return -1;
    }

    public static string Attribute(PartDeclaration part) => "[" + part.Kind + "]";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>The candidate with the fewest edits, if they are few enough for it to be a slip.</summary>
    private static string? Nearest(string name, IEnumerable<string> candidates) => candidates
        .Select(candidate => (candidate, distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(pair => pair.distance <= 1 + (pair.candidate.Length / 3))
        .OrderBy(pair => pair.distance).Select(pair => pair.candidate).FirstOrDefault();

    /// <summary>Levenshtein's distance: insertions, deletions and substitutions.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[b.Length];
    }
}
