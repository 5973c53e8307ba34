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
            $"{code.Signature("Search")} => {Dsl}Hypotheses.Search(this, options, cancellation);");
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
                code.Line(code.Output("0", "tokens.Length", "_attentionPosition - 1, 0", "ref _attentionBeamRows.Start"));
            code.Line(code.Stage.WritesToCaller
                ? $"return new {Dsl}Rows(_attentionBeamRows.Span, tokens.Length, width: {width}, stride: {width});"
                : $"return {code.Rows("tokens.Length")};");
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
