using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Reading;

namespace Attention.Generator.Emit;

/// <summary>Writes the generated half of a stage class: its calls, which check everything and then run kernels.</summary>
internal sealed class StageWriter
{
    private const string Dsl = "global::Attention.Dsl.";
    private const string Runtime = "global::Attention.Runtime.";
    private const string Tokens = "global::System.ReadOnlySpan<int> tokens";
    private const string Floats = "global::System.ReadOnlySpan<float>";
    private const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
    private const string NotRun = "<exception cref=\"global::System.InvalidOperationException\">A stage attended to has not run, or the session is in use by another thread.</exception>";
    private const string BadTokens = "<exception cref=\"global::System.ArgumentException\">There are no tokens, too many, or one that is not in the vocabulary.</exception>";

    private readonly CodeWriter _code;
    private readonly ModelDeclaration _model;
    private readonly StageDeclaration _stage;
    private readonly StagePlan _plan;
    private readonly bool _decoder;
    private readonly bool _pooled;
    private readonly bool _logits;
    private readonly int _length;
    private readonly int _vocabulary;
    private readonly int _width;
    private readonly string[] _sources;
    private readonly string[] _readers;

    public StageWriter(CodeWriter code, ModelDeclaration model, StageDeclaration stage, StagePlan plan, ModelPlan modelPlan)
    {
        _code = code;
        _model = model;
        _stage = stage;
        _plan = plan;
        PartDeclaration? embedding = stage.Parts.FirstOrDefault(part => part.Kind == PartKind.Embedding);
        _decoder = stage.Parts.Any(part => part.Kind == PartKind.Decoder);
        _pooled = stage.Parts.Any(part => part.Kind == PartKind.Pooling);
        _logits = stage.Parts.Any(part => part.Kind == PartKind.Logits);
        _length = embedding?.Int("length") ?? 0;
        _vocabulary = embedding?.Int("vocabulary") ?? 0;
        _width = plan.ResultWidth;
        _sources = plan.SourceStages.Select(index => model.Stages[index].Name).ToArray();
        _readers = modelPlan.Stages.Where(other => other.SourceStages.Contains(plan.Graph.Index)).Select(other => other.Graph.Name).ToArray();
    }

    private string Name => Names.Literal(_stage.Name);

    public void Write()
    {
        _code.Line();
        _code.Line($"/// <summary>{Names.Xml(StoryWriter.Sentence(_plan))}</summary>");
        string contract = _decoder && !_pooled ? "IDecoder" : _pooled ? "IVectorEncoder" : "IEncoder";
        using (_code.Block($"partial class {Names.Identifier(_stage.Name)} : {Dsl}{contract}"))
        {
            _code.Line($"private readonly {Runtime}SessionCore _attentionCore;");
            _code.Line($"private readonly {Names.FullType(_model)}.Session _attentionSession;");
            if (_sources.Length > 0)
                _code.Line("private bool _attentionHasSources;");
            if (_decoder && !_pooled)
                _code.Line("private int _attentionPosition;");
            using (ModelWriter.DocumentedMember(_code, ["The stage as part of a session."], $"internal {Names.Identifier(_stage.Name)}({Runtime}SessionCore core, {Names.FullType(_model)}.Session session)"))
                _code.Lines("_attentionCore = core;", "_attentionSession = session;");
            _code.Lines(
                "",
                "/// <summary>How many rows the last call left for stages that attend to this one; 0 before the first.</summary>",
                "internal int AttentionRows { get; private set; }",
                "",
                "/// <summary>How many tokens the stage knows: ids 0 to Vocabulary − 1.</summary>",
                $"public int Vocabulary => {_vocabulary};",
                "",
                "/// <summary>The most tokens at a time.</summary>",
                $"public int Length => {_length};",
                "",
                $"/// <summary>Channels of {(_pooled ? "the result" : "a row of the result")}.</summary>",
                $"public int Width => {_width};");
            if (_decoder && !_pooled)
                Decoder();
            else
                Encoder();
            Internals(_plan);
        }
    }

