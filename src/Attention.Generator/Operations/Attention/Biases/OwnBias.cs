using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>What a method of the user's says: <c>static float Method(int head, int distance)</c> of the stage's class, or of head, query and key.</summary>
/// <param name="Stage">The stage, by its place in the declaration.</param>
/// <param name="Part">The attribute that names it, by its place in the stage.</param>
/// <param name="Method">The method.</param>
/// <param name="OfPairs">Whether it takes query and key rather than how far the key is behind the query.</param>
internal sealed record OwnBias(int Length, int Heads, float Scale, int Stage, int Part, string Method, bool OfPairs) : ComputedBias(Length, Heads, Scale)
{
    /// <summary>The method by which the class gives it.</summary>
    public static string MethodOf(int part) => "AttentionBias" + Number(part);

    public override string Name => $"Bias{Number(Stage)}_{Number(Part)}";

    public override string Expression =>
        $"{Types.Runtime}ScoreBias.{(OfPairs ? "OfPairs" : "OfDistances")}(heads: {Number(Heads)}, length: {Number(Length)}, scale: {GlobalFloat(Scale)}, {Names.Identifier(Method)}, {Names.Literal(Method)}{(Keys == Length ? "" : $", keys: {Number(Keys)}")})";

    public override (int Stage, string Method)? Owner => (Stage, MethodOf(Part));

    public override string Story => $", scores as '{Method}' adds to them";
}
