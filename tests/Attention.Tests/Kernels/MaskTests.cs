using System.Reflection;
using Attention.Dsl;
using Attention.Generator.Kernels;
using Attention.Generator.Operations;
using Attention.Generator.Text;
using Attention.Runtime;
using Attention.Tests.Generator;
using Attention.Tests.Models;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Masks: the bounds that kernels go by are what a mask says that a query sees, and a query that sees nothing gives zero.</summary>
public sealed class MaskTests
{
    private const int ScoreStride = 176, HeadWidth = 16, Keys = 140;

    private delegate void SoftmaxKernel(int rows, int position, int keys, int start, int end, ref float scores);

    private delegate void ContextKernel(int height, int keys, nint start, ref float weights, ref float values, ref float result);

    private delegate int Bound(int query, int keys);

    /// <summary>A mask made for this test: a query sees three keys that lie some way before it, the first queries none.</summary>
    private sealed record SomeBefore : Interval
    {
        public override bool Sees(int query, int key) => key >= query - 40 && key < query - 37;

        public override string First(string query) => $"Math.Max(0, {query} - 40)";

        public override string End(string query, string keys) => $"Math.Max(0, {query} - 37)";

        public override bool MayBeBlind => true;

        public override string Suffix => "_SomeBefore";

        public override string Story => "";

        public override string Summary => "";
    }

    private static readonly Interval[] s_masks = [new Everything(), new Causal(), new Window(0, 0), new Window(1, 0), new Window(5, 5), new Window(40, 0), new Window(33, 2), new Prefix(1), new Prefix(37), new SomeBefore()];

    [Fact]
    public void Bounds_are_what_is_seen()
    {
        string methods = string.Concat(s_masks.Select((mask, i) => $"public static int First{i}(int query, int keys) => {mask.First("query")}; public static int End{i}(int query, int keys) => {mask.End("query", "keys")};\n"));
        Type bounds = GeneratorRun.Of("using System; internal static class Bounds { " + methods + " }").Load().GetType("Bounds")!;
        for (int i = 0; i < s_masks.Length; i++)
        {
            Bound first = bounds.GetMethod($"First{i}")!.CreateDelegate<Bound>(), end = bounds.GetMethod($"End{i}")!.CreateDelegate<Bound>();
            (int first, int end) before = (0, 0);
            for (int query = 0; query < 80; query++)
            {
                int[] seen = [.. Enumerable.Range(0, 80).Where(key => s_masks[i].Sees(query, key))];
                (int first, int end) found = (first(query, 80), end(query, 80));
                Assert.Equal(seen, Enumerable.Range(found.first, Math.Max(0, found.end - found.first)));
                Assert.True(found.first >= before.first && found.end >= before.end, $"{s_masks[i]}: the bounds of query {query} fall");
                Assert.True(s_masks[i].MayBeBlind || seen.Length > 0, $"{s_masks[i]}: query {query} sees nothing");
                Assert.True(s_masks[i].Most is not int most || seen.Length <= most);
                before = found;
            }
        }
    }

    /// <summary>What a mask lists is what is seen: panels that any row of a group sees, ascending, and of each row the keys.</summary>
    [Fact]
    public void Packed_masks_are_what_is_seen()
    {
        foreach (int length in new[] { 1, 7, 8, 9, 31, 32, 33, 100, 257 })
        {
            foreach (Func<int, int, bool> sees in new Func<int, int, bool>[] { (_, _) => true, (_, _) => false, (query, key) => key <= query, (query, key) => (query ^ key) % 7 == 3, (query, key) => key == 32 || key == query })
            {
                PackedMask mask = PackedMask.Of(length, sees);
                for (int query = 0; query < length; query++)
                {
                    int begin = mask.Begin(query);
                    foreach (int keys in new[] { length, Math.Min(length, 33), Math.Min(length, query + 1) })
                    {
                        int count = mask.Count(query, keys);
                        int[] panels = [.. Enumerable.Range(begin, count).Select(mask.Panel)];
                        int first = query / PackedMask.Group * PackedMask.Group;
                        Assert.Equal(
                            Enumerable.Range(0, (keys + 31) / 32).Where(panel => Enumerable.Range(first, Math.Min(PackedMask.Group, length - first)).Any(row => Enumerable.Range(panel * 32, Math.Min(32, length - (panel * 32))).Any(key => sees(row, key)))),
                            panels);
                        for (int i = 0; i < count; i++)
                        {
                            for (int key = 0; key < 32; key++)
                                Assert.Equal((panels[i] * 32) + key < keys && sees(query, (panels[i] * 32) + key), (mask.Seen(begin + i, query, keys) >> key & 1) != 0);
                            foreach ((int from, int to) in new[] { (0, keys), (1, keys - 1), (33, 65), (70, 32), (32, 32) })
                            {
                                for (int key = panels[i] * 32; key < Math.Min(keys, (panels[i] * 32) + 32); key++)
                                    Assert.Equal(key >= from && key < to && sees(query, key), (mask.Seen(begin + i, query, Math.Min(keys, to), from) >> (key % 32) & 1) != 0);
                            }

                            int run = mask.Run(begin + i, count - i);
                            Assert.Equal(Enumerable.Range(panels[i], run), panels[i..(i + run)]);
                            Assert.True(i + run == count || panels[i + run] > panels[i] + run);
                        }
                    }

                    for (int key = 0; key < length; key++)
                        Assert.Equal(sees(query, key), mask.Sees(query, key));
                }
            }
        }
    }

