using Attention.Generator.Graph;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Attention.Generator.Text;
using static Attention.Generator.Emit.Types;

namespace Attention.Generator.Emit;

/// <summary>A member that the generator writes into a class of the user's.</summary>
/// <param name="Name">Its name; <c>.ctor</c> for a constructor.</param>
/// <param name="Type">What it gives, with what stands before that but for the access; null for a member that is for generated code only.</param>
/// <param name="Parameters">The parameters of a method for the user.</param>
/// <param name="Modifier">What it is to an inherited member: <c>new</c>, <c>override</c> or nothing.</param>
/// <param name="Contract">The interface that it is written for, if for nothing else.</param>
internal sealed record Member(string Name, string? Type = null, string? Parameters = null, string Modifier = "", string? Contract = null)
{
    public bool IsPublic => Type is not null;

    public bool IsType => Type?.EndsWith("class", StringComparison.Ordinal) == true;

    /// <summary>All before the body.</summary>
    public string Signature => (Contract is null ? $"public {Modifier}{Type} {Name}" : $"{Type} {Contract}.{Name}") + (Parameters is null ? "" : $"({Parameters})");

    /// <summary>Whether it cannot stand beside a user's member of a key, as <see cref="ClassBody"/> describes them.</summary>
    public bool Excludes(string key) => Contract is null && (Hides(key) || ExcludesGeneric(key) || ExcludesAccessor(key));

    /// <summary>Types and methods stand beside generic ones of their own sort.</summary>
    private bool ExcludesGeneric(string key) => key.StartsWith(Name + "`", StringComparison.Ordinal) && (Parameters is not null ? !key.Contains("(") : !IsType || key.Contains("("));

    private bool ExcludesAccessor(string key) => IsPublic && Parameters is null && !IsType && (key == $"get_{Name}()" || key == $"set_{Name}({Type!.Replace("global::", "")})");

    /// <summary>Whether it would hide an inherited member of a key: any of its name but generic ones, and but methods of other parameters where it is one itself.</summary>
    public bool Hides(string key) => IsPublic
        ? key == Key || key == Name || (Parameters is null && key.StartsWith(Name + "(", StringComparison.Ordinal))
        : Name == ".ctor" ? key == Key : key == Name || key.StartsWith(Name + "(", StringComparison.Ordinal);

    /// <summary>Its own key: that of a method has the types of its parameters in parentheses.</summary>
    public string Key => Parameters is null ? Name : $"{Name}({string.Join(", ", Parameters.Split([", "], StringSplitOptions.RemoveEmptyEntries).Select(TypeOf))})";

    /// <summary>The type of a parameter. That a reference may be null does not tell methods apart.</summary>
    private static string TypeOf(string parameter) => parameter.Split(' ')[0].Replace("global::", "").Replace("SessionSettings?", "SessionSettings").Replace("SequenceHook?", "SequenceHook");
}

/// <summary>
/// The members that the generator writes into a model and into its stages: what sound models and stubs have, and what the
/// user's members must not be called.
/// </summary>
internal static class Surface
{
    /// <summary>Members of every object, which a stage's property on the session would hide.</summary>
    public static readonly string[] ObjectMembers =
        ["Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString"];

    private const string Cancellation = "global::System.Threading.CancellationToken cancellation = default";

    /// <summary>Whether every model has a member of a name.</summary>
    public static bool IsOfEveryModel(string name) => name is "Load" or "InstructionSet" or "Threads" or "CreateSession" or "Session" or "Dispose" || name.StartsWith("Attention", StringComparison.Ordinal);

