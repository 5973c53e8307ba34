using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Attention.Runtime;

/// <summary>Moves rows between places whose rows are not equally far apart. References are trusted, not checked.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RowCopy
{
    /// <summary>Copies rows × width floats.</summary>
    public static void Copy(int rows, int width, ref float source, int sourceStride, ref float destination, int destinationStride)
    {
        for (int row = 0; row < rows; row++)
        {
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref source, (nint)row * sourceStride), width)
                .CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, (nint)row * destinationStride), width));
        }
    }
}
