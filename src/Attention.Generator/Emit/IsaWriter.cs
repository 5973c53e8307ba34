using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using Attention.Generator.Reading;
using static Attention.Generator.Emit.CodeWriter;

namespace Attention.Generator.Emit;

/// <summary>
/// Writes one instruction set's class: the stages, step by step, and the kernels below them. It stands in a namespace of
/// its own, where short names cannot meet the user's.
/// </summary>
internal sealed class IsaWriter
{
    private readonly CodeWriter _code = new();
    private readonly KernelNames _names;
    private readonly IsaKernels _kernels;
    private readonly ModelPlan _plan;

    private IsaWriter(ModelPlan plan, IsaKernels kernels)
    {
        _plan = plan;
        _kernels = kernels;
        _names = new KernelNames(kernels.Keys);
    }

    public static string Write(ModelDeclaration model, ModelPlan plan, IsaKernels kernels)
    {
        var writer = new IsaWriter(plan, kernels);
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
                $"/// <summary>Model {Names.Xml(model)} on {_kernels.Isa.Name}. Offsets count floats; rows begin at offset + row · stride.</summary>",
                $"[global::System.CodeDom.Compiler.GeneratedCode(\"Attention.Generator\", \"0.1.0\")]",
                "[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
            using (_code.Block($"internal static class {_kernels.Isa.Name}"))
            {
                foreach (StagePlan stage in _plan.Stages)
                    Stage(stage);
                var kernels = new KernelWriter(_code, _kernels.Isa, _names);
                foreach (KernelKey key in _kernels.Keys)
                    kernels.Write(key);
            }
        }
    }

    private void Stage(StagePlan stage)
    {
        string name = stage.Graph.Name;
        string parameters = string.Concat(stage.SourceStages.Select(index => $"int {RowsOf(index)}, "));
        string arguments = string.Concat(stage.SourceStages.Select(index => $"{RowsOf(index)}, "));

        if (stage.Sources.Count > 0)
        {
            using (_code.Method($"Stage {Names.Xml(name)}: keys and values of the stages attended to.", $"internal static void {name}_Sources({parameters}ref float weights, ref float memory)"))
                Runs(stage.Sources, $"{name}_Source", arguments);
            for (int i = 0; i < stage.Sources.Count; i++)
            {
                using (_code.Method($"{RunText(stage.Sources[i])}; w: its weights, c: its caches.", $"private static void {name}_Source{i}({parameters}ref float w, ref float c, ref float memory)"))
                    Steps(stage, stage.Sources[i].Steps, "w", "c", "0", null, stage.Sources[i]);
            }
        }

        using (_code.Method(
            $"Stage {Names.Xml(name)}: tokens at position, position + 1, … to rows × {stage.Graph.Width}.",
            $"internal static void {name}_Rows(ReadOnlySpan<int> tokens, int position, {parameters}ref float weights, ref float memory)"))
        {
            _code.Line("int rows = tokens.Length;");
            Steps(stage, stage.Stem, "weights", "memory", "position", null);
            Runs(stage.Layers, $"{name}_Layer", "position, rows, " + arguments);
            Steps(stage, stage.Final, "weights", "memory", "position", null);
        }

        for (int i = 0; i < stage.Layers.Count; i++)
        {
            using (_code.Method($"{RunText(stage.Layers[i])}; w: its weights, c: its caches.", $"private static void {name}_Layer{i}(int position, int rows, {parameters}ref float w, ref float c, ref float memory)"))
                Steps(stage, stage.Layers[i].Steps, "w", "c", "position", null, stage.Layers[i]);
        }

        if (stage.Output.Count > 0)
        {
            using (_code.Method(
                $"Stage {Names.Xml(name)}: rows first, first + 1, … of the sequence to the output{(stage.WritesToCaller ? ", rows × " + stage.ResultWidth + " without gaps" : "")}.",
                $"internal static void {name}_Output(int first, int rows, ref float weights, ref float memory, ref float destination)"))
                Steps(stage, stage.Output, "weights", "memory", "0", "first");
        }
    }

    private static string RunText(LayerRun run) => run.Count == 1 ? $"Layer {run.First}" : $"One of the layers {run.First} to {run.First + run.Count - 1}";

    private string RowsOf(int stage) => "rowsOf" + _plan.Stages.First(candidate => candidate.Graph.Index == stage).Graph.Name;

    private void Runs(IReadOnlyList<LayerRun> runs, string method, string arguments)
    {
        for (int i = 0; i < runs.Count; i++)
        {
            LayerRun run = runs[i];
            int weights = FirstWeight(run), caches = FirstCache(run);
            if (run.Count == 1)
            {
                _code.Line($"{method}{i}({arguments}{At("weights", weights)}, {At("memory", caches)}, ref memory);");
                continue;
            }

            using (_code.Block($"for (int layer = 0; layer < {run.Count}; layer++)"))
                _code.Line($"{method}{i}({arguments}{At("weights", weights, $"layer * (nint){run.WeightShift}")}, {(run.CacheShift == 0 ? At("memory", caches) : At("memory", caches, $"layer * (nint){run.CacheShift}"))}, ref memory);");
        }
    }

    private static int FirstWeight(LayerRun run) => run.Steps.Select(step => step switch
    {
        NormalizeStep normalize => normalize.Weights,
        ProductStep product => product.Weights,
        _ => int.MaxValue,
    }).DefaultIfEmpty(0).Min();

    private static int FirstCache(LayerRun run)
    {
        int first = run.Steps.Select(step => step switch
        {
            PackKeysStep { KeysAreCached: true } pack => pack.Keys,
            KeepValuesStep keep => keep.Destination.Offset,
            AttendStep { KeysAreCached: true } attend => attend.Keys,
            _ => int.MaxValue,
        }).DefaultIfEmpty(int.MaxValue).Min();
        return first == int.MaxValue ? 0 : first;
    }

    private static string At(string reference, int offset, string? index = null) => (offset, index) switch
    {
        (0, null) => $"ref {reference}",
        (_, null) => $"ref Unsafe.Add(ref {reference}, {Number(offset)})",
        _ => $"ref Unsafe.Add(ref {reference}, {Number(offset)} + ({index}))",
    };

    /// <summary>
    /// Calls the kernel of each step. Within a run <paramref name="weights"/> and <paramref name="caches"/> begin at those of
    /// the layer; <paramref name="first"/> is the row of the sequence that the outputs begin with.
    /// </summary>
    private void Steps(StagePlan stage, IEnumerable<Step> steps, string weights, string caches, string position, string? first, LayerRun? run = null)
    {
        int weightBase = run is null ? 0 : FirstWeight(run), cacheBase = run is null ? 0 : FirstCache(run);
        string rows = "rows";
        string Weight(int offset) => At(weights, offset - weightBase);
        string Cache(int offset) => At(caches, offset - cacheBase);
        string Memory(Rows place) => first is not null && place == stage.Sequence
            ? At("memory", place.Offset, $"{first} * (nint){place.Stride}")
            : At("memory", place.Offset);

        foreach (Step step in steps)
        {
            string name = KernelChooser.KeyOf(step, _kernels.Isa) is KernelKey key ? _names[key] : "";
            switch (step)
            {
                case EmbedStep embed:
                    _code.Line($"{name}(tokens, position, {Weight(embed.Table)}, {(embed.Positions is int positions ? Weight(positions) : "ref weights")}, {Memory(embed.Destination)});");
                    break;
                case AddPositionsStep add:
                    _code.Line($"{name}(position, rows, {Weight(add.Table)}, {Memory(add.Rows)});");
                    break;
                case NormalizeStep normalize:
                    _code.Line($"{name}({rows}, {Memory(normalize.Source)}, {Weight(normalize.Weights)}, {Memory(normalize.Destination)});");
                    break;
                case ProductStep product:
                    if (product.SourceStage is int other)
                        rows = RowsOf(other);
                    string destination = product.ToCaller ? "ref destination" : Memory(product.Destination);
                    _code.Line($"{name}({rows}, {Memory(product.Source)}, {Weight(product.Weights)}, {destination}{(product.Tail is Rows tail ? ", " + Memory(tail) : "")});");
                    break;
                case PackKeysStep pack:
                    _code.Line($"KeyPanels.Pack({position}, {rows}, {Memory(pack.Source)}, {pack.Source.Stride}, {(pack.KeysAreCached ? Cache(pack.Keys) : At("memory", pack.Keys))}, {pack.Heads}, {pack.HeadWidth}, {pack.HeadFloats});");
                    break;
                case KeepValuesStep keep:
                    string shifted = position == "0" ? Cache(keep.Destination.Offset) : $"ref Unsafe.Add({Cache(keep.Destination.Offset)}, {position} * (nint){keep.Destination.Stride})";
                    _code.Line($"RowCopy.Copy({rows}, {keep.Width}, {Memory(keep.Source)}, {keep.Source.Stride}, {shifted}, {keep.Destination.Stride});");
                    break;
                case AttendStep attend:
                    string keys = attend.KeysAreCached ? Cache(attend.Keys) : At("memory", attend.Keys);
                    string values = attend.KeysAreCached ? Cache(attend.Values.Offset) : Memory(attend.Values);
                    string visible = attend.SourceStage is int source ? RowsOf(source) : $"{position} + rows";
                    _code.Line($"{name}({position}, rows, {visible}, {Memory(attend.Query)}, {keys}, {values}, {Memory(attend.Scores)}, {Memory(attend.Destination)});");
                    break;
                case PoolStep pool:
                    _code.Line($"{name}(rows, {Memory(pool.Source)}, {Memory(pool.Destination)});");
                    rows = "1";
                    break;
                case L2NormalizeStep normalize:
                    _code.Line($"{name}({rows}, {Memory(normalize.Source)}, {Memory(normalize.Destination)});");
                    break;
            }
        }
    }
}
