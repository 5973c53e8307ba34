using Attention.Generator.Graph;
using Attention.Generator.Reading;
using Attention.Generator.Text;

namespace Attention.Generator.Emit;

/// <summary>
/// Writes the surface of a model that has findings: every member that the sound model would have, each throwing, so that
/// code that uses the model compiles up to the one thing that is wrong. A name that the user has taken is left out.
/// </summary>
internal sealed class StubWriter
{
    private const string Dsl = "global::Attention.Dsl.";
    private const string Tokens = "global::System.ReadOnlySpan<int> tokens";
    private const string Floats = "global::System.ReadOnlySpan<float>";
    private const string Summary = "/// <summary>Of a model whose declaration has errors: it throws.</summary>";

    private readonly CodeWriter _code;
    private readonly ModelDeclaration _model;
    private readonly StageDeclaration[] _stages;
    private readonly string _session;

    private StubWriter(CodeWriter code, ModelDeclaration model)
    {
        _code = code;
        _model = model;
        _stages = model.Stages.Where((stage, index) => stage.IsJoinable && !model.Stages.Take(index).Any(other => other.Name == stage.Name)).ToArray();
        _session = IsTaken("Session") ? "AttentionSession" : "Session";
    }

    /// <summary>Whether a partial class could join the user's; where only <c>partial</c> is missing the compiler says that and nothing else.</summary>
    public static bool CanJoin(ModelDeclaration model) =>
        model is { Keyword: "class", IsGeneric: false, IsStatic: false } && model.Containers.All(container => container.Keyword != "file class");

    /// <summary>Writes the class, without what it is nested in.</summary>
    public static void Write(CodeWriter code, ModelDeclaration model) => new StubWriter(code, model).Model();

    private string Throw => $"throw {Names.FullType(_model)}.AttentionNotCompiled();";

    private bool IsTaken(string name, string signature = "") =>
        _model.Name == name || _model.Members.Any(member => member == name || member == signature) || _model.Stages.Any(stage => stage.Name == name);

    private void Model()
    {
        _code.Line(Summary);
        using (_code.Block($"partial class {Names.Identifier(_model.Name)} : global::System.IDisposable"))
        {
            _code.Line($"private static global::System.InvalidOperationException AttentionNotCompiled() => new({Names.Literal($"The declaration of model '{_model.Name}' has errors.")});");
            string instructionSet = $"{Dsl}InstructionSet? instructionSet = null, int threads = 1";
            if (!IsTaken("Load", "Load(string, Attention.Dsl.InstructionSet?, int)"))
                Member($"public static {Names.FullType(_model)} Load(string path, {instructionSet})");
            if (!IsTaken("Load", "Load(System.IO.Stream, Attention.Dsl.InstructionSet?, int)"))
                Member($"public static {Names.FullType(_model)} Load(global::System.IO.Stream stream, {instructionSet})");
            if (!IsTaken("InstructionSet"))
                Member($"public {Dsl}InstructionSet InstructionSet");
            if (!IsTaken("Threads"))
                Member("public int Threads");
            if (!IsTaken("CreateSession", "CreateSession(Attention.Dsl.SessionOptions)") && !IsTaken("CreateSession", "CreateSession(Attention.Dsl.SessionOptions?)"))
                Member($"public {_session} CreateSession({Dsl}SessionOptions? options = null)");
            Member(IsTaken("Dispose", "Dispose()") ? "void global::System.IDisposable.Dispose()" : "public void Dispose()");
            Session();
            foreach (StageDeclaration stage in _stages.Where(stage => !IsModel(stage)))
                Stage(stage);
        }
    }

    /// <summary>Whether a stage is the model itself, whose session has the stage's members.</summary>
    private bool IsModel(StageDeclaration stage) => _model.IsStage && stage == _model.Stages[0];

