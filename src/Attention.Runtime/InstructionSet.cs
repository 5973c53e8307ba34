using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Attention.Dsl;

/// <summary>
/// The instructions that a loaded model computes with. Weights are packed for them, so that the choice is made once,
/// by <c>Load</c>.
/// </summary>
public enum InstructionSet
{
    /// <summary>128-bit vectors of whatever the machine has: x64 since SSE2, Arm64.</summary>
    Portable,

    /// <summary>256-bit vectors with fused multiply-add: x64 since Haswell and Zen.</summary>
    Avx2,

    /// <summary>512-bit vectors: x64 since Skylake-X and Zen 4.</summary>
    Avx512,
}

/// <summary>Says which instruction sets this machine has and which one a model uses.</summary>
public static class InstructionSets
{
    /// <summary>The environment variable that <see cref="Choose"/> obeys: <c>avx512</c>, <c>avx2</c> or <c>portable</c>.</summary>
    public const string Variable = "ATTENTION_ISA";

    /// <summary>The best instruction set of this machine.</summary>
    public static InstructionSet Best =>
        IsSupported(InstructionSet.Avx512) ? InstructionSet.Avx512
        : IsSupported(InstructionSet.Avx2) ? InstructionSet.Avx2
        : InstructionSet.Portable;

    /// <summary>Whether this machine has an instruction set.</summary>
    public static bool IsSupported(InstructionSet instructionSet) => instructionSet switch
    {
        InstructionSet.Avx512 => Avx512F.IsSupported && Vector512.IsHardwareAccelerated,
        InstructionSet.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        _ => instructionSet == InstructionSet.Portable,
    };

    /// <summary>
    /// What a model uses: <paramref name="requested"/>, or else what <see cref="Variable"/> says, or else
    /// <see cref="Best"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine lacks the instruction set asked for.</exception>
    /// <exception cref="InvalidOperationException">The environment variable has a value that is none of the three.</exception>
    public static InstructionSet Choose(InstructionSet? requested = null)
    {
        if (requested is null && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name)
        {
            requested = name.ToUpperInvariant() switch
            {
                "AVX512" => InstructionSet.Avx512,
                "AVX2" => InstructionSet.Avx2,
                "PORTABLE" => InstructionSet.Portable,
                _ => throw new InvalidOperationException(
                    $"The environment variable {Variable} is '{name}'; expected avx512, avx2 or portable."),
            };
        }

        InstructionSet chosen = requested ?? Best;
        if (chosen is not (InstructionSet.Portable or InstructionSet.Avx2 or InstructionSet.Avx512))
            throw new ArgumentOutOfRangeException(nameof(requested), requested, "Expected a member of the enum.");
        return IsSupported(chosen)
            ? chosen
            : throw new PlatformNotSupportedException(
                $"The instruction set {chosen} was asked for, but this machine lacks it; the best it has is {Best}.");
    }
}