    /// <summary>What is trimmed is what keys do not reach.</summary>
    [Theory]
    [InlineData(0, 257), InlineData(33, 40), InlineData(32, 64), InlineData(64, 32), InlineData(0, 0), InlineData(256, 257)]
    public void Entries_of_other_keys_are_left_out(int first, int end)
    {
        PackedMask mask = PackedMask.Of(257, (query, key) => key / 32 != 3 && key <= query);
        for (int query = 0; query < 257; query += 37)
        {
            int begin = mask.Begin(query), count = mask.Count(query, 257);
            int[] panels = [.. Enumerable.Range(begin, count).Select(mask.Panel).Where(panel => panel * 32 < end && (panel + 1) * 32 > first)];
            mask.Trim(first, end, ref begin, ref count);
            Assert.Equal(first < end ? panels : [], first < end ? Enumerable.Range(begin, count).Select(mask.Panel) : []);
        }
    }

    /// <summary>Keys may be more or fewer than rows.</summary>
    [Theory]
    [InlineData(3, 100), InlineData(90, 33), InlineData(40, 1)]
    public void Masks_of_other_rows_are_what_is_seen(int length, int keys)
    {
        static bool Sees(int query, int key) => (query ^ key) % 7 == 3;
        PackedMask mask = PackedMask.Of(1, length, (_, query, key) => Sees(query, key), keys)[0];
        for (int query = 0; query < length; query++)
        {
            int begin = mask.Begin(query), count = mask.Count(query, keys);
            int[] seen = [.. Enumerable.Range(begin, count).SelectMany(entry => Enumerable.Range(0, 32).Where(key => (mask.Seen(entry, query, keys) >> key & 1) != 0).Select(key => (32 * mask.Panel(entry)) + key))];
            Assert.Equal(Enumerable.Range(0, keys).Where(key => Sees(query, key)), seen);
        }
    }

    /// <summary>Of blocks too, whatever they have in common with groups of rows and panels of keys.</summary>
    [Theory]
    [InlineData(1), InlineData(3), InlineData(4), InlineData(8), InlineData(12), InlineData(32), InlineData(40)]
    public void Masks_of_blocks_are_what_is_seen(int block)
    {
        int[][] seen = [[0, 1, 2, 3, 4, 5, 6], [1], [0, 2, 6], [], [3, 4, 5], [5], [0, 6]];
        PackedMask mask = PackedMask.OfBlocks(block, seen), plain = PackedMask.Of(7 * block, (query, key) => seen[query / block].Contains(key / block));
        Assert.True(mask.Bytes <= plain.Bytes);
        for (int query = 0; query < 7 * block; query++)
        {
            foreach (int keys in new[] { 7 * block, (7 * block) - 1, 1 + (5 * block) })
            {
                int begin = mask.Begin(query), other = plain.Begin(query), count = mask.Count(query, keys);
                Assert.Equal(plain.Count(query, keys), count);
                for (int i = 0; i < count; i++)
                {
                    Assert.Equal(plain.Panel(other + i), mask.Panel(begin + i));
                    Assert.Equal(plain.Seen(other + i, query, keys), mask.Seen(begin + i, query, keys));
                    Assert.Equal(plain.Run(other + i, count - i), mask.Run(begin + i, count - i));
                }
            }
        }
    }