    /// <summary>The members of a model.</summary>
    /// <param name="model">The declaration.</param>
    /// <param name="type">How the model's type is written.</param>
    /// <param name="session">How its session's is.</param>
    public static IEnumerable<Member> OfModel(ModelDeclaration model, string type, string session = "Session")
    {
        const string chosen = $"{Dsl}InstructionSet? instructionSet = null, int threads = 1";
        Member[] members =
        [
            new("Load", "static " + type, "string path, " + chosen + ", bool keepPacked = false"),
            new("Load", "static " + type, "global::System.IO.Stream stream, " + chosen),
            new("InstructionSet", Dsl + "InstructionSet"),
            new("Threads", "int"),
            new("CreateSession", session, $"{Dsl}SessionSettings? settings = null"),
            new("Session", "sealed class"),
        ];
        IEnumerable<Member> scalars = model.Scalars.Select(scalar => scalar.Property).OfType<string>().Distinct().Where(property => !IsOfEveryModel(property)).Select(property => new Member(property, "float"));
        foreach (Member member in members.Concat(scalars))
            yield return member with { Modifier = model.Base is BaseClass from && (from.IsGenerated || from.Members.Any(member.Hides)) ? "new " : "" };
        yield return new("Dispose", "void", "", model.Base?.Disposal switch
        {
            Disposal.Implement or Disposal.Override => "override ",
            Disposal.Call or Disposal.Hide => "new ",
            _ => model.Base?.IsGenerated == true ? "new " : "",
        });
        yield return new(".ctor", Parameters: $"{Runtime}PinnedMemory weights, {Dsl}InstructionSet instructionSet, int threads");
        foreach (string name in new[] { "_attentionWeights", "_attentionTeam", "_attentionKernels", "_attentionPlan", "_attentionDisposed", "AttentionKernels", "AttentionPack", "AttentionOpen", "AttentionRead", "AttentionNotCompiled", "AttentionSession" }
            .Concat(Enumerable.Range(0, model.Stages.Sum(stage => 1 + stage.Facts.Groups)).Select(index => "AttentionPack" + CodeWriter.Number(index)))
            .Concat(model.Stages.SelectMany(stage => Enumerable.Range(1, stage.Facts.Groups).Select(passed => StageDeclaration.NameBehind(stage.Name, passed))))
            .Concat(model.IsStage && model.Stages.Count > 0 ? model.Stages[0].Facts.OwnMethods : []))
            yield return new(name);
    }

    /// <summary>
    /// The members of a stage; of one whose attributes contradict each other all that they might mean. A property whose name
    /// stands for a constant of the user's, which it would come before, is there for an interface only, or not at all.
    /// </summary>
    public static IEnumerable<Member> OfStage(StageDeclaration stage) => AllOf(stage).SelectMany(member => !IsConstant(stage, member) ? [member]
        : ContractsOf(stage).Where(contract => contract.Members.Contains(member.Name)).Select(contract => member with { Contract = DeclaringOf(member.Name, contract.Contract) }).Distinct());

    /// <summary>What a stage does not show of what it tells about itself, as a sentence for its reader; nothing if it shows all.</summary>
    public static string RemarkOf(StageDeclaration stage)
    {
        string[] names = [.. AllOf(stage).Where(member => IsConstant(stage, member)).Select(member => member.Name)];
        return names.Length == 0 ? ""
            : $" {(ContractsOf(stage).Any() ? "Only its interface shows" : "It does not show")} {string.Join(" and ", names)}, since {(names.Length == 1 ? "a constant in it is" : "constants in it are")} called so.";
    }

    /// <summary>Whether a constant expression of a stage has the name of a property that only repeats what the stage declares, so that it can do without.</summary>
    private static bool IsConstant(StageDeclaration stage, Member member) =>
        member.Type == "int" && stage.Body.HasConstant(member.Name);

    /// <summary>Whether a member is written for an interface, or for one that it extends.</summary>
    public static bool IsOf(string contract, Member member) => member.Contract == DeclaringOf(member.Name, contract);

    private static string DeclaringOf(string member, string contract) => contract switch
    {
        Dsl + "IBeamDecoder" when !member.Contains("Beams") => Dsl + "IDecoder",
        Dsl + "IBatchDecoder" when member is not ("Sequences" or "StepBatch") => Dsl + "IDecoder",
        Dsl + "ITypedBatchEncoder" when member == "BatchTokens" => Dsl + "IBatchEncoder",
        _ => contract,
    };

