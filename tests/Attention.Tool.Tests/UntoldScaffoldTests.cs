using System.Text.Json;
using System.Text.RegularExpressions;
using Attention.Dsl;
using Attention.Tool.Checkpoints;
using Attention.Tool.Scaffolding;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Attention.Tool.Tests;

/// <summary>Families whose authors write no config.json: known by their names, with options for what no tensor tells.</summary>
public sealed class UntoldScaffoldTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static string InOutput(string name) => Path.Combine(AppContext.BaseDirectory, "Goldens", name);

    private async Task<string> Written(string path, params string[] options)
    {
        JsonElement answer = await Ran.Json(["scaffold", path, "--class", "Mine", .. options]);
        Assert.False(answer.TryGetProperty("misfit", out JsonElement misfit), misfit.ToString());
        return answer.GetProperty("text").GetString()!;
    }

    /// <summary>Writes the weights of a golden of PyTorch's, whose other tensors begin with input and output.</summary>
    private Golden Weights(string name, string? config = null)
    {
        Golden golden = Golden.Of(name);
        golden.WriteFolder(_folder, config ?? "");
        using (SafeTensors file = SafeTensors.Open(_folder["model.safetensors"]))
        {
            var writer = new SafeTensorsWriter();
            foreach (string tensor in file.Names.Where(tensor => !Regex.IsMatch(tensor, @"^(input|output|class|weights)\.(\w+\.)?\d")))
            {
                Assert.True(file.TryGetTensor(tensor, out TensorInfo? info));
                writer.Add(tensor, info.DataType, [.. info.Shape], info.Bytes, stream => stream.Write(file.ReadBytes(tensor)));
            }

            writer.Save(_folder["weights"]);
        }

        File.Move(_folder["weights"], _folder["model.safetensors"], overwrite: true);
        if (config is null)
            File.Delete(_folder["config.json"]);
        return golden;
    }

    private static string Tokens(Golden golden, string name) => string.Join(',', golden.Floats(name).Select(token => (int)token));

    /// <summary>The attributes of a file, without names of stages and what the sample keeps for its drawings.</summary>
    private static string[] Attributes(string text) =>
        [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith('[')).Select(line => line.Replace(", Capture = true", "", StringComparison.Ordinal).Replace("\"spelling\"", "nameof(Source)", StringComparison.Ordinal))];

    [Fact]
    public async Task The_samples_transformer_is_the_class_that_the_sample_has()
    {
        string path = InOutput("pronounce.safetensors");
        string[] options = ["--heads", "4", "--length", "32", "--positions", "sinusoidal", "--scaled"];
        string text = await Written(path, options);
        Assert.Equal(Attributes(File.ReadAllText(InOutput("Pronouncer.cs"))), Attributes(text));
        Assert.Contains("// Assumed, as nn.Transformer has it, since no tensor tells: ReLU (--activation says another), norms behind what they belong to (else --norm pre).\n", text);

        using Golden golden = Golden.Of("pronounce-golden");
        JsonElement answer = await Ran.Json(["run", path, .. options, "--begin", "1", "--generate", "31", "--end", "2", .. Enumerable.Range(0, 8).SelectMany(word => new[] { "--tokens", golden.Ids($"{word}.source_ids") })]);
        for (int word = 0; word < 8; word++)
        {
            Golden.AssertNear(golden.Floats($"{word}.encoder_output"), Golden.Values(answer, run: word));
            int[] target = [.. golden.Tokens($"{word}.target_ids").Skip(1)], generated = [.. answer.GetProperty("runs")[word].GetProperty("stages")[1].GetProperty("generated").EnumerateArray().Select(token => token.GetInt32())];
            Assert.Equal(target, generated[..target.Length]);
            Golden.AssertNear(golden.Floats($"{word}.logits")[((generated.Length - 1) * 87)..][..87], Golden.Values(answer, 1, word));
        }
    }

    [Fact]
    public async Task What_no_tensor_tells_is_asked_for_in_one_line()
    {
        string path = InOutput("pronounce.safetensors");
        Assert.Equal($"{path}: expected --length N, --positions sinusoidal (or none), --heads N (or N,N for each of two stages), which no tensor tells; add them.", await Ran.Failure("scaffold", path));
        Assert.EndsWith("expected --positions sinusoidal (or none), which no tensor tells; add it.", await Ran.Failure("scaffold", path, "--heads", "4", "--length", "8"));
        Assert.Contains("--heads: expected heads that divide the width of 128, found 3", await Ran.Failure("scaffold", path, "--heads", "4,3", "--length", "8"));
        Assert.Contains("--heads: expected one number of heads or 2, found 3", await Ran.Failure("scaffold", path, "--heads", "4,4,4", "--length", "8"));
        Assert.Contains("--heads is '4,x'; expected whole numbers from 1 on", await Ran.Failure("scaffold", path, "--heads", "4,x"));
        Assert.Contains("--causal does not go with a decoder that reads an encoder", await Ran.Failure("scaffold", path, "--heads", "4", "--causal"));
        Assert.Contains("do not go with pytorch, whose rows are scores of tokens", await Ran.Failure("scaffold", path, "--heads", "4", "--pooling", "mean"));
    }

    [Theory]
    [InlineData("sentence-encoder", "--heads 5 --activation gelu --pooling mean --normalize", """{"layer_norm_eps": 1e-12}""", "[Linear(11)]")]
    [InlineData("pre-norm-encoder", "--norm pre --scaled --positions sinusoidal --heads 3 --length 17", null, "Norm = NormPlacement.Pre, FinalNorm = true)]")]
    [InlineData("biasless-encoder", "--norm pre --heads 3 --activation silu --pooling max", null, "FinalNorm = true, Bias = false)]")]
    [InlineData("causal-encoder", "", """{"model_type": "pytorch", "nhead": 5, "activation": "gelu", "is_causal": true, "positions": "none", "max_position_embeddings": 17}""", "[SelfAttention(heads: 5, Causal = true)]")]
    public async Task An_encoder_of_PyTorch(string file, string options, string? config, string expected)
    {
        using Golden golden = Weights(file, config);
        string[] said = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(expected, await Written(_folder.Path, said));
        JsonElement answer = await Ran.Json(["run", _folder.Path, .. said, .. Enumerable.Range(0, 6).SelectMany(call => new[] { "--tokens", Tokens(golden, $"input.{call}.text") })]);
        for (int call = 0; call < 6; call++)
            Golden.AssertNear(golden.Floats($"output.{call}.text"), Golden.Values(answer, run: call));
    }

    [Fact]
    public async Task A_decoder_alone()
    {
        using Golden golden = Weights("language-model");
        string[] options = ["--norm", "pre", "--heads", "5", "--causal", "--activation", "gelu_new"];
        string text = await Written(_folder.Path, options);
        Assert.Contains("[Logits(Tied = true, Bias = true)]", text);
        Assert.Contains("// Scores are products with the table of tokens", text);
        Golden.AssertNear(golden.Floats("output.2.text")[^26..], Golden.Values(await Ran.Json(["run", _folder.Path, .. options, "--tokens", Tokens(golden, "input.2.text")])));
    }

    [Fact]
    public async Task A_shared_table_and_heads_of_another_width()
    {
        using Golden golden = Weights("summarizer");
        string[] options = ["--heads", "3", "--length", "14", "--activation", "silu", "--positions", "sinusoidal", "--scaled"];
        string text = await Written(_folder.Path, options);
        Assert.Contains("[Embedding(vocabulary: 23, length: 14, Scaled = true, Shares = nameof(Source))]", text);
        Assert.Contains("[CrossAttention(from: nameof(Source), HeadWidth = 8, Bias = false)]", text);

        // The golden's target does not scale what the source does: a line that is changed by hand.
        _folder.Write("Mine.cs", text.Replace("Scaled = true, Shares", "Shares", StringComparison.Ordinal));
        JsonElement answer = await Ran.Json(["run", _folder.Path, "--source", _folder["Mine.cs"], "--tokens", Tokens(golden, "input.2.reader"), "--begin", Tokens(golden, "input.2.writer").Split(',')[0]]);
        Golden.AssertNear(golden.Floats("output.2.reader"), Golden.Values(answer));
        Golden.AssertNear(golden.Floats("output.2.writer")[..23], Golden.Values(answer, 1));
    }

    [Fact]
    public async Task Rows_of_unequal_width_are_read()
    {
        using Golden golden = Weights("translator");
        Assert.Contains("[CrossAttention(from: nameof(Source), SourceWidth = 24)]", await Written(_folder.Path, "--heads", "3", "--length", "12", "--positions", "sinusoidal"));
    }

    private static IEnumerable<(string, long[])> Layer(string prefix, bool isDecoder) =>
    [
        .. new[] { "self_attn", "multihead_attn" }.Take(isDecoder ? 2 : 1).SelectMany(name => new (string, long[])[]
        {
            ($"{prefix}layers.0.{name}.in_proj_weight", [24, 8]), ($"{prefix}layers.0.{name}.in_proj_bias", [24]), ($"{prefix}layers.0.{name}.out_proj.weight", [8, 8]), ($"{prefix}layers.0.{name}.out_proj.bias", [8]),
        }),
        ($"{prefix}layers.0.linear1.weight", [12, 8]), ($"{prefix}layers.0.linear1.bias", [12]), ($"{prefix}layers.0.linear2.weight", [8, 12]), ($"{prefix}layers.0.linear2.bias", [8]),
        .. Enumerable.Range(1, isDecoder ? 3 : 2).SelectMany(norm => new (string, long[])[] { ($"{prefix}layers.0.norm{norm}.weight", [8]), ($"{prefix}layers.0.norm{norm}.bias", [8]) }),
    ];

    private static (string, long[])[] Norm(string prefix) => [($"{prefix}norm.weight", [8]), ($"{prefix}norm.bias", [8])];

    /// <summary>The very state of <c>nn.Transformer</c> and of its halves, which are given rows.</summary>
    [Theory]
    [InlineData("both", "[SelfAttention(heads: 2, Causal = true)]\n    [CrossAttention(from: nameof(Source))]")]
    [InlineData("encoder", "[Encoder(layers: 1, width: 8, FinalNorm = true, Prefix = \"\")]\n[Features(length: 5)]\n[SelfAttention(heads: 2)]")]
    [InlineData("decoder", "[Encoder(layers: 0, width: 8)]\n    [Features(length: 5)]\n    public sealed partial class Memory;")]
    public async Task Bare_layers_read_rows(string kind, string expected)
    {
        _folder.WriteCheckpoint("model.safetensors", kind switch
        {
            "both" => [.. Layer("encoder.", false), .. Norm("encoder."), .. Layer("decoder.", true), .. Norm("decoder.")],
            "encoder" => [.. Layer("", false), .. Norm("")],
            _ => [.. Layer("", true)],
        });
        Assert.Contains(expected, await Written(_folder.Path, "--heads", "2", "--length", "5"));
        Assert.Contains("--scaled does not go with rows that are read as they are", await Ran.Failure("scaffold", _folder.Path, "--heads", "2", "--length", "5", "--scaled"));
        var writer = new SafeTensorsWriter();
        writer.Add("rows", [3, 8], Enumerable.Range(0, 24).Select(i => MathF.Sin(i)).ToArray());
        writer.Add("others", [2, 8], Enumerable.Range(0, 16).Select(i => MathF.Cos(i)).ToArray());
        writer.Save(_folder["rows"]);
        JsonElement answer = await Ran.Json("run", _folder.Path, "--heads", "2", "--length", "5", "--values", _folder["rows"] + "#rows", "--values", _folder["rows"] + "#others");
        Assert.Equal(3 * 8, Golden.Values(answer).Length);
        if (kind != "encoder")
            Assert.Equal(2 * 8, Golden.Values(answer, 1).Length);
    }

    /// <summary>A module of names that are not the layout's, with positions that it keeps as a buffer.</summary>
    [Fact]
    public async Task Tensors_around_the_layers_are_told_by_their_names()
    {
        _folder.WriteCheckpoint("model.safetensors", [("tok_emb.weight", [9, 8]), ("pos_encoder.pe", [5, 1, 8]), .. Layer("transformer_encoder.", false), ("fc.weight", [9, 8]), ("fc.bias", [9]), ("ln_f.weight", [8]), ("ln_f.bias", [8]), ("gate", [3])]);
        string text = await Written(_folder.Path, "--heads", "2");
        Assert.EndsWith("""
            [AttentionModel(Unread = ["gate"])]
            [Tensor(TensorRole.Positions, "pos_encoder.pe")]
            [Encoder(layers: 1, width: 8, Prefix = "transformer_encoder")]
            [Embedding(vocabulary: 9, length: 5, Name = "tok_emb")]
            [Positions(PositionKind.Learned)]
            [SelfAttention(heads: 2)]
            [FeedForward(12, Activation.Relu)]
            [LayerNorm(Name = "ln_f")]
            [Linear(9, Name = "fc")]
            public sealed partial class Mine;

            """.ReplaceLineEndings("\n"), text);
        Assert.Contains("// Nothing here reads gate: what the module does with them is to be declared.\n", text);
        text = await Written(_folder.Path, "--heads", "2", "--causal");
        Assert.Contains("[Decoder(layers: 1, width: 8, Prefix = \"transformer_encoder\")]", text);
        Assert.Contains("[Logits(Name = \"fc\")]", text);
        Assert.Contains("do not go with pytorch", await Ran.Failure("scaffold", _folder.Path, "--heads", "2", "--causal", "--normalize"));
    }

    /// <summary>PyTorch's own example of a language model calls its table and its scores so.</summary>
    [Fact]
    public async Task A_table_that_is_called_an_encoder()
    {
        _folder.WriteCheckpoint("model.safetensors", [("encoder.weight", [9, 8]), ("pos_encoder.pe", [5, 1, 8]), .. Layer("transformer_encoder.", false), ("decoder.weight", [9, 8]), ("decoder.bias", [9])]);
        string text = await Written(_folder.Path, "--heads", "2", "--causal", "--scaled");
        Assert.Contains("[Embedding(vocabulary: 9, length: 5, Scaled = true, Name = \"encoder\")]", text);
        Assert.Contains("[Logits(Name = \"decoder\")]", text);
        Assert.Contains("--positions is sinusoidal, but a table tells them; leave it out.", await Ran.Failure("scaffold", _folder.Path, "--heads", "2", "--positions", "sinusoidal"));
    }

    /// <summary>A name is a name, whatever stands in it: it never becomes C#.</summary>
    [Theory]
    [InlineData("a\")] public class Evil; //.")]
    [InlineData("a\n#error\u2028#error\\.")]
    public async Task Names_of_a_file_are_no_code(string prefix)
    {
        _folder.WriteCheckpoint("model.safetensors", [.. Layer(prefix, false), (prefix + "token_embedding.weight", [9, 8]), (prefix + "pe", [5, 8]), (prefix + "pos_ids", [7]), (prefix + "other", [3])]);
        Ran ran = await Ran.Of("scaffold", _folder.Path, "--heads", "2", "--class", "Mine");
        Assert.True(ran.Code is Cli.Done or Cli.Misfit, ran.Error);
        CSharpSyntaxNode root = (CSharpSyntaxNode)CSharpSyntaxTree.ParseText(ran.Output).GetRoot();
        Assert.Empty(root.GetDiagnostics());
        Assert.Equal("Mine", Assert.Single(root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()).Identifier.Text);
        Assert.False(root.ContainsDirectives);
    }

    [Theory]
    [InlineData("layers.0.gate", "expected layers as nn.Transformer has them, found 'layers.0.gate'; declare them by hand.")]
    [InlineData("token_embedding.weight", "expected one table of tokens, found embed.weight, token_embedding.weight; say which by 'attention rename', as 'rename embed.weight -> embedding.weight'.")]
    [InlineData("more.layers.0.self_attn.in_proj_weight", "expected the layers of one encoder, of one decoder or of both, found layers, more.layers; declare the stages by hand.")]
    public async Task What_is_no_plain_transformer_is_refused(string tensor, string message)
    {
        _folder.WriteCheckpoint("model.safetensors", [("embed.weight", [9, 8]), .. Layer("", false), (tensor, tensor.StartsWith("more", StringComparison.Ordinal) ? [24, 8] : [7, 8])]);
        Assert.Contains(message, await Ran.Failure("scaffold", _folder.Path, "--heads", "2", "--length", "5", "--positions", "none"));
    }

    [Fact]
    public async Task VitPyTorch_needs_no_configuration()
    {
        using Golden golden = Golden.Of("families/vit_pytorch");
        golden.WriteFolder(_folder, "");
        File.Delete(_folder["config.json"]);
        Assert.Contains("expected --heads N, which no tensor tells; add it.", await Ran.Failure("scaffold", _folder.Path));
        Assert.Contains("--length do not go with vit-pytorch", await Ran.Failure("scaffold", _folder.Path, "--heads", "4", "--length", "4"));
        Assert.Contains("--norm does not go with vit-pytorch, which has no choice there; leave it out.", await Ran.Failure("scaffold", _folder.Path, "--heads", "4", "--norm", "pre"));
        Assert.StartsWith("// Pooling is that of the class token, the package's own unless it is told otherwise.\nusing", await Written(_folder.Path, "--heads", "4", "--activation", "gelu"));
        Assert.Contains("Activation.Relu)]", await Written(_folder.Path, "--heads", "4", "--activation", "relu"));
        Golden.AssertNear(golden.Floats("0.logits"), Golden.Values(await Ran.Json("run", _folder.Path, "--heads", "4", "--values", golden.Path + "#0.pixels")));
    }

    [Fact]
    public async Task CrossVit()
    {
        using Golden golden = Golden.Of("catalogue/crossvit");
        golden.WriteFolder(_folder, "");
        File.Delete(_folder["config.json"]);
        Assert.Contains("expected --heads N (or N,N for each of two stages), which no tensor tells; add it.", await Ran.Failure("scaffold", _folder.Path));
        string text = await Written(_folder.Path, "--heads", "2,3");
        Assert.Contains("[ClassExchange(nameof(Large), heads: 3, SourceWidth = 24, Groups = 2)]", text);
        Assert.Contains("[Patches(image: 24, patch: 8, Channels = 3)]", text);
        JsonElement answer = await Ran.Json("run", _folder.Path, "--heads", "2,3", "--values", golden.Path + "#golden.input.image");
        Golden.AssertNear(golden.Floats("golden.output.logits"), Golden.Values(answer, 3));
        Assert.Contains("do not go with crossvit", await Ran.Failure("scaffold", _folder.Path, "--heads", "2,3", "--length", "3"));
        _folder.Write("config.json", """{"model_type": "crossvit", "num_heads": [2, 3]}""");
        Assert.Equal(text, await Written(_folder.Path));
    }

    /// <summary>Groups of as many layers each are one stage, others a stage each; branches of other sizes are given an image each.</summary>
    [Theory]
    [InlineData("crossvit-groups", 3, "Groups = 3)]")]
    [InlineData("crossvit-chain", 7, "FirstGroup = 2)]")]
    public async Task CrossVit_of_other_groups(string file, int scores, string expected)
    {
        using Golden golden = Weights(file);
        Assert.Contains(expected, await Written(_folder.Path, "--heads", "3,2"));
        JsonElement answer = await Ran.Json("run", _folder.Path, "--heads", "3,2", "--values", $"{golden.Path}#input.small.1", "--values", $"{golden.Path}#input.large.1");
        Golden.AssertNear(golden.Floats("output.1"), Golden.Values(answer, scores));
    }

    /// <summary>A layer of Universal Sentence Encoder Lite, which makes 8 channels of what it reads.</summary>
    private static IEnumerable<(string, long[])> UseLiteLayer(int layer, int input) =>
    [
        ($"layer{layer}.attn.ln.weight", [input]), ($"layer{layer}.attn.ln.bias", [input]), ($"layer{layer}.attn.qkv.weight_in_out", [input, 3 * input]), ($"layer{layer}.attn.qkv.bias", [3 * input]),
        ($"layer{layer}.attn.out.weight_in_out", [input, 8]), ($"layer{layer}.attn.out.bias", [8]), ($"layer{layer}.ffn.ln.weight", [8]), ($"layer{layer}.ffn.ln.bias", [8]),
        ($"layer{layer}.ffn.fc1.weight_in_out", [8, 12]), ($"layer{layer}.ffn.fc1.bias", [12]), ($"layer{layer}.ffn.fc2.weight_in_out", [12, 8]), ($"layer{layer}.ffn.fc2.bias", [8]),
    ];

    /// <summary>Where the first attention widens the rows, it and the others are two; where it does not, one, and no residual is mapped.</summary>
    [Theory]
    [InlineData(4, 1, "[SelfAttention(heads: 2, InputWidth = 4, At = new[] { 0 })]\n[FeedForward(12, Activation.Relu)]")]
    [InlineData(4, 3, "[SelfAttention(heads: 2, InputWidth = 4, At = new[] { 0 })]\n[SelfAttention(heads: 2, At = new[] { 1, 2 })]\n")]
    [InlineData(8, 2, "[Embedding(vocabulary: 9, length: 5, Scale = 2)]\n[Positions(PositionKind.SinusoidalTimescales)]\n[SelfAttention(heads: 2)]\n")]
    public async Task UseLite(int input, int layers, string expected)
    {
        (string, long[])[] residual = input == 8 ? [] : [("layer0.resproj.weight_in_out", [input, 8]), ("layer0.resproj.bias", [8])];
        _folder.WriteCheckpoint("model.safetensors", [("embedding", [9, input]), .. residual, .. Enumerable.Range(0, layers).SelectMany(layer => UseLiteLayer(layer, layer == 0 ? input : 8)), ("out.weight_in_out", [8, 6]), ("out.bias", [6])]);
        Assert.Contains(expected, await Written(_folder.Path, "--heads", "2", "--length", "5"));
        Assert.Contains("expected --heads N, which no tensor tells; add it.", await Ran.Failure("scaffold", _folder.Path));
        Assert.Contains("--heads: expected heads that divide the width of", await Ran.Failure("scaffold", _folder.Path, "--heads", "3"));
        Assert.Contains("--pooling and --normalize do not go with use-lite", await Ran.Failure("scaffold", _folder.Path, "--heads", "2", "--pooling", "mean"));
        Assert.Contains("--causal does not go with use-lite, which has no choice there; leave it out.", await Ran.Failure("scaffold", _folder.Path, "--heads", "2", "--causal"));
    }

    [Fact]
    public async Task UseLite_widens_in_its_first_attention_alone()
    {
        _folder.WriteCheckpoint("model.safetensors", [("embedding", [9, 4]), .. UseLiteLayer(0, 4), .. UseLiteLayer(1, 4), ("out.weight_in_out", [8, 6]), ("out.bias", [6])]);
        Assert.Contains("expected the first attention to read 4 channels, as the table has, and others 8, found 4, 4.", await Ran.Failure("scaffold", _folder.Path, "--heads", "2"));
    }

    [Fact]
    public async Task Options_of_these_do_not_go_with_others()
    {
        using Golden golden = Golden.Of("families/minilm");
        golden.WriteFolder(_folder, """{"model_type": "bert", "num_attention_heads": 2}""");
        Assert.Contains("--heads does not go with bert, whose config.json says it; leave it out.", await Ran.Failure("scaffold", _folder.Path, "--heads", "2"));
    }

    /// <summary>Whatever a field is, there is a class or one sentence.</summary>
    [Theory]
    [InlineData("families/vit_pytorch", "num_attention_heads num_channels hidden_act")]
    [InlineData("catalogue/crossvit", "num_heads layer_norm_eps")]
    [InlineData("sentence-encoder", "nhead activation norm_first layer_norm_eps positions scale_embedding max_position_embeddings is_causal")]
    [InlineData("pronounce", "num_attention_heads hidden_act norm_first layer_norm_eps positions scale_embedding max_position_embeddings is_causal")]
    public void No_configuration_is_an_exception(string file, string fields)
    {
        File.Copy(InOutput(file + ".safetensors"), _folder["model.safetensors"]);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        int written = 0;
        foreach (string field in fields.Split(' '))
        {
            foreach (string value in new[] { "null", "[]", "[1]", "[2, 4]", "{}", "\"x\"", "-1", "0", "1", "2", "1.5", "1e400", "99999999999", "true" })
            {
                string others = string.Concat(fields.Split(' ').Where(other => other != field).Select(other => other switch
                {
                    "max_position_embeddings" => ", \"max_position_embeddings\": 8",
                    "positions" => ", \"positions\": \"none\"",
                    _ when other.EndsWith("head", StringComparison.Ordinal) || other.EndsWith("heads", StringComparison.Ordinal) => $", \"{other}\": 1",
                    _ => "",
                }));
                _folder.Write("config.json", $$"""{"{{field}}": {{value}}{{others}}}""");
                try
                {
                    Assert.Contains("[AttentionModel", Scaffolder.Of(checkpoint, null, null, new ScaffoldWishes(null, false, null)).Text);
                    written++;
                }
                catch (ToolException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                }
            }
        }

        Assert.InRange(written, 4, int.MaxValue);
    }
}
