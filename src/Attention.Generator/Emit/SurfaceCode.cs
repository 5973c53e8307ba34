using Attention.Generator.Graph;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Attention.Generator.Text;
using static Attention.Generator.Emit.Types;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>What a stage's surface is written with: its members, and how they call checks and kernels.</summary>
internal sealed class SurfaceCode
{
    private readonly CodeWriter _code;
    private readonly ModelDeclaration _model;
    private readonly Member[] _members;

    public SurfaceCode(CodeWriter code, ModelDeclaration model, StagePlan stage, ModelPlan plan)
    {
        _code = code;
        _model = model;
        Stage = stage;
        Plan = plan;
        Source = CallSource.Of(stage);
        Length = Source.IsCounted ? Source.Length : stage.Graph.Length;
        Width = stage.ResultWidth;
        Others = [.. stage.OtherStages.Select(RowsOf)];
        StageDeclaration[] readers = [.. plan.Stages.Where(other => other.OtherStages.Contains(stage.Graph.Index)).Select(other => model.Stages[other.Graph.Index])];
        Readers = [.. readers.Select(reader => reader.Name)];
        ReadersShown = [.. readers.Where(reader => reader.Continues is null).Select(reader => reader.Name)];
        _members = [.. Surface.OfStage(model.Stages[stage.Graph.Index])];
    }

    /// <summary>What a call says of its stage and its session.</summary>
    public const string NotRun = "<exception cref=\"global::System.InvalidOperationException\">A stage that this one reads has not run, or the session is in use by another thread.</exception>";

    public StagePlan Stage { get; }

    public ModelPlan Plan { get; }

    public CallSource Source { get; }

    /// <summary>The most that a call takes, in tokens or rows.</summary>
    public int Length { get; }

    /// <summary>Channels of the result.</summary>
    public int Width { get; }

    /// <summary>How many rows each of the stages that this one reads has left, as C#.</summary>
    public string[] Others { get; }

    /// <summary>The names of the stages that read this one.</summary>
    public string[] Readers { get; }

    /// <summary>Those of them that the user calls.</summary>
    public string[] ReadersShown { get; }

    /// <summary>What a call does to those, as a sentence; nothing where there are none.</summary>
    public string Resets => ReadersShown.Length > 0 ? $" Resets {Names.Xml(string.Join(", ", ReadersShown))}." : "";

    /// <summary>Whether exchanges follow the rows that a call gives.</summary>
    public bool IsExchanged => _model.Stages[Stage.Graph.Index].Facts.Groups > 0;

    /// <summary>Whether the outputs are computed from the rows of the sequence, rather than being those.</summary>
    public bool HasOutput => Stage.Output.Count > 0;

    /// <summary>The tokens of the call, where the outputs look at them.</summary>
    public string[] OutputTokens => StageMethod.OutputTakesTokens(Stage) ? ["tokens"] : [];

    /// <summary>What messages call the stage.</summary>
    public string Title => _model.Stages[Stage.Graph.Index].Title;

    /// <summary>The class that has the members, as C#.</summary>
    public string Type => _model.IsStage ? Names.FullType(_model) + ".Session" : $"{Names.FullType(_model)}.{Names.Identifier(Stage.Graph.Name)}";

    /// <summary>Whether a session may keep attention weights of the stage.</summary>
    public bool Captures => Stage.Captures.Count > 0;

    public void Line(string line) => _code.Line(line);

    public void Lines(params string[] lines) => _code.Lines(lines);

    public Scope Block(string head) => _code.Block(head);

    /// <summary>A member with a body.</summary>
    /// <param name="summary">What it does.</param>
    /// <param name="signature">All before the body.</param>
    /// <param name="documentation">What else is said of it.</param>
    public Scope Method(string summary, string signature, params string[] documentation) =>
        _code.Member(summary, signature, documentation);

    /// <summary>A call of the user's, which nothing else may interrupt.</summary>
    /// <inheritdoc cref="Method"/>
    public Scope Call(string summary, string signature, params string[] documentation)
    {
        Scope call = Method(summary, signature, documentation);
        Line($"using {Runtime}SessionCall call = _attentionCore.Enter({Plan.Code});");
        return call;
    }

    /// <summary>A member that is one expression.</summary>
    public void Expression(string summary, string signature, string value, params string[] documentation) =>
        _code.Lines(["", $"/// <summary>{summary}</summary>", .. documentation.Select(line => "/// " + line), $"{signature} => {value};"]);

