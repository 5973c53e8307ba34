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
    private const string Summary = "/// <summary>Of a model whose declaration has errors: it throws.</summary>";

    private readonly CodeWriter _code;
    private readonly ModelDeclaration _model;
    private readonly StageDeclaration[] _stages;
    private readonly string _session;

    private StubWriter(CodeWriter code, ModelDeclaration model)
    {
        _code = code;
        _model = model;
        _stages = model.Stages.Where((stage, index) => stage is { IsJoinable: true, Continues: null, Body: { IsForbidden: false, Layout: not "ComImport" } } && !model.Stages.Take(index).Any(other => other.Name == stage.Name)).ToArray();
        _session = IsTaken(new Member("Session", "sealed class")) ? "AttentionSession" : "Session";
    }

    /// <summary>Whether a partial class, in C# 8, could join the user's, so that the compiler says nothing where we say what is missing.</summary>
    public static bool CanJoin(ModelDeclaration model) =>
        model is { Keyword: "class", IsPartial: true, IsGeneric: false, IsStatic: false, Body.Layout: not "ComImport", Language: >= 800 }
        && model.Containers.All(container => container is { IsPartial: true, Keyword: not "file class" });

    /// <summary>Writes the class, without what it is nested in.</summary>
    public static void Write(CodeWriter code, ModelDeclaration model) => new StubWriter(code, model).Model();

    private string Throw => $"throw {Names.FullType(_model)}.AttentionNotCompiled();";

    private bool IsTaken(Member member) =>
        _model.Name == member.Name || _model.Body.Members.Any(member.Excludes) || _model.Body.HasConstant(member.Name) || _model.Stages.Any(stage => stage.Name == member.Name);

    private void Model()
    {
        _code.Line(Summary);
        using (_code.Block($"partial class {Names.Identifier(_model.Name)} : global::System.IDisposable"))
        {
            _code.Line($"private static global::System.InvalidOperationException AttentionNotCompiled() => new global::System.InvalidOperationException({Names.Literal($"The declaration of model '{_model.Name}' has errors.")});");
            Member[] members = [.. Surface.OfModel(_model, Names.FullType(_model), _session).Where(member => member is { IsPublic: true, IsType: false })];
            foreach (Member member in members.Where(member => member.Name != "Dispose" && !IsTaken(member)))
                Member(member.Signature);
            Member dispose = members.Last();
            if (!IsTaken(dispose) && _model.Base?.Disposal != Disposal.Impossible)
                Member(dispose.Signature);
            else if (!_model.Body.Members.Contains("System.IDisposable.Dispose"))
                Member("void global::System.IDisposable.Dispose()");
            Session();
            foreach (StageDeclaration stage in _stages.Where(stage => stage.IsPartial && !IsModel(stage)))
                Stage(stage);
        }
    }

    /// <summary>Whether a stage is the model itself, whose session has the stage's members.</summary>
    private bool IsModel(StageDeclaration stage) => _model.IsStage && stage == _model.Stages[0];

    private void Session()
    {
        _code.Lines("", Summary);
        string hides = _session == "Session" ? Surface.OfModel(_model, "").First(member => member.IsType).Modifier : "";
        using (_code.Block($"public {hides}sealed class {_session} : global::System.IDisposable"))
        {
            _code.Line($"internal {_session}() => {Throw}");
            foreach (StageDeclaration stage in _stages.Where(stage => stage.Name != _session))
            {
                if (IsModel(stage))
                {
                    Members(stage);
                    continue;
                }

                string access = stage.Accessibility switch { "public" or "" => "public", "internal" or "protected internal" => "internal", _ => "private" };
                string objects = Surface.ObjectMembers.Contains(stage.Name) && stage.Name != "Finalize" ? " new" : "";
                Member($"{access}{objects} {Names.FullType(_model)}.{Names.Identifier(stage.Name)} {Names.Identifier(stage.Name)}");
            }

            Member(_stages.Any(stage => stage.Name == "Dispose") ? "void global::System.IDisposable.Dispose()" : "public void Dispose()");
        }
    }

    /// <summary>A stage implements the interfaces of which all members are free.</summary>
    private void Stage(StageDeclaration stage)
    {
        string[] contracts = [.. ContractsOf(stage)];
        _code.Lines("", Summary);
        using (_code.Block($"{(stage.Accessibility.Length == 0 ? "public " : "")}partial class {Names.Identifier(stage.Name)}{(contracts.Length > 0 ? " : " : "")}{string.Join(", ", contracts)}"))
            Members(stage);
    }

    private static IEnumerable<string> ContractsOf(StageDeclaration stage) => Surface.ContractsOf(stage)
        .Where(contract => Surface.OfStage(stage).All(member => !contract.Members.Contains(member.Name) || IsFree(stage, member)))
        .Select(contract => contract.Contract);

    private static bool IsFree(StageDeclaration stage, Member member) => member.Contract is not null
        || (stage.Name != member.Name && !stage.Body.Members.Any(member.Excludes) && !stage.Body.HasConstant(member.Name));

    private void Members(StageDeclaration stage)
    {
        string[] contracts = [.. ContractsOf(stage)];
        foreach (Member member in Surface.OfStage(stage).Where(member => member.IsPublic && IsFree(stage, member)))
        {
            if (member.Contract is null || contracts.Any(contract => Surface.IsOf(contract, member)))
                Member(member.Signature);
        }
    }

    private void Member(string signature) => _code.Lines("", Summary, $"{signature} => {Throw}");
}
