#if NETSTANDARD2_0
namespace Attention.Generator;
#else
namespace Attention.Runtime;
#endif

/// <summary>
/// Which blocks see which in BigBird's sparse attention: Zaheer et al. 2020, "Big Bird: Transformers for Longer Sequences".
/// </summary>
internal sealed class BigBirdTable
{
    // Of row of blocks, head and number of blocks; rows 0 and the last see everything, and have none.
    private readonly Func<int, int, int, int[]> _random;

    private BigBirdTable(Func<int, int, int, int[]> random) => _random = random;

    /// <summary>
    /// Draws for each row of blocks and head, as the authors' code does, from those blocks of the first 5 + 2 · random that are neither near nor the first or the last of these. A row has
    /// as many in every sequence that has it, so that one table serves all lengths.
    /// </summary>
    public static BigBirdTable Draw(int blocks, int heads, int random, int seed)
    {
        int candidates = Fewest(random) - 1;
        var generator = new Mt19937(unchecked((uint)seed));
        var drawn = new int[blocks][][];
        for (int row = 0; row < blocks; row++)
        {
            drawn[row] = new int[heads][];
            for (int head = 0; head < heads; head++)
                drawn[row][head] = row == 0 || random == 0 ? [] : Draw(generator, row, candidates, random);
        }

        return new BigBirdTable((row, head, _) => drawn[row][head]);
    }

    /// <summary>Has the first block in each random place.</summary>
    public static BigBirdTable First(int random) => new((_, _, _) => new int[random]);

    /// <summary>Asks a method of layer, number of blocks, head, row and place.</summary>
    /// <exception cref="InvalidOperationException">What it says is no block of the sequence.</exception>
    public static BigBirdTable Ask(int layer, int random, Func<int, int, int, int, int, int> choose, string method) => new((row, head, blocks) => [.. Enumerable.Range(0, random).Select(place =>
    {
        int block = choose(layer, blocks, head, row, place);
        return block >= 0 && block < blocks ? block
            : throw new InvalidOperationException($"{method}(layer: {layer}, blocks: {blocks}, head: {head}, row: {row}, place: {place}) is {block}; expected a block of the sequence, from 0 to {blocks - 1}.");
    })]);

    /// <summary>The fewest blocks of a sequence whose rows do not see everything.</summary>
    public static int Fewest(int random) => 6 + (2 * random);

    /// <summary>The blocks of keys that a block of queries sees in a sequence of so many, ascending, each once.</summary>
    public int[] Seen(int row, int head, int blocks) => [.. Times(row, head, blocks).Select(block => block.Block)];

    /// <summary>The same, and how often the keys of each count.</summary>
    public (int Block, int Times)[] Times(int row, int head, int blocks) => row == 0 || row == blocks - 1 ? [.. Enumerable.Range(0, blocks).Select(block => (block, 1))]
        : [.. new[] { 0, row - 1, row, row + 1, blocks - 1 }.Distinct().Concat(_random(row, head, blocks)).GroupBy(block => block).Select(block => (block.Key, block.Count())).OrderBy(block => block.Key)];

    private static int[] Draw(Mt19937 generator, int row, int candidates, int count)
    {
        int[] order = generator.Permutation(candidates);
        bool IsFree(int block) => Math.Abs(block - row) > 1 && block != 0 && block != candidates - 1
            && !(row == 1 && block == candidates - 2) && !(row == candidates - 2 && block == 1);
        return [.. order.Where(IsFree).Take(count)];
    }

    /// <summary>The Mersenne Twister of Matsumoto and Nishimura 1998, as NumPy's <c>random.seed</c> and <c>random.permutation</c> use it.</summary>
    private sealed class Mt19937
    {
        private const int Size = 624, Middle = 397;

        private readonly uint[] _state = new uint[Size];
        private int _next = Size;

        public Mt19937(uint seed)
        {
            _state[0] = seed;
            for (int i = 1; i < Size; i++)
                _state[i] = unchecked((1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i);
        }

        /// <summary>The numbers below a count in an order drawn from the end on.</summary>
        public int[] Permutation(int count)
        {
            int[] order = [.. Enumerable.Range(0, count)];
            for (int i = count - 1; i > 0; i--)
            {
                int j = UpTo(i);
                (order[i], order[j]) = (order[j], order[i]);
            }

            return order;
        }

        /// <summary>A number from 0 to a greatest one; those above it, under the smallest mask of ones, are drawn anew.</summary>
        private int UpTo(int most)
        {
            uint mask = 1;
            while (mask < most)
                mask = (mask << 1) | 1;
            uint drawn;
            do
                drawn = Next() & mask;
            while (drawn > most);
            return (int)drawn;
        }

        private uint Next()
        {
            if (_next == Size)
                Renew();
            uint y = _state[_next++];
            y ^= y >> 11;
            y ^= (y << 7) & 0x9d2c5680;
            y ^= (y << 15) & 0xefc60000;
            return y ^ (y >> 18);
        }

        private void Renew()
        {
            for (int i = 0; i < Size; i++)
            {
                uint y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7fffffff);
                _state[i] = _state[(i + Middle) % Size] ^ (y >> 1) ^ ((y & 1) != 0 ? 0x9908b0dfu : 0);
            }

            _next = 0;
        }
    }
}
