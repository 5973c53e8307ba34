namespace EmbeddingCluster;

/// <summary>The names of jobs that have pieces left.</summary>
[GenerateSerializer, Alias("embedding-open-jobs")]
internal sealed class OpenJobs
{
    /// <summary>The oldest first.</summary>
    [Id(0)] public List<string> Names { get; set; } = [];
}

/// <inheritdoc cref="IJobsGrain"/>
internal sealed class JobsGrain([PersistentState("jobs")] IPersistentState<OpenJobs> stored) : Grain, IJobsGrain
{
    public async Task Add(string job)
    {
        if (stored.State.Names.Contains(job)) return;
        stored.State.Names.Add(job);
        await Write();
    }

    public async Task Remove(string job)
    {
        if (stored.State.Names.Remove(job)) await Write();
    }

    public Task<string[]> Open() => Task.FromResult(stored.State.Names.ToArray());

    private async Task Write()
    {
        try
        {
            await stored.WriteStateAsync();
        }
        catch (Exception e)
        {
            DeactivateOnIdle(); // the next call begins with what is stored
            throw new OrleansException($"The list of jobs cannot be written: {e.GetBaseException().Message}");
        }
    }
}
