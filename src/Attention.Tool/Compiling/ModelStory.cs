using System.Globalization;
using System.Text;
using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Kernels;
using Attention.Generator.Planning;

namespace Attention.Tool.Compiling;

/// <summary>What a model is made of. Work is that of its products: two operations for each weight and row.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Parameters">Trained numbers.</param>
/// <param name="WeightBytes">The packed weights.</param>
/// <param name="SessionBytes">What a session takes beside them, with one beam and one thread.</param>
/// <param name="ThreadBytes">How much of that each further thread takes too.</param>
/// <param name="BeamBytes">And each further beam.</param>
/// <param name="Stages">The stages, in the order in which they need each other.</param>
internal sealed record ModelStory(string Name, long Parameters, long WeightBytes, long SessionBytes, long ThreadBytes, long BeamBytes, IReadOnlyList<StageStory> Stages)
{
    public static ModelStory Of(ModelPlan plan) => new(
        plan.Name,
        plan.Stages.Sum(stage => stage.Parameters),
        sizeof(float) * (long)plan.WeightFloats,
        sizeof(float) * ((long)plan.MemoryFloats + plan.TrackFloats + plan.ScratchFloats),
        sizeof(float) * (long)plan.ScratchFloats,
        sizeof(float) * (long)plan.TrackFloats,
        [.. plan.Stages.Select(StageStory.Of)]);

    public string Text()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Name}: {Terminal.Grouped(Parameters)} parameters, weights {Terminal.Size(WeightBytes)}, a session {Terminal.Size(SessionBytes)}, each further thread {Terminal.Size(ThreadBytes)}{(BeamBytes == 0 ? "" : $", each further beam {Terminal.Size(BeamBytes)}")}\n");
        foreach (StageStory stage in Stages)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{stage.Name}: {stage.Sentence}\n");
            foreach (StepsStory part in stage.Parts)
            {
                text.Append(CultureInfo.InvariantCulture, $"  {part.Where}\n");
                foreach (string step in part.Steps)
                    text.Append(CultureInfo.InvariantCulture, $"    {step}\n");
            }
        }

        return text.ToString();
    }

    public string Mermaid()
    {
        var text = new StringBuilder("flowchart TD\n");
        for (int i = 0; i < Stages.Count; i++)
        {
            StageStory stage = Stages[i];
            text.Append(CultureInfo.InvariantCulture, $"  subgraph S{i}[\"{Escape(stage.Name)}: {Terminal.Grouped(stage.Parameters)} parameters\"]\n");
            string? before = null;
            for (int j = 0; j < stage.Parts.Count; j++)
            {
                text.Append(CultureInfo.InvariantCulture, $"    subgraph S{i}P{j}[\"{Escape(stage.Parts[j].Where)}\"]\n");
                for (int k = 0; k < stage.Parts[j].Steps.Count; k++)
                {
                    string node = $"S{i}P{j}N{k}";
                    text.Append(CultureInfo.InvariantCulture, $"      {(before is null ? "" : before + " --> ")}{node}[\"{Escape(stage.Parts[j].Steps[k].Trim())}\"]\n");
                    before = node;
                }

                text.Append("    end\n");
            }

            text.Append("  end\n");
            foreach (int other in stage.Reads)
                text.Append(CultureInfo.InvariantCulture, $"  S{other} --> S{i}\n");
        }

        return text.ToString();
    }

    private static string Escape(string label) => label.Replace("\"", "#quot;", StringComparison.Ordinal);
}

/// <summary>A stage of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Encoder or decoder.</param>
/// <param name="Layers">How many layers.</param>
/// <param name="Width">Channels of its rows.</param>
/// <param name="ResultWidth">Channels of what it gives.</param>
/// <param name="Parameters">Trained numbers.</param>
/// <param name="FlopsPerRow">Operations of its products for each row.</param>
/// <param name="Sentence">All of it in a sentence.</param>
/// <param name="Parts">What it computes.</param>
/// <param name="Reads">The stages that it reads, by their places.</param>
internal sealed record StageStory(string Name, string Kind, int Layers, int Width, int ResultWidth, long Parameters, long FlopsPerRow, string Sentence, IReadOnlyList<StepsStory> Parts, IReadOnlyList<int> Reads)
{
    public static StageStory Of(StagePlan stage)
    {
        var parts = new List<StepsStory>();
        Add("stem", stage.Stem);
        foreach (LayerRun run in stage.Others)
            Add(LayersOf(run) + ", for each new source", run.Steps);
        foreach (LayerRun run in stage.Layers)
            Add(LayersOf(run), run.Steps);
        Add("outputs", stage.Final.Concat(stage.Output));
        return new StageStory(stage.Graph.Name, stage.Graph.IsDecoder ? "decoder" : "encoder", stage.Graph.Layers, stage.Graph.Width, stage.ResultWidth, stage.Parameters, stage.FlopsPerRow,
            StoryWriter.Sentence(stage), parts, [.. stage.OtherStages]);

        void Add(string where, IEnumerable<Step> steps)
        {
            string[] told = [.. steps.SelectMany(step => Told(step, ""))];
            if (told.Length > 0)
                parts.Add(new StepsStory(where, told));
        }
    }

    private static string LayersOf(LayerRun run) => run.Count == 1 ? $"layer {run.First}" : $"layers {run.First} to {run.First + run.Count - 1}";

    private static IEnumerable<string> Told(Step step, string indent) => step switch
    {
        RowByRow loop => loop.Steps.SelectMany(inner => Told(inner, indent + "  ")).Prepend($"{indent}one row after the other, from the {(loop.IsBackward ? "last" : "first")} on:"),
        InBlocks together => together.Steps.SelectMany(inner => Told(inner, indent)),
        ICall call => [indent + call.Story],
        _ => [],
    };
}

/// <summary>What is computed one after the other.</summary>
/// <param name="Where">In the stem, in which layers, or behind them.</param>
/// <param name="Steps">A line each.</param>
internal sealed record StepsStory(string Where, IReadOnlyList<string> Steps);
