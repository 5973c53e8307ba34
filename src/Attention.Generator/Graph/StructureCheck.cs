using System.Globalization;
using Attention.Generator.Reading;

namespace Attention.Generator.Graph;

/// <summary>Whether a declaration has the parts it needs, in order, with sizes that make sense: what a graph can be built of.</summary>
internal static class StructureCheck
{
    /// <summary>Members that the generator writes into a model class, beside the stages.</summary>
    public static readonly string[] ModelMembers =
    [
        "Load", "Load(string, Attention.Dsl.InstructionSet?)", "Load(System.IO.Stream, Attention.Dsl.InstructionSet?)",
        "CreateSession", "CreateSession()", "Session", "Dispose", "Dispose()", "InstructionSet", "AttentionPack",
    ];

    /// <summary>Members that the generator writes into a stage; no class may have one called like itself.</summary>
    public static readonly string[] StageMembers =
    [
        "Vocabulary", "Length", "Width", "Forward", "AttentionRows", "AttentionInvalidate", "AttentionInvalidateReaders",
        "AttentionForgetSources", "AttentionPrepareSources", "AttentionRunRows", "AttentionRunOutput",
        "Forward(System.ReadOnlySpan<int>)",
    ];

    /// <summary>What decoders have besides.</summary>
    public static readonly string[] DecoderMembers =
    [
        "Position", "Step", "Reset", "Generate", "Forward(System.ReadOnlySpan<int>, System.Span<float>)", "Step(System.ReadOnlySpan<int>)", "Reset()",
        "Generate(Attention.Dsl.GreedySearch)",
    ];

    /// <summary>Members of every object, which a stage's property on the session would hide.</summary>
    public static readonly string[] ObjectMembers =
        ["Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString"];

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
        void Unsuitable(string message, int type = Target.Model) => findings.Add(new Finding(RuleIds.UnsuitableClass, new Target(type), message));

        if (model.Keyword != "class" || model.IsStatic)
            Unsuitable($"'{model.Name}' must be a class that can be created and seen from other files: not static, abstract or 'file', no record or struct; declare 'public sealed partial class {model.Name}'");
        else if (model.IsGeneric)
            Unsuitable($"'{model.Name}' must not have type parameters: its shapes are fixed at compile time; remove them");
        else if (model.HasPrimaryConstructor)
            Unsuitable($"'{model.Name}' must not have a primary constructor, since Load creates it; remove the parameters");
        else if (!model.IsPartial)
            Unsuitable($"'{model.Name}' must be partial, so that the generated half can join it; declare 'partial class {model.Name}'");
        for (int i = 0; i < model.Containers.Count; i++)
        {
            ContainerDeclaration container = model.Containers[i];
            int type = Target.Model - (model.Containers.Count - i);
            if (container.Keyword == "file class")
                Unsuitable($"'{container.Name}' around model '{model.Name}' must be seen from other files; remove 'file'", type);
            else if (!container.IsPartial)
                Unsuitable($"'{container.Name}' around model '{model.Name}' must be partial too, so that the generated half can join it; declare 'partial {container.Keyword} {container.Name}'", type);
        }