    private void Session()
    {
        _code.Lines("", Summary);
        using (_code.Block($"public sealed class {_session} : global::System.IDisposable"))
        {
            _code.Line($"internal {_session}() => {Throw}");
            foreach (StageDeclaration stage in _stages.Where(stage => stage.Name != _session))
            {
                if (IsModel(stage))
                {
                    StageMembers(stage);
                    continue;
                }

                string access = stage.Accessibility switch { "public" or "" => "public", "internal" or "protected internal" => "internal", _ => "private" };
                string hides = StructureCheck.ObjectMembers.Contains(stage.Name) && stage.Name != "Finalize" ? " new" : "";
                Member($"{access}{hides} {Names.FullType(_model)}.{Names.Identifier(stage.Name)} {Names.Identifier(stage.Name)}");
            }

            Member(_stages.Any(stage => stage.Name == "Dispose") ? "void global::System.IDisposable.Dispose()" : "public void Dispose()");
        }
    }

    /// <summary>A stage whose attributes contradict each other has the surface of all that they say.</summary>
    private void Stage(StageDeclaration stage)
    {
        (bool encoder, bool decoder) = KindsOf(stage);
        bool hasShape = IsFree(stage, "Vocabulary") && IsFree(stage, "Length") && IsFree(stage, "Width"), tokens = TakesTokens(stage);
        var contracts = new List<string>();
        if (encoder && tokens && hasShape && IsAllFree(stage, "Forward"))
            contracts.Add(Dsl + (StructureCheck.IsPooled(stage) ? "IVectorEncoder" : "IEncoder"));
        if (contracts.Count > 0 && TakesBatches(stage) && new[] { "BatchTokens", "ForwardBatch" }.All(member => IsAllFree(stage, member)))
            contracts.Add(Dsl + "IBatchEncoder");
        if (decoder && hasShape && new[] { "Position", "Beams", "Step", "StepBeams", "Reset" }.All(member => IsAllFree(stage, member)))
            contracts.Add(Dsl + "IBeamDecoder");

        _code.Lines("", Summary);
        using (_code.Block($"{(stage.Accessibility.Length == 0 ? "public " : "")}partial class {Names.Identifier(stage.Name)}{(contracts.Count > 0 ? " : " : "")}{string.Join(", ", contracts)}"))
            StageMembers(stage);
    }

    /// <summary>Whether a member and every overload of it are free.</summary>
    private static bool IsAllFree(StageDeclaration stage, string member) => IsFree(stage, member) && !stage.Members.Any(other => other.StartsWith(member + "(", StringComparison.Ordinal));

    private static bool IsFree(StageDeclaration stage, string member) => stage.Name != member && !stage.Members.Contains(member);

    private static bool Has(StageDeclaration stage, PartKind kind) => stage.Parts.Any(part => part.Kind == kind);

    private static bool TakesBatches(StageDeclaration stage) => !Has(stage, PartKind.Decoder) && !Has(stage, PartKind.CrossAttention) && !Has(stage, PartKind.Input);

    private static bool TakesTokens(StageDeclaration stage) => Has(stage, PartKind.Embedding) || !stage.Parts.Any(part => StructureCheck.IsSource(part.Kind));

    private static (bool encoder, bool decoder) KindsOf(StageDeclaration stage)
    {
        bool pooled = StructureCheck.IsPooled(stage), neither = !Has(stage, PartKind.Encoder) && !Has(stage, PartKind.Decoder);
        return (Has(stage, PartKind.Encoder) || pooled || neither, (Has(stage, PartKind.Decoder) && !pooled) || Has(stage, PartKind.Logits) || neither);
    }

