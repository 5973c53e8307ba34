using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary><c>[SparseAttention]</c>: self-attention by one of the Sparse Transformer's patterns.</summary>
internal sealed record SparseAttention(
    string Label, int Index, BodyOptions Options, int Heads, int Stride, SparsePattern Pattern, SparsePart Part, int Summary, int Groups, LabelRule Labels, AttentionOptions Attention) : SelfAttentionPart(Label, Index, Options, Heads, Labels, Attention)
{
    public static SparseAttention Parse(PartText text, Arguments arguments)
    {
        int heads = arguments.Required("heads");
        var part = new SparseAttention(
            text.Label, text.Index, BodyOptions.Parse(arguments), heads, arguments.Required("stride"), arguments.Member("Pattern", SparsePattern.Strided), arguments.Member("Part", SparsePart.Both),
            arguments.Size("Summary", 1), arguments.Size("Groups", 1), arguments.Member("Labels", LabelRule.None), AttentionOptions.Parse(arguments, heads)) { Name = arguments.Name() };
        foreach (string argument in new[] { "Summary", "Groups" }.Where(argument => part.Pattern != SparsePattern.Fixed && arguments.Has(argument)))
            arguments.WithoutEffect($"{argument} is given {arguments.Place}, whose far rows no blocks have; remove {argument}, or say Pattern = SparsePattern.Fixed", argument);
        foreach (string argument in new[] { "Summary", "Groups" }.Where(argument => part is { Pattern: SparsePattern.Fixed, Part: SparsePart.Near } && arguments.Has(argument)))
            arguments.WithoutEffect($"{argument} is given {arguments.Place}, whose rows see their own blocks alone; remove {argument}, or say another Part", argument);
        if (part is { Part: SparsePart.PerHead, Heads: 1 })
            arguments.WithoutEffect($"Part is PerHead {arguments.Place}, whose 1 head sees the near rows, so that none sees the far ones; expected at least 2 heads, or another Part", "Part");
        if (part is { Pattern: SparsePattern.Fixed, Stride: > 0, Summary: > 0, Groups: > 0 } && (long)part.Summary * part.Groups > part.Stride)
            arguments.Report($"Summary {Arguments.Number(part.Summary)} × Groups {Arguments.Number(part.Groups)} {arguments.Place} is more than a block's {Arguments.Number(part.Stride)} rows; expected at most its stride", arguments.Has("Summary") ? "Summary" : "Groups");
        if (part.Groups > part.Heads && part.Heads > 0)
            arguments.WithoutEffect($"Groups is {Arguments.Number(part.Groups)} {arguments.Place}, whose {Arguments.Number(part.Heads)} heads cannot take so many in turn; expected at most as many as heads", "Groups");
        return part;
    }

    protected override bool IsCausalIn(Header header) => true;

    protected override Mask MaskIn(StageBuilder build) =>
        Pattern == SparsePattern.Fixed ? new Fixed(build.Rows, new Causal(), Stride, Part, Summary, Groups) : new Strided(build.Rows, new Causal(), Stride, Part);
}
