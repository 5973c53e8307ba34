using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Attention.Generator.Text;

namespace Attention.Generator.Emit;

/// <summary>Writes the generated half of a stage class: its calls, which check everything and then run kernels.</summary>
internal sealed class StageWriter
{
    private const string Dsl = "global::Attention.Dsl.";
    private const string Runtime = "global::Attention.Runtime.";
    private const string Integers = "global::System.ReadOnlySpan<int>";
    private const string Tokens = Integers + " tokens";
    private const string Floats = "global::System.ReadOnlySpan<float>";
    private const string Unsafe = "global::System.Runtime.CompilerServices.Unsafe";
    private const string NotRun = "<exception cref=\"global::System.InvalidOperationException\">A stage that this one reads has not run, or the session is in use by another thread.</exception>";
    private const string BadTokens = "<exception cref=\"global::System.ArgumentException\">There are no tokens, too many, or one that is not in the vocabulary.</exception>";

    private readonly CodeWriter _code;
    private readonly ModelDeclaration _model;
    private readonly StagePlan _plan;
    private readonly ModelPlan _modelPlan;
    private readonly StageSource _source;
    private readonly string _name;
    private readonly bool _pooled;
    private readonly bool _steps;
    private readonly bool _logits;
    private readonly int _length;
    private readonly int _width;
    private readonly string[] _sources;
    private readonly string[] _readers;
    private readonly StageDeclaration _stage;
    private readonly Member[] _members;

    public StageWriter(CodeWriter code, ModelDeclaration model, StagePlan plan, ModelPlan modelPlan)
    {
        _code = code;
        _model = model;
        _plan = plan;
        _modelPlan = modelPlan;
        _stage = model.Stages[plan.Graph.Index];
        _members = [.. Surface.OfStage(_stage)];
        _source = plan.Graph.Source;
        _name = plan.Graph.Name;
        _pooled = plan.Graph.IsPooled;
        _steps = plan.HasBeams;
        _logits = plan.Graph.HasLogits;
        _length = _source.Kind is SourceKind.Tokens or SourceKind.Features ? _source.Length : plan.Graph.Length;
        _width = plan.ResultWidth;
        _sources = plan.SourceStages.Select(index => model.Stages[index].Name).ToArray();
        _readers = modelPlan.Stages.Where(other => other.SourceStages.Contains(plan.Graph.Index)).Select(other => other.Graph.Name).ToArray();
    }

    private string Name => Names.Literal(_name);

    /// <summary>The runtime's interfaces that the stage implements, null for those that take no tokens.</summary>
    public string? Contract => Surface.ContractsOf(_stage).Any() ? string.Join(", ", Surface.ContractsOf(_stage).Select(contract => contract.Contract)) : null;

    /// <summary>Writes the stage's class.</summary>
    public void Write()
    {
        _code.Line();
        _code.Line($"/// <summary>{Names.Xml(StoryWriter.Sentence(_plan))}{Surface.RemarkOf(_stage)}</summary>");
        using (_code.Block($"partial class {Names.Identifier(_name)}{(Contract is null ? "" : " : " + Contract)}"))
        {
            _code.Line($"private readonly {Runtime}SessionCore _attentionCore;");
            _code.Line($"private readonly {Names.FullType(_model)}.Session _attentionSession;");
            Fields();
            using (ModelWriter.DocumentedMember(_code, ["The stage as part of a session."], $"internal {Names.Identifier(_name)}({Runtime}SessionCore core, {Names.FullType(_model)}.Session session)"))
            {
                _code.Lines("_attentionCore = core;", "_attentionSession = session;");
                Initialize();
            }

            Members();
        }
    }

    /// <summary>What the stage keeps besides the session's core.</summary>
    public void Fields()
    {
        if (_sources.Length > 0)
            _code.Line("private bool _attentionHasSources;");
        if (_steps)
        {
            _code.Line("private int _attentionPosition;");
            _code.Line($"private readonly {Runtime}BeamLanes _attentionLanes;");
            if (_plan.WritesToCaller)
                _code.Line($"private readonly {Runtime}PinnedMemory _attentionBeamRows;");
        }

        if (_plan.Captures.Count > 0)
            _code.Line($"private readonly {Runtime}PinnedMemory? _attentionKept;");
    }

