using Attention.Generator.Kernels;

namespace Attention.Generator.Operations;

/// <summary>What makes weights of a row's scores, among the keys that the row sees.</summary>
internal abstract record Weighting
{
    /// <summary>
    /// The kernel of a strip, in place; behind a row, at <see cref="Measures.InverseSum"/> before its end, stands what the values are
    /// multiplied by once they are summed. It takes <c>(rows, first, step, keys, ref scores)</c> where rows see a prefix of the keys,
    /// row r up to first + r · step; <c>(rows, position, keys, start, end, ref scores)</c> where they see another interval, of which start
    /// and end bound what any row sees, before the scores what the mask needs besides; <c>(rows, keys, start, end, ref scores, ref q)</c> of <see cref="Nearby"/>; and <c>(rows, query, keys, begin, count, mask, ref scores)</c> where they see a pattern, before the scores its bounds where it has any.
    /// A sink comes last.
    /// </summary>
    public abstract Kernel KernelOf(int scoreStride, float scale, Mask mask, QueryEnd query);

    /// <summary>Whether each head has one more score, its sink, that takes of the weight and has no value: OpenAI 2025, "gpt-oss-120b &amp; gpt-oss-20b Model Card".</summary>
    public bool HasSinks { get; init; }

    /// <summary>Whether it goes by what stands in a query's row behind the channels; then its kernel takes the queries last.</summary>
    public virtual bool ReadsQuery => false;

    /// <summary>What kernels with it are called, behind the shape and the mask.</summary>
    public virtual string Suffix => "";

    /// <summary>What is told of it in the story; nothing of a softmax.</summary>
    public virtual string Story => "";

    /// <summary>The weights as a formula of the scores.</summary>
    public abstract string Formula(string scores);
}

/// <summary>What stands in the rows of the queries behind their channels.</summary>
/// <param name="Stride">The distance of two rows.</param>
/// <param name="Column">Where it begins in a row.</param>
internal readonly record struct QueryEnd(int Stride, int Column);
