using Attention.Generator.Emit;
using Attention.Generator.Kernels;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>What is added to the scores beside what a query and a key make of each other.</summary>
/// <param name="Length">The most queries.</param>
/// <param name="Heads">How many heads there are, each with its own.</param>
/// <param name="Scale">What scores are multiplied by, once it is added: what is added to scaled ones is divided by it beforehand.</param>
internal abstract record ScoreBias(int Length, int Heads, float Scale)
{
    /// <summary>The most keys; as many as queries unless set.</summary>
    public int Keys { get; init; } = Length;

    /// <summary>A name that no other bias of the model has.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it is trained, so that kernels take it.</summary>
    public virtual bool IsTrained => false;

    /// <summary>Floats of a thread's scratch that it needs, which stand at <c>added</c>.</summary>
    public virtual int ScratchFloats => 0;

    /// <summary>What it costs for a key in multiply-adds, where it is computed anew for each pair.</summary>
    public virtual int Cost => 0;

    /// <summary>The kernels that its statements call.</summary>
    public virtual IEnumerable<Kernel> Kernels(AttendStrips strips) => [];

    /// <summary>The statement that makes ready what belongs to all rows of a chunk, of <c>head</c> and the sequence from <c>start</c> on; null where nothing has to be.</summary>
    public virtual string? Begin(KernelCode code, AttendStrips strips) => null;

    /// <summary>The statement that adds it to scores of <c>head</c>, where kernels are written.</summary>
    public abstract string Add(KernelCode code, ScoredStrip strip);

    /// <summary>What is told of it in the story.</summary>
    public abstract string Story { get; }
}

/// <summary>Scores to which a bias is added, as C#.</summary>
/// <param name="Strips">The kernel that they belong to.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Query">The first row's query.</param>
/// <param name="Key">The first key.</param>
/// <param name="Count">How many keys.</param>
/// <param name="Scores">A reference to the first score.</param>
/// <param name="Trained">What is trained.</param>
internal readonly record struct ScoredStrip(AttendStrips Strips, string Rows, string Query, string Key, string Count, string Scores, string Trained)
{
    /// <summary>The distance of two rows of scores.</summary>
    public int Stride => Strips.ScoreStride;
}

/// <summary>One that is computed when the model is loaded.</summary>
internal abstract record ComputedBias(int Length, int Heads, float Scale) : ScoreBias(Length, Heads, Scale), IComputed
{
    public virtual string Type => "ScoreBias";

    public abstract string Expression { get; }

    public virtual (int Stage, string Method)? Owner => null;

    /// <summary>Which element belongs to <c>head</c>.</summary>
    protected virtual string Element => "head";

    /// <summary>What its <c>Add</c> takes behind the rest, as arguments.</summary>
    protected virtual string More => "";

    public sealed override string Add(KernelCode code, ScoredStrip strip) =>
        $"{Computed.FieldOf(this)}[{Element}].Add({strip.Rows}, {strip.Query}, {strip.Key}, {strip.Count}, {strip.Scores}, {Number(strip.Stride)}{More});";
}
