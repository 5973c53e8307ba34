using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Attention.Dsl;
using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>What a packer says of a checkpoint as a whole: tensors that nothing reads, and all misfits together.</summary>
public sealed class CheckpointFitTests
{
    private static readonly float[] s_table = [1, 2, 3, 4, 5, 6];

    /// <summary>A tensor of one byte a value, or of float32 values.</summary>
    internal static (string Name, string Type, int[] Shape, byte[] Data) Tensor(string name, int[] shape, params float[] values)
    {
        int count = shape.Aggregate(1, (product, size) => product * size);
        float[] data = values.Length == count ? values : [.. Enumerable.Range(0, count).Select(i => values.Length == 0 ? i + 1f : values[i % values.Length])];
        return (name, "F32", shape, MemoryMarshal.AsBytes(data.AsSpan()).ToArray());
    }

    /// <summary>Adds tensors to a safetensors file, and takes some away.</summary>
    internal static byte[] Change(byte[] file, Func<string, bool> isKept, params (string Name, string Type, int[] Shape, byte[] Data)[] more)
    {
        int length = checked((int)BitConverter.ToInt64(file));
        JsonObject header = JsonNode.Parse(file.AsSpan(8, length))!.AsObject();
        foreach (string name in header.Select(tensor => tensor.Key).Where(name => !isKept(name)).ToArray())
            header.Remove(name);
        List<byte> data = [.. file.AsSpan(8 + length)];
        foreach ((string name, string type, int[] shape, byte[] bytes) in more)
        {
            header[name] = new JsonObject { ["dtype"] = type, ["shape"] = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]), ["data_offsets"] = new JsonArray(data.Count, data.Count + bytes.Length) };
            data.AddRange(bytes);
        }

        byte[] json = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. data];
    }

    private static WeightPacker Packer(params (string Name, string Type, int[] Shape, byte[] Data)[] tensors) =>
        new(SafeTensors.Read(new MemoryStream(Change(SafeTensorsTests.FileOf("{}"), _ => true, tensors))), 512);

    private static IReadOnlyList<string> Misfits(WeightPacker packer, string[]? counted = null, string[]? heads = null, string[]? unread = null)
    {
        try
        {
            packer.Complete(counted ?? ["*"], heads ?? [], unread ?? []);
            return [];
        }
        catch (WeightsException refusal)
        {
            Assert.NotEmpty(refusal.Misfits);
            return refusal.Misfits;
        }
    }

    private static string NotRead(string name, string shape) => $"expected the model to read all tensors under its prefixes, found one that it does not: '{name}' of shape {shape}";

    [Theory]
    [InlineData("a.b.c", "a.b.c", true)]
    [InlineData("a.b.c", "a.b", false)]
    [InlineData("a.b", "a.b.c", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "a.b", true)]
    [InlineData("", "a", false)]
    [InlineData("a.*", "a.b.c", true)]
    [InlineData("a.*", "a.", true)]
    [InlineData("a.*", "a", false)]
    [InlineData("a.*", "ab.c", false)]
    [InlineData("*.bias", "a.b.bias", true)]
    [InlineData("*.bias", "a.bias.weight", false)]
    [InlineData("a.*.b.*.c", "a.x.b.b.y.c", true)]
    [InlineData("a.*.b.*.c", "a.x.b.c", false)]
    [InlineData("**a**", "bab", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("*ab*ab", "abababa", false)]
    [InlineData("*ab*ab", "xababab", true)]
    public void A_pattern_is_of_whole_names(string pattern, string name, bool expected) => Assert.Equal(expected, TensorPattern.Matches(pattern, name));

    [Fact]
    public void Unread_tensors_under_a_prefix_are_misfits_and_others_are_not()
    {
        WeightPacker packer = Packer(Tensor("a.norm.weight", [2]), Tensor("a.more.weight", [2, 3]), Tensor("ab.weight", [2]), Tensor("b", [1]), Tensor("c.weight", [1]));
        packer.Vector("a.norm.weight", 2, 0, 2, 0);
        Assert.Empty(Misfits(packer, counted: []));
        Assert.Equal([NotRead("a.more.weight", "[2, 3]")], Misfits(packer, counted: ["a.*"]));
        Assert.Equal([NotRead("a.more.weight", "[2, 3]"), NotRead("c.weight", "[1]")], Misfits(packer, counted: ["a.*", "c.weight"]).Order());
        Assert.Empty(Misfits(packer, counted: ["a.*"], unread: ["x", "a.more.*"]));
        Assert.Equal([NotRead("ab.weight", "[2]")], Misfits(packer, unread: ["a.more.*", "b", "c*"]));
    }

    [Theory]
    [InlineData("n.weight")]
    [InlineData("n.gamma")]
    [InlineData("n.g")]
    public void Of_several_names_the_first_that_is_there_is_taken(string name)
    {
        WeightPacker packer = Packer(Tensor(name, [2], 7, 8), Tensor("other", [2]));
        packer.Vector("n.weight|n.gamma|n.g", 2, 0, 2, 16);
        Assert.Equal([7f, 8], packer.Memory.Span.Slice(16, 2).ToArray());
        Assert.Equal([NotRead("other", "[2]")], Misfits(packer));
        packer.Table("n.weight|n.gamma|n.g", 2, 3, 0, 2, 32, 16);
        Assert.Contains($"tensor '{name}': expected shape [2, 3], found [2]", Misfits(packer));
    }

    [Fact]
    public void A_tensor_that_has_none_of_its_names_is_called_by_the_first()
    {
        WeightPacker packer = Packer(Tensor("n.other", [1]));
        packer.Vector("n.weight|n.gamma", 2, 0, 2, 0);
        packer.Scalar("n.scale|n.s", 1);
        Assert.Equal(["expected a tensor 'n.weight' of shape [2], found none; the nearest of its 1 unread tensors is 'n.other' of shape [1]", "expected a tensor 'n.scale' of shape [1], found none; the nearest of its 1 unread tensors is 'n.other' of shape [1]"], Misfits(packer, counted: []));
    }

    /// <summary>What a word means counts more than its letters, and what has another shape is less likely.</summary>
    [Theory]
    [InlineData("a.LayerNorm.weight", "a.LayerNorm.gamma", "a.LayerNorm.beta")]
    [InlineData("a.LayerNorm.bias", "a.LayerNorm.beta", "a.LayerNorm.gamma")]
    [InlineData("a.0.norm.weight", "b.1.norm.weight", "a.0.norms.weight [3]")]
    [InlineData("a.0.norm.weight", "a.0.norm.weights [3]", "b.1.normalized.weight")]
    public void A_missing_tensor_has_its_neighbour(string name, string nearest, string other)
    {
        WeightPacker packer = Packer([.. new[] { other, nearest }.Select(tensor => Tensor(tensor.Split(' ')[0], [tensor.EndsWith(']') ? 3 : 2]))]);
        packer.Vector(name, 2, 0, 2, 0);
        Assert.Contains($"the nearest of its 2 unread tensors is '{nearest.Split(' ')[0]}'", Assert.Single(Misfits(packer, counted: [])), StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_two_names_are_copies()
    {
        WeightPacker same = Packer(Tensor("a", [2], 5, 6), Tensor("b", [2], 5, 6)), others = Packer(Tensor("a", [2], 5, 6), Tensor("b", [2], 5, 7));
        foreach (WeightPacker packer in (WeightPacker[])[same, others])
        {
            for (int time = 0; time < 2; time++)
                packer.Vector("a|b", 2, 0, 2, 0);
        }

        Assert.Empty(Misfits(same));
        Assert.Equal(["tensor 'a': expected the values of 'b', which is another name of the same tensor, found others; remove one of the two from the file"], Misfits(others));
    }

    [Theory]
    [InlineData("rnn.weight_hr_l0", "projects the states of an LSTM (proj_size)", "let a [Linear] without bias do the same")]
    [InlineData("rnn.weight_hr_l0_reverse", "projects the states of an LSTM (proj_size)")]
    [InlineData("rnn.weight_cf_l0", "is a peephole", "train one without peepholes")]
    [InlineData("rnn.Wco", "is a peephole")]
    [InlineData("rnn.P")]
    [InlineData("other.weight_hr_l0")]
    [InlineData("rnn.weight_conv")]
    public void Tensors_of_cells_that_there_are_none_of_are_told(string name, params string[] facts)
    {
        WeightPacker packer = Packer(Tensor("rnn.weight_hh_l0", [2]), Tensor(name, [2]));
        packer.Vector("rnn.weight_hh_l0", 2, 0, 2, 0);
        IReadOnlyList<string> misfits = Misfits(packer, counted: []);
        Assert.Equal(Math.Min(1, facts.Length), misfits.Count);
        Assert.All(facts, fact => Assert.Contains(fact, misfits[0], StringComparison.Ordinal));
        Assert.All(misfits, misfit => Assert.StartsWith($"tensor '{name}' ", misfit, StringComparison.Ordinal));
        Assert.Equal(misfits, Misfits(packer, counted: facts.Length == 0 ? [] : ["*"]));
        Assert.Empty(Misfits(packer, unread: [name]));
    }

    [Fact]
    public void Peepholes_of_the_onnx_standard_are_told()
    {
        WeightPacker packer = Packer(Tensor("R", [2]), Tensor("P", [2]));
        packer.Vector("R", 2, 0, 2, 0);
        Assert.Contains("tensor 'P' is a peephole", Assert.Single(Misfits(packer)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bias_beside_a_weight_that_is_read_counts_wherever_it_is_unless_it_is_zero()
    {
        WeightPacker packer = Packer(Tensor("out.weight", [2, 2]), Tensor("out.bias", [2]), Tensor("zero.weight", [2]), Tensor("zero.bias", [2], 0f), Tensor("x.bias", [2]), Tensor("in_proj_weight", [2]), Tensor("in_proj_bias", [2], 0f, 1f));
        packer.Product("out.weight", 2, 2, 0, 2, 0, 0, new PanelWidths(2, 1, 0));
        packer.Vector("zero.weight", 2, 0, 2, 8);
        packer.Vector("in_proj_weight", 2, 0, 2, 16);
        Assert.Equal([NotRead("in_proj_bias", "[2]"), NotRead("out.bias", "[2]")], Misfits(packer, counted: []).Order());
        Assert.Empty(Misfits(packer, counted: [], unread: ["*bias"]));
    }

    [Theory]
    [InlineData("position_ids", "I64", new[] { 1, 4 }, true)]
    [InlineData("num_batches_tracked", "I64", new int[0], true)]
    [InlineData("rotary_emb.inv_freq", "F32", new[] { 4 }, true)]
    [InlineData("inv_freq.weight", "F32", new[] { 4 }, false)]
    [InlineData("position_ids.weight", "F32", new[] { 4 }, false)]
    [InlineData("my_position_ids", "F32", new[] { 4 }, false)]
    [InlineData("attn.bias", "U8", new[] { 1, 1, 4, 4 }, true)]
    [InlineData("attn.bias", "F32", new[] { 4, 4 }, true)]
    [InlineData("attn.bias", "F32", new[] { 12 }, false)]
    [InlineData("attn.bias", "F32", new[] { 1, 1, 4, 3 }, false)]
    [InlineData("attn.bias", "F32", new[] { 2, 4, 4 }, false)]
    [InlineData("attn.bias", "F32", new[] { 1 }, false)]
    [InlineData("attn.masked_bias", "F32", new int[0], true)]
    [InlineData("attn.masked_bias", "F32", new[] { 1 }, true)]
    [InlineData("attn.masked_bias", "F32", new[] { 3 }, false)]
    [InlineData("attn.weight", "F32", new[] { 4, 4 }, false)]
    public void Buffers_never_count(string name, string type, int[] shape, bool isBuffer)
    {
        int count = shape.Aggregate(1, (product, size) => product * size);
        byte[] ones = [.. Enumerable.Repeat((byte)1, count * (type switch { "U8" => 1, "I64" => 8, _ => 4 }))];
        IReadOnlyList<string> misfits = Misfits(Packer(("h.0." + name, type, shape, ones)));
        Assert.Equal(isBuffer ? [] : [NotRead("h.0." + name, $"[{string.Join(", ", shape)}]")], misfits);
    }

    [Fact]
    public void A_copy_of_a_table_never_counts_and_another_table_does()
    {
        WeightPacker packer = Packer(Tensor("wte.weight", [3, 2], s_table), Tensor("copy.weight", [3, 2], s_table), Tensor("other.weight", [3, 2], 1, 2, 3, 4, 5, 7), Tensor("turned.weight", [2, 3], s_table), Tensor("v", [6], s_table));
        packer.Table("wte.weight", 3, 2, 0, 3, 0, 2);
        packer.Vector("v", 6, 0, 6, 8);
        Assert.Equal([NotRead("other.weight", "[3, 2]") + ", and other values than table 'wte.weight'", NotRead("turned.weight", "[2, 3]")], Misfits(packer).Order());
    }

    [Fact]
    public void A_copy_of_a_bias_never_counts_and_another_bias_does()
    {
        float[] values = s_table[..3];
        WeightPacker packer = Packer(Tensor("lm_head.bias", [3], values), Tensor("lm_head.decoder.bias", [3], values), Tensor("norm.weight", [3], values), Tensor("other.bias", [3], 1, 2, 4));
        packer.Vector("lm_head.bias", 3, 0, 3, 0);
        Assert.Equal([NotRead("norm.weight", "[3]"), NotRead("other.bias", "[3]")], Misfits(packer).Order());
    }

    [Fact]
    public void Positions_that_the_model_computes_never_count()
    {
        const int Length = 9, Width = 6;
        float[] halves = [.. Enumerable.Range(0, 12 * Width).Select(i => (i / Width, i % Width % 3, i % Width / 3)).Select(at => (float)(at.Item3 == 0 ? Math.Sin(at.Item1 * Math.Pow(10000, -at.Item2 / 3.0)) : Math.Cos(at.Item1 * Math.Pow(10000, -at.Item2 / 3.0))))];
        float[] wrong = [.. halves];
        wrong[(8 * Width) + 5] += 0.01f;
        WeightPacker packer = Packer(Tensor("embed_positions.weight", [12, Width], halves), Tensor("few", [1, 4, Width], halves[..(4 * Width)]), Tensor("wrong", [12, Width], wrong), Tensor("one", [1, Width], halves[..Width]), ("ints", "I32", [12, Width], new byte[4 * 12 * Width]));
        Assert.Equal(5, Misfits(packer).Count);
        packer.SinusoidalHalves(Length, Width, 0, 16);
        Assert.Equal([NotRead("ints", "[12, 6]"), NotRead("one", "[1, 6]"), NotRead("wrong", "[12, 6]")], Misfits(packer).Order());

        // A model that begins at 2 may have a table that begins there, or at 0 as all do.
        WeightPacker later = Packer(Tensor("from.0", [12, Width], halves), Tensor("from.2", [9, Width], halves[(2 * Width)..(11 * Width)]), Tensor("from.1", [9, Width], halves[Width..(10 * Width)]));
        later.SinusoidalHalves(Length, Width, 0, 16, first: 2);
        Assert.Equal([NotRead("from.1", "[9, 6]")], Misfits(later));
    }

    [Fact]
    public void A_head_counts_only_where_a_part_of_it_is_read()
    {
        (string, string, int[], byte[])[] tensors = [Tensor("bert.w", [1]), Tensor("bert.pooler.w", [1]), Tensor("classifier.dense.w", [1]), Tensor("classifier.out.w", [1]), Tensor("norm.w", [1])];
        string[] heads = ["bert.pooler.*", "classifier.*|norm.*"];
        WeightPacker none = Packer(tensors), some = Packer(tensors);
        none.Vector("bert.w", 1, 0, 1, 0);
        some.Vector("bert.w", 1, 0, 1, 0);
        some.Vector("classifier.out.w", 1, 0, 1, 1);
        Assert.Empty(Misfits(none, heads: heads));
        Assert.Equal([NotRead("classifier.dense.w", "[1]"), NotRead("norm.w", "[1]")], Misfits(some, heads: heads).Order());
        Assert.Equal([NotRead("classifier.dense.w", "[1]"), NotRead("norm.w", "[1]")], Misfits(some, counted: ["bert.*"], heads: heads).Order());
    }

    [Fact]
    public void A_stacked_bias_of_which_a_part_is_not_read_counts_unless_that_is_zero()
    {
        WeightPacker packer = Packer(Tensor("some", [6], 1, 2, 3, 4, 0, 0), Tensor("all", [6], s_table));
        packer.Vector("all", 6, 4, 2, 0);
        packer.Vector("all", 6, 0, 2, 2);
        packer.Vector("some", 6, 0, 2, 4);
        packer.Vector("some", 6, 0, 2, 6);
        Assert.Equal(
            ["tensor 'all': expected the model to read all of its 6 values, found 4 that it does; of the others that at [2] is 3", "tensor 'some': expected the model to read all of its 6 values, found 2 that it does; of the others that at [2] is 3"],
            Misfits(packer).Order());
        packer.Vector("all", 6, 2, 2, 8);
        packer.Vector("some", 6, 2, 2, 10);
        Assert.Empty(Misfits(packer));
    }

    [Fact]
    public void Patterns_cover_what_is_unread_and_nothing_that_is_read()
    {
        string[] names = [.. from layer in Enumerable.Range(0, 12)
                             from part in (string[])["attn.q", "attn.k", "attn.v", "attn.out", "norm1", "fc1", "fc2", "norm2"]
                             from kind in (string[])["weight", "bias"]
                             select $"enc.layers.{layer}.{part}.{kind}"];
        Expect(name => name.StartsWith("enc.layers.8.", StringComparison.Ordinal) || name.StartsWith("enc.layers.11.", StringComparison.Ordinal), ("enc.layers.11.*", 16), ("enc.layers.8.*", 16));
        Expect(name => name.Contains(".attn.", StringComparison.Ordinal) && name.EndsWith("bias", StringComparison.Ordinal), ("enc.layers.*.attn.*.bias", 48));
        Expect(name => name.EndsWith("bias", StringComparison.Ordinal), ("enc.layers.*.bias", 96));
        Expect(name => name.Contains("fc1.bias", StringComparison.Ordinal), ("enc.layers.*.fc1.bias", 12));
        Expect(name => name.Contains("norm2", StringComparison.Ordinal), ("enc.layers.*.norm2.*", 24));
        Expect(name => name == "enc.layers.3.fc1.bias", ("enc.layers.3.fc1.bias", 1));
        Expect(name => name.StartsWith("enc.layers.3.fc1", StringComparison.Ordinal), ("enc.layers.3.fc1.*", 2));

        void Expect(Func<string, bool> isUnread, params (string, int)[] expected) =>
            Assert.Equal(expected, TensorPattern.Cover([.. names.Where(isUnread)], [.. names.Where(name => !isUnread(name))]).Order());
    }

    [Fact]
    public void All_misfits_are_told_at_once_with_the_file()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors");
        File.WriteAllBytes(path, Change(SafeTensorsTests.FileOf("{}"), _ => true,
            Tensor("m.embed.weight", [3, 2], s_table), Tensor("m.embed_norm.bias", [2]), Tensor("m.flat", [4]), ("m.int", "I32", [1], [1, 0, 0, 0]), Tensor("m.nan", [2, 2], 1, float.NaN, float.PositiveInfinity, 1), Tensor("m.layers.1.a", [1]), Tensor("m.layers.1.b", [1])));
        try
        {
            using SafeTensors source = SafeTensors.Open(path);
            WeightPacker packer = new(source, 64);
            packer.Table("m.embed.weight", 3, 2, 0, 3, 0, 2);
            packer.Vector("m.embed_nrom.bias", 2, 0, 2, 8);
            packer.Vector("m.embed_nrom.bias", 2, 0, 2, 8);
            packer.Vector("m.flat", 5, 0, 5, 10);
            packer.Vector("m.int", 1, 0, 1, 16);
            packer.Product("m.nan", 2, 2, 0, 2, 20, 0, new PanelWidths(2, 1, 0));
            WeightsException refusal = Assert.Throws<WeightsException>(() => packer.Complete(["m.*"], [], []));
            string[] misfits =
            [
                "expected a tensor 'm.embed_nrom.bias' of shape [2], found none; the nearest of its 3 unread tensors is 'm.embed_norm.bias' of shape [2]",
                "tensor 'm.flat': expected shape [5], found [4]",
                "tensor 'm.int': expected dtype F64, F32, F16 or BF16, found 'I32'",
                "tensor 'm.nan': expected finite values, found NaN at [0, 1], the first of 2 such values",
                "expected the model to read all tensors under its prefixes, found 2 that it does not: 'm.layers.1.*'",
                NotRead("m.embed_norm.bias", "[2]"),
            ];
            Assert.Equal(misfits, refusal.Misfits);
            Assert.Equal(
                $"{path} does not fit the model:{string.Concat(misfits.Select(misfit => "\n- " + misfit))}\n"
                + "Declare what reads them, or leave them out on purpose: [AttentionModel(…, Unread = new[] { \"m.layers.1.*\", \"m.embed_norm.bias\" })]", refusal.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Of_many_misfits_the_message_tells_ten_of_each_kind()
    {
        WeightPacker packer = Packer([.. Enumerable.Range(0, 12).Select(i => Tensor($"{(char)('a' + i)}", [1]))]);
        for (int i = 0; i < 13; i++)
            packer.Vector($"lost{i}", 1, 0, 1, 0);
        WeightsException refusal = Assert.Throws<WeightsException>(() => packer.Complete(["*"], [], []));
        Assert.Equal(25, refusal.Misfits.Count);
        string[] lines = [.. refusal.Message.Split('\n').Select(line => line.StartsWith("- ", StringComparison.Ordinal) ? line[2..] : line)];
        Assert.Equal((10, 10), (lines.Count(line => line.StartsWith("expected a tensor 'lost", StringComparison.Ordinal)), lines.Count(line => line.StartsWith("expected the model", StringComparison.Ordinal))));
        Assert.Equal(["and 3 more", "and 2 more"], lines.Where(line => line.StartsWith("and ", StringComparison.Ordinal)));
        Assert.Empty(Assert.Throws<WeightsException>(() => SafeTensors.Read(new MemoryStream())).Misfits);
    }
}
