using System.Text.Json;
using Attention.Tool.Checkpoints;
using Xunit;

namespace Attention.Tool.Tests;

public sealed class InspectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_is_shown_as_a_table_with_totals_and_family()
    {
        string path = _folder.WriteCheckpoint("model.safetensors", ("bert.embeddings.word_embeddings.weight", [5, 4]), ("bert.embeddings.LayerNorm.bias", [4]));
        Ran ran = await Ran.Of("inspect", path);
        Assert.Equal(Cli.Done, ran.Code);
        Assert.Equal("""
            tensor                                  type  shape   size
            bert.embeddings.LayerNorm.bias          F32   [4]     16 B
            bert.embeddings.word_embeddings.weight  F32   [5, 4]  80 B

            2 tensors, 24 numbers of F32, 96 B
            names: Bert, prefix bert; 2 of 2 tensors are among them

            """.ReplaceLineEndings("\n"), string.Join('\n', ran.Output.Split('\n').Select(line => line.TrimEnd()).SkipWhile(line => line.Length == 0)));
    }

    [Theory]
    [InlineData("families/bart", "Bart", "model.encoder, model.decoder")]
    [InlineData("families/bert", "Bert", "bert")]
    [InlineData("families/distilbert", "DistilBert", "distilbert")]
    [InlineData("families/gpt2", "Gpt2", "transformer")]
    [InlineData("families/minilm", "Bert", "")]
    [InlineData("families/roberta", "Roberta", "roberta")]
    [InlineData("families/vit", "Vit", "vit")]
    [InlineData("families/vit_pytorch", "VitPyTorch", "transformer")]
    [InlineData("catalogue/crossvit", "CrossVit", "0")]
    [InlineData("pronounce", "PyTorch", "transformer.encoder, transformer.decoder")]
    [InlineData("catalogue/clip", "Clip", "vision_model, text_model")]
    public async Task Every_family_is_known_by_its_names(string golden, string layout, string prefix)
    {
        JsonElement answer = await Ran.Json("inspect", Path.Combine(AppContext.BaseDirectory, "Goldens", golden + ".safetensors"));
        Assert.Equal(layout, answer.GetProperty("layout").GetProperty("name").GetString());
        Assert.Equal(prefix, answer.GetProperty("layout").GetProperty("prefix").GetString());
    }

    [Fact]
    public async Task Shards_of_an_index_are_one_checkpoint()
    {
        _folder.WriteCheckpoint("one.safetensors", ("a", [2]), ("left.over", [1]));
        _folder.WriteCheckpoint("two.safetensors", ("b", [3]));
        _folder.Write("model.safetensors.index.json", """{"weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}""");
        JsonElement answer = await Ran.Json("inspect", _folder.Path);
        Assert.Equal(2, answer.GetProperty("files").GetArrayLength());
        Assert.Equal(["a", "b"], answer.GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("name").GetString()));
        Assert.Equal(20, answer.GetProperty("bytes").GetInt64());
    }

    [Theory]
    [InlineData("../secret.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../secret.safetensors")]
    [InlineData("..\\secret.safetensors")]
    [InlineData("C:secret.safetensors")]
    [InlineData("a\nb.safetensors")]
    [InlineData("")]
    [InlineData("./one.safetensors")]
    public async Task A_shard_outside_of_the_folder_is_refused(string name)
    {
        Directory.CreateDirectory(_folder["inner/a"]);
        _folder.WriteCheckpoint("secret.safetensors", ("b", [1]));
        _folder.WriteCheckpoint("inner/one.safetensors", ("a", [1]));
        string index = _folder.Write("inner/model.safetensors.index.json", JsonSerializer.Serialize(new { weight_map = new { a = "one.safetensors", b = name } }));
        string message = await Ran.Failure("inspect", index);
        Assert.Contains("expected shards that lie beside it, found ", message);
        Assert.Contains(InnerPath.Printable(name), message);
    }

    [Fact]
    public async Task A_shard_behind_a_link_is_refused_but_for_the_blobs_of_a_cache()
    {
        string secret = _folder.WriteCheckpoint("secret", ("a", [1]));
        Directory.CreateDirectory(_folder["inner"]);
        File.CreateSymbolicLink(_folder["inner/one.safetensors"], secret);
        string index = _folder.Write("inner/model.safetensors.index.json", """{"weight_map": {"a": "one.safetensors"}}""");
        Assert.Contains("a link that leads to", await Ran.Failure("inspect", index));

        Directory.CreateDirectory(_folder["models--a--b/blobs"]);
        Directory.CreateDirectory(_folder["models--a--b/snapshots/123"]);
        File.Move(secret, _folder["models--a--b/blobs/abc"]);
        File.CreateSymbolicLink(_folder["models--a--b/snapshots/123/one.safetensors"], "../../blobs/abc");
        File.Copy(index, _folder["models--a--b/snapshots/123/model.safetensors.index.json"]);
        await Ran.Json("inspect", _folder["models--a--b/snapshots/123"]);
    }

    [Fact]
    public async Task What_cannot_be_read_is_one_line_with_what_to_do()
    {
        Assert.Contains("expected a safetensors file, an index of shards or a folder with one, found nothing", await Ran.Failure("inspect", _folder["none"]));
        Assert.Contains("a web page", await Ran.Failure("inspect", _folder.Write("page.safetensors", "<html></html>")));
        Assert.Contains("found a folder with no safetensors file", await Ran.Failure("inspect", Directory.CreateDirectory(_folder["empty"]).FullName));
        Assert.Contains("fetch it too", await Ran.Failure("inspect", _folder.Write("lone.index.json", """{"weight_map": {"a": "gone.safetensors"}}""")));
        Assert.Contains("give the path of the safetensors file itself", await Ran.Failure("inspect", _folder.Write("config.json", "{}")));
        Assert.Contains("Required argument missing for command: 'inspect'. See 'attention inspect --help'", await Ran.Failure("inspect"));
    }
}