        if (model.Model.Has("Layout") && model.Model.Int("Layout") is int layout && layout != 0)
            findings.Add(new Finding(RuleIds.InvalidSize, new Target(Target.Model, 0, "Layout"),
                $"Layout is {Number(layout)} in [AttentionModel] of '{model.Name}', which the enum does not define; use WeightLayout.PyTorch"));
        if (model.Stages.Count == 0)
            findings.Add(new Finding(RuleIds.MissingPart, new Target(-1),
                $"Model '{model.Name}' has no stage; add a nested 'public sealed partial class' with [Encoder(layers, width)] or [Decoder(layers, width)]"));
        if (ModelMembers.Contains(model.Name))
            findings.Add(new Finding(RuleIds.StageNameTaken, new Target(Target.Model), $"Model '{model.Name}' is called like a member that the generator writes into it; rename it"));
        foreach (string member in model.Members.Where(member => ModelMembers.Contains(member)))
            findings.Add(new Finding(RuleIds.StageNameTaken, new Target(Target.Model), $"'{model.Name}' has a member '{member}', which the generator writes; rename it"));
    }

    private static void CheckStage(ModelDeclaration model, int index, List<Finding> findings)
    {
        StageDeclaration stage = model.Stages[index];
        void Report(string rule, int part, string message, string? argument = null) =>
            findings.Add(new Finding(rule, new Target(index, part, argument), message));

        if (!stage.IsPlainClass)
            Report(RuleIds.UnsuitableClass, -1, $"Stage '{stage.Name}' must be a plain class: not static, abstract or generic, no record, no base class, no primary constructor; declare 'public sealed partial class {stage.Name}'");
        else if (!stage.IsPartial)
            Report(RuleIds.UnsuitableClass, -1, $"Stage '{stage.Name}' must be partial, so that the generated half can join it; declare 'partial class {stage.Name}'");
        else if (stage.Accessibility is not ("public" or "internal"))
            Report(RuleIds.UnsuitableClass, -1, $"Stage '{stage.Name}' is {(stage.Accessibility.Length == 0 ? "private, as nested classes are by default" : stage.Accessibility)}, so that no session could show it; declare it public or internal");
        else if (stage.Declarations > 1)
            Report(RuleIds.UnsuitableClass, -1, $"The attributes of stage '{stage.Name}' stand on {stage.Declarations} declarations, which have no order among them; put all on one");

        bool decoder = Find(stage, part => part.Kind == PartKind.Decoder) >= 0;
        if (stage.Name == model.Name)
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' is called like its model, which C# does not allow; rename one");
        else if (ModelMembers.Contains(stage.Name))
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' is called like a member that the generator writes into '{model.Name}'; rename it");
        else if (ObjectMembers.Contains(stage.Name))
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' is called like a member that every object has, which its property on '{model.Name}.Session' would hide; rename it");
        else if (StageMembers.Contains(stage.Name) || DecoderMembers.Contains(stage.Name))
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' is called like a member that the generator writes into stages; rename it");
        foreach (string member in stage.Members.Where(member => StageMembers.Contains(member) || (decoder && DecoderMembers.Contains(member))))
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' has a member '{member}', which the generator writes; rename it");
        for (int i = 0; i < index; i++)
        {
            string other = model.Stages[i].Name;
            if (other == stage.Name)
                Report(RuleIds.StageNameTaken, -1, $"Model '{model.Name}' has two stages '{stage.Name}'; rename one");
            else if (string.Equals(other, stage.Name, StringComparison.OrdinalIgnoreCase))
                Report(RuleIds.StageNameTaken, -1, $"Stages '{other}' and '{stage.Name}' differ in upper and lower case only, which 'from' does not tell apart; rename one");
        }

        CheckParts(stage, Report);
        for (int part = 0; part < stage.Parts.Count; part++)
            CheckSizes(stage, part, Report);
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
        if (body >= 0 && head.Has("layers") && head.Int("layers") == 0)
            report(RuleIds.MisplacedPart, body, $"{Attribute(stage.Parts[body])} is the body of a layer, but stage '{stage.Name}' has 0 layers; remove it, or say layers: n");

        int pooling = Find(stage, part => part.Kind == PartKind.Pooling);
        int logits = Find(stage, part => part.Kind == PartKind.Logits);
        if (logits >= 0 && head.Kind == PartKind.Encoder)
            report(RuleIds.MisplacedPart, logits, $"[Logits] scores the next token, which encoder '{stage.Name}' does not predict; use [Linear(width)] for scores of each row");
        else if (logits >= 0 && pooling >= 0)
            report(RuleIds.MisplacedPart, logits, $"[Logits] needs a row for every token, but [Pooling] has left one vector of them; remove one of the two, or use [Linear(width)]");
        else if (logits >= 0 && logits != stage.Parts.Count - 1 && stage.Parts[logits + 1].Kind != PartKind.Logits && ranks[stage.Parts.Count - 1] >= ranks[logits])
            report(RuleIds.MisplacedPart, logits + 1, $"{Attribute(stage.Parts[logits + 1])} stands behind [Logits], which is the last part of decoder '{stage.Name}'; put it before [Logits]");

        for (int i = 0; i < stage.Parts.Count; i++)
        {
            if (stage.Parts[i].Kind == PartKind.CrossAttention && !stage.Parts[i].Has("heads") && Find(stage, part => part.Kind == PartKind.SelfAttention) < 0)
                report(RuleIds.MissingPart, i, $"[CrossAttention] takes its heads from the stage's [SelfAttention], which '{stage.Name}' does not have; say heads: n");
        }
    }

    private static void CheckSizes(StageDeclaration stage, int index, Reporter report)
    {
        PartDeclaration part = stage.Parts[index];
        string place = $"in {Attribute(part)} of stage '{stage.Name}'";
        void Report(string message, string? argument) => report(RuleIds.InvalidSize, index, message, argument);

        // Only an attribute that the compiler rejects lacks what its constructor asks for.
        foreach (string required in RequiredBy(part.Kind).Where(required => !part.Has(required)))
            Report($"{required} is missing {place}; say {required}", null);

        foreach (string size in new[] { "layers", "width", "vocabulary", "length", "heads", "hidden", "HeadWidth", "SourceWidth" })
        {
            (int least, int most) = size == "layers" ? (0, MaximumLayers) : (1, MaximumSize);
            if (part.Has(size) && part.Int(size) is int value && (value < least || value > most))
                Report($"{size} is {Number(value)} {place}; expected {Number(least)} to {Number(most)}", size);
        }

        int heads = HeadsOf(stage, part);
        if (part.Has("HeadWidth") && (long)heads * part.Int("HeadWidth") > MaximumSize)
            Report($"{Number(heads)} heads × HeadWidth {Number(part.Int("HeadWidth"))} {place} is more than {Number(MaximumSize)}; expected fewer or narrower heads", "HeadWidth");

        if (part.Has("Epsilon") && part.Double("Epsilon", 0) is double epsilon && !(epsilon >= 1e-30 && epsilon <= 1))
            Report($"Epsilon is {epsilon.ToString("R", CultureInfo.InvariantCulture)} {place}; expected 1e-30 to 1, such as 1e-5", "Epsilon");

        foreach ((string argument, string[] members) in new[]
        {
            ("Norm", ["Post", "Pre"]),
            ("kind", part.Kind == PartKind.Positions ? ["Sinusoidal", "Learned"] : ["Mean", "First", "Max"]),
            ("activation", s_activations),
            ("Activation", s_activations),
        })
        {
            if (part.Has(argument) && part.Int(argument) is int value && (value < 0 || value >= members.Length))
                Report($"{argument} is {Number(value)} {place}, which the enum does not define; expected {string.Join(", ", members.Take(members.Length - 1))} or {members[members.Length - 1]}", argument);
        }
    }

    private static readonly string[] s_activations = ["Identity", "Relu", "Gelu", "GeluTanh", "Silu"];

    private static string[] RequiredBy(PartKind kind) => kind switch
    {
        PartKind.Encoder or PartKind.Decoder => ["layers", "width"],
        PartKind.Embedding => ["vocabulary", "length"],
        PartKind.Positions or PartKind.Pooling => ["kind"],
        PartKind.SelfAttention => ["heads"],
        PartKind.CrossAttention => ["from"],
        PartKind.FeedForward => ["hidden", "activation"],
        PartKind.Linear => ["width"],
        _ => [],
    };

    /// <summary>The heads of an attention: cross-attention that says none has those of the stage's first self-attention.</summary>
    private static int HeadsOf(StageDeclaration stage, PartDeclaration part) => part.Has("heads")
        ? part.Int("heads")
        : stage.Parts.FirstOrDefault(candidate => candidate.Kind == PartKind.SelfAttention)?.Int("heads", 1) ?? 1;

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
                if (part.Text(argument) is not string name)
                {
                    if (part.Has(argument))
                        findings.Add(new Finding(RuleIds.UnknownStage, new Target(i, j, argument), $"{argument} is null in {Attribute(part)} of stage '{stage.Name}'; name a stage of '{model.Name}'"));
                    continue;
                }

                int other = StageIndex(model, name);
                if (other < 0)
                {
                    string known = string.Join(", ", model.Stages.Where((_, index) => index != i).Select(candidate => "'" + candidate.Name + "'"));
                    string mend = Nearest(name, model.Stages.Where((_, index) => index != i).Select(candidate => candidate.Name)) is string nearest
                        ? $"did you mean '{nearest}'?" : known.Length > 0 ? $"the others are {known}" : "the model has no other stage, so add one";
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