    private static IEnumerable<Member> AllOf(StageDeclaration stage)
    {
        StageFacts facts = stage.Facts;
        (bool encoder, bool decoder) = KindsOf(facts);
        if (decoder || TakesTokens(facts))
            yield return new("Vocabulary", "int");
        yield return new("Length", "int");
        if (decoder || GivesRows(facts))
            yield return new("Width", "int");
        foreach ((int count, string kind) in new[] { (facts.SelfCaptures, Capture.Self), (facts.CrossCaptures, Capture.Cross), (facts.ExternalCaptures, Capture.External) })
        {
            for (int i = 1; i <= count; i++)
                yield return new(Capture.PropertyOf(kind, i), Dsl + "AttentionWeights");
        }

        if (encoder && ScoresRows(facts))
        {
            foreach (Member member in OfScorer(facts))
                yield return member;
        }

        if (encoder && GivesRows(facts))
        {
            foreach (Member member in OfEncoder(facts, facts.IsPooled ? Floats : Dsl + "Rows"))
                yield return member;
        }

        if (decoder)
        {
            foreach (Member member in OfDecoder(facts.HasLogits, generates: facts.HasLogits || facts is { IsEncoder: false, IsDecoder: false }))
                yield return member;
        }

        // The session's type is not known before it is written.
        yield return new(".ctor", Parameters: "global::Attention.Runtime.SessionCore core, Session session");
        foreach (string name in new[]
        {
            "_attentionCore", "_attentionKernels", "_attentionSession", "_attentionHasSources", "_attentionPosition", "_attentionTracks", "_attentionStepRows", "_attentionTable", "_attentionKept",
            "AttentionRows", "AttentionInvalidate", "AttentionInvalidateReaders", "AttentionForgetSources", "AttentionPrepareSources", "AttentionRunRows", "AttentionCopyPage", "AttentionJoin", "AttentionTake", "AttentionForgetRows",
        }.Concat(facts.OwnMethods))
            yield return new(name);
    }

    private static IEnumerable<Member> OfEncoder(StageFacts facts, string result)
    {
        const string lengths = Integers + " lengths", types = Integers + " types", rows = Dsl + "Rows";
        string labels = facts.TakesLabels ? $", {Integers} labels" : "";
        bool tokens = TakesTokens(facts), hasTypes = facts.TakesTypes, images = facts.TakesImages, features = facts.TakesFeatures;
        if (tokens)
            yield return new("Forward", result, Tokens + labels);
        if (hasTypes)
            yield return new("Forward", result, $"{Tokens}, {types}{labels}");
        if (images || features)
            yield return new("Forward", result, $"{Floats} {(images ? "image" : "features")}{labels}");
        if (facts.TakesRows)
            yield return new("Forward", result, "");
        if (!TakesBatches(facts))
            yield break;
        yield return new("BatchTokens", "int");
        if (tokens)
            yield return new("ForwardBatch", rows, $"{Tokens}, {lengths}{labels}");
        if (hasTypes)
            yield return new("ForwardBatch", rows, $"{Tokens}, {lengths}, {types}{labels}");
        if (images)
            yield return new("ForwardBatch", rows, $"{Floats} images");
        if (features)
            yield return new("ForwardBatch", rows, $"{Floats} features, {lengths}{labels}");
    }

    private static IEnumerable<Member> OfScorer(StageFacts facts)
    {
        const string scored = $"{Integers} rows, global::System.Span<float> logits";
        string labels = facts.TakesLabels ? $", {Integers} labels" : "";
        if (labels.Length == 0)
            yield return new("Forward", "void", Tokens + ", global::System.Span<float> logits");
        yield return new("Forward", "void", $"{Tokens}{labels}, {scored}");
        if (facts.TakesTypes)
            yield return new("Forward", "void", $"{Tokens}, {Integers} types{labels}, {scored}");
    }

