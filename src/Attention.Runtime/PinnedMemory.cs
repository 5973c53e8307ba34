using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Attention.Runtime;

/// <summary>
/// Zeroed floats at an address that never changes: on a cache line (64 bytes), or on a huge page (2 MiB) from its size on,
/// so that vector loads never straddle lines and weights can be backed by huge pages.
/// </summary>
/// <remarks>
/// The memory is a managed array, not a native block: it lives as long as any span over it, so that a result that a
/// user still holds after the session's <c>Dispose</c> never dangles. Weights may be a mapped file instead, which is only read, or a native block
/// where they are more than an array holds; both live as long as this object: no user holds a span over weights.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed unsafe class PinnedMemory
{
    private const int CacheLine = 64;
    private const int HugePage = 2 << 20;

    /// <summary>The most floats of an array, wherever it is aligned.</summary>
    internal static readonly int MostFloats = Array.MaxLength - (HugePage / sizeof(float));

    private readonly float[]? _array;
    private readonly int _first;
    private readonly SafeHandle? _owner; // of what is no array; its finalizer ends that
    private readonly float* _start;

    /// <summary>Allocates zeroed memory.</summary>
    /// <param name="floats">How many floats: those of an array, or more, of which nobody is given a span that may outlive this object.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="floats"/> is negative, or more than can be addressed.</exception>
    /// <exception cref="OutOfMemoryException">There is not so much memory.</exception>
    public PinnedMemory(long floats)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(floats);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(floats, nint.MaxValue / sizeof(float) - HugePage);
        Length = floats;
        if (floats > MostFloats)
        {
            var block = new NativeBlock((nuint)floats * sizeof(float) + HugePage);
            _owner = block;
            _start = (float*)((block.DangerousGetHandle() + HugePage - 1) & ~(nint)(HugePage - 1));
            AdviseHugePages((nint)_start, (nint)floats * sizeof(float));
            return;
        }

        int alignment = floats * sizeof(float) >= HugePage ? HugePage : CacheLine, count = (int)floats;
        int room = (alignment / sizeof(float)) - 1;
        _array = alignment == HugePage ? GC.AllocateUninitializedArray<float>(count + room, pinned: true) : GC.AllocateArray<float>(count + room, pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _first = (int)(-address & (alignment - 1)) / sizeof(float);
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
    internal PinnedMemory(SafeMemoryMappedViewHandle view, int offset, long floats)
    {
        _owner = view;
        _start = (float*)(view.DangerousGetHandle() + offset);
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
    public long Length { get; }

    /// <summary>The first float, aligned.</summary>
    public ref float Start => ref _array is null ? ref *_start : ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _first);

    /// <summary>All of the floats.</summary>
    /// <exception cref="OverflowException">There are more than a span has.</exception>
    public Span<float> Span => _array is null ? new Span<float>(_start, checked((int)Length)) : _array.AsSpan(_first, (int)Length);

    /// <summary>Some of the floats.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They are not within the memory.</exception>
    public Span<float> Slice(long offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - count);
        return _array is null ? new Span<float>(_start + offset, count) : _array.AsSpan(_first + (int)offset, count);
    }

    /// <summary>Zeroed memory beside the managed heap.</summary>
    private sealed class NativeBlock : SafeHandle
    {
        private readonly long _bytes;

        public NativeBlock(nuint bytes)
            : base(0, ownsHandle: true)
        {
            SetHandle((nint)NativeMemory.AllocZeroed(bytes));
            _bytes = (long)bytes;
            GC.AddMemoryPressure(_bytes);
        }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            NativeMemory.Free((void*)handle);
            GC.RemoveMemoryPressure(_bytes);
            return true;
        }
    }
}
