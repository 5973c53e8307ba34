using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[BigBirdAttention]</c>: self-attention of blocks to near, global and random ones.</summary>
internal sealed record BigBirdAttention(
    string Label, int Index, BodyOptions Options, int Heads, int Block, int Random, int Seed, bool RandomIsFirst, bool HasBlocks, string? Blocks, bool CountOnce, LabelRule Labels, AttentionOptions Attention) : SelfAttentionPart(Label, Index, Options, Heads, Labels, Attention)
{
    /// <summary>Bounds what is packed, a mask for each number of blocks.</summary>
    private const int MaximumBlocks = 128;

    public static BigBirdAttention Parse(PartText text, Arguments arguments)
    {
        int heads = arguments.Required("heads");
        var part = new BigBirdAttention(
            text.Label, text.Index, BodyOptions.Parse(arguments), heads, arguments.Required("block"), arguments.Size("Random", 3, 0, MaximumBlocks), arguments.Size("Seed", 0, 0),
            arguments.Flag("RandomIsFirst", false), arguments.Has("Blocks"), arguments.Text("Blocks"), arguments.Flag("CountOnce", false), arguments.Member("Labels", LabelRule.None), AttentionOptions.Parse(arguments, heads)) { Name = arguments.Name() };
        if (part is { Random: 0, RandomIsFirst: true })
            arguments.WithoutEffect($"RandomIsFirst is given {arguments.Place}, which has no random blocks; remove it, or say Random", "RandomIsFirst");
        if (arguments.Has("Seed") && (part.RandomIsFirst || part.Random == 0 || part.HasBlocks))
            arguments.WithoutEffect($"Seed is given {arguments.Place}, which draws no blocks; remove Seed", "Seed");
        if (part.HasBlocks && (part.RandomIsFirst || part.Random == 0))
            arguments.WithoutEffect($"Blocks is given {arguments.Place}, {(part.Random == 0 ? "which has no random blocks; remove it, or say Random" : "whose random blocks are the first; remove it, or RandomIsFirst")}", "Blocks");
        if (part is { CountOnce: true, HasBlocks: false })
            arguments.WithoutEffect($"CountOnce is given {arguments.Place}, whose blocks no method says{(part.RandomIsFirst ? ", and with RandomIsFirst the first is to count several times" : " and none of which is drawn twice")}; remove CountOnce, or say Blocks", "CountOnce");
        return part;
    }

    public override void Check(StageParts stage, Reporter report)
    {
        base.Check(stage, report);
        if (stage.Header!.IsDecoder)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in decoder '{stage.Name}', but its rows see blocks behind them; make the stage an encoder, or use [SelfAttention]");
        if (HasBlocks)
            OwnMethods.Check(stage, this, "Blocks", Blocks, "int", "Blocks", ["int layer, int blocks, int head, int row, int place"], report);
    }

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        base.CheckSizes(stage, graph, report);
        int blocks = (int)(((long)graph.Length + Block - 1) / Block);
        if (blocks > MaximumBlocks)
            report(RuleIds.InvalidSize, Index, $"The {Arguments.Number(graph.Length)} rows of stage '{stage.Name}' are {Arguments.Number(blocks)} blocks of {Arguments.Number(Block)}; expected at most {Arguments.Number(MaximumBlocks)}, so make block at least {Arguments.Number((graph.Length + MaximumBlocks - 1) / MaximumBlocks)}", "block");
    }

    public override StageFacts Tell(StageFacts facts) => base.Tell(facts) with
    {
        OwnMethods = Blocks is null ? facts.OwnMethods : new[] { OwnBlocks.MethodOf(Index), RepeatedBlocks.MethodOf(Index) }.Concat(facts.OwnMethods).ToEquatableArray(),
    };

    protected override bool IsCausalIn(Header header) => false;

    protected override Mask MaskIn(StageBuilder build) => BlocksIn(build);

    public override string? BiasArgument => RandomIsFirst ? "RandomIsFirst" : Blocks is not null && !CountOnce ? "Blocks" : null;

    protected override ScoreBias? BiasIn(StageBuilder build, Score score) =>
        BiasArgument is not null ? new RepeatedBlocks(build.Rows, Heads, score.Scale, BlocksIn(build)) : null;

    private BigBird BlocksIn(StageBuilder build)
    {
        bool draws = Random > 0 && !RandomIsFirst && Blocks is null, differs = draws || Blocks is not null;
        return new BigBird(build.Rows, Block, Random, draws ? Random : 0, draws ? Seed : 0, differs ? build.AllLayers : 1, differs ? Heads : 1, Blocks is null ? null : new OwnBlocks(build.Declared, Index, Blocks));
    }
}
