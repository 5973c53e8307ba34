using Attention.Generator.Emit;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Parts;

/// <summary>Trained rows.</summary>
/// <param name="Other">The stage for each of whose labels there are so many; null where there are so many in all.</param>
/// <param name="Count">How many.</param>
/// <param name="Block">How many rows of that stage have one label.</param>
internal sealed record QuerySource(int Length, int? Other, int Count, int Block) : CallSource(Length)
{
    public override int? Stage => Other;

    public override bool IsFixed => Other is null;

    public override string RowsMade(Func<int, string> rowsOf) => Other is int other ? $"({rowsOf(other)} + {Number(Block - 1)}) / {Number(Block)} * {Number(Count)}" : Number(Count);

    public override string Story => Other is null ? $"{Number(Count)} trained rows" : $"{Number(Count)} trained rows for each label";

    public override string KernelStory(bool fromStart) => "trained rows";

    public override string Taken => "nothing in";
}