    private void StageMembers(StageDeclaration stage)
    {
        bool pooled = StructureCheck.IsPooled(stage), logits = Has(stage, PartKind.Logits), neither = !Has(stage, PartKind.Encoder) && !Has(stage, PartKind.Decoder);
        (bool encoder, bool decoder) = KindsOf(stage);
        void Free(string name, string signature, string parameters = "")
        {
            if (IsFree(stage, name) && IsFree(stage, $"{name}({parameters})"))
                Member(signature);
        }

        if (decoder || TakesTokens(stage))
            Free("Vocabulary", "public int Vocabulary");
        Free("Length", "public int Length");
        Free("Width", "public int Width");
        foreach ((PartKind kind, string property) in new[] { (PartKind.SelfAttention, "SelfAttentionWeights"), (PartKind.CrossAttention, "CrossAttentionWeights") })
        {
            for (int i = 1; i <= stage.Parts.Count(part => part.Kind == kind && part.Bool("Capture")); i++)
            {
                string name = property + (i == 1 ? "" : CodeWriter.Number(i));
                Free(name, $"public {Dsl}AttentionWeights {name}");
            }
        }

        if (encoder)
        {
            string result = pooled ? Floats : Dsl + "Rows";
            if (TakesTokens(stage))
                Free("Forward", $"public {result} Forward({Tokens})", "System.ReadOnlySpan<int>");
            if (Has(stage, PartKind.TokenTypes))
                Free("Forward", $"public {result} Forward({Tokens}, global::System.ReadOnlySpan<int> types)", "System.ReadOnlySpan<int>, System.ReadOnlySpan<int>");
            if (Has(stage, PartKind.Patches) || Has(stage, PartKind.Features))
                Free("Forward", $"public {result} Forward({Floats} values)", "System.ReadOnlySpan<float>");
            if (Has(stage, PartKind.Input))
                Free("Forward", $"public {result} Forward()");
            if (TakesBatches(stage))
                Batches(stage, Free);
        }

        if (!decoder)
            return;
        Free("Position", "public int Position");
        Free("Beams", "public int Beams");
        Free("Forward", $"public void Forward({Tokens}, global::System.Span<float> {(logits ? "logits" : "rows")})", "System.ReadOnlySpan<int>, System.Span<float>");
        Free("Step", $"public {Floats} Step({Tokens})", "System.ReadOnlySpan<int>");
        Free("StepBeams", $"public {Dsl}Rows StepBeams(global::System.ReadOnlySpan<int> parents, {Tokens})", "System.ReadOnlySpan<int>, System.ReadOnlySpan<int>");
        Free("Reset", "public void Reset()");
        if (!logits && !neither)
            return;
        const string cancellation = "global::System.Threading.CancellationToken cancellation = default";
        Free("Generate", $"public {Dsl}TokenSequence Generate({Dsl}DecodingOptions options, {cancellation})", "Attention.Dsl.DecodingOptions, System.Threading.CancellationToken");
        Free("Search", $"public global::System.Collections.Generic.IReadOnlyList<{Dsl}Hypothesis> Search({Dsl}BeamSearch options, {cancellation})", "Attention.Dsl.BeamSearch, System.Threading.CancellationToken");
    }

    private static void Batches(StageDeclaration stage, FreeMember free)
    {
        const string lengths = "global::System.ReadOnlySpan<int> lengths";
        free("BatchTokens", "public int BatchTokens");
        if (TakesTokens(stage))
            free("ForwardBatch", $"public {Dsl}Rows ForwardBatch({Tokens}, {lengths})", "System.ReadOnlySpan<int>, System.ReadOnlySpan<int>");
        if (Has(stage, PartKind.TokenTypes))
            free("ForwardBatch", $"public {Dsl}Rows ForwardBatch({Tokens}, {lengths}, global::System.ReadOnlySpan<int> types)", "System.ReadOnlySpan<int>, System.ReadOnlySpan<int>, System.ReadOnlySpan<int>");
        if (Has(stage, PartKind.Patches))
            free("ForwardBatch", $"public {Dsl}Rows ForwardBatch({Floats} images)", "System.ReadOnlySpan<float>");
        if (Has(stage, PartKind.Features))
            free("ForwardBatch", $"public {Dsl}Rows ForwardBatch({Floats} features, {lengths})", "System.ReadOnlySpan<float>, System.ReadOnlySpan<int>");
    }

    private delegate void FreeMember(string name, string signature, string parameters = "");

    private void Member(string signature) => _code.Lines("", Summary, $"{signature} => {Throw}");
}
