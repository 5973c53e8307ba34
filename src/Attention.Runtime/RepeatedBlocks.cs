using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace Attention.Runtime;

/// <summary>
/// Has the keys of some blocks of a BigBird attention count several times, as they do where random blocks are seen besides or said twice: a key that counts m times
/// is one to whose scaled score log m is added.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RepeatedBlocks
{
    private readonly int _block;
    private readonly int _fewest;

    // Of each number of blocks from the fewest on and each row of blocks those that count several times.
    private readonly (int Block, float Bias)[][][] _repeated;

    private RepeatedBlocks(BigBirdTable table, int head, int length, int block, int random, float scale)
    {
        (_block, _fewest) = (block, BigBirdTable.Fewest(random));
        _repeated = [.. Enumerable.Range(_fewest, Math.Max(0, ((length + block - 1) / block) + 1 - _fewest)).Select(blocks => Enumerable.Range(0, blocks)
            .Select(row => table.Times(row, head, blocks).Where(seen => seen.Times > 1).Select(seen => (seen.Block, (float)(Math.Log(seen.Times) / scale))).ToArray()).ToArray())];
    }

    /// <summary>The first block's, which is every random one; the same for all heads.</summary>
    /// <param name="heads">How many heads.</param>
    /// <param name="length">The most rows of a sequence.</param>
    /// <param name="block">How many rows a block has.</param>
    /// <param name="random">How many random blocks a block sees.</param>
    /// <param name="scale">What scores are multiplied by behind.</param>
    public static RepeatedBlocks[] Of(int heads, int length, int block, int random, float scale) =>
        [.. Enumerable.Repeat(new RepeatedBlocks(BigBirdTable.First(random), 0, length, block, random, scale), heads)];

    /// <summary>Those that a method says, head by head and layer by layer.</summary>
    /// <param name="layers">How many layers.</param>
    /// <param name="heads">How many heads.</param>
    /// <param name="length">The most rows of a sequence.</param>
    /// <param name="block">How many rows a block has.</param>
    /// <param name="random">How many random blocks a block sees.</param>
    /// <param name="scale">What scores are multiplied by behind.</param>
    /// <param name="choose">Which, of layer, number of blocks, head, row of blocks and place.</param>
    /// <param name="method">What it is called.</param>
    /// <exception cref="InvalidOperationException">What it says is no block of the sequence.</exception>
    public static RepeatedBlocks[] Of(int layers, int heads, int length, int block, int random, float scale, Func<int, int, int, int, int, int> choose, string method) =>
        [.. Enumerable.Range(0, layers).Select(layer => BigBirdTable.Ask(layer, random, choose, method)).SelectMany(table => Enumerable.Range(0, heads).Select(head => new RepeatedBlocks(table, head, length, block, random, scale)))];

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
        int blocks = (keys + _block - 1) / _block;
        if (blocks < _fewest)
            return;
        for (int row = 0; row < rows; row++)
        {
            foreach ((int block, float bias) in _repeated[blocks - _fewest][(query + row) / _block])
            {
                int end = Math.Min((block + 1) * _block, key + count);
                for (int i = Math.Max(block * _block, key); i < end; i++)
                    Unsafe.Add(ref scores, (row * (nint)stride) + (i - key)) += bias;
            }
        }
    }
}
