namespace EmbeddingCluster;

/// <summary>Who has a piece.</summary>
/// <param name="Generation">How many times it was handed out.</param>
/// <param name="Silo">To whom last, as <see cref="SiloAddress.ToParsableString"/> has it; null where the silo has said that it failed.</param>
/// <param name="Message">What the last one said that failed.</param>
[GenerateSerializer, Alias("embedding-lease")]
internal sealed record Lease(int Generation, string? Silo, string? Message);

/// <summary>All that a job must not forget. A piece is done, given up, leased, or none of these yet.</summary>
[GenerateSerializer, Alias("embedding-state")]
internal sealed class JobState
{
    /// <summary>What was asked for; null before.</summary>
    [Id(0)] public JobRequest? Request { get; set; }

    /// <summary>The job's instruction set, which is that of the silo that took the first piece.</summary>
    [Id(1)] public string? InstructionSet { get; set; }

    /// <summary>A bit for each piece that is done.</summary>
    [Id(2)] public byte[] Done { get; set; } = [];

    /// <summary>How many bits are set.</summary>
    [Id(3)] public int DoneCount { get; set; }

    /// <summary>Pieces that were handed out and are not done.</summary>
    [Id(4)] public Dictionary<int, Lease> Leases { get; set; } = [];

    /// <summary>Pieces that were handed out as often as a piece may be.</summary>
    [Id(5)] public Dictionary<int, string> GivenUp { get; set; } = [];

    /// <summary>Passages with a vector.</summary>
    [Id(6)] public long Passages { get; set; }

    /// <summary>Their tokens.</summary>
    [Id(7)] public long Tokens { get; set; }

    /// <summary>Passages that were cut.</summary>
    [Id(8)] public long Truncated { get; set; }

    /// <summary>Passages without a vector.</summary>
    [Id(9)] public long Failed { get; set; }

    /// <summary>The first of them; all are in the files of their pieces.</summary>
    [Id(10)] public List<Failure> Failures { get; set; } = [];

    /// <summary>How many times a piece was handed out once more.</summary>
    [Id(11)] public int Repeated { get; set; }

    /// <summary>How many results came for pieces that were done.</summary>
    [Id(12)] public int Late { get; set; }

    /// <summary>When the job was submitted.</summary>
    [Id(13)] public DateTime Submitted { get; set; }

    /// <summary>When its last piece was done or given up.</summary>
    [Id(14)] public DateTime? Finished { get; set; }

    /// <summary>What each silo has done, by its name.</summary>
    [Id(15)] public Dictionary<string, Share> Silos { get; set; } = [];

    /// <summary>Whether a piece is done.</summary>
    public bool IsDone(int piece) => (Done[piece >> 3] & (1 << (piece & 7))) != 0;

    /// <summary>Marks a piece as done.</summary>
    public void MarkDone(int piece)
    {
        Done[piece >> 3] |= (byte)(1 << (piece & 7));
        DoneCount++;
    }
}
