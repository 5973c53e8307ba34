using Attention.Dsl;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Tests.Promises;

public class AllocationTests : PromiseTest
{
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Calls_allocate_nothing(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        using Translator model = Load(instructionSet);
        using Translator.Session session = model.CreateSession();
        int[] tokens = Tokens(37, 41, 1);
        var logits = new float[64 * session.Target.Width];
        var search = new GreedySearch { Begin = 1 };
        AssertNothing("Source.Forward", () => session.Source.Forward(tokens));
        AssertNothing("Summary.Forward", () => session.Summary.Forward(tokens));
        AssertNothing("Target.Forward", () => session.Target.Forward(tokens, logits));
        AssertNothing("Target.Reset and Step", () =>
        {
            session.Target.Reset();
            session.Target.Step(tokens);
            session.Target.Step(tokens.AsSpan(0, 1));
        });
        int generated = 0;
        AssertNothing("Target.Generate", () =>
        {
            foreach (int _ in session.Target.Generate(search))
                generated++;
        });
        Assert.Equal(8 * 63, generated);
    }

    private static void AssertNothing(string what, Action call)
    {
        for (int i = 0; i < 3; i++)
            call();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 5; i++)
            call();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated == 0, $"{what} allocated {allocated} bytes in 5 calls");
    }
}
