using Attention.Generator.Graph;
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
                Shared();
                var kernels = new KernelWriter(_code, _kernels.Isa, _names);
                foreach (KernelKey key in _kernels.Keys)
                    kernels.Write(key);
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

    /// <summary>The ways through a stage: one token after the other, a row for each beam, or keeping attention weights.</summary>
    private enum Path
    {
        Plain,
        Beams,
        Captured,
    }

    private void Stage(StagePlan stage)
    {
        string name = stage.Graph.Name;
        if (stage.Sources.Count > 0)
        {
            using (_code.Method($"Stage {Names.Xml(name)}: keys and values of the stages attended to.", $"internal static void {name}_Sources(TeamWork work, {SourceParameters(stage)}ref float weights, ref float memory)"))
                Runs(stage, stage.Sources, $"{name}_Source", "work, ", Path.Plain);
            for (int i = 0; i < stage.Sources.Count; i++)
            {
                using (_code.Method($"{RunText(stage.Sources[i])}; w: its weights, s: its caches.", $"private static void {name}_Source{i}(TeamWork work, {SourceParameters(stage)}ref float w, ref float s, ref float memory)"))
                    Steps(stage, stage.Sources[i].Steps, Path.Plain, "0", "rows", stage.Sources[i]);
            }
        }

        Rows(stage, Path.Plain);
        if (stage.Output.Count > 0)
        {
            using (_code.Method(
                $"Stage {Names.Xml(name)}: rows first, first + 1, … of the sequence to the output{(stage.WritesToCaller ? ", rows × " + stage.ResultWidth + " without gaps" : "")}.",
                $"internal static void {name}_Output(TeamWork work, int first, int rows, ref float weights, ref float memory, ref float destination)"))
            {
                Scale(stage);
                Steps(stage, stage.Output, Path.Plain, "0", "rows", first: "first");
            }
        }

        if (stage.HasBeams)
            Rows(stage, Path.Beams);
        if (stage.Captures.Count > 0)
            Rows(stage, Path.Captured);
    }

    /// <summary>Source, stem, layers and final norm, by one path; a run that has nothing of a path's own is the plain one's.</summary>
    private void Rows(StagePlan stage, Path path)
    {
        string name = stage.Graph.Name, what = path switch
        {
            Path.Beams => "one token of each beam, all at position",
            Path.Captured => $"{GivenText(stage)}, attention weights kept",
            _ => GivenText(stage),
        };
        string lanes = path == Path.Beams ? "ReadOnlySpan<int> lanes, " : "", kept = path == Path.Captured ? ", ref float kept" : "";
        using (_code.Method(
            $"Stage {Names.Xml(name)}: {what}, to rows × {stage.Graph.Width}.",
            $"internal static void {name}_Rows{Suffix(path)}(TeamWork work, {GivenParameters(stage)}int position, {lanes}{SourceParameters(stage)}ref float weights, ref float memory{kept})"))
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
                    Steps(stage, stage.Stem, path, "position", takes ? "given" : Number(stage.Graph.Source.Length), isOfSequence: true);
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
                Steps(stage, stage.Stem, path, "position", stage.Graph.Prepended > 0 ? "given" : "rows");
            }

            Runs(stage, stage.Layers, $"{name}_Layer", "work, position, rows, ", path);
            Steps(stage, stage.Final, path, "position", "rows");
        }

        for (int i = 0; i < stage.Layers.Count; i++)
        {
            LayerRun run = stage.Layers[i];
            if (PathOf(run, path) != path)
                continue;
            string things = string.Join("", new[] { ("ref float w, ", true), ("ref float c, ", run.Own is not null), ("ref float s, ", run.Source is not null) }.Where(thing => thing.Item2).Select(thing => thing.Item1));
            string text = "w: its weights" + (run.Own is null ? "" : ", c: its keys and values") + (run.Source is null ? "" : ", s: those of the stages attended to");
            using (_code.Method(
                $"{RunText(run)}{(path == Path.Plain ? "" : path == Path.Beams ? ", of beams" : ", attention weights kept")}; {text}.",
                $"private static void {name}_Layer{i}{Suffix(path)}(TeamWork work, int position, int rows, {lanes}{SourceParameters(stage)}{things}ref float memory{kept})"))
            {
                Scale(stage);
                Steps(stage, run.Steps, path, "position", "rows", run);
            }
        }
    }

    private void Scale(StagePlan stage)
    {
        if (stage.TakesBatches)
            _code.Line("nint scale = work.Scale; // of all offsets in memory: how many times the stage's length it holds");
    }

    private static string Suffix(Path path) => path == Path.Plain ? "" : "_" + path;

    /// <summary>The path that a run is written for when it is called on another.</summary>
    private static Path PathOf(LayerRun run, Path path) => path switch
    {
        Path.Beams when run.Own is not null => Path.Beams,
        Path.Captured when run.Captured is not null => Path.Captured,
        _ => Path.Plain,
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

    private void Runs(StagePlan stage, IReadOnlyList<LayerRun> runs, string method, string arguments, Path path)
    {
        for (int i = 0; i < runs.Count; i++)
        {
            LayerRun run = runs[i];
            Path own = PathOf(run, path);
            string Thing(string reference, int? offset, int shift) => offset is not int start ? ""
                : At(reference, start, run.Count == 1 || shift == 0 ? null : $"layer * (nint){shift}") + ", ";
            string call = $"{method}{i}{Suffix(own)}({arguments}{(own == Path.Beams ? "lanes, " : "")}{SourceArguments(stage)}"
                + Thing("weights", run.Weights ?? 0, run.Shift.Weights) + Thing("memory", run.Own, run.Shift.Own) + Thing("memory", run.Source, run.Shift.Source)
                + "ref memory" + (own == Path.Captured ? ", " + Thing("kept", run.Captured, run.Shift.Captured).TrimEnd(',', ' ') : "") + ");";
            if (run.Count == 1)
            {
                _code.Line(call);
                continue;
            }

            using (_code.Block($"for (int layer = 0; layer < {run.Count}; layer++)"))
                _code.Line(call);
        }
    }

    private static string At(string reference, int offset, string? index = null) => (offset, index) switch
    {
        (0, null) => $"ref {reference}",
        (0, _) => $"ref Unsafe.Add(ref {reference}, {index})",
        (_, null) => $"ref Unsafe.Add(ref {reference}, {Number(offset)})",
        _ => $"ref Unsafe.Add(ref {reference}, {Number(offset)} + ({index}))",
    };

    /// <summary>
    /// Calls the kernel of each step. Within a run offsets count from where those of the layer begin;
    /// <paramref name="first"/> is the row of the sequence that the outputs begin with.
    /// </summary>
    private void Steps(StagePlan stage, IEnumerable<Step> steps, Path path, string position, string rows, LayerRun? run = null, string? first = null, bool isOfSequence = false)
    {
        bool beams = path == Path.Beams, scaled = stage.TakesBatches;
        int prepended = stage.Graph.Prepended;
        string Weight(int offset) => run is null ? At("weights", offset) : At("w", offset - (run.Weights ?? 0));
        string Key(KeyPlace place, int offset) => place switch
        {
            KeyPlace.Own when run is not null => At("c", offset - run.Own!.Value),
            KeyPlace.Source when run is not null => At("s", offset - run.Source!.Value),
            _ => At("memory", offset),
        };
        string Memory(Rows place, string? row = null)
        {
            row ??= isOfSequence ? "start" : first is not null && place == stage.Sequence ? first : null;
            string? index = row is null ? null : $"{row} * (nint){place.Stride}";
            return scaled && place.Offset > 0
                ? $"ref Unsafe.Add(ref memory, ({Number(place.Offset)} * scale){(place.Inner == 0 ? "" : " + " + Number(place.Inner))}{(index is null ? "" : $" + ({index})")})"
                : At("memory", place.Offset + place.Inner, index);
        }

        // What the caller gives for a sequence of a batch.
        string Given(string span, int width = 1)
        {
            if (!isOfSequence)
                return span;
            string at = prepended > 0 ? $"start - (sequence * {prepended})" : "start";
            return width == 1 ? $"{span}.Slice({at}, given)" : $"{span}.Slice(({at}) * {width}, given * {width})";
        }

        string Page() => $"lanes.Slice(position / {Measures.KeyPanel} * rows, rows), {_plan.LaneFloats}";

        foreach (Step step in steps)
        {
            string name = KernelChooser.KeyOf(step, _kernels.Isa) is KernelKey key ? _names[key] : "";
            switch (step)
            {
                case EmbedStep embed:
                    string positions = embed.Positions is int table ? Weight(table) : "ref weights";
                    if (beams)
                    {
                        using (_code.Block("for (int beam = 0; beam < rows; beam++)"))
                            _code.Line($"{name}(tokens.Slice(beam, 1), position, {Weight(embed.Table)}, {positions}, {Memory(embed.Destination, "beam")});");
                        break;
                    }

                    _code.Line($"{name}({Given("tokens")}, position, {Weight(embed.Table)}, {positions}, {Memory(embed.Destination)});");
                    break;
                case CutPatchesStep cut:
                    _code.Line($"ImagePatches.Cut({(isOfSequence ? $"image.Slice(sequence * {cut.Grid.Floats}, {cut.Grid.Floats})" : "image")}, {cut.Grid.Size}, {cut.Grid.Patch}, {cut.Grid.Channels}, {Bool(cut.Grid.ChannelsLast)}, {Bool(cut.ChannelsLast)}, {Memory(cut.Destination)}, {cut.Destination.Stride});");
                    break;
                case TakeFeaturesStep features:
                    _code.Line($"RowCopy.CopyPadded({rows}, {features.Width}, {Padding.Up(features.Width, Measures.Group)}, {Given("features", features.Width)}, {Memory(features.Destination)}, {features.Destination.Stride});");
                    break;
                case CopyRowsStep copy:
                    _code.Line($"RowCopy.Copy({rows}, {Padding.Up(copy.Width, Measures.Group)}, {Memory(copy.From)}, {copy.From.Stride}, {Memory(copy.Destination)}, {copy.Destination.Stride});");
                    break;
                case PrependStep prepend:
                    int padded = Padding.Up(prepend.Width, Measures.Group);
                    _code.Line($"RowCopy.Copy(1, {padded}, {Weight(prepend.Token)}, {padded}, {Memory(prepend.Destination)}, {prepend.Destination.Stride});");
                    rows = isOfSequence ? "work.RowsOf(sequence)" : "rows";
                    break;
                case AddTypesStep add:
                    _code.Line($"{name}({rows}, {(!add.HasChoice ? "" : isOfSequence ? $"types.IsEmpty ? types : {Given("types")}, " : "types, ")}{Weight(add.Table)}, {Memory(add.Rows)});");
                    break;
                case AddPositionsStep add when beams:
                    using (_code.Block("for (int beam = 0; beam < rows; beam++)"))
                        _code.Line($"{name}(position, 1, {Weight(add.Table)}, {Memory(add.Rows, "beam")});");
                    break;
                case AddPositionsStep add:
                    _code.Line($"{name}(position, {rows}, {Weight(add.Table)}, {Memory(add.Rows)});");
                    break;
                case NormalizeStep normalize:
                    _code.Line($"{name}(work, {rows}, {Memory(normalize.From)}, {Weight(normalize.Weight)}, {Memory(normalize.Destination)});");
                    break;
                case ProductStep product:
                    if (product.SourceStage is int other)
                        rows = RowsOf(other);
                    string destination = product.ToCaller ? "ref destination" : Memory(product.Destination);
                    _code.Line($"{name}(work, {rows}, {Memory(product.From)}, {Weight(product.Weight)}, {destination}{(product.Tail is Rows tail ? ", " + Memory(tail) : "")});");
                    break;
                case PackKeysStep pack:
                    _code.Line(beams && pack.Place == KeyPlace.Own
                        ? $"KeyPanels.PackBeams(position, rows, {Page()}, {Memory(pack.From)}, {pack.From.Stride}, {Key(pack.Place, pack.Keys)}, {pack.Heads}, {pack.HeadWidth}, {pack.HeadFloats});"
                        : $"KeyPanels.Pack({position}, {rows}, {Memory(pack.From)}, {pack.From.Stride}, {Key(pack.Place, pack.Keys)}, {pack.Heads}, {pack.HeadWidth}, {pack.HeadFloats});");
                    break;
                case KeepValuesStep keep:
                    string values = Key(keep.Place, keep.Destination.Offset);
                    string shifted = position == "0" ? values : $"ref Unsafe.Add({values}, {position} * (nint){keep.Destination.Stride})";
                    _code.Line(beams && keep.Place == KeyPlace.Own
                        ? $"RowCopy.CopyBeams(rows, {Page()}, {keep.Width}, {Memory(keep.From)}, {keep.From.Stride}, {shifted});"
                        : $"RowCopy.Copy({rows}, {keep.Width}, {Memory(keep.From)}, {keep.From.Stride}, {shifted}, {keep.Destination.Stride});");
                    break;
                case AttendStep attend:
                    bool captured = path == Path.Captured && attend.Kept is not null;
                    string method = captured ? _names[KernelChooser.CapturedOf(attend)!] : name;
                    string query = Memory(attend.Query), result = Memory(attend.Destination) + (captured ? ", " + At("kept", attend.Kept!.Value.Offset - run!.Captured!.Value) : "");
                    if (attend.Place == KeyPlace.Passing)
                    {
                        _code.Line($"{method}(work, {query}, {Memory(attend.Keys)}, {Memory(attend.Values)}, {result});");
                        break;
                    }

                    string keys = Key(attend.Place, attend.Keys.Offset), held = Key(attend.Place, attend.Values.Offset);
                    if (beams && attend.Place == KeyPlace.Own)
                    {
                        _code.Line($"{_names[KernelChooser.BeamsOf(attend, _plan.LaneFloats)]}(work, position, rows, lanes, {query}, {keys}, {held}, {result});");
                        break;
                    }

                    string visible = attend.SourceStage is int source ? RowsOf(source) : $"{position} + rows";
                    _code.Line($"{method}(work, {position}, rows, {visible}, {query}, {keys}, {held}, {result});");
                    break;
                case PoolStep pool:
                    if (stage.TakesBatches)
                    {
                        using (_code.Block("for (int sequence = 0; sequence < work.Sequences; sequence++)"))
                            _code.Line($"{name}(work.RowsOf(sequence), {Memory(pool.From, "work.Start(sequence)")}, {Memory(pool.Destination, "sequence")});");
                        rows = "work.Sequences";
                        break;
                    }

                    _code.Line($"{name}(rows, {Memory(pool.From)}, {Memory(pool.Destination)});");
                    rows = "1";
                    break;
                case L2NormalizeStep normalize:
                    _code.Line($"{name}({rows}, {Memory(normalize.From)}, {Memory(normalize.Destination)});");
                    break;
            }
        }
    }

    private static string Bool(bool value) => value ? "true" : "false";
}
