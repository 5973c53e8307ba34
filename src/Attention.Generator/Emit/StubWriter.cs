using Attention.Generator.Graph;
using Attention.Generator.Reading;

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
            string instructionSet = $"{Dsl}InstructionSet? instructionSet = null";
            if (!IsTaken("Load", "Load(string, Attention.Dsl.InstructionSet?)"))
                Member($"public static {Names.FullType(_model)} Load(string path, {instructionSet})");
            if (!IsTaken("Load", "Load(System.IO.Stream, Attention.Dsl.InstructionSet?)"))
                Member($"public static {Names.FullType(_model)} Load(global::System.IO.Stream stream, {instructionSet})");
            if (!IsTaken("InstructionSet"))
                Member($"public {Dsl}InstructionSet InstructionSet");
            if (!IsTaken("CreateSession", "CreateSession()"))
                Member($"public {_session} CreateSession()");
            Member(IsTaken("Dispose", "Dispose()") ? "void global::System.IDisposable.Dispose()" : "public void Dispose()");
            Session();
            foreach (StageDeclaration stage in _stages)
                Stage(stage);
        }
    }

    private void Session()
    {
        _code.Lines("", Summary);
        using (_code.Block($"public sealed class {_session} : global::System.IDisposable"))
        {
            _code.Line($"internal {_session}() => {Throw}");
            foreach (StageDeclaration stage in _stages.Where(stage => stage.Name != _session))
            {
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
        bool Has(PartKind kind) => stage.Parts.Any(part => part.Kind == kind);
        bool pooled = Has(PartKind.Pooling), logits = Has(PartKind.Logits), neither = !Has(PartKind.Encoder) && !Has(PartKind.Decoder);
        bool encoder = Has(PartKind.Encoder) || pooled || neither;
        bool decoder = (Has(PartKind.Decoder) && !pooled) || logits || neither;

        bool IsFree(string member) => stage.Name != member && !stage.Members.Contains(member);
        bool hasShape = IsFree("Vocabulary") && IsFree("Length") && IsFree("Width");
        var contracts = new List<string>();
        if (encoder && hasShape && IsFree("Forward"))
            contracts.Add(Dsl + (pooled ? "IVectorEncoder" : "IEncoder"));
        if (decoder && hasShape && IsFree("Position") && IsFree("Step") && IsFree("Reset"))
            contracts.Add(Dsl + "IDecoder");

        _code.Lines("", Summary);
        using (_code.Block($"{(stage.Accessibility.Length == 0 ? "public " : "")}partial class {Names.Identifier(stage.Name)}{(contracts.Count > 0 ? " : " : "")}{string.Join(", ", contracts)}"))
        {
            void Free(string name, string signature, string parameters = "")
            {
                if (IsFree(name) && IsFree($"{name}({parameters})"))
                    Member(signature);
            }

            Free("Vocabulary", "public int Vocabulary");
            Free("Length", "public int Length");
            Free("Width", "public int Width");
            if (encoder)
                Free("Forward", $"public {(pooled ? Floats : Dsl + "Rows")} Forward({Tokens})", "System.ReadOnlySpan<int>");
            if (!decoder)
                return;
            Free("Position", "public int Position");
            Free("Forward", $"public void Forward({Tokens}, global::System.Span<float> {(logits ? "logits" : "rows")})", "System.ReadOnlySpan<int>, System.Span<float>");
            Free("Step", $"public {Floats} Step({Tokens})", "System.ReadOnlySpan<int>");
            Free("Reset", "public void Reset()");
            if (logits || neither)
                Free("Generate", $"public {Dsl}GreedySequence Generate({Dsl}GreedySearch search)", "Attention.Dsl.GreedySearch");
        }
    }

    private void Member(string signature) => _code.Lines("", Summary, $"{signature} => {Throw}");
}
