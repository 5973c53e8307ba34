using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>Writes how an encoder is called that scores the vocabulary for its rows, into the caller's memory.</summary>
internal static class ScorerSurface
{
    public static void Write(SurfaceCode code)
    {
        CallSource source = code.Source;
        string width = Number(code.Width);
        string[] given = [.. source.Given.Select(argument => argument.Name)];
        string[] needed = [.. source.Given.Where(argument => argument.Omitted is null).Select(argument => argument.Name)];
        string Summary(string rows) => $"Runs the stage: {source.Taken}, the logits of {rows} out, {width} floats each.{code.Resets}";
        string[] exceptions = ["<exception cref=\"global::System.ArgumentException\">What is given is not what the stage takes, a row is named that there is not, or the memory is too short.</exception>", SurfaceCode.NotRun];
        int overload = 0;
        if (!source.TakesLabels)
            code.Expression(Summary("every row"), code.Signature("Forward", overload++), Call("default"));
        if (needed.Length < given.Length)
            code.Expression($"{Summary("the rows named")} {source.Given.First(argument => argument.Omitted is not null).Omitted}", code.Signature("Forward", overload++), Call("rows"));
        using (code.Call(Summary("the rows named"), code.Signature("Forward", overload),
        [
            .. source.Given.Select(argument => argument.Documentation),
            "<param name=\"rows\">The rows to be scored, in any order, each 0 to count − 1; empty for all.</param>",
            $"<param name=\"logits\">Takes the logits, {width} floats a row, in the order of the rows named.</param>", .. exceptions,
        ]))
        {
            source.Check(code);
            code.Guard("Picked", $"rows, {source.RowsMade(code.RowsOf)}, length: {Number(code.Stage.Graph.Length)}", head: "int picked = ");
            code.Guard("Destination", $"logits.Length, picked, width: {width}", Names.Literal("logits"));
            code.Run();
            code.Line(code.Output("rows", "picked", "0, 1", "ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(logits)"));
        }

        string Call(string rows) => $"Forward({string.Join(", ", [.. given.Select(name => needed.Contains(name) ? name : "default"), rows, "logits"])})";
    }
}
