using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Attention.Runtime;

/// <summary>
/// How kernels of 128-bit vectors multiply and add. They are one text for two instruction sets, generic over a struct of this
/// kind; the JIT compiles it for each.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IArithmetic
{
    /// <summary>a · b + c.</summary>
    static abstract Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c);
}

/// <summary>Rounds once: <see cref="Dsl.InstructionSet.Fma128"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct FusedArithmetic : IArithmetic
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(a, b, c);
}

/// <summary>Rounds the product and the sum, as every machine can: <see cref="Dsl.InstructionSet.Portable"/>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct SeparateArithmetic : IArithmetic
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => (a * b) + c;
}
