using Attention.Dsl;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>What a session refuses to be made of, before it allocates anything.</summary>
public sealed class SessionCoreTests
{
    private static readonly PinnedMemory s_weights = new(16);

    private static SessionCore Create(SessionSizes sizes, SessionSettings? options = null, int threads = 1)
    {
        using ThreadTeam team = new(threads);
        return new SessionCore("Toy.Session", InstructionSet.Portable, s_weights, team, new NoKernels(), sizes, options);
    }

    private static readonly SessionSizes s_small = new(Memory: 16, Track: 16, MostBeams: 1, MostSequences: 0, Scratch: 16, Batch: 0, BatchLength: 1);

    /// <summary>One beam is all that there is without a decoder, and with a decoder of one position alike.</summary>
    [Fact]
    public void More_beams_than_one_need_a_decoder_of_more_than_one_position()
    {
        string one = Assert.Throws<ArgumentOutOfRangeException>(() => Create(s_small, new SessionSettings { Beams = 2 })).Message;
        Assert.Contains("was asked for 2 beams; expected 1, since more take a decoder, and more than one position of each decoder.", one, StringComparison.Ordinal);
        string several = Assert.Throws<ArgumentOutOfRangeException>(() => Create(s_small with { MostBeams = 3 }, new SessionSettings { Beams = 4 })).Message;
        Assert.Contains("expected 1 to 3, the positions of the shortest decoder.", several, StringComparison.Ordinal);
    }

    [Fact]
    public void More_memory_than_an_array_holds_is_refused_by_what_asks_for_it()
    {
        SessionSizes tracks = s_small with { Memory = Array.MaxLength - (2 * 16), MostBeams = 2 };
        string beams = Assert.Throws<ArgumentOutOfRangeException>(() => Create(tracks, new SessionSettings { Beams = 2 })).Message;
        Assert.Contains($"with 2 beams needs {Array.MaxLength} floats of memory; expected at most", beams, StringComparison.Ordinal);

        SessionSizes batch = s_small with { Batch = 1 << 20 };
        string tokens = Assert.Throws<ArgumentOutOfRangeException>(() => Create(batch, new SessionSettings { BatchTokens = int.MaxValue })).Message;
        Assert.Contains($"with batches of {int.MaxValue} tokens needs", tokens, StringComparison.Ordinal);

        string threads = Assert.Throws<InvalidOperationException>(() => Create(s_small with { Scratch = 1 << 30 }, threads: 3)).Message;
        Assert.Contains($"needs {3L << 30} floats of memory for 3 threads", threads, StringComparison.Ordinal);
    }

    private sealed class NoKernels : TeamKernels
    {
        public override void Run(int kernel, in Chunk chunk, TeamWork work)
        {
        }
    }
}
