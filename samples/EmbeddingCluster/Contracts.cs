using Orleans.Concurrency;

namespace EmbeddingCluster;

/// <summary>What is to be embedded, and where to.</summary>
/// <param name="Corpus">A file with a passage a line, JSON: a string, or an object with a string <c>text</c>. Every silo reads it by this path.</param>
/// <param name="CorpusBytes">How long it is; it stays as it is while the job runs.</param>
/// <param name="PieceBytes">How many of its bytes are a piece.</param>
/// <param name="Output">The folder of the vectors. Every silo writes there.</param>
/// <param name="Truncate">Whether passages that are too long are cut instead of being failures.</param>
[GenerateSerializer, Immutable, Alias("embedding-request")]
internal sealed record JobRequest(string Corpus, long CorpusBytes, int PieceBytes, string Output, bool Truncate)
{
    /// <summary>How many pieces there are.</summary>
    public int Pieces => checked((int)((CorpusBytes + PieceBytes - 1) / PieceBytes));
}

/// <summary>A piece that was handed out: the lines that begin in its bytes.</summary>
/// <param name="Job">The job.</param>
/// <param name="Number">Which piece, from 0.</param>
/// <param name="Generation">How many times it was handed out, this time included.</param>
/// <param name="Request">The job's.</param>
[GenerateSerializer, Immutable, Alias("embedding-piece")]
internal sealed record Piece(string Job, int Number, int Generation, JobRequest Request);

/// <summary>Which silo asks, and what it computes with: silos of one job have one instruction set, so that a piece has the same bits wherever it is embedded.</summary>
[GenerateSerializer, Immutable, Alias("embedding-member")]
internal sealed record Member(string Name, SiloAddress Address, string InstructionSet);

/// <summary>What became of a piece.</summary>
/// <param name="Passages">How many have a vector.</param>
/// <param name="Tokens">How many tokens were read.</param>
/// <param name="Truncated">How many passages were cut.</param>
/// <param name="Failed">How many have none.</param>
/// <param name="Failures">The first of them.</param>
[GenerateSerializer, Immutable, Alias("embedding-result")]
internal sealed record PieceResult(int Passages, long Tokens, int Truncated, int Failed, Failure[] Failures)
{
    /// <summary>How many failures are told one by one; all are in the files of their pieces.</summary>
    public const int MostFailures = 100;
}

/// <summary>A passage without a vector, or a piece that was given up.</summary>
/// <param name="Offset">Where its line, or it, begins in the corpus.</param>
/// <param name="Message">Why.</param>
[GenerateSerializer, Immutable, Alias("embedding-failure")]
internal sealed record Failure(long Offset, string Message);

/// <summary>What one silo has done for a job.</summary>
[GenerateSerializer, Immutable, Alias("embedding-share")]
internal sealed record Share(string Silo, int Pieces, long Passages, long Tokens, DateTime First, DateTime Last)
{
    /// <summary>Passages a second, from the first piece it took to the last it finished.</summary>
    public double PassagesPerSecond => Last > First ? Passages / (Last - First).TotalSeconds : 0;
}

/// <summary>How far a job is.</summary>
/// <param name="Request">What was asked for; null where nobody has.</param>
/// <param name="Done">Pieces whose vectors are written.</param>
/// <param name="Leased">Pieces that silos work on.</param>
/// <param name="GivenUp">Pieces that were handed out as often as a piece may be, without a result.</param>
/// <param name="Passages">Passages with a vector.</param>
/// <param name="Tokens">Their tokens.</param>
/// <param name="Truncated">Passages that were cut.</param>
/// <param name="Failed">Passages without a vector.</param>
/// <param name="Failures">The first of them.</param>
/// <param name="Repeated">How many times a piece was handed out once more.</param>
/// <param name="Late">How many results came for pieces that were done.</param>
/// <param name="Submitted">When the job began.</param>
/// <param name="Finished">When its last piece was done or given up.</param>
/// <param name="Silos">Who has done what.</param>
[GenerateSerializer, Immutable, Alias("embedding-status")]
internal sealed record JobStatus(
    JobRequest? Request, int Done, int Leased, Failure[] GivenUp, long Passages, long Tokens, long Truncated, long Failed, Failure[] Failures,
    int Repeated, int Late, DateTime Submitted, DateTime? Finished, Share[] Silos);

/// <summary>A job: hands out pieces of a corpus, and knows which of them are done.</summary>
[Alias("embedding-job")]
internal interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Begins the job. The same request once more changes nothing, except that pieces which were given up are tried again.</summary>
    /// <exception cref="InvalidOperationException">There is a job of this name with another request.</exception>
    [Alias("submit")]
    Task Submit(JobRequest request);

    /// <summary>Leases a piece to a silo; null where there is none at the moment.</summary>
    /// <exception cref="InvalidOperationException">The silo's instruction set is not the job's.</exception>
    [Alias("take")]
    Task<Piece?> Take(Member member);

    /// <summary>Says that a piece's vectors are written. The first such call counts, whichever generation it is of: all of them have written the same.</summary>
    /// <returns>Whether it counted.</returns>
    [Alias("complete")]
    Task<bool> Complete(int piece, Member member, PieceResult result);

    /// <summary>Says that a piece cannot be embedded where it was tried. Only the generation that has the lease is heard.</summary>
    [Alias("fail")]
    Task Fail(int piece, int generation, string message);

    /// <summary>How far it is.</summary>
    [Alias("status")]
    Task<JobStatus> Status();
}

/// <summary>The jobs that have pieces left. There is one such grain, 0.</summary>
[Alias("embedding-jobs")]
internal interface IJobsGrain : IGrainWithIntegerKey
{
    /// <summary>Adds a job; once more changes nothing.</summary>
    [Alias("add")]
    Task Add(string job);

    /// <summary>Takes it off the list; once more changes nothing.</summary>
    [Alias("remove")]
    Task Remove(string job);

    /// <summary>Their names, the oldest first.</summary>
    [Alias("open")]
    Task<string[]> Open();
}

/// <summary>Embeds pieces on the silo that calls it: as many at once as the silo has processors.</summary>
[Alias("embedding-embedder")]
internal interface IEmbedderGrain : IGrainWithIntegerKey
{
    /// <summary>Embeds a piece, writes its vectors and tells its job. The call goes on where its caller's wait has timed out.</summary>
    [Alias("embed")]
    Task Embed(Piece piece);
}
