using System.Runtime.InteropServices;

namespace Attention.Elsewhere;

/// <summary>A hash of all bits in the order in which they come: FNV-1a.</summary>
internal sealed class Bits
{
    private const ulong Begin = 14695981039346656037, Prime = 1099511628211;

    private ulong _hash = Begin;

    public void Add<T>(params ReadOnlySpan<T> values)
        where T : unmanaged
    {
        foreach (byte value in MemoryMarshal.AsBytes(values))
            _hash = (_hash ^ value) * Prime;
    }

    /// <summary>Sixteen digits, or nothing where nothing was added.</summary>
    public override string ToString() => _hash == Begin ? "" : $"{_hash:X16}";
}
