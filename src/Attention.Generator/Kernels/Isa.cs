namespace Attention.Generator.Kernels;

/// <summary>
/// What the writer of kernels needs to know of an instruction set. The three vector types of .NET have the same
/// members, so that a template differs in names and numbers only.
/// </summary>
/// <param name="Name">The class of its kernels, and the member of the runtime's <c>InstructionSet</c>.</param>
/// <param name="Vector">The vector type.</param>
/// <param name="Lanes">Floats in a vector.</param>
/// <param name="MultiplyAdd">The method that gives <c>a · b + c</c>.</param>
/// <param name="Height">The most rows of a tile.</param>
/// <param name="Vectors">The most vectors side by side in a tile.</param>
internal sealed record Isa(string Name, string Vector, int Lanes, string MultiplyAdd, int Height, int Vectors)
{
    /// <summary>32 registers: 8 × 3 accumulators, 3 of weights, 1 broadcast.</summary>
    public static readonly Isa Avx512 = new("Avx512", "Vector512", 16, "FusedMultiplyAdd", 8, 3);

    /// <summary>
    /// 16 registers: 4 × 3 accumulators, 3 of weights, 1 broadcast. 6 × 2 has as many chains, but 8 loads for 12
    /// multiply-adds instead of 7, and at fewer than six rows too few chains for two multiply-adds a cycle.
    /// </summary>
    public static readonly Isa Avx2 = new("Avx2", "Vector256", 8, "FusedMultiplyAdd", 4, 3);

    /// <summary>
    /// 16 registers of the vectors that every machine has: 6 × 2 accumulators. The estimate is a fused multiply-add where the machine
    /// has one and two operations where it has not, and the same on each call either way.
    /// </summary>
    public static readonly Isa Portable = new("Portable", "Vector128", 4, "MultiplyAddEstimate", 6, 2);

    public static readonly Isa[] All = [Avx512, Avx2, Portable];

    /// <summary>Vectors that hold the 16 virtual lanes of a reduction.</summary>
    public int Parts => 16 / Lanes;

    /// <summary>
    /// Whether there are registers for all terms of a polynomial beside its values, and reason for it: a cycle has one load of
    /// 512 bits, but two of 256.
    /// </summary>
    public bool KeepsTerms => Lanes == 16;

    public string VectorOfFloat => Vector + "<float>";
}
