using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Blocks see themselves and their neighbours, the first block and the last, which see everything themselves, and some that are drawn at random: Zaheer
/// et al. 2020, "Big Bird: Transformers for Longer Sequences". Which is the last depends on the sequence; one of few blocks is seen whole.
/// </summary>
/// <param name="Random">How many random blocks there are, by which goes how many blocks are few.</param>
/// <param name="Drawn">How many of these are drawn.</param>
/// <param name="Seed">The seed of the first layer; each has the next.</param>
/// <param name="Layers">How many layers have patterns of their own.</param>
/// <param name="HeadCount">How many heads have.</param>
internal sealed record BigBird(int Length, int Block, int Random, int Drawn, int Seed, int Layers, int HeadCount) : Pattern(Length, new Everything())
{
    /// <summary>What is seen in a sequence of so many keys.</summary>
    public Func<int, int, int, bool> In(int layer, int keys)
    {
        int blocks = (keys + Block - 1) / Block;
        if (blocks < BigBirdTable.Fewest(Random))
            return (_, _, _) => true;
        var table = new BigBirdTable(blocks, HeadCount, Drawn, unchecked(Seed + (DependsOnLayer ? layer : 0)));
        return (head, query, key) => table.Seen(query / Block, head % HeadCount, blocks).Contains(key / Block);
    }

    public override bool DependsOnLayer => Layers > 1;

    public override int Heads => HeadCount;

    protected override bool Chooses(int head, int query, int key) => In(0, Length)(head, query, key);

    protected override string Choice => throw new InvalidOperationException("What blocks see is computed by the runtime");

    public override string Type => "BigBirdPatterns";

    public override string Expression =>
        $"{Types.Runtime}BigBirdPatterns.Of(layers: {Number(Layers)}, heads: {Number(HeadCount)}, length: {Number(Length)}, block: {Number(Block)}, random: {Number(Random)}, drawn: {Number(Drawn)}, seed: {Number(Seed)})";

    public override string OfHead => $"{Computed.FieldOf(this)}[{(DependsOnLayer ? "work.Layer" : "0")}].Of({(HeadCount == 1 ? "0" : "head")}, keys)";

    protected override string Title => $"BigBird{Number(Block)}_{Number(Random)}{(Drawn == 0 ? "" : $"_Seed{Number(Seed)}x{Number(Layers)}")}_{Number(HeadCount)}";

    protected override string Description => $"blocks of {Number(Block)}: the first, the last, three near and {(Drawn == 0 ? "none" : Number(Drawn))} at random";
}
