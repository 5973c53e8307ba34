using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using Attention.Generator.Text;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>
/// Writes one instruction set's class: the stages, step by step, and the kernels below them. It stands in a namespace of
/// its own, where short names cannot meet the user's.
/// </summary>
internal sealed class IsaWriter
{
    private readonly CodeWriter _code = new();
    private readonly KernelNames _names;
    private readonly KernelSet _set;
    private readonly ModelPlan _plan;

    private IsaWriter(ModelPlan plan, KernelSet set)
    {
        _plan = plan;
        _set = set;
        _names = new KernelNames(set.Kernels);
    }

    public static string Write(ModelDeclaration model, ModelPlan plan, KernelSet set)
    {
        var writer = new IsaWriter(plan, set);
        writer.File(Names.KernelNamespace(model), model.Name);
        return writer._code.ToString();
    }

    private void File(string kernelNamespace, string model)
    {
        ModelWriter.Header(_code);
        _code.Line();
        using (_code.Block("namespace " + kernelNamespace))
        {
            _code.Lines(
                "using global::System;",
                "using global::System.Runtime.CompilerServices;",
                "using global::System.Runtime.Intrinsics;",
                "using global::Attention.Runtime;",
                "",
                $"/// <summary>Model {Names.Xml(model)} on {_set.Isa.Name}. Offsets count floats; rows begin at offset + row · stride.</summary>",
                $"[global::System.CodeDom.Compiler.GeneratedCode(\"Attention.Generator\", \"0.1.0\")]",
                "[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
            using (_code.Block($"internal static class {_set.Isa.Name}"))
            {
                foreach (StagePlan stage in _plan.Stages)
                    Stage(stage);
                Shared();
                var kernels = new KernelCode(_code, _set.Isa, _names);
                foreach (Kernel kernel in _set.Kernels)
                    kernel.Write(kernels);
            }
        }
    }

    /// <summary>The class by which a team runs chunks of kernels.</summary>
    private void Shared()
    {
        _code.Lines("", "/// <summary>The kernels whose work threads share, by number.</summary>");
        using (_code.Block("internal sealed class Kernels : TeamKernels"))
        {
            _code.Line("/// <inheritdoc/>");
            using (_code.Block("public override void Run(int kernel, in Chunk chunk, TeamWork work)"))
            {
                if (!_names.Shared.Any())
                    return;
                using (_code.Block("switch (kernel)"))
                {
                    foreach ((string name, int number) in _names.Shared.Select((name, number) => (name, number)))
                        _code.Line($"case {number}: {name}_Chunk(chunk, work); break;");
                }
            }
        }
    }

    private void Stage(StagePlan stage)
    {
        string name = stage.Graph.Name;
        if (stage.Sources.Count > 0)
        {
            using (_code.Method($"Stage {Names.Xml(name)}: keys and values of the stages attended to.", $"internal static void {name}_Sources(TeamWork work, {SourceParameters(stage)}ref float weights, ref float memory)"))
                Runs(stage, stage.Sources, $"{name}_Source", "work, ", Way.Plain);
            for (int i = 0; i < stage.Sources.Count; i++)
            {
                using (_code.Method($"{RunText(stage.Sources[i])}; w: its weights, s: its caches.", $"private static void {name}_Source{i}(TeamWork work, {SourceParameters(stage)}ref float w, ref float s, ref float memory)"))
                    Steps(stage.Sources[i].Steps, new StageCode(_code, _set, _names, _plan, stage, Way.Plain) { Run = stage.Sources[i], Position = "0" });
            }
        }

        Rows(stage, Way.Plain);
        if (stage.Output.Count > 0)
        {
            using (_code.Method(
                $"Stage {Names.Xml(name)}: rows first, first + 1, … of the sequence to the output{(stage.WritesToCaller ? ", rows × " + stage.ResultWidth + " without gaps" : "")}.",
                $"internal static void {name}_Output(TeamWork work, int first, int rows, ref float weights, ref float memory, ref float destination)"))
            {
                Scale(stage);
                Steps(stage.Output, new StageCode(_code, _set, _names, _plan, stage, Way.Plain) { Position = "0", First = "first" });
            }
        }

        if (stage.HasBeams)
            Rows(stage, Way.Beams);
        if (stage.Captures.Count > 0)
            Rows(stage, Way.Captured);
    }

    /// <summary>Source, stem, layers and final norm, by one way; a run that has nothing of a way's own is the plain one's.</summary>
    private void Rows(StagePlan stage, Way way)
    {
        string name = stage.Graph.Name, what = way switch
        {
            Way.Beams => "one token of each beam, all at position",
            Way.Captured => $"{GivenText(stage)}, attention weights kept",
            _ => GivenText(stage),
        };
        string lanes = way == Way.Beams ? "ReadOnlySpan<int> lanes, " : "", kept = way == Way.Captured ? ", ref float kept" : "";
        using (_code.Method(
            $"Stage {Names.Xml(name)}: {what}, to rows × {stage.Graph.Width}.",
            $"internal static void {name}_Rows{Suffix(way)}(TeamWork work, {GivenParameters(stage)}int position, {lanes}{SourceParameters(stage)}ref float weights, ref float memory{kept})"))
        {
            if (stage.TakesBatches)
            {
                Scale(stage);
                _code.Line("int rows = work.Rows;");
                using (_code.Block("for (int sequence = 0; sequence < work.Sequences; sequence++)"))
                {
                    bool takes = stage.Graph.Source.Kind != SourceKind.Patches;
                    string before = stage.Graph.Prepended > 0 ? $" - {stage.Graph.Prepended}" : "";
                    _code.Line($"int start = work.Start(sequence){(takes ? $", given = work.RowsOf(sequence){before}" : "")};");
                    Steps(stage.Stem, new StageCode(_code, _set, _names, _plan, stage, way) { IsOfSequence = true });
                }
            }
            else
            {
                string given = stage.Graph.Source.Kind switch
                {
                    SourceKind.Tokens => "tokens.Length",
                    SourceKind.Features => $"features.Length / {stage.Graph.Source.Width}",
                    SourceKind.Stage => RowsOf(stage.Graph.Source.Stage!.Value),
                    _ => Number(stage.Graph.Source.Length),
                };
                _code.Line(stage.Graph.Prepended > 0 ? $"int given = {given}, rows = given + {stage.Graph.Prepended};" : $"int rows = {given};");
                Steps(stage.Stem, Code(stage, way));
            }

            Runs(stage, stage.Layers, $"{name}_Layer", "work, position, rows, ", way);
            Steps(stage.Final, Code(stage, way));
        }

        for (int i = 0; i < stage.Layers.Count; i++)
        {
            LayerRun run = stage.Layers[i];
            if (WayOf(run, way) != way)
                continue;
            string things = string.Join("", new[] { ("ref float w, ", true), ("ref float c, ", run.Own is not null), ("ref float s, ", run.Source is not null) }.Where(thing => thing.Item2).Select(thing => thing.Item1));
            string text = "w: its weights" + (run.Own is null ? "" : ", c: its keys and values") + (run.Source is null ? "" : ", s: those of the stages attended to");
            using (_code.Method(
                $"{RunText(run)}{(way == Way.Plain ? "" : way == Way.Beams ? ", of beams" : ", attention weights kept")}; {text}.",
                $"private static void {name}_Layer{i}{Suffix(way)}(TeamWork work, int position, int rows, {lanes}{SourceParameters(stage)}{things}ref float memory{kept})"))
            {
                Scale(stage);
                Steps(run.Steps, new StageCode(_code, _set, _names, _plan, stage, way) { Run = run });
            }
        }
    }

    private void Scale(StagePlan stage)
    {
        if (stage.TakesBatches)
            _code.Line("nint scale = work.Scale; // of all offsets in memory: how many times the stage's length it holds");
    }

    private static string Suffix(Way way) => way == Way.Plain ? "" : "_" + way;

    /// <summary>The way that a run is written for when it is called on another.</summary>
    private static Way WayOf(LayerRun run, Way way) => way switch
    {
        Way.Beams when run.Own is not null => Way.Beams,
        Way.Captured when run.Captured is not null => Way.Captured,
        _ => Way.Plain,
    };

    private static string GivenText(StagePlan stage) => stage.Graph.Source.Kind switch
    {
        SourceKind.Tokens => "tokens at position, position + 1, …",
        SourceKind.Patches => $"an image of {stage.Graph.Source.Image!.Floats} values",
        SourceKind.Features => $"count × {stage.Graph.Source.Width} features",
        _ => "rows of another stage",
    };

    /// <summary>What the caller gives, as parameters.</summary>
    private static string GivenParameters(StagePlan stage) => stage.Graph.Source.Kind switch
    {
        SourceKind.Tokens => "ReadOnlySpan<int> tokens, " + (stage.Graph.Source.Types > 0 ? "ReadOnlySpan<int> types, " : ""),
        SourceKind.Patches => "ReadOnlySpan<float> image, ",
        SourceKind.Features => "ReadOnlySpan<float> features, ",
        _ => "",
    };

    private string SourceParameters(StagePlan stage) => string.Concat(stage.SourceStages.Select(index => $"int {RowsOf(index)}, "));

    private string SourceArguments(StagePlan stage) => string.Concat(stage.SourceStages.Select(index => $"{RowsOf(index)}, "));

    private static string RunText(LayerRun run) => run.Count == 1 ? $"Layer {run.First}" : $"One of the layers {run.First} to {run.First + run.Count - 1}";

    private string RowsOf(int stage) => "rowsOf" + _plan.Stages.First(candidate => candidate.Graph.Index == stage).Graph.Name;

    private void Runs(StagePlan stage, IReadOnlyList<LayerRun> runs, string method, string arguments, Way way)
    {
        for (int i = 0; i < runs.Count; i++)
        {
            LayerRun run = runs[i];
            Way own = WayOf(run, way);
            string Thing(string reference, int? offset, int shift) => offset is not int start ? ""
                : StageCode.At(reference, start, run.Count == 1 || shift == 0 ? null : $"layer * (nint){shift}") + ", ";
            string call = $"{method}{i}{Suffix(own)}({arguments}{(own == Way.Beams ? "lanes, " : "")}{SourceArguments(stage)}"
                + Thing("weights", run.Weights ?? 0, run.Shift.Weights) + Thing("memory", run.Own, run.Shift.Own) + Thing("memory", run.Source, run.Shift.Source)
                + "ref memory" + (own == Way.Captured ? ", " + Thing("kept", run.Captured, run.Shift.Captured).TrimEnd(',', ' ') : "") + ");";
            if (run.Count == 1)
            {
                _code.Line(call);
                continue;
            }

            using (_code.Block($"for (int layer = 0; layer < {run.Count}; layer++)"))
                _code.Line(call);
        }
    }

    private StageCode Code(StagePlan stage, Way way) => new(_code, _set, _names, _plan, stage, way);

    /// <summary>Writes the call of each step.</summary>
    private static void Steps(IEnumerable<Step> steps, StageCode code)
    {
        foreach (Step step in steps)
            CallOf(step).Write(code);
    }

    private static ICall CallOf(Step step) => step as ICall ?? throw new InvalidOperationException("No call for " + step.GetType().Name);
}