    private static IEnumerable<Member> OfDecoder(bool hasLogits, bool generates)
    {
        yield return new("Position", "int");
        yield return new("Beams", "int");
        yield return new("Forward", "void", $"{Tokens}, global::System.Span<float> {(hasLogits ? "logits" : "rows")}");
        yield return new("Step", Floats, Tokens);
        yield return new("StepBeams", Dsl + "Rows", $"{Integers} parents, {Tokens}");
        yield return new("Sequences", "int");
        yield return new("StepBatch", Dsl + "Rows", $"global::System.ReadOnlySpan<{Dsl}IBatchDecoder> sequences, {Tokens}");
        yield return new("Reset", "void", "");
        if (!generates)
            yield break;
        yield return new("Generate", Dsl + "TokenSequence", $"{Dsl}DecodingOptions options, {Cancellation}");
        yield return new(
            "GenerateBatch", Dsl + "TokenBatch",
            $"global::System.Collections.Generic.IReadOnlyList<{Dsl}IBatchDecoder> sessions, global::System.Collections.Generic.IReadOnlyList<{Dsl}DecodingOptions> options, {Dsl}SequenceHook? begin = null, {Cancellation}");
        yield return new("Search", $"global::System.Collections.Generic.IReadOnlyList<{Dsl}Hypothesis>", $"{Dsl}BeamSearch options, {Cancellation}");
    }

    /// <summary>The runtime's interfaces that a stage implements, each with the members that are its own.</summary>
    public static IEnumerable<(string Contract, string[] Members)> ContractsOf(StageDeclaration stage)
    {
        StageFacts facts = stage.Facts;
        (bool encoder, bool decoder) = KindsOf(facts);
        if (encoder && ScoresRows(facts) && TakesTokens(facts) && !facts.TakesLabels)
            yield return (Dsl + "IRowScorer", ["Vocabulary", "Length", "Forward"]);
        if (encoder && GivesRows(facts) && TakesTokens(facts) && !facts.TakesLabels)
        {
            yield return (Dsl + (facts.IsPooled ? "IVectorEncoder" : "IEncoder"), ["Vocabulary", "Length", "Width", "Forward"]);
            if (TakesBatches(facts))
                yield return (Dsl + (facts.TakesTypes ? "ITypedBatchEncoder" : "IBatchEncoder"), ["BatchTokens", "ForwardBatch"]);
        }

        if (decoder)
        {
            yield return (Dsl + "IBeamDecoder", ["Vocabulary", "Length", "Width", "Position", "Step", "Reset", "Beams", "StepBeams"]);
            yield return (Dsl + "IBatchDecoder", ["Vocabulary", "Length", "Width", "Position", "Step", "Reset", "Sequences", "StepBatch"]);
        }
    }

    private static bool TakesBatches(StageFacts facts) => facts is { IsDecoder: false, AttendsToOthers: false, TakesRows: false };

    /// <summary>Whether an encoder gives what it has made: what scores its rows does not, unless its attributes contradict each other.</summary>
    private static bool GivesRows(StageFacts facts) => facts.IsPooled || !ScoresRows(facts);

    private static bool ScoresRows(StageFacts facts) => facts is { IsEncoder: true, IsDecoder: false, HasLogits: true };

    /// <summary>So it does where nothing says otherwise.</summary>
    private static bool TakesTokens(StageFacts facts) => facts.TakesTokens || !facts.HasSource;

    private static (bool encoder, bool decoder) KindsOf(StageFacts facts)
    {
        bool neither = facts is { IsEncoder: false, IsDecoder: false };
        return (facts.IsEncoder || facts.IsPooled || neither, (facts.IsDecoder && !facts.IsPooled) || (facts.HasLogits && !ScoresRows(facts)) || neither);
    }
}
