using Attention.Generator.Planning;
using static Attention.Generator.Emit.Types;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>Writes how a stage is called that goes on from what it has taken: all at once, step by step, and in beams.</summary>
internal static class DecoderSurface
{
    public static void Write(SurfaceCode code)
    {
        string result = code.Stage.Graph.HasLogits ? "logits" : "rows", width = Number(code.Width), vocabulary = Number(code.Source.Vocabulary!.Value);
        code.Property("Position", "How many tokens the stage has taken since it was reset.", "_attentionPosition");
        code.Property("Beams", "The most continuations at once: as many as the session was created for.", "_attentionCore.Beams");
        code.Property("Sequences", "The most sequences that step together: as many as the session was created for.", "_attentionCore.Sequences");
        using (code.Call($"Begins anew and takes all tokens at once: 1 to {Number(code.Length)} tokens in, {result}, count × {width}, out. Steps may follow.",
            code.Signature("Forward"),
            ["<param name=\"tokens\">The tokens; row i of the result depends on tokens 0 to i only.</param>",
            $"<param name=\"{result}\">Takes count × {width} floats, row after row.</param>", .. code.Source.Errors, SurfaceCode.NotRun]))
        {
            code.Source.Check(code);
            code.Guard("Destination", $"{result}.Length, tokens.Length, width: {width}", Names.Literal(result));
            code.PrepareOthers();
            code.Line("AttentionInvalidate();");
            code.RunRows("0");
            code.Line("_attentionPosition = AttentionRows = tokens.Length;");
            if (code.HasOutput)
                code.Line(code.Output("0", "tokens.Length", "0, 1", $"ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference({result})"));
            if (!code.Stage.WritesToCaller)
                code.Line($"{code.Rows("tokens.Length")}.CopyTo({result});");
        }

        using (code.Call($"Takes one or several tokens more and gives the last one's {(code.Stage.Graph.HasLogits ? "logits" : "row")}, {width} floats, valid until the next call of this stage. The bits are those that Forward gives.",
            code.Signature("Step"),
            [.. code.Source.Errors,
            "<exception cref=\"global::System.InvalidOperationException\">There is no room for so many, several beams are under way, a stage attended to has not run, or the session is in use by another thread.</exception>"]))
        {
            code.Guard("Tokens", $"tokens, _attentionPosition, vocabulary: {vocabulary}, length: {Number(code.Length)}");
            code.Source.CheckKinds(code, "_attentionPosition, apart: 1");
            code.Guard("SingleBeam", "_attentionTracks.HasForked");
            PrepareStep(code);
            code.RunRows("_attentionPosition");
            code.Lines("AttentionRows = tokens.Length;", "_attentionPosition += tokens.Length;");
            if (code.HasOutput)
                code.Line(code.Output("tokens.Length - 1", "1", "_attentionPosition - 1, 1", SurfaceCode.At("_attentionCore.Memory.Start", code.Stage.Result.Offset)));
            code.Line($"return _attentionCore.Memory.Span.Slice({LastRow(code)}, {width});");
        }

        Beams(code, result, vocabulary);
        Sequences(code, result, vocabulary);
        using (code.Call("Forgets all tokens taken; the stages attended to keep their rows.", code.Signature("Reset")))
            code.Line("AttentionInvalidate();");
        if (!code.Stage.Graph.HasLogits)
            return;
        code.Lines(
            "",
            "/// <summary>Generates tokens while they are enumerated, the likeliest at each step or drawn by chance; resets the stage first.</summary>",
            $"{code.Signature("Generate")} => new(this, options, cancellation);",
            "",
            "/// <summary>Finds the likeliest sequences by beam search, best first; resets the stage first.</summary>",
            $"{code.Signature("Search")} => {Dsl}Hypotheses.Search(this, options, cancellation);",
            "",
            "/// <summary>Generates a sequence for each of the options, as many at once as there are sessions and this one has room for, while their tokens are enumerated: see <see cref=\"global::Attention.Dsl.TokenBatch\"/>.</summary>",
            $"{code.Signature("GenerateBatch")} => new(this, sessions, options, begin, cancellation);");
    }

