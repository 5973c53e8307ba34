using System.ComponentModel;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Attention.Runtime;

/// <summary>What is added to a head's scores: a number for each distance of query and key, or for each pair.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ScoreBias
{
    /// <summary>Numbers that may be read behind the last.</summary>
    private const int Behind = Measures.KeyPanel + Measures.Group;

    // The number of query q and key k stands at _first + q · _step + k.
    private readonly float[] _values;
    private readonly int _first;
    private readonly int _step;

    private ScoreBias(float[] values, int first, int step) => (_values, _first, _step) = (values, first, step);

    /// <summary>Asks for every head and distance; a bias takes 8 bytes a row.</summary>
    /// <param name="heads">How many heads.</param>
    /// <param name="length">The most queries.</param>
    /// <param name="scale">What scores are multiplied by behind.</param>
    /// <param name="bias">The bias of a head and a distance, query − key.</param>
    /// <param name="name">What the method is called.</param>
    /// <param name="keys">The most keys; as many as queries unless given.</param>
    /// <exception cref="InvalidOperationException">A bias is not finite.</exception>
    public static ScoreBias[] OfDistances(int heads, int length, float scale, Func<int, int, float> bias, string name, int? keys = null) => [.. Enumerable.Range(0, heads).Select(head =>
    {
        int distances = checked(length + (keys ?? length) - 1);
        float[] values = new float[checked(distances + Behind)];
        for (int i = 0; i < distances; i++)
        {
            int distance = length - 1 - i;
            values[i] = Unscaled(bias(head, distance), scale, name, head, $"distance {distance.ToString(CultureInfo.InvariantCulture)}");
        }

        return new ScoreBias(values, length - 1, -1);
    })];

    /// <summary>Asks for every head, query and key; a bias takes 4 · length bytes a row.</summary>
    /// <param name="heads">How many heads.</param>
    /// <param name="length">The most queries.</param>
    /// <param name="scale">What scores are multiplied by behind.</param>
    /// <param name="bias">The bias of a head, a query and a key.</param>
    /// <param name="name">What the method is called.</param>
    /// <param name="keys">The most keys; as many as queries unless given.</param>
    /// <exception cref="InvalidOperationException">A bias is not finite.</exception>
    public static ScoreBias[] OfPairs(int heads, int length, float scale, Func<int, int, int, float> bias, string name, int? keys = null) => [.. Enumerable.Range(0, heads).Select(head =>
    {
        int most = keys ?? length;
        float[] values = new float[checked((length * most) + Behind)];
        for (int query = 0; query < length; query++)
        {
            for (int key = 0; key < most; key++)
                values[(query * most) + key] = Unscaled(bias(head, query, key), scale, name, head, string.Create(CultureInfo.InvariantCulture, $"query {query} and key {key}"));
        }

        return new ScoreBias(values, 0, most);
    })];

    /// <summary>ALiBi's: for each head and distance the distance times the head's slope, below zero on both sides.</summary>
    /// <param name="heads">How many heads.</param>
    /// <param name="length">The most queries, and keys.</param>
    /// <param name="scale">What scores are multiplied by behind.</param>
    public static ScoreBias[] Alibi(int heads, int length, float scale) => OfDistances(heads, length, scale, (head, distance) => (float)(-Slope(heads, head) * Math.Abs(distance)), "Alibi");

    /// <summary>
    /// The slopes of a power of two of heads fall from head to head by one factor, to 2^−8; heads beyond that power have every second one of twice as many, as in the code of Press et al. 2022.
    /// </summary>
    private static double Slope(int heads, int head)
    {
        int power = 1 << BitOperations.Log2((uint)heads);
        return head < power ? Math.Pow(2, -8 * (head + 1.0) / power) : Math.Pow(2, -4 * ((2.0 * (head - power)) + 1) / power);
    }

    private static float Unscaled(float bias, float scale, string name, int head, string place) => float.IsFinite(bias / scale) ? bias / scale
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"'{name}' gives {bias} for head {head}, {place}; expected a finite bias. What a row must not see a Mask hides."));

    /// <summary>Adds the bias to scores that are not scaled yet. Scores behind the last up to a multiple of 16 are changed too.</summary>
    /// <param name="rows">How many rows, queries one behind the other.</param>
    /// <param name="query">The first query.</param>
    /// <param name="key">The first key.</param>
    /// <param name="count">How many keys.</param>
    /// <param name="scores">The score of the first query and key.</param>
    /// <param name="stride">The distance of two rows.</param>
    public void Add(int rows, int query, int key, int count, ref float scores, int stride) =>
        Add(rows, count, ref scores, stride, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_values), _first + (query * (nint)_step) + key), _step);

    /// <summary>Adds numbers to scores that are not scaled yet. Scores behind the last up to a multiple of 16 are changed too, and as many numbers read.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="count">How many keys.</param>
    /// <param name="scores">The score of the first row and key.</param>
    /// <param name="stride">The distance of two rows.</param>
    /// <param name="bias">What is added to it.</param>
    /// <param name="step">The distance of what is added to the first scores of two rows.</param>
    public static void Add(int rows, int count, ref float scores, int stride, ref float bias, int step)
    {
        for (int row = 0; row < rows; row++)
        {
            ref float to = ref Unsafe.Add(ref scores, row * (nint)stride), from = ref Unsafe.Add(ref bias, row * (nint)step);
            for (nuint i = 0; i < (nuint)count; i += 16)
                (Vector512.LoadUnsafe(ref to, i) + Vector512.LoadUnsafe(ref from, i)).StoreUnsafe(ref to, i);
        }
    }
}
