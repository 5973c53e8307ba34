using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Generator.Parts;

/// <summary><c>[BigBirdAttention]</c>: self-attention of blocks to near, global and random ones.</summary>
internal sealed record BigBirdAttention(
    string Label, int Index, BodyOptions Options, int Heads, int Block, int Random, int Seed, bool RandomIsFirst, AttentionOptions Attention) : SelfAttentionPart(Label, Index, Options, Heads, Attention)
{
    /// <summary>Bounds what is packed, a mask for each number of blocks.</summary>
    private const int MaximumBlocks = 128;

    public static BigBirdAttention Parse(PartText text, Arguments arguments)
    {
        int heads = arguments.Required("heads");
        var part = new BigBirdAttention(
            text.Label, text.Index, BodyOptions.Parse(arguments), heads, arguments.Required("block"), arguments.Size("Random", 3, 0, MaximumBlocks), arguments.Size("Seed", 0, 0),
            arguments.Flag("RandomIsFirst", false), AttentionOptions.Parse(arguments, heads)) { Name = arguments.Name() };
        if (part is { Random: 0, RandomIsFirst: true })
            arguments.WithoutEffect($"RandomIsFirst is given {arguments.Place}, which has no random blocks; remove it, or say Random", "RandomIsFirst");
        if (arguments.Has("Seed") && (part.RandomIsFirst || part.Random == 0))
            arguments.WithoutEffect($"Seed is given {arguments.Place}, which draws no blocks; remove Seed", "Seed");
        return part;
    }

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        if (stage.Header!.IsDecoder)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in decoder '{stage.Name}', but its rows see blocks behind them; make the stage an encoder, or use [SelfAttention]");
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        base.CheckSizes(stage, graph, report);
        int blocks = (int)(((long)graph.Length + Block - 1) / Block);
        if (blocks > MaximumBlocks)
            report(RuleIds.InvalidSize, Index, $"The {Arguments.Number(graph.Length)} rows of stage '{stage.Name}' are {Arguments.Number(blocks)} blocks of {Arguments.Number(Block)}; expected at most {Arguments.Number(MaximumBlocks)}, so make block at least {Arguments.Number((graph.Length + MaximumBlocks - 1) / MaximumBlocks)}", "block");
    }

    protected override Mask MaskIn(StageBuilder build)
    {
        bool draws = Random > 0 && !RandomIsFirst;
        return new BigBird(build.Rows, Block, Random, draws ? Random : 0, Seed, draws ? build.Header.Layers : 1, draws ? Heads : 1);
    }

    protected override ScoreBias? BiasIn(StageBuilder build, Score score) => RandomIsFirst ? new RepeatedFirst(build.Rows, Heads, score.Scale, Block, Random) : null;
}
