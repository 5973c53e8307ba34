using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// A query sees a window and the first <paramref name="First"/> keys; the first queries see all: Beltagy et al. 2020, "Longformer", section 3.1.
/// </summary>
/// <param name="Near">The window.</param>
/// <param name="First">How many rows are global.</param>
/// <param name="AreApart">Whether the first queries see nothing by it, since <see cref="GlobalRows"/> says what they do.</param>
internal sealed record GlobalWindow(int Length, Interval Within, Window Near, int First, bool AreApart) : Pattern(Length, Within)
{
    protected override bool Chooses(int head, int query, int key) => query < First ? !AreApart : key < First || Near.Sees(query, key);

    protected override string Choice
    {
        get
        {
            string first = Number(First), others = $"key < {first} || (key >= query - {Number(Near.Before)} && key <= query + {Number(Near.After)})";
            return AreApart ? $"query >= {first} && ({others})" : $"query < {first} || {others}";
        }
    }

    protected override string Limits => $"first: {Number(First)}, before: {Number(Near.Before)}, behind: {Number(Near.After)}, ";

    protected override string Title => $"Global{Number(First)}{(AreApart ? "Apart" : "")}{Near.Suffix}";

    protected override string Description => $"the first {Number(First)}, {(AreApart ? "" : "which see all, ")}and {Number(Near.Before)} before{(Near.After == 0 ? "" : $" and {Number(Near.After)} behind")}";
}
