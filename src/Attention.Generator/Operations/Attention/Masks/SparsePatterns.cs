using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// A query sees the last <paramref name="Stride"/> keys, its own among them, and those before it at distances that are multiples of it:
/// Child et al. 2019, "Generating Long Sequences with Sparse Transformers", section 4.2, strided; the last keys counted as in the authors' code.
/// </summary>
/// <param name="Part">Which of the two.</param>
internal sealed record Strided(int Length, Interval Within, int Stride, SparsePart Part) : Pattern(Length, Within)
{
    protected override bool Chooses(int head, int query, int key) => Part.Joins(head, query - key < Stride, (query - key) % Stride == 0);

    protected override string Choice => Part.Join($"query - key < {Number(Stride)}", $"(query - key) % {Number(Stride)} == 0");

    protected override string Title => $"Strided{Number(Stride)}{Part.Word()}";

    protected override string Description => Part.Describe($"the last {Number(Stride)} keys", $"each {Number(Stride)}th before its own");

    public override int Heads => Part == SparsePart.PerHead ? 2 : 1;
}

/// <summary>
/// A query sees the keys of its own block, and of each block before it the last <paramref name="Sums"/>, which sum it up: the same paper,
/// fixed. Where there are several groups of them the heads take them in turn, the last one first.
/// </summary>
/// <param name="Part">Which of the two.</param>
/// <param name="Sums">Keys of a group (c).</param>
/// <param name="Groups">How many groups there are.</param>
internal sealed record Fixed(int Length, Interval Within, int Stride, SparsePart Part, int Sums, int Groups) : Pattern(Length, Within)
{
    protected override bool Chooses(int head, int query, int key)
    {
        int end = Stride - (Sums * (head % Groups));
        return Part.Joins(head, query / Stride == key / Stride, key % Stride >= end - Sums && key % Stride < end);
    }

    protected override string Choice
    {
        get
        {
            string stride = Number(Stride), end = Groups == 1 ? stride : $"{stride} - ({Number(Sums)} * (head % {Number(Groups)}))", begin = Groups == 1 ? Number(Stride - Sums) : $"{end} - {Number(Sums)}";
            return Part.Join($"query / {stride} == key / {stride}", $"key % {stride} >= {begin}{(Groups == 1 ? "" : $" && key % {stride} < {end}")}");
        }
    }

    protected override string Title => $"Fixed{Number(Stride)}_{Number(Sums)}x{Number(Groups)}{Part.Word()}";

    protected override string Description => Part.Describe($"its block of {Number(Stride)} keys", $"{Number(Sums)} of each block before it");

    public override int Heads => Math.Max(Groups, 1) * (Part == SparsePart.PerHead && Groups % 2 == 1 ? 2 : 1);
}

/// <summary>How two sets of keys become one.</summary>
internal static class SparseParts
{
    public static bool Joins(this SparsePart part, int head, bool near, bool far) => part switch
    {
        SparsePart.Both => near || far,
        SparsePart.Near => near,
        SparsePart.Far => far,
        SparsePart.PerHead => head % 2 == 0 ? near : far,
        _ => throw new InvalidOperationException("No part " + part),
    };

    /// <summary>The same as C# of <c>head</c>.</summary>
    public static string Join(this SparsePart part, string near, string far) => part switch
    {
        SparsePart.Both => $"{near} || ({far})",
        SparsePart.Near => near,
        SparsePart.Far => far,
        SparsePart.PerHead => $"head % 2 == 0 ? {near} : {far}",
        _ => throw new InvalidOperationException("No part " + part),
    };

    /// <summary>What is told of it.</summary>
    public static string Describe(this SparsePart part, string near, string far) => part switch
    {
        SparsePart.Both => $"{near} and {far}",
        SparsePart.Near => near,
        SparsePart.Far => far,
        SparsePart.PerHead => $"{near}, in odd heads {far}",
        _ => throw new InvalidOperationException("No part " + part),
    };

    public static string Word(this SparsePart part) => part == SparsePart.Both ? "" : part.ToString();
}
