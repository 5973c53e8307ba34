using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>What a method of the user's says: <c>static bool Method(int query, int key)</c> of the stage's class.</summary>
/// <param name="Stage">The stage, by its place in the declaration.</param>
/// <param name="Part">The attribute that names it, by its place in the stage.</param>
/// <param name="Method">The method.</param>
internal sealed record OwnPattern(int Length, Interval Within, int Stage, int Part, string Method) : Pattern(Length, Within)
{
    /// <summary>The method by which the class gives it.</summary>
    public static string MethodOf(int part) => "AttentionPattern" + Number(part);

    protected override bool Chooses(int head, int query, int key) => throw new InvalidOperationException($"What {Method} says is known only once it is compiled");

    protected override string Choice => $"{Names.Identifier(Method)}({Parameters.Query}, {Parameters.Key})";

    /// <summary>Not what the method is called.</summary>
    protected override (string Head, string Query, string Key) Parameters => Method is "head" or "query" or "key" ? ("ofHead", "ofQuery", "ofKey") : base.Parameters;

    protected override string Title => $"Own{Number(Stage)}_{Number(Part)}";

    protected override string Description => $"what '{Method}' says";

    public override (int Stage, string Method)? Owner => (Stage, MethodOf(Part));
}
