using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Has the keys of BigBird's first block count as often as random blocks would have made them, in sequences that are not seen whole.</summary>
internal sealed record RepeatedFirst(int Length, int Heads, float Scale, int Block, int Random) : ComputedBias(Length, Heads, Scale)
{
    /// <summary>What is added for a query and a key of a sequence of so many keys.</summary>
    public double Of(int query, int key, int keys)
    {
        int blocks = (keys + Block - 1) / Block;
        return blocks >= BigBirdTable.Fewest(Random) && key < Block && query >= Block && query / Block < blocks - 1 ? Math.Log(1 + Random) : 0;
    }

    public override string Name => $"First{Number(Block)}x{Number(Random)}_{Number(Heads)}_{BitConverter.ToInt32(BitConverter.GetBytes(Scale), 0):X8}";

    public override string Type => "RepeatedBlock";

    public override string Expression =>
        $"{Types.Runtime}RepeatedBlock.Of(heads: {Number(Heads)}, block: {Number(Block)}, random: {Number(Random)}, scale: {Float(Scale).Replace("BitConverter", "global::System.BitConverter")})";

    protected override string More => ", keys";

    public override string Story => $", the first block's keys {Number(1 + Random)} times";
}
