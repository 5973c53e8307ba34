using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>What methods of the user's say of an attention: which keys a row sees, and what is added to scores.</summary>
internal sealed record OwnScores(bool HasMask, string? Mask, bool HasBias, string? Bias)
{
    public static OwnScores Parse(Arguments arguments) => new(arguments.Has("Mask"), arguments.Text("Mask"), arguments.Has("ScoreBias"), arguments.Text("ScoreBias"));

    /// <summary>Reports an argument that names no such method.</summary>
    public void Check(StageParts stage, Part part, Reporter report)
    {
        if (HasMask)
            OwnMethods.Check(stage, part, "Mask", Mask, "bool", "Sees", ["int query, int key"], report);
        if (HasBias)
            OwnMethods.Check(stage, part, "ScoreBias", Bias, "float", "Slope", ["int head, int distance", "int head, int query, int key"], report);
    }

    /// <summary>Adds what the stage's class has for a part to what it shows.</summary>
    public StageFacts Tell(StageFacts facts, Part part) => facts with
    {
        OwnMethods = new[] { Mask is null ? null : OwnPattern.MethodOf(part.Index), Bias is null ? null : OwnBias.MethodOf(part.Index) }.OfType<string>().Concat(facts.OwnMethods).ToEquatableArray(),
    };

    /// <summary>What rows see of so many keys, and of an interval.</summary>
    public Mask MaskIn(StageBuilder build, Part part, int keys, Interval within) =>
        Mask is null ? within : new OwnPattern(build.Rows, within, build.Declared, part.Index, Mask) { Keys = keys };

    /// <summary>What is added to the scores of so many keys; null for nothing.</summary>
    public ScoreBias? BiasIn(StageBuilder build, Part part, int heads, int keys, Score score) =>
        Bias is null ? null : new OwnBias(build.Rows, heads, score.Scale, build.Declared, part.Index, Bias, build.HasMethod($"float {Bias}(int, int, int)")) { Keys = keys };
}