    /// <summary>A property, unless it would come between the user and something else of its name.</summary>
    public void Property(string name, string summary, string value)
    {
        foreach (Member member in _members.Where(member => member.Name == name))
            Expression(summary, member.Signature, value);
    }

    /// <summary>The methods by which the stage gives what its own methods say.</summary>
    public void WriteComputed() => Computed.Write(_code, Plan, Stage.Graph.Index);

    /// <summary>The beginning of a member of the user's.</summary>
    public string Signature(string name, int overload = 0) => _members.Where(member => member.Name == name).ElementAt(overload).Signature;

    /// <summary>A check of the runtime's, which names the stage if it fails.</summary>
    /// <param name="check">The check.</param>
    /// <param name="arguments">What it looks at.</param>
    /// <param name="more">What else it names.</param>
    /// <param name="head">What takes its result.</param>
    public void Guard(string check, string arguments, string? more = null, string head = "") =>
        Line($"{head}{Runtime}StageGuard.{check}({arguments}, {Names.Literal(Title)}{(more is null ? "" : ", " + more)});");

    /// <summary>A call of the model's kernels.</summary>
    /// <param name="what">Which of the stage's methods.</param>
    /// <param name="arguments">What it takes between its team and the weights.</param>
    /// <param name="more">What it takes behind the memory.</param>
    /// <param name="memory">The memory.</param>
    public string Kernels(string what, IEnumerable<string> arguments, string? more = null, string memory = "_attentionCore.Memory") =>
        $"_attentionKernels.{Stage.Graph.Name}_{what}({string.Join(", ", ["_attentionCore.Work", .. arguments, "ref _attentionCore.Weights.Start", $"ref {memory}.Start", .. more is null ? Array.Empty<string>() : [more]])});";

    /// <summary>The call that makes the output of rows, in the session's memory or in that of the caller.</summary>
    /// <param name="first">The first row, or those that are picked.</param>
    /// <param name="rows">How many.</param>
    /// <param name="places">The position of the first row, and how far they stand apart.</param>
    /// <param name="destination">The memory of the caller.</param>
    public string Output(string first, string rows, string places, string destination) =>
        Kernels("Output", [.. StageMethod.OutputTakesPosition(Stage) ? [places] : Array.Empty<string>(), first, rows], Stage.WritesToCaller ? destination : null);

    /// <summary>Runs the rows of a single sequence.</summary>
    /// <param name="position">Where the first stands, of a stage that does not always begin at 0.</param>
    public void RunRows(string position)
    {
        string[] arguments = [.. Source.Given.Select(argument => argument.Name), .. Stage.TakesBatches ? Array.Empty<string>() : [position]];
        Line(Captures ? $"AttentionRunRows({string.Join(", ", arguments)});" : Kernels("Rows", [.. arguments, .. Others]));
    }

    /// <summary>Runs the rows of a single sequence anew, for a stage that begins with each call.</summary>
    public void Run()
    {
        PrepareOthers();
        Line("AttentionInvalidate();");
        int prepended = Stage.Graph.Prepended;
        Line($"_attentionCore.Work.Single({Source.RowsMade(RowsOf)}{(prepended > 0 ? $" + {Number(prepended)}" : "")});");
        RunRows("0");
        Line("AttentionRows = _attentionCore.Work.Rows;");
    }

    /// <summary>Makes sure that the stages which this one reads have run.</summary>
    public void PrepareOthers()
    {
        if (Others.Length > 0)
            Line("AttentionPrepareSources();");
    }

    /// <summary>Rows of the session's memory, from the result's first on.</summary>
    public string Rows(string count) =>
        $"new {Dsl}Rows(_attentionCore.Memory.Span{(Stage.Result.Offset == 0 ? "" : $"[{Number(Stage.Result.Offset)}..]")}, {count}, width: {Number(Width)}, stride: {Number(Stage.Result.Stride)})";

    /// <summary>A reference to what lies some floats behind another.</summary>
    public static string At(string reference, int offset, string? more = null) =>
        offset == 0 && more is null ? $"ref {reference}" : $"ref {Unsafe}.Add(ref {reference}, {Number(offset)}{(more is null ? "" : " + " + more)})";

    /// <summary>How many rows a stage has left, as C#.</summary>
    public string RowsOf(int stage) => $"_attentionSession.{Names.Identifier(_model.Stages[stage].Name)}.AttentionRows";
}
