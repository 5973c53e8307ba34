using Attention.Bench;
using Attention.Dsl;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>What <c>bench/run kernels</c> times: it finds kernels by their names and signatures, which no compiler checks.</summary>
public sealed class KernelCasesTests
{
    [Theory, ClassData(typeof(EveryInstructionSet))]
    public void EveryKindOfKernelIsFoundAndRuns(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using MiniLm model = MiniLm.Load(Path.Combine(AppContext.BaseDirectory, "Goldens", "families", "minilm.safetensors"), instructionSet);
        using MiniLm.Session session = model.CreateSession();
        var kernels = new GeneratedKernels(typeof(MiniLm), instructionSet);
        KernelCase[] cases = [.. new KernelCases(kernels, GeneratedKernels.CoreOf(session).Work, rows: 16, weightBytes: 1 << 20).All()];
        foreach (KernelCase kernel in cases)
            kernel.Run();

        foreach (string kind in new[] { "Product_16x28_Gelu, 16 rows", "Product_28x16_Residual, 1 row, memory", "Scores_8, ", "Softmax, 8 × 16 keys", "Context_8, ", "Attend_2x8, 16 × 16 keys", "LayerNorm_16, 16 rows", "Gelu, 16 × 48" })
            Assert.Contains(cases, kernel => kernel.Name.StartsWith(kind, StringComparison.Ordinal));
        Assert.All(cases, kernel => Assert.True(kernel.Flops + kernel.Floats > 0, kernel.Name));
    }
}
