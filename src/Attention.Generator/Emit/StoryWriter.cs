using System.Globalization;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Text;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>Writes a model's story for its reader: stages, shapes, parameters, work, memory and tiles.</summary>
internal static class StoryWriter
{
    public static void Write(CodeWriter code, ModelPlan plan)
    {
        code.Line("//");
        code.Line($"// {plan.Name}: {Grouped(plan.Stages.Sum(stage => stage.Parameters))} parameters, packed weights {Size(plan.WeightFloats)}, a session {Size(plan.MemoryFloats)} and {Size(plan.ScratchFloats)} a thread{(plan.TrackFloats == 0 ? "" : ", " + Size(plan.TrackFloats) + " a beam")}.");
        foreach (StagePlan stage in plan.Stages)
        {
            code.Line("//");
            code.Line($"// {stage.Graph.Name}: {Sentence(stage)}");
            foreach (LayerRun run in stage.Others)
                Run(code, run, "for each new source");
            Steps(code, stage.Stem, "  ");
            foreach (LayerRun run in stage.Layers)
                Run(code, run, "for each row");
            Steps(code, stage.Final.Concat(stage.Output), "  ");
        }

        code.Line("//");
        code.Line("// Tiles (rows × vectors): " + string.Join("; ", Isa.All.Select(isa => $"{isa.Name} up to {isa.Height} × {isa.Vectors} of {isa.Lanes} floats")) + ".");
        code.Line("//");
        code.Line("// A session's memory, in floats:");
        foreach (PlannedBuffer buffer in plan.Buffers.Distinct().OrderBy(buffer => buffer.Offset).ThenBy(buffer => buffer.Name, StringComparer.Ordinal))
            code.Line($"//   {Number(buffer.Offset),9} + {Number(buffer.Floats),-9} {buffer.Name}: {buffer.Shape}{(buffer.Keeps ? ", kept" : "")}{(plan.TrackFloats > 0 && buffer.Offset >= plan.TrackStart ? ", in every track" : "")}");
    }

    private static void Run(CodeWriter code, LayerRun run, string when)
    {
        code.Line($"//   {(run.Count == 1 ? $"layer {run.First}" : $"layers {run.First} to {run.First + run.Count - 1}")}, {when}:");
        Steps(code, run.Steps, "    ");
    }

    private static void Steps(CodeWriter code, IEnumerable<Step> steps, string indent)
    {
        foreach (Step step in steps)
        {
            if (step is not Several several)
            {
                code.Line($"// {indent}{Describe(step)}");
                continue;
            }

            code.Line($"// {indent}{(step is RowByRow loop ? $"one row after the other, from the {(loop.IsBackward ? "last" : "first")} on" : "block of rows after block")}:");
            Steps(code, several.Steps, indent + "  ");
        }
    }

    /// <summary>One line about a stage, also shown where the editor shows documentation.</summary>
    public static string Sentence(StagePlan stage) =>
        $"{(stage.Graph.IsDecoder ? "Decoder" : "Encoder")} of {Count(stage.Graph.Layers, "layer")}, {Number(stage.Graph.Width)} wide; "
        + $"{CallSource.Of(stage).Story} in, {(stage.Graph.IsPooled ? Number(stage.ResultWidth) : $"{RowsOf(stage)} × {Number(stage.ResultWidth)}")} out; "
        + $"{Grouped(stage.Parameters)} parameters, {Grouped(stage.FlopsPerRow)} FLOPs a {CallSource.Of(stage).Unit} in its products.";

    /// <summary>How many rows a stage makes of what it is given.</summary>
    public static string RowsOf(StagePlan stage) => CallSource.Of(stage).IsFixed ? Number(stage.Graph.Length)
        : stage.Graph.Prepended > 0 ? $"({Number(stage.Graph.Prepended)} + count)" : "count";

    /// <summary>So many of something.</summary>
    public static string Count(int count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    /// <summary>What floats take, in two digits or three.</summary>
    public static string Size(long floats)
    {
        (double size, string unit) = floats * 4 < 1_000_000 ? (floats * 4 / 1e3, "KB") : (floats * 4 / 1e6, "MB");
        return size.ToString(size < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " " + unit;
    }

    private static string Describe(Step step) => step is ICall call ? call.Story : throw new InvalidOperationException("No story of " + step.GetType().Name);
}
