using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Attention.Runtime;

/// <summary>
/// Zeroed floats at an address that never changes: on a cache line (64 bytes), or on a huge page (2 MiB) from 4 MiB on,
/// so that vector loads never straddle lines and weights can be backed by huge pages.
/// </summary>
/// <remarks>
/// The memory is a managed array, not a native block: it lives as long as any span over it, so that a result that a
/// user still holds after the session's <c>Dispose</c> never dangles. Weights may be a mapped file instead, which is only read and lives
/// as long as this object: no user holds a span over weights.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class PinnedMemory
{
    private const int CacheLine = 64;
    private const int HugePage = 2 << 20;

    /// <summary>The most floats of one block, wherever it is aligned.</summary>
    internal static readonly int MostFloats = Array.MaxLength - (HugePage / sizeof(float));

    private readonly float[]? _array;
    private readonly int _first;
    private readonly SafeMemoryMappedViewHandle? _view; // whose finalizer ends the mapping
    private readonly float* _mapped;

    /// <summary>Allocates zeroed memory.</summary>
    /// <param name="floats">How many floats.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="floats"/> is negative, or more than with room for the alignment fit into the longest array of .NET.
    /// </exception>
    public PinnedMemory(int floats)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(floats);
        int alignment = (long)floats * sizeof(float) >= HugePage ? HugePage : CacheLine;
        int room = (alignment / sizeof(float)) - 1;
        if (floats > MostFloats)
            throw new ArgumentOutOfRangeException(nameof(floats), floats, $"Expected at most {MostFloats} floats in one aligned block.");

        _array = alignment == HugePage ? GC.AllocateUninitializedArray<float>(floats + room, pinned: true) : GC.AllocateArray<float>(floats + room, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _first = (int)(-address & (alignment - 1)) / sizeof(float);
        Length = floats;
        if (alignment == HugePage)
        {
            AdviseHugePages(address + (_first * sizeof(float)), (nint)floats * sizeof(float));
            Span.Clear();
        }
    }

    /// <summary>Takes a view of a file that is never written, from the file's beginning.</summary>
    /// <param name="view">The view, which ends with this object.</param>
    /// <param name="offset">Where the floats begin, in bytes: a multiple of 64.</param>
    /// <param name="floats">How many there are.</param>
    internal PinnedMemory(SafeMemoryMappedViewHandle view, int offset, int floats)
    {
        _view = view;
        _mapped = (float*)(view.DangerousGetHandle() + offset);
        Length = floats;
    }

    /// <summary>Asks Linux for huge pages before the memory is first touched; where there are none it stays as it is.</summary>
    private static void AdviseHugePages(nint address, nint bytes)
    {
        const int hugePage = 14; // MADV_HUGEPAGE
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = MemoryAdvise(address, bytes & ~(HugePage - 1), hugePage);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A C library by another name: no advice.
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int MemoryAdvise(nint address, nint bytes, int advice);

    /// <summary>How many floats there are.</summary>
    public int Length { get; }

    /// <summary>The first float, aligned.</summary>
    public ref float Start => ref _array is null ? ref *_mapped : ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _first);

    /// <summary>All of the floats.</summary>
    public Span<float> Span => _array is null ? new Span<float>(_mapped, Length) : _array.AsSpan(_first, Length);
}
