using System.Globalization;
using System.Text.Json;
using Attention.Dsl;
using Xunit;

namespace Attention.Tests.Runtime;

[AttentionModel, Encoder(layers: 0, width: 4), Embedding(vocabulary: 5, length: 3), Positions(PositionKind.Learned)]
internal sealed partial class TwoTables;

/// <summary>Checkpoints as they are published: in shards by an index, and with numbers of other types.</summary>
public sealed class ShardTests : IDisposable
{
    private const string Usual = "model.safetensors.index.json";
    private const string Words = "transformer.encoder.embedding.weight", Positions = "transformer.encoder.positions.weight";
    private const string First = "model-00001-of-00002.safetensors", Second = "model-00002-of-00002.safetensors";

    private static readonly string s_goldens = Path.Combine(AppContext.BaseDirectory, "Goldens"), s_shards = Path.Combine(s_goldens, "shards");

    private readonly string _folder = Directory.CreateTempSubdirectory("attention-shards-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Index => Path.Combine(_folder, Usual);

    [Fact]
    public void A_model_loads_shards_by_their_index_or_their_folder()
    {
        double[] expected = [1.0325893154367805, -0.504922091960907, 0.48160217702388763, -0.5364991724491119, -0.2320632040500641, -0.06376060843467712, 0.4399687647819519, -0.3302106559276581];
        foreach (string path in new[] { Path.Combine(s_shards, Usual), s_shards, s_shards + Path.DirectorySeparatorChar })
            AssertRows(expected, path);

        using SafeTensors file = SafeTensors.Open(s_shards);
        Assert.Equal([Words, Positions], file.Names);
        Assert.Equal([Path.Combine(s_shards, First), Path.Combine(s_shards, Second)], file.Files);
        Assert.True(file.TryGetTensor(Positions, out TensorInfo? positions));
        Assert.Equal((Path.Combine(s_shards, Second), "F32", 48), (positions.File, positions.DataType, positions.Bytes));
        Assert.Equal("pt", file.Metadata["format"]);
        using SafeTensors shard = SafeTensors.Open(Path.Combine(s_shards, Second));
        Assert.Equal(shard.ReadFloats(Positions), file.ReadFloats(Positions));
        Assert.Equal(shard.ReadBytes(Positions), file.ReadBytes(Positions));
    }

    [Fact]
    public void A_relative_path_finds_the_shards_beside_it()
    {
        Write([(Words, First), (Positions, Second)]);
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, Index);
        using SafeTensors file = SafeTensors.Open(relative);
        Assert.Equal([Words, Positions], file.Names);
        Assert.All(file.Files, shard => Assert.StartsWith(Path.GetDirectoryName(relative)!, shard, StringComparison.Ordinal));
    }

