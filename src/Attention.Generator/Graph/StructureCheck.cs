using System.Globalization;
using Attention.Generator.Reading;

namespace Attention.Generator.Graph;

/// <summary>Whether a declaration has the parts it needs, in order, with sizes that make sense: what a graph can be built of.</summary>
internal static class StructureCheck
{
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

        if (model.Model.Has("Layout") && model.Model.Int("Layout") is int layout && (layout < 0 || layout >= s_layouts.Length))
            findings.Add(new Finding(RuleIds.InvalidSize, new Target(Target.Model, 0, "Layout"),
                $"Layout is {Number(layout)} in [AttentionModel] of '{model.Name}', which the enum does not define; expected {OneOf(s_layouts)}"));
        if (model.Weights is < WeightFormat.Float32 or > WeightFormat.Int8)
            findings.Add(new Finding(RuleIds.InvalidSize, new Target(Target.Model, 0, "Weights"),
                $"Weights is {Number((int)model.Weights)} in [AttentionModel] of '{model.Name}', which the enum does not define; expected {OneOf(Enum.GetNames(typeof(WeightFormat)))}"));
        if (model is { IsStage: true, Stages.Count: > 1 })
            findings.Add(new Finding(RuleIds.StageOutsideModel, new Target(0, Math.Max(0, Find(model.Stages[0], IsHead))),
                $"{Attribute(model.Stages[0].Parts[Math.Max(0, Find(model.Stages[0], IsHead))])} stands on model '{model.Name}' itself, which has the stage '{model.Stages[1].Name}' too; put the attributes on a nested partial class of their own"));
        CheckTensors(model.Tensors, Target.Model, model.Name, findings);
        if (model.Stages.Count == 0)
            findings.Add(new Finding(RuleIds.MissingPart, new Target(-1),
                $"Model '{model.Name}' has no stage; add [Encoder(layers, width)] or [Decoder(layers, width)] and its parts to it, or to a nested 'public sealed partial class' for each stage"));
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

        CheckTensors(stage.Tensors, index, stage.Name, findings);
        CheckParts(stage, Report);
        for (int part = 0; part < stage.Parts.Count; part++)
            CheckSizes(stage, part, Report);
        if (model.IsStage && index == 0)
            return;

