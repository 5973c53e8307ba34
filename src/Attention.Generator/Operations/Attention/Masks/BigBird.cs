using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// Blocks see themselves and their neighbours, the first block and the last, which see everything themselves, and some that are drawn at random, or that a
/// method says: Zaheer et al. 2020, "Big Bird: Transformers for Longer Sequences". Which is the last depends on the sequence; one of few blocks is seen whole.
/// </summary>
/// <param name="Random">How many random blocks there are, by which goes how many blocks are few.</param>
/// <param name="Drawn">How many of these are drawn.</param>
/// <param name="Seed">The seed of the first layer; each has the next.</param>
/// <param name="Layers">How many layers have patterns of their own.</param>
/// <param name="HeadCount">How many heads have.</param>
/// <param name="Own">The method that says them; null where none does.</param>
internal sealed record BigBird(int Length, int Block, int Random, int Drawn, int Seed, int Layers, int HeadCount, OwnBlocks? Own = null) : Pattern(Length, new Everything())
{
    /// <summary>How often each key of a sequence of so many counts for a head's query: 0 where it is not seen.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="keys">How many keys.</param>
    /// <param name="choose">The method that says random blocks.</param>
    public Func<int, int, int, int> Times(int layer, int keys, Func<int, int, int, int, int, int>? choose)
    {
        int blocks = (keys + Block - 1) / Block, own = DependsOnLayer ? layer : 0;
        if (blocks < BigBirdTable.Fewest(Random))
            return (_, _, _) => 1;
        BigBirdTable table = Own is not null ? BigBirdTable.Ask(own, Random, choose!, Own.Method) : Drawn == 0 ? BigBirdTable.First(Random) : BigBirdTable.Draw(blocks, HeadCount, Drawn, unchecked(Seed + own));
        return (head, query, key) => table.Times(query / Block, head % HeadCount, blocks).FirstOrDefault(seen => seen.Block == key / Block).Times;
    }

    public override bool DependsOnLayer => Layers > 1;

    public override int Heads => HeadCount;

    protected override bool Chooses(int head, int query, int key) => Own is null ? Times(0, Length, null)(head, query, key) > 0 : throw new InvalidOperationException($"What {Own.Method} says is known only once it is compiled");

    protected override string Choice => throw new InvalidOperationException("What blocks see is computed by the runtime");

    /// <summary>Blocks are asked.</summary>
    public override bool AsksAll => false;

    public override string Type => "BigBirdPatterns";

    public override string Expression
    {
        get
        {
            string shape = $"layers: {Number(Layers)}, heads: {Number(HeadCount)}, length: {Number(Length)}, block: {Number(Block)}, random: {Number(Random)}";
            return $"{Types.Runtime}BigBirdPatterns.Of({shape}, {(Own is null ? $"drawn: {Number(Drawn)}, seed: {Number(Seed)}" : Own.Arguments)})";
        }
    }

    public override (int Stage, string Method)? Owner => Own is null ? null : (Own.Stage, OwnBlocks.MethodOf(Own.Part));

    public override string OfHead => $"{Computed.FieldOf(this)}[{(DependsOnLayer ? "work.Layer" : "0")}].Of({(HeadCount == 1 ? "0" : "head")}, keys)";

    protected override string Title => $"BigBird{Number(Block)}_{Number(Random)}{(Own is not null ? $"_Own{Number(Own.Stage)}_{Number(Own.Part)}" : Drawn == 0 ? "" : $"_Seed{Number(Seed)}x{Number(Layers)}")}_{Number(HeadCount)}";

    protected override string Description =>
        $"blocks of {Number(Block)}: the first, the last, three near and {(Own is not null ? $"{Number(Random)} that '{Own.Method}' says" : Drawn == 0 ? "none at random" : $"{Number(Drawn)} at random")}";
}

/// <summary>A method of the user's that says random blocks: <c>static int Method(int layer, int blocks, int head, int row, int place)</c> of the stage's class.</summary>
/// <param name="Stage">The stage, by its place in the declaration.</param>
/// <param name="Part">The attribute that names it, by its place in the stage.</param>
/// <param name="Method">The method.</param>
internal sealed record OwnBlocks(int Stage, int Part, string Method)
{
    /// <summary>The method by which the class gives what is seen.</summary>
    public static string MethodOf(int part) => "AttentionBlocks" + Number(part);

    /// <summary>The method and what it is called, as arguments.</summary>
    public string Arguments => $"{Names.Identifier(Method)}, {Names.Literal(Method)}";
}