    [Fact]
    public void Float64_is_rounded_and_integers_are_refused_where_they_are_wanted()
    {
        AssertRows([-0.6540380716323853, -0.4233659729361534, 1.021956518292427, 0.27454452216625214, 0.8996080756187439, -0.6595286726951599, -0.7480988504830748, 0.6803366839885712], Path.Combine(s_goldens, "f64.safetensors"));
        string message = Assert.Throws<WeightsException>(() => TwoTables.Load(Path.Combine(s_goldens, "i8.safetensors"))).Message;
        Assert.Contains($"tensor '{Words}': expected dtype F64, F32, F16 or BF16, found 'I8'", message, StringComparison.Ordinal);
        using SafeTensors file = SafeTensors.Open(Path.Combine(s_goldens, "i8.safetensors"));
        Assert.Equal(12, file.ReadFloats(Positions).Length);
        Assert.Equal(20, file.ReadBytes(Words).Length);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(-1e-310)]
    [InlineData(1e300)]
    [InlineData(double.NaN)]
    public void Float64_is_rounded_to_the_nearest(double value)
    {
        string path = Path.Combine(_folder, "a.safetensors");
        double[] values = [.. Enumerable.Range(0, 700).Select(i => value * (i + 1))];
        var writer = new SafeTensorsWriter();
        writer.Add("a", "F64", [700], 5600, stream => stream.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())));
        writer.Save(path);
        using SafeTensors file = SafeTensors.Open(path);
        Assert.Equal(values.Select(wide => (float)wide), file.ReadFloats("a"));
        var part = new float[300];
        file.ReadFloats("a", 399, part);
        Assert.Equal(values[399..699].Select(wide => (float)wide), part);
    }

    /// <summary>What a shard has besides is not there: the index decides.</summary>
    [Fact]
    public void The_index_says_what_there_is()
    {
        Write([(Words, First), (Positions, Second)], ("left.over", First), (Words, Second));
        AssertRows(TwoTables.Load(s_shards), TwoTables.Load(Index));
        using SafeTensors file = SafeTensors.Open(Index);
        Assert.Equal([Words, Positions], file.Names);
        Assert.False(file.TryGetTensor("left.over", out _));
    }

    [Fact]
    public void A_misfit_names_the_index_and_tensors_of_all_shards()
    {
        Write([(Words, First), (Positions, Second), ("transformer.encoder.a.bias", First), ("transformer.encoder.b.bias", Second)], ("transformer.encoder.a.bias", First), ("transformer.encoder.b.bias", Second));
        WeightsException refusal = Assert.Throws<WeightsException>(() => TwoTables.Load(_folder));
        Assert.StartsWith(Index, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("found 2 that it does not: 'transformer.encoder.*.bias'", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>What was packed of shards is packed anew once one of them or the index is another.</summary>
    [Fact]
    public void Kept_weights_are_those_of_all_shards()
    {
        Write([(Words, First), (Positions, Second)]);
        AssertRows(TwoTables.Load(s_shards), TwoTables.Load(_folder, keepPacked: true));
        Assert.Single(Directory.GetFiles(_folder, Usual + ".*.packed"));
        AssertRows(TwoTables.Load(s_shards), TwoTables.Load(_folder, keepPacked: true));
        var writer = new SafeTensorsWriter();
        writer.Add(Positions, [3, 4], new float[12]);
        writer.Save(Path.Combine(_folder, Second));
        AssertRows(TwoTables.Load(Index), TwoTables.Load(_folder, keepPacked: true));
        using TwoTables zero = TwoTables.Load(_folder, keepPacked: true);
        using SafeTensors file = SafeTensors.Open(Index);
        Assert.Equal(file.ReadFloats(Words)[..4], zero.CreateSession().Forward([0]).ToArray());
    }

    [Theory]
    [InlineData("", "expected an index of shards in JSON, found: ")]
    [InlineData("[1, 2", "expected an index of shards in JSON, found: ")]
    [InlineData("{\"weight_map\": {\"a\\ud800\": \"b\"}}", "expected an index of shards in JSON, found: ")]
    [InlineData("[]", "expected a safetensors file or an index of shards, found JSON without a weight_map; give the path of the safetensors file itself")]
    [InlineData("{\"weight_map\": 3}", "found JSON without a weight_map")]
    [InlineData("{\"weight_map\": {\"a\": 3}}", "tensor 'a': expected the name of a shard, found Number")]
    [InlineData("{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\", \"a\": \"model-00002-of-00002.safetensors\"}}", "tensor 'a': expected the name once, found it again")]
    [InlineData("{\"weight_map\": {\"a\": \"gone.safetensors\"}}", "expected shard 'gone.safetensors' beside it, found none; fetch it too")]
    [InlineData("{\"weight_map\": {\"a\": \"../b.safetensors\"}}", "expected shards that lie beside it, found '../b.safetensors', which is no name of a file alone; nothing of it is read")]
    [InlineData("{\"weight_map\": {\"a\": \"/b\"}}", "found '/b'")]
    [InlineData("{\"weight_map\": {\"a\": \"..\"}}", "found '..'")]
    [InlineData("{\"weight_map\": {\"a\": \"\"}}", "found ''")]
    [InlineData("{\"weight_map\": {\"a\": \"c:b\"}}", "found 'c:b'")]
    [InlineData("{\"weight_map\": {\"a\": \"b\\u001b[2J\"}}", "found 'b·[2J'")]
    public void An_index_that_is_none_is_told(string json, string told)
    {
        File.WriteAllText(Index, json);
        Refused(Index + ": ", told);
    }

    [Fact]
    public void A_shard_that_does_not_go_with_the_index_is_told()
    {
        Write([(Words, First), (Positions, First)]);
        File.WriteAllText(Index, JsonSerializer.Serialize(new { weight_map = new Dictionary<string, string> { [Words] = First, [Positions] = Second } }));
        File.Copy(Path.Combine(_folder, First), Path.Combine(_folder, Second));
        AssertRows(TwoTables.Load(s_shards), TwoTables.Load(_folder)); // a copy of a shard has what the index says
        File.Copy(Path.Combine(s_shards, First), Path.Combine(_folder, Second), overwrite: true);
        Refused(Path.Combine(_folder, Second) + ": ", $"expected a tensor '{Positions}', which the index says is in it, found none; fetch index and shards of one revision");
        File.WriteAllText(Path.Combine(_folder, Second), "<html>");
        Refused(Path.Combine(_folder, Second) + ": ", "expected a safetensors file, found a web page");
    }

    private void Refused(string place, string told)
    {
        foreach (string path in new[] { Index, _folder })
        {
            string message = Assert.Throws<WeightsException>(() => SafeTensors.Open(path)).Message;
            Assert.StartsWith(place, message, StringComparison.Ordinal);
            Assert.Contains(told, message, StringComparison.Ordinal);
        }
    }

    /// <summary>Writes shards with the tensors of the golden's by the index, and others of one number.</summary>
    private void Write((string Name, string Shard)[] map, params (string Name, string Shard)[] others)
    {
        using SafeTensors golden = SafeTensors.Open(s_shards);
        foreach (string shard in map.Select(tensor => tensor.Shard).Distinct())
        {
            var writer = new SafeTensorsWriter();
            foreach ((string name, _) in map.Where(tensor => tensor.Shard == shard && !others.Contains(tensor)))
            {
                Assert.True(golden.TryGetShape(name, out IReadOnlyList<long>? shape));
                writer.Add(name, [.. shape], golden.ReadFloats(name));
            }

            foreach ((string name, _) in others.Where(tensor => tensor.Shard == shard))
                writer.Add(name, [1], new[] { 1f });
            writer.Save(Path.Combine(_folder, shard));
        }

        File.WriteAllText(Index, JsonSerializer.Serialize(new { weight_map = map.ToDictionary(tensor => tensor.Name, tensor => tensor.Shard) }));
    }

    private static void AssertRows(double[] expected, string path)
    {
        using TwoTables model = TwoTables.Load(path);
        using TwoTables.Session session = model.CreateSession();
        Assert.Equal(expected.Select(value => ((float)value).ToString("G6", CultureInfo.InvariantCulture)), session.Forward([0, 3]).ToArray().Select(value => value.ToString("G6", CultureInfo.InvariantCulture)));
    }

    private static void AssertRows(TwoTables expected, TwoTables actual)
    {
        using (expected)
        using (actual)
        using (TwoTables.Session one = expected.CreateSession(), other = actual.CreateSession())
            Assert.Equal(one.Forward([0, 3]).ToArray(), other.Forward([0, 3]).ToArray());
    }
}
