using System.Text.Json;
using Attention.Tests;
using Xunit;

namespace Attention.Tool.Tests;

/// <summary>Trained checkpoints of others, which are on some machines only, by nothing but their files.</summary>
public sealed class SharedModelTests
{
    [Fact]
    public async Task Bart_spells_as_its_reference_does()
    {
        string? path = SharedModels.Find("bart-g2p-us");
        Assert.SkipUnless(path is not null, "The folder shared/models is not here.");
        using var golden = new Golden(Path.Combine(path, "golden.safetensors"));
        JsonElement answer = await Ran.Json(["run", path, "--generate", "63", .. Enumerable.Range(0, 8).SelectMany(word => new[] { "--tokens", golden.Ids($"{word}.source_ids") })]);
        for (int word = 0; word < 8; word++)
        {
            int[] generated = [.. answer.GetProperty("runs")[word].GetProperty("stages")[1].GetProperty("generated").EnumerateArray().Select(token => token.GetInt32())];
            Assert.Equal(golden.Tokens($"{word}.target_ids")[1..], generated);
        }
    }

    [Fact]
    public async Task A_llama_tells_the_story_of_its_reference()
    {
        string? path = SharedModels.Find("stories260K");
        Assert.SkipUnless(path is not null, "The folder shared/models is not here.");
        using var golden = new Golden(Path.Combine(path, "golden.safetensors"));
        JsonElement answer = await Ran.Json("run", path, "--tokens", "1", "--generate", "256", "--end", "511");
        int[] generated = [.. answer.GetProperty("runs")[0].GetProperty("stages")[0].GetProperty("generated").EnumerateArray().Select(token => token.GetInt32())];
        Assert.Equal(golden.Tokens("greedy_ids")[1..], generated);
    }

    [Fact]
    public async Task A_sentence_has_the_vector_of_its_reference()
    {
        string? path = SharedModels.Find("use-lite");
        Assert.SkipUnless(path is not null, "The folder shared/models is not here.");
        using var golden = new Golden(Path.Combine(path, "golden.safetensors"));
        JsonElement answer = await Ran.Json(["run", path, "--heads", "4", "--length", "128", .. Enumerable.Range(0, 4).SelectMany(text => new[] { "--tokens", golden.Ids($"{text}.ids") })]);
        for (int text = 0; text < 4; text++)
            Golden.AssertNear(golden.Floats($"{text}.embedding"), Golden.Values(answer, run: text));
    }

    [Fact]
    public async Task A_digit_is_seen_as_its_reference_does()
    {
        string? path = SharedModels.Find("mnist-vit/model.safetensors"), told = SharedModels.Find("mnist-vit/golden.safetensors"), images = SharedModels.Find("mnist-vit/t10k-images-idx3-ubyte.gz");
        Assert.SkipUnless(path is not null && told is not null && images is not null, "The folder shared/models is not here.");
        using var folder = new TemporaryFolder();
        byte[] image = new byte[16 + (28 * 28)];
        using (var unpacked = new System.IO.Compression.GZipStream(File.OpenRead(images), System.IO.Compression.CompressionMode.Decompress))
            unpacked.ReadExactly(image);
        var writer = new Attention.Dsl.SafeTensorsWriter();
        writer.Add("image", [28, 28], image[16..].Select(pixel => ((pixel / 255f) - 0.1307f) / 0.3081f).ToArray());
        writer.Save(folder["image"]);
        using var golden = new Golden(told);
        Golden.AssertNear(golden.Floats("logits")[..10], Golden.Values(await Ran.Json("run", path, "--heads", "4", "--activation", "relu", "--values", folder["image"] + "#image")));
    }
}
