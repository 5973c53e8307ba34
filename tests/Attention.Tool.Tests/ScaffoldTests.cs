using System.Text.Json;
using Attention.Tool.Checkpoints;
using Attention.Tool.Scaffolding;
using Xunit;

namespace Attention.Tool.Tests;

/// <summary>Every family from config.json and its own names to the numbers that PyTorch has computed: written, compiled without a finding, loaded and run.</summary>
public sealed class ScaffoldTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private const string MiniLm = """{"model_type": "bert", "architectures": ["BertModel"], "hidden_size": 16, "num_attention_heads": 2, "num_hidden_layers": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12}""";

    private async Task<string> Written(params string[] options)
    {
        JsonElement answer = await Ran.Json(["scaffold", _folder.Path, "--class", "Mine", .. options]);
        Assert.False(answer.TryGetProperty("misfit", out JsonElement misfit), misfit.ToString());
        string text = answer.GetProperty("text").GetString()!;
        return text[text.IndexOf("[AttentionModel", StringComparison.Ordinal)..];
    }

    [Fact]
    public async Task A_sentence_encoder()
    {
        using Golden golden = Golden.Of("families/minilm");
        golden.WriteFolder(_folder, MiniLm);
        Assert.Equal("""
            [AttentionModel(Layout = WeightLayout.Bert)]
            [Encoder(layers: 2, width: 16, Epsilon = 1e-12, Prefix = "")]
            [Embedding(vocabulary: 50, length: 16)]
            [TokenTypes(2)]
            [Positions(PositionKind.Learned)]
            [LayerNorm]
            [SelfAttention(heads: 2)]
            [FeedForward(28, Activation.Gelu)]
            [Pooling(PoolingKind.Mean)]
            [L2Normalize]
            public sealed partial class Mine;

            """.ReplaceLineEndings("\n"), await Written("--pooling", "mean", "--normalize"));
        Golden.AssertNear(golden.Floats("0.embedding"), Golden.Values(await Ran.Json("run", _folder.Path, "--tokens", golden.Ids("0.token_ids"), "--pooling", "mean", "--normalize")));

        // Fewer positions than were trained, and rows.
        Assert.Contains("[Positions(PositionKind.Learned, Rows = 16)]", await Written("--length", "7"));
        Assert.Contains("at most 16, as many positions as were trained", await Ran.Failure("scaffold", _folder.Path, "--length", "17"));
    }

    [Fact]
    public async Task What_sentence_transformers_say_beside_the_checkpoint_is_read()
    {
        using Golden golden = Golden.Of("families/minilm");
        golden.WriteFolder(_folder, MiniLm);
        Ran unsaid = await Ran.Of("scaffold", _folder.Path);
        Assert.Contains("note: Neither config.json nor the tensors tell how rows become one vector", unsaid.Error);
        Assert.StartsWith("// Neither config.json", unsaid.Output);
        Assert.DoesNotContain("[Pooling", unsaid.Output);

        _folder.Write("1_Pooling/config.json", """{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""");
        _folder.Write("modules.json", """[{"type": "sentence_transformers.models.Transformer"}, {"type": "sentence_transformers.models.Pooling"}, {"type": "sentence_transformers.models.Normalize"}]""");
        string text = await Written();
        Assert.Contains("[Pooling(PoolingKind.First)]\n[L2Normalize]\n", text);
    }

    [Theory]
    [InlineData("bert", """{"model_type": "bert", "architectures": ["BertForSequenceClassification"], "num_attention_heads": 4, "layer_norm_eps": 1e-12}""", "[Head(3, Pooler = Activation.Tanh)]")]
    [InlineData("roberta", """{"model_type": "roberta", "architectures": ["RobertaForSequenceClassification"], "num_attention_heads": 4, "layer_norm_eps": 1e-05, "pad_token_id": 1}""", "[Positions(PositionKind.Learned, Offset = 2)]")]
    [InlineData("distilbert", """{"model_type": "distilbert", "architectures": ["DistilBertForSequenceClassification"], "n_heads": 2, "dim": 24, "n_layers": 2, "activation": "gelu"}""", "[Head(2, Pooler = Activation.Relu)]")]
    public async Task A_classifier(string file, string config, string expected)
    {
        using Golden golden = Golden.Of("families/" + file);
        golden.WriteFolder(_folder, config);
        Assert.Contains(expected, await Written());
        Golden.AssertNear(golden.Floats("0.logits"), Golden.Values(await Ran.Json("run", _folder.Path, "--tokens", golden.Ids("0.token_ids"))));
    }

    [Theory]
    [InlineData("bert", 24, """{"model_type": "bert", "architectures": ["BertForMaskedLM"], "num_attention_heads": 4, "layer_norm_eps": 1e-12}""")]
    [InlineData("roberta", 20, """{"model_type": "roberta", "architectures": ["RobertaForMaskedLM"], "num_attention_heads": 4, "layer_norm_eps": 1e-05, "pad_token_id": 1}""")]
    [InlineData("distilbert", 24, """{"model_type": "distilbert", "architectures": ["DistilBertForMaskedLM"], "n_heads": 4, "dim": 24, "n_layers": 2, "activation": "gelu"}""")]
    public async Task Scores_of_masked_words(string file, int width, string config)
    {
        using Golden golden = Golden.Of($"families/{file}-mlm");
        golden.WriteFolder(_folder, config);
        Assert.Contains($"[Linear({width}, Activation = Activation.Gelu)]\n[LayerNorm]\n[Logits(Tied = true, Bias = true)]\n", await Written());
        Golden.AssertNear(golden.Floats("0.logits"), Golden.Values(await Ran.Json("run", _folder.Path, "--tokens", golden.Ids("0.token_ids"))));

        // What is asked for comes before what was trained.
        Assert.DoesNotContain("[Logits", await Written("--pooling", "mean"));
    }

    [Fact]
    public async Task Gpt2()
    {
        using Golden golden = Golden.Of("families/gpt2");
        golden.WriteFolder(_folder, """{"model_type": "gpt2", "n_head": 4, "n_embd": 24, "n_layer": 2, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-05}""");
        Assert.Contains("[Logits(Tied = true)]", await Written());
        Golden.AssertNear(golden.Floats("2.logits")[^53..], Golden.Values(await Ran.Json("run", _folder.Path, "--tokens", golden.Ids("2.token_ids"))));
        Assert.Contains("do not go with gpt2", await Ran.Failure("scaffold", _folder.Path, "--pooling", "mean"));
    }

    [Theory]
    [InlineData("bart", 41, """{"model_type": "bart", "d_model": 20, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4, "decoder_attention_heads": 4, "activation_function": "gelu"}""")]
    [InlineData("marian", 37, """{"model_type": "marian", "d_model": 16, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 2, "decoder_attention_heads": 2, "activation_function": "swish", "scale_embedding": true, "max_position_embeddings": 16}""")]
    public async Task An_encoder_and_a_decoder(string file, int vocabulary, string config)
    {
        using Golden golden = Golden.Of("families/" + file);
        golden.WriteFolder(_folder, config);
        Assert.Contains("[CrossAttention(from: nameof(Source))]", await Written());
        JsonElement answer = await Ran.Json("run", _folder.Path, "--tokens", golden.Ids("0.source_ids"), "--begin", golden.Ids("0.target_ids").Split(',')[0]);
        Golden.AssertNear(golden.Floats("0.encoder_output"), Golden.Values(answer));
        Golden.AssertNear(golden.Floats("0.logits")[..vocabulary], Golden.Values(answer, 1));
        Assert.Contains("which config.json does not say; give it by --begin", await Ran.Failure("run", _folder.Path, "--tokens", "1"));
    }

    [Theory]
    [InlineData("t5", "t5-tied", """ "num_heads": 3, "d_kv": 10, "relative_attention_max_distance": 40 """, "[SelfAttention(heads: 3, HeadWidth = 10, Scale = 1, RelativeBuckets = 12, RelativeDistance = 40)]", "[FeedForward(37, Activation.Relu)]", "[Logits(Tied = true, Scale = 0.20412414523193154)]")]
    [InlineData("mt5", "t5-own-scaled", """ "num_heads": 3, "feed_forward_proj": "gated-gelu", "relative_attention_max_distance": 40, "tie_word_embeddings": false, "scale_decoder_outputs": true """, "[FeedForward(37, Activation.GeluTanh, Gated = true)]", "[Logits(Bias = false, Scale = 0.20412414523193154)]")]
    [InlineData("m2m_100", "m2m", """ "encoder_attention_heads": 3, "decoder_attention_heads": 3, "max_position_embeddings": 40, "scale_embedding": true, "activation_function": "relu", "pad_token_id": 1 """, "Norm = NormPlacement.Pre, FinalNorm = true", "[Positions(PositionKind.SinusoidalTimescales, Offset = 2)]")]
    public async Task Families_that_read_and_write(string type, string file, string fields, params string[] expected)
    {
        using Golden golden = Golden.Of(file);
        golden.WriteFolder(_folder, $$"""{"model_type": "{{type}}",{{fields}}}""");
        string text = await Written();
        Assert.All(expected, part => Assert.Contains(part, text));
        JsonElement answer = await Ran.Json("run", _folder.Path, "--tokens", golden.Ids("source.1"), "--begin", golden.Ids("input.1"));
        float[] rows = golden.Floats("rows.1");
        Golden.AssertNear(rows, Golden.Values(answer));
        Golden.AssertNear(golden.Floats("output.1"), Golden.Values(answer, 1));
    }

    /// <summary>Of the names of the table that both halves read a file may have any one; which, depends on who has written it.</summary>
    [Theory]
    [InlineData("bart", "families/bart", "model.", "encoder.embed_tokens", """ "d_model": 20, "encoder_attention_heads": 4, "decoder_attention_heads": 4 """)]
    [InlineData("bart", "families/bart", "model.", "decoder.embed_tokens", """ "d_model": 20, "encoder_attention_heads": 4, "decoder_attention_heads": 4 """)]
    [InlineData("t5", "t5-tied", "", "decoder.embed_tokens", """ "num_heads": 3, "relative_attention_max_distance": 40 """)]
    public async Task A_shared_table_by_any_of_its_names(string type, string file, string prefix, string kept, string fields)
    {
        using Golden golden = Golden.Of(file);
        golden.WriteFolder(_folder, $$"""{"model_type": "{{type}}",{{fields}}}""");
        JsonElement expected = await Ran.Json("run", _folder.Path, "--tokens", "3,5,4", "--begin", "2");
        using (Checkpoint checkpoint = Checkpoint.Open(_folder.Path))
        {
            Dictionary<string, LazyTensor> tensors = checkpoint.ToLazy();
            LazyTensor table = tensors[prefix + "shared.weight"];
            foreach (string name in new[] { "shared", "encoder.embed_tokens", "decoder.embed_tokens" })
                tensors.Remove($"{prefix}{name}.weight");
            tensors.Add($"{prefix}{kept}.weight", table);
            checkpoint.Save(_folder["other"], tensors);
        }

        File.Move(_folder["other"], _folder["model.safetensors"], overwrite: true);
        Assert.Equal(kept.StartsWith('d'), (await Written()).Contains($"Name = \"{prefix}{kept}\")]", StringComparison.Ordinal));
        Assert.Equal(expected.GetProperty("runs").ToString(), (await Ran.Json("run", _folder.Path, "--tokens", "3,5,4", "--begin", "2")).GetProperty("runs").ToString());
    }

    [Fact]
    public async Task An_encoder_of_T5_alone()
    {
        _folder.WriteCheckpoint("model.safetensors", [
            ("encoder.embed_tokens.weight", [9, 8]), ("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", [32, 2]), ("encoder.block.0.layer.0.layer_norm.weight", [8]), ("encoder.block.0.layer.1.layer_norm.weight", [8]),
            .. "qkvo".Select(map => ($"encoder.block.0.layer.0.SelfAttention.{map}.weight", new long[] { 8, 8 })), ("encoder.final_layer_norm.weight", [8]),
            ("encoder.block.0.layer.1.DenseReluDense.wi.weight", [12, 8]), ("encoder.block.0.layer.1.DenseReluDense.wo.weight", [8, 12])]);
        _folder.Write("config.json", """{"model_type": "t5", "num_heads": 2}""");
        string text = await Written("--pooling", "mean", "--normalize");
        Assert.Contains("[Embedding(vocabulary: 9, length: 2048)]", text);
        Assert.Contains("[Pooling(PoolingKind.Mean)]", text);
    }

    [Fact]
    public async Task Vit()
    {
        using Golden golden = Golden.Of("families/vit");
        golden.WriteFolder(_folder, """{"model_type": "vit", "architectures": ["ViTForImageClassification"], "image_size": 12, "patch_size": 4, "num_attention_heads": 4, "hidden_act": "gelu", "layer_norm_eps": 1e-12}""");
        Assert.Contains("[Patches(image: 12, patch: 4, Channels = 3)]", await Written());
        Golden.AssertNear(golden.Floats("0.logits"), Golden.Values(await Ran.Json("run", _folder.Path, "--values", golden.Path + "#0.pixels")));
    }

    [Fact]
    public async Task VitPyTorch()
    {
        using Golden golden = Golden.Of("families/vit_pytorch");
        golden.WriteFolder(_folder, """{"model_type": "vit-pytorch", "num_attention_heads": 4}""");
        Assert.Contains("[SelfAttention(heads: 4, HeadWidth = 6, Bias = false, OutputBias = true)]", await Written());
        Golden.AssertNear(golden.Floats("0.logits"), Golden.Values(await Ran.Json("run", _folder.Path, "--values", golden.Path + "#0.pixels")));
    }

    [Fact]
    public async Task Longformer()
    {
        using Golden golden = Golden.Of("catalogue/longformer");
        golden.WriteFolder(_folder, """{"model_type": "longformer", "num_attention_heads": 4, "attention_window": [4], "layer_norm_eps": 1e-05, "pad_token_id": 1}""");
        Assert.Contains("[SelfAttention(heads: 4, Window = 2, Global = 1, GlobalProjections = true)]", await Written());
        float[] expected = golden.Floats("golden.output.rows"), actual = Golden.Values(await Ran.Json("run", _folder.Path, "--tokens", golden.Ids("golden.input.tokens")));
        foreach ((float[] row, float[] own) in expected.Chunk(32).Zip(actual.Chunk(32)))
            Golden.AssertNear(row, own);
        _folder.Write("config.json", """{"model_type": "longformer", "num_attention_heads": 4, "attention_window": [4, 8]}""");
        Assert.Contains("expected one even number for all layers", await Ran.Failure("scaffold", _folder.Path));
    }

    [Fact]
    public async Task Clip()
    {
        using Golden golden = Golden.Of("catalogue/clip");
        golden.WriteFolder(_folder, """{"model_type": "clip", "text_config": {"num_attention_heads": 3, "eos_token_id": 2}, "vision_config": {"num_attention_heads": 4, "image_size": 16}}""");
        string text = await Written();
        Assert.Contains("PoolingKind.LargestToken", text);
        Assert.Contains("Scalars = [\"logit_scale\"]", text);
        JsonElement answer = await Ran.Json("run", _folder.Path, "--tokens", golden.Ids("golden.input.text0"), "--values", golden.Path + "#golden.input.image0");
        Golden.AssertNear(Golden.Unit(golden.Floats("golden.output.text_embeds")[..16]), Golden.Values(answer));
        Golden.AssertNear(Golden.Unit(golden.Floats("golden.output.image_embeds")[..16]), Golden.Values(answer, 1));
    }

    [Fact]
    public async Task MpNet()
    {
        using Golden golden = Golden.Of("catalogue/mpnet");
        golden.WriteFolder(_folder, """{"model_type": "mpnet", "num_attention_heads": 4, "relative_attention_num_buckets": 32, "layer_norm_eps": 1e-05, "pad_token_id": 1}""");
        Assert.Contains("[SelfAttention(heads: 4, RelativeBuckets = 32)]", await Written());
        Golden.AssertNear(golden.Floats("golden.output.embedding"), Golden.Values(await Ran.Json("run", _folder.Path, "--tokens", golden.Ids("golden.input.tokens"), "--pooling", "mean", "--normalize")));
    }

    [Theory]
    [InlineData("gptj", "catalogue/gptj", """ "n_head": 4, "n_positions": 12, "rotary_dim": 4 """, 32, "Parallel = ParallelKind.OneNorm", "[Rotary(Width = 4, Interleaved = true)]", "[SelfAttention(heads: 4, Bias = false)]", "[FeedForward(64, Activation.GeluTanh)]", "[Logits]")]
    [InlineData("gpt_neox", "catalogue/gpt_neox", """ "num_attention_heads": 4, "max_position_embeddings": 12, "rotary_pct": 0.5, "use_parallel_residual": true """, 32, "Parallel = ParallelKind.OwnNorms", "[Rotary(Width = 4)]", "[SelfAttention(heads: 4)]", "[FeedForward(64, Activation.Gelu)]", "[Logits(Bias = false)]")]
    [InlineData("bloom", "catalogue/bloom", """ "n_head": 4, "seq_length": 12 """, 40, "[LayerNorm]", "[SelfAttention(heads: 4, Alibi = true)]", "[FeedForward(128, Activation.GeluTanh)]", "[Logits(Tied = true)]")]
    [InlineData("gemma2", "catalogue/gemma2", """ "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 12, "query_pre_attn_scalar": 8, "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0, "sliding_window": 4, "hidden_activation": "gelu_pytorch_tanh" """, 32, "Layout = WeightLayout.Gemma2", "Norm = NormPlacement.Sandwich", "Scaled = true", "[SelfAttention(heads: 4, KeyValueHeads = 2, SoftCap = 50, Window = 4, At = new[] { 0 })]", "[SelfAttention(heads: 4, KeyValueHeads = 2, SoftCap = 50, At = new[] { 1 })]", "[Logits(Tied = true, SoftCap = 30)]")]
    [InlineData("gemma3_text", "gemma3", """ "num_attention_heads": 3, "head_dim": 8, "max_position_embeddings": 70, "query_pre_attn_scalar": 10, "sliding_window": 6, "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0, "rope_scaling": {"rope_type": "linear", "factor": 8.0} """, 11, "[Rotary]", "Window = 6, At = new[] { 0, 1, 2, 3, 4, 6 })]", "[Rotary(Base = 1000000, Factor = 8)]", "QueryKeyNorm = QueryKeyNorm.PerHead, At = new[] { 5 })]")]
    [InlineData("gemma3_text", "gemma3", """ "num_attention_heads": 3, "max_position_embeddings": 70, "query_pre_attn_scalar": 10, "sliding_window": 6, "layer_types": ["sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention"], "rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0}, "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}} """, 11, "[Rotary]", "[Rotary(Base = 1000000, Factor = 8)]")]
    [InlineData("olmo2", "olmo2", """ "num_attention_heads": 3, "max_position_embeddings": 70, "rope_theta": 500000.0, "rms_norm_eps": 1e-06 """, 11, "Norm = NormPlacement.ResidualPost", "QueryKeyNorm = QueryKeyNorm.Whole", "[Logits(Bias = false)]")]
    [InlineData("qwen2", "qwen2", """ "num_attention_heads": 3, "num_key_value_heads": 1, "max_position_embeddings": 70, "rope_theta": 1000000.0, "rms_norm_eps": 1e-06, "use_sliding_window": true, "sliding_window": 7, "max_window_layers": 1, "tie_word_embeddings": true """, 11, "Bias = true, OutputBias = false, Window = 7, At = new[] { 1 })]", "Bias = true, OutputBias = false, At = new[] { 0 })]")]
    [InlineData("qwen2", "qwen2", """ "num_attention_heads": 3, "max_position_embeddings": 70, "rope_theta": 1000000.0, "rms_norm_eps": 1e-06, "use_sliding_window": true, "sliding_window": 7, "layer_types": ["full_attention", "sliding_attention"] """, 11, "Window = 7, At = new[] { 1 })]", "[Logits(Tied = true)]")]
    [InlineData("phi", "phi", """ "num_attention_heads": 3, "max_position_embeddings": 70 """, 11, "Layout = WeightLayout.Phi", "Parallel = ParallelKind.OneNorm", "[Rotary(Width = 4)]", "[FeedForward(37, Activation.GeluTanh)]", "[Logits]")]
    [InlineData("phi3", "phi3", """ "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 70, "partial_rotary_factor": 0.75, "sliding_window": 9, "rms_norm_eps": 1e-05 """, 11, "Layout = WeightLayout.Phi3", "[Rotary(Width = 6)]", "[SelfAttention(heads: 4, HeadWidth = 8, KeyValueHeads = 2, Window = 9)]")]
    public async Task Decoders_and_what_they_generate(string type, string file, string fields, int vocabulary, params string[] expected)
    {
        using Golden golden = Golden.Of(file);
        golden.WriteFolder(_folder, $$"""{"model_type": "{{type}}",{{fields}}}""");
        string text = await Written();
        Assert.All(expected, part => Assert.Contains(part, text));
        (string input, string output) = file.Contains('/', StringComparison.Ordinal) ? ("golden.input.tokens", "golden.output.logits") : ("input.2", "output.2");
        int[] tokens = golden.Tokens(input);
        JsonElement stage = (await Ran.Json("run", _folder.Path, "--tokens", golden.Ids(input)[..^(1 + $"{tokens[^1]}".Length)], "--generate", "1")).GetProperty("runs")[0].GetProperty("stages")[0];
        float[] before = golden.Floats(output)[^(2 * vocabulary)..^vocabulary];
        Assert.Equal(Array.IndexOf(before, before.Max()), stage.GetProperty("generated")[0].GetInt32());
    }

    [Theory]
    [InlineData("gptj", "catalogue/gptj", """ "n_head": 4, "rotary_dim": 9 """, "rotary_dim is 9; expected an even number from 2 to 8")]
    [InlineData("qwen2", "qwen2", """ "num_attention_heads": 3, "layer_types": ["full_attention"] """, "expected a kind for each of 2 layers")]
    [InlineData("qwen2", "qwen2", """ "num_attention_heads": 3, "layer_types": ["full_attention", "chunked_attention"] """, "expected sliding_attention and full_attention")]
    [InlineData("t5", "t5-tied", """ "num_heads": 3, "feed_forward_proj": "gated-gelu" """, "feed_forward_proj is \"gated-gelu\"; expected one without a gate")]
    [InlineData("bloom", "catalogue/bloom", """ "n_head": 4, "apply_residual_connection_post_layernorm": true """, "apply_residual_connection_post_layernorm is true; expected false")]
    public async Task Decoders_that_cannot_be_declared(string type, string file, string fields, string message)
    {
        using Golden golden = Golden.Of(file);
        golden.WriteFolder(_folder, $$"""{"model_type": "{{type}}",{{fields}}}""");
        Assert.Contains(message, await Ran.Failure("scaffold", _folder.Path));
    }

    [Theory]
    [InlineData("llama", "", "[SelfAttention(heads: 2)]")]
    [InlineData("llama", "", "[SelfAttention(heads: 2, KeyValueHeads = 1)]", 1)]
    [InlineData("qwen2", "q_proj.bias k_proj.bias v_proj.bias", "[SelfAttention(heads: 2, Bias = true, OutputBias = false)]")]
    [InlineData("qwen2", "q_proj.bias k_proj.bias v_proj.bias", "[SelfAttention(heads: 2, KeyValueHeads = 1, Bias = true, OutputBias = false)]", 1)]
    [InlineData("mistral", "", "[SelfAttention(heads: 2, Window = 8)]")]
    [InlineData("qwen3", "q_norm.weight k_norm.weight", "[SelfAttention(heads: 2, KeyValueHeads = 1, QueryKeyNorm = QueryKeyNorm.PerHead)]", 1)]
    public async Task Llama_and_its_kin(string type, string biases, string expected, int keyHeads = 2)
    {
        WriteLlama(keyHeads, biases);
        _folder.Write("config.json", $$"""{"model_type": "{{type}}", "num_attention_heads": 2, "num_key_value_heads": {{keyHeads}}, "max_position_embeddings": 32, "rms_norm_eps": 1e-5, "rope_theta": 500000.0, "sliding_window": 8, "hidden_act": "silu", "eos_token_id": [1, 2]}""".Replace("\"sliding_window\": 8, ", type == "llama" ? "" : "\"sliding_window\": 8, ", StringComparison.Ordinal));
        string text = await Written();
        Assert.Contains(expected, text);
        Assert.Contains("[Rotary(Base = 500000)]", text);
        Assert.Contains("[Logits(Bias = false)]", text);
        Assert.Equal(3, (await Ran.Json("run", _folder.Path, "--tokens", "1", "--generate", "3")).GetProperty("runs")[0].GetProperty("stages")[0].GetProperty("generated").GetArrayLength());
    }

    /// <summary>A llama of one layer, of width 8 and 2 heads, so many of them with keys and values, and what else its attention has.</summary>
    private void WriteLlama(int keyHeads = 2, string more = "")
    {
        string[] names = ["q_proj", "k_proj", "v_proj", "o_proj"];
        _folder.WriteCheckpoint("model.safetensors", [
            ("model.embed_tokens.weight", [9, 8]), ("model.norm.weight", [8]), ("lm_head.weight", [9, 8]),
            .. names.Select(name => ($"model.layers.0.self_attn.{name}.weight", new long[] { RowsOf(name), 8 })),
            .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => ($"model.layers.0.self_attn.{name}", new long[] { name.EndsWith("norm.weight", StringComparison.Ordinal) ? 4 : RowsOf(name) })),
            ("model.layers.0.input_layernorm.weight", [8]), ("model.layers.0.post_attention_layernorm.weight", [8]),
            ("model.layers.0.mlp.gate_proj.weight", [12, 8]), ("model.layers.0.mlp.up_proj.weight", [12, 8]), ("model.layers.0.mlp.down_proj.weight", [8, 12])]);

        long RowsOf(string name) => name[0] is 'k' or 'v' ? 4 * keyHeads : 8;
    }

    [Theory]
    [InlineData("""{"rope_type": "linear", "factor": 2.0}""", "[Rotary(Factor = 2)]")]
    [InlineData("""{"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 5.0, "original_max_position_embeddings": 16}""", "[Rotary(Scaling = RotaryScaling.Llama3, Factor = 8, OriginalLength = 16, HighFrequency = 5)]")]
    [InlineData("""{"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 8, "mscale": 0.7, "mscale_all_dim": 0.5, "truncate": false}""", "[Rotary(Scaling = RotaryScaling.Yarn, Factor = 4, OriginalLength = 8, Truncate = false, MScale = 0.7, MScaleAllDim = 0.5)]")]
    [InlineData("""{"rope_type": "dynamic", "factor": 4.0, "original_max_position_embeddings": 8}""", "[Rotary(Scaling = RotaryScaling.DynamicNtk, Factor = 4, OriginalLength = 8)]")]
    [InlineData("""{"rope_type": "dynamic", "factor": 4.0}""", "[Rotary]")]
    [InlineData("""{"rope_type": "longrope", "short_factor": [1.0, 1.5], "long_factor": [1.0, 4.0], "original_max_position_embeddings": 8}""", "[Rotary(Scaling = RotaryScaling.LongRope, Factors = new double[] { 1, 4 }, Factor = 4, OriginalLength = 8)]")]
    [InlineData("""{"rope_type": "longrope", "short_factor": [1.0, 1.5], "long_factor": [1.0, 4.0], "attention_factor": 1.25}""", "[Rotary(Scaling = RotaryScaling.LongRope, Factors = new double[] { 1, 1.5 }, AttentionFactor = 1.25)]")]
    [InlineData("""{"rope_type": "default", "rope_theta": 500.0, "partial_rotary_factor": 0.5}""", "[Rotary(Base = 500, Width = 2)]")]
    public async Task Rotary_positions_as_they_are_told(string told, string expected)
    {
        WriteLlama();
        _folder.Write("config.json", $$"""{"model_type": "llama", "num_attention_heads": 2, "max_position_embeddings": 32, "rms_norm_eps": 1e-5, "rope_scaling": {{told}}, "hidden_act": "silu"}""");
        Assert.Contains(expected, await Written());
        Assert.Equal(3, (await Ran.Json("run", _folder.Path, "--tokens", "1", "--generate", "3")).GetProperty("runs")[0].GetProperty("stages")[0].GetProperty("generated").GetArrayLength());
    }

    [Theory]
    [InlineData("\"bert\"", "\"brt\"", "expected model_type to be one of bert, roberta")]
    [InlineData("\"bert\"", "\"brt\"", "found 'brt'; the nearest is bert")]
    [InlineData(", \"num_attention_heads\": 2", "", "expected num_attention_heads, found none")]
    [InlineData("\"num_attention_heads\": 2", "\"num_attention_heads\": 3", "expected num_attention_heads to divide the width of 16, found 3")]
    [InlineData("\"num_attention_heads\": 2", "\"num_attention_heads\": \"2\"", "expected a whole number for num_attention_heads, found \"2\"")]
    [InlineData("\"hidden_size\": 16", "\"hidden_size\": 32", "hidden_size is 32, but 16 channels has its table of tokens")]
    [InlineData("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3", "num_hidden_layers is 3, but 2 layers have")]
    [InlineData("\"gelu\"", "\"mish\"", "hidden_act is \"mish\"; expected relu, gelu")]
    [InlineData("\"hidden_size\"", "\"position_embedding_type\": \"relative_key\", \"hidden_size\"", "position_embedding_type is \"relative_key\"; expected absolute")]
    [InlineData("\"bert\"", "\"longformer\"", "expected attention_window, found none")]
    [InlineData("{", "", "expected JSON")]
    public async Task What_cannot_be_declared_is_said(string from, string to, string message)
    {
        using Golden golden = Golden.Of("families/minilm");
        golden.WriteFolder(_folder, MiniLm.Replace(from, to, StringComparison.Ordinal));
        Assert.Contains(message, await Ran.Failure("scaffold", _folder.Path));
    }

    /// <summary>Whatever a field is, there is a class or one sentence.</summary>
    [Theory]
    [InlineData("bert", "families/minilm", "num_attention_heads num_hidden_layers hidden_size hidden_act layer_norm_eps position_embedding_type is_decoder")]
    [InlineData("roberta", "families/roberta", "num_attention_heads pad_token_id")]
    [InlineData("distilbert", "families/distilbert", "n_heads n_layers dim activation")]
    [InlineData("mpnet", "catalogue/mpnet", "num_attention_heads relative_attention_num_buckets")]
    [InlineData("longformer", "catalogue/longformer", "num_attention_heads attention_window")]
    [InlineData("vit", "families/vit", "num_attention_heads image_size qkv_bias")]
    [InlineData("vit-pytorch", "families/vit_pytorch", "num_attention_heads num_channels hidden_act")]
    [InlineData("clip", "catalogue/clip", "image_size text_config vision_config")]
    [InlineData("albert", "families/albert", "num_attention_heads num_hidden_layers num_hidden_groups inner_group_num embedding_size hidden_act")]
    [InlineData("electra", "families/electra", "num_attention_heads num_hidden_layers embedding_size hidden_act")]
    [InlineData("deit", "catalogue/deit", "num_attention_heads image_size")]
    [InlineData("modernbert", "catalogue/modernbert", "num_attention_heads local_attention global_attn_every_n_layers global_rope_theta norm_bias norm_eps")]
    [InlineData("gpt2", "families/gpt2", "n_head activation_function tie_word_embeddings")]
    [InlineData("gptj", "catalogue/gptj", "n_head n_positions rotary_dim activation_function tie_word_embeddings")]
    [InlineData("gpt_neox", "catalogue/gpt_neox", "num_attention_heads max_position_embeddings rotary_pct rotary_emb_base use_parallel_residual")]
    [InlineData("bloom", "catalogue/bloom", "n_head seq_length apply_residual_connection_post_layernorm")]
    [InlineData("bart", "families/bart", "encoder_attention_heads decoder_attention_heads scale_embedding normalize_before")]
    [InlineData("marian", "families/marian", "encoder_attention_heads decoder_attention_heads max_position_embeddings")]
    [InlineData("gemma2", "catalogue/gemma2", "num_attention_heads sliding_window layer_types query_pre_attn_scalar attn_logit_softcapping final_logit_softcapping hidden_activation max_position_embeddings")]
    [InlineData("gemma3_text", "gemma3", "num_attention_heads sliding_window_pattern rope_parameters rope_local_base_freq")]
    [InlineData("qwen2", "qwen2", "num_attention_heads use_sliding_window max_window_layers rope_theta")]
    [InlineData("phi", "phi", "num_attention_heads partial_rotary_factor hidden_act")]
    [InlineData("phi3", "phi3", "num_attention_heads partial_rotary_factor sliding_window rope_scaling")]
    [InlineData("t5", "t5-tied", "num_heads d_model relative_attention_max_distance feed_forward_proj dense_act_fn tie_word_embeddings n_positions")]
    [InlineData("m2m_100", "m2m", "encoder_attention_heads decoder_attention_heads pad_token_id max_position_embeddings")]
    public void No_configuration_is_an_exception(string type, string file, string fields)
    {
        using Golden golden = Golden.Of(file);
        golden.WriteFolder(_folder, "{}");
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        int written = 0;
        foreach (string field in ("architectures " + fields).Split(' '))
        {
            foreach (string value in new[] { "null", "[]", "[1]", "{}", "\"x\"", "-1", "0", "1", "1.5", "1e400", "99999999999", "true" })
            {
                string others = string.Join(", ", fields.Split(' ').Where(other => other != field).Select(other => other switch
                {
                    "image_size" => $"\"image_size\": {(type == "deit" ? 16 : 32)}",
                    "text_config" => "\"text_config\": {\"num_attention_heads\": 3}",
                    "vision_config" => "\"vision_config\": {\"num_attention_heads\": 4, \"image_size\": 16}",
                    "num_hidden_layers" when type == "albert" => "\"num_hidden_layers\": 5",
                    "attention_window" or "rotary_dim" => $"\"{other}\": 4",
                    "max_position_embeddings" => "\"max_position_embeddings\": 16",
                    _ when other.EndsWith("heads", StringComparison.Ordinal) || other.EndsWith("head", StringComparison.Ordinal) => $"\"{other}\": {(type == "modernbert" ? 3 : 2)}",
                    _ => $"\"{other}\": null",
                }));
                _folder.Write("config.json", $$"""{"model_type": "{{type}}", "{{field}}": {{value}}{{(others.Length > 0 ? ", " : "")}}{{others}}}""");
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

        Assert.True(written > 10, $"{written} of them were written");
    }

    [Fact]
    public async Task What_does_not_fit_ends_with_1_and_says_so()
    {
        _folder.WriteCheckpoint("model.safetensors", ("embeddings.word_embeddings.weight", [5, 16]));
        _folder.Write("config.json", MiniLm);
        Assert.Contains("expected tensor 'embeddings.position_embeddings.weight', as bert has it, found none", await Ran.Failure("scaffold", _folder.Path));

        using Golden golden = Golden.Of("families/minilm");
        golden.WriteFolder(_folder, MiniLm);
        Assert.Equal(Cli.Done, (await Ran.Of("rename", _folder.Path, "-r", _folder.Write("rules", "drop encoder.layer.1.output.LayerNorm.bias"), "-o", _folder["model.safetensorsx"])).Code);
        File.Move(_folder["model.safetensorsx"], _folder["model.safetensors"], overwrite: true);
        Ran ran = await Ran.Of("scaffold", _folder.Path);
        Assert.Equal(Cli.Misfit, ran.Code);
        Assert.Contains("expected a tensor 'encoder.layer.1.output.LayerNorm.bias' of shape [16], found none", ran.Error);
    }

    [Fact]
    public async Task A_file_is_written_once()
    {
        using Golden golden = Golden.Of("families/minilm");
        golden.WriteFolder(_folder, MiniLm);
        string[] line = ["scaffold", _folder.Path, "-o", _folder["Mine.cs"], "--class", "Mine", "--namespace", "My.Models"];
        Ran ran = await Ran.Of(line);
        Assert.Contains("Mine.cs: class My.Models.Mine, which fits", ran.Output);
        Assert.Contains("namespace My.Models;", File.ReadAllText(_folder["Mine.cs"]));
        Assert.Contains("give --force to write over it", await Ran.Failure(line));
        Assert.Equal(Cli.Done, (await Ran.Of([.. line, "--force"])).Code);
        Assert.Contains("expected a name that a class can have", await Ran.Failure("scaffold", _folder.Path, "--class", "class"));
        Assert.Contains("expected names parted by dots", await Ran.Failure("scaffold", _folder.Path, "--namespace", "a..b"));
    }
}
