using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>Has the keys of BigBird's blocks count as often as random blocks make them, in sequences that are not seen whole.</summary>
/// <param name="Blocks">What sees what.</param>
internal sealed record RepeatedBlocks(int Length, int Heads, float Scale, BigBird Blocks) : ComputedBias(Length, Heads, Scale)
{
    /// <summary>The method by which the class of a method that says random blocks gives it.</summary>
    public static string MethodOf(int part) => "AttentionBlockCounts" + Number(part);

    public override string Name => $"Repeated{Blocks.Name}_{Number(Heads)}_{Bits(Scale)}";

    public override string Type => "RepeatedBlocks";

    public override string Expression
    {
        get
        {
            string scale = GlobalFloat(Scale), shape = $"heads: {Number(Heads)}, length: {Number(Length)}, block: {Number(Blocks.Block)}, random: {Number(Blocks.Random)}, scale: {scale}";
            return $"{Types.Runtime}RepeatedBlocks.Of({(Blocks.Own is { } own ? $"layers: {Number(Blocks.Layers)}, {shape}, {own.Arguments}" : shape)})";
        }
    }

    public override (int Stage, string Method)? Owner => Blocks.Own is { } own ? (own.Stage, MethodOf(own.Part)) : null;

    protected override string Element => Blocks is { Own: not null, DependsOnLayer: true } ? $"(work.Layer * {Number(Heads)}) + head" : "head";

    protected override string More => ", keys";

    public override string Story => Blocks.Own is null ? $", the first block's keys {Number(1 + Blocks.Random)} times" : ", keys as often as their blocks are said";
}
