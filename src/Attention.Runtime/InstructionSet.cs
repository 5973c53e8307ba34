using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Attention.Dsl;

/// <summary>
/// The instructions that a loaded model computes with, from those that every machine has to the fastest. Weights are packed for
/// them, so that the choice is made once, by <c>Load</c>.
/// </summary>
public enum InstructionSet
{
    /// <summary>128-bit vectors that multiply and add in two operations, as every machine can: the same bits on each.</summary>
    Portable,

    /// <summary>128-bit vectors with fused multiply-add: Arm64, and x64 that has FMA but not AVX2.</summary>
    Fma128,

    /// <summary>256-bit vectors with fused multiply-add: x64 since Haswell and Zen.</summary>
    Avx2,

    /// <summary>512-bit vectors: x64 since Skylake-X and Zen 4.</summary>
    Avx512,
}

/// <summary>Says which instruction sets a program can use here and which one a model uses.</summary>
public static class InstructionSets
{
    /// <summary>The environment variable that <see cref="Choose"/> obeys: <c>avx512</c>, <c>avx2</c>, <c>fma128</c> or <c>portable</c>.</summary>
    public const string Variable = "ATTENTION_ISA";

    /// <summary>The best instruction set that is supported.</summary>
    public static InstructionSet Best =>
        IsSupported(InstructionSet.Avx512) ? InstructionSet.Avx512
        : IsSupported(InstructionSet.Avx2) ? InstructionSet.Avx2
        : IsSupported(InstructionSet.Fma128) ? InstructionSet.Fma128
        : InstructionSet.Portable;

    /// <summary>
    /// Whether this machine has an instruction set and the program may use it: the runtime can be told not to, and a program that
    /// is compiled ahead of time has what its project names.
    /// </summary>
    /// <remarks>
    /// Under Native AOT an instruction may be found at run time although the program was compiled to do without: then vectors of
    /// its width are made of narrower ones, and a fused multiply-add is a call.
    /// </remarks>
    public static bool IsSupported(InstructionSet instructionSet) => instructionSet switch
    {
        InstructionSet.Avx512 => Avx512F.IsSupported && Vector512.IsHardwareAccelerated,
        InstructionSet.Avx2 => Avx2.IsSupported && Fma.IsSupported && Vector256.IsHardwareAccelerated && IsFused(Factor),
        InstructionSet.Fma128 => (Fma.IsSupported || AdvSimd.IsSupported) && IsFused(Factor),
        _ => instructionSet == InstructionSet.Portable,
    };

    /// <summary>Its square lacks 2⁻²⁴ when it is rounded.</summary>
    private const float Factor = 1 + (1f / 4096);

    /// <summary>Whether code is compiled to fused multiply-adds: an estimate is one exactly where that is an instruction.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static bool IsFused(float factor) =>
        Vector128.MultiplyAddEstimate(Vector128.Create(factor), Vector128.Create(factor), Vector128.Create(1 - (2 * factor))).ToScalar() != 0;

    /// <summary>
    /// What a model uses: <paramref name="requested"/>, or else what <see cref="Variable"/> says, or else
    /// <see cref="Best"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">The instruction set asked for is not supported; the message says by what.</exception>
    /// <exception cref="InvalidOperationException">The environment variable has a value that is none of the four.</exception>
    public static InstructionSet Choose(InstructionSet? requested = null)
    {
        if (requested is null && Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name)
        {
            requested = name.ToUpperInvariant() switch
            {
                "AVX512" => InstructionSet.Avx512,
                "AVX2" => InstructionSet.Avx2,
                "FMA128" => InstructionSet.Fma128,
                "PORTABLE" => InstructionSet.Portable,
                _ => throw new InvalidOperationException(
                    $"The environment variable {Variable} is '{name}'; expected avx512, avx2, fma128 or portable."),
            };
        }

        InstructionSet chosen = requested ?? Best;
        if (chosen is not (InstructionSet.Portable or InstructionSet.Fma128 or InstructionSet.Avx2 or InstructionSet.Avx512))
            throw new ArgumentOutOfRangeException(nameof(requested), requested, "Expected a member of the enum.");
        return IsSupported(chosen) ? chosen : throw new PlatformNotSupportedException(Refusal(chosen, Best, OfProcessor(), RuntimeFeature.IsDynamicCodeCompiled));
    }

    /// <summary>Why an instruction set is not supported, and what to do.</summary>
    /// <param name="asked">The one asked for.</param>
    /// <param name="best">The best that is supported.</param>
    /// <param name="processor">The best that the processor has, null where it cannot be asked.</param>
    /// <param name="isJit">Whether the program is compiled as it runs.</param>
    internal static string Refusal(InstructionSet asked, InstructionSet best, InstructionSet? processor, bool isJit) =>
        $"The instruction set {asked} was asked for, but " + (asked > processor
            ? $"this machine has no more than {processor}."
            : isJit
            ? $"the runtime uses no more than {best}{(processor is null ? "" : $", although the processor has {asked}")}. Look for what switches it off: environment variables such as DOTNET_EnableAVX2, DOTNET_EnableAVX512, DOTNET_EnableHWIntrinsic and DOTNET_PreferredVectorBitWidth, or an operating system that does not save its registers."
            : $"this program was compiled for no more than {best}, although the processor has {asked}. Name it in the project that is published: <AttentionInstructionSet>v4</AttentionInstructionSet> for AVX-512, v3 for AVX2, or the compiler's own IlcInstructionSet.");

    /// <summary>
    /// What the processor itself says, whatever the runtime or the compiler makes of it. A runtime that is told to use no
    /// intrinsics has none to ask with.
    /// </summary>
    private static InstructionSet? OfProcessor()
    {
        if (AdvSimd.IsSupported)
            return InstructionSet.Fma128;
        if (!X86Base.IsSupported)
            return RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 or Architecture.Arm64 ? null : InstructionSet.Portable;

        // Leaf 1 has FMA in bit 12 of ECX; leaf 7 has AVX2 in bit 5 of EBX, and F, DQ, CD, BW and VL of AVX-512 in bits 16, 17, 28, 30 and 31.
        const int fma = 1 << 12, avx2 = 1 << 5, avx512 = (1 << 16) | (1 << 17) | (1 << 28) | (1 << 30) | (1 << 31);
        int seventh = X86Base.CpuId(0, 0).Eax >= 7 ? X86Base.CpuId(7, 0).Ebx : 0;
        return (X86Base.CpuId(1, 0).Ecx & fma) == 0 ? InstructionSet.Portable
            : (seventh & avx2) == 0 ? InstructionSet.Fma128
            : (seventh & avx512) != avx512 ? InstructionSet.Avx2
            : InstructionSet.Avx512;
    }
}
