using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EmbeddingCluster;

/// <summary>How pieces are leased.</summary>
internal sealed class LeaseOptions
{
    /// <summary>How long a silo has a piece before it is handed out once more. A silo that is known to be dead has it no longer.</summary>
    public TimeSpan Duration { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a piece is handed out before it is given up.</summary>
    public int MostGenerations { get; set; } = 5;

    /// <summary>What leases are timed by.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}

/// <summary>
/// Whatever a call says has been written when the call returns, so a new activation, on whichever silo, goes on where the last one stopped. A piece is done when its vectors
/// lie in the output and this state says so; between the two it is embedded once more, to the same bytes.
/// </summary>
internal sealed partial class JobGrain(
    [PersistentState("job")] IPersistentState<JobState> stored, IClusterMembershipService members, IOptions<LeaseOptions> options, ILogger<JobGrain> logger) : Grain, IJobGrain
{
    private readonly Dictionary<int, DateTime> _ends = []; // of leases; those that another activation has given begin anew here
    private int _next; // all pieces before it are done, given up or leased

    private JobState State => stored.State;

    private DateTime Now => options.Value.Time.GetUtcNow().UtcDateTime;

    public async Task Submit(JobRequest request)
    {
        if (State.Request is JobRequest other && other != request)
            throw new InvalidOperationException($"Job '{this.GetPrimaryKeyString()}' is there with another request: {other}. Give this one another name.");
        if (State.Request is null)
        {
            State.Request = request;
            State.Done = new byte[(request.Pieces + 7) / 8];
            State.Submitted = Now;
            State.Finished = request.Pieces == 0 ? Now : null;
            await Write();
        }
        else if (State.GivenUp.Count > 0)
        {
            State.GivenUp.Clear();
            State.Finished = null;
            _next = 0;
            await Write();
        }
        if (State.Finished is null) await Jobs.Add(this.GetPrimaryKeyString());
    }

    public async Task<Piece?> Take(Member member)
    {
        if (State.Request is not JobRequest request || State.Finished is not null)
        {
            await Jobs.Remove(this.GetPrimaryKeyString());
            return null;
        }
        if (State.InstructionSet is string set && set != member.InstructionSet)
            throw new InvalidOperationException($"Job '{this.GetPrimaryKeyString()}' is computed with {set}, silo {member.Name} computes with {member.InstructionSet}: the bits would differ. Start all silos with the same ATTENTION_ISA.");
        int? number = Ended() ?? Untouched(request);
        if (number is not int piece)
        {
            if (State.Finished is not null) await Finish(); // the last piece was given up
            return null;
        }

        int generation = State.Leases.TryGetValue(piece, out Lease? old) ? old.Generation + 1 : 1;
        State.InstructionSet ??= member.InstructionSet;
        State.Leases[piece] = new(generation, member.Address.ToParsableString(), old?.Message);
        State.Silos.TryAdd(member.Name, new(member.Name, 0, 0, 0, Now, Now));
        if (generation > 1) State.Repeated++;
        _ends[piece] = Now + options.Value.Duration;
        await Write();
        return new(this.GetPrimaryKeyString(), piece, generation, request);
    }

    public async Task<bool> Complete(int piece, Member member, PieceResult result)
    {
        Check(piece);
        if (State.IsDone(piece))
        {
            State.Late++;
            await Write();
            return false;
        }
        State.MarkDone(piece);
        State.Leases.Remove(piece);
        State.GivenUp.Remove(piece);
        _ends.Remove(piece);
        State.Passages += result.Passages;
        State.Tokens += result.Tokens;
        State.Truncated += result.Truncated;
        State.Failed += result.Failed;
        State.Failures.AddRange(result.Failures.Take(PieceResult.MostFailures - State.Failures.Count));
        Share share = State.Silos.GetValueOrDefault(member.Name) ?? new(member.Name, 0, 0, 0, Now, Now);
        State.Silos[member.Name] = share with { Pieces = share.Pieces + 1, Passages = share.Passages + result.Passages, Tokens = share.Tokens + result.Tokens, Last = Now };
        await Finish();
        return true;
    }

    public async Task Fail(int piece, int generation, string message)
    {
        Check(piece);
        if (!State.Leases.TryGetValue(piece, out Lease? lease) || lease.Generation != generation) return;
        LogFailure(piece, generation, message);
        State.Leases[piece] = lease with { Silo = null, Message = message };
        _ends[piece] = Now + TimeSpan.FromSeconds(generation - 1); // where a disk is full, trying at once gains nothing
        await Write();
    }

    public Task<JobStatus> Status() => Task.FromResult(new JobStatus(
        State.Request, State.DoneCount, State.Leases.Count,
        [.. State.GivenUp.OrderBy(piece => piece.Key).Select(piece => new Failure((long)piece.Key * State.Request!.PieceBytes, $"Piece {piece.Key}: {piece.Value}"))],
        State.Passages, State.Tokens, State.Truncated, State.Failed, [.. State.Failures.OrderBy(failure => failure.Offset)],
        State.Repeated, State.Late, State.Submitted, State.Finished, [.. State.Silos.Values.OrderBy(share => share.Silo, StringComparer.Ordinal)]));

    private IJobsGrain Jobs => GrainFactory.GetGrain<IJobsGrain>(0);

    /// <summary>A piece whose lease has ended; those that were handed out too often are given up.</summary>
    private int? Ended()
    {
        DateTime now = Now;
        foreach ((int piece, Lease lease) in State.Leases.ToArray())
        {
            DateTime end = _ends.TryGetValue(piece, out DateTime known) ? known : _ends[piece] = now + (lease.Silo is null ? TimeSpan.Zero : options.Value.Duration);
            if (end > now && !(lease.Silo is string silo && members.CurrentSnapshot.GetSiloStatus(SiloAddress.FromParsableString(silo)) == SiloStatus.Dead)) continue;
            if (lease.Generation < options.Value.MostGenerations) return piece;
            State.Leases.Remove(piece);
            State.GivenUp[piece] = lease.Message ?? $"no result after it was handed out {lease.Generation} times";
            CheckFinished();
        }
        return null;
    }

    private int? Untouched(JobRequest request)
    {
        for (; _next < request.Pieces; _next++)
        {
            if (!State.IsDone(_next) && !State.Leases.ContainsKey(_next) && !State.GivenUp.ContainsKey(_next)) return _next;
        }
        return null;
    }

    private void Check(int piece)
    {
        if (State.Request is not JobRequest request || (uint)piece >= (uint)request.Pieces)
            throw new ArgumentOutOfRangeException(nameof(piece), piece, $"Job '{this.GetPrimaryKeyString()}' has {State.Request?.Pieces ?? 0} pieces.");
    }

    private void CheckFinished()
    {
        if (State.DoneCount + State.GivenUp.Count == State.Request!.Pieces) State.Finished ??= Now;
    }

    private async Task Finish()
    {
        CheckFinished();
        await Write();
        if (State.Finished is not null) await Jobs.Remove(this.GetPrimaryKeyString());
    }

    /// <summary>Where the state cannot be written, what is in memory is not the truth: the next call begins with what is stored.</summary>
    private async Task Write()
    {
        try
        {
            await stored.WriteStateAsync();
        }
        catch (Exception e)
        {
            DeactivateOnIdle();
            throw new OrleansException($"The state of job '{this.GetPrimaryKeyString()}' cannot be written: {e.GetBaseException().Message}"); // an inner one of a database's could not be sent
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Piece {Piece}, generation {Generation}: {Message}")]
    private partial void LogFailure(int piece, int generation, string message);
}