    /// <summary>Where only some pairs are asked, as where all are.</summary>
    [Theory]
    [InlineData(1, 1, 0, 0, false), InlineData(7, 3, 2, 2, false), InlineData(33, 1, 5, 0, false), InlineData(100, 31, 1, 1, true), InlineData(100, 33, 9, 0, false), InlineData(257, 2, 40, 40, true), InlineData(257, 70, 3, 300, false), InlineData(64, 64, 2, 2, false)]
    public void Masks_of_global_rows_are_what_is_seen(int length, int first, int before, int behind, bool areApart)
    {
        bool Sees(int query, int key) => query < first ? !areApart : key < first || (key >= query - before && key <= query + behind);
        PackedMask mask = Assert.Single(PackedMask.Of(1, length, first, before, behind, (_, query, key) => Sees(query, key))), plain = PackedMask.Of(length, Sees);
        Assert.Equal(plain.Bytes, mask.Bytes);
        var told = new GlobalWindow(length, new Everything(), new Window(before, behind), first, areApart);
        for (int query = 0; query < length; query++)
        {
            for (int key = 0; key < length; key++)
                Assert.True(mask.Sees(query, key) == Sees(query, key) && told.Sees(0, query, key) == Sees(query, key), $"{query}, {key}");
        }
    }

    /// <summary>Neither memory nor what is asked grows with the square of the length.</summary>
    [Fact]
    public void Masks_of_global_rows_grow_with_the_length_alone()
    {
        (long Bytes, long Asked) Of(int length)
        {
            long asked = 0;
            PackedMask mask = Assert.Single(PackedMask.Of(1, length, 2, 50, 50, (_, query, key) =>
            {
                asked++;
                return query < 2 || key < 2 || Math.Abs(query - key) <= 50;
            }));
            return (mask.Bytes, asked);
        }

        (long Bytes, long Asked) some = Of(2048), more = Of(8192);
        Assert.InRange((double)more.Bytes / some.Bytes, 3, 4.5);
        Assert.InRange((double)more.Asked / some.Asked, 3, 4.5);
    }

    /// <summary>Panels of keys that some row sees are packed, and no others.</summary>
    [Fact]
    public void What_is_packed_is_what_is_seen()
    {
        const int length = 300, width = 3;
        float[] keys = [.. Enumerable.Range(0, length * width).Select(i => (float)i)];
        PackedMask mask = PackedMask.Of(length, (query, key) => query > 7 && (key < 2 || (query - key is >= 0 and < 20 && key != 100)));
        foreach ((int row, int rows, int count) in new[] { (0, 8, 300), (0, 300, 300), (200, 31, 300), (200, 31, 220), (96, 5, 101), (250, 50, 300) })
        {
            float[] panels = [.. Enumerable.Repeat(float.NaN, 320 * width)];
            KeyPanels.PackSeen(mask, row, rows, count, ref keys[0], width, ref panels[0], width);
            int[] groups = [.. Enumerable.Range(row / PackedMask.Group, ((row + rows - 1) / PackedMask.Group) - (row / PackedMask.Group) + 1)];
            for (int key = 0; key < 320; key++)
            {
                bool isSeen = key < count && groups.Any(group => Enumerable.Range(group * PackedMask.Group, PackedMask.Group).Where(query => query < length).Any(query => Enumerable.Range(key / 32 * 32, 32).Any(other => other < count && mask.Sees(query, other))));
                for (int channel = 0; channel < width; channel++)
                    Assert.Equal(isSeen ? keys[(key * width) + channel] : float.NaN, panels[(key / 32 * 32 * width) + (channel * 32) + (key % 32)]);
            }
        }
    }

    /// <summary>What NumPy drew, and with it the authors' code.</summary>
    [Fact]
    public void Random_blocks_are_those_of_the_authors()
    {
        var golden = new GoldenFile("catalogue/bigbird");
        int[] expected = golden.Ids("golden.input.random_blocks"); // head × row × place
        const int heads = 4, blocks = 10, random = 2;
        var table = Attention.Generator.BigBirdTable.Draw(blocks, heads, random, seed: 0);
        for (int head = 0; head < heads; head++)
        {
            for (int row = 1; row < blocks - 1; row++)
            {
                IEnumerable<int> near = [0, row - 1, row, row + 1, blocks - 1];
                Assert.Equal(near.Concat(expected.AsSpan((((head * (blocks - 2)) + row - 1) * random), random).ToArray()).Distinct().Order(), table.Seen(row, head, blocks));
            }
        }
    }

