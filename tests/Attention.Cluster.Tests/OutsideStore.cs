using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Attention.Cluster.Tests;

/// <summary>What becomes of a write.</summary>
internal enum Fault
{
    None,

    /// <summary>It fails, and nothing is written.</summary>
    Before,

    /// <summary>It fails, though all is written.</summary>
    After,
}

/// <summary>State that no silo holds, as a database has it: bytes, and a version that a write must name.</summary>
internal sealed class OutsideStore
{
    private readonly Dictionary<(string, GrainId), (BinaryData Bytes, string Version)> _states = [];
    private int _writes;

    /// <summary>What becomes of the write of this number, from 1.</summary>
    public Func<int, Fault> Faults { get; set; } = _ => Fault.None;

    /// <summary>The store as a silo's grains see it.</summary>
    public IGrainStorage Of(IServiceProvider silo) => new View(this, silo.GetRequiredService<IGrainStorageSerializer>());

    private sealed class View(OutsideStore store, IGrainStorageSerializer serializer) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            lock (store)
            {
                if (store._states.TryGetValue((stateName, grainId), out (BinaryData Bytes, string Version) found))
                    (grainState.State, grainState.ETag, grainState.RecordExists) = (serializer.Deserialize<T>(found.Bytes), found.Version, true);
                return Task.CompletedTask;
            }
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            lock (store)
            {
                Fault fault = store.Faults(++store._writes);
                if (fault == Fault.Before) throw new IOException("The store is away.");
                string? stored = store._states.TryGetValue((stateName, grainId), out (BinaryData Bytes, string Version) found) ? found.Version : null;
                if (stored != grainState.ETag) throw new InconsistentStateException("Somebody else has written.", stored, grainState.ETag);
                string version = Guid.NewGuid().ToString();
                store._states[(stateName, grainId)] = (serializer.Serialize(grainState.State), version);
                if (fault == Fault.After) throw new IOException("The store went away.");
                (grainState.ETag, grainState.RecordExists) = (version, true);
                return Task.CompletedTask;
            }
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();
    }
}
