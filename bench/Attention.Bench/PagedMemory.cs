using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Bench;

/// <summary>Memory of its own, on huge pages or surely not, as far as the system obeys.</summary>
internal sealed unsafe class PagedMemory : IDisposable
{
    private const int HugePage = 2 << 20;

    private readonly void* _memory;

    public PagedMemory(long bytes, bool hugePages)
    {
        Bytes = bytes;
        _memory = NativeMemory.AlignedAlloc((nuint)bytes, HugePage);
        if (OperatingSystem.IsLinux())
            _ = MemoryAdvise((nint)_memory, (nint)bytes, hugePages ? 14 : 15); // MADV_HUGEPAGE, MADV_NOHUGEPAGE

        // Zero pages would all be one page in the cache.
        var values = new Span<float>(_memory, checked((int)(bytes / sizeof(float))));
        for (int i = 0; i < values.Length; i++)
            values[i] = ((uint)i * 7919 % 2001 / 1000f) - 1;
    }

    public long Bytes { get; }

    public ref float Start => ref Unsafe.AsRef<float>(_memory);

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    /// <summary>
    /// Touches as much memory as a model of the benchmark needs and frees it. The host of a virtual machine may have taken free
    /// pages back; giving them again takes it 1 to 2 ms a megabyte, which whoever came first would pay.
    /// </summary>
    public static void Recall() => new PagedMemory(192 << 20, hugePages: true).Dispose();

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int MemoryAdvise(nint address, nint bytes, int advice);
}
