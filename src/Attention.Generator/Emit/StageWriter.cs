using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Attention.Generator.Text;
using static Attention.Generator.Emit.Types;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>Writes the generated half of a stage class: its calls, which check everything and then run kernels.</summary>
internal sealed class StageWriter
{
    private readonly ModelDeclaration _model;
    private readonly StageDeclaration _declared;
    private readonly StagePlan _stage;
    private readonly SurfaceCode _code;

    public StageWriter(CodeWriter code, ModelDeclaration model, StagePlan stage, ModelPlan plan)
    {
        _model = model;
        _declared = model.Stages[stage.Graph.Index];
        _stage = stage;
        _code = new SurfaceCode(code, model, stage, plan);
    }

    /// <summary>The runtime's interfaces that the stage implements, null for those that take no tokens.</summary>
    public string? Contract => Surface.ContractsOf(_declared).Any() ? string.Join(", ", Surface.ContractsOf(_declared).Select(contract => contract.Contract)) : null;

    /// <summary>Whether it is what another stage is behind an exchange, which the user does not call.</summary>
    private bool IsContinuation => _declared.Continues is not null;

    /// <summary>Writes the stage's class.</summary>
    public void Write()
    {
        string name = Names.Identifier(_stage.Graph.Name), session = Names.FullType(_model) + ".Session";
        _code.Lines("", $"/// <summary>{Names.Xml(StoryWriter.Sentence(_stage))}{Surface.RemarkOf(_declared)}</summary>");
        string head = $"partial class {name}{(Contract is null ? "" : " : " + Contract)}";
        if (IsContinuation)
        {
            _code.Line(Hidden);
            head = $"internal sealed class {name}";
        }

        using (_code.Block(head))
        {
            _code.Line($"private readonly {Runtime}SessionCore _attentionCore;");
            _code.Line($"private readonly {Names.KernelsOf(_model)} _attentionKernels;");
            _code.Line($"private readonly {session} _attentionSession;");
            Fields();
            using (_code.Method("The stage as part of a session.", $"internal {name}({Runtime}SessionCore core, {session} session)"))
            {
                _code.Lines("_attentionCore = core;", "_attentionKernels = session.AttentionKernels;", "_attentionSession = session;");
                Initialize();
            }

            Members();
            _code.WriteComputed();
        }
    }

    /// <summary>What the stage keeps besides the session's core.</summary>
    public void Fields()
    {
        if (_code.Others.Length > 0)
            _code.Line("private bool _attentionHasSources;");
        if (_stage.HasBeams)
        {
            _code.Line("private int _attentionPosition;");
            _code.Line($"private readonly {Runtime}BeamTracks _attentionTracks;");
            if (_stage.WritesToCaller)
                _code.Line($"private readonly {Runtime}PinnedMemory _attentionStepRows;");
            _code.Line($"private readonly {Runtime}SequenceTable _attentionTable;");
        }

        if (_code.Captures)
            _code.Line($"private readonly {Runtime}PinnedMemory? _attentionKept;");
    }

    /// <summary>The part of a constructor that has the session's core in <c>core</c>.</summary>
    public void Initialize()
    {
        if (_stage.HasBeams)
        {
            _code.Line($"_attentionTracks = new {Runtime}BeamTracks(core.Beams, {Number(_stage.Graph.Length)});");
            if (_stage.WritesToCaller)
                _code.Line($"_attentionStepRows = new {Runtime}PinnedMemory(checked(core.StepRows * {Number(_code.Width)}));");
            _code.Line($"_attentionTable = new {Runtime}SequenceTable(core, sources: {Number(_code.Others.Length)});");
        }

        if (_code.Captures)
            _code.Line($"_attentionKept = core.CapturesAttention ? new {Runtime}PinnedMemory({Number(_stage.Captures.Max(capture => capture.Offset + capture.Floats))}) : null;");
    }

    /// <summary>What the user calls, and what the calls share.</summary>
    public void Members()
    {
        _code.Lines(
            "",
            "/// <summary>How many rows the last call left for stages that read this one; 0 before the first.</summary>",
            "internal int AttentionRows { get; private set; }");
        if (IsContinuation)
        {
            Run();
            foreach (Capture capture in _stage.Captures)
                Captured(capture, $"internal {Dsl}AttentionWeights {capture.Property}");
            Internals();
            return;
        }

        if (_code.Source.Vocabulary is int vocabulary)
            _code.Property("Vocabulary", "How many tokens the stage knows: ids 0 to Vocabulary − 1.", Number(vocabulary));
        _code.Property("Length", $"The most {_code.Source.Unit}s at a time.", Number(_code.Length));
        _code.Property("Width", $"Channels of {(_stage.Graph.IsPooled ? "the result" : "a row of the result")}.", Number(_code.Width));
        if (_stage.HasBeams)
            DecoderSurface.Write(_code);
        else if (_stage.Graph.ScoresRows)
            ScorerSurface.Write(_code);
        else
            EncoderSurface.Write(_code);
        if (_stage.TakesBatches)
            EncoderSurface.WriteBatch(_code);
        foreach (Capture capture in _stage.Captures)
            Captured(capture, _code.Signature(capture.Property));
        CapturedBehind();
        Internals();
    }

    /// <summary>What a stage is behind an exchange is computed when a stage needs it that reads it.</summary>
    private void Run()
    {
        using (_code.Method("Runs what follows an exchange, unless that is done.", "internal void AttentionRun()"))
        {
            _code.Lines("if (AttentionRows > 0)", "    return;");
            _code.PrepareOthers();
            _code.Line($"_attentionCore.Work.Single({_code.Source.RowsMade(_code.RowsOf)});");
            _code.RunRows("0");
            _code.Line("AttentionRows = _attentionCore.Work.Rows;");
        }
    }

