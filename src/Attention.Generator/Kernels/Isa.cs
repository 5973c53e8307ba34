namespace Attention.Generator.Kernels;

/// <summary>
/// What the writer of kernels needs to know of an instruction set. The three vector types of .NET have the same
/// members, so that a template differs in names and numbers only.
/// </summary>
/// <param name="Name">The member of the runtime's <c>InstructionSet</c>.</param>
/// <param name="Vector">The vector type.</param>
/// <param name="Lanes">Floats in a vector.</param>
/// <param name="Height">The most rows of a tile.</param>
/// <param name="Vectors">The most vectors side by side in a tile.</param>
/// <param name="Arithmetic">Where instruction sets share a text: the runtime's type that multiplies and adds for this one.</param>
internal sealed record Isa(string Name, string Vector, int Lanes, int Height, int Vectors, string? Arithmetic = null)
{
    /// <summary>32 registers: 8 × 3 accumulators, 3 of weights, 1 broadcast.</summary>
    public static readonly Isa Avx512 = new("Avx512", "Vector512", 16, 8, 3);

    /// <summary>
    /// 16 registers: 4 × 3 accumulators, 3 of weights, 1 broadcast. 6 × 2 has as many chains, but 8 loads for 12
    /// multiply-adds instead of 7, and at fewer than six rows too few chains for two multiply-adds a cycle.
    /// </summary>
    public static readonly Isa Avx2 = new("Avx2", "Vector256", 8, 4, 3);

    /// <summary>16 registers: 6 × 2 accumulators.</summary>
    public static readonly Isa Fma128 = new("Fma128", "Vector128", 4, 6, 2, "FusedArithmetic");

    /// <summary>The same without fused multiply-add, which not every machine has.</summary>
    public static readonly Isa Portable = Fma128 with { Name = "Portable", Arithmetic = "SeparateArithmetic" };

    public static readonly Isa[] All = [Avx512, Avx2, Fma128, Portable];

    /// <summary>One instruction set of each text: that of <see cref="Portable"/> is also that of <see cref="Fma128"/>.</summary>
    public static readonly Isa[] Texts = [Avx512, Avx2, Portable];

    /// <summary>The class of its kernels, without type arguments.</summary>
    public string Text => Arithmetic is null ? Name : "Vectors128";

    /// <summary>The class of its kernels as code outside refers to it.</summary>
    public string Class => Arithmetic is null ? Name : $"{Text}<global::Attention.Runtime.{Arithmetic}>";

    /// <summary>Within a text, what tells methods for its vectors which arithmetic to use.</summary>
    public string TypeArgument => Arithmetic is null ? "" : "<TArithmetic>";

    /// <summary>Within a text, the method that gives <c>a · b + c</c>.</summary>
    public string MultiplyAdd => Arithmetic is null ? Vector + ".FusedMultiplyAdd" : "TArithmetic.MultiplyAdd";

    /// <summary>Vectors that hold the 16 virtual lanes of a reduction.</summary>
    public int Parts => 16 / Lanes;

    /// <summary>
    /// Whether there are registers for all terms of a polynomial beside its values, and reason for it: a cycle has one load of
    /// 512 bits, but two of 256.
    /// </summary>
    public bool KeepsTerms => Lanes == 16;

    public string VectorOfFloat => Vector + "<float>";
}
