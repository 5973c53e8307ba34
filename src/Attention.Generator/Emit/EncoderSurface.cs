using static Attention.Generator.Emit.Types;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>Writes how a stage is called that gives all of its result at once.</summary>
internal static class EncoderSurface
{
    public static void Write(SurfaceCode code)
    {
        CallSource source = code.Source;
        bool isPooled = code.Stage.Graph.IsPooled;
        string what = isPooled ? $"a vector of {Number(code.Width)} floats" : $"rows, {StoryWriter.RowsOf(code.Stage)} × {Number(code.Width)}";
        string summary = $"Runs the stage{(code.IsExchanged ? " up to its first exchange" : "")}: {source.Taken}, {what} out, valid until the next call of this stage.{code.Resets}";
        string[] exceptions = [.. source.Errors, SurfaceCode.NotRun];
        bool hasOverload = Overload(code, "Forward", summary, source.Given.Select(argument => argument.Name), exceptions);
        using (code.Call(summary, code.Signature("Forward", hasOverload ? 1 : 0), [.. hasOverload ? source.Given.Select(argument => argument.Documentation) : [], .. exceptions]))
        {
            source.Check(code);
            code.Run();
            if (code.HasOutput)
                code.Line(code.Kernels("Output", [.. code.OutputTokens, "0", "AttentionRows"]));
            code.Line(isPooled
                ? $"return _attentionCore.Memory.Span.Slice({Number(code.Stage.Result.Offset)}, {Number(code.Width)});"
                : $"return {code.Rows("AttentionRows")};");
        }
    }

    /// <summary>The call that takes several sequences.</summary>
    public static void WriteBatch(SurfaceCode code)
    {
        CallSource source = code.Source;
        bool isPooled = code.Stage.Graph.IsPooled;
        string result = isPooled ? $"a vector of {Number(code.Width)} floats for each" : $"all their rows, {Number(code.Width)} wide";
        string summary = $"Runs the stage{(code.IsExchanged ? ", up to its first exchange," : "")} over several {source.Sequences} at once, which stand one behind the other: {result} out, in the same order, valid until the next ForwardBatch of this session. The bits are those that Forward gives for each.";
        CallArgument[] lengths = source.IsFixed ? [] : [new("int", "lengths", $"How many {source.Unit}s each sequence has, 1 to {Number(code.Length)}.")];
        CallArgument[] taken = [.. source.GivenInBatch.Take(1), .. lengths, .. source.GivenInBatch.Skip(1)];
        bool hasOverload = Overload(code, "ForwardBatch", summary, taken.Select(argument => argument.Name), taken.Where(argument => argument.Omitted is null).Select(argument => argument.Documentation));
        code.Property("BatchTokens", "The most rows of a batch: what the session was created for.", "_attentionCore.BatchTokens");
        using (code.Call(summary, code.Signature("ForwardBatch", hasOverload ? 1 : 0),
        [
            .. taken.Select(argument => argument.Documentation),
            "<exception cref=\"global::System.ArgumentException\">What is given is no whole batch: none, too long, of unknown tokens, or lengths that do not add up.</exception>",
            "<exception cref=\"global::System.InvalidOperationException\">There are more rows than SessionSettings.BatchTokens, or the session is in use by another thread.</exception>",
        ]))
        {
            source.CheckBatch(code);
            if (source.IsFixed)
            {
                code.Line($"_attentionCore.Work.Batch(count, rows: {Number(code.Stage.Graph.Length)}, _attentionCore.BatchScale);");
            }
            else
            {
                string prepended = $"prepended: {Number(code.Stage.Graph.Prepended)}";
                code.Guard("Batch", $"lengths, {source.RowsMade(code.RowsOf)}, {prepended}, length: {Number(code.Length)}, _attentionCore.BatchTokens");
                code.Line($"_attentionCore.Work.Batch(lengths, {prepended}, _attentionCore.BatchScale);");
            }

            code.Line($"{Runtime}PinnedMemory memory = _attentionCore.BatchMemory!;");
            code.Line(code.Kernels("Rows", source.GivenInBatch.Select(argument => argument.Name), memory: "memory"));
            if (code.HasOutput)
                code.Line(code.Kernels("Output", [.. code.OutputTokens, "0", "_attentionCore.Work.Rows"], memory: "memory"));
            int offset = code.Stage.Result.Offset;
            string from = offset == 0 ? "memory.Span" : $"memory.Span[({Number(offset)} * _attentionCore.BatchScale)..]";
            code.Line($"return new {Dsl}Rows({from}, _attentionCore.Work.{(isPooled ? "Sequences" : "Rows")}, width: {Number(code.Width)}, stride: {Number(code.Stage.Result.Stride)});");
        }
    }

    /// <summary>The call without what may be left out, if there is anything such.</summary>
    private static bool Overload(SurfaceCode code, string name, string summary, IEnumerable<string> arguments, IEnumerable<string> documentation)
    {
        if (code.Source.Given.FirstOrDefault(argument => argument.Omitted is not null) is not CallArgument optional)
            return false;
        string call = $"{name}({string.Join(", ", arguments.Select(argument => argument == optional.Name ? "default" : argument))})";
        code.Expression($"{summary} {optional.Omitted}", code.Signature(name), call, [.. documentation]);
        return true;
    }
}