    private void Encoder()
    {
        string result = _pooled ? Floats : Dsl + "Rows";
        string what = _pooled ? $"a vector of {_width} floats" : $"rows, count × {_width}";
        using (ModelWriter.DocumentedMember(_code, [$"Runs the stage: 1 to {_length} tokens in, {what} out, valid until the next call of this stage.{(_readers.Length > 0 ? $" Resets {Names.Xml(string.Join(", ", _readers))}." : "")}"],
            $"public {result} Forward({Tokens})", BadTokens, NotRun))
        {
            _code.Line("_attentionCore.Enter();");
            using (_code.Block("try"))
            {
                _code.Line($"{Runtime}StageGuard.Tokens(tokens, 0, {_vocabulary}, {_length}, {Name});");
                if (_sources.Length > 0)
                    _code.Line("AttentionPrepareSources();");
                _code.Line("AttentionInvalidate();");
                _code.Line("AttentionRunRows(tokens, 0);");
                _code.Line("AttentionRows = tokens.Length;");
                if (_plan.Output.Count > 0)
                    _code.Line($"AttentionRunOutput(0, tokens.Length, ref _attentionCore.Memory.Start);");
                _code.Line(_pooled
                    ? $"return _attentionCore.Memory.Span.Slice({_plan.Result.Offset}, {_width});"
                    : $"return new {Dsl}Rows(_attentionCore.Memory.Span[{_plan.Result.Offset}..], tokens.Length, {_width}, {_plan.Result.Stride});");
            }

            using (_code.Block("finally"))
                _code.Line("_attentionCore.Exit();");
        }
    }

    private void Decoder()
    {
        string result = _logits ? "logits" : "rows";
        _code.Lines("", "/// <summary>How many tokens the stage has taken since it was reset.</summary>", "public int Position => _attentionPosition;");
        using (ModelWriter.DocumentedMember(_code, [$"Begins anew and takes all tokens at once: 1 to {_length} tokens in, {result}, count × {_width}, out. Steps may follow."],
            $"public void Forward({Tokens}, global::System.Span<float> {result})",
            $"<param name=\"tokens\">The tokens; row i of the result depends on tokens 0 to i only.</param>",
            $"<param name=\"{result}\">Takes count × {_width} floats, row after row.</param>", BadTokens, NotRun))
        {
            _code.Line("_attentionCore.Enter();");
            using (_code.Block("try"))
            {
                _code.Line($"{Runtime}StageGuard.Tokens(tokens, 0, {_vocabulary}, {_length}, {Name});");
                _code.Line($"{Runtime}StageGuard.Destination({result}.Length, tokens.Length, {_width}, {Name}, {Names.Literal(result)});");
                if (_sources.Length > 0)
                    _code.Line("AttentionPrepareSources();");
                _code.Line("AttentionInvalidate();");
                _code.Line("AttentionRunRows(tokens, 0);");
                _code.Line("_attentionPosition = AttentionRows = tokens.Length;");
                if (_plan.WritesToCaller)
                {
                    _code.Line($"AttentionRunOutput(0, tokens.Length, ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference({result}));");
                }
                else
                {
                    if (_plan.Output.Count > 0)
                        _code.Line("AttentionRunOutput(0, tokens.Length, ref _attentionCore.Memory.Start);");
                    _code.Line($"new {Dsl}Rows(_attentionCore.Memory.Span[{_plan.Result.Offset}..], tokens.Length, {_width}, {_plan.Result.Stride}).CopyTo({result});");
                }
            }

            using (_code.Block("finally"))
                _code.Line("_attentionCore.Exit();");
        }

        using (ModelWriter.DocumentedMember(_code, [$"Takes one or several tokens more and gives the last one's {(_logits ? "logits" : "row")}, {_width} floats, valid until the next call of this stage. The bits are those that Forward gives."],
            $"public {Floats} Step({Tokens})", BadTokens,
            "<exception cref=\"global::System.InvalidOperationException\">There is no room for so many, a stage attended to has not run, or the session is in use by another thread.</exception>"))
        {
            _code.Line("_attentionCore.Enter();");
            using (_code.Block("try"))
            {
                _code.Line($"{Runtime}StageGuard.Tokens(tokens, _attentionPosition, {_vocabulary}, {_length}, {Name});");
                if (_sources.Length > 0)
                    _code.Line("AttentionPrepareSources();");
                if (_readers.Length > 0)
                    _code.Line("AttentionInvalidateReaders();");
                _code.Line("AttentionRunRows(tokens, _attentionPosition);");
                _code.Line("AttentionRows = tokens.Length;");
                _code.Line("_attentionPosition += tokens.Length;");
                string row = _plan.Output.Count > 0 ? "" : $" + ((tokens.Length - 1) * {_plan.Result.Stride})";
                if (_plan.WritesToCaller)
                    _code.Line($"AttentionRunOutput(tokens.Length - 1, 1, ref {Unsafe}.Add(ref _attentionCore.Memory.Start, {_plan.Result.Offset}));");
                else if (_plan.Output.Count > 0)
                    _code.Line("AttentionRunOutput(tokens.Length - 1, 1, ref _attentionCore.Memory.Start);");
                _code.Line($"return _attentionCore.Memory.Span.Slice({_plan.Result.Offset}{row}, {_width});");
            }

            using (_code.Block("finally"))
                _code.Line("_attentionCore.Exit();");
        }

        using (ModelWriter.DocumentedMember(_code, ["Forgets all tokens taken; the stages attended to keep their rows."], "public void Reset()"))
        {
            _code.Line("_attentionCore.Enter();");
            _code.Line("AttentionInvalidate();");
            _code.Line("_attentionCore.Exit();");
        }

        if (_logits)
        {
            _code.Lines(
                "",
                "/// <summary>Generates tokens, the likeliest at each step, while they are enumerated; resets the stage first.</summary>",
                $"public {Dsl}GreedySequence Generate({Dsl}GreedySearch search) => new(this, search);");
        }
    }

