using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>The distance of query and key times a slope of the head's: Press et al. 2022, "Train Short, Test Long".</summary>
internal sealed record Alibi(int Length, int Heads, float Scale) : ComputedBias(Length, Heads, Scale)
{
    public override string Name => $"Alibi{Number(Heads)}x{Number(Length)}_{Bits(Scale)}";

    public override string Expression => $"{Types.Runtime}ScoreBias.Alibi(heads: {Number(Heads)}, length: {Number(Length)}, scale: {GlobalFloat(Scale)})";

    public override string Story => ", scores that fall with the distance";
}
