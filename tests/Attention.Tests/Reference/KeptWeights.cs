using System.Numerics;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Planning;

namespace Attention.Tests.Reference;

/// <summary>The attention weights of a run of the reference.</summary>
internal sealed class KeptWeights<T>
    where T : IFloatingPointIeee754<T>
{
    private readonly Dictionary<Operation, T[][][]> _weights = [];

    /// <summary>The weights of an attention, head × query × key.</summary>
    public T[][][] this[Operation attend] => _weights[attend];

    /// <summary>Takes what an attention has made, where it may be kept.</summary>
    public void See(Operation attend, T[][][] weights)
    {
        if (KindOf(attend) is not null)
            _weights[attend] = weights;
    }

    /// <summary>The properties by which a stage shows the weights of those attentions that may be kept, and each property's layers.</summary>
    public static IEnumerable<(string Property, Operation[] Layers)> Properties(StageGraph stage) => stage.Operations
        .Select(operation => (Operation: operation, Kind: KindOf(operation))).Where(kept => kept.Kind is not null).GroupBy(kept => kept.Kind!, kept => kept.Operation)
        .SelectMany(kind => kind.GroupBy(attend => attend.Spot.Origin.Part).OrderBy(part => part.Key).Select((part, number) => (Capture.PropertyOf(kind.Key, number + 1), part.ToArray())));

    private static string? KindOf(Operation operation) => operation switch
    {
        Attend { Capture: true } attend => attend.Other is null ? Capture.Self : Capture.Cross,
        DoubleNorm { Capture: true } or AttendMemory { Capture: true } => Capture.External,
        _ => null,
    };
}
