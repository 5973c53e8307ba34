using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>
/// Has the keys of the first block count several times in the blocks between the first and the last, where each random block of a BigBird attention
/// is the first: a key that counts m times is one to whose scaled score log m is added.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RepeatedBlock
{
    private readonly int _block;
    private readonly int _fewest;
    private readonly float _bias;

    private RepeatedBlock(int block, int random, float scale) => (_block, _fewest, _bias) = (block, BigBirdTable.Fewest(random), (float)(Math.Log(1 + random) / scale));

    /// <summary>The same for all heads.</summary>
    /// <param name="heads">How many heads.</param>
    /// <param name="block">How many rows a block has.</param>
    /// <param name="random">How many times more the keys count.</param>
    /// <param name="scale">What scores are multiplied by behind.</param>
    public static RepeatedBlock[] Of(int heads, int block, int random, float scale) => [.. Enumerable.Repeat(new RepeatedBlock(block, random, scale), heads)];

    /// <summary>Adds to the scores of a strip.</summary>
    /// <param name="rows">How many rows the strip has.</param>
    /// <param name="query">The first row's number.</param>
    /// <param name="key">The first key.</param>
    /// <param name="count">How many keys.</param>
    /// <param name="scores">The first score.</param>
    /// <param name="stride">The distance of two rows of scores.</param>
    /// <param name="keys">How many keys the sequence has.</param>
    public void Add(int rows, int query, int key, int count, ref float scores, int stride, int keys)
    {
        int blocks = (keys + _block - 1) / _block, end = Math.Min(_block, key + count);
        if (blocks < _fewest)
            return;
        for (int row = 0; row < rows; row++)
        {
            if (query + row < _block || query + row >= (blocks - 1) * _block)
                continue;
            for (int i = key; i < end; i++)
                Unsafe.Add(ref scores, (row * (nint)stride) + (i - key)) += _bias;
        }
    }
}
