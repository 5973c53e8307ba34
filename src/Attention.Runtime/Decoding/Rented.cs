using System.Buffers;

namespace Attention.Runtime;

/// <summary>Scratch from the shared pool, which gets it back on <see cref="Dispose"/>. Not to be copied.</summary>
internal struct Rented<T>(int length) : IDisposable
{
    private T[]? _array = ArrayPool<T>.Shared.Rent(length);

    /// <summary>At least as many items as were asked for, whatever was in them before; none if nothing was rented.</summary>
    public readonly Span<T> Span => _array;

    public void Dispose()
    {
        if (_array is not { } array)
            return;
        _array = null;
        ArrayPool<T>.Shared.Return(array);
    }
}
