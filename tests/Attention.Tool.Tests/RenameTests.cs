using Attention.Dsl;
using Xunit;

namespace Attention.Tool.Tests;

public sealed class RenameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private async Task<SafeTensors> Renamed(string rules)
    {
        Ran ran = await Ran.Of("rename", _folder["model.safetensors"], "--rules", _folder.Write("rules.txt", rules), "--output", _folder["out.safetensors"]);
        Assert.True(ran.Code == Cli.Done, ran.Error);
        return SafeTensors.Open(_folder["out.safetensors"]);
    }

    private Task<string> Failure(string rules) => Ran.Failure("rename", _folder["model.safetensors"], "--rules", _folder.Write("rules.txt", rules), "--output", _folder["out.safetensors"]);

    private static void AssertTensor(SafeTensors file, string name, long[] shape, params float[] values)
    {
        Assert.True(file.TryGetShape(name, out IReadOnlyList<long>? found), $"no {name} among {string.Join(", ", file.Names)}");
        Assert.Equal(shape, found);
        Assert.Equal(values, file.ReadFloats(name));
    }

    [Fact]
    public async Task Names_move_by_patterns()
    {
        _folder.WriteCheckpoint("model.safetensors", ("h.0.a.weight", [1]), ("h.11.a.weight", [1]), ("x", [1]), ("y", [1]));
        using SafeTensors file = await Renamed("""
            # layers
            rename h.{layer}.a.* -> layers.{layer}.b.*   # and what is behind
            rename x -> z
            rename y -> x
            """);
        Assert.Equal(["layers.0.b.weight", "layers.11.b.weight", "x", "z"], file.Names);
        AssertTensor(file, "layers.11.b.weight", [1], 1);
        AssertTensor(file, "x", [1], 3);
    }

    [Fact]
    public async Task Tensors_are_split_stacked_transposed_sliced_and_dropped()
    {
        _folder.WriteCheckpoint("model.safetensors", ("qkv", [6, 2]), ("left", [2, 1]), ("right", [2, 2]), ("wide", [2, 3]), ("positions", [4, 2]), ("columns", [2, 3]), ("gone.ids", [2]), ("twice", [2, 2]));
        using SafeTensors file = await Renamed("""
            split qkv -> q:2, k:3, v:1
            stack left, right -> both axis 1
            transpose wide
            slice positions 2:
            slice columns :2 axis 1
            repeat twice every 1 row 2 times
            drop *.ids
            """);
        AssertTensor(file, "q", [2, 2], 0, 1, 2, 3);
        AssertTensor(file, "k", [3, 2], 4, 5, 6, 7, 8, 9);
        AssertTensor(file, "v", [1, 2], 10, 11);
        AssertTensor(file, "both", [2, 3], 12, 14, 15, 13, 16, 17);
        AssertTensor(file, "wide", [3, 2], 18, 21, 19, 22, 20, 23);
        AssertTensor(file, "positions", [2, 2], 28, 29, 30, 31);
        AssertTensor(file, "columns", [2, 2], 32, 33, 35, 36);
        AssertTensor(file, "twice", [4, 2], 40, 41, 40, 41, 42, 43, 42, 43);
        Assert.Equal(["both", "columns", "k", "positions", "q", "twice", "v", "wide"], file.Names);
    }

    [Fact]
    public async Task Types_and_metadata_stay()
    {
        var writer = new SafeTensorsWriter();
        writer.Metadata["format"] = "pt";
        writer.Add("ids", "I64", [2, 1], 16, stream => stream.Write(Enumerable.Range(0, 16).Select(i => (byte)i).ToArray()));
        writer.Add("half", "BF16", [2, 2], 8, stream => stream.Write([1, 2, 3, 4, 5, 6, 7, 8]));
        writer.Save(_folder["model.safetensors"]);
        using SafeTensors file = await Renamed("transpose half\nrename ids -> position_ids");
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(new byte[] { 1, 2, 5, 6, 3, 4, 7, 8 }, file.ReadBytes("half"));
        Assert.True(file.TryGetTensor("position_ids", out TensorInfo? ids));
        Assert.Equal("I64", ids.DataType);
    }

    [Fact]
    public async Task Without_rules_shards_become_one_file()
    {
        _folder.WriteCheckpoint("one.safetensors", ("a", [2]));
        _folder.WriteCheckpoint("two.safetensors", ("b", [3]));
        string index = _folder.Write("model.safetensors.index.json", """{"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}""");
        Assert.Equal(Cli.Done, (await Ran.Of("rename", index, "-o", _folder["model.safetensors"])).Code);
        using SafeTensors file = SafeTensors.Open(_folder["model.safetensors"]);
        AssertTensor(file, "a", [2], 0, 1);
        AssertTensor(file, "b", [3], 0, 1, 2);
    }

    [Theory]
    [InlineData("renam a -> b", "line 1: expected 'rename A -> B'")]
    [InlineData("\nrename a", "line 2: expected 'rename A -> B'")]
    [InlineData("rename a b -> c", "expected 'rename A -> B'")]
    [InlineData("slice a", "expected 'rename A -> B'")]
    [InlineData("rename z.weight -> b", "expected a tensor 'z.weight', found none; the nearest name is 'x.weight'")]
    [InlineData("rename a -> {n}", "expected '{n}' to have no hole that 'a' has not, found {n}")]
    [InlineData("rename a -> b", "expected 'b' to be a new name")]
    [InlineData("rename {n}.weight -> c", "expected 'c' to be a new name")]
    [InlineData("stack a, c -> d", "expected a tensor 'c' beside the others, found none")]
    [InlineData("stack a, b -> d", "found 'b' of shape [3]")]
    [InlineData("split a -> c, d, e", "expected the parts to make 2, axis 0 of 'a' of shape [2, 2], found 0 + 0 + 0")]
    [InlineData("split a -> c, d axis 2", "expected an axis from 0 to 1 of 'a' of shape [2, 2], found 2")]
    [InlineData("transpose b", "expected two dimensions to exchange, found 'b' of shape [3]")]
    [InlineData("repeat b every 2 rows 2 times", "expected rows that divide those of 'b' of shape [3], at least once, found 2 rows, 2 times")]
    [InlineData("repeat b every 0 rows 2 times", "at least once, found 0 rows, 2 times")]
    [InlineData("repeat b every 3 rows", "expected 'rename A -> B'")]
    [InlineData("slice b 1:4", "expected a part of 0:3 of 'b' of shape [3], found 1:4")]
    public async Task A_rule_that_does_not_fit_says_where_and_why(string rules, string message)
    {
        _folder.WriteCheckpoint("model.safetensors", ("a", [2, 2]), ("b", [3]), ("x.weight", [1]), ("y.weight", [1]));
        Assert.Contains(message, await Failure(rules));
        Assert.False(File.Exists(_folder["out.safetensors"]));
    }

    [Fact]
    public async Task The_file_that_is_read_is_not_written_over()
    {
        _folder.WriteCheckpoint("model.safetensors", ("a", [1]));
        Assert.Contains("expected another file than the one that is read", await Ran.Failure("rename", _folder.Path, "--output", _folder["model.safetensors"]));
    }
}
