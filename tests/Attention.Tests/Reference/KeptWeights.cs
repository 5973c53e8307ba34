using System.Numerics;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Planning;

namespace Attention.Tests.Reference;

/// <summary>The attention weights of a run of the reference.</summary>
internal sealed class KeptWeights<T>
    where T : IFloatingPointIeee754<T>
{
    private readonly Dictionary<Attend, T[][][]> _weights = [];

    /// <summary>The weights of an attention, head × query × key.</summary>
    public T[][][] this[Attend attend] => _weights[attend];

    /// <summary>Takes what an attention has made.</summary>
    public void See(Attend attend, T[][][] weights) => _weights[attend] = weights;

    /// <summary>The properties by which a stage shows the weights of those attentions that may be kept, and each property's layers.</summary>
    public static IEnumerable<(string Property, Attend[] Layers)> Properties(StageGraph stage) => stage.Operations.OfType<Attend>().Where(attend => attend.Capture)
        .GroupBy(attend => attend.Other is null ? Capture.Self : Capture.Cross)
        .SelectMany(kind => kind.GroupBy(attend => attend.Origin.Part).OrderBy(part => part.Key).Select((part, number) => (Capture.PropertyOf(kind.Key, number + 1), part.ToArray())));
}