    /// <summary>The part of a constructor that has the session's core in <c>core</c>.</summary>
    public void Initialize()
    {
        if (_steps)
        {
            _code.Line($"_attentionLanes = new {Runtime}BeamLanes(core.Beams, {_plan.Graph.Length});");
            if (_plan.WritesToCaller)
                _code.Line($"_attentionBeamRows = new {Runtime}PinnedMemory(checked(core.Beams * {_width}));");
        }

        if (_plan.Captures.Count > 0)
            _code.Line($"_attentionKept = core.CapturesAttention ? new {Runtime}PinnedMemory({_plan.Captures[_plan.Captures.Count - 1].Offset + _plan.Captures[_plan.Captures.Count - 1].Floats}) : null;");
    }

    /// <summary>What the user calls, and what the calls share.</summary>
    public void Members()
    {
        _code.Lines(
            "",
            "/// <summary>How many rows the last call left for stages that read this one; 0 before the first.</summary>",
            "internal int AttentionRows { get; private set; }");
        if (_source.Kind == SourceKind.Tokens)
            Property("Vocabulary", "How many tokens the stage knows: ids 0 to Vocabulary − 1.", CodeWriter.Number(_source.Vocabulary));
        Property("Length", $"The most {(_source.Kind == SourceKind.Tokens ? "tokens at a time" : "rows at a time")}.", CodeWriter.Number(_length));
        Property("Width", $"Channels of {(_pooled ? "the result" : "a row of the result")}.", CodeWriter.Number(_width));
        if (_steps)
            Decoder();
        else
            Encoder();
        if (_plan.TakesBatches)
            Batch();
        foreach (Capture capture in _plan.Captures)
            Captured(capture);
        Internals();
    }

    /// <summary>The beginning of a method.</summary>
    private string Signature(string name, int overload = 0) => _members.Where(member => member.Name == name).ElementAt(overload).Signature;

    /// <summary>A property, unless it would come between the user and something else of its name.</summary>
    private void Property(string name, string summary, string value)
    {
        foreach (Member member in _members.Where(member => member.Name == name))
            _code.Lines("", $"/// <summary>{summary}</summary>", $"{member.Signature} => {value};");
    }

    /// <summary>What a call is given: parameters, and the same as arguments, each with a comma behind.</summary>
    private (string parameters, string arguments) Given => _source.Kind switch
    {
        SourceKind.Tokens when _source.Types > 0 => ($"{Tokens}, {Integers} types", "tokens, types, "),
        SourceKind.Tokens => (Tokens, "tokens, "),
        SourceKind.Patches => (Floats + " image", "image, "),
        SourceKind.Features => (Floats + " features", "features, "),
        _ => ("", ""),
    };

    /// <summary>How many rows a call makes.</summary>
    private string RowsMade => (_source.Kind switch
    {
        SourceKind.Tokens => "tokens.Length",
        SourceKind.Features => $"features.Length / {_source.Width}",
        SourceKind.Patches => CodeWriter.Number(_source.Length),
        _ => $"_attentionSession.{Names.Identifier(_model.Stages[_source.Stage!.Value].Name)}.AttentionRows",
    }) + (_plan.Graph.Prepended > 0 ? $" + {_plan.Graph.Prepended}" : "");