        if (stage.Name == model.Name)
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' is called like its model, which C# does not allow; rename one");
        else if (ObjectMembers.Contains(stage.Name))
            Report(RuleIds.StageNameTaken, -1, $"Stage '{stage.Name}' is called like a member that every object has, which its property on '{model.Name}.Session' would hide; rename it");
        for (int i = 0; i < index; i++)
        {
            string other = model.Stages[i].Name;
            if (other == stage.Name)
                Report(RuleIds.StageNameTaken, -1, $"Model '{model.Name}' has two stages '{stage.Name}'; rename one");
            else if (string.Equals(other, stage.Name, StringComparison.OrdinalIgnoreCase))
                Report(RuleIds.StageNameTaken, -1, $"Stages '{other}' and '{stage.Name}' differ in upper and lower case only, which 'from' does not tell apart; rename one");
        }
    }

    /// <summary>The names of tensors that a class gives: each role once, and of holes only those that there are.</summary>
    private static void CheckTensors(EquatableArray<PartDeclaration> tensors, int stage, string name, List<Finding> findings)
    {
        for (int i = 0; i < tensors.Count; i++)
        {
            PartDeclaration tensor = tensors[i];
            if (!tensor.Has("role"))
                continue;
            void Report(string rule, string message, string argument) => findings.Add(new Finding(rule, Target.OfTensor(stage, i, argument), message));

            int role = tensor.Int("role");
            if (role < 0 || role >= s_roles)
                Report(RuleIds.InvalidSize, $"role is {Number(role)} in [Tensor] of '{name}', which the enum does not define; expected a member of TensorRole", "role");
            else if (tensors.Take(i).Any(other => other.Has("role") && other.Int("role") == role))
                Report(RuleIds.DoubledPart, $"'{name}' names the tensors of one role twice; remove one of the two [Tensor]", "role");
            foreach (string argument in new[] { "template", "Bias" }.Where(tensor.Has))
            {
                // A bias that is null is none that is given.
                if (argument == "template" || tensor.Text(argument) is not null)
                    CheckTemplate(tensor.Text(argument) ?? "", argument, $"in [Tensor] of '{name}'", s_templateHoles, mayBeEmpty: false, message => Report(RuleIds.UnsoundTensorName, message, argument));
            }
        }
    }

    private static readonly int s_roles = Enum.GetNames(typeof(TensorRole)).Length;

    /// <summary>What may stand in braces in the name of a tensor.</summary>
    private static readonly string[] s_templateHoles = ["{prefix}", "{parent}", "{layer}", "{n}", "{n?}"];

    /// <summary>Of holes a template has only those that something fills. One that is null is none that is given.</summary>
    private static void CheckTemplate(string? template, string argument, string place, string[] holes, bool mayBeEmpty, Action<string> report)
    {
        if (template is { Length: 0 } && !mayBeEmpty)
            report($"{argument} is empty {place}; expected a name, such as \"blocks.{{layer}}.attn.qkv\"");
        else if (template is not null && Holes(template).Except(holes).FirstOrDefault() is string hole)
            report($"'{template}' {place} has the hole {hole}; expected {(holes.Length > 1 ? OneOf(holes) : "none but " + holes[0])}");
    }

    /// <summary>What stands in braces, and braces that have no partner.</summary>
    private static IEnumerable<string> Holes(string template)
    {
        for (int at = template.IndexOfAny(['{', '}']); at >= 0; at = template.IndexOfAny(['{', '}'], at))
        {
            int end = template[at] == '}' ? at : template.IndexOf('}', at);
            string hole = end < 0 ? template.Substring(at) : template.Substring(at, end + 1 - at);
            yield return hole;
            at += hole.Length;
        }
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

        foreach (PartKind[] once in new PartKind[][] { [PartKind.Encoder, PartKind.Decoder], [PartKind.Embedding, PartKind.Patches, PartKind.Features, PartKind.Input], [PartKind.ClassToken], [PartKind.TokenTypes], [PartKind.Positions], [PartKind.Pooling], [PartKind.Head], [PartKind.Logits], [PartKind.L2Normalize] })
        {
            int first = Find(stage, part => once.Contains(part.Kind));
            int second = first < 0 ? -1 : Find(stage, part => once.Contains(part.Kind), first + 1);
            if (second >= 0)
                report(RuleIds.DoubledPart, second, $"Stage '{stage.Name}' has {Attribute(stage.Parts[first])} and {Attribute(stage.Parts[second])}, but there can be only one; remove one of them");
        }

        PartDeclaration head = stage.Parts[kind];
        int body = Find(stage, part => IsBody(part.Kind));
        int source = Find(stage, part => IsSource(part.Kind));
        if (source < 0)
            report(RuleIds.MissingPart, kind, $"Stage '{stage.Name}' has no source; add [Embedding(vocabulary, length)] below {Attribute(head)}");
        else if (head.Kind == PartKind.Decoder && stage.Parts[source].Kind != PartKind.Embedding)
            report(RuleIds.MisplacedPart, source, $"{Attribute(stage.Parts[source])} cannot be the source of decoder '{stage.Name}', which takes the tokens it has predicted; use [Embedding(vocabulary, length)], or make the stage an encoder");
        foreach (PartKind ofEncoders in new[] { PartKind.ClassToken, PartKind.TokenTypes })
        {
            int part = Find(stage, candidate => candidate.Kind == ofEncoders);
            if (part >= 0 && head.Kind == PartKind.Decoder)
                report(RuleIds.MisplacedPart, part, $"{Attribute(stage.Parts[part])} is for encoders, but '{stage.Name}' is a decoder; remove it");
        }

        int types = Find(stage, part => part.Kind == PartKind.TokenTypes), classToken = Find(stage, part => part.Kind == PartKind.ClassToken);
        if (types >= 0 && source >= 0 && stage.Parts[source].Kind != PartKind.Embedding)
            report(RuleIds.MisplacedPart, types, $"[TokenTypes] needs tokens, but stage '{stage.Name}' reads {Attribute(stage.Parts[source])}; remove one of the two");
        else if (types >= 0 && classToken >= 0 && types > classToken)
            report(RuleIds.MisplacedPart, types, $"[TokenTypes] stands behind [ClassToken], whose row is no token's; put it before [ClassToken]");
        if (body < 0 && head.Int("layers") > 0)
            report(RuleIds.MissingPart, kind, $"Stage '{stage.Name}' has {Number(head.Int("layers"))} layers but no body; add [SelfAttention(heads)] and [FeedForward(hidden, activation)], or say layers: 0", "layers");
        if (body >= 0 && head.Has("layers") && head.Int("layers") == 0)
            report(RuleIds.MisplacedPart, body, $"{Attribute(stage.Parts[body])} is the body of a layer, but stage '{stage.Name}' has 0 layers; remove it, or say layers: n");

        int pooling = Find(stage, part => part.Kind is PartKind.Pooling or PartKind.Head);
        int logits = Find(stage, part => part.Kind == PartKind.Logits), classes = Find(stage, part => part.Kind == PartKind.Head);
        int late = classes < 0 ? -1 : Find(stage, part => part.Kind == PartKind.Pooling, classes);
        if (late >= 0)
            report(RuleIds.MisplacedPart, late, $"[Pooling] stands behind [Head], which has pooled the rows of stage '{stage.Name}' already; put it before [Head]");
        if (logits >= 0 && head.Kind == PartKind.Encoder)
            report(RuleIds.MisplacedPart, logits, $"[Logits] scores the next token, which encoder '{stage.Name}' does not predict; use [Linear(width)] for scores of each row");
        else if (logits >= 0 && pooling >= 0)
            report(RuleIds.MisplacedPart, logits, $"[Logits] needs a row for every token, but {Attribute(stage.Parts[pooling])} has left one vector of them; remove one of the two, or use [Linear(width)]");
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

        foreach (string size in new[] { "layers", "width", "vocabulary", "length", "heads", "hidden", "image", "patch", "count", "classes", "HeadWidth", "SourceWidth", "Width", "Channels", "Offset", "Rows", "Every" })
        {
            (int least, int most) = size switch { "layers" => (0, MaximumLayers), "Offset" => (0, MaximumSize), "image" => (1, MaximumImage), _ => (1, MaximumSize) };
            if (part.Has(size) && part.Int(size) is int value && (value < least || value > most))
                Report($"{size} is {Number(value)} {place}; expected {Number(least)} to {Number(most)}", size);
        }

        int heads = HeadsOf(stage, part);
        if (part.Has("HeadWidth") && (long)heads * part.Int("HeadWidth") > MaximumSize)
            Report($"{Number(heads)} heads × HeadWidth {Number(part.Int("HeadWidth"))} {place} is more than {Number(MaximumSize)}; expected fewer or narrower heads", "HeadWidth");

        if (part.Kind == PartKind.Patches && part.Int("patch") > 0 && part.Int("image") is >= 1 and <= MaximumImage && part.Int("image") % part.Int("patch") != 0)
            Report($"image is {Number(part.Int("image"))} {place}, which is no multiple of patch {Number(part.Int("patch"))}; expected {Number(Math.Max(1, part.Int("image") / part.Int("patch")) * part.Int("patch"))} or {Number(((part.Int("image") / part.Int("patch")) + 1) * part.Int("patch"))}, or another patch", "image");
        if (part.Kind == PartKind.Patches && part.Int("image") is >= 1 and <= MaximumImage && (long)part.Int("image") * part.Int("image") * part.Int("Channels", 1) > MaximumSize)
            Report($"An image has {Number(part.Int("image"))} × {Number(part.Int("image"))} × {Number(part.Int("Channels", 1))} values {place}; expected at most {Number(MaximumSize)}", "image");
        foreach (string ofTable in new[] { "Offset", "Rows" }.Where(argument => part.Has(argument) && part.Kind == PartKind.Positions && (PositionKind)part.Int("kind") != PositionKind.Learned))
            Report($"{ofTable} is given {place}, whose positions are computed; expected PositionKind.Learned, or no {ofTable}", ofTable);
        CheckLayers(stage, part, place, Report);
        CheckEffect(stage, part, place, (message, argument) => report(RuleIds.WithoutEffect, index, message, argument));
        if (part.Has("Name"))
            CheckTemplate(part.Text("Name"), "Name", place, s_templateHoles, mayBeEmpty: false, message => report(RuleIds.UnsoundTensorName, index, message, "Name"));
        if (part.Has("Prefix"))
            CheckTemplate(part.Text("Prefix"), "Prefix", place, ["{layer}"], mayBeEmpty: true, message => report(RuleIds.UnsoundTensorName, index, message, "Prefix"));

        if (part.Has("Epsilon") && part.Double("Epsilon", 0) is double epsilon && !(epsilon >= 1e-30 && epsilon <= 1))
            Report($"Epsilon is {epsilon.ToString("R", CultureInfo.InvariantCulture)} {place}; expected 1e-30 to 1, such as 1e-5", "Epsilon");

        foreach ((string argument, string[] members) in new[]
        {
            ("Norm", Enum.GetNames(typeof(NormPlacement))),
            ("kind", part.Kind == PartKind.Positions ? Enum.GetNames(typeof(PositionKind)) : s_poolings),
            ("activation", s_activations),
            ("Activation", s_activations),
            ("Pooler", s_activations),
            ("Pooling", s_poolings),
            ("Order", Enum.GetNames(typeof(PatchOrder))),
        })
        {
            if (part.Has(argument) && part.Int(argument) is int value && (value < 0 || value >= members.Length))
                Report($"{argument} is {Number(value)} {place}, which the enum does not define; expected {OneOf(members)}", argument);
        }
    }

    /// <summary>Which layers have a part: <c>Every</c> or <c>At</c>, and of the latter only layers that there are.</summary>
    private static void CheckLayers(StageDeclaration stage, PartDeclaration part, string place, Action<string, string?> report)
    {
        if (!part.Has("At"))
            return;
        int layers = stage.Parts.FirstOrDefault(IsHead)?.Int("layers") ?? 0;
        if (part.Has("Every"))
            report($"At and Every are both given {place}; expected one of them", "Every");
        else if (part.Ints("At") is not { Count: > 0 } at)
            report($"At is empty {place}; expected the layers that have the part, or no part", "At");
        else if (layers >= 1 && at.Where(layer => layer < 0 || layer >= layers).Select(layer => (int?)layer).FirstOrDefault() is int outside)
            report($"At has layer {Number(outside)} {place}, which has {Number(layers)} layers; expected 0 to {Number(layers - 1)}", "At");
        else if (at.Distinct().Count() < at.Count)
            report($"At has a layer twice {place}; expected each once", "At");
    }

    /// <summary>Arguments that something else in the stage makes void. Of names <c>WeightNamer</c> knows.</summary>
    private static void CheckEffect(StageDeclaration stage, PartDeclaration part, string place, Action<string, string> report)
    {
        if (part.Kind == PartKind.Head && part.Has("Pooling") && Find(stage, candidate => candidate.Kind == PartKind.Pooling) >= 0)
            report($"Pooling is given {place}, but [Pooling] has pooled the rows already; remove one of the two", "Pooling");
        if (part.Kind == PartKind.SelfAttention && part.Has("Causal") && !part.Bool("Causal") && Find(stage, candidate => candidate.Kind == PartKind.Decoder) >= 0)
            report($"Causal is false {place}, a decoder, whose rows never see those behind them; remove Causal, or make the stage an encoder", "Causal");
        foreach ((PartKind kind, string width) in new[] { (PartKind.Features, "Width"), (PartKind.Input, "SourceWidth") })
        {
            if (part.Kind == kind && part.Has("Bias") && !part.Has(width))
                report($"Bias is given {place}, where no map is that could have one; remove Bias, or say {width}", "Bias");
        }

        string[] biases = part.Kind switch
        {
            PartKind.SelfAttention or PartKind.CrossAttention => ["QueryBias", "KeyBias", "ValueBias", "OutputBias"],
            PartKind.FeedForward => ["HiddenBias", "OutputBias"],
            _ => [],
        };
        if (biases.Length > 0 && part.Has("Bias") && biases.All(part.Has))
            report($"Bias is given {place}, but {string.Join(", ", biases.Take(biases.Length - 1))} and {biases[biases.Length - 1]} leave nothing to it; remove Bias", "Bias");
    }

    private static string OneOf(string[] members) => $"{string.Join(", ", members.Take(members.Length - 1))} or {members[members.Length - 1]}";

    private static readonly string[] s_activations = Enum.GetNames(typeof(Activation));

    private static readonly string[] s_poolings = Enum.GetNames(typeof(PoolingKind));

    private static readonly string[] s_layouts = Enum.GetNames(typeof(WeightLayout));

    private static string[] RequiredBy(PartKind kind) => kind switch
    {
        PartKind.Encoder or PartKind.Decoder => ["layers", "width"],
        PartKind.Embedding => ["vocabulary", "length"],
        PartKind.Patches => ["image", "patch"],
        PartKind.Features => ["length"],
        PartKind.Input => ["from"],
        PartKind.TokenTypes => ["count"],
        PartKind.Head => ["classes"],
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

    /// <summary>Bounds images, whose pixels are counted.</summary>
    private const int MaximumImage = 1 << 12;

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
                string? argument = part.Kind is PartKind.CrossAttention or PartKind.Input ? "from" : part.Kind == PartKind.Embedding && part.Has("Shares") ? "Shares" : null;
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
                    string mend = EditDistance.Slip(name, model.Stages.Where((_, index) => index != i).Select(candidate => candidate.Name)) is string nearest
                        ? $"did you mean '{nearest}'?" : known.Length > 0 ? $"the others are {known}" : "the model has no other stage, so add one";
                    findings.Add(new Finding(RuleIds.UnknownStage, new Target(i, j, argument), $"'{model.Name}' has no stage '{name}'; {mend}"));
                }
                else if (argument == "Shares" && model.Stages[other].Parts.All(candidate => candidate.Kind != PartKind.Embedding))
                {
                    findings.Add(new Finding(RuleIds.UnknownStage, new Target(i, j, argument), $"Stage '{model.Stages[other].Name}' has no table of tokens to share; name a stage with [Embedding]"));
                }
                else if (Reaches(model, other, i, argument, []))
                {
                    findings.Add(new Finding(RuleIds.CircularReference, new Target(i, j, argument),
                        other == i ? $"Stage '{stage.Name}' refers to itself; name another stage" + (part.Kind == PartKind.CrossAttention ? ", or use [SelfAttention]" : "")
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

    public static bool IsSource(PartKind kind) => kind is PartKind.Embedding or PartKind.Patches or PartKind.Features or PartKind.Input;

    /// <summary>Whether a stage's result is one vector.</summary>
    public static bool IsPooled(StageDeclaration stage) => stage.Parts.Any(part => part.Kind is PartKind.Pooling or PartKind.Head);

    private static bool IsHead(PartDeclaration part) => part.Kind is PartKind.Encoder or PartKind.Decoder;

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
                PartKind.Embedding or PartKind.Patches or PartKind.Features or PartKind.Input => 1,
                PartKind.Positions or PartKind.ClassToken or PartKind.TokenTypes => 2,
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
}
