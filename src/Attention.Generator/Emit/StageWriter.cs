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
            _code.Line($"private readonly {Names.KernelsOf(_model)} _attentionKernels;");
            _code.Line($"private readonly {Names.FullType(_model)}.Session _attentionSession;");
            Fields();
            using (ModelWriter.DocumentedMember(_code, ["The stage as part of a session."], $"internal {Names.Identifier(_name)}({Runtime}SessionCore core, {Names.FullType(_model)}.Session session)"))
            {
                _code.Lines("_attentionCore = core;", "_attentionKernels = session.AttentionKernels;", "_attentionSession = session;");
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
            Enter();
            Guard();
            if (_sources.Length > 0)
                _code.Line("AttentionPrepareSources();");
            _code.Line("AttentionInvalidate();");
            _code.Line($"_attentionCore.Work.Single({RowsMade});");
            RunRows(_plan.TakesBatches ? "" : "0");
            _code.Line("AttentionRows = _attentionCore.Work.Rows;");
            if (_plan.Output.Count > 0)
                _code.Line(Kernels("Output", "0, AttentionRows, "));
            _code.Line(_pooled
                ? $"return _attentionCore.Memory.Span.Slice({_plan.Result.Offset}, {_width});"
                : $"return {Rows("AttentionRows")};");
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
            Enter();
            string given = tokens ? "tokens.Length" : $"features.Length / {_source.Width}";
            if (images)
            {
                Guard("Images", $"images.Length, image: {_source.Image!.Floats}, rows: {_plan.Graph.Length}, _attentionCore.BatchTokens", head: "int count = ");
                _code.Line($"_attentionCore.Work.Batch(count, rows: {_plan.Graph.Length}, _attentionCore.BatchScale);");
            }
            else
            {
                if (tokens)
                    Guard("Vocabulary", $"tokens, vocabulary: {_source.Vocabulary}");
                else
                    Guard("WholeRows", $"features.Length, width: {_source.Width}");
                if (_source.Types > 0)
                    Guard("Types", $"types, tokens.Length, count: {_source.Types}");
                Guard("Batch", $"lengths, {given}, prepended: {_plan.Graph.Prepended}, length: {_length}, _attentionCore.BatchTokens");
                _code.Line($"_attentionCore.Work.Batch(lengths, prepended: {_plan.Graph.Prepended}, _attentionCore.BatchScale);");
            }

            _code.Line($"{Runtime}PinnedMemory memory = _attentionCore.BatchMemory!;");
            _code.Line(Kernels("Rows", images ? "images, " : Given.arguments, memory: "memory"));
            if (_plan.Output.Count > 0)
                _code.Line(Kernels("Output", "0, _attentionCore.Work.Rows, ", memory: "memory"));
            string from = _plan.Result.Offset == 0 ? "memory.Span" : $"memory.Span[({_plan.Result.Offset} * _attentionCore.BatchScale)..]";
            _code.Line($"return new {Dsl}Rows({from}, _attentionCore.Work.{(_pooled ? "Sequences" : "Rows")}, width: {_width}, stride: {_plan.Result.Stride});");
        }
    }

    /// <summary>Begins a call.</summary>
    private void Enter() => _code.Line($"using {Runtime}SessionCall call = _attentionCore.Enter();");

    /// <summary>Rows of the session's memory, from the result's first on.</summary>
    private string Rows(string count) =>
        $"new {Dsl}Rows(_attentionCore.Memory.Span{(_plan.Result.Offset == 0 ? "" : $"[{_plan.Result.Offset}..]")}, {count}, width: {_width}, stride: {_plan.Result.Stride})";

    /// <summary>A check of the runtime's, which names the stage if it fails.</summary>
    /// <param name="check">The check.</param>
    /// <param name="arguments">What it looks at.</param>
    /// <param name="more">What else it names.</param>
    /// <param name="head">What takes its result.</param>
    private void Guard(string check, string arguments, string? more = null, string head = "") =>
        _code.Line($"{head}{Runtime}StageGuard.{check}({arguments}, {Name}{(more is null ? "" : ", " + more)});");

    /// <summary>Checks what the caller gives.</summary>
    private void Guard()
    {
        switch (_source.Kind)
        {
            case SourceKind.Tokens:
                Guard("Tokens", $"tokens, position: 0, vocabulary: {_source.Vocabulary}, length: {_length}");
                if (_source.Types > 0)
                    Guard("Types", $"types, tokens.Length, count: {_source.Types}");
                break;
            case SourceKind.Patches:
                Guard("Image", $"image.Length, size: {_source.Image!.Size}, channels: {_source.Image.Channels}, channelsLast: {(_source.Image.ChannelsLast ? "true" : "false")}");
                break;
            case SourceKind.Features:
                Guard("Features", $"features.Length, width: {_source.Width}, length: {_source.Length}");
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
            Enter();
            Guard();
            Guard("Destination", $"{result}.Length, tokens.Length, width: {_width}", Names.Literal(result));
            if (_sources.Length > 0)
                _code.Line("AttentionPrepareSources();");
            _code.Line("AttentionInvalidate();");
            RunRows("0");
            _code.Line("_attentionPosition = AttentionRows = tokens.Length;");
            if (_plan.Output.Count > 0)
                _code.Line(Output("0, tokens.Length", $"ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference({result})"));
            if (!_plan.WritesToCaller)
                _code.Line($"{Rows("tokens.Length")}.CopyTo({result});");
        }

        using (ModelWriter.DocumentedMember(_code, [$"Takes one or several tokens more and gives the last one's {(_logits ? "logits" : "row")}, {_width} floats, valid until the next call of this stage. The bits are those that Forward gives."],
            Signature("Step"), BadTokens,
            "<exception cref=\"global::System.InvalidOperationException\">There is no room for so many, several beams are under way, a stage attended to has not run, or the session is in use by another thread.</exception>"))
        {
            Enter();
            Guard("Tokens", $"tokens, _attentionPosition, vocabulary: {_source.Vocabulary}, length: {_length}");
            Guard("SingleBeam", "_attentionLanes.HasForked");
            PrepareStep();
            RunRows("_attentionPosition");
            _code.Line("AttentionRows = tokens.Length;");
            _code.Line("_attentionPosition += tokens.Length;");
            if (_plan.Output.Count > 0)
                _code.Line(Output("tokens.Length - 1, 1", _plan.Result.Offset == 0 ? "ref _attentionCore.Memory.Start" : $"ref {Unsafe}.Add(ref _attentionCore.Memory.Start, {_plan.Result.Offset})"));
            string row = _plan.Output.Count > 0 ? "" : $"((tokens.Length - 1) * {_plan.Result.Stride})";
            string first = (_plan.Result.Offset, row) switch
            {
                (0, not "") => row.Substring(1, row.Length - 2),
                (int offset, "") => CodeWriter.Number(offset),
                (int offset, _) => $"{offset} + {row}",
            };
            _code.Line($"return _attentionCore.Memory.Span.Slice({first}, {_width});");
        }

        Beams(result);
        using (ModelWriter.DocumentedMember(_code, ["Forgets all tokens taken; the stages attended to keep their rows."], Signature("Reset")))
        {
            Enter();
            _code.Line("AttentionInvalidate();");
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
            Enter();
            Guard("Beams", $"parents, tokens, _attentionLanes.Live, _attentionCore.Beams, vocabulary: {_source.Vocabulary}");
            Guard("Room", $"_attentionPosition, length: {_length}");
            PrepareStep();
            using (_code.Block("for (int copies = _attentionLanes.Fork(parents, _attentionPosition), i = 0; i < copies; i++)"))
                _code.Line("AttentionCopyPage(_attentionLanes.CopyFrom(i), _attentionLanes.CopyTo(i));");
            _code.Line(Kernels("Rows_Beams", "tokens, _attentionPosition, _attentionLanes.Table, " + string.Concat(SourceRows())));
            _code.Line("AttentionRows = 0;");
            _code.Line("_attentionPosition++;");
            if (_plan.Output.Count > 0)
                _code.Line(Output("0, tokens.Length", "ref _attentionBeamRows.Start"));
            _code.Line(_plan.WritesToCaller
                ? $"return new {Dsl}Rows(_attentionBeamRows.Span, tokens.Length, width: {_width}, stride: {_width});"
                : $"return {Rows("tokens.Length")};");
        }

        using (ModelWriter.DocumentedMember(_code, ["Copies the page in which beams part, as far as it is filled, from one lane to another in every layer."], "private void AttentionCopyPage(int from, int to)"))
        {
            LayerRun[] runs = [.. _plan.Layers.Where(run => run.Own is not null)];
            if (runs.Length > 0)
                _code.Line("ref float memory = ref _attentionCore.Memory.Start;");
            foreach (LayerRun run in runs)
            {
                if (run.Count == 1)
                {
                    CopyPages(run, offset => At(offset));
                    continue;
                }

                using (_code.Block($"for (int layer = 0; layer < {run.Count}; layer++)"))
                    CopyPages(run, offset => At(offset, $"(layer * (nint){run.Shift.Own})"));
            }
        }
    }

    private void CopyPages(LayerRun run, Func<int, string> at)
    {
        foreach (string copy in run.Steps.OfType<IPaged>().SelectMany(step => step.CopyPage(Runtime, _modelPlan.LaneFloats, at)))
            _code.Line(copy);
    }

    private static string At(int offset, string? more = null) => $"ref {Unsafe}.Add(ref memory, {CodeWriter.Number(offset)}{(more is null ? "" : " + " + more)})";

    /// <summary>The property that shows kept attention weights.</summary>
    private void Captured(Capture capture)
    {
        string keys = capture.SourceStage is int source ? $"_attentionSession.{Names.Identifier(_model.Stages[source].Name)}.AttentionRows" : Queries;
        using (ModelWriter.DocumentedMember(_code,
            [$"The attention weights of the last pass, {StoryWriter.Count(capture.Layers, "layer")} × {StoryWriter.Count(capture.Heads, "head")} × queries × keys; each row's sum is 1. Of a decoder they cover all steps since it was reset. Valid until the next call of this stage."],
            Signature(capture.Property),
            "<exception cref=\"global::System.InvalidOperationException\">The session was not created to capture attention, or several beams are under way, whose weights are not kept.</exception>"))
        using (_code.Block("get"))
        {
            Guard("Captured", $"_attentionKept is not null, hasForked: {(_steps ? "_attentionLanes.HasForked" : "false")}");
            _code.Line($"return new {Dsl}AttentionWeights(_attentionKept!.Span.Slice({capture.Offset}, {capture.Floats}), layers: {capture.Layers}, heads: {capture.Heads}, {Queries}, {keys}, headFloats: {capture.HeadFloats}, stride: {capture.Stride});");
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
            using (ModelWriter.DocumentedMember(_code, ["Forgets what the stages that read this one have of it."], "private void AttentionInvalidateReaders()"))
            {
                foreach (string reader in _readers)
                    _code.Line($"_attentionSession.{Names.Identifier(reader)}.AttentionForgetSources();");
            }
        }

        if (_sources.Length > 0)
        {
            using (ModelWriter.DocumentedMember(_code, ["A stage that this one reads has run anew."], "internal void AttentionForgetSources()"))
                _code.Lines("_attentionHasSources = false;", "AttentionInvalidate();");
            using (ModelWriter.DocumentedMember(_code, ["Whether the stages that this one reads have run; keys and values of those attended to, computed once for each of their passes."], "private void AttentionPrepareSources()"))
            {
                foreach (string source in _sources)
                    Guard("Source", $"_attentionSession.{Names.Identifier(source)}.AttentionRows", Names.Literal(source));
                _code.Lines("if (_attentionHasSources)", "    return;");
                if (_plan.Sources.Count > 0)
                    _code.Line(Kernels("Sources", string.Concat(SourceRows())));
                _code.Line("_attentionHasSources = true;");
            }
        }

        if (_plan.Captures.Count == 0)
            return;
        string position = _plan.TakesBatches ? "" : "int position", arguments = Given.arguments + (_plan.TakesBatches ? "" : "position, ") + string.Concat(SourceRows());
        using (ModelWriter.DocumentedMember(_code, ["Runs the rows, and keeps attention weights where the session was created to."],
            $"private void AttentionRunRows({string.Join(", ", new[] { Given.parameters, position }.Where(parameter => parameter.Length > 0))})"))
        {
            _code.Lines(
                "if (_attentionKept is null)",
                "    " + Kernels("Rows", arguments),
                "else",
                "    " + Kernels("Rows_Captured", arguments, ", ref _attentionKept.Start"));
        }
    }

    /// <summary>Runs the rows of a single sequence, from a position on if the stage has any.</summary>
    private void RunRows(string position)
    {
        string arguments = Given.arguments + (position.Length > 0 ? position + ", " : "");
        _code.Line(_plan.Captures.Count > 0 ? $"AttentionRunRows({arguments.TrimEnd(',', ' ')});" : Kernels("Rows", arguments + string.Concat(SourceRows())));
    }

    /// <summary>The call that makes the output of rows, in the session's memory or in that of the caller.</summary>
    private string Output(string rows, string destination) => Kernels("Output", rows + ", ", _plan.WritesToCaller ? ", " + destination : "");

    private IEnumerable<string> SourceRows() => _sources.Select(source => $"_attentionSession.{Names.Identifier(source)}.AttentionRows, ");

    /// <summary>A call of the model's kernels.</summary>
    private string Kernels(string what, string arguments, string more = "", string memory = "_attentionCore.Memory") =>
        $"_attentionKernels.{_name}_{what}(_attentionCore.Work, {arguments}ref _attentionCore.Weights.Start, ref {memory}.Start{more});";
}