    private void Encoder()
    {
        string what = _pooled ? $"a vector of {_width} floats" : $"rows, {StoryWriter.RowsOf(_plan.Graph)} × {_width}";
        string taken = _source.Kind switch
        {
            SourceKind.Tokens => $"1 to {_length} tokens in",
            SourceKind.Patches => $"an image in, {(_source.Image!.ChannelsLast ? $"[{_source.Image.Size}][{_source.Image.Size}][{_source.Image.Channels}]" : $"[{_source.Image.Channels}][{_source.Image.Size}][{_source.Image.Size}]")}",
            SourceKind.Features => $"1 to {_length} rows in, count × {_source.Width}",
            _ => $"the rows of stage {Names.Xml(_sources[0])} in",
        };
        string summary = $"Runs the stage: {taken}, {what} out, valid until the next call of this stage.{(_readers.Length > 0 ? $" Resets {Names.Xml(string.Join(", ", _readers))}." : "")}";
        string[] exceptions = _source.Kind switch
        {
            SourceKind.Tokens => [BadTokens, NotRun],
            SourceKind.Patches => [$"<exception cref=\"global::System.ArgumentException\">The image has not {_source.Image!.Floats} values.</exception>", NotRun],
            SourceKind.Features => [$"<exception cref=\"global::System.ArgumentException\">There are no rows, too many, or values that are no whole row.</exception>", NotRun],
            _ => [NotRun],
        };
        if (_source.Types > 0)
        {
            _code.Lines("", $"/// <summary>{summary} All tokens are of type 0.</summary>", "/// " + BadTokens, "/// " + NotRun, Signature("Forward") + " => Forward(tokens, default);");
            exceptions = [$"<param name=\"tokens\">The tokens.</param>", $"<param name=\"types\">The type of each token, 0 to {_source.Types - 1}; empty for type 0 throughout.</param>", .. exceptions];
        }

        using (ModelWriter.DocumentedMember(_code, [summary], Signature("Forward", _source.Types > 0 ? 1 : 0), exceptions))
        {
            _code.Line("_attentionCore.Enter();");
            using (_code.Block("try"))
            {
                Guard();
                if (_sources.Length > 0)
                    _code.Line("AttentionPrepareSources();");
                _code.Line("AttentionInvalidate();");
                _code.Line($"_attentionCore.Work.Single({RowsMade});");
                _code.Line($"AttentionRunRows({Given.arguments}{(_plan.TakesBatches ? "_attentionCore.Memory" : "0")});");
                _code.Line("AttentionRows = _attentionCore.Work.Rows;");
                if (_plan.Output.Count > 0)
                    _code.Line($"AttentionRunOutput({(_plan.TakesBatches ? "_attentionCore.Memory" : "0, AttentionRows, ref _attentionCore.Memory.Start")});");
                _code.Line(_pooled
                    ? $"return _attentionCore.Memory.Span.Slice({_plan.Result.Offset}, {_width});"
                    : $"return new {Dsl}Rows(_attentionCore.Memory.Span[{_plan.Result.Offset}..], AttentionRows, {_width}, {_plan.Result.Stride});");
            }

            using (_code.Block("finally"))
                _code.Line("_attentionCore.Exit();");
        }
    }

    /// <summary>The call that takes several sequences.</summary>
    private void Batch()
    {
        bool images = _source.Kind == SourceKind.Patches, tokens = _source.Kind == SourceKind.Tokens;
        string what = images ? "images" : "sequences", result = _pooled ? $"a vector of {_width} floats for each" : $"all their rows, {_width} wide";
        string summary = $"Runs the stage over several {what} at once, which stand one behind the other: {result} out, in the same order, valid until the next ForwardBatch of this session. The bits are those that Forward gives for each.";
        string[] arguments = images
            ? [$"<param name=\"images\">The images, {_source.Image!.Floats} values each.</param>"]
            : [$"<param name=\"{(tokens ? "tokens" : "features")}\">All {(tokens ? "tokens" : "rows")}, sequence after sequence, without padding.</param>", $"<param name=\"lengths\">How many {(tokens ? "tokens" : "rows")} each sequence has, 1 to {_length}.</param>"];
        if (_source.Types > 0)
        {
            _code.Lines(["", $"/// <summary>{summary} All tokens are of type 0.</summary>", .. arguments.Select(line => "/// " + line), Signature("ForwardBatch") + " => ForwardBatch(tokens, lengths, default);"]);
            arguments = [.. arguments, $"<param name=\"types\">The type of each token, 0 to {_source.Types - 1}; empty for type 0 throughout.</param>"];
        }

        Property("BatchTokens", "The most rows of a batch: what the session was created for.", "_attentionCore.BatchTokens");
        using (ModelWriter.DocumentedMember(_code, [summary], Signature("ForwardBatch", _source.Types > 0 ? 1 : 0),
        [
            .. arguments, "<exception cref=\"global::System.ArgumentException\">What is given is no whole batch: none, too long, of unknown tokens, or lengths that do not add up.</exception>",
            "<exception cref=\"global::System.InvalidOperationException\">There are more rows than SessionOptions.BatchTokens, or the session is in use by another thread.</exception>",
        ]))
        {
            _code.Line("_attentionCore.Enter();");
            using (_code.Block("try"))
            {
                string given = tokens ? "tokens.Length" : $"features.Length / {_source.Width}";
                if (images)
                {
                    _code.Line($"int count = {Runtime}StageGuard.Images(images.Length, {_source.Image!.Floats}, {_plan.Graph.Length}, _attentionCore.BatchTokens, {Name});");
                    _code.Line($"_attentionCore.Work.Batch(count, {_plan.Graph.Length}, _attentionCore.BatchScale);");
                }
                else
                {
                    if (tokens)
                        _code.Line($"{Runtime}StageGuard.Vocabulary(tokens, {_source.Vocabulary}, {Name});");
                    else
                        _code.Line($"{Runtime}StageGuard.WholeRows(features.Length, {_source.Width}, {Name});");
                    if (_source.Types > 0)
                        _code.Line($"{Runtime}StageGuard.Types(types, tokens.Length, {_source.Types}, {Name});");
                    _code.Line($"{Runtime}StageGuard.Batch(lengths, {given}, {_plan.Graph.Prepended}, {_length}, _attentionCore.BatchTokens, {Name});");
                    _code.Line($"_attentionCore.Work.Batch(lengths, {_plan.Graph.Prepended}, _attentionCore.BatchScale);");
                }

                _code.Line($"{Runtime}PinnedMemory memory = _attentionCore.BatchMemory!;");
                _code.Line($"AttentionRunRows({(images ? "images" : Given.arguments.TrimEnd(',', ' '))}, memory);");
                if (_plan.Output.Count > 0)
                    _code.Line("AttentionRunOutput(memory);");
                _code.Line($"return new {Dsl}Rows(memory.Span[({_plan.Result.Offset} * _attentionCore.BatchScale)..], _attentionCore.Work.{(_pooled ? "Sequences" : "Rows")}, {_width}, {_plan.Result.Stride});");
            }

            using (_code.Block("finally"))
                _code.Line("_attentionCore.Exit();");
        }
    }

