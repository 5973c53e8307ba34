using System.Text.Json;
using Attention.Dsl;
using Xunit;

namespace Attention.Tool.Tests;

/// <summary>A checkpoint in shards, given by its index or its folder, is taken as one file is.</summary>
public sealed class ShardTests : IDisposable
{
    private const string Index = "model.safetensors.index.json", Config = """{"model_type": "gpt2", "n_head": 4}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Writes a golden's weights as two shards and an index, without what is to be left out.</summary>
    private void WriteShards(Golden golden, string? without = null)
    {
        golden.WriteFolder(_folder, Config);
        using (SafeTensors file = SafeTensors.Open(_folder["model.safetensors"]))
        {
            string[] names = [.. file.Names.Where(name => name != without)];
            for (int shard = 0; shard < 2; shard++)
            {
                var writer = new SafeTensorsWriter();
                foreach (string name in names.Where((_, i) => i % 2 == shard))
                {
                    Assert.True(file.TryGetTensor(name, out TensorInfo? tensor));
                    writer.Add(name, tensor.DataType, [.. tensor.Shape], tensor.Bytes, stream => stream.Write(file.ReadBytes(name)));
                }

                writer.Save(_folder[$"{shard}.safetensors"]);
            }

            _folder.Write(Index, JsonSerializer.Serialize(new { weight_map = names.Select((name, i) => (name, file: $"{i % 2}.safetensors")).ToDictionary(pair => pair.name, pair => pair.file) }));
        }

        File.Delete(_folder["model.safetensors"]);
    }

    [Fact]
    public async Task Every_command_takes_them()
    {
        using Golden golden = Golden.Of("families/gpt2");
        WriteShards(golden);
        Assert.Equal($"{_folder["Mine.cs"]}: class Mine, which fits {_folder[Index]}\n", (await Ran.Of("scaffold", _folder.Path, "--class", "Mine", "--output", _folder["Mine.cs"])).Output);
        Assert.Contains($"as {Index} has it.", File.ReadAllText(_folder["Mine.cs"]));
        Assert.Equal($"Mine fits {_folder.Path}\n", (await Ran.Of("check", _folder["Mine.cs"], _folder.Path)).Output);
        Golden.AssertNear(golden.Floats("2.logits")[^53..], Golden.Values(await Ran.Json("run", _folder[Index], "--tokens", golden.Ids("2.token_ids"))));
    }

    [Fact]
    public async Task A_misfit_names_the_index()
    {
        using Golden golden = Golden.Of("families/gpt2");
        WriteShards(golden, without: "transformer.ln_f.bias");
        Ran ran = await Ran.Of("scaffold", _folder.Path);
        Assert.Equal(Cli.Misfit, ran.Code);
        Assert.Contains($"{_folder[Index]}: ", ran.Error);
        Assert.Contains("'transformer.ln_f.bias' of shape [24], found none", ran.Error);
        Assert.Contains($"{_folder[Index]}: ", await Ran.Failure("run", _folder.Path, "--tokens", "1"));
        ran = await Ran.Of("check", _folder.Write("Gpt2.cs", ran.Output), _folder.Path);
        Assert.Equal(Cli.Misfit, ran.Code);
        Assert.Contains($"{_folder[Index]}: ", ran.Output);
    }
}