    /// <summary>Where the result of a step begins: outputs make the last row alone.</summary>
    private static string LastRow(SurfaceCode code)
    {
        int offset = code.Stage.Result.Offset;
        string row = $"(tokens.Length - 1) * {Number(code.Stage.Result.Stride)}";
        return code.HasOutput ? Number(offset) : offset == 0 ? row : $"{Number(offset)} + ({row})";
    }

    private static void PrepareStep(SurfaceCode code)
    {
        code.PrepareOthers();
        if (code.Readers.Length > 0)
            code.Line("AttentionInvalidateReaders();");
    }

    /// <summary>The step of several continuations at once, and what copies the page in which they part.</summary>
    private static void Beams(SurfaceCode code, string result, string vocabulary)
    {
        string width = Number(code.Width);
        using (code.Call($"Takes one token more for each beam: beam i goes on with what beam parents[i] has taken, so that beams may fork and end. After Reset, Forward and Step there is one beam, 0. Gives the {result}, beams × {width}, valid until the next call of this stage; the bits are those that Forward gives.",
            code.Signature("StepBeams"),
            "<param name=\"parents\">The beam that each of the new beams continues.</param>",
            "<param name=\"tokens\">The token of each of the new beams.</param>",
            "<exception cref=\"global::System.ArgumentException\">There are no beams or more than the session was created for, not a token for each, a parent that is not there or a token that is not in the vocabulary.</exception>",
            "<exception cref=\"global::System.InvalidOperationException\">There is no room for one more token, a stage attended to has not run, or the session is in use by another thread.</exception>"))
        {
            code.Guard("Beams", $"parents, tokens, _attentionTracks.Live, _attentionCore.Beams, vocabulary: {vocabulary}");
            code.Guard("Room", $"_attentionPosition, length: {Number(code.Length)}");
            code.Source.CheckKinds(code, "_attentionPosition, apart: 0");
            PrepareStep(code);
            using (code.Block("for (int copies = _attentionTracks.Fork(parents, _attentionPosition), i = 0; i < copies; i++)"))
                code.Line("AttentionCopyPage(_attentionTracks.CopyFrom(i), _attentionTracks.CopyTo(i));");
            code.Line(code.Kernels("Rows_Beams", ["tokens", "_attentionPosition", "_attentionTracks.Table", .. code.Others]));
            code.Lines("AttentionRows = 0;", "_attentionPosition++;");
            if (code.HasOutput)
                code.Line(code.Output("0", "tokens.Length", "_attentionPosition - 1, 0", "ref _attentionStepRows.Start"));
            ReturnRows(code);
        }

        using (code.Method("Copies the page in which beams part, as far as it is filled, from one track to another in every layer.", "private void AttentionCopyPage(int from, int to)"))
        {
            LayerRun[] runs = [.. code.Stage.Layers.Where(run => run.Own is not null)];
            string[] stem = [.. code.Stage.Stem.OfType<IPaged>().SelectMany(step => step.CopyPage(Runtime, code.Plan.TrackFloats, offset => SurfaceCode.At("memory", offset)))];
            if (runs.Length + stem.Length > 0)
                code.Line("ref float memory = ref _attentionCore.Memory.Start;");
            code.Lines(stem);
            foreach (LayerRun run in runs)
                CopyPages(code, run);
        }
    }

    /// <summary>Returns the rows of a step that gives one for each token.</summary>
    private static void ReturnRows(SurfaceCode code)
    {
        string width = Number(code.Width);
        code.Line(code.Stage.WritesToCaller
            ? $"return new {Dsl}Rows(_attentionStepRows.Span, tokens.Length, width: {width}, stride: {width});"
            : $"return {code.Rows("tokens.Length")};");
    }

