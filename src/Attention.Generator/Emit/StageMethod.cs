using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Generator.Emit;

/// <summary>A method by which a stage runs: the model's kernels of every instruction set have one.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Parameters">What it takes.</param>
internal sealed record StageMethod(string Name, string Summary, string Parameters)
{
    /// <summary>All before the body.</summary>
    /// <param name="modifier">Whether it is abstract, or overrides one that is.</param>
    public string Signature(string modifier) => $"public {modifier} void {Name}({Parameters})";

    /// <summary>All of a stage.</summary>
    public static IEnumerable<StageMethod> Of(StagePlan stage, ModelPlan plan)
    {
        if (stage.Others.Count > 0)
            yield return Others(stage, plan);
        yield return Rows(stage, plan, Way.Plain);
        if (stage.Output.Count > 0)
            yield return Output(stage);
        if (stage.HasBeams)
            yield return Rows(stage, plan, Way.Beams);
        if (stage.Captures.Count > 0)
            yield return Rows(stage, plan, Way.Captured);
        if (!stage.HasBeams)
            yield break;
        yield return Rows(stage, plan, Way.Sequences);
        if (OutputTakesPosition(stage))
            yield return Output(stage, Way.Sequences);
    }

    /// <summary>What computes keys and values of the stages attended to.</summary>
    public static StageMethod Others(StagePlan stage, ModelPlan plan) => new(
        stage.Graph.Name + "_Sources",
        $"Stage {Names.Xml(stage.Graph.Name)}: keys and values of the stages attended to.",
        $"TeamWork work, {OtherParameters(stage, plan)}ref float weights, ref float memory");

    /// <summary>What runs source, stem, layers and final norm, by one way.</summary>
    public static StageMethod Rows(StagePlan stage, ModelPlan plan, Way way)
    {
        CallSource source = CallSource.Of(stage);
        string given = source.KernelStory(fromStart: stage.TakesBatches), what = way switch
        {
            Way.Beams => "one token of each beam, all at position",
            Way.Captured => $"{given}, attention weights kept",
            Way.Sequences => "one token of each sequence",
            _ => given,
        };
        return new(
            $"{stage.Graph.Name}_Rows{Suffix(way)}",
            $"Stage {Names.Xml(stage.Graph.Name)}: {what}, to rows × {stage.Graph.Width}.",
            $"TeamWork work, {string.Concat(source.Given.Select(argument => argument.ShortParameter + ", "))}{PositionParameter(stage, way)}{TracksParameter(way)}{OtherParameters(stage, plan, way)}ref float weights, ref float memory{KeptParameter(way)}");
    }

    /// <summary>What makes the output of rows.</summary>
    public static StageMethod Output(StagePlan stage, Way way = Way.Plain) => new(
        stage.Graph.Name + "_Output" + Suffix(way),
        $"Stage {Names.Xml(stage.Graph.Name)}: {(OutputTakesPicked(stage) ? "the picked rows" : "rows first, first + 1, …")} of the sequence to the output{(stage.WritesToCaller ? ", rows × " + stage.ResultWidth + " without gaps" : "")}.",
        $"TeamWork work, {(OutputTakesTokens(stage) ? "ReadOnlySpan<int> tokens, " : "")}{(way == Way.Sequences ? TracksParameter(way) : OutputTakesPosition(stage) ? "int position, int apart, " : "")}{(OutputTakesPicked(stage) ? "ReadOnlySpan<int> picked" : "int first")}, int rows, ref float weights, ref float memory{(stage.WritesToCaller ? ", ref float destination" : "")}");

    /// <summary>Whether the outputs look at the tokens of the call.</summary>
    public static bool OutputTakesTokens(StagePlan stage) => stage.Output.Any(step => step is ITakesTokens);

    /// <summary>Whether the outputs depend on where the rows stand.</summary>
    public static bool OutputTakesPosition(StagePlan stage) => stage.Output.Any(step => step is ITakesPosition);

    /// <summary>Whether the outputs are those of rows that a call names.</summary>
    public static bool OutputTakesPicked(StagePlan stage) => stage.Output.Any(step => step is ITakesPicked);

    public static string Suffix(Way way) => way == Way.Plain ? "" : "_" + way;

    /// <summary>Where the first row stands, of stages that do not always begin at 0.</summary>
    public static string PositionParameter(StagePlan stage, Way way) => stage.TakesBatches || way == Way.Sequences ? "" : "int position, ";

    /// <summary>What tells rows apart that are not of one sequence.</summary>
    public static string TracksParameter(Way way) => way switch
    {
        Way.Beams => "ReadOnlySpan<int> tracks, ",
        Way.Sequences => "SequenceTable table, ",
        _ => "",
    };

    public static string KeptParameter(Way way) => way == Way.Captured ? ", ref float kept" : "";

    /// <summary>How many rows each stage that this one reads has left; of sequences the table says it.</summary>
    public static string OtherParameters(StagePlan stage, ModelPlan plan, Way way = Way.Plain) => way == Way.Sequences ? "" : string.Concat(stage.OtherStages.Select(index => $"int {RowsOf(index, plan)}, "));

    /// <summary>How a stage's rows are called where it is read.</summary>
    public static string RowsOf(int stage, ModelPlan plan) => "rowsOf" + plan.Stages.First(candidate => candidate.Graph.Index == stage).Graph.Name;
}
