using System.Runtime.CompilerServices;
using Attention.Dsl;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Runtime;

public sealed class RuntimeSwitchTests
{
    /// <summary>What the runtime is told not to use is not supported, and the message says that it is the runtime.</summary>
    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic", "0")]
    [InlineData("DOTNET_EnableAVX2", "0")]
    [InlineData("DOTNET_EnableAVX512", "0")]
    [InlineData("DOTNET_PreferredVectorBitWidth", "256")]
    public async Task A_runtime_that_is_told_not_to_says_so(string knob, string value)
    {
        Assert.SkipUnless(InstructionSets.IsSupported(InstructionSet.Avx512), "This machine does not have Avx512.");
        ChildProcess.Result result = await ChildProcess.Run(new() { [AskVariable] = "1", [knob] = value }, TestContext.Current.CancellationToken);
        Assert.Contains("the runtime uses no more than", result.Output, StringComparison.Ordinal);
        Assert.Contains(knob, result.Output, StringComparison.Ordinal);
    }

    /// <summary>Tells the child process to ask for AVX-512.</summary>
    private const string AskVariable = "ATTENTION_TEST_ASK";

    /// <summary>What the child process does instead of running tests.</summary>
    [ModuleInitializer]
    internal static void Ask()
    {
        if (Environment.GetEnvironmentVariable(AskVariable) is null)
            return;
        try
        {
            Console.WriteLine(InstructionSets.Choose(InstructionSet.Avx512));
        }
        catch (PlatformNotSupportedException e)
        {
            Console.WriteLine(e.Message);
        }

        Environment.Exit(0);
    }
}
