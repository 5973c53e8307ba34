using System.Runtime.InteropServices;
using Attention.Dsl;

namespace Attention.Accuracy;

/// <summary>The story that stories260K tells by itself; the rows are the logits behind each of the reference's tokens.</summary>
internal sealed class StoryTrial(string? folder) : Trial
{
    public override string Name => "stories260K";

    public override string Told => "tokens told before the first that the reference has otherwise; likeliest tokens, behind the reference's, as in float32; errors of logits, of the row's norm";

    public override string? Missing => folder is null ? "shared/models/stories260K" : null;

    public override Answers Run(ILevel level, Answers? exact)
    {
        using SafeTensors golden = SafeTensors.Open(Path.Combine(folder!, "golden.safetensors"));
        int[] story = MemoryMarshal.Cast<byte, int>(golden.ReadBytes("greedy_ids")).ToArray();
        using Decoding model = level.OpenStoryteller(Path.Combine(folder!, "model.safetensors"));
        int[] told = new TokenSequence(model.Target, new GreedySearch { Begin = story[0], MaximumLength = story.Length - 1 }).ToArray();
        float[][] rows = model.LogitsBehind(story[..^1]);
        return new($"{told.AsSpan().CommonPrefixLength(story.AsSpan(1))} of {story.Length - 1}", [.. rows.Select(row => new[] { Array.IndexOf(row, row.Max()) })], rows);
    }
}
