using Attention.Generator.Kernels;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>
/// A trained number for each head and bucket of distances: Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 2.1. It is packed as a number for each
/// distance, those of a head one behind the other, so that a row's stand as its keys do.
/// </summary>
/// <param name="Buckets">How many buckets there are.</param>
/// <param name="Largest">The distance from which on all are in the last.</param>
/// <param name="IsCausal">Whether keys behind a query have no buckets of their own.</param>
internal sealed record RelativeBias(int Length, int Heads, float Scale, int Buckets, int Largest, bool IsCausal) : ScoreBias(Length, Heads, Scale)
{
    /// <summary>The distance of two heads' numbers: behind the last may be read a panel, and the rest of a group.</summary>
    public int Stride => checked(Padding.Up((2 * Length) - 1 + Measures.KeyPanel, Measures.Group) + Measures.Group);

    public override string Name => $"Relative{Number(Buckets)}x{Number(Heads)}_{Number(Length)}";

    public override bool IsTrained => true;

    public override string Add(KernelCode code, ScoredStrip strip) =>
        $"ScoreBias.Add({strip.Rows}, {strip.Count}, {strip.Scores}, {Number(strip.Stride)}, ref Unsafe.Add(ref {strip.Trained}, (head * (nint){Number(Stride)}) + ({Number(Length - 1)} - ({strip.Query}) + ({strip.Key}))), -1);";

    public override string Story => $", a trained bias of {Number(Buckets)} distances";
}
