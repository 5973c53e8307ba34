namespace Attention.Runtime;

/// <summary>A binary heap in a span: the largest item stands first.</summary>
internal static class Heap
{
    /// <summary>Makes a heap of the items.</summary>
    public static void Build<T>(Span<T> items)
        where T : IComparable<T>
    {
        for (int i = (items.Length / 2) - 1; i >= 0; i--)
            Sink(items, i);
    }

    /// <summary>Takes the largest item out of the heap and puts it behind all others, where the heap now ends.</summary>
    public static T Take<T>(Span<T> heap)
        where T : IComparable<T>
    {
        (heap[0], heap[^1]) = (heap[^1], heap[0]);
        Sink(heap[..^1], 0);
        return heap[^1];
    }

    /// <summary>Restores the heap below an item that may have become smaller.</summary>
    public static void Sink<T>(Span<T> heap, int i)
        where T : IComparable<T>
    {
        while (true)
        {
            int child = (2 * i) + 1;
            if (child >= heap.Length)
                return;
            if (child + 1 < heap.Length && heap[child + 1].CompareTo(heap[child]) > 0)
                child++;
            if (heap[i].CompareTo(heap[child]) >= 0)
                return;
            (heap[i], heap[child]) = (heap[child], heap[i]);
            i = child;
        }
    }
}
