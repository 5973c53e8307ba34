using Xunit;

namespace Attention.Tests;

/// <summary>What calls allocate.</summary>
internal static class Allocations
{
    /// <summary>
    /// Asserts that a call allocates nothing. Code that is compiled for the first time, or is not optimised yet, may allocate, and on a busy machine that comes late; a collection may
    /// empty shared pools. What a call itself allocates comes each time. So the least of several rounds counts.
    /// </summary>
    /// <param name="what">The call.</param>
    /// <param name="call">Runs it.</param>
    public static void AssertNone(string what, Action call)
    {
        const int calls = 5;
        for (int i = 0; i < 3; i++)
            call();
        long least = long.MaxValue;
        for (int round = 0; least > 0 && round < 500; round++)
        {
            if (round > 0)
                Thread.Sleep(5);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < calls; i++)
                call();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(least == 0, $"{what} allocated {least} bytes in {calls} calls");
    }
}
