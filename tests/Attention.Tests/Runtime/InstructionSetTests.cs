using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Runtime;

public class InstructionSetTests
{
    [Theory]
    [InlineData(InstructionSet.Avx512, InstructionSet.Portable, InstructionSet.Avx2, true, "this machine has no more than Avx2")]
    [InlineData(InstructionSet.Avx512, InstructionSet.Portable, InstructionSet.Avx2, false, "this machine has no more than Avx2")]
    [InlineData(InstructionSet.Avx2, InstructionSet.Fma128, InstructionSet.Fma128, true, "this machine has no more than Fma128")]
    [InlineData(InstructionSet.Avx2, InstructionSet.Portable, InstructionSet.Avx512, true, "the runtime uses no more than Portable, although the processor has Avx2", "DOTNET_EnableAVX2")]
    [InlineData(InstructionSet.Avx2, InstructionSet.Portable, null, true, "the runtime uses no more than Portable. Look", "DOTNET_EnableHWIntrinsic")]
    [InlineData(InstructionSet.Avx2, InstructionSet.Portable, InstructionSet.Avx512, false, "this program was compiled for no more than Portable, although the processor has Avx2", "IlcInstructionSet")]
    public void A_refusal_tells_the_build_from_the_machine(InstructionSet asked, InstructionSet best, InstructionSet? processor, bool isJit, params string[] expected)
    {
        string message = InstructionSets.Refusal(asked, best, processor, isJit);
        Assert.StartsWith($"The instruction set {asked} was asked for, but {expected[0]}", message, StringComparison.Ordinal);
        Assert.All(expected, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_best_is_the_last_that_is_supported()
    {
        Assert.Equal(Enum.GetValues<InstructionSet>().Last(InstructionSets.IsSupported), InstructionSets.Best);
        Assert.True(InstructionSets.IsSupported(InstructionSet.Portable));
        Assert.False(InstructionSets.IsSupported((InstructionSet)99));
    }
}
