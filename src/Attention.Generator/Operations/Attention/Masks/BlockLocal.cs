using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// The sequence is cut into blocks of <paramref name="Block"/>; a query sees its own block, so many before it and so many behind: local
/// attention as in Roy et al. 2021, "Efficient Content-Based Sparse Attention with Routing Transformers".
/// </summary>
internal sealed record BlockLocal(int Length, Interval Within, int Block, int Backward, int Forward) : Pattern(Length, Within)
{
    protected override bool Chooses(int head, int query, int key) => key / Block >= (query / Block) - Backward && key / Block <= (query / Block) + Forward;

    protected override string Choice =>
        $"key / {Number(Block)} >= (query / {Number(Block)}) - {Number(Backward)} && key / {Number(Block)} <= (query / {Number(Block)}) + {Number(Forward)}";

    protected override string Title => $"Blocks{Number(Block)}_{Number(Backward)}_{Number(Forward)}";

    protected override string Description => $"its block of {Number(Block)}, {Number(Backward)} before and {Number(Forward)} behind";
}