    /// <summary>The properties that show what is kept behind the stage's exchanges, numbered on from its own.</summary>
    private void CapturedBehind()
    {
        Dictionary<string, int> shown = _stage.Captures.GroupBy(capture => capture.Kind).ToDictionary(same => same.Key, same => same.Count());
        foreach ((StagePlan behind, int before) in _code.Plan.Stages.Where(other => _model.Stages[other.Graph.Index].Continues?.Stage == _stage.Graph.Index).OrderBy(other => other.Graph.Index).Select((behind, before) => (behind, before)))
        {
            foreach (Capture capture in behind.Captures)
            {
                int number = shown[capture.Kind] = shown.TryGetValue(capture.Kind, out int own) ? own + 1 : 1;
                _code.Expression(
                    $"The attention weights of the last pass, of what begins with exchange {Number(before + 1)}; valid until the next call of the session.", _code.Signature(Capture.PropertyOf(capture.Kind, number)),
                    $"_attentionSession.{Names.Identifier(behind.Graph.Name)}.{capture.Property}");
            }
        }
    }

    /// <summary>The property that shows kept attention weights.</summary>
    private void Captured(Capture capture, string signature)
    {
        string queries = capture.IsOfOne ? "global::System.Math.Min(1, AttentionRows)" : _stage.HasBeams ? "_attentionPosition" : "AttentionRows";
        string keys = capture.Keys is int fixedKeys ? Number(fixedKeys) : capture.Other is int other ? _code.RowsOf(other) : queries;
        using (_code.Method(
            $"The attention weights of the last pass, {StoryWriter.Count(capture.Layers, "layer")} × {StoryWriter.Count(capture.Heads, "head")} × queries × keys; each row's sum is {capture.Sum}. Of a decoder they cover all steps since it was reset. Valid until the next call of this stage.",
            signature,
            "<exception cref=\"global::System.InvalidOperationException\">The session was not created to capture attention, or several beams are under way, whose weights are not kept.</exception>"))
        using (_code.Block("get"))
        {
            _code.Guard("Captured", $"_attentionKept is not null, hasForked: {(_stage.HasBeams ? "_attentionTracks.HasForked" : "false")}");
            _code.Line($"return new {Dsl}AttentionWeights(_attentionKept!.Span.Slice({Number(capture.Offset)}, {Number(capture.Floats)}), layers: {Number(capture.Layers)}, heads: {Number(capture.Heads)}, {queries}, {keys}, headFloats: {Number(capture.HeadFloats)}, stride: {Number(capture.Stride)});");
        }
    }

    /// <summary>What other stages and the calls above share.</summary>
    private void Internals()
    {
        using (_code.Method("Forgets the rows of the last call, and with them those of the stages that read them.", "internal void AttentionInvalidate()"))
        {
            _code.Line("AttentionRows = 0;");
            if (_stage.HasBeams)
                _code.Lines("_attentionPosition = 0;", "_attentionTracks.Reset();");
            if (_code.Readers.Length > 0)
                _code.Line("AttentionInvalidateReaders();");
        }

        if (_code.Readers.Length > 0)
        {
            using (_code.Method("Forgets what the stages that read this one have of it.", "private void AttentionInvalidateReaders()"))
            {
                foreach (string reader in _code.Readers)
                    _code.Line($"_attentionSession.{Names.Identifier(reader)}.AttentionForgetSources();");
            }
        }

        if (_code.Others.Length > 0)
            Others();
        if (_code.Captures)
            RunRows();
    }

    /// <summary>What a stage has to do with those that it reads.</summary>
    private void Others()
    {
        using (_code.Method("A stage that this one reads has run anew.", "internal void AttentionForgetSources()"))
        {
            // Two stages that exchange read both what both were before: who has nothing has told its readers already.
            if (IsContinuation)
                _code.Lines("if (!_attentionHasSources)", "    return;");
            _code.Lines("_attentionHasSources = false;", "AttentionInvalidate();");
        }

        using (_code.Method("Whether the stages that this one reads have run; keys and values of those attended to, computed once for each of their passes.", "private void AttentionPrepareSources()"))
        {
            foreach (int other in _stage.OtherStages)
            {
                StageDeclaration declared = _model.Stages[other];
                if (declared.Continues is null)
                    _code.Guard("Source", _code.RowsOf(other), Names.Literal(declared.Name));
                else
                    _code.Line($"_attentionSession.{Names.Identifier(declared.Name)}.AttentionRun();");
            }

            _code.Lines("if (_attentionHasSources)", "    return;");
            if (_stage.Others.Count > 0)
                _code.Line(_code.Kernels("Sources", _code.Others));
            _code.Line("_attentionHasSources = true;");
        }
    }

    /// <summary>The choice between the kernels that keep attention weights and those that do not.</summary>
    private void RunRows()
    {
        string[] position = _stage.TakesBatches ? [] : ["position"];
        string[] arguments = [.. _code.Source.Given.Select(argument => argument.Name), .. position, .. _code.Others];
        string parameters = string.Join(", ", _code.Source.Given.Select(argument => argument.Parameter).Concat(position.Select(name => "int " + name)));
        using (_code.Method("Runs the rows, and keeps attention weights where the session was created to.", $"private void AttentionRunRows({parameters})"))
        {
            _code.Lines(
                "if (_attentionKept is null)",
                "    " + _code.Kernels("Rows", arguments),
                "else",
                "    " + _code.Kernels("Rows_Captured", arguments, "ref _attentionKept.Start"));
        }
    }
}