    /// <summary>The step of several sessions' sequences, and what it has each session do before and after.</summary>
    private static void Sequences(SurfaceCode code, string result, string vocabulary)
    {
        using (code.Call($"Takes one token more for each of several sequences, as the rows of one product: sequence i, this stage of a session of its own, takes tokens[i]. They stand anywhere and have sources of their own; this stage lends the memory of the rows, and need not be among them. Gives the {result}, sequences × {Number(code.Width)}, valid until the next call of this stage; the bits are those that Step gives each alone.",
            code.Signature("StepBatch"),
            "<param name=\"sequences\">This stage of sessions of one loaded model, each once.</param>",
            "<param name=\"tokens\">The token of each.</param>",
            "<exception cref=\"global::System.ArgumentException\">There are no sequences, not a token for each or one that is not in the vocabulary; or a sequence is there twice, of another model, or not this stage.</exception>",
            "<exception cref=\"global::System.InvalidOperationException\">There are more sequences than the session was created for; or one has no room for a token more, is in beams, keeps attention weights, has a stage attended to that has not run, or is in use by another thread. Then none has taken its token.</exception>"))
        {
            code.Guard("Sequences", $"sequences.Length, tokens, room: _attentionCore.Sequences, vocabulary: {vocabulary}");
            code.Line($"using {Runtime}SequenceCall together = _attentionTable.Begin();");
            using (code.Block("for (int i = 0; i < sequences.Length; i++)"))
                code.Line($"{Runtime}StageGuard.Sequence<{code.Type}>(sequences, i, {Names.Literal(code.Title)}).AttentionJoin(_attentionTable, tokens.Slice(i, 1));");
            code.Line(code.Kernels("Rows_Sequences", ["tokens", "_attentionTable"]));
            code.Line("AttentionForgetRows();");
            using (code.Block("foreach (global::Attention.Dsl.IBatchDecoder sequence in sequences)"))
                code.Line($"(({code.Type})sequence).AttentionTake();");
            if (code.HasOutput)
                code.Line(StageMethod.OutputTakesPosition(code.Stage)
                    ? code.Kernels("Output_Sequences", ["_attentionTable", "0", "tokens.Length"], "ref _attentionStepRows.Start")
                    : code.Output("0", "tokens.Length", "0, 0", "ref _attentionStepRows.Start"));
            ReturnRows(code);
        }

        using (code.Method("Has the sequence take part in a step of several, if it can.", $"private void AttentionJoin({Runtime}SequenceTable table, global::System.ReadOnlySpan<int> tokens)"))
        {
            code.Line($"table.Join(_attentionCore, {Names.Literal(code.Title)});");
            code.Line($"table.Stand(_attentionPosition, length: {Number(code.Length)}, _attentionTracks.HasForked, {Names.Literal(code.Title)});");
            code.Source.CheckKinds(code, "_attentionPosition, apart: 0");
            if (code.Captures)
                code.Guard("NotCaptured", "_attentionKept is not null");
            code.PrepareOthers();
            for (int source = 0; source < code.Others.Length; source++)
                code.Line($"table.Read({Number(source)}, {code.Others[source]});");
        }

        using (code.Method("Counts the token of a step of several sequences.", "private void AttentionTake()"))
            code.Lines("AttentionForgetRows();", "_attentionPosition++;");

        using (code.Method("Leaves no rows to stages that read this one: they lie with those of other sequences.", "private void AttentionForgetRows()"))
        {
            code.Line("AttentionRows = 0;");
            if (code.Readers.Length > 0)
                code.Line("AttentionInvalidateReaders();");
        }
    }

    private static void CopyPages(SurfaceCode code, LayerRun run)
    {
        string? layer = run.Count == 1 ? null : $"(layer * (nint){Number(run.Shift.Own)})";
        string[] copies = [.. run.Steps.SelectMany(step => step.Single).OfType<IPaged>().SelectMany(step => step.CopyPage(Runtime, code.Plan.TrackFloats, offset => SurfaceCode.At("memory", offset, layer)))];
        if (layer is null)
        {
            code.Lines(copies);
            return;
        }

        using (code.Block($"for (int layer = 0; layer < {Number(run.Count)}; layer++)"))
            code.Lines(copies);
    }
}
