using System.Text.Json;
using Attention.Tool.Checkpoints;
using Attention.Tool.Scaffolding;
using Xunit;

namespace Attention.Tool.Tests;

/// <summary>ALBERT, ELECTRA, DeBERTa, DeiT, XLM-R, BigBird, ModernBERT, Nomic BERT and Qwen3 Embedding from config.json to their references' numbers.</summary>
public sealed class EncoderScaffoldTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private async Task<string> Written(params string[] options)
    {
        JsonElement answer = await Ran.Json(["scaffold", _folder.Path, "--class", "Mine", .. options]);
        Assert.False(answer.TryGetProperty("misfit", out JsonElement misfit), misfit.ToString());
        string text = answer.GetProperty("text").GetString()!;
        return text[text.IndexOf("[AttentionModel", StringComparison.Ordinal)..];
    }

    private async Task<float[]> Rows(Golden golden, string tokens, params string[] options) => Golden.Values(await Ran.Json(["run", _folder.Path, "--tokens", golden.Ids(tokens), .. options]));

    [Fact]
    public async Task Albert()
    {
        using Golden golden = Golden.Of("families/albert");
        golden.WriteFolder(_folder, """{"model_type": "albert", "architectures": ["AlbertForSequenceClassification"], "num_hidden_layers": 5, "num_hidden_groups": 2, "num_attention_heads": 4, "hidden_size": 24, "embedding_size": 12}""");
        Assert.Equal("""
            [AttentionModel(Layout = WeightLayout.Albert)]
            [Encoder(layers: 5, width: 24, Epsilon = 1e-12, Shared = true, SharedGroups = 2)]
            [Embedding(vocabulary: 45, length: 13, Width = 12)]
            [TokenTypes(2)]
            [Positions(PositionKind.Learned)]
            [LayerNorm]
            [SelfAttention(heads: 4)]
            [FeedForward(40, Activation.GeluTanh)]
            [Head(3, Pooler = Activation.Tanh)]
            public sealed partial class Mine;

            """.ReplaceLineEndings("\n"), await Written());
        Golden.AssertNear(golden.Floats("0.logits"), await Rows(golden, "0.token_ids"));
    }

    [Theory]
    [InlineData("albert-mlm", """{"model_type": "albert", "architectures": ["AlbertForMaskedLM"], "num_hidden_layers": 5, "num_attention_heads": 4}""", "[Linear(12, Activation = Activation.GeluTanh)]\n[LayerNorm]\n[Logits(Tied = true, Bias = true)]")]
    [InlineData("electra-mlm", """{"model_type": "electra", "architectures": ["ElectraForMaskedLM"], "num_attention_heads": 4}""", "[Linear(16, Activation = Activation.Gelu)]\n[LayerNorm]\n[Logits(Tied = true, Bias = true)]")]
    public async Task Scores_of_hidden_words(string file, string config, string expected)
    {
        using Golden golden = Golden.Of("families/" + file);
        golden.WriteFolder(_folder, config);
        Assert.Contains(expected, await Written());
    }

    [Fact]
    public async Task Electra()
    {
        using Golden golden = Golden.Of("families/electra");
        golden.WriteFolder(_folder, """{"model_type": "electra", "architectures": ["ElectraForPreTraining"], "num_attention_heads": 4, "hidden_size": 24, "embedding_size": 16}""");
        Assert.Contains("[Embedding(vocabulary: 45, length: 13, Width = 16)]", await Written());
        Golden.AssertNear(golden.Floats("0.scores"), await Rows(golden, "0.token_ids"));
    }

    private const string DebertaV2Config = """
        {"model_type": "deberta-v2", "architectures": ["DebertaV2ForSequenceClassification"], "num_hidden_layers": 2, "num_attention_heads": 4, "hidden_size": 24, "max_position_embeddings": 24,
        "relative_attention": true, "position_buckets": 6, "norm_rel_ebd": "layer_norm", "share_att_key": true, "pos_att_type": "p2c|c2p", "layer_norm_eps": 1e-7, "max_relative_positions": -1, "position_biased_input": false, "type_vocab_size": 0}
        """;

    [Fact]
    public async Task DebertaV2()
    {
        using Golden golden = Golden.Of("families/deberta-v2");
        golden.WriteFolder(_folder, DebertaV2Config);
        Assert.Equal("""
            [AttentionModel(Layout = WeightLayout.DebertaV2)]
            [Encoder(layers: 2, width: 24, Epsilon = 1e-07)]
            [Embedding(vocabulary: 45, length: 40)]
            [LayerNorm]
            [DisentangledPositions(buckets: 6, MaxDistance = 24, Norm = true)]
            [SelfAttention(heads: 4)]
            [FeedForward(40, Activation.Gelu)]
            [Head(3, Pooler = Activation.Gelu)]
            public sealed partial class Mine;

            """.ReplaceLineEndings("\n"), await Written("--length", "40"));
        Golden.AssertNear(golden.Floats("0.logits"), await Rows(golden, "0.token_ids", "--length", "40"));
    }

    [Fact]
    public async Task Deberta()
    {
        using Golden golden = Golden.Of("families/deberta");
        golden.WriteFolder(_folder, """{"model_type": "deberta", "architectures": ["DebertaForSequenceClassification"], "num_attention_heads": 4, "max_position_embeddings": 16, "relative_attention": true, "pos_att_type": ["c2p", "p2c"], "max_relative_positions": -1, "position_biased_input": false, "type_vocab_size": 0}""");
        Assert.Contains("[DisentangledPositions(buckets: 16, OwnProjections = true)]\n[SelfAttention(heads: 4, KeyBias = false)]\n", await Written("--length", "29"));
        Golden.AssertNear(golden.Floats("0.logits"), await Rows(golden, "0.token_ids", "--length", "29"));
    }

    [Theory]
    [InlineData("\"position_buckets\": 6", "\"conv_kernel_size\": 3, \"position_buckets\": 6", "conv_kernel_size is 3; expected 0; there is no convolution over rows")]
    [InlineData("p2c|c2p", "p2c|p2p", "pos_att_type is \"p2c|p2p\"; expected c2p, p2c or both")]
    [InlineData("\"relative_attention\": true", "\"relative_attention\": false", "expected c2p, p2c or both where relative_attention is true")]
    [InlineData("\"position_buckets\": 6", "\"position_buckets\": 8", "expected 16 rows of 'encoder.rel_embeddings.weight', twice position_buckets of config.json, found 12")]
    [InlineData("\"hidden_size\": 24", "\"hidden_size\": 24, \"embedding_size\": 12", "embedding_size is 12; expected hidden_size")]
    [InlineData("\"hidden_size\": 24", "\"hidden_size\": 24, \"attention_head_size\": 8", "attention_head_size is 8; expected 6")]
    public async Task What_of_DebertaV2_cannot_be_declared_is_told(string said, string instead, string expected)
    {
        using Golden golden = Golden.Of("families/deberta-v2");
        golden.WriteFolder(_folder, DebertaV2Config.Replace(said, instead, StringComparison.Ordinal));
        Assert.Contains(expected, await Ran.Failure("scaffold", _folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deit()
    {
        using Golden golden = Golden.Of("catalogue/deit");
        golden.WriteFolder(_folder, """{"model_type": "deit", "architectures": ["DeiTForImageClassificationWithTeacher"], "image_size": 16, "num_attention_heads": 4}""");
        Assert.Contains("[MeanWith(nameof(Class))]", await Written());
        JsonElement answer = await Ran.Json("run", _folder.Path, "--values", golden.Path + "#golden.input.image");
        Golden.AssertNear(golden.Floats("golden.output.logits"), Golden.Values(answer, 2));

        // Without a teacher the rows are all there is.
        _folder.Write("config.json", """{"model_type": "deit", "architectures": ["DeiTModel"], "image_size": 16, "num_attention_heads": 4}""");
        Assert.Contains("[ClassToken]\n[DistillationToken]\n", await Written());
    }

    [Fact]
    public async Task XlmRoberta()
    {
        using Golden golden = Golden.Of("catalogue/xlm_roberta");
        golden.WriteFolder(_folder, """{"model_type": "xlm-roberta", "num_attention_heads": 4, "layer_norm_eps": 1e-05, "pad_token_id": 1}""");
        Golden.AssertNear(golden.Floats("golden.output.mean"), await Rows(golden, "golden.input.tokens", "--pooling", "mean", "--normalize"));
        Golden.AssertNear(golden.Floats("golden.output.first"), await Rows(golden, "golden.input.tokens", "--pooling", "first", "--normalize"));
    }

    [Theory]
    [InlineData("", "[BigBirdAttention(block: 4, heads: 4, Random = 2, RandomIsFirst = true)]", "hf_inference")]
    [InlineData(", \"attention_type\": \"original_full\"", "[SelfAttention(heads: 4)]", "full")]
    public async Task BigBird(string option, string expected, string output)
    {
        using Golden golden = Golden.Of("catalogue/bigbird");
        golden.WriteFolder(_folder, $$"""{"model_type": "big_bird", "num_attention_heads": 4, "block_size": 4, "num_random_blocks": 2, "hidden_act": "gelu_new"{{option}}}""");
        Assert.Contains($"[LayerNorm]\n{expected}\n[FeedForward(64, Activation.GeluTanh)]\n", await Written());
        float[] rows = golden.Floats("golden.output.rows." + output), actual = await Rows(golden, "golden.input.tokens");
        foreach ((float[] row, float[] own) in rows.Chunk(32).Zip(actual.Chunk(32), (row, own) => (row, own)))
            Golden.AssertNear(row, own);
    }

    [Fact]
    public async Task NomicBert()
    {
        using Golden golden = Golden.Of("catalogue/nomic_bert");
        golden.WriteFolder(_folder, """{"model_type": "nomic_bert", "n_head": 4, "n_embd": 32, "n_layer": 1, "n_positions": 12, "rotary_emb_base": 1000, "rotary_emb_fraction": 1.0, "activation_function": "swiglu", "layer_norm_epsilon": 1e-12, "prenorm": false}""");
        string text = await Written("--pooling", "mean", "--normalize");
        Assert.Contains("""
            [Encoder(layers: 1, width: 32, Epsilon = 1e-12, Prefix = "")]
            [Embedding(vocabulary: 32, length: 12)]
            [TokenTypes(2)]
            [LayerNorm]
            [Rotary(Base = 1000)]
            [SelfAttention(heads: 4, Bias = false)]
            [FeedForward(48, Activation.Silu, Gated = true, Bias = false)]
            [Pooling(PoolingKind.Mean)]
            [L2Normalize]

            """.ReplaceLineEndings("\n"), text);
        Golden.AssertNear(golden.Floats("golden.output.embedding"), await Rows(golden, "golden.input.tokens", "--pooling", "mean", "--normalize"));
        _folder.Write("config.json", """{"model_type": "nomic_bert", "n_head": 4, "n_positions": 12, "rotary_emb_fraction": 0.3}""");
        Assert.Contains("rotary_emb_fraction", await Ran.Failure("scaffold", _folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModernBert()
    {
        using Golden golden = Golden.Of("catalogue/modernbert");
        golden.WriteFolder(_folder, """{"model_type": "modernbert", "num_attention_heads": 3, "local_attention": 4, "max_position_embeddings": 12}""");
        Assert.Equal("""
            [AttentionModel(Layout = WeightLayout.ModernBert)]
            [Encoder(layers: 4, width: 24, Norm = NormPlacement.Pre, FinalNorm = true, Bias = false, Prefix = "")]
            [Embedding(vocabulary: 32, length: 12)]
            [LayerNorm]
            [Rotary(Base = 160000)]
            [SelfAttention(heads: 3, At = new[] { 0 }, Norm = NormPlacement.None)]
            [SelfAttention(heads: 3, At = new[] { 3 })]
            [Rotary]
            [SelfAttention(heads: 3, At = new[] { 1, 2 }, Window = 2)]
            [FeedForward(32, Activation.Gelu, Gated = true)]
            public sealed partial class Mine;

            """.ReplaceLineEndings("\n"), await Written());
        float[] expected = golden.Floats("golden.output.rows"), actual = await Rows(golden, "golden.input.tokens");
        foreach ((float[] row, float[] own) in expected.Chunk(24).Zip(actual.Chunk(24)))
            Golden.AssertNear(row, own);
    }

    [Theory]
    [InlineData("ModernBertForMaskedLM", "[Linear(8, Activation = Activation.Gelu, Bias = false)]\n[LayerNorm]\n[Logits(Tied = true, Bias = true)]")]
    [InlineData("ModernBertForSequenceClassification", "[Pooling(PoolingKind.Mean)]\n[Linear(8, Activation = Activation.Gelu, Bias = false)]\n[LayerNorm]\n[Head(3)]")]
    [InlineData("ModernBertForTokenClassification", "[Linear(8, Activation = Activation.Gelu, Bias = false)]\n[LayerNorm]\n[Linear(3, Name = \"classifier\")]")]
    public async Task Heads_of_ModernBert(string architecture, string expected)
    {
        _folder.WriteCheckpoint("model.safetensors", [
            ("model.embeddings.tok_embeddings.weight", [9, 8]), ("model.embeddings.norm.weight", [8]), ("model.final_norm.weight", [8]), ("model.layers.1.attn_norm.weight", [8]),
            .. Enumerable.Range(0, 2).SelectMany(layer => new (string, long[])[] { ($"model.layers.{layer}.attn.Wqkv.weight", [24, 8]), ($"model.layers.{layer}.attn.Wo.weight", [8, 8]), ($"model.layers.{layer}.mlp.Wi.weight", [20, 8]), ($"model.layers.{layer}.mlp.Wo.weight", [8, 10]), ($"model.layers.{layer}.mlp_norm.weight", [8]) }),
            ("head.dense.weight", [8, 8]), ("head.norm.weight", [8]), .. architecture.EndsWith("LM", StringComparison.Ordinal) ? new (string, long[])[] { ("decoder.bias", [9]) } : [("classifier.weight", [3, 8]), ("classifier.bias", [3])]]);
        _folder.Write("config.json", $$"""{"model_type": "modernbert", "architectures": ["{{architecture}}"], "num_attention_heads": 2, "max_position_embeddings": 16, "classifier_pooling": "mean"}""");
        Assert.Contains(expected, await Written());
    }

    [Fact]
    public async Task Qwen3Embedding()
    {
        using Golden golden = Golden.Of("catalogue/qwen3_embedding");
        golden.WriteFolder(_folder, """{"model_type": "qwen3", "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 12, "rms_norm_eps": 1e-6}""");
        _folder.Write("1_Pooling/config.json", """{"pooling_mode_lasttoken": true, "pooling_mode_mean_tokens": false}""");
        _folder.Write("modules.json", """[{"type": "sentence_transformers.models.Transformer"}, {"type": "sentence_transformers.models.Pooling"}, {"type": "sentence_transformers.models.Normalize"}]""");
        string text = await Written();
        Assert.Contains("[Encoder(layers: 1, width: 32,", text);
        Assert.Contains("Causal = true", text);
        Assert.Contains("[Pooling(PoolingKind.Last)]\n[L2Normalize]\n", text);
        Golden.AssertNear(golden.Floats("golden.output.embedding"), await Rows(golden, "golden.input.tokens"));
    }

    [Theory]
    [InlineData("albert", "families/albert", """ "num_hidden_layers": 1 """, "num_hidden_layers is 1; expected at least 2")]
    [InlineData("albert", "families/albert", """ "num_hidden_layers": 4, "inner_group_num": 2 """, "inner_group_num is 2; expected 1")]
    [InlineData("modernbert", "catalogue/modernbert", """ "norm_bias": true """, "norm_bias is true; expected false")]
    [InlineData("modernbert", "catalogue/modernbert", """ "global_attn_every_n_layers": 0 """, "expected at least 1")]
    public async Task What_cannot_be_declared_is_said(string type, string file, string fields, string message)
    {
        using Golden golden = Golden.Of(file);
        golden.WriteFolder(_folder, $$"""{"model_type": "{{type}}", "num_attention_heads": 4, {{fields}}}""".Replace("4, ", type == "albert" ? "4, " : "3, ", StringComparison.Ordinal));
        Assert.Contains(message, await Ran.Failure("scaffold", _folder.Path));
    }
}