    /// <summary>What other stages and the calls above share.</summary>
    private void Internals(StagePlan plan)
    {
        using (ModelWriter.DocumentedMember(_code, ["Forgets the rows of the last call, and with them those of the stages that attend to them."], "internal void AttentionInvalidate()"))
        {
            _code.Line("AttentionRows = 0;");
            if (_decoder && !_pooled)
                _code.Line("_attentionPosition = 0;");
            if (_readers.Length > 0)
                _code.Line("AttentionInvalidateReaders();");
        }

        if (_readers.Length > 0)
        {
            _code.Line();
            using (_code.Block("private void AttentionInvalidateReaders()"))
            {
                foreach (string reader in _readers)
                    _code.Line($"_attentionSession.{Names.Identifier(reader)}.AttentionForgetSources();");
            }
        }

        if (_sources.Length > 0)
        {
            _code.Line();
            using (_code.Block("internal void AttentionForgetSources()"))
                _code.Lines("_attentionHasSources = false;", "AttentionInvalidate();");
            using (ModelWriter.DocumentedMember(_code, ["Keys and values of the stages attended to, computed once for each of their passes."], "private void AttentionPrepareSources()"))
            {
                foreach (string source in _sources)
                    _code.Line($"{Runtime}StageGuard.Source(_attentionSession.{Names.Identifier(source)}.AttentionRows, {Name}, {Names.Literal(source)});");
                _code.Lines("if (_attentionHasSources)", "    return;");
                Dispatch("Sources", string.Join("", SourceRows()));
                _code.Line("_attentionHasSources = true;");
            }
        }

        _code.Line();
        using (_code.Block($"private void AttentionRunRows({Tokens}, int position)"))
            Dispatch("Rows", "tokens, position, " + string.Join("", SourceRows()));
        if (plan.Output.Count > 0)
        {
            _code.Line();
            using (_code.Block("private void AttentionRunOutput(int first, int rows, ref float destination)"))
                Dispatch("Output", "first, rows, ", ", ref destination");
        }
    }

    private IEnumerable<string> SourceRows() => _sources.Select(source => $"_attentionSession.{Names.Identifier(source)}.AttentionRows, ");

    /// <summary>Calls the stage's kernels of the instruction set that the weights are packed for.</summary>
    private void Dispatch(string what, string arguments, string more = "")
    {
        using (_code.Block("switch (_attentionCore.InstructionSet)"))
        {
            foreach (Isa isa in Isa.All)
            {
                string label = isa == Isa.Portable ? "default" : $"case {Dsl}InstructionSet.{isa.Name}";
                _code.Line($"{label}: global::{Names.KernelNamespace(_model)}.{isa.Name}.{_stage.Name}_{what}({arguments}ref _attentionCore.Weights.Start, ref _attentionCore.Memory.Start{more}); break;");
            }
        }
    }
}
