using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>
/// What the rows of a BigBird attention see in one layer: for each number of blocks a sequence may have a mask of each head. A sequence of few blocks
/// is seen whole.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class BigBirdPatterns
{
    private readonly PackedMask _whole;
    private readonly PackedMask[][] _masks;
    private readonly int _block;
    private readonly int _fewest;

    private BigBirdPatterns(BigBirdTable table, int heads, int most, int block, int fewest)
    {
        (_block, _fewest) = (block, fewest);
        int few = Math.Min(most, fewest - 1);
        _whole = PackedMask.OfBlocks(block, [.. Enumerable.Range(0, few).Select(_ => Enumerable.Range(0, few).ToArray())]);
        _masks = [.. Enumerable.Range(fewest, Math.Max(0, most + 1 - fewest)).Select(blocks =>
            Enumerable.Range(0, heads).Select(head => PackedMask.OfBlocks(block, [.. Enumerable.Range(0, blocks).Select(row => table.Seen(row, head, blocks))])).ToArray())];
    }

    /// <summary>The patterns of some layers.</summary>
    /// <param name="layers">How many layers have patterns of their own, drawn by the seed and those behind it.</param>
    /// <param name="heads">How many heads have patterns of their own.</param>
    /// <param name="length">The most rows of a sequence.</param>
    /// <param name="block">How many rows a block has.</param>
    /// <param name="random">How many random blocks a block sees, by which goes how many blocks are seen whole.</param>
    /// <param name="drawn">How many of these are drawn.</param>
    /// <param name="seed">The seed of the first layer.</param>
    public static BigBirdPatterns[] Of(int layers, int heads, int length, int block, int random, int drawn, int seed)
    {
        int blocks = (length + block - 1) / block;
        return [.. Enumerable.Range(0, layers).Select(layer => new BigBirdPatterns(BigBirdTable.Draw(blocks, heads, drawn, unchecked(seed + layer)), heads, blocks, block, BigBirdTable.Fewest(random)))];
    }

    /// <summary>The patterns of some layers, of random blocks that a method says.</summary>
    /// <param name="layers">How many layers have patterns of their own.</param>
    /// <param name="heads">How many heads have patterns of their own.</param>
    /// <param name="length">The most rows of a sequence.</param>
    /// <param name="block">How many rows a block has.</param>
    /// <param name="random">How many random blocks a block sees.</param>
    /// <param name="choose">Which, of layer, number of blocks, head, row of blocks and place.</param>
    /// <param name="method">What it is called.</param>
    /// <exception cref="InvalidOperationException">What it says is no block of the sequence.</exception>
    public static BigBirdPatterns[] Of(int layers, int heads, int length, int block, int random, Func<int, int, int, int, int, int> choose, string method) =>
        [.. Enumerable.Range(0, layers).Select(layer => new BigBirdPatterns(BigBirdTable.Ask(layer, random, choose, method), heads, (length + block - 1) / block, block, BigBirdTable.Fewest(random)))];

    /// <summary>The mask of a head in a sequence of so many rows.</summary>
    public PackedMask Of(int head, int keys)
    {
        int blocks = (keys + _block - 1) / _block;
        return blocks < _fewest ? _whole : _masks[blocks - _fewest][head];
    }
}
