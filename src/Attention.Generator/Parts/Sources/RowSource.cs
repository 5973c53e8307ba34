using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Parts;

/// <summary>The rows that another stage has left.</summary>
/// <param name="Other">The stage, by its place in the declaration.</param>
/// <param name="Name">Its name.</param>
internal sealed record RowSource(int Length, int Other, string Name) : CallSource(Length)
{
    public override int? Stage => Other;

    public override string RowsMade(Func<int, string> rowsOf) => rowsOf(Other);

    public override string Story => $"1 to {Number(Length)} rows of another stage";

    public override string KernelStory(bool fromStart) => "rows of another stage";

    public override string Taken => $"the rows of stage {Names.Xml(Name)} in";
}
