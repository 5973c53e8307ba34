using Attention.Dsl;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Tests.Promises;

/// <summary>What users may rely on, of every kind of attention.</summary>
public class KindTests : PromiseTest
{
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Calls_allocate_nothing(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach ((string name, Func<InstructionSet, int, KindOfModel> open) in KindOfModel.All)
        {
            using KindOfModel kind = open(instructionSet, 1);
            foreach ((string call, Action run, _) in kind.Calls)
                Allocations.AssertNone($"{name}: {call}", run);
        }
    }

    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void Two_threads_give_the_bits_of_one(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach ((string name, Func<InstructionSet, int, KindOfModel> open) in KindOfModel.All)
        {
            using KindOfModel one = open(instructionSet, 1), two = open(instructionSet, 2);
            two.Core.Work.ChunkCost = 1;
            two.Core.Memory.Span.Fill(float.NaN);
            two.Core.Work.AllScratch.Fill(float.NaN);
            foreach (((string call, Action alone, float[] expected), (_, Action together, float[] actual)) in one.Calls.Zip(two.Calls))
            {
                alone();
                together();
                Assert.True(expected.Distinct().Count() > 1 && Array.TrueForAll(expected, float.IsFinite), $"{name}: {call} gives nothing to compare");
                Assert.True(Bits(expected).AsSpan().SequenceEqual(Bits(actual)), $"{name} on {instructionSet}: {call} of two threads differs");
            }
        }
    }
}