    /// <summary>Checks what the caller gives.</summary>
    private void Guard()
    {
        switch (_source.Kind)
        {
            case SourceKind.Tokens:
                _code.Line($"{Runtime}StageGuard.Tokens(tokens, 0, {_source.Vocabulary}, {_length}, {Name});");
                if (_source.Types > 0)
                    _code.Line($"{Runtime}StageGuard.Types(types, tokens.Length, {_source.Types}, {Name});");
                break;
            case SourceKind.Patches:
                _code.Line($"{Runtime}StageGuard.Image(image.Length, {_source.Image!.Size}, {_source.Image.Channels}, {(_source.Image.ChannelsLast ? "true" : "false")}, {Name});");
                break;
            case SourceKind.Features:
                _code.Line($"{Runtime}StageGuard.Features(features.Length, {_source.Width}, {_source.Length}, {Name});");
                break;
        }
    }

    private void Decoder()
    {
        string result = _logits ? "logits" : "rows";
        Property("Position", "How many tokens the stage has taken since it was reset.", "_attentionPosition");
        Property("Beams", "The most continuations at once: as many as the session was created for.", "_attentionCore.Beams");
        using (ModelWriter.DocumentedMember(_code, [$"Begins anew and takes all tokens at once: 1 to {_length} tokens in, {result}, count × {_width}, out. Steps may follow."],
            Signature("Forward"),
            $"<param name=\"tokens\">The tokens; row i of the result depends on tokens 0 to i only.</param>",
            $"<param name=\"{result}\">Takes count × {_width} floats, row after row.</param>", BadTokens, NotRun))
        {
            _code.Line("_attentionCore.Enter();");
            using (_code.Block("try"))
            {
                Guard();
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
            Signature("Step"), BadTokens,
            "<exception cref=\"global::System.InvalidOperationException\">There is no room for so many, several beams are under way, a stage attended to has not run, or the session is in use by another thread.</exception>"))
        {
            _code.Line("_attentionCore.Enter();");
            using (_code.Block("try"))
            {
                _code.Line($"{Runtime}StageGuard.Tokens(tokens, _attentionPosition, {_source.Vocabulary}, {_length}, {Name});");
                _code.Line($"{Runtime}StageGuard.SingleBeam(_attentionLanes.HasForked, {Name});");
                PrepareStep();
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

        Beams(result);
        using (ModelWriter.DocumentedMember(_code, ["Forgets all tokens taken; the stages attended to keep their rows."], Signature("Reset")))
        {
            _code.Line("_attentionCore.Enter();");
            _code.Line("AttentionInvalidate();");
            _code.Line("_attentionCore.Exit();");
        }

        if (_logits)
        {
            _code.Lines(
                "",
                "/// <summary>Generates tokens while they are enumerated, the likeliest at each step or drawn by chance; resets the stage first.</summary>",
                $"{Signature("Generate")} => new(this, options, cancellation);",
                "",
                "/// <summary>Finds the likeliest sequences by beam search, best first; resets the stage first.</summary>",
                $"{Signature("Search")} => {Dsl}Hypotheses.Search(this, options, cancellation);");
        }
    }

    private void PrepareStep()
    {
        if (_sources.Length > 0)
            _code.Line("AttentionPrepareSources();");
        if (_readers.Length > 0)
            _code.Line("AttentionInvalidateReaders();");
    }

    /// <summary>The step of several continuations at once, and what copies the page in which they part.</summary>
    private void Beams(string result)
    {
        using (ModelWriter.DocumentedMember(_code, [$"Takes one token more for each beam: beam i goes on with what beam parents[i] has taken, so that beams may fork and end. After Reset, Forward and Step there is one beam, 0. Gives the {result}, beams × {_width}, valid until the next call of this stage; the bits are those that Forward gives."],
            Signature("StepBeams"),
            "<param name=\"parents\">The beam that each of the new beams continues.</param>",
            "<param name=\"tokens\">The token of each of the new beams.</param>",
            "<exception cref=\"global::System.ArgumentException\">There are no beams or more than the session was created for, not a token for each, a parent that is not there or a token that is not in the vocabulary.</exception>",
            "<exception cref=\"global::System.InvalidOperationException\">There is no room for one more token, a stage attended to has not run, or the session is in use by another thread.</exception>"))
        {
            _code.Line("_attentionCore.Enter();");
            using (_code.Block("try"))
            {
                _code.Line($"{Runtime}StageGuard.Beams(parents, tokens, _attentionLanes.Live, _attentionCore.Beams, {_source.Vocabulary}, {Name});");
                _code.Line($"{Runtime}StageGuard.Room(_attentionPosition, {_length}, {Name});");
                PrepareStep();
                using (_code.Block("for (int copies = _attentionLanes.Fork(parents, _attentionPosition), i = 0; i < copies; i++)"))
                    _code.Line("AttentionCopyPage(_attentionLanes.CopyFrom(i), _attentionLanes.CopyTo(i));");
                Dispatch("Rows_Beams", "tokens, _attentionPosition, _attentionLanes.Table, " + string.Concat(SourceRows()));
                _code.Line("AttentionRows = 0;");
                _code.Line("_attentionPosition++;");
                if (_plan.WritesToCaller)
                {
                    _code.Line("AttentionRunOutput(0, tokens.Length, ref _attentionBeamRows.Start);");
                    _code.Line($"return new {Dsl}Rows(_attentionBeamRows.Span, tokens.Length, {_width}, {_width});");
                }
                else
                {
                    if (_plan.Output.Count > 0)
                        _code.Line("AttentionRunOutput(0, tokens.Length, ref _attentionCore.Memory.Start);");
                    _code.Line($"return new {Dsl}Rows(_attentionCore.Memory.Span[{_plan.Result.Offset}..], tokens.Length, {_width}, {_plan.Result.Stride});");
                }
            }

            using (_code.Block("finally"))
                _code.Line("_attentionCore.Exit();");
        }

        using (ModelWriter.DocumentedMember(_code, ["Copies the page in which beams part, as far as it is filled, from one lane to another in every layer."], "private void AttentionCopyPage(int from, int to)"))
        {
            LayerRun[] runs = [.. _plan.Layers.Where(run => run.Own is not null)];
            if (runs.Length > 0)
                _code.Line("ref float memory = ref _attentionCore.Memory.Start;");
            foreach (LayerRun run in runs)
            {
                using (run.Count > 1 ? _code.Block($"for (int layer = 0; layer < {run.Count}; layer++)") : _code.Block())
                {
                    string At(int offset) => $"ref {Unsafe}.Add(ref memory, {(run.Count > 1 ? $"{offset} + (layer * (nint){run.Shift.Own})" : offset)})";
                    foreach (string copy in run.Steps.OfType<IPaged>().SelectMany(step => step.CopyPage(Runtime, _modelPlan.LaneFloats, At)))
                        _code.Line(copy);
                }
            }
        }
    }

    /// <summary>The property that shows kept attention weights.</summary>
    private void Captured(Capture capture)
    {
        string keys = capture.SourceStage is int source ? $"_attentionSession.{Names.Identifier(_model.Stages[source].Name)}.AttentionRows" : Queries;
        using (ModelWriter.DocumentedMember(_code,
            [$"The attention weights of the last pass, {capture.Layers} layers × {capture.Heads} heads × queries × keys; each row's sum is 1. Of a decoder they cover all steps since it was reset. Valid until the next call of this stage."],
            Signature(capture.Property),
            "<exception cref=\"global::System.InvalidOperationException\">The session was not created to capture attention, or several beams are under way, whose weights are not kept.</exception>"))
        using (_code.Block("get"))
        {
            _code.Line($"{Runtime}StageGuard.Captured(_attentionKept is not null, {(_steps ? "_attentionLanes.HasForked" : "false")}, {Name});");
            _code.Line($"return new {Dsl}AttentionWeights(_attentionKept!.Span.Slice({capture.Offset}, {capture.Floats}), {capture.Layers}, {capture.Heads}, {Queries}, {keys}, {capture.HeadFloats}, {capture.Stride});");
        }
    }

    private string Queries => _steps ? "_attentionPosition" : "AttentionRows";

    /// <summary>What other stages and the calls above share.</summary>
    private void Internals()
    {
        using (ModelWriter.DocumentedMember(_code, ["Forgets the rows of the last call, and with them those of the stages that read them."], "internal void AttentionInvalidate()"))
        {
            _code.Line("AttentionRows = 0;");
            if (_steps)
                _code.Lines("_attentionPosition = 0;", "_attentionLanes.Reset();");
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
            using (ModelWriter.DocumentedMember(_code, ["Whether the stages that this one reads have run; keys and values of those attended to, computed once for each of their passes."], "private void AttentionPrepareSources()"))
            {
                foreach (string source in _sources)
                    _code.Line($"{Runtime}StageGuard.Source(_attentionSession.{Names.Identifier(source)}.AttentionRows, {Name}, {Names.Literal(source)});");
                _code.Lines("if (_attentionHasSources)", "    return;");
                if (_plan.Sources.Count > 0)
                    Dispatch("Sources", string.Concat(SourceRows()));
                _code.Line("_attentionHasSources = true;");
            }
        }

        _code.Line();
        string separator = Given.parameters.Length > 0 ? ", " : "";
        bool batches = _plan.TakesBatches;
        string position = batches ? "0, " : "position, ", memory = batches ? "memory" : "_attentionCore.Memory";
        using (_code.Block($"private void AttentionRunRows({Given.parameters}{separator}{(batches ? $"{Runtime}PinnedMemory memory" : "int position")})"))
        {
            if (_plan.Captures.Count > 0)
            {
                using (_code.Block($"if (_attentionKept is not null{(batches ? " && memory == _attentionCore.Memory" : "")})"))
                {
                    Dispatch("Rows_Captured", Given.arguments + position + string.Concat(SourceRows()), ", ref _attentionKept.Start", memory);
                    _code.Line("return;");
                }
            }

            Dispatch("Rows", Given.arguments + position + string.Concat(SourceRows()), memory: memory);
        }

        if (_plan.Output.Count > 0)
        {
            _code.Line();
            if (batches)
            {
                using (_code.Block($"private void AttentionRunOutput({Runtime}PinnedMemory memory)"))
                    Dispatch("Output", "0, _attentionCore.Work.Rows, ", ", ref memory.Start", memory);
            }
            else
            {
                using (_code.Block("private void AttentionRunOutput(int first, int rows, ref float destination)"))
                    Dispatch("Output", "first, rows, ", ", ref destination");
            }
        }
    }

    private IEnumerable<string> SourceRows() => _sources.Select(source => $"_attentionSession.{Names.Identifier(source)}.AttentionRows, ");

    /// <summary>Calls the stage's kernels of the instruction set that the weights are packed for.</summary>
    private void Dispatch(string what, string arguments, string more = "", string memory = "_attentionCore.Memory")
    {
        using (_code.Block("switch (_attentionCore.InstructionSet)"))
        {
            foreach (Isa isa in Isa.All)
            {
                string label = isa == Isa.Portable ? "default" : $"case {Dsl}InstructionSet.{isa.Name}";
                _code.Line($"{label}: global::{Names.KernelNamespace(_model)}.{isa.Name}.{_name}_{what}(_attentionCore.Work, {arguments}ref _attentionCore.Weights.Start, ref {memory}.Start{more}); break;");
            }
        }
    }
}