    [Theory]
    [InlineData(-1), InlineData(8)]
    public void A_block_that_is_none_is_told(int said)
    {
        var error = Assert.Throws<InvalidOperationException>(() => BigBirdPatterns.Of(layers: 2, heads: 1, length: 32, block: 4, random: 1, (layer, blocks, head, row, place) => layer == 1 && row == 3 ? said : 0, "Mine"));
        Assert.Equal($"Mine(layer: 1, blocks: 8, head: 0, row: 3, place: 0) is {said}; expected a block of the sequence, from 0 to 7.", error.Message);
    }

    /// <summary>A class of kernels, or of a generic one that of each arithmetic.</summary>
    private static IEnumerable<Type> InstancesOf(Type type) => !type.IsGenericTypeDefinition ? (KernelClass.IsText(type.Name) ? [type] : [])
        : new[] { typeof(FusedArithmetic), typeof(SeparateArithmetic) }.Select(arithmetic => type.MakeGenericType(arithmetic));

    [Fact]
    public void A_query_that_sees_nothing_gives_zero_and_disturbs_no_other()
    {
        var softmax = new Softmax.Code(ScoreStride, 1, new SomeBefore());
        var context = new Context(HeadWidth, ScoreStride, HeadWidth, HeadWidth, ContextForm.Window);
        var names = new KernelNames([softmax, context]);
        InstructionSet[] sets = [.. Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported)];
        var code = new CodeWriter();
        code.Lines("using System;", "using System.Runtime.CompilerServices;", "using System.Runtime.Intrinsics;", "using Attention.Runtime;");
        foreach (Isa isa in Isa.Texts)
        {
            using (code.Block($"internal static class {isa.Text}{isa.TypeArgument}{(isa.Arithmetic is null ? "" : " where TArithmetic : struct, IArithmetic")}"))
            {
                softmax.Write(new KernelCode(code, isa, names));
                context.Write(new KernelCode(code, isa, names));
            }
        }

        Assembly kernels = GeneratorRun.Of(code.ToString()).Load();
        foreach (InstructionSet set in sets)
        {
            T Find<T>(Kernel kernel)
                where T : Delegate => kernels.GetTypes().SelectMany(InstancesOf).Single(type => KernelClass.SetOf(type) == set).GetMethod(names[kernel], BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<T>();

            // Queries 34 to 41: 37 and those before it see nothing, 38 sees key 0, and so on.
            const int position = 34, rows = 4;
            for (int first = position; first < position + 8; first += rows)
            {
                float[] scores = new float[rows * ScoreStride], values = new float[Keys * HeadWidth], result = new float[rows * HeadWidth];
                Array.Fill(scores, float.NaN);
                Array.Fill(result, float.NaN);
                for (int row = 0; row < rows; row++)
                {
                    for (int key = 0; key < 64; key++)
                        scores[(row * ScoreStride) + key] = 1000 * MathF.Sin((17 * row) + key);
                }

                for (int i = 0; i < values.Length; i++)
                    values[i] = MathF.Cos(i);
                Find<SoftmaxKernel>(softmax)(rows, first, Keys, 0, 64, ref scores[0]);
                Find<ContextKernel>(context)(rows, 64, 0, ref scores[0], ref values[0], ref result[0]);
                for (int row = 0; row < rows; row++)
                {
                    int query = first + row;
                    int[] seen = [.. Enumerable.Range(0, 64).Where(key => new SomeBefore().Sees(query, key))];
                    double largest = seen.Select(key => 1000.0 * MathF.Sin((17 * row) + key)).DefaultIfEmpty(0).Max();
                    double[] weights = [.. seen.Select(key => Math.Exp((1000f * MathF.Sin((17 * row) + key)) - largest))];
                    for (int column = 0; column < HeadWidth; column++)
                    {
                        double expected = seen.Select((key, i) => weights[i] / weights.Sum() * values[(key * HeadWidth) + column]).Sum();
                        float actual = result[(row * HeadWidth) + column];
                        Assert.True(seen.Length > 0 ? Math.Abs(expected - actual) < 1e-4 : actual == 0, $"{set}, query {query}, column {column}: {actual} instead of {expected}");
                    }
                }
            }
        }
    }
}
